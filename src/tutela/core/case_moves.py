"""Make a move with a case, or say why it cannot be made: pure, with who asks and the time from outside."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.case_states import CLAIMED, By, CaseState, Move, Rule, rule_for, rules_from
from tutela.core.cases import LEASE, LONGEST_HOLD, Case
from tutela.core.ids import AccountId


class SkipReason(StrEnum):
    """Why somebody would rather not decide this one."""

    LANGUAGE = "language"  #: they do not read it
    NEEDS_SENIOR = "needs_senior"
    KNOWS_THE_PERSON = "knows_the_person"
    TOO_MUCH = "too_much"  #: it is not asked why
    TECHNICAL = "technical"  #: it cannot be seen
    OTHER = "other"


class HoldReason(StrEnum):
    """What a case on hold waits for."""

    PLATFORM = "platform"  #: facts from the platform
    AUTHORITY = "authority"  #: word from an authority or hotline
    COLLEAGUE = "colleague"
    OTHER = "other"


class DangerOver(StrEnum):
    """Why nobody is in danger any more."""

    SAFE = "safe"  #: whoever it was has been reached, and is safe
    IN_OTHER_HANDS = "in_other_hands"  #: of the police, or of somebody else who can help now
    NEVER_WAS = "never_was"  #: it was read wrongly, or raised by mistake
    CANNOT_HELP = "cannot_help"  #: nothing more can be done from here, and whoever can was told


@dataclass(frozen=True, slots=True)
class DangerNote:
    """That somebody said that a person is in danger, or is not any more."""

    at: datetime
    by: str | None  #: none where the entry cannot be read any more
    over: DangerOver | None  #: why it is over; none where the danger was raised
    is_raised: bool


class Barred(StrEnum):
    """Why a move cannot be made: a code for screens; the sentence is beside it."""

    NO_SUCH_MOVE = "no_such_move"
    NEEDS_SCOPE = "needs_scope"
    NOT_THE_HOLDER = "not_the_holder"
    LEASE_LOST = "lease_lost"
    OWN_ACCOUNT = "own_account"
    ANSWERED_ALREADY = "answered_already"
    IN_DANGER = "in_danger"
    BAD_MOMENT = "bad_moment"
    ALREADY_SO = "already_so"


SENTENCES = {
    Barred.NO_SUCH_MOVE: "this cannot be done with the case as it stands",
    Barred.NEEDS_SCOPE: "this takes a role that may do it",
    Barred.NOT_THE_HOLDER: "somebody else holds the case",
    Barred.LEASE_LOST: "the lease has ended",
    Barred.OWN_ACCOUNT: "nobody works on a case about an account of their own",
    Barred.ANSWERED_ALREADY: "nobody gives another answer beside their own",
    Barred.IN_DANGER: "a case in which somebody is in danger is not put on hold",
    Barred.BAD_MOMENT: f"a hold ends later than now, and within {LONGEST_HOLD.delta.days} days",
    Barred.ALREADY_SO: "it is so already",
}


_AWAITING = frozenset({
    CaseState.AWAITING_SECOND, CaseState.CLAIMED_SECOND, CaseState.AWAITING_THIRD, CaseState.CLAIMED_THIRD,
})  # fmt: skip


def sentence_of(barred: Barred, case: Case, move: Move, actor: "Actor", now: datetime) -> str:
    """Return why a move cannot be made, as it is told to whoever has the case before them."""
    is_awaiting = case.state_at(now) in _AWAITING
    if move is Move.DECIDE and is_awaiting and actor.id in case.answered_by:
        return "you have answered, and another person answers now"
    if move is Move.HOLD and is_awaiting and barred is Barred.NO_SUCH_MOVE:
        return "a case that waits for a second answer is not put on hold"
    return SENTENCES[barred]


_DANGER = frozenset({Move.RAISE_DANGER, Move.END_DANGER})
_ANSWERS = frozenset({Move.DECIDE, Move.ASK_SECOND, Move.ASK_THIRD})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who would make a move, as far as the table asks."""

    id: str
    scopes: frozenset[str]
    own_accounts: frozenset[AccountId] = frozenset()


