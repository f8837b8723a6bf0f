"""Draw the consequence for reports behind which no finding stands any more (P11): withdraw, give up, or correct.

What is left to do is read from the tables each time: a kill anywhere loses nothing, and twice does no more than once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from tutela.core.filing.states import Phase
from tutela.core.ids import ReportId
from tutela.core.opinions import Opinion, Said, entry, is_owed
from tutela.core.policy import Policy
from tutela.errors import BadInput, Conflict, KeyMissing
from tutela.flows.correct_report import MOST_ITEMS, CorrectReport, last_reversal, why_overturned
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.decisions import Decision
from tutela.ports.filings import Filings
from tutela.ports.reported_before import Resting
from tutela.ports.reports import ReportAudit, ReportState, StoredReport
from tutela.ports.store import Reader, Store

SYSTEM = "system"
"""Who it is done by, where a reversal did it."""

AT_ONCE = 50

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FollowOverturned:
    """Follow reversals into reports."""

    store: Store
    correct: CorrectReport
    filings: Filings
    committer: Committer
    policy: Policy
    clock: Clock
    undo: timedelta  #: how long a reversal may itself be taken back: nothing is given up before

    def __call__(self) -> int:
        """Do what is left to do, and return about how many reports."""
        return sum(self._follow(each) for each in self.correct.before.overturned(AT_ONCE))

    def _follow(self, resting: Resting) -> bool:
        report = self._report(resting.report_id)
        if report is None:
            return False
        with self.store.read() as reader:
            by = last_reversal(reader, report.case_ids[0])
            if by is None or by.at > self.clock.now() - self.undo:
                return False
            title = "" if by.clause_id is None else self.policy.clause(by.clause_id).title
            why, source = why_overturned(reader, by, title)
            said = tuple(self._feedback(reader, report, by))
        try:
            if resting.is_unapproved:
                after = replace(report, state=ReportState.WITHDRAWN)
                self.correct.find.book.change(report, after, ReportAudit("withdrawn", SYSTEM, {"decision": by.id}))
            elif resting.phase is not Phase.FINISHED:
                self.filings.ask_abandon(report.id, SYSTEM, self.clock.now())
            else:
                self.correct.draw(report, why, source, SYSTEM)
                self.committer.commit(Changeset(opinions=said, audit=tuple(map(entry, said))))
        except Conflict:
            return False  # somebody was quicker; what is left is found again
        except BadInput as error:
            _log.error("report_needs_a_correction_by_hand", report=report.id, place=error.place)
            return False
        _log.warning("report_overturned", report=report.id, decision=by.id, feedback=len(said))
        return True

    def _report(self, report_id: ReportId) -> StoredReport | None:
        try:
            return self.correct.find.book.report(report_id)
        except KeyMissing:
            _log.error("report_key_missing", report=report_id)
            return None

    @staticmethod
    def _feedback(reader: Reader, report: StoredReport, by: Decision) -> Iterator[Said]:
        """Yield a doubt about each entry of somebody else's list that pointed at what was overturned.

        In the name of whoever decided anew, once; the source of the list is owed it from then on.
        """
        if by.decided_by is None:
            return
        banks = {bank.id: bank for bank in reader.banks() if is_owed(bank)}
        items = [each for case_id in report.case_ids for each in reader.all_case_items(case_id, MOST_ITEMS)]
        matches = [each.match for found in reader.detected(items).values() for each in found]
        members = {m.member_id for m in matches if m.member_id is not None and m.bank_id in banks}
        said = reader.opinions(members)
        for member_id in sorted(members):
            if all(each.by != by.decided_by for each in said.get(member_id, ())):
                yield Said(member_id, by.decided_by, Opinion.DISPUTED, by.at, is_owed=True)
