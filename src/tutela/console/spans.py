"""How long something takes: at a glance where it is one figure of many, in two units where somebody works to it."""

from datetime import timedelta

_HOUR_SECONDS, _DAY_HOURS = 3600, 24


def span(length: timedelta) -> str:
    """Return a length in the largest unit of which there are two."""
    minutes = length.total_seconds() / 60
    for unit, size in (("days", 1440), ("h", 60), ("min", 1)):
        if minutes >= 2 * size or size == 1:
            return f"{minutes / size:.0f} {unit}"
    return "0 min"


def in_two_units(length: timedelta) -> str:
    """Return a length in its two greatest units, rounded down: `2 d 3 h`, `3 h 20 min`, `4 min`."""
    hours, seconds = divmod(int(length.total_seconds()), _HOUR_SECONDS)
    days, hours = divmod(hours, _DAY_HOURS)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {seconds // 60} min" if hours else f"{seconds // 60} min"
