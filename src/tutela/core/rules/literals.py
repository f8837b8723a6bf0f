"""How durations and times are written: as texts, where one is expected."""

import re
from datetime import datetime, timedelta

from tutela.core.rules.types import MICROSECONDS
from tutela.core.units import EPOCH, microseconds_of

DURATION_FORM = "a duration is written as a number and one of s, m, h, d, w: `90s`, `15m`, `24h`, `7d`, `2w`"
TIME_FORM = "a time is written as in ISO 8601 with its zone: `2026-11-26T12:00:00Z`"

_DURATION = re.compile(r"([0-9]{1,9})([smhdw])")
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST_SECONDS = 100 * 366 * 86_400
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)")


def duration_of(text: str) -> int | None:
    """Return whole microseconds; none where *text* is not of `DURATION_FORM`, or is beyond a hundred years."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[1]) * _UNITS[found[2]]
    return seconds * MICROSECONDS if seconds <= _LONGEST_SECONDS else None


def duration_text(duration_us: int) -> str:
    """Return whole seconds as `duration_of` reads them, in the largest unit in which the number is whole."""
    seconds = duration_us // MICROSECONDS
    unit = next(unit for unit, size in _UNITS.items() if seconds % size == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def read_duration(duration_us: int) -> str:
    """Return a duration as people read it, in whole seconds and its two largest units: `2d 4h`."""
    seconds, parts = abs(duration_us) // MICROSECONDS, []
    for unit, size in _UNITS.items():
        count, seconds = divmod(seconds, size)
        parts += [f"{count}{unit}"] if count else []
    sign = "-" if duration_us < 0 and parts else ""
    return sign + (" ".join(parts[:2]) or "0s")


def time_text(time_us: int) -> str:
    """Return a time as `time_of` reads it, in whole seconds."""
    return (EPOCH + timedelta(seconds=time_us // MICROSECONDS)).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(text: str) -> int | None:
    """Return microseconds since 1970 in UTC; none where *text* is not of `TIME_FORM`."""
    if not _TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return microseconds_of(moment)
