"""Moments and days as the authority reads them: aware, in UTC, in the past, and never invented."""

from datetime import UTC, date, datetime, timedelta

CLOCK_SKEW = timedelta(minutes=5)
"""By how much two clocks may differ: a time that is in the future by less was taken by a clock that goes fast."""

_JUST_PAST = timedelta(seconds=1)


def is_aware(moment: datetime) -> bool:
    """Return whether the moment has a zone: one without could be hours off."""
    return moment.tzinfo is not None and moment.utcoffset() is not None


def is_future(moment: datetime, now: datetime) -> bool:
    """Return whether it lies further ahead than clocks differ."""
    return moment > now + CLOCK_SKEW


def written(moment: datetime, now: datetime | None = None) -> str:
    """Return *moment* in UTC, such as `2026-11-20T18:04:05Z`; fractions of a second only where it has them.

    Args:
        moment: With a zone.
        now: Where it must lie in the past: what a fast clock put at most five minutes ahead becomes a second ago. What
            lies further ahead stays as it is, for pre-flight to refuse.

    Raises:
        ValueError: It has no zone.
    """
    if not is_aware(moment):
        raise ValueError("a moment without a zone says nothing")
    if now is not None and now - _JUST_PAST < moment <= now + CLOCK_SKEW:
        moment = now - _JUST_PAST
    precision = "microseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def written_day(day: date) -> str:
    """Return a day, such as `2010-02-03`."""
    return day.isoformat()
