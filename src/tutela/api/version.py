"""Which version this is."""

from importlib.metadata import PackageNotFoundError, version


def product_version() -> str:
    """Return the installed version; a checkout that was never installed has none."""
    try:
        return version("tutela")
    except PackageNotFoundError:
        return "0+checkout"
