"""How long somebody may appeal: calendar months from when they were told, and never a day less.

Source: Regulation (EU) 2022/2065, Article 20(1): at least six months.
"""

from datetime import datetime, timedelta

LEAST_MONTHS = 6
MOST_MONTHS = 120
_MONTHS = 12


def months_after(moment: datetime, months: int) -> datetime:
    """Return the same moment of the same day *months* later; the day behind that month where it has no such day.

    Whoever was told on 31 August has until 1 March: the last of February would be days less.

    Raises:
        ValueError: The moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone belongs to no day")
    years, month = divmod(moment.month - 1 + months, _MONTHS)
    try:
        return moment.replace(year=moment.year + years, month=month + 1)
    except ValueError:
        last = moment.replace(year=moment.year + years, month=month + 1, day=28)
        while (last + timedelta(days=1)).month == last.month:
            last += timedelta(days=1)
        return last + timedelta(days=1)


def window_ends(told_at: datetime | None, months: int, promised_until: datetime | None = None) -> datetime | None:
    """Return until when an appeal is in time; none where nobody was told yet, and so no time runs.

    Args:
        told_at: When the person concerned was told, the latest of several times.
        months: What the operator allows now.
        promised_until: What a link said that was given away before: a promise is not taken back.
    """
    if told_at is None:
        return None
    ends = months_after(told_at, max(months, LEAST_MONTHS))
    return ends if promised_until is None else max(ends, promised_until)


def is_late(now: datetime, ends_at: datetime | None) -> bool:
    """Return whether the time has passed; the last moment is in time."""
    return ends_at is not None and now > ends_at
