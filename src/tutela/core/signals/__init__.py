"""One file a signal type: how content becomes a value that can be compared."""
