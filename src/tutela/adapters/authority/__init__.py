"""The report service of an authority over HTTP."""
