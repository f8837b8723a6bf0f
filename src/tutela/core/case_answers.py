"""What people answer about a case, when two of them agree, and when one answer is enough (P3): pure.

The words of an answer never count: two people agree when they come to the same conclusion, at the same gravity, about
the same part of everybody concerned. The second answers blind to the first. Where they differ, a third says which of
the two stands, so that whatever happens in the end has two people behind it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.conclusions import ENDS_SUSPICION, Conclusion, Context
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, CaseAnswerId, CaseId, ClauseId, ItemId
from tutela.core.plans import ZERO_TOLERANCE
from tutela.core.policy import Policy
from tutela.core.remedies import Evidence, WhyTwo, cell_of
from tutela.core.roles import Role
from tutela.core.units import Duration

SECOND_LOOK_AFTER = Duration(days=1)
"""How long somebody who works alone waits before they look again, blind. Source: the charter, P3."""

SECOND_LOOK_WITHIN = Duration(days=1)
"""By when another person looks at what one decided alone because somebody was in danger. Source: the charter, P3."""

FIRST, SECOND, THIRD = 1, 2, 3


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What one person came to."""

    id: CaseAnswerId
    case_id: CaseId
    series: int  #: how often the case was settled before
    place: int  #: first, second or third of its series
    by: str
    at: datetime
    conclusion: Conclusion
    clause_id: ClauseId  #: that is violated, or under which something goes, or the case's own
    facts: Facts
    roles: Mapping[AccountId, Role] = field(default_factory=dict)
    context: Context | None = None
    is_senior: bool = False
    outsider: str | None = None  #: who looked for somebody who works alone; the operator's name of them

    @property
    def is_grave(self) -> bool:
        """Return whether it says that one of the twelve is violated."""
        return self.conclusion is Conclusion.VIOLATION and self.clause_id in ZERO_TOLERANCE

    @property
    def meaning(self) -> "Meaning":
        """Return all of it that has to agree."""
        parts = frozenset((who, role) for who, role in self.roles.items() if role is not Role.NONE)
        is_violation = self.conclusion is Conclusion.VIOLATION
        return self.conclusion, self.is_grave, parts if is_violation else frozenset()

    def ends_suspicion(self, of: ClauseId) -> bool:
        """Return whether nobody is under the suspicion of *of* any more: a lesser clause is a way to clear, too."""
        return self.conclusion in ENDS_SUSPICION or (of in ZERO_TOLERANCE and not self.is_grave)


Meaning = tuple[Conclusion, bool, frozenset[tuple[AccountId, Role]]]


def agree(one: CaseAnswer, other: CaseAnswer) -> bool:
    """Return whether two answers come to the same: conclusion, gravity and parts; not the words."""
    return one.meaning == other.meaning


# ------------------------------------------------------------------------------------------------- how many people


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of one item of a case."""

    item_id: ItemId
    account_id: AccountId
    evidence: Evidence
    is_matched: bool = False  #: a bank, or sealed media, speaks against it under the case's clause
    is_sealed: bool = False  #: a quarantine or a block of media holds on it, or on what it carries


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides how many people it takes."""

    clause_id: ClauseId
    items: tuple[ItemFacts, ...]
    signals: int = 0  #: different rules and classifiers that agree
    is_claimed: bool = False  #: by a depicted person or a hotline
    is_in_danger: bool = False
    is_sealed: bool = False  #: what lies behind it cannot be lifted by one person

    @property
    def has_material(self) -> bool:
        """Return whether anything lies in it that a list could know."""
        return any(item.evidence is not Evidence.NONE for item in self.items)

    @property
    def is_supported(self) -> bool:
        """Return whether more than one voice speaks for the suspicion."""
        return self.is_claimed or self.signals > 1 or any(item.is_matched for item in self.items)


def reasons_for_two(answer: CaseAnswer, facts: CaseFacts, policy: Policy) -> tuple[WhyTwo, ...]:
    """Return why one person alone may not answer so; empty when one may (P3, in both directions)."""
    found: set[WhyTwo] = set()
    if answer.ends_suspicion(facts.clause_id):
        found |= {WhyTwo.CLEARS} if facts.is_supported else set()
        is_lifted = facts.is_sealed or any(item.is_sealed for item in facts.items)
        found |= {WhyTwo.LIFTS} if is_lifted else set()
    if answer.conclusion is Conclusion.VIOLATION:
        found |= _of_violation(answer, facts, policy)
    return tuple(why for why in WhyTwo if why in found)


def _of_violation(answer: CaseAnswer, facts: CaseFacts, policy: Policy) -> set[WhyTwo]:
    clause, found = policy.clause(answer.clause_id), set[WhyTwo]()
    on_list = {item.account_id for item in facts.items if item.evidence is Evidence.VERIFIED_LIST}
    with_items = {item.account_id for item in facts.items}
    shown = [(item.account_id, item.evidence) for item in facts.items]
    # Whoever has a part and posted nothing that lies here: there is nothing that a list could know.
    shown += [(account_id, Evidence.NONE) for account_id in answer.roles if account_id not in with_items]
    for account_id, evidence in shown:
        cell = cell_of(clause, answer.roles.get(account_id, Role.NONE), evidence)
        why = set() if cell is None else set(cell.remedy.why_two)
        found |= why - {WhyTwo.SUSPENDS} if account_id in on_list else why
    return found


# --------------------------------------------------------------------------------------------------------- settling


