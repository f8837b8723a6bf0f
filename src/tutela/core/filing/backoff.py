"""When to try again: in minutes to hours, for days. Whoever retries in milliseconds has burnt all tries in a second."""

from datetime import timedelta

LADDER = tuple(
    timedelta(seconds=seconds) for seconds in (60, 120, 300, 600, 1_800, 3_600, 2 * 3_600, 4 * 3_600, 6 * 3_600)
)
"""How long to wait after each failure in a row; the last one for ever, because nothing may stay unreported."""

LONGEST_WHILE_OPEN = timedelta(minutes=30)
"""While a report is open: it is forgotten an hour after it was changed last."""

LONGEST_IN_DANGER = timedelta(minutes=5)
"""Where somebody is in danger."""

LONGEST_ON_REQUEST = timedelta(hours=24)
"""However long the authority asks to be left alone."""


def wait(
    attempts: int, spread: float, *, is_open: bool, is_urgent: bool, asked_seconds: int | None = None
) -> timedelta:
    """Return how long to wait.

    Args:
        attempts: Failures in a row, from one.
        spread: A random number from 0 to 1, so that a thousand reports do not come back in the same second.
        is_open: Whether a report is open and grows old.
        is_urgent: Whether somebody is in danger.
        asked_seconds: What the authority asked for, if it did.
    """
    step = LADDER[min(attempts, len(LADDER)) - 1]
    if is_open:
        step = min(step, LONGEST_WHILE_OPEN)
    if is_urgent:
        step = min(step, LONGEST_IN_DANGER)
    spread_out = step * (0.75 + spread / 2)
    asked = min(timedelta(seconds=asked_seconds or 0), LONGEST_ON_REQUEST)
    return max(spread_out, asked)
