"""What is sent: golden documents, order and cardinality of any report, and that nothing of the model is left behind."""

import dataclasses
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from core.filing import reports
from core.filing.reports import NOW, SCHEMA_URL, THEN
from core.filing.strategies import models
from laws import examples
from tutela.core.filing.characters import REPLACEMENT, is_legal, legal, shown
from tutela.core.filing.moments import written
from tutela.core.filing.report import Report
from tutela.core.filing.report_file import FileDetails, ViewFacts
from tutela.core.filing.schema import Element, Flags, Leaf, Nested, OneOf, spots
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import COUNTRIES, STATES, Feature, IncidentType
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.errors import BadInput
from tutela.sandbox.ncmec import checking, rules
from tutela.sandbox.ncmec.checking import Check

GOLDEN = Path(__file__).parents[2] / "golden" / "filing"
ALL = frozenset(Feature)


def as_report(report: Report, **known: Any) -> bytes:
    """Return the document of a report."""
    return report_xml(report, schema_url=SCHEMA_URL, now=NOW, **known)


def as_file(details: FileDetails, **known: Any) -> bytes:
    """Return the document of a file."""
    return file_details_xml(details, report_id="900000001", file_id="f1", schema_url=SCHEMA_URL, now=NOW, **known)


def wrong(document: bytes, *, is_2026: bool = False) -> list[str]:
    """Return what the stand-in's own grammar finds wrong."""
    root = ElementTree.fromstring(document, forbid_dtd=True)
    return list(checking.problems(root, root.tag, Check(NOW, is_2026)))


