"""One file per noun: what its pages show and do."""
