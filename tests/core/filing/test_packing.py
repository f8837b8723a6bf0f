"""A report made to fit, what is suggested for it, and what the log of views proves of its files."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from core.filing import reports
from core.filing.reports import NOW
from core.filing.test_preflight import BATCH, IMAGE, conditions, found
from core.test_view_log import MEDIA, view
from tutela.core.filing.packing import pack
from tutela.core.filing.preflight import blocks, check
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.report_file import NOBODY_LOOKED, view_facts
from tutela.core.filing.suggestions import BY_HINT, PRECEDENCE, SECTIONS, suggested
from tutela.core.filing.wire_words import IncidentType, Relevance
from tutela.core.ids import PersonId
from tutela.core.policy import DutyHint
from tutela.core.views import Purpose

COMPUTED = Provenance(Origin.COMPUTED, NOW)


def test_what_is_too_long_goes_along_as_a_file() -> None:
    """It is supplemental, seen by nobody, known by its digest, and the whole passes pre-flight."""
    long = replace(IMAGE, report=replace(IMAGE.report, note="hills and mills " * 2000))
    packed = pack(long, COMPUTED)
    added = packed.package.files[-1]

    assert [rule for rule, _ in found(long)] == ["lengths"]
    assert pack(packed.package, COMPUTED).package == packed.package
    assert found(packed.package) == set()
    assert len(packed.package.files) == len(IMAGE.files) + 1
    assert added.details.relevance is Relevance.SUPPLEMENTAL
    assert not added.details.is_viewed
    assert added.md5 == hashlib.md5(packed.supplements[0].content(), usedforsecurity=False).hexdigest()


def test_what_fits_is_packed_as_it_is_and_a_batch_is_never_split() -> None:
    """A batch has one file: what is too long there is refused."""
    assert pack(IMAGE, COMPUTED).package == IMAGE
    long = replace(
        BATCH, report=replace(BATCH.report, suspects=(replace(BATCH.report.suspects[0], identifier="x" * 300),))
    )
    assert pack(long, COMPUTED).package is long
    assert blocks(check(long, conditions(long)))
    with pytest.raises(ValueError, match="computed"):
        pack(IMAGE, replace(COMPUTED, origin=Origin.TYPED))


def test_what_xml_cannot_carry_is_packed_once() -> None:
    """Half a surrogate is written out in the file, and a replacement stands in the report."""
    odd = replace(IMAGE, report=replace(IMAGE.report, note=f"hill\ud800 {IMAGE.report.note}"))
    packed = pack(odd, COMPUTED)

    assert (packed.package.report.note or "").startswith("hill\ufffd ")
    assert b"hill\\u{D800} " in packed.supplements[0].content()
    assert pack(packed.package, COMPUTED).package == packed.package
    assert found(packed.package) == set()


def test_texts_of_several_parts_go_into_files_of_their_own() -> None:
    """One for the report, one for each file that needs it."""
    first = replace(IMAGE.files[0], details=replace(reports.image(), original_name="n" * 3000))
    long = replace(IMAGE, files=(first, *IMAGE.files[1:]), report=replace(IMAGE.report, note="n" * 30_000))

    assert [each.name for each in pack(long, COMPUTED).supplements] == [
        "whole-texts-report.txt",
        "whole-texts-file-1.txt",
    ]


@given(st.lists(st.sampled_from(DutyHint)))
def test_one_incident_is_suggested_by_precedence(hints: list[DutyHint]) -> None:
    """The first of those that the clauses point at; none where none does."""
    wanted = {BY_HINT[hint] for hint in hints if hint in BY_HINT}
    kind = suggested(hints)

    assert (kind is None) is (not wanted)
    assert all(kind is not None and PRECEDENCE.index(kind) <= PRECEDENCE.index(each) for each in wanted)


def test_every_incident_type_has_its_place_and_its_help() -> None:
    """All eight."""
    assert set(PRECEDENCE) == set(SECTIONS) == set(IncidentType)
    assert len(PRECEDENCE) == 8


OTHER = make.media()
READ = view((0, 1), purpose=Purpose.METADATA)


@pytest.mark.parametrize(
    ("log", "viewed", "exif"),
    [
        ([], False, False),
        ([view((0, 999))], False, False),
        ([view((0, 1000))], True, False),
        ([view((0, 500)), view((500, 1000), person="per_2")], False, False),
        ([READ], False, False),
        ([view((0, 1000)), READ], True, True),
        ([view((0, 1000)), replace(READ, grant=replace(READ.grant, media_id=OTHER.id))], True, False),
        ([view((0, 1000), sha256="f" * 64)], False, False),
    ],
)
def test_viewed_is_what_one_person_was_sent_whole(log: list[Any], *, viewed: bool, exif: bool) -> None:
    """Never more: not two halves of two people, not another file, not the metadata alone."""
    facts = view_facts(log, MEDIA)

    assert (facts.is_viewed, facts.is_exif_viewed) == (viewed, exif)
    assert facts.whole_by == (frozenset({PersonId("per_1")}) if viewed else NOBODY_LOOKED.whole_by)