class Stage(StrEnum):
    """How far the answers of a case have come."""

    SETTLED = "settled"
    AWAITS_SECOND = "awaits_second"
    AWAITS_THIRD = "awaits_third"
    SIDES_WITH_NOBODY = "sides_with_nobody"  #: a third answer that is neither of the two: it is not taken


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the answers come to together."""

    stage: Stage
    answer: CaseAnswer | None = None  #: that stands
    behind: tuple[CaseAnswer, ...] = ()  #: all that agree with it, itself included

    @property
    def people(self) -> tuple[str, ...]:
        """Return who of ours stands behind it: somebody who looked twice, or had an outsider look, is one."""
        return tuple(dict.fromkeys(each.by for each in self.behind))

    @property
    def is_single_operator(self) -> bool:
        """Return whether somebody who works alone stands behind it with a second look: never two people."""
        return len(self.behind) > 1 and len({each.by for each in self.behind}) == 1


def settle(answers: Sequence[CaseAnswer], why_two: Iterable[WhyTwo]) -> Settlement:
    """Return what *answers*, of one series and in their order, come to.

    Args:
        answers: At least one.
        why_two: Why one person alone may not, for any of them: what took two when it was first answered still does.
    """
    first, *others = answers
    if not others:
        waits = Settlement(Stage.AWAITS_SECOND)
        return waits if tuple(why_two) else Settlement(Stage.SETTLED, first, (first,))
    second, *last = others
    if agree(first, second):
        return Settlement(Stage.SETTLED, second, (first, second))
    if not last:
        return Settlement(Stage.AWAITS_THIRD)
    third = last[0]
    sided = next((each for each in (first, second) if agree(each, third)), None)
    return Settlement(Stage.SIDES_WITH_NOBODY) if sided is None else Settlement(Stage.SETTLED, third, (sided, third))


# ------------------------------------------------------------------------------------------------------ who may not


class Unfit(StrEnum):
    """Why somebody may not give the next answer."""

    OWN_ACCOUNT = "own_account"
    ANSWERED = "answered"
    TOO_SOON = "too_soon"
    ANSWERED_BEFORE = "answered_before"
    A_SERVICE = "a_service"
    NO_OUTSIDER = "no_outsider"
    TOOK_BACK = "took_back"


UNFIT = {
    Unfit.OWN_ACCOUNT: "nobody decides about an account of their own",
    Unfit.ANSWERED: "nobody gives a second answer beside their own",
    Unfit.TOO_SOON: "whoever works alone looks again a day after their first answer, not sooner",
    Unfit.ANSWERED_BEFORE: "whoever has decided about this case before does not decide about it again",
    Unfit.A_SERVICE: "where people work, the key of a service is not the second person",
    Unfit.NO_OUTSIDER: "an outsider looks only for somebody who works alone, and answers once",
    Unfit.TOOK_BACK: "whoever took back an answer was told how it met another one: nobody answers blind after that",
}


@dataclass(frozen=True, slots=True)
class Answering:
    """Who would answer."""

    by: str
    is_person: bool
    own_accounts: frozenset[AccountId] = frozenset()
    outsider: str | None = None


@dataclass(frozen=True, slots=True)
class TakenBackAnswer:
    """An answer that somebody gave and took back within its window."""

    by: str
    series: int
    place: int
    at: datetime  #: when it was taken back


@dataclass(frozen=True, slots=True)
class Staffed:
    """Who works here, as far as a second answer asks."""

    series: int  #: of the next answer
    is_alone: bool  #: somebody works alone, and nobody else may give a second answer
    has_people: bool  #: at least one account of a person exists: keys of services are then no people


def unfit(
    who: Answering, accounts: Iterable[AccountId], before: Sequence[CaseAnswer], now: datetime, crew: Staffed
) -> Unfit | None:
    """Return what keeps somebody from the next answer, or none.

    Args:
        who: Who would answer.
        accounts: Whose accounts it is about.
        before: Every answer that the case ever had.
        now: The time.
        crew: Who works here.
    """
    if not who.own_accounts.isdisjoint(accounts):
        return Unfit.OWN_ACCOUNT
    # Whoever said yes, or no, does not judge their own word; of somebody who works alone nothing else can be had.
    if not crew.is_alone and any(each.by == who.by and each.series < crew.series for each in before):
        return Unfit.ANSWERED_BEFORE
    current = [each for each in before if each.series == crew.series]
    if not current:
        return Unfit.NO_OUTSIDER if who.outsider else None
    return _unfit_alone(who, current, now) if crew.is_alone else _unfit_among_others(who, current, crew)


def unfit_by_taking_back(
    who: Answering, taken_back: Iterable[TakenBackAnswer], now: datetime, crew: Staffed
) -> Unfit | None:
    """Return whether somebody has seen, by an answer that they took back, what they must answer blind to (P3).

    A first answer tells nobody anything. One that came after another's shows whether they agree.
    """
    seen = [each.at for each in taken_back if each.by == who.by and each.series == crew.series and each.place > FIRST]
    if not seen or who.outsider is not None:
        return None
    if crew.is_alone:
        return Unfit.TOO_SOON if now < max(seen) + SECOND_LOOK_AFTER.delta else None
    return Unfit.TOOK_BACK


def _unfit_among_others(who: Answering, current: Iterable[CaseAnswer], crew: Staffed) -> Unfit | None:
    if who.outsider is not None:
        return Unfit.NO_OUTSIDER
    if any(each.by == who.by for each in current):
        return Unfit.ANSWERED
    return Unfit.A_SERVICE if crew.has_people and not who.is_person else None


def _unfit_alone(who: Answering, current: Iterable[CaseAnswer], now: datetime) -> Unfit | None:
    if who.outsider is not None:
        return Unfit.NO_OUTSIDER if any(each.outsider == who.outsider for each in current) else None
    own = [each.at for each in current if each.by == who.by and each.outsider is None]
    return Unfit.TOO_SOON if own and now < max(own) + SECOND_LOOK_AFTER.delta else None
