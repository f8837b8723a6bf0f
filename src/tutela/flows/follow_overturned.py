"""Draw the consequence for reports behind which no finding stands any more (P11): withdraw, give up, or correct.

What was told by hand is corrected by a draft for the same authority, to be told there by hand as well. What is left to
do is read from the tables each time. The source of a list is told before the correction is drawn up: with that the
report is dealt with, and is not read again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from tutela.core.filing.provenance import Provenance
from tutela.core.ids import ReportId
from tutela.core.opinions import Opinion, Said, entry, is_owed
from tutela.core.policy import Policy
from tutela.errors import BadInput, Conflict, KeyMissing
from tutela.flows.correct_report import CorrectReport, Told
from tutela.flows.read_overturned import DecidedAnew, read_overturned, why_overturned
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.filings import Filings
from tutela.ports.reported_before import Resting, ToldByHand
from tutela.ports.reports import ReportAudit, ReportState
from tutela.ports.store import Reader, Store

SYSTEM = "system"
"""Who it is done by, where a reversal did it."""

AT_ONCE = 50

MOST_ITEMS = 1000
"""Items of a case of which it is read which entries of lists pointed at them."""

Why = tuple[str, Provenance]
"""What a correction says of a reversal, and who says so."""

_Row = TypeVar("_Row")

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
        before = self.correct.before
        done = sum(map(self._follow_report, _each(before.overturned, lambda each: each.report_id)))
        return done + sum(map(self._follow_told, _each(before.overturned_by_hand, lambda each: each.dealing_id)))

    def _follow_report(self, resting: Resting) -> bool:
        return self._follow(resting.report_id, partial(self._end, resting), is_told=resting.is_filed)

    def _follow_told(self, told: ToldByHand) -> bool:
        said = Told(told.authority, told.reference, is_by_hand=True)
        return self._follow(told.report_id, partial(self._correct, told.report_id, said), is_told=True)

    def _follow(self, report_id: ReportId, end: Callable[[DecidedAnew, Why], None], *, is_told: bool) -> bool:
        line = self.correct.find.book.line(report_id)
        if line is None:
            return False
        with self.store.read() as reader:
            anew = read_overturned(reader, line.case_ids)
            if anew is None or anew.reversal.at > self.clock.now() - self.undo:
                return False
            why = why_overturned(reader, anew, self.policy)
            said = tuple(self._feedback(reader, anew)) if is_told else ()
        if said:
            self.committer.commit(Changeset(opinions=said, audit=tuple(map(entry, said))))
        try:
            end(anew, why)
        except Conflict:
            return False  # somebody was quicker; what is left is found again
        except (KeyMissing, BadInput) as error:
            _log.error("report_needs_a_person", report=line.id, error_type=type(error).__name__, place=error.place)
            return False
        _log.warning("report_overturned", report=line.id, decision=anew.reversal.id, feedback=len(said))
        return True

    def _end(self, resting: Resting, anew: DecidedAnew, why: Why) -> None:
        if resting.is_on_its_way:  # also where its key was destroyed: nothing of it needs to be read
            self.filings.ask_abandon(resting.report_id, SYSTEM, self.clock.now())
        elif resting.is_unapproved:
            self._withdraw(resting.report_id, anew)
        else:
            self._correct(resting.report_id, Told(resting.authority, resting.number or ""), anew, why)

    def _withdraw(self, report_id: ReportId, anew: DecidedAnew) -> None:
        book = self.correct.find.book
        if (report := book.report(report_id)) is not None:
            after = replace(report, state=ReportState.WITHDRAWN)
            book.change(report, after, ReportAudit("withdrawn", SYSTEM, {"decision": anew.reversal.id}))

    def _correct(self, report_id: ReportId, told: Told, _anew: DecidedAnew, why: Why) -> None:
        if (report := self.correct.find.book.report(report_id)) is not None:
            self.correct.draw(report, told, *why, SYSTEM)

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


def _each(read: Callable[[str, int], Sequence[_Row]], key: Callable[[_Row], str]) -> Iterator[_Row]:
    """Yield everything that is left to do, a page at a time, each once."""
    after = ""
    while page := read(after, AT_ONCE):
        yield from page
        after = key(page[-1])
