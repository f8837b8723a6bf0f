"""What becomes of reports when the finding behind them is overturned: withdrawn, given up, or corrected (P11)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from answering import BEA, CYD
from flows.test_drafting import AUTHORITY, OLGA, OTTO, PRODUCTION, Desk, working
from make import Home
from tutela.adapters.db.filings import DatabaseFilings
from tutela.core.conclusions import Conclusion
from tutela.core.filing.drawing_up import is_kind_chosen
from tutela.core.filing.provenance import Origin, source_of
from tutela.core.filing.states import Phase, Receipt
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId
from tutela.core.opinions import Opinion
from tutela.core.reversals import Reversal
from tutela.errors import BadInput, Conflict
from tutela.ports.filings import StepNote
from tutela.ports.reports import ReportKind, ReportState, StoredReport
from tutela.ports.webhooks import Lease

NUMBER = "900000001"


@pytest.fixture
def desk(home_anywhere: Home) -> Iterator[Desk]:
    """Yield a desk on the databases of the test; what is stored agrees with its audit, and no promise broke."""
    with working(home_anywhere) as made:
        yield made
    assert home_anywhere.house.verify().breaches == ()


@pytest.fixture
def quick(home: Home) -> Iterator[Desk]:
    """Yield a desk on an SQLite file alone."""
    with working(home) as made:
        yield made


def filings(desk: Desk) -> DatabaseFilings:
    """Return where it is kept how far each report is."""
    house = desk.home.house
    return DatabaseFilings(house.engine, house.chain, house.clock)


def approved(desk: Desk) -> tuple[CaseId, StoredReport]:
    """Return a case with an approved report."""
    case = desk.found()
    desk.tell()
    report = desk.prepared(case)
    return case, desk.verbs.approve(OTTO, report.id, report.version)


def finish(desk: Desk) -> None:
    """Let the authority have what is on its way."""
    now, kept = desk.home.clock.now(), filings(desk)
    held = kept.claim(AUTHORITY, PRODUCTION, Lease("one", now, now + timedelta(minutes=1)))
    assert held is not None
    done = replace(held.filing, phase=Phase.FINISHED, report_id=NUMBER, receipt=Receipt(NUMBER, now, ()))
    kept.store(held, done, StepNote(now, "finish.done"))


def overturn(desk: Desk, case: CaseId) -> list[str]:
    """Let two others find that nothing was violated; return what they are told that cannot be undone."""
    with desk.home.house.store.read() as reader:
        [finding] = reader.findings_of_case(case)
    foreseen = desk.home.house.reverse.foresee(finding).plan.cannot_undo
    for who in (BEA, CYD):
        asked = Reversal(finding, Facts("mistake", "It shows a lake."), Decider(who.id, is_senior=True), is_person=True)
        done = desk.home.house.reverse(asked)
    assert done.foreseen.plan.cannot_undo == foreseen
    return list(foreseen)


@pytest.mark.both_databases
def test_a_filed_report_is_corrected_by_a_draft_that_names_it(desk: Desk) -> None:
    """With who it was about and why, and nothing of what was found; people prepare and approve it as any other."""
    case, report = approved(desk)
    finish(desk)
    said = overturn(desk, case)

    assert f"{AUTHORITY} has the report {NUMBER}, which nobody takes back: a correction of it is drawn up" in said
    assert (desk.verbs.follow(), desk.verbs.follow()) == (1, 0)
    book = desk.verbs.edit.find.book
    [_, line] = book.of_cases([case])[case]
    assert (line.kind, line.corrects, line.created_by) == (ReportKind.CORRECTION, report.id, "system")
    drawn = book.report(line.id)
    assert drawn is not None
    sent = drawn.package.report
    [suspect] = sent.suspects
    assert (suspect.identifier, suspect.prior_reports, suspect.ip_events, suspect.person) == (
        "alice", (int(NUMBER),), (), None,
    )  # fmt: skip
    assert (sent.note or "").startswith(f"This corrects report {NUMBER}. People of the provider decided anew on ")
    assert (sent.note or "").endswith("In their words: It shows a lake.")
    assert drawn.package.files == ()
    assert is_kind_chosen(drawn.package)
    source = source_of("note", drawn.package.sources)
    assert source is not None
    assert (source.origin, source.by) == (Origin.TYPED, CYD.id)

    prepared = desk.verbs.prepare(OLGA, line.id, line.version, "A correction says no more than that.").report
    assert desk.verbs.approve(OTTO, line.id, prepared.version).kind is ReportKind.CORRECTION


def test_the_source_of_the_list_is_owed_the_doubt_once(desk: Desk) -> None:
    """In the name of who decided anew; what that person had said of the entry already stays."""
    case, _ = approved(desk)
    finish(desk)
    overturn(desk, case)
    desk.verbs.follow()
    with desk.home.house.store.read() as reader:
        [bank] = reader.banks()
        [member] = reader.members(bank.id)
        said = reader.opinions([member.id])[member.id]

    assert [(each.by, each.opinion, each.is_owed) for each in said if each.is_own] == [(CYD.id, Opinion.DISPUTED, True)]


def test_a_report_on_its_way_is_given_up(desk: Desk) -> None:
    """Whoever takes it next retracts it; where it turns out to be finished, a correction follows."""
    case, report = approved(desk)
    said = overturn(desk, case)
    assert any("1 report is not finished" in each for each in said)
    assert (desk.verbs.follow(), desk.verbs.follow()) == (1, 0)
    stored = filings(desk).filing(report.id)
    assert stored is not None
    assert stored.abandon_by == "system"


def test_a_draft_is_withdrawn(desk: Desk) -> None:
    """Nothing of it ever left."""
    case = desk.found()
    report = desk.drawn(case)
    overturn(desk, case)
    assert (desk.verbs.follow(), desk.verbs.follow()) == (1, 0)
    stored = desk.verbs.edit.find.book.report(report.id)
    assert stored is not None
    assert stored.state is ReportState.WITHDRAWN


def test_while_a_reversal_may_be_taken_back_nothing_is_given_up(quick: Desk) -> None:
    """What leaves cannot be called back."""
    desk = quick
    case = desk.found()
    desk.drawn(case)
    object.__setattr__(desk.verbs.follow, "undo", timedelta(seconds=10))
    overturn(desk, case)
    assert desk.verbs.follow() == 0
    desk.home.clock.advance(seconds=11)
    assert desk.verbs.follow() == 1


def test_a_correction_is_drawn_up_by_hand_where_the_finding_stands(quick: Desk) -> None:
    """What was wrong with it may be anything; without a reason, or of what nobody has, there is none."""
    desk = quick
    case, report = approved(desk)
    with pytest.raises(Conflict, match="in earnest"):
        desk.verbs.correct(OLGA, report.id, "It named the wrong time.")
    finish(desk)
    with pytest.raises(BadInput, match="what was wrong"):
        desk.verbs.correct(OLGA, report.id, " ")
    drawn = desk.verbs.correct(OLGA, report.id, "It named the wrong time.")
    assert drawn.package.report.note == f"This corrects report {NUMBER}. It named the wrong time."
    with pytest.raises(Conflict, match="already"):
        desk.verbs.correct(OLGA, report.id, "It named the wrong time.")
    assert desk.verbs.follow() == 0

    again = desk.drawn(case)
    assert again.package.report.suspects[0].prior_reports == (int(NUMBER),)


def test_what_an_account_was_reported_for_before_is_named_in_the_next_report(quick: Desk) -> None:
    """Of finished ones in production, and of no test; what an answer of two overturned is followed as well."""
    desk = quick
    case, _ = approved(desk)
    finish(desk)
    for who in (OLGA, OTTO):
        desk.office.decide(who, case, Conclusion.NO_VIOLATION)
    assert desk.verbs.follow() == 1
