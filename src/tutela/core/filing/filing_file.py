"""How far a report is on its way, as JSON and back. See `value_file`."""

from tutela.core.filing.states import Filing
from tutela.core.filing.value_file import read_value, value_json


def filing_json(filing: Filing) -> bytes:
    """Return *filing* as canonical JSON: the same bytes for the same state."""
    return value_json(filing)


def read_filing(stored: bytes | str) -> Filing:
    """Return what `filing_json` wrote.

    Raises:
        tutela.errors.BadInput: It is none, or one of another version of Tutela; the place says where.
    """
    return read_value(stored, Filing, "filing")