THREE = reports.three_files()
DOCUMENTS = {
    "text-only": as_report(reports.text_only()),
    "one-image": as_report(reports.with_image()),
    "one-image.file": as_file(reports.image()),
    "three-files": as_report(reports.with_image()),
    "three-files.1": as_file(THREE[0]),
    "three-files.2": as_file(THREE[1]),
    "three-files.3": as_file(THREE[2]),
    "maximal": as_report(reports.maximal(), features=ALL),
    "maximal.file": as_file(reports.maximal_file(), features=ALL),
    "batch": as_report(reports.batch()),
    "batch.file": as_file(reports.batch_file()),
    **{f"details-{type(v).__name__.lower()}": as_report(reports.of_variant(v)) for v in reports.VARIANTS},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_report_is_written_as_it_always_was(name: str) -> None:
    """`TUTELA_WRITE_GOLDEN=1` writes them anew, to be read in the diff."""
    path, pretty = GOLDEN / f"{name}.xml", DOCUMENTS[name].replace(b"><", b">\n<") + b"\n"
    if os.environ.get("TUTELA_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pretty)

    assert path.read_bytes() == pretty


@pytest.mark.parametrize("name", DOCUMENTS)
def test_another_reading_of_the_schema_finds_nothing_wrong(name: str) -> None:
    """The stand-in's grammar was written apart from our table; a batch and a maximal report keep its rules too."""
    root = ElementTree.fromstring(DOCUMENTS[name])
    is_2026 = name.startswith("maximal")

    assert wrong(DOCUMENTS[name], is_2026=is_2026) == []
    if name == "maximal.file":
        return  # a file has no supplemental and reported side at once, but everything else
    of = rules.of_report(root) if root.tag == "report" else rules.of_file(root, in_batch=name.startswith("batch"))
    assert list(of) == []


@given(models("report"))
@settings(max_examples=examples(50))
def test_order_and_cardinality_hold_for_any_report(report: Report) -> None:
    """Whatever a model says, its elements come in the order and number that the schema demands."""
    assert wrong(as_report(report, features=ALL), is_2026=True) == []


@given(models("fileDetails"))
@settings(max_examples=examples(50))
def test_order_and_cardinality_hold_for_any_file(details: FileDetails) -> None:
    """As for a report."""
    assert wrong(as_file(details, features=ALL), is_2026=True) == []


@given(models("report"))
@settings(max_examples=examples(50))
def test_every_value_of_a_model_is_on_the_wire(report: Report) -> None:
    """As many values as the model has, and each of them."""
    root = ElementTree.fromstring(as_report(report, features=ALL))
    sent = [each.text or "" for each in root.iter() if not len(each)] + [
        v for e in root.iter() for v in e.attrib.values()
    ]

    for spot in spots(report, "report", SHAPES):
        if isinstance(spot.value, str) and type(spot.value) is str:
            assert legal(spot.value) in sent


def fields_on_the_wire(shape: str) -> set[str]:
    """Return the fields of a model that its line of the table names."""
    row = SHAPES[shape]
    content = {row.content.field} if row.content else set()
    return {e.field for e in row.elements} | {a.field for a in row.attributes} | content


@pytest.mark.parametrize("shape", SHAPES)
def test_no_field_of_a_model_is_left_behind(shape: str) -> None:
    """Coop documents victims and never sends them; here a field without a line in the table fails this test."""
    fields = {each.name for each in dataclasses.fields(SHAPES[shape].model)}
    computed = {"is_viewed", "is_exif_viewed"} if shape == "fileDetails" else set()

    assert fields - {"views"} | computed == fields_on_the_wire(shape)


def held_by(element: Element | None) -> Iterator[Any]:
    """Yield what a line of the table holds."""
    if element is not None:
        yield element.holds


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_reached_from_a_report_or_a_file(shape: str) -> None:
    """No line of the table is dead."""
    inside = {
        name
        for row in SHAPES.values()
        for element in row.elements
        for name in (
            [element.holds.shape]
            if isinstance(element.holds, Nested)
            else [held for _, held in element.holds.shapes.values()]
            if isinstance(element.holds, OneOf)
            else []
        )
    }
    assert shape in inside | {"report", "fileDetails"}


def every_word() -> list[tuple[str, str, StrEnum]]:
    """Return each word that a field may hold, with shape and field."""
    found = []
    for name, row in SHAPES.items():
        lines = [(a.field, a.holds) for a in row.attributes] + [(e.field, e.holds) for e in row.elements]
        for field, holds in lines:
            if isinstance(holds, Leaf | Flags) and holds.words is not None:
                found += [(name, field, word) for word in holds.words]
    return found


def test_every_word_reaches_the_wire() -> None:
    """Each value of each enumeration: in the documents above, or in a report of its own kind."""
    kinds = [as_report(replace(reports.text_only(), incident=reports.incident(kind))) for kind in IncidentType]
    classes = [
        as_file(replace(reports.image(), classification=word)) for _, f, word in every_word() if f == "classification"
    ]
    sent = "\n".join(document.decode() for document in [*DOCUMENTS.values(), *kinds, *classes])

    missing = [
        (shape, field, word)
        for shape, field, word in every_word()
        if not re.search(rf'(>|"){re.escape(word.value)}(<|")|<{re.escape(word.value)} />', sent)
    ]
    assert missing == []


def test_the_maximal_report_says_everything() -> None:
    """Each field of each shape that it can hold is filled, so that the golden document covers them."""
    empty: set[str] = set()
    filled: set[str] = set()

    def walk(model: Any, shape: str) -> None:
        row = SHAPES[shape]
        for line in (*row.attributes, *row.elements, *([row.content] if row.content else [])):
            value = getattr(model, line.field)
            (empty if value in (None, ()) else filled).add(f"{shape}.{line.field}")
            holds = line.holds
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(holds, Nested) and each is not None:
                    walk(each, holds.shape)
                elif isinstance(holds, OneOf):
                    walk(each, holds.shapes[type(each)][1])

    walk(reports.maximal(), "report")
    walk(replace(reports.maximal_file(), report_id="1", file_id="1"), "fileDetails")

    assert empty - filled == {"report.batch"}


def test_flags_are_sent_only_where_the_schema_knows_them() -> None:
    """What came in 2026 is refused where the operator's schema has it not, and named."""
    with pytest.raises(BadInput, match="does not know") as caught:
        as_report(reports.maximal())
    assert caught.value.place == "incident.annotations.informational"

    person = replace(reports.text_only().victims[0].person, has_age_discrepancy=True)
    with pytest.raises(BadInput, match="does not know") as caught:
        as_report(replace(reports.text_only(), victims=(replace(reports.text_only().victims[0], person=person),)))
    assert caught.value.place == "victims.person.has_age_discrepancy"


def test_a_time_that_nobody_knows_is_not_invented() -> None:
    """The report is not written, and the place is named."""
    with pytest.raises(BadInput) as caught:
        as_report(replace(reports.text_only(), incident=replace(reports.incident(), at=None)))

    assert caught.value.place == "incident.at"


def test_a_time_without_a_zone_is_refused() -> None:
    """It could be hours off."""
    naive = replace(reports.incident(), at=datetime(2026, 11, 20, 18, 4, 5))  # noqa: DTZ001  # that is the point
    with pytest.raises(BadInput, match="zone") as caught:
        as_report(replace(reports.text_only(), incident=naive))

    assert caught.value.place == "incident.at"


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (THEN, "2026-11-19T18:04:05Z"),
        (THEN.astimezone(timezone(timedelta(hours=9))), "2026-11-19T18:04:05Z"),
        (THEN + timedelta(microseconds=7), "2026-11-19T18:04:05.000007Z"),
        (NOW, "2026-11-26T11:59:59Z"),
        (NOW + timedelta(minutes=4), "2026-11-26T11:59:59Z"),
        (NOW + timedelta(hours=4), "2026-11-26T16:00:00Z"),
        (datetime(1, 1, 1, 12, tzinfo=UTC), "0001-01-01T12:00:00Z"),
    ],
)
def test_a_moment_is_told_in_utc_and_never_moved_but_by_a_fast_clock(moment: datetime, told: str) -> None:
    """What lies further ahead than clocks differ stays as it is: pre-flight refuses it."""
    assert written(moment, NOW) == told


