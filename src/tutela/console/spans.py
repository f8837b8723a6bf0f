"""How long something takes, as it is read at a glance."""

from datetime import timedelta


def span(length: timedelta) -> str:
    """Return a length in the largest unit of which there are two."""
    minutes = length.total_seconds() / 60
    for unit, size in (("days", 1440), ("h", 60), ("min", 1)):
        if minutes >= 2 * size or size == 1:
            return f"{minutes / size:.0f} {unit}"
    return "0 min"
