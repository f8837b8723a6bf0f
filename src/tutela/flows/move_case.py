"""Make one move with a case: read, asked of the table, committed against its version with an audit entry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.audit import JSON, AuditEvent
from tutela.core.case_moves import SENTENCES, Actor, Barred, allowed, step, why_not, why_not_to
from tutela.core.case_states import Move
from tutela.core.cases import Purpose
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.core.undo_windows import Offer
from tutela.core.units import microseconds_of
from tutela.errors import BadInput, CaseMoved, Conflict, Forbidden, NotForYou, TutelaError, UnknownCase
from tutela.flows.spoil_look import spoil_look
from tutela.ports.cases import CaseMove, CaseSkip, OpenCase
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

MAX_REPLANS = 50
"""A person waits, and many may want the same case: rather again than not at all."""

A_LOOK = "a_look"
"""Why what would have an effect is refused by a look for quality."""

_PAST = {
    Move.CLAIM: "claimed",
    Move.RENEW: "renewed",
    Move.RELEASE: "released",
    Move.SKIP: "skipped",
    Move.HAND_OVER: "handed_over",
    Move.HOLD: "held",
    Move.RESUME: "resumed",
    Move.DECIDE: "decided",
    Move.DECIDE_PART: "decided_in_part",
    Move.ASK_SECOND: "second_asked",
    Move.ASK_THIRD: "third_asked",
    Move.RAISE_DANGER: "danger_raised",
    Move.END_DANGER: "danger_ended",
    Move.DEAL: "dealt",
}


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case as somebody sees it, with what they may do with it."""

    shown: OpenCase
    moves: tuple[Move, ...]
    at: datetime
    is_own: bool  #: whether whoever looks holds it
    undo: Offer | None = None  #: what they may take back of it, where one case is read


@dataclass(frozen=True, slots=True)
class CaseWork:
    """What every verb about cases needs."""

    store: Store
    committer: Committer
    clock: Clock
    entropy: Entropy

    def move(self, principal: Principal, case_id: CaseId, asked: "AskedMove") -> CaseSeen:
        """Make a move and return the case after it.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
            tutela.errors.NotForYou: It is about an account of theirs, or they gave an answer to it.
            tutela.errors.Forbidden: They lack a scope for it.
            tutela.errors.BadInput: Whoever is handed it may not take it.
            tutela.errors.CaseMoved: It is not, or not any more, in a state in which this can be done.
        """
        demand(principal, "cases")
        for _ in range(MAX_REPLANS):
            now = self.clock.now()
            with self.store.read() as reader:
                shown, actor = shown_case(reader, case_id), actor_of(reader, principal)
            if asked.move is Move.CLAIM and shown.case.holder_at(now) == actor.id and _is_claimed(shown, actor, now):
                return seen(shown, actor, now)  # asked for twice: it is theirs already
            refuse(why_not(shown.case, asked.move, actor, now), shown, actor, now)
            if asked.move is Move.RAISE_DANGER and shown.case.purpose is Purpose.GOLDEN:
                with self.store.read() as reader:
                    spoil_look(reader, self.committer, case_id, actor.id, now)
                refuse_look(shown, actor, now)
            if asked.to is not None and (barred := why_not_to(shown.case, asked.to, now)):
                raise BadInput(SENTENCES[barred], place="to", remedy="Hand it to somebody else.")
            moved = self.commit(shown, asked, actor, now)
            if moved is not None:
                return seen(moved, actor, now)
        raise Conflict("others are working on the same case without end", remedy="Try again.")

    def commit(self, shown: OpenCase, asked: "AskedMove", actor: Actor, now: datetime) -> OpenCase | None:
        """Commit a move that nothing is against; none when the case has changed meanwhile."""
        taker = asked.to or actor
        after = step(shown.case, asked.move, taker, now, until=asked.until)
        move = CaseMove(shown.case, after)
        skips = () if asked.skip is None else (replace(asked.skip, at=now),)
        event = move_event(move, asked.move, actor.id, asked.told)
        try:
            self.committer.commit(Changeset(case_moves=(move,), case_skips=skips, audit=(event,)))
        except Conflict:
            return None
        return replace(shown, case=after)