@given(st.text())
def test_what_xml_cannot_carry_is_shown_and_never_lost(text: str) -> None:
    """Control characters and half surrogates become replacements one for one, and numbers in the file beside."""
    written_out = legal(text)

    assert is_legal(written_out)
    if "\r" not in text:
        assert len(written_out) == len(text)
        assert all(b in {a, REPLACEMENT} for a, b in zip(text, written_out, strict=True))
    shown(text).encode()
    if is_legal(text):
        assert shown(text) == text


@given(st.text(st.characters(codec=None, categories=None), max_size=40))
def test_any_text_comes_back_as_it_was_written(text: str) -> None:
    """Also markup, every script, and what no encoding has."""
    report = replace(reports.text_only(), note=text, suspects=(replace(reports.SUSPECT, screen_name=text),))
    root = ElementTree.fromstring(as_report(report))

    assert (root.find("additionalInfo").text or "") == legal(text)
    assert (root.find("personOrUserReported/screenName").text or "") == legal(text)


@pytest.mark.parametrize(
    ("views", "viewed", "exif"),
    [
        (ViewFacts(), "false", "false"),
        (ViewFacts(is_metadata_read=True), "false", "false"),
        (reports.SEEN, "true", "false"),
        (reports.SEEN_WITH_EXIF, "true", "true"),
    ],
)
def test_viewed_is_claimed_only_for_what_somebody_was_sent(views: ViewFacts, viewed: str, exif: str) -> None:
    """And the metadata only where the file was seen too."""
    root = ElementTree.fromstring(as_file(replace(reports.image(), views=views)))

    assert (root.findtext("fileViewedByEsp"), root.findtext("exifViewedByEsp")) == (viewed, exif)


def test_the_lists_of_codes_are_those_of_the_schema() -> None:
    """Two letters, and the additions."""
    assert len(STATES) == 54
    assert len(COUNTRIES) == 257
    assert {"A1", "A2", "O1", "XK", "AN", "FX"} <= COUNTRIES
    assert STATES & {"DC", "PR", "GU"} == {"DC", "PR", "GU"}
