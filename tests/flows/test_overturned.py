"""What becomes of reports when the finding behind them is overturned: withdrawn, given up, or corrected (P11)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from answering import ACTOR, BEA, CYD
from flows.test_drafting import AUTHORITY, OLGA, OTTO, PRODUCTION, Desk, working
from flows.test_rule_cases import CLAUSE, caught
from make import Home, photo
from tutela.adapters.db.filings import DatabaseFilings
from tutela.core.conclusions import Conclusion
from tutela.core.filing.drawing_up import is_kind_chosen
from tutela.core.filing.package import ChannelFacts
from tutela.core.filing.provenance import Origin, source_of
from tutela.core.filing.report_key import report_period
from tutela.core.filing.states import Environment, Phase, Receipt
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId
from tutela.core.opinions import Opinion
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.errors import BadInput, Conflict
from tutela.flows import follow_overturned
from tutela.ports.filings import StepNote
from tutela.ports.reports import ReportKind, ReportState, StoredReport
from tutela.ports.webhooks import Lease

NUMBER = "900000001"
BY_HAND = "nca"


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


def finish(desk: Desk, environment: Environment = PRODUCTION, phase: Phase = Phase.FINISHED) -> None:
    """Let what is on its way come to its end; the authority has it unless said otherwise."""
    now, kept = desk.home.clock.now(), filings(desk)
    held = kept.claim(AUTHORITY, environment, Lease("one", now, now + timedelta(minutes=1)))
    assert held is not None
    receipt = Receipt(NUMBER, now, ()) if phase is Phase.FINISHED else None
    kept.store(held, replace(held.filing, phase=phase, report_id=NUMBER, receipt=receipt), StepNote(now, "finish.done"))


def other_found(desk: Desk) -> CaseId:
    """Return another case about another account, that a person has found."""
    desk.home.submit("elsewhere", desk.home.upload(photo("china")), author="carol")
    case = desk.office.case("carol").id
    desk.office.decide(BEA, case, Conclusion.VIOLATION, parts=(("carol", Role.ACTOR),))
    return case


def told_by_hand(desk: Desk, case: CaseId, reference: str) -> None:
    """Have an officer tell an authority that has no interface, and write it down."""
    house = desk.home.house
    house.duties.file_by_hand(OLGA, case, BY_HAND, reference, house.clock.now())


def state(desk: Desk, report: StoredReport) -> ReportState:
    """Return how far a report is with us."""
    line = desk.verbs.edit.find.book.line(report.id)
    assert line is not None
    return line.state


def overturn(desk: Desk, case: CaseId) -> list[str]:
    """Let others find that nothing was violated, as many as it takes; return what they are told stays all the same."""
    with desk.home.house.store.read() as reader:
        found = reader.found_case(case)
    assert found is not None
    [finding] = found.decision_ids
    plan = desk.home.house.reverse.foresee(finding).plan
    foreseen = plan.cannot_undo
    for who in (BEA, CYD)[not plan.needs_two_people :]:
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


@pytest.mark.both_databases  # reads what stood about the case, which no other test does
def test_a_finding_about_an_account_alone_is_followed_as_well(desk: Desk) -> None:
    """No item lies in the case: what two people found of the account was undone, and its draft is withdrawn."""
    caught(desk.home)
    case = desk.office.case(clause=CLAUSE).id
    for who in (BEA, CYD):
        desk.office.decide(who, case, Conclusion.VIOLATION, parts=ACTOR)
    report = desk.drawn(case)
    overturn(desk, case)

    assert (desk.verbs.follow(), desk.verbs.follow()) == (1, 0)
    assert state(desk, report) is ReportState.WITHDRAWN


def test_a_report_about_several_cases_is_followed_when_any_of_them_is_overturned(quick: Desk) -> None:
    """Also where it is not the first; and only what was overturned speaks against a list."""
    desk = quick
    first, second = desk.found(), other_found(desk)
    report = desk.verbs.draw_up(BEA, [first, second], AUTHORITY)
    overturn(desk, second)

    assert desk.verbs.follow() == 1
    assert state(desk, report) is ReportState.WITHDRAWN


@pytest.mark.both_databases  # what was told by hand is read by statements that no other test runs
def test_what_was_told_by_hand_is_corrected_there_and_its_draft_is_kept(desk: Desk) -> None:
    """It says what was told. The correction names the reference, and what was told beforehand is not doubled."""
    case = desk.found()
    report = desk.verbs.draw_up(OLGA, [case], BY_HAND)
    told_by_hand(desk, case, "NCA 4711")
    desk.drawn(case)
    said = overturn(desk, case)

    assert f"{BY_HAND} has the report NCA 4711, which nobody takes back: a correction of it is drawn up" in said
    assert any("1 report is not finished" in each for each in said), "the draft for the other authority"
    assert (desk.verbs.follow(), desk.verbs.follow()) == (2, 0)
    assert state(desk, report) is ReportState.DRAFT
    [_, other, line] = desk.verbs.edit.find.book.of_cases([case])[case]
    assert (other.authority, other.state) == (AUTHORITY, ReportState.WITHDRAWN)
    assert (line.kind, line.corrects, line.authority) == (ReportKind.CORRECTION, report.id, BY_HAND)
    drawn = desk.verbs.edit.find.book.report(line.id)
    assert drawn is not None
    assert (drawn.package.report.note or "").startswith(
        "This corrects what was told by hand, with the reference NCA 4711. People of the provider decided anew on "
    )
    assert drawn.package.report.suspects[0].prior_reports == ()
    assert drawn.package.files == ()


def test_what_was_laid_out_from_a_report_for_another_authority_is_corrected_as_well(quick: Desk) -> None:
    """Each authority that was told hears of it: the one by its interface, the other by hand."""
    desk = quick
    case, report = approved(desk)
    finish(desk)
    told_by_hand(desk, case, "4711")
    overturn(desk, case)

    assert (desk.verbs.follow(), desk.verbs.follow()) == (2, 0)
    [_, *lines] = desk.verbs.edit.find.book.of_cases([case])[case]
    assert [(each.authority, each.kind, each.corrects) for each in lines] == [
        (AUTHORITY, ReportKind.CORRECTION, report.id), (BY_HAND, ReportKind.CORRECTION, report.id),
    ]  # fmt: skip
    drawn = desk.verbs.edit.find.book.report(lines[1].id)
    assert drawn is not None
    assert drawn.package.report.suspects[0].prior_reports == (4711,)


def test_what_was_drawn_up_after_it_was_told_by_hand_is_a_draft_like_any_other(quick: Desk) -> None:
    """There may be more to tell; what was told before is corrected from what it was laid out from."""
    desk = quick
    case = desk.found()
    first = desk.verbs.draw_up(OLGA, [case], BY_HAND)
    told_by_hand(desk, case, "4711")
    with pytest.raises(Conflict, match="in earnest"):
        desk.verbs.correct(OLGA, desk.drawn(case).id, "It named the wrong time.")
    desk.home.clock.advance(minutes=1)
    second = desk.verbs.draw_up(OLGA, [case], BY_HAND)
    overturn(desk, case)

    assert (desk.verbs.follow(), desk.verbs.follow()) == (3, 0)
    assert (state(desk, first), state(desk, second)) == (ReportState.DRAFT, ReportState.WITHDRAWN)
    with pytest.raises(Conflict, match="already"):
        desk.verbs.correct(OLGA, first.id, "It named the wrong time.")


def test_what_cannot_be_followed_keeps_no_other_waiting(quick: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft whose key was destroyed is told to the operator each time; what comes after it is read all the same."""
    desk = quick
    monkeypatch.setattr(follow_overturned, "AT_ONCE", 1)
    first, second = desk.found(), other_found(desk)
    unreadable, other = desk.drawn(first), desk.drawn(second)
    desk.home.house.keys.destroy_period(report_period(unreadable.id))
    for case in (first, second):
        overturn(desk, case)

    assert (desk.verbs.follow(), desk.verbs.follow()) == (1, 0)
    assert state(desk, other) is ReportState.WITHDRAWN


