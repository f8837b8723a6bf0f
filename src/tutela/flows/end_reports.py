"""What a person does about a report on its way: give it up, have it tried again, take note of how it ended."""

from dataclasses import dataclass

import structlog

from tutela.core.filing.corrections import earlier_numbers, told_meanwhile
from tutela.core.filing.states import Environment, Phase
from tutela.core.filing.transitions import Turn, abandoned, retried
from tutela.core.ids import ReportId
from tutela.core.permissions import Principal, demand
from tutela.errors import Conflict, UnknownReport
from tutela.flows.edit_report import FindReport
from tutela.flows.prepare_report import demand_finding
from tutela.ports.clock import Clock
from tutela.ports.filings import Filings, StepNote, StoredFiling
from tutela.ports.reports import ReportKind, ReportLine

FILES = "file"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EndReports:
    """Change what becomes of a filing. Whoever asks has the scope `file`."""

    find: FindReport
    filings: Filings
    clock: Clock

    def abandon(self, principal: Principal, report_id: str) -> StoredFiling:
        """Give a report up: what is open at the authority is withdrawn by whoever takes it next. Idempotent.

        It may turn out that it was finished before; then it counts as filed.

        Raises:
            tutela.errors.UnknownReport: There is none that was approved.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.Conflict: It is over.
        """
        stored, now = self._found(principal, report_id), self.clock.now()
        is_idle = stored.filing.asked is None and stored.filing.report_id is None and not stored.is_held(now)
        if is_idle and not stored.filing.is_over:  # nothing of it was ever there: nobody needs to be asked
            return self._change(stored, abandoned(stored.filing), principal)
        after = self.filings.ask_abandon(stored.report_id, principal.id, now)
        _log.info("report_given_up", report=stored.report_id)
        return after

    def retry(self, principal: Principal, report_id: str) -> StoredFiling:
        """Have a report that failed tried from its beginning, or one that waits tried now.

        Raises:
            tutela.errors.UnknownReport: There is none that was approved.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.KeyMissing: Another one was finished meanwhile, and its key was destroyed.
            tutela.errors.Conflict: It is finished or was given up, a process is at it, another one about the same case
                is on its way, or was finished since it was drawn up and is not named by it, or no finding stands behind
                it any more.
        """
        stored, line = self._found(principal, report_id), self.find.line(principal, report_id)
        demand_finding(self.find, line)
        self._refuse_told(line)
        try:
            turn = retried(stored.filing)
        except ValueError:
            raise Conflict("this report is over, or is being sent", place=report_id) from None
        return self._change(stored, turn, principal)

    def take_note(self, principal: Principal, report_id: str) -> StoredFiling:
        """Say that one knows how it ended: nobody is told any more.

        Raises:
            tutela.errors.UnknownReport: There is none that was approved.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.Conflict: It is not over.
        """
        return self.filings.take_note(self._found(principal, report_id).report_id, principal.id, self.clock.now())

    def _refuse_told(self, line: ReportLine) -> None:
        """Refuse a second original about a case, as its approval would by now."""
        beside = self.find.book.of_cases(line.case_ids) if _is_in_earnest(line) else {}
        others = {
            each.authority_report_id or "": case_id
            for case_id, lines in beside.items()
            for each in lines
            if _is_in_earnest(each) and each.authority == line.authority and each.phase is Phase.FINISHED
            and each.finished_at is not None and each.finished_at >= line.created_at and each.id != line.id
        }  # fmt: skip
        report = self.find.book.report(line.id) if others else None
        named = set() if report is None else {str(each) for each in earlier_numbers(report.package.report)}
        for number, case_id in others.items():
            if number not in named:
                raise told_meanwhile(number, case_id)

    def _change(self, stored: StoredFiling, turn: Turn, principal: Principal) -> StoredFiling:
        after = self.filings.change(stored, turn.filing, StepNote(self.clock.now(), turn.note, by=principal.id))
        _log.info("report_changed", report=stored.report_id, note=turn.note)
        return after

    def _found(self, principal: Principal, report_id: str) -> StoredFiling:
        demand(principal, FILES)
        stored = self.filings.filing(ReportId(report_id))
        if stored is None:
            raise UnknownReport("there is no report of that identifier that was approved", place="id")
        self.find.line(principal, report_id)
        return stored


def _is_in_earnest(line: ReportLine) -> bool:
    return line.kind is ReportKind.ORIGINAL and line.environment is Environment.PRODUCTION