def allowed(case: Case, actor: Actor, now: datetime) -> tuple[Move, ...]:
    """Return what *actor* may do with *case*, in the order of the table."""
    rules = rules_from(case.state_at(now))
    return tuple(rule.move for rule in rules if _barred(case, rule, actor, now) is None)


def why_not(case: Case, move: Move, actor: Actor, now: datetime) -> Barred | None:
    """Return what keeps *actor* from a move, or none."""
    state = case.state_at(now)
    rule = rule_for(state, move)
    if rule is None:
        # Whoever held it until a moment ago is told that, rather than that a waiting case cannot be released.
        was_theirs = case.state is not state and case.holder == actor.id and rule_for(case.state, move) is not None
        is_anothers = case.holder_at(now) not in {None, actor.id}
        return Barred.LEASE_LOST if was_theirs else Barred.NOT_THE_HOLDER if is_anothers else Barred.NO_SUCH_MOVE
    return _barred(case, rule, actor, now)


def _barred(case: Case, rule: Rule, actor: Actor, now: datetime) -> Barred | None:
    if rule.by in {By.CLOCK, By.SYSTEM}:
        return Barred.NO_SUCH_MOVE
    if not rule.scopes <= actor.scopes:
        return Barred.NEEDS_SCOPE
    if rule.bars_own and case.account_id in actor.own_accounts:
        return Barred.OWN_ACCOUNT
    if rule.bars_answered and actor.id in case.answered_by:
        return Barred.ANSWERED_ALREADY
    if rule.by is By.HOLDER and case.holder_at(now) != actor.id:
        return Barred.NOT_THE_HOLDER
    return _barred_by_danger(case, rule.move)


def _barred_by_danger(case: Case, move: Move) -> Barred | None:
    if move is Move.HOLD and case.is_in_danger:
        return Barred.IN_DANGER
    is_so = {Move.RAISE_DANGER: case.is_in_danger, Move.END_DANGER: not case.is_in_danger}
    return Barred.ALREADY_SO if is_so.get(move) else None


def why_not_to(case: Case, receiver: Actor, now: datetime) -> Barred | None:
    """Return what keeps *receiver* from being handed a case: what would keep them from claiming it."""
    state = case.state_at(now)
    claim = next(rule for rule in (rule_for(each, Move.CLAIM) for each in CaseState) if rule and rule.target is state)
    if receiver.id == case.holder:
        return Barred.ALREADY_SO
    return _barred(case, claim, receiver, now)


def hold_ends_well(until: datetime, now: datetime) -> bool:
    """Return whether a case may be on hold until that moment."""
    return now < until <= now + LONGEST_HOLD.delta


def step(case: Case, move: Move, actor: Actor, now: datetime, *, until: datetime | None = None) -> Case:
    """Return *case* after a move that `why_not` has nothing against; its version goes on, except by a renewal.

    Args:
        case: As it is stored.
        move: Any that people make.
        actor: Who makes it; whoever is handed the case, where it is handed over.
        now: The time.
        until: The end of a hold.
    """
    rule = rule_for(case.state_at(now), move)
    if rule is None:
        raise ValueError(move)
    if move is Move.RENEW:
        lease_end = now + LEASE.delta
        return replace(case, until=lease_end if case.until is None else max(case.until, lease_end))
    if move is Move.DEAL:
        return replace(case, version=case.version + 1)  # it takes the case from nobody
    if rule.target is rule.source and move in _DANGER:
        # As it was left, not as it stands: saying that somebody is in danger takes the case from nobody.
        return replace(case, is_in_danger=move is Move.RAISE_DANGER, version=case.version + 1)
    after = replace(case, state=rule.target, version=case.version + 1)
    if move in _ANSWERS:
        after = replace(after, answered_by=(*case.answered_by, actor.id))
    if move is Move.RAISE_DANGER:
        after = replace(after, is_in_danger=True)
    if rule.target in CLAIMED:
        return replace(after, holder=actor.id, until=now + LEASE.delta)
    if rule.target is CaseState.ON_HOLD:
        return replace(after, holder=actor.id, until=until)
    return replace(after, holder=None, until=None)
