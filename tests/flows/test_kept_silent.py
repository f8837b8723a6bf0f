"""Whom nobody may tell of a decision yet learns of its end no sooner: that would tell of the decision as well (P8)."""

from datetime import datetime, timedelta

import pytest

from answering import BEA
from appealed import AppealOffice
from flows.test_decide import ACTOR, asked, on
from make import Home
from telling import PLATFORM, READER, SENIOR, TellingOffice
from tutela.core.appeals.states import Outcome
from tutela.core.findings import Decider, Delay, Facts
from tutela.core.ids import DecisionId
from tutela.core.measures import MeasureKind
from tutela.core.reversals import Reversal
from tutela.core.statement_states import StatementState
from tutela.core.statements import DelayBasis
from tutela.errors import BadInput, UnknownStatement

pytestmark = pytest.mark.both_databases
B = DelayBasis
DAYS = 10
K = MeasureKind


@pytest.fixture
def office(home_anywhere: Home) -> TellingOffice:
    """Return an office on the databases of the test."""
    return TellingOffice(home_anywhere)


def removed(office: TellingOffice, basis: DelayBasis, *kinds: MeasureKind) -> tuple[DecisionId, datetime]:
    """Have something removed of which telling waits; return until when."""
    until = office.home.clock.now() + timedelta(days=DAYS)
    decision = office.remove("late", *kinds, delay=Delay(until, basis))
    office.home.clock.advance(seconds=120)
    return decision, until


def reverse(office: TellingOffice, decision: DecisionId) -> None:
    """Have another person reverse it."""
    asked_for = Reversal(
        decision, Facts("mistake", "It shows a lake."), Decider(BEA.id, is_senior=True), is_person=True
    )
    office.home.house.reverse(asked_for)


def told(office: TellingOffice) -> set[str]:
    """Return what alice may be told by now."""
    office.home.clock.advance(seconds=120)
    found = office.verbs.keep.of_account(READER, "alice", None, 100)[0]
    return {each.tracked.statement.code.value for each in found}


def test_what_was_reversed_before_it_was_told_is_there_for_no_platform(office: TellingOffice) -> None:
    """Neither read nor delivered nor late, also when its own delay is over; nobody ends its wait by hand."""
    decision, until = removed(office, B.REVIEW_PENDING)
    [overtaken] = [
        each.tracked.statement.id
        for each in office.verbs.keep.of_decision(SENIOR, decision)
        if each.tracked.statement.code == "item_removed"
    ]
    reverse(office, decision)
    office.home.clock.set(until + timedelta(days=2))
    seen = office.verbs.keep.read(SENIOR, overtaken)
    assert (seen.state, seen.gathered.tracked.is_late(office.home.clock.now())) == (StatementState.OVERTAKEN, False)
    for refused in (
        lambda: office.verbs.keep.read(READER, overtaken),
        lambda: office.verbs.keep.deliver(PLATFORM, overtaken, "mail"),
    ):
        with pytest.raises(UnknownStatement):
            refused()
    with pytest.raises(BadInput, match="reversed before"):
        office.verbs.keep.release(SENIOR, overtaken, "now")


@pytest.mark.parametrize("basis", [B.AUTHORITY_ASKED, B.PERSON_AT_RISK])
def test_a_reversal_is_told_when_the_decision_might_have_been(office: TellingOffice, basis: DelayBasis) -> None:
    """On the basis of the delay that was recorded, to its end; the decision itself is never told."""
    decision, until = removed(office, basis)
    reverse(office, decision)
    assert told(office) == set()
    office.home.clock.set(until)
    assert told(office) == {"decision_reversed"}
    assert office.home.house.verify().breaches == ()


def test_a_delay_until_a_person_has_looked_ends_with_the_reversal(office: TellingOffice) -> None:
    """Somebody has looked."""
    decision, _ = removed(office, B.REVIEW_PENDING)
    reverse(office, decision)
    assert told(office) == {"decision_reversed"}


def test_whoever_was_told_of_a_decision_is_told_of_its_end_at_once(office: TellingOffice) -> None:
    """The delay is over."""
    decision, until = removed(office, B.AUTHORITY_ASKED)
    office.home.clock.set(until)
    assert told(office) == {"item_removed", "account_warned"}
    reverse(office, decision)
    assert told(office) == {"decision_reversed", "item_removed", "account_warned"}


def test_what_takes_the_place_of_a_decision_is_told_no_sooner_either(office: TellingOffice) -> None:
    """Unless whoever decides has it wait longer."""
    decision, until = removed(office, B.AUTHORITY_ASKED)
    parts = (("alice", ACTOR[0][1]),)
    instead = asked(on("item", "late", K.LIMIT_REACH), parts=parts, decider=Decider(BEA.id), replaces=decision)
    office.home.house.decide(instead)
    assert told(office) == set()
    office.home.clock.set(until)
    assert "item_restricted" in told(office)
    assert office.home.house.verify().breaches == ()


def test_what_an_appeal_eases_is_told_no_sooner_either(office: TellingOffice) -> None:
    """Somebody may have appealed for them; the end of one measure tells of all."""
    decision, until = removed(office, B.PERSON_AT_RISK, K.REMOVE, K.LIMIT_REACH)
    appeals = AppealOffice(office.home)
    demoted = next(each for each in appeals.granted(decision) if each.kind is K.LIMIT_REACH)
    appeals.decide(appeals.take(decision), BEA, Outcome.PARTLY, demoted)
    assert told(office) == set()
    office.home.clock.set(until)
    assert told(office) == {"decision_eased", "item_removed", "item_restricted", "account_warned"}


def test_whoever_is_senior_ends_the_wait_of_the_reversal(office: TellingOffice) -> None:
    """It has a history of its own, as every delay has."""
    decision, _ = removed(office, B.AUTHORITY_ASKED)
    reverse(office, decision)
    office.home.clock.advance(seconds=120)
    with office.home.house.store.read() as reader:
        [ending] = reader.reversed([decision]).values()
    [waiting] = office.verbs.keep.of_decision(SENIOR, ending)
    office.verbs.keep.release(SENIOR, waiting.tracked.statement.id, "letter 8: closed")
    assert told(office) == {"decision_reversed"}
