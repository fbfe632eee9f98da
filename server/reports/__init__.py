"""Reports: one file each, with a check that ties it to the books."""
