"""When a classifier is asked again: at once a few times, and then later, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.classifying.budget import next_day
from tutela.core.classifying.verdicts import Reason, Unknown, is_worth_another_try, may_pass_later

JITTER = 0.2
"""A pause is up to a fifth shorter or longer, so that what failed at one moment does not come back at one."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and with which pauses."""

    tries_at_once: int = 2  #: of one question, all within its timeout
    pause_seconds: float = 0.2  #: before the second; twice as long before each further one
    later_tries: int = 8  #: of a question that is still unknown
    later_seconds: float = 60.0  #: before the first of these; twice as long before each further one
    longest_seconds: float = 6 * 3600.0


def pause_at_once(policy: RetryPolicy, tries: int, reason: Reason, left_seconds: float, dice: float) -> float | None:
    """Return the pause before the next try of the same question; none when there is none.

    Args:
        policy: Of the operator.
        tries: So far.
        reason: Why the last one is unknown.
        left_seconds: Until the question is over; a pause that takes all of it is none.
        dice: From 0 to 1.
    """
    if tries >= policy.tries_at_once or not is_worth_another_try(reason):
        return None
    pause = _grown(policy.pause_seconds, tries, policy.longest_seconds, dice)
    return pause if pause < left_seconds else None


def next_at(policy: RetryPolicy, tries: int, unknown: Unknown, now: datetime, dice: float) -> datetime | None:
    """Return when the question is asked again; none when no later moment can change the answer, or it was too often.

    Args:
        policy: Of the operator.
        tries: So far, that one among them.
        unknown: What came of it.
        now: Behind it.
        dice: From 0 to 1.
    """
    if tries > policy.later_tries or not may_pass_later(unknown.reason):
        return None
    if unknown.reason in {Reason.OVER_BUDGET, Reason.OVERCHARGED}:
        # Spread over the first minutes of the day, or all of yesterday's questions would come at once.
        return next_day(now) + timedelta(seconds=policy.later_seconds * 10 * dice)
    pause = _grown(policy.later_seconds, tries, policy.longest_seconds, dice)
    asked = min(unknown.retry_after_seconds or 0.0, policy.longest_seconds)
    return now + timedelta(seconds=max(pause, asked))


def _grown(first_seconds: float, tries: int, longest_seconds: float, dice: float) -> float:
    planned = min(longest_seconds, first_seconds * 2.0 ** min(max(tries - 1, 0), 30))
    return planned * (1 - JITTER + 2 * JITTER * dice)