@dataclass(frozen=True, slots=True)
class AskedMove:
    """A move that somebody asks for, with what belongs to it."""

    move: Move
    until: datetime | None = None  #: of a hold
    to: Actor | None = None  #: who is handed the case
    skip: CaseSkip | None = None
    told: "Mapping[str, JSON] | None" = None  #: what else its audit entry says


def shown_case(reader: Reader, case_id: CaseId) -> OpenCase:
    """Return a case with what lies in it.

    Raises:
        tutela.errors.UnknownCase: There is none of that identifier.
    """
    shown = reader.case_shown(case_id)
    if shown is None:
        raise UnknownCase(place="id")
    return shown


def actor_of(reader: Reader, principal: Principal) -> Actor:
    """Return who asks as the table of moves takes them."""
    return Actor(principal.id, principal.scopes, reader.own_accounts(principal.id))


def seen(shown: OpenCase, actor: Actor, now: datetime) -> CaseSeen:
    """Return a case with what *actor* may do with it."""
    return CaseSeen(shown, allowed(shown.case, actor, now), now, is_own=shown.case.holder_at(now) == actor.id)


def refuse(barred: Barred | None, shown: OpenCase, actor: Actor, now: datetime) -> None:
    """Refuse what the table is against, by the right kind of error.

    Raises:
        tutela.errors.TutelaError: One of those that `CaseWork.move` names.
    """
    if barred is not None:
        raise _refusal(barred, shown, actor, now)


def refuse_look(shown: OpenCase, actor: Actor, now: datetime) -> None:
    """Refuse what would have an effect by a look for quality: from there on whoever asks knows what it is.

    Raises:
        tutela.errors.CaseMoved: It is one.
    """
    if shown.case.purpose is Purpose.WORK:
        return
    raise CaseMoved(
        "this is a look at what is decided already, and nothing comes of it but an answer",
        why=A_LOOK,
        changed=changed_told(seen(shown, actor, now)),
        remedy="Answer it or release it. Is somebody in danger, or is something to be done: do so beside this case.",
    )


def _refusal(barred: Barred, shown: OpenCase, actor: Actor, now: datetime) -> TutelaError:
    sentence = SENTENCES[barred]
    if barred in {Barred.OWN_ACCOUNT, Barred.ANSWERED_ALREADY}:
        return NotForYou(sentence, place="case", remedy="Leave it to a colleague.")
    if barred is Barred.NEEDS_SCOPE:
        return Forbidden(sentence, place="Authorization", remedy="Ask an administrator for a role that may do this.")
    return CaseMoved(sentence, why=barred.value, changed=changed_told(seen(shown, actor, now)))


def changed_told(found: CaseSeen, items_added: tuple[str, ...] = ()) -> dict[str, object]:
    """Return how a case stands now, for whoever thought that it stood otherwise."""
    case = found.shown.case
    return {
        "state": case.state_at(found.at).value,
        "version": case.version,
        "yours": found.is_own,
        "due_at": case.due_at.isoformat(),
        "reason": case.reason.value,
        "in_danger": case.is_in_danger,
        "decision": case.closed_by,
        "items_added": list(items_added),
        "moves": [move.value for move in found.moves],
    }


def move_event(move: CaseMove, name: Move, by: str, told: "Mapping[str, JSON] | None" = None) -> AuditEvent:
    """Return the audit entry of a move: who, from where to where; never what anybody wrote."""
    payload: dict[str, JSON] = {
        "by": by,
        "from": move.before.state.value,
        "to": move.after.state.value,
        "version": move.after.version,
        "holder": move.after.holder,
        "until": None if move.after.until is None else microseconds_of(move.after.until),
        **(told or {}),
    }
    return AuditEvent(f"person:case:{_PAST[name]}", move.before.id, payload)


def _is_claimed(shown: OpenCase, actor: Actor, now: datetime) -> bool:
    return Move.RENEW in allowed(shown.case, actor, now)
