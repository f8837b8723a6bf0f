"""A server that ends with the test, as for the command line."""

from cli.conftest import place, serving

__all__ = ["place", "serving"]
