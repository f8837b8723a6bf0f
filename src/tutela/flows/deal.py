"""Write down what was done about an authority: with the case's version, so that nobody ends it beside this (P4)."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.audit import SALT_BYTES, commit_to
from tutela.core.case_moves import step, why_not
from tutela.core.case_states import Move
from tutela.core.filing.dealings import Dealing, DealingKind
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.errors import BadInput, Conflict
from tutela.flows.close_dealt import CloseDealt
from tutela.flows.move_case import MAX_REPLANS, CaseWork, actor_of, move_event, refuse, shown_case
from tutela.flows.read_duties import Duties, OwedDuty, ReadDuties
from tutela.ports.cases import CaseMove
from tutela.ports.committer import Changeset
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class Deal:
    """What every verb that deals with an authority needs."""

    work: CaseWork
    read: ReadDuties
    close: CloseDealt

    def line(self, reader: Reader, case_id: CaseId, authority: str) -> OwedDuty:
        """Return what an authority is owed of an incident.

        Raises:
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.BadInput: The table knows no such authority.
        """
        duties = self.read.of(reader, shown_case(reader, case_id).case)
        found = next((each for each in duties.lines if each.duty.authority == authority), None)
        if found is None:
            known = ", ".join(each.duty.authority for each in duties.lines)
            raise BadInput("There is no such authority.", place="authority", remedy=f"Name one of {known}.")
        return found

    def commit(self, principal: Principal, case_id: CaseId, now: datetime, dealing: Dealing | None = None,
               **more: object) -> Duties:  # fmt: skip
        """Commit a dealing, or what else is said of the incident, and return what is owed then.

        Raises:
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.CaseMoved: The case has ended.
        """
        for _ in range(MAX_REPLANS):
            with self.work.store.read() as reader:
                shown, actor = shown_case(reader, case_id), actor_of(reader, principal)
            refuse(why_not(shown.case, Move.DEAL, actor, now), shown, actor, now)
            move = CaseMove(shown.case, step(shown.case, Move.DEAL, actor, now))
            dealings = () if dealing is None else (dealing,)
            told = {} if dealing is None else _told(dealing)
            changeset = Changeset(
                case_moves=(move,), dealings=dealings, audit=(move_event(move, Move.DEAL, actor.id, told),)
            )
            try:
                self.work.committer.commit(replace(changeset, **more))  # type: ignore[arg-type]  # fields of Changeset
            except Conflict:
                continue
            self.close.one(case_id)
            return self._after(case_id)
        raise Conflict("others are working on the same case without end", remedy="Try again.")

    def new(self, principal: Principal, case_id: CaseId, authority: str, kind: DealingKind, now: datetime) -> Dealing:
        """Return a dealing of *principal*, to be filled in."""
        entropy = self.work.entropy
        return Dealing(
            entropy.new_id("dealing"), case_id, authority, kind, principal.id, now, now, salt=entropy.token(SALT_BYTES)
        )

    def _after(self, case_id: CaseId) -> Duties:
        with self.work.store.read() as reader:
            return self.read.of(reader, shown_case(reader, case_id).case)


def _told(dealing: Dealing) -> dict[str, str | int | None]:
    """Return what the audit says of a dealing: that it was done, and a commitment to what was written."""
    written = {"reason": dealing.reason, "reference": dealing.reference}
    return {
        "dealing": dealing.id,
        "authority": dealing.authority,
        "kind": dealing.kind.value,
        "commitment": commit_to(written, dealing.salt).hex(),
    }
