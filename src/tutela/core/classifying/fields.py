"""Numbers of a configuration file, within bounds."""

import math
from dataclasses import dataclass

from tutela.core.file_table import FileTable
from tutela.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where to where, both included."""

    least: float
    most: float


def count(table: FileTable, key: str, bounds: Bounds, usual: int | None = None) -> int:
    """Return a whole number; *usual* where there is none, unless that is none as well.

    Raises:
        tutela.errors.Misconfigured: It is missing, none, or out of bounds.
    """
    if usual is not None and not table.has(key):
        table.seen.add(key)
        return usual
    value = table.number(key)
    if not bounds.least <= value <= bounds.most:
        raise _outside(table, key, bounds)
    return value


def decimal(table: FileTable, key: str, bounds: Bounds, usual: float | None = None) -> float:
    """Return a number; *usual* where there is none, unless that is none as well.

    Raises:
        tutela.errors.Misconfigured: It is missing, none, or out of bounds.
    """
    table.seen.add(key)
    if usual is not None and not table.has(key):
        return usual
    value = table.values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misconfigured(f"`{key}` must be a number.", place=f"{table.place}.{key}")
    if not bounds.least <= value <= bounds.most or not math.isfinite(value):
        raise _outside(table, key, bounds)
    return float(value)


def _outside(table: FileTable, key: str, bounds: Bounds) -> Misconfigured:
    return Misconfigured(f"`{key}` must be {bounds.least:g} to {bounds.most:,.15g}.", place=f"{table.place}.{key}")
