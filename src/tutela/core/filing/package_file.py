"""A package as JSON and back: what is stored of a report, sealed, from draft until it was sent. See `value_file`."""

from tutela.core.filing.package import Package
from tutela.core.filing.value_file import read_value, value_json
from tutela.errors import BadInput


def package_json(package: Package) -> bytes:
    """Return *package* as canonical JSON: the same bytes for the same package.

    Raises:
        ValueError: A moment in it has no zone.
    """
    return value_json(package)


def read_package(stored: bytes | str) -> Package:
    """Return what `package_json` wrote.

    Raises:
        tutela.errors.BadInput: It is no package, or one of another version of Tutela; the place says where.
    """
    try:
        return read_value(stored, Package, "package")
    except BadInput as error:
        raise BadInput(error.detail, place=error.place, remedy="Draw the report up anew.") from error
