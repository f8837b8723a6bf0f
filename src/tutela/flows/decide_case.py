"""Decide about a case that one holds: refused at once when it is not theirs any more, or has changed since they looked.

Nothing is lost by a refusal: nothing was written, the decision is still with whoever made it, and what changed is told.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.case_moves import Actor, step, why_not
from tutela.core.case_states import Move
from tutela.core.ids import AccountId
from tutela.core.permissions import demand
from tutela.errors import BadInput, CaseMoved, NotForYou
from tutela.flows.enact_finding import HandLedger
from tutela.flows.move_case import actor_of, changed_told, move_event, refuse, refuse_look, seen, shown_case
from tutela.flows.name_finding import OnCase
from tutela.ports.cases import CaseMove, OpenCase
from tutela.ports.decisions import Decision
from tutela.ports.store import Reader

ITEMS_TOLD = 100
"""New items that are named in a conflict."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A case with whoever holds it, found fit to be decided."""

    shown: OpenCase
    actor: Actor
    at: datetime

    def take(self, ledger: HandLedger, decision: Decision) -> None:
        """Have *ledger* move the case with the decision: to its end where nothing is left in it to look at."""
        case = self.shown.case
        ends = any(closure.case_id == case.id for closure in ledger.closures)
        ledger.closures[:] = [closure for closure in ledger.closures if closure.case_id != case.id]
        name = Move.DECIDE if ends else Move.DECIDE_PART
        after = step(case, name, self.actor, self.at)
        move = CaseMove(case, replace(after, closed_by=decision.id) if ends else after)
        ledger.case_moves.append(move)
        ledger.audit.append(move_event(move, name, self.actor.id, {"decision": decision.id}))


def sit(reader: Reader, on: OnCase, now: datetime) -> Seat:
    """Return the case with whoever decides about it.

    Raises:
        tutela.errors.UnknownCase: There is none of that identifier.
        tutela.errors.NotForYou: It is about an account of theirs, or they gave an answer to it.
        tutela.errors.CaseMoved: The lease has ended, somebody has decided, or more lies in it than they saw.
    """
    demand(on.principal, "cases")
    shown, actor = shown_case(reader, on.case_id), actor_of(reader, on.principal)
    refuse_look(shown, actor, now)
    refuse(why_not(shown.case, Move.DECIDE, actor, now), shown, actor, now)
    if on.version is not None and on.version != shown.case.version:
        added = tuple(reader.case_items_since(on.case_id, on.version, ITEMS_TOLD))
        raise CaseMoved(
            "the case has changed since it was shown",
            why="changed",
            changed=changed_told(seen(shown, actor, now), added),
            remedy="Look at what came in, then decide with the version that it has now.",
        )
    return Seat(shown, actor, now)


def refuse_own(reader: Reader, decider: str, accounts: frozenset[AccountId]) -> None:
    """Refuse a decision about an account of whoever decides, also beside any case.

    Raises:
        tutela.errors.NotForYou: It is one.
    """
    if accounts & reader.own_accounts(decider):
        raise NotForYou("nobody decides about an account of their own", place="accounts")


def refuse_elsewhere(seat: Seat, accounts: frozenset[AccountId]) -> None:
    """Refuse a decision that has nothing to do with its case.

    Raises:
        tutela.errors.BadInput: It concerns other accounts only.
    """
    if seat.shown.case.account_id not in accounts:
        raise BadInput("the decision is not about the account of this case", place="case")
