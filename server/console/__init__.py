"""The back office in a browser: server-rendered pages, plain forms, no script at all."""
