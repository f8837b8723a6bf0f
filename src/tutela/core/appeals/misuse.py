"""When appeals of somebody are not processed for a time: after a warning, by a person, with what was weighed recorded.

Never by itself, and never in silence: an appeal that comes meanwhile is recorded, answered with why and until when, and
a person may accept it. Source: Regulation (EU) 2022/2065, Article 23(2) and (3).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId
from tutela.core.units import Duration
from tutela.errors import BadInput

LONGEST = Duration(days=183)
"""Of one suspension; another one follows new misuse only."""


class ConductStep(StrEnum):
    """What was done about misuse."""

    WARNED = "warned"
    SUSPENDED = "suspended"
    LIFTED = "lifted"  #: before its end


class Weight(StrEnum):
    """How grave misuse, or its consequences, are, and whether it is meant; as whoever acts sees it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What Article 23(3) has weighed: absolute number, share, gravity with its consequences, and what was meant."""

    unfounded: int  #: manifestly, within the period
    decided: int  #: in that period
    gravity: Weight
    intent: Weight
    reason: str


@dataclass(frozen=True, slots=True)
class ConductNote:
    """One step, with what was weighed."""

    account_id: AccountId
    step: ConductStep
    at: datetime
    by: str
    criteria: Criteria
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MisuseRules:
    """When somebody may be warned, and when suspended: described in the terms of the service, as the article asks."""

    period: Duration = field(default_factory=lambda: Duration(days=365))
    unfounded: int = 3  #: at least so many within the period
    share_percent: int = 50  #: of what was decided for them, at least


def suspended_until(notes: Iterable[ConductNote], now: datetime) -> datetime | None:
    """Return until when appeals of somebody are not processed; none where they are."""
    until = None
    for note in sorted(notes, key=lambda each: each.at):
        if note.step is ConductStep.SUSPENDED:
            until = note.until
        elif note.step is ConductStep.LIFTED:
            until = None
    return until if until is not None and now < until else None


def why_not_warned(criteria: Criteria, rules: MisuseRules) -> str | None:
    """Return why nobody is warned yet; none where somebody may be."""
    if criteria.unfounded < rules.unfounded:
        return f"a warning takes {rules.unfounded} manifestly unfounded appeals, and these are {criteria.unfounded}"
    if criteria.unfounded * 100 < criteria.decided * rules.share_percent:
        return f"a warning takes that {rules.share_percent} % of what was decided was manifestly unfounded"
    return None


def why_not_suspended(
    notes: Iterable[ConductNote], since_warning: int, criteria: Criteria, rules: MisuseRules, now: datetime
) -> str | None:
    """Return why nobody is suspended yet; none where somebody may be.

    Args:
        notes: What was done about it before.
        since_warning: Manifestly unfounded appeals that came after the last warning.
        criteria: What is weighed now.
        rules: The operator's.
        now: The time.
    """
    warned = [n for n in notes if n.step is ConductStep.WARNED and n.at > now - rules.period.delta]
    if not warned:
        return "nobody is suspended without a warning before"
    if not since_warning:
        return "nothing manifestly unfounded has come since the warning"
    return why_not_warned(criteria, rules)


def check_until(until: datetime, now: datetime) -> datetime:
    """Return the end of a suspension.

    Raises:
        tutela.errors.BadInput: It is no reasonable period.
    """
    if not now < until <= now + LONGEST.delta:
        days = round(LONGEST.seconds / 86400)
        raise BadInput(f"a suspension ends within {days} days", place="until", remedy="Enter an earlier end.")
    return until
