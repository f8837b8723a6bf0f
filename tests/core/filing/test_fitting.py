"""What is too long goes whole into a file beside the report, and nothing is silently cut."""

from dataclasses import replace
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from core.filing import reports
from core.filing.strategies import models
from core.filing.test_xml import as_file, as_report, wrong
from laws import examples
from tutela.core.filing.accounts import Suspect
from tutela.core.filing.fitting import fit, places, pointer
from tutela.core.filing.provenance import Origin, Provenance, source_of
from tutela.core.filing.report import Report
from tutela.core.filing.report_file import Metadata, NamedValue
from tutela.core.filing.table import OWN_LONGEST
from tutela.core.filing.wire_words import MetadataKind
from tutela.core.ids import PersonId


def with_suspect(**fields: Any) -> Report:
    """Return a report whose suspect has these fields."""
    return replace(reports.text_only(), suspects=(replace(reports.SUSPECT, **fields),))


def test_what_fits_is_left_as_it_is() -> None:
    """The same value, and no file."""
    report = reports.maximal()
    fitted, file = fit(report, "report", of="report")

    assert fitted is report
    assert file is None


def test_a_long_text_is_sent_by_its_beginning_and_lies_whole_in_the_file() -> None:
    """And the beginning says where the rest is."""
    report = replace(reports.text_only(), note="hills and mills " * 2000)
    fitted, file = fit(report, "report", of="report")

    assert file is not None
    assert fitted.note is not None
    assert len(fitted.note) == OWN_LONGEST
    assert fitted.note.endswith(pointer("whole-texts-report.txt"))
    assert (report.note or "").encode() in file.content()
    assert places([file]) == ("note",)
    assert wrong(as_report(fitted)) == []


def test_half_an_identifier_is_not_sent() -> None:
    """It would be somebody else's; the whole one is in the file, with its place."""
    long_name, url = "n" * 300, f"https://meadow.alt/{'u' * 3000}"
    report = with_suspect(screen_name=long_name, profile_urls=("https://meadow.alt/u/1", url))
    fitted, file = fit(report, "report", of="report")

    assert file is not None
    assert fitted.suspects[0].screen_name is None
    assert fitted.suspects[0].profile_urls == ("https://meadow.alt/u/1",)
    assert places([file]) == ("suspects.0.screen_name", "suspects.0.profile_urls.1")
    assert long_name.encode() in file.content()
    assert url.encode() in file.content()


def test_what_xml_cannot_carry_lies_in_the_file_as_its_number() -> None:
    """On the wire stands a replacement in its place."""
    report = with_suspect(display_names=("ok", "hill\x00\ud800mill"))
    fitted, file = fit(report, "report", of="report")

    assert file is not None
    assert b"hill\\u{0000}\\u{D800}mill" in file.content()
    assert file.texts[0].place == "suspects.0.display_names.1"
    root = ElementTree.fromstring(as_report(fitted))
    assert root.findall("personOrUserReported/displayName")[1].text == "hill\ufffd\ufffdmill"


def test_a_value_that_must_be_there_is_never_left_out() -> None:
    """It stays too long, and pre-flight refuses it with its place."""
    report = with_suspect(devices=(replace(reports.DEVICES[0], id_value="x" * 3000),))
    fitted, file = fit(report, "report", of="report")

    assert file is None
    assert fitted is report


def test_what_is_told_of_a_file_is_fitted_too() -> None:
    """Its name, and what it says of itself."""
    pairs = Metadata(kind=MetadataKind.EXIF, pairs=(NamedValue(name="Comment", value="v" * (OWN_LONGEST + 1)),))
    fitted, file = fit(
        replace(reports.image(), original_name="n" * 3000, metadata=(pairs,)), "fileDetails", of="file-1"
    )

    assert file is not None
    assert places([file]) == ("original_name", "metadata.0.pairs.0.value")
    assert wrong(as_file(fitted)) == []


texts = st.text(min_size=1, max_size=600)


@given(models("report"), texts, texts)
@settings(max_examples=examples(50))
def test_whatever_is_fitted_is_within_its_limits_and_loses_nothing(report: Report, name: str, school: str) -> None:
    """Every text is on the wire as it was, or whole in the file."""
    party = Suspect(identifier="1", screen_name=name, group=school)
    long = replace(report, suspects=(party,), note=name * 100)
    fitted, file = fit(long, "report", of="report")
    held = {each.place: each.text for each in file.texts} if file else {}

    assert fitted.suspects[0].screen_name == name or held["suspects.0.screen_name"] == name
    assert fitted.suspects[0].group == school or held["suspects.0.group"] == school
    assert fitted.note == name * 100 or held["note"] == name * 100
    again, _ = fit(fitted, "report", of="report")
    assert again == fitted


TYPED = Provenance(Origin.TYPED, reports.NOW, PersonId("per_1"))
TOLD = Provenance(Origin.PLATFORM, reports.NOW)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("suspects.0.screen_name", TOLD),
        ("suspects.0.note", TYPED),
        ("suspects.1.screen_name", None),
        ("suspects.0", TOLD),
        ("note", None),
    ],
)
def test_the_nearest_word_about_a_field_says_where_it_comes_from(place: str, found: Provenance | None) -> None:
    """One word may speak of all below it."""
    assert source_of(place, {"suspects.0": TOLD, "suspects.0.note": TYPED}) == found