def test_the_source_hears_the_doubt_also_where_no_correction_can_be_drawn_up(quick: Desk) -> None:
    """It is said first: from a correction on, the report counts as dealt with, and is not read again."""
    desk = quick
    case, report = approved(desk)
    finish(desk)
    overturn(desk, case)
    desk.home.house.keys.destroy_period(report_period(report.id))

    assert desk.verbs.follow() == 0
    with desk.home.house.store.read() as reader:
        [bank] = reader.banks()
        [member] = reader.members(bank.id)
        said = reader.opinions([member.id])[member.id]
    assert [each.opinion for each in said if each.is_own] == [Opinion.DISPUTED]


@pytest.mark.parametrize(
    ("environment", "phase", "drawn"),
    [
        (Environment.PRODUCTION, Phase.READY, 0),
        (Environment.PRODUCTION, Phase.FINISHED, 0),
        (Environment.PRODUCTION, Phase.FAILED, 1),
        (Environment.PRODUCTION, Phase.ABANDONED, 1),
        (Environment.TEST, Phase.READY, 1),
        (Environment.TEST, Phase.FINISHED, 1),
    ],
)
def test_only_a_correction_that_arrives_corrects(
    quick: Desk, environment: Environment, phase: Phase, drawn: int
) -> None:
    """One that failed, was given up, or went to a test is drawn up once more."""
    desk = quick
    case, _ = approved(desk)
    finish(desk)
    overturn(desk, case)
    desk.verbs.follow()
    book = desk.verbs.edit.find.book
    line = book.of_cases([case])[case][-1]
    desk.terms = replace(
        desk.terms, channel=ChannelFacts(*[environment] * 3, is_enabled=True, status_ok_at=desk.home.clock.now())
    )
    prepared = desk.verbs.prepare(OLGA, line.id, line.version, "A correction says no more than that.").report
    desk.verbs.approve(OTTO, line.id, prepared.version)
    finish(desk, environment, phase)

    assert (desk.verbs.follow(), desk.verbs.follow()) == (drawn, 0)
