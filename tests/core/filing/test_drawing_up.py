"""A report as it is drawn up: golden documents, a source for every field, and nothing invented or chosen."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.filing import known
from core.filing.reports import NOW, SCHEMA_URL
from core.filing.test_preflight import CHANNEL, SET
from core.filing.test_xml import wrong
from laws import examples
from tutela.core.filing.conversation import ordered, transcript
from tutela.core.filing.drawing_up import draw_up, draw_up_batch, is_kind_chosen
from tutela.core.filing.duty import Imagery
from tutela.core.filing.file_rules import FRESH
from tutela.core.filing.incident import Chat, WebPage
from tutela.core.filing.known_case import KnownCase, Line
from tutela.core.filing.package import Conditions, EvidenceCheck, Package
from tutela.core.filing.preflight import check
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.report_file import NOBODY_LOOKED
from tutela.core.filing.wire_words import FileAnnotation, IncidentType, Relevance
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.core.ids import ClauseId
from tutela.core.roles import Role
from tutela.errors import BadInput

GOLDEN = Path(__file__).parents[2] / "golden" / "filing"
DRAWN = {
    "enticement": draw_up(known.enticement(), known.HEAD),
    "one-image": draw_up(known.one_image(), known.HEAD),
    "three-files": draw_up(known.three_files(), known.HEAD),
    "viral": draw_up_batch(known.viral(), known.HEAD),
}
UNTIMED = DRAWN["three-files"]
"""Nobody has told when it was, so that it cannot be sent: the documents show it once somebody has entered it."""
ENTERED = replace(UNTIMED.report.incident, at=known.THEN, at_means="Time of the upload, from the logs.")
SENT = {**DRAWN, "three-files": replace(UNTIMED, report=replace(UNTIMED.report, incident=ENTERED))}
CASES = {
    "enticement": known.enticement(), "one-image": known.one_image(), "three-files": known.three_files(),
    "viral": known.viral(),
}  # fmt: skip


def documents(package: Package) -> bytes:
    """Return everything that would be sent, and under it where each part comes from."""
    sent = [report_xml(package.report, schema_url=SCHEMA_URL, now=NOW)]
    sent += [
        file_details_xml(each.details, report_id="900000009", file_id=each.key, schema_url=SCHEMA_URL, now=NOW)
        for each in package.files
    ]
    told = "\n".join(f"{place}: {each.origin}" for place, each in sorted(package.sources.items()))
    return b"\n".join(each.replace(b"><", b">\n<") for each in sent) + b"\n\n" + told.encode() + b"\n"


def problems(package: Package) -> set[tuple[str, str]]:
    """Return what pre-flight finds wrong, with all bytes there."""
    evidence = {each.key: EvidenceCheck(each.md5, 9, NOW - FRESH / 2) for each in package.files}
    views = {each.key: each.details.views for each in package.files}
    return {(each.rule, each.place) for each in check(package, Conditions(NOW, CHANNEL, SCHEMA_URL, evidence=evidence, views=views))}  # fmt: skip  # noqa: E501  # one thing


@pytest.mark.parametrize("name", DRAWN)
def test_a_report_is_drawn_up_as_it_always_was(name: str) -> None:
    """`TUTELA_WRITE_GOLDEN=1` writes them anew, to be read in the diff."""
    path, told = GOLDEN / f"drawn-{name}.txt", documents(SENT[name])
    if os.environ.get("TUTELA_WRITE_GOLDEN"):
        path.write_bytes(told)

    assert path.read_bytes() == told


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_drawn_up_is_what_the_schema_takes(name: str) -> None:
    """Another reading of the schema finds nothing wrong with it."""
    package = SENT[name]
    assert wrong(report_xml(package.report, schema_url=SCHEMA_URL, now=NOW)) == []
    assert {rule for rule, _ in problems(package)} <= {"completeness", "escalation"}
    assert {rule for rule, _ in problems(UNTIMED)} >= {"incident_time"}


@given(
    st.sampled_from(list(CASES)), st.lists(st.sampled_from(Role), min_size=3, max_size=3),
    st.sampled_from(["all", "nothing"]),
    st.sampled_from(Imagery), st.lists(st.sampled_from(["enticement", "one-image", "three-files"]), max_size=2),
)  # fmt: skip
@settings(max_examples=examples(100))
def test_every_field_has_a_source(name: str, roles: list[Role], told: str, imagery: Imagery, more: list[str]) -> None:
    """Whoever has which part, whatever was told: pre-flight never finds a field of which nobody knows who said it."""
    case = CASES[name]
    accounts = tuple(
        replace(each, role=role, told=each.told if told == "all" else None)
        for each, role in zip(case.accounts, roles, strict=False)
    )
    items = (*case.items, *(each for other in more for each in CASES[other].items))
    drawn = draw_up(replace(case, accounts=accounts, items=items, imagery=imagery), known.HEAD)

    assert not [each for each in problems(drawn) if each[0] == "provenance"]
    assert Role.REPORTER not in roles or all(
        each.account.platform_id not in str(drawn.report) for each in accounts if each.role is Role.REPORTER
    ) or any(each.account.platform_id in str(items) for each in accounts)  # fmt: skip


def test_the_kind_is_a_suggestion_until_somebody_chooses_it() -> None:
    """From the clauses, the gravest first; marked as computed, which is what preparing refuses."""
    drawn = DRAWN["one-image"]
    chosen = replace(drawn, sources={**drawn.sources, "incident.kind": Provenance(Origin.TYPED, NOW, known.OFFICER)})

    assert (drawn.report.incident.kind, is_kind_chosen(drawn)) == (IncidentType.CSAM, False)
    assert DRAWN["enticement"].report.incident.kind is IncidentType.ENTICEMENT
    assert is_kind_chosen(chosen)


def test_no_time_is_invented() -> None:
    """Where the platform told none there is none; what it told is said to be what it is."""
    assert DRAWN["three-files"].report.incident.at is None
    assert DRAWN["three-files"].report.incident.at_means is None
    told = DRAWN["enticement"].report.incident
    assert told.at is not None
    assert told.at_means == "Time at which the last of the 2 reported items was sent, as the platform told it."


def test_nobody_is_a_suspect_who_was_not_found_to_be_one() -> None:
    """An unwitting carrier, somebody depicted, a child among children; of a compromised account it is said."""
    case = known.one_image()

    def parts(role: Role) -> tuple[int, int, int]:
        report = draw_up(replace(case, accounts=(replace(case.accounts[0], role=role),)), known.HEAD).report
        return len(report.suspects), len(report.victims), len(report.recipients)

    assert {role: parts(role) for role in Role} == {
        Role.ACTOR: (1, 0, 0),
        Role.COMPROMISED: (1, 0, 0),
        Role.DEPICTED: (0, 1, 0),
        Role.COERCED: (0, 1, 0),
        Role.MINOR_PEER: (0, 1, 0),
        Role.UNWITTING_CARRIER: (0, 0, 1),
        Role.REPORTER: (0, 0, 0),
        Role.NONE: (0, 0, 0),
    }
    used = draw_up(replace(case, accounts=(replace(case.accounts[0], role=Role.COMPROMISED),)), known.HEAD).report
    assert used.suspects[0].is_compromised


def test_only_sealed_bytes_go_along_and_the_rest_is_told_by_its_digests() -> None:
    """A file that a list knows is reported, what lies beside it is context, and what is not kept is said to be."""
    drawn = DRAWN["three-files"]

    assert [(each.key, each.details.relevance) for each in drawn.files] == [
        ("med_known", Relevance.REPORTED),
        ("med_beside", Relevance.SUPPLEMENTAL),
    ]
    assert "1 of the files are not attached" in (drawn.report.note or "")
    assert "616273656e74" in (drawn.report.note or ""), "the digest of what is absent"
    assert not any(each.details.is_viewed for each in drawn.files)
    assert DRAWN["one-image"].files[0].details.is_viewed
    assert DRAWN["one-image"].files[0].details.views is not NOBODY_LOOKED


def test_what_a_person_said_of_the_pictures_is_marked() -> None:
    """On the sheet of duties; nothing is marked where nobody said it."""
    case = known.one_image()
    drawn, made = (
        draw_up(replace(case, imagery=each), known.HEAD) for each in (Imagery.DRAWN, Imagery.INDISTINGUISHABLE)
    )

    assert drawn.files[0].details.annotations == (FileAnnotation.DRAWN,)
    assert made.files[0].details.annotations == (FileAnnotation.GENERATED,)
    assert DRAWN["one-image"].files[0].details.annotations == ()


def test_danger_is_urgent_and_is_escalated_by_nobody_but_a_person() -> None:
    """The reason is written by somebody who knows it."""
    drawn = DRAWN["enticement"]

    assert (drawn.is_urgent, drawn.report.incident.escalation) == (True, None)
    with pytest.raises(BadInput, match="in danger"):
        draw_up_batch(replace(known.viral(), is_in_danger=True), known.HEAD)


def test_what_no_person_found_is_not_drawn_up() -> None:
    """A batch of more than one file is none either."""
    nothing = replace(known.one_image(), findings=())
    for draw in (draw_up, draw_up_batch):
        with pytest.raises(BadInput, match="No person"):
            draw(nothing, known.HEAD)
    with pytest.raises(BadInput, match="exactly one file"):
        draw_up_batch(known.three_files(), known.HEAD)


def test_links_that_were_posted_stand_apart_from_where_they_were_posted() -> None:
    """They lead to other places."""
    case = known.one_image()
    found = replace(known.DEPICTION, clause_id=ClauseId("cse.links"))
    item = replace(case.items[0], links=("https://far.alt/1",))
    where = draw_up(replace(case, findings=(found,), items=(item,)), known.HEAD).report.details

    assert [each.urls for each in where if isinstance(each, WebPage)] == [
        ("https://meadow.alt/p/1",),
        ("https://far.alt/1",),
    ]


def test_what_an_account_did_is_reported_without_any_item() -> None:
    """Behaviour alone, on the service that the settings name."""
    alone: KnownCase = replace(known.enticement(), items=(), transcripts=())
    [where] = draw_up(alone, known.HEAD).report.details

    assert isinstance(where, Chat)
    assert where.client == "Meadow"
    assert SET.origin is Origin.SETTINGS


def test_a_conversation_is_written_down_in_order_and_whole() -> None:
    """Each line once; what is reported is marked; what cannot be shown is written as its number."""
    lines = [
        Line(NOW, "ben", "second\nline", "msg-2"),
        Line(known.THEN, "ann", "first \ud800"),
        Line(None, "ann", "no time"),
        Line(NOW, "ben", "second\nline", "msg-2"),
    ]
    told = transcript(lines).decode()

    assert [each.text for each in ordered(lines)] == ["first \ud800", "no time", "second\nline"]
    assert told.endswith(
        "  2026-11-19T18:04:05Z ann: first \\u{D800}\n  ? ann: no time\n> 2026-11-26T12:00:00Z ben: second\n    line\n"
    )
