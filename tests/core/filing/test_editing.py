"""Changing a report by places: typed by the table, with who typed it, and nothing of the platform's in passing."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.filing import reports
from core.filing.reports import NOW
from core.filing.test_drawing_up import DRAWN
from laws import examples
from tutela.core.filing.drawing_up import is_kind_chosen
from tutela.core.filing.editing import CLEAR, MOST_CHANGES, Edited, edited
from tutela.core.filing.incident import Chat, WebPage
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.package_file import package_json, read_package
from tutela.core.filing.provenance import Origin, Provenance, source_of
from tutela.core.filing.schema import spots
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import FileAnnotation, IncidentType, Relevance, ReportAnnotation
from tutela.core.ids import PersonId
from tutela.errors import BadInput, WrongFields

BY = PersonId("per_olga")
IMAGE, CHAT = DRAWN["one-image"], DRAWN["enticement"]
LATER = NOW + timedelta(minutes=1)


def change(package: Package = IMAGE, overrides: bool = False, **changes: Any) -> Edited:  # noqa: FBT001, FBT002  # of a test
    """Return what comes of changes; two underlines stand for a dot."""
    return edited(package, {place.replace("__", "."): each for place, each in changes.items()}, BY, NOW,
                  overrides=overrides)  # fmt: skip


def test_each_kind_of_field_is_set_with_who_typed_it() -> None:
    """Words, marks, times, texts, people, parts of parts that were not there before."""
    drawn = change(
        CHAT,
        incident__kind="enticement",
        incident__annotations=["sextortion"],
        incident__at="2026-11-20T18:04:05+01:00",
        incident__escalation="A child is to be met this evening.",
        note="What was seen, and by whom.",
        suspects__0__person__first_name="Sam",
        suspects__0__location__country="DE",
        victims__0__person__age=14,
        law_enforcement={"agency": "Police of Meadow", "is_told": True},
        details__1={"kind": "web_page", "urls": ["https://meadow.alt/p/1"]},
        suspects__0__person__emails__1={"address": "b@meadow.alt"},
        recipients__0__identifier="user-8",
        files__0__notes__1="Read whole.",
        overrides=True,
    ).package
    report = drawn.report

    assert report.incident.kind is IncidentType.ENTICEMENT
    assert report.incident.annotations == (ReportAnnotation.SEXTORTION,)
    assert report.incident.at is not None
    assert report.incident.at.isoformat() == "2026-11-20T17:04:05+00:00"
    assert drawn.is_danger
    assert report.suspects[0].person is not None
    assert [each.address for each in report.suspects[0].person.emails] == ["u@meadow.alt", "b@meadow.alt"]
    assert report.suspects[0].location is not None
    assert [type(each) for each in report.details] == [Chat, WebPage]
    assert report.recipients[0].identifier == "user-8"
    assert drawn.files[0].details.notes[1] == "Read whole."
    assert is_kind_chosen(drawn)
    for place in ("incident.at", "suspects.0.person.first_name", "victims.0.person.age", "recipients.0.identifier"):
        assert source_of(place, drawn.sources) == Provenance(Origin.TYPED, NOW, BY)
    assert source_of("suspects.0.screen_name", drawn.sources) != Provenance(Origin.TYPED, NOW, BY)


def test_what_is_cleared_is_gone_and_what_stood_behind_it_moves_up() -> None:
    """With its sources: nobody's words become somebody else's."""
    two = change(IMAGE, suspects__0__associated__2={"kind": "other", "identifier": "typed"}).package
    gone = change(two, overrides=True, suspects__0__associated__0=CLEAR).package
    [first, second] = gone.report.suspects[0].associated

    assert (first.identifier, second.identifier) == ("other", "typed")
    assert source_of("suspects.0.associated.0", gone.sources) == source_of("suspects.0.associated.1", IMAGE.sources)
    assert source_of("suspects.0.associated.1", gone.sources) == Provenance(Origin.TYPED, NOW, BY)
    assert change(IMAGE, note=CLEAR).package.report.note is None
    assert change(IMAGE, overrides=True, incident__at=CLEAR).package.report.incident.at is None
    assert change(IMAGE, overrides=True, files__0=CLEAR).package.files == ()
    assert not [each for each in change(IMAGE, files__0=CLEAR, overrides=True).package.sources if "files" in each]


def test_what_the_platform_told_is_typed_over_only_by_whom_says_so() -> None:
    """And then it is known which; a suggestion, or what is empty, takes no such word."""
    with pytest.raises(WrongFields) as refused:
        change(CHAT, suspects__0__screen_name="other", note="mine")
    done = change(CHAT, suspects__0__screen_name="other", note="mine", overrides=True)

    assert [(each["place"], "override" in each["message"]) for each in refused.value.places] == [
        ("suspects.0.screen_name", True)
    ]
    assert (done.overridden, done.places) == (("suspects.0.screen_name",), ("suspects.0.screen_name", "note"))
    assert change(CHAT, suspects__0__profile_bio="typed").overridden == ()
    assert change(CHAT, incident__kind="csam").overridden == ()


WRONG: list[tuple[str, Any, str]] = [
    ("incident.kind", "theft", "enticement"),
    ("incident.kind", CLEAR, "must be there"),
    ("incident.at", "2026-11-20T18:04:05", "with its zone"),
    ("incident.at", "2036-11-20T18:04:05Z", "future"),
    ("incident.annotations", ["viral"], "sextortion"),
    ("incident.nothing", 1, "kind"),
    ("incident", CLEAR, "must be there"),
    ("note.more", 1, "nothing inside"),
    ("note", 7, "string"),
    ("suspects.3.note", "x", "from 0 to 1"),
    ("suspects.1", CLEAR, "nothing to clear"),
    ("recipients.0.location.city", "Springfield", "country"),
    ("details.7", {"kind": "chat"}, "number"),
    ("details.1", {"client": "x"}, "cell_phone"),
    ("details.1.client", "x", "`kind`"),
    ("files.0.is_viewed", True, "log of views"),
    ("files.0.views", {}, "log of views"),
    ("files.0.file_id", "x", "authority"),
    ("files.4.url", "https://meadow.alt/", "no such file"),
    ("files.0", {}, "not typed"),
    ("files.0.annotations", ["sextortion"], "viral"),
    ("reporter.person.first_name", "x", "settings"),
    ("batch", {}, "drawn up"),
    ("is_urgent", "yes", "true or false"),
    ("Suspects.0", "x", "incident.at"),
    ("", "x", "incident.at"),
    ("suspects.0.person.phones.0", {"number": "+44 1", "calling_code": "+44"}, "calling code"),
]


@pytest.mark.parametrize(("place", "value", "remedy"), WRONG, ids=[place for place, _, _ in WRONG])
def test_what_is_wrong_is_named_with_what_to_do_and_nothing_is_changed(place: str, value: Any, remedy: str) -> None:
    """Also where other changes beside it are right."""
    with pytest.raises(WrongFields) as refused:
        edited(IMAGE, {"note": "right", place: value}, BY, NOW, overrides=True)

    [problem] = refused.value.places
    assert remedy in problem["message"]


@pytest.mark.parametrize("count", [0, MOST_CHANGES + 1])
def test_so_many_changes_are_none(count: int) -> None:
    """From one to two hundred."""
    with pytest.raises(BadInput, match="at once"):
        edited(IMAGE, {f"suspects.{at}": CLEAR for at in range(count)}, BY, NOW)


MAXIMAL = Package(reports.maximal(), (PackageFile("med_1", reports.maximal_file(), "0" * 32),), {
    "incident": Provenance(Origin.PLATFORM, NOW),
    **dict.fromkeys(("details", "law_enforcement", "suspects", "recipients", "victims", "note", "files.0"),
                    Provenance(Origin.PLATFORM, NOW)),
    "reporter": Provenance(Origin.SETTINGS, NOW),
})  # fmt: skip
PLACES = [
    *(each.place for each in spots(MAXIMAL.report, "report", SHAPES)),
    *(each.place for each in spots(MAXIMAL.files[0].details, "fileDetails", SHAPES, "files.0.")),
]
_VALUES = st.sampled_from([CLEAR, "text", 7, True, None, [], {}, "2026-11-20T18:04:05Z", "viral", ["viral"], {"kind": "chat"}])  # fmt: skip  # noqa: E501  # one table


@example([("suspects.0.permanently_disabled.is_disabled", CLEAR)])
@given(
    st.lists(st.tuples(st.sampled_from([*PLACES, *(each.rpartition(".")[0] for each in PLACES)]), _VALUES), max_size=4)
)
@settings(max_examples=examples(100))
def test_whatever_is_typed_where_ends_in_a_report_or_in_places(changes: list[tuple[str, Any]]) -> None:
    """A report that can be stored, of which every value has a source; nothing else ever comes of it."""
    try:
        done = edited(MAXIMAL, dict(changes), BY, LATER, overrides=True).package
    except BadInput:
        return
    assert read_package(package_json(done)) == done
    places = [each.place for each in spots(done.report, "report", SHAPES)]
    assert all(source_of(each, done.sources) for each in places)


def test_a_file_is_described_in_the_authoritys_words() -> None:
    """What it shows, whether it is context, and nothing that contradicts the schema's own cross rules later."""
    drawn = change(IMAGE, files__0__annotations=["viral", "infant"], files__0__relevance="supplemental").package

    assert drawn.files[0].details.annotations == (FileAnnotation.VIRAL, FileAnnotation.INFANT)
    assert drawn.files[0].details.relevance is Relevance.SUPPLEMENTAL
    assert drawn.files[0].details.views == IMAGE.files[0].details.views
