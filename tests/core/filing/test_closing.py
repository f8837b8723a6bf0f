"""Nothing stays unreported (P4): when a case may be closed, what corrects a report, and what a schema says anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filing import reports
from core.filing.test_duty import EU, TABLE, UK, US, facts
from core.filing.test_xml import as_report, wrong
from tutela.core.filing.closing import Dealt, Declined, FiledByHand, OpenClock, Owed, must_be_filed, unmet
from tutela.core.filing.corrections import correcting, correction
from tutela.core.filing.duty import Duty, FoundBy, Obligation, duty
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.places import Places
from tutela.core.filing.provenance import Origin, Provenance, source_of
from tutela.core.filing.schema import spots
from tutela.core.filing.schema_drift import LONGEST_SCHEMA, drift
from tutela.core.filing.states import Environment, Filing, Phase
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import Feature
from tutela.core.ids import PersonId
from tutela.errors import BadInput
from tutela.sandbox.ncmec.xsd import schema

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
BY = PersonId("per_1")
FILED = Dealt(filings=(Filing("rep_1", Environment.PRODUCTION, phase=Phase.FINISHED, drawn_up_at=AT),))
TRIED = Dealt(filings=(Filing("rep_1", Environment.TEST, phase=Phase.FINISHED, drawn_up_at=AT),))
FAILED = Dealt(filings=(Filing("rep_1", Environment.PRODUCTION, phase=Phase.FAILED),))
ON_ITS_WAY = Dealt(filings=(Filing("rep_1", Environment.PRODUCTION, phase=Phase.OPEN),))
BY_HAND = Dealt(by_hand=(FiledByHand("NCA-1", AT, BY, AT),))
NO_REFERENCE = Dealt(by_hand=(FiledByHand(" ", AT, BY, AT),))
SOMEBODY_HAS_IT = Dealt(clock=OpenClock(BY, AT + timedelta(hours=24)))
NOBODY_HAS_IT = Dealt(clock=OpenClock(PersonId(""), AT))
DECIDED = Dealt(declined=Declined(BY, "Words between adults.", AT))
NO_REASON = Dealt(declined=Declined(BY, " ", AT))
LATER = AT + timedelta(minutes=1)
"""When something else was found of it, after all of that."""


def owed(clause: str, **fields: Any) -> tuple[Duty, ...]:
    """Return what a finding owes to the authority of the United States."""
    return duty(facts(clause, **fields), US, Places(), TABLE)[:1]


MUST, MAY, NONE = owed("coercion"), owed("promotion"), owed("normalising")
NOT_YET = owed("coercion", found_by=FoundBy.MACHINE)


@pytest.mark.parametrize(
    ("duties", "dealt", "is_closed"),
    [
        (MUST, Dealt(), False),
        (MUST, FILED, True),
        (MUST, TRIED, False),
        (MUST, FAILED, False),
        (MUST, ON_ITS_WAY, False),
        (MUST, BY_HAND, True),
        (MUST, NO_REFERENCE, False),
        (MUST, SOMEBODY_HAS_IT, True),
        (MUST, NOBODY_HAS_IT, False),
        (MUST, DECIDED, False),
        (MAY, Dealt(), False),
        (MAY, FILED, True),
        (MAY, DECIDED, True),
        (MAY, NO_REASON, False),
        (MAY, TRIED, False),
        (NONE, Dealt(), False),
        (NONE, DECIDED, True),
        (MUST, replace(FILED, found_at=AT), True),
        (MUST, replace(FILED, found_at=LATER), False),
        (MUST, replace(BY_HAND, found_at=LATER), False),
        (MAY, replace(FILED, found_at=LATER), False),
        (MAY, replace(DECIDED, found_at=LATER), False),
        (MUST, replace(SOMEBODY_HAS_IT, found_at=LATER), True),
        (NOT_YET, Dealt(), False),
        (NOT_YET, DECIDED, False),
        (NOT_YET, SOMEBODY_HAS_IT, False),
    ],
)
def test_a_case_is_closed_only_when_nothing_is_owed(duties: tuple[Duty, ...], dealt: Dealt, *, is_closed: bool) -> None:
    """A test, a failed report and one that is on its way close nothing; *may* and *none* have their reason.

    What was filed, or decided against, says nothing of what is found later.
    """
    left = unmet(Owed(duties, {"ncmec": dealt}))

    assert (not left) is is_closed
    assert all(each.sentence and each.remedy for each in left)


dealings = st.sampled_from([Dealt(), FILED, TRIED, FAILED, BY_HAND, NO_REFERENCE, SOMEBODY_HAS_IT, DECIDED, NO_REASON])


@given(
    st.sampled_from(["depiction", "coercion", "promotion", "normalising", "sending"]),
    st.sampled_from(FoundBy),
    st.sampled_from([US, UK, EU]),
    st.dictionaries(st.sampled_from([each.id for each in TABLE.authorities]), dealings),
)
def test_what_must_be_told_is_told_or_in_somebodys_hands(
    clause: str, found_by: FoundBy, profile: Any, dealt: dict[str, Dealt]
) -> None:
    """Whatever was done about whom: no path closes a case otherwise."""
    duties = duty(facts(clause, found_by=found_by), profile, Places(), TABLE)
    all_of_it = Owed(duties, dealt)
    if unmet(all_of_it):
        return

    for each in duties:
        done = dealt.get(each.authority, Dealt())
        assert each.is_final
        may_be_left = each.obligation is not Obligation.MUST and (done.declined or not each.is_concerned)
        assert done.is_filed or done.clock or may_be_left
    waiting = must_be_filed(all_of_it)
    assert all(dealt[name].clock is not None for name in waiting)


def test_a_correction_names_the_earlier_report_and_says_why() -> None:
    """Under each person, once; and it is a report that can be sent."""
    urgent = replace(reports.text_only(), incident=replace(reports.text_only().incident, escalation="Friday."))
    report = correcting(correcting(urgent, "900000001", "The account was taken over."), "900000001", "Said again.")

    assert report.suspects[0].prior_reports == (900_000_001,)
    assert report.incident.escalation is None
    assert (report.note or "").startswith("This corrects report 900000001. Said again.")
    assert (report.note or "").endswith(reports.text_only().note or "")
    assert wrong(as_report(report)) == []


@pytest.mark.parametrize(("reference", "numbers"), [(" 4711 ", (4711,)), ("1" * 19, ()), ("Ann Hill", ())])
def test_what_was_told_by_hand_is_corrected_under_any_reference(reference: str, numbers: tuple[int, ...]) -> None:
    """It stands in the narrative; under each person only where it is a number."""
    report = correcting(reports.text_only(), reference, "It was a lake.", is_by_hand=True)
    said = f"This corrects what was told by hand, with the reference {reference.strip()}. It was a lake."

    assert (report.note or "").startswith(said)
    assert report.suspects[0].prior_reports == numbers
    assert wrong(as_report(report)) == []
    with pytest.raises(BadInput):
        correcting(reports.text_only(), " ", "It was a lake.", is_by_hand=True)


@pytest.mark.parametrize(
    ("report", "number", "why", "place"),
    [
        (reports.text_only(), "", "why", "earlier_id"),
        (reports.text_only(), "abc", "why", "earlier_id"),
        (reports.text_only(), "1", " ", "why"),
        (reports.batch(), "1", "why", "batch"),
        (replace(reports.text_only(), suspects=(), victims=()), "1", "why", "suspects"),
    ],
)
def test_a_correction_without_number_reason_or_person_is_refused(
    report: Any, number: str, why: str, place: str
) -> None:
    """It would correct nothing."""
    with pytest.raises(BadInput) as caught:
        correcting(report, number, why)

    assert caught.value.place == place


def test_a_schema_that_says_the_same_has_no_drift() -> None:
    """The stand-in's, of both years; only the additions differ."""
    assert drift(schema()).is_none
    assert drift(schema()).features == frozenset()
    assert drift(schema(is_2026=True)).is_none
    assert drift(schema(is_2026=True)).features == frozenset(Feature)


