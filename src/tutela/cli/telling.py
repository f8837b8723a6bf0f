"""What is told at a command line: moments to the second, and lists as such."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any


def plain(told: Any) -> Any:
    """Return *told* as JSON takes it."""
    if isinstance(told, datetime):
        return told.isoformat(timespec="seconds")
    if isinstance(told, Mapping):
        return {name: plain(each) for name, each in told.items()}
    return [plain(each) for each in told] if isinstance(told, list | tuple) else told


def in_lines(record: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """Yield what a record says, one thing a line, under its name; what says nothing is left out."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from in_lines(value, f"{within}{name}.")
        elif value not in (None, [], ""):
            yield f"{within}{name} = {' '.join(map(str, value)) if isinstance(value, list) else value}"
