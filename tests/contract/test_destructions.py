"""What is kept of destructions, and what is read of evidence, on both databases."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import make
from filed import PRODUCTION, TEST, Process, a_package, opened
from make import AT
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.destructions import DatabaseDestructions
from tutela.adapters.db.holds import DatabaseHolds
from tutela.core.content import EvidenceState
from tutela.core.filing.destruction import Order
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.filing.holds import Hold, HoldSource, preservation
from tutela.core.filing.states import Phase, Receipt, Step
from tutela.core.ids import DestructionId, EvidenceId
from tutela.errors import Conflict
from tutela.ports.filings import StepNote
from tutela.ports.holds import HeldContent, HoldChange, HoldStep, Part
from tutela.ports.reports import ReportAudit, ReportState

DAY = timedelta(days=1)
ONE, TWO = EvidenceId("med_1"), EvidenceId("med_2")
WRITTEN = "f" * 32


@pytest.fixture
def process(database_url: str, tmp_path: Path) -> Iterator[Process]:
    """Yield a process."""
    with ExitStack() as stack:
        yield stack.enter_context(opened(database_url, "one", tmp_path))


@pytest.fixture
def book(process: Process) -> DatabaseDestructions:
    """Return destructions in its database."""
    return DatabaseDestructions(process.engine, ChainWriter("test", SystemEntropy()), process.clock)


def proposed(**fields: object) -> Destruction:
    """Return a destruction that waits."""
    made = Destruction(DestructionId(make.new_id("destruction")), Basis.TWO_PEOPLE, "over", "ann", AT)
    return replace(made, **fields)  # type: ignore[arg-type]  # of any field


def doomed(evidence_id: EvidenceId = ONE, **fields: object) -> Doomed:
    """Return a content of one."""
    made = Doomed(evidence_id, "evidence.reported", "c" * 32, "evidence-1", ("day-1",), 7, b"s" * 32, b"c" * 32)
    return replace(made, **fields)  # type: ignore[arg-type]  # of any field


def agreed(before: Destruction) -> Destruction:
    """Return it agreed to."""
    return replace(before, state=DestructionState.DESTROYING, agreed_by="ben", agreed_at=AT + DAY)


def test_a_destruction_goes_from_proposal_to_proof_each_step_once(book: DatabaseDestructions) -> None:
    """What was stored is read; a step that was done does nothing again."""
    before = proposed()
    book.propose(before, [doomed(key="", content_id=None)])
    book.begin(agreed(before), [doomed()], AT + DAY, {})
    for _ in range(2):
        book.destroyed(before.id, AT + 2 * DAY)
    for certificate in (b"first", b"second"):
        book.prove(before.id, certificate, AT + 3 * DAY)

    stored = book.destruction(before.id)
    assert stored is not None
    assert (stored.state, stored.agreed_by, stored.agreed_at) == (DestructionState.PROVED, "ben", AT + DAY)
    assert (stored.destroyed_at, stored.proved_at) == (AT + 2 * DAY, AT + 3 * DAY)
    assert book.contents(before.id) == [doomed()]
    assert book.certificate(before.id) == b"first"
    assert [each.id for each in book.page("", 10, state=DestructionState.PROVED)] == [before.id]
    with pytest.raises(Conflict):
        book.begin(agreed(before), [doomed()], AT, {})
    with pytest.raises(Conflict):
        book.decline(before, "ben", AT)


def test_a_content_is_in_one_destruction_at_a_time_and_an_order_goes_before_a_proposal(
    book: DatabaseDestructions,
) -> None:
    """What waits keeps others out; what an agency orders does not wait for it."""
    before = proposed()
    book.propose(before, [doomed()])
    with pytest.raises(Conflict):
        book.propose(proposed(), [doomed(), doomed(TWO)])
    with pytest.raises(Conflict):
        book.begin(replace(agreed(proposed()), basis=Basis.ITSELF), [doomed()], AT, {})
    assert book.in_destruction([ONE, TWO]) == {ONE: before.id}
    order = replace(agreed(proposed()), basis=Basis.ORDER, order=Order("an agency", "7/26", AT, frozenset({"hld_1"})))

    book.begin(order, [doomed()], AT, {})

    assert book.destruction(order.id) == order
    with pytest.raises(Conflict):
        book.begin(agreed(before), [doomed()], AT, {})


def test_what_is_held_is_not_begun_unless_the_order_ends_that_hold(
    process: Process, book: DatabaseDestructions
) -> None:
    """Looked at in the same transaction as the intent."""
    hold = Hold(make.new_id("hold"), HoldSource.OWN, "we look", AT, AT + 9 * DAY)
    placed = HoldChange(AT, "ann", HoldStep.PLACED, "why")
    DatabaseHolds(process.engine, ChainWriter("test", SystemEntropy()), process.clock).place(
        hold, [HeldContent(ONE)], placed
    )
    with pytest.raises(Conflict, match=hold.id):
        book.begin(agreed(proposed()), [doomed()], AT + 8 * DAY, {})

    book.begin(agreed(proposed()), [doomed(TWO)], AT + 8 * DAY, {})
    book.begin(agreed(proposed()), [doomed(ended_holds=(hold.id,))], AT + 8 * DAY, {})


def finish(process: Process) -> str:
    """Have a report with two files finished in production, and return its id."""
    draft = process.draft(package=a_package([b"hill", b"mill"]))
    process.approve(draft, [("c" * 32, 4), (WRITTEN, 4)], PRODUCTION)
    held = process.claimed(PRODUCTION)
    done = replace(held.filing, phase=Phase.FINISHED, report_id="9", receipt=Receipt("9", AT + DAY, ("f", "g")))
    process.filings.store(held, done, StepNote(AT, "finish.done", Step.FINISH))
    return draft.id


def test_what_is_known_of_evidence_is_read_for_media_written_bytes_and_reports(process: Process) -> None:
    """When it was reported, beside what it lies, whether anything about it is open, and where those concerned are."""
    by = replace(make.account(), regions=("DE",))
    named, beside, other = (make.media(f"{n}", evidence=EvidenceState.SEALED, content_id=n * 32) for n in "cde")
    posts = [make.item(by, each, regions=("FR",)) for each in (named, beside, other)]
    process.desk.commit(accounts=(by,), media=(named, beside, other), items=tuple(make.stored(each) for each in posts))
    under_way = process.draft(package=a_package([b"hill"]))
    process.approve(under_way, [("e" * 32, 4)])
    report_id = finish(process)
    DatabaseHolds(process.engine, ChainWriter("test", SystemEntropy()), process.clock).place(
        preservation("hld_1", report_id, AT + DAY),
        [HeldContent(EvidenceId(beside.id), Part.CONTEXT)], HoldChange(AT, "system", HoldStep.PLACED, "finished"),
    )  # fmt: skip

    with process.desk.store.read() as reader:
        asked = [EvidenceId(each) for each in (named.id, beside.id, other.id, WRITTEN, report_id, "med_none")]
        facts = reader.evidence_facts(asked)
        contents = reader.contents_of(asked)
        pages = reader.report_evidence_page("", 10), reader.report_evidence_page("", 1)
        sealed = [each.id for each in reader.sealed_page("", 10)]

    assert {each: (f.reported_at, f.context_of_report_at, f.is_open) for each, f in facts.items()} == {
        named.id: (AT + DAY, None, False),
        beside.id: (None, AT + DAY, False),
        other.id: (None, None, True),
        WRITTEN: (AT + DAY, None, False),
        report_id: (AT + DAY, None, False),
    }
    assert facts[EvidenceId(named.id)].regions == {"DE", "FR"}
    assert contents == {named.id: "c" * 32, beside.id: "d" * 32, other.id: "e" * 32, WRITTEN: WRITTEN}
    assert pages == ([(WRITTEN, WRITTEN), (report_id, None)], [(WRITTEN, WRITTEN)])
    assert sealed == sorted([named.id, beside.id, other.id])


def test_reports_that_were_never_filed_in_earnest_are_told_apart(process: Process) -> None:
    """Withdrawn before they were approved, given up, or finished as a test; drafts and what is on its way are not."""
    withdrawn, tried, going, _ = (process.draft(package=a_package([b"hill"])) for _ in range(4))
    process.book.change(withdrawn, replace(withdrawn, state=ReportState.WITHDRAWN), ReportAudit("withdrawn", "ann"))
    process.approve(tried, [("c" * 32, 4)], TEST)
    held = process.claimed(TEST)
    done = replace(held.filing, phase=Phase.FINISHED, report_id="9", receipt=Receipt("9", AT, ("f",)))
    process.filings.store(held, done, StepNote(AT, "finish.done", Step.FINISH))
    process.approve(going, [("d" * 32, 4)], PRODUCTION)

    with process.desk.store.read() as reader:
        assert reader.unfiled_reports("", 10) == sorted([withdrawn.id, tried.id])
        assert reader.unfiled_reports("", 1) == [min(withdrawn.id, tried.id)]
        facts = reader.evidence_facts([EvidenceId(each.id) for each in (withdrawn, tried, going)])
    ended = {
        key: (each.ended_at is not None, each.reported_at, bool(each.going_reports)) for key, each in facts.items()
    }
    assert ended == {withdrawn.id: (True, None, False), tried.id: (True, None, False), going.id: (False, None, True)}