def test_what_a_schema_has_more_or_less_is_named() -> None:
    """For whoever operates, at start and after each download."""
    changed = (
        schema().replace(b'name="schoolName"', b'name="schoolTitle"').replace(b'name="hashType"', b'name="digest"')
    )

    assert drift(changed).unknown_to_us == ("digest", "schoolTitle")
    assert drift(changed).unknown_to_them == ("hashType", "schoolName")


@pytest.mark.parametrize(
    "body", [b"", b"<report/>", b"\xff\x00", b"<!DOCTYPE a><a/>", b" " * (LONGEST_SCHEMA + 1), schema()[:-20]]
)
def test_what_is_no_schema_is_refused(body: bytes) -> None:
    """A page of a proxy, a cut download, a bomb."""
    with pytest.raises(BadInput):
        drift(body)


def test_where_nobody_was_reported_the_number_stands_under_whoever_is_in_it() -> None:
    """An unwitting carrier, or somebody who was harmed: it is their account that the authority has."""
    carried = replace(reports.text_only(), suspects=())
    [victim] = correcting(carried, "7", "why").victims

    assert victim.prior_reports == (7,)


@pytest.mark.parametrize("report", [reports.text_only(), reports.maximal(), reports.batch()])
def test_a_correction_tells_nothing_of_what_was_found_again(report: Any) -> None:
    """Who it is about and where, the number, and why: no file, no words, no facts about anybody's life."""
    files = (PackageFile("med_1", reports.maximal_file(), "0" * 32),)
    told = {"incident": Provenance(Origin.TYPED, AT, PersonId("per_1")), "suspects.0": Provenance(Origin.PLATFORM, AT)}
    made = correction(Package(report, files, told), "7", "It was a lake.", Provenance(Origin.COMPUTED, AT))
    sent = made.report

    assert wrong(as_report(sent, features=frozenset(Feature)), is_2026=True) == []
    assert (made.files, sent.batch, sent.law_enforcement, len(sent.suspects)) == ((), None, None, 1)
    assert sent.note == "This corrects report 7. It was a lake."
    assert 7 in sent.suspects[0].prior_reports
    assert (sent.suspects[0].person, sent.suspects[0].ip_events, sent.victims, sent.recipients) == (None, (), (), ())
    assert not [each for each in sent.details if getattr(each, "content", None) or each.note]
    places = [each.place for each in spots(sent, "report", SHAPES)]
    assert [each for each in places if source_of(each, made.sources) is None] == []
    assert len(report.suspects) == 1 + len(sent.suspects[0].associated)
