"""pyscard driver for storage cards over PC/SC; the only door to pyscard."""
