"""Draw the consequence for reports behind which no finding stands any more (P11): withdraw, give up, or correct.

What is left to do is read from the tables each time. The source of a list is told before the correction is drawn up:
with that the report is dealt with, and is not read again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from tutela.core.filing.provenance import Provenance
from tutela.core.opinions import Opinion, Said, entry, is_owed
from tutela.core.policy import Policy
from tutela.errors import BadInput, Conflict, KeyMissing
from tutela.flows.correct_report import CorrectReport
from tutela.flows.read_overturned import DecidedAnew, read_overturned, why_overturned
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.decisions import Decision
from tutela.ports.filings import Filings
from tutela.ports.reported_before import Resting
from tutela.ports.reports import ReportAudit, ReportState
from tutela.ports.store import Reader, Store

SYSTEM = "system"
"""Who it is done by, where a reversal did it."""

AT_ONCE = 50

MOST_ITEMS = 1000
"""Items of a case of which it is read which entries of lists pointed at them."""

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
        """Do what is left to do, and return about how many reports. What cannot be done now keeps no other waiting."""
        done, after = 0, ""
        while page := self.correct.before.overturned(after, AT_ONCE):
            done += sum(self._follow(each) for each in page)
            after = page[-1].report_id
        return done

    def _follow(self, resting: Resting) -> bool:
        line = self.correct.find.book.line(resting.report_id)
        if line is None:
            return False
        with self.store.read() as reader:
            anew = read_overturned(reader, line.case_ids)
            if anew is None or anew.reversal.at > self.clock.now() - self.undo:
                return False
            why = why_overturned(reader, anew, self.policy)
            said = tuple(self._feedback(reader, anew)) if resting.is_filed else ()
        if said:
            self.committer.commit(Changeset(opinions=said, audit=tuple(map(entry, said))))
        try:
            self._end(resting, anew.reversal, why)
        except Conflict:
            return False  # somebody was quicker; what is left is found again
        except (KeyMissing, BadInput) as error:
            _log.error("report_needs_a_person", report=line.id, error_type=type(error).__name__, place=error.place)
            return False
        _log.warning("report_overturned", report=line.id, decision=anew.reversal.id, feedback=len(said))
        return True

    def _end(self, resting: Resting, by: Decision, why: tuple[str, Provenance]) -> None:
        if resting.is_on_its_way:  # also where its key was destroyed: nothing of it needs to be read
            self.filings.ask_abandon(resting.report_id, SYSTEM, self.clock.now())
            return
        book = self.correct.find.book
        report = book.report(resting.report_id)
        if report is None:
            return
        if resting.is_unapproved:
            after = replace(report, state=ReportState.WITHDRAWN)
            book.change(report, after, ReportAudit("withdrawn", SYSTEM, {"decision": by.id}))
        else:
            self.correct.draw(report, *why, SYSTEM)

    @staticmethod
    def _feedback(reader: Reader, anew: DecidedAnew) -> Iterator[Said]:
        """Yield a doubt about each entry of somebody else's list that pointed at what was overturned.

        In the name of whoever decided anew, once; the source of the list is owed it from then on.
        """
        by = anew.reversal
        if by.decided_by is None:
            return
        banks = {bank.id: bank for bank in reader.banks() if is_owed(bank)}
        items = [each for case_id in anew.case_ids for each in reader.all_case_items(case_id, MOST_ITEMS)]
        matches = [each.match for found in reader.detected(items).values() for each in found]
        members = {m.member_id for m in matches if m.member_id is not None and m.bank_id in banks}
        said = reader.opinions(members)
        for member_id in sorted(members):
            if all(each.by != by.decided_by for each in said.get(member_id, ())):
                yield Said(member_id, by.decided_by, Opinion.DISPUTED, by.at, is_owed=True)
