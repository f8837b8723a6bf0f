"""End cases of which nothing is owed any more to any authority: the only way in which a found case ends (P4)."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from tutela.core.audit import JSON, AuditEvent
from tutela.core.case_states import CaseState, Move, rule_for
from tutela.core.charter import Ending, of_ending
from tutela.core.ids import CaseId, DecisionId
from tutela.core.undo_windows import PAUSE
from tutela.core.units import Duration
from tutela.errors import CharterBreach, Conflict
from tutela.flows.read_duties import Duties, ReadDuties
from tutela.ports.cases import CaseMove
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.duties import FoundCase
from tutela.ports.store import Reader, Store

PAGE_CASES = 100
REPORTED = "system:case:reported"
"""The entry that a case ended because everything that it owed was told, or decided against."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CloseDealt:
    """Look at found cases and end those that owe nothing. Idempotent; a kill in between costs nothing."""

    store: Store
    committer: Committer
    read: ReadDuties
    clock: Clock
    undo: Duration  #: how long a finding may be taken back; nothing: never

    def __call__(self) -> int:
        """Look at all of them, and return how many ended."""
        ended, after = 0, ""
        while True:
            with self.store.read() as reader:
                page = reader.found_cases(after, PAGE_CASES)
            ended += sum(self.one(each.case.id) for each in page)
            if len(page) < PAGE_CASES:
                return ended
            after = page[-1].case.id

    def one(self, case_id: CaseId) -> bool:
        """End a case if it owes nothing; return whether it ended now."""
        now = self.clock.now()
        with self.store.read() as reader:
            case = reader.case_of(case_id)
            if case is None or rule_for(case.state_at(now), Move.REPORTED) is None:
                return False
            duties = self.read.of(reader, case)
            if duties.found is None or not duties.is_settled or self._may_be_undone(duties.found, now):
                return False
            ending = _ending(reader, duties)
        if any(each.promise == "P3" for each in of_ending(ending)):
            return False  # somebody has to look first; it is offered to them like any other case
        try:
            self.committer.commit(_ended(ending, duties.found.findings[0].decision_id, duties))
        except Conflict:
            return False  # something was said of it meanwhile: it is looked at again
        _log.info("case_reported", case=case_id)
        return True

    def _may_be_undone(self, found: FoundCase, now: datetime) -> bool:
        """Return whether whoever found it may still take that back, as if it had never been made."""
        return bool(self.undo.delta) and now < found.last_found_at + self.undo.delta + PAUSE


def _ending(reader: Reader, duties: Duties) -> Ending:
    case = duties.case
    inside = reader.case_items([case.id], 1)[case.id]
    is_answered = any(each.enacted_at for each in reader.settlements_of(case.id))
    return Ending(case, duties.owed, bool(inside.undecided), is_answered)


def _ended(ending: Ending, decision_id: DecisionId, duties: Duties) -> Changeset:
    if breaches := of_ending(ending):
        raise CharterBreach(f"{breaches[0].promise}: {breaches[0].detail}", place=ending.case.id)
    case = ending.case
    after = replace(
        case, state=CaseState.DECIDED, holder=None, until=None, closed_by=decision_id, version=case.version + 1
    )
    payload: dict[str, JSON] = {
        "decision": decision_id,
        "table": duties.lines[0].duty.table_version if duties.lines else "",
        "authorities": {
            line.duty.authority: {
                "obligation": line.duty.obligation.name.lower(),
                "by": line.duty.decided_by,
                "filed": line.dealt.is_filed,
                "declined": line.dealt.declined is not None,
            }
            for line in duties.lines
            if line.duty.is_concerned
        },
        "version": after.version,
    }
    return Changeset(case_moves=(CaseMove(case, after),), audit=(AuditEvent(REPORTED, case.id, payload),))
