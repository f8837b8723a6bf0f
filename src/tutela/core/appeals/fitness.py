"""Who may decide an appeal: a person who had no part in what is appealed, and none in the appeal itself (P3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId
from tutela.core.units import Duration

ALONE_AFTER = Duration(days=1)
"""How long somebody who works alone waits before they decide about what they did. Source: the charter, P3."""


class Unfit(StrEnum):
    """Why somebody may not decide."""

    NO_PERSON = "no_person"
    OWN_ACCOUNT = "own_account"
    HAD_A_PART = "had_a_part"
    ANSWERED = "answered"
    TOO_EARLY = "too_early"


SENTENCES: Mapping[Unfit, str] = {
    Unfit.NO_PERSON: "an appeal is decided by people, and by no key of a service",
    Unfit.OWN_ACCOUNT: "nobody decides about an account of their own",
    Unfit.HAD_A_PART: "this appeal is for somebody who had no part in what it is against",
    Unfit.ANSWERED: "you have answered this appeal: another person does so now",
    Unfit.TOO_EARLY: "whoever works alone looks again a day after what they decided",
}
"""Each in words; none says who had which part, or in what."""


@dataclass(frozen=True, slots=True)
class Involved:
    """Who gave an answer, a decision, an approval or a proposal in what is appealed, and when last."""

    people: Mapping[str, datetime] = field(default_factory=dict)

    def __contains__(self, person: object) -> bool:
        """Return whether somebody had a part."""
        return person in self.people


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whoever would decide."""

    id: str
    is_person: bool
    own_accounts: frozenset[AccountId] = frozenset()


def unfit(
    who: Candidate, concerned: frozenset[AccountId], involved: Involved, answered: Mapping[str, datetime],
    now: datetime, *, is_alone: bool,
) -> Unfit | None:  # fmt: skip
    """Return why somebody may not decide; none where they may.

    Args:
        who: Whoever would.
        concerned: Accounts that the decision is about.
        involved: Who had a part in what is appealed.
        answered: Who has answered this appeal, and when.
        now: The time.
        is_alone: One person works here: they decide about what they did, a day later, and it is recorded as that.
    """
    if not who.is_person:
        return Unfit.NO_PERSON
    if who.own_accounts & concerned:
        return Unfit.OWN_ACCOUNT
    if is_alone:
        last = max((m for m in (involved.people.get(who.id), answered.get(who.id)) if m is not None), default=None)
        return Unfit.TOO_EARLY if last is not None and now < last + ALONE_AFTER.delta else None
    if who.id in answered:
        return Unfit.ANSWERED
    return Unfit.HAD_A_PART if who.id in involved else None
