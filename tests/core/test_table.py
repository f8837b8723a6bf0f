"""The table of effects: a hole or a wrong word is refused at load, with the place named."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sight import GROUPS, UNKNOWN, classes, spoiled
from tutela.core.measures import MeasureKind
from tutela_client.rows import ROWS
from tutela_client.table import STRICTEST, EffectTable, shipped_source, shipped_table
from tutela_client.verdict import CLEAR
from tutela_client.viewer import CLASSES

NOTHING = {"exposure": "absent", "ads": False, "earns": False, "openable": False}


def changed(**parts: Any) -> dict[str, Any]:
    """Return the shipped table with whole parts replaced."""
    return shipped_source() | parts


def without(part: str) -> dict[str, Any]:
    """Return the shipped table without one part."""
    return {key: value for key, value in shipped_source().items() if key != part}


def everywhere(effect: Any) -> dict[str, Any]:
    """Return the shipped table with one effect of `hold` for everyone."""
    return spoiled(everyone={"*": effect})


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (without("version"), "version"),
        (changed(version=""), "version"),
        (changed(version=3), "version"),
        (changed(groups=[]), "groups"),
        (changed(groups="feed"), "groups"),
        (changed(groups=["feed", 3]), "groups"),
        (changed(groups=["feed", "feed"]), "groups"),
        (without("verbs"), "verbs"),
        (without("always"), "always"),
        (changed(always=["fly"]), "always"),
        (changed(kinds={}), "kinds"),
        (changed(kinds={"hold": "absent"}), "kinds.hold"),
        (changed(surfaces={"home": "fed"}), "surfaces.home"),
        (changed(surfaces={"home": ["feed"]}), "surfaces.home"),
        (changed(surfaces={"feed": "search"}), "surfaces.feed"),
        (changed(kinds={"hold": {"author": {"*": {}}}}), "kinds.hold"),
        (spoiled(autor={}), "kinds.hold.autor"),
        (spoiled(everyone={"feed": NOTHING}), "kinds.hold: no answer for everyone"),
        (spoiled(everyone={"*": NOTHING, "fed": {}}), "kinds.hold.everyone.fed"),
        (spoiled(everyone="absent"), "kinds.hold.everyone"),
        (spoiled(everyone={"*": "absent"}), r"kinds.hold.everyone.\*"),
        (spoiled(follower={"feed": {}}, minor={"feed": {}}), "kinds.hold: both follower and minor"),
        (everywhere({"exposure": "abesnt"}), r"kinds.hold.everyone.\*.exposure"),
        (everywhere({"exposure": 4}), r"kinds.hold.everyone.\*.exposure"),
        (everywhere({"exposur": "absent"}), r"kinds.hold.everyone.\*.exposur: there is no such effect"),
        (everywhere({"ads": "false"}), r"kinds.hold.everyone.\*.ads"),
        (everywhere({"openable": 0}), r"kinds.hold.everyone.\*.openable"),
        (everywhere({"rank_factor": 2}), r"kinds.hold.everyone.\*.rank_factor"),
        (everywhere({"rank_factor": True}), r"kinds.hold.everyone.\*.rank_factor"),
        (everywhere({"rank_factor": float("nan")}), r"kinds.hold.everyone.\*.rank_factor"),
        (everywhere({"disabled_actions": "share"}), r"kinds.hold.everyone.\*.disabled_actions"),
        (everywhere({"disabled_actions": ["fly"]}), r"kinds.hold.everyone.\*.disabled_actions"),
        (everywhere({"disabled_actions": ["report"]}), r"kinds.hold.everyone.\*.disabled_actions.1: this stays"),
        (everywhere({"notice": 3}), r"kinds.hold.everyone.\*.notice"),
        (everywhere({"notice": ""}), r"kinds.hold.everyone.\*.notice"),
        (spoiled(refuses=["fly"]), "kinds.hold.refuses"),
        (spoiled(refuses=["appeal"]), "kinds.hold.refuses.1: this stays possible"),
        (spoiled(refuses="post"), "kinds.hold.refuses"),
        (spoiled(is_sealed="false"), "kinds.hold.is_sealed"),
        (spoiled("exclude", is_quiet=1), "kinds.exclude.is_quiet"),
        (spoiled(code=""), "kinds.hold.code"),
        (spoiled(minor={"feed": {}}), "kinds.hold.other_minor.feed: shows more than other_adult"),
        (spoiled(other={"feed": {}}), "kinds.hold.other_minor.feed: shows more than follower_minor"),
        (spoiled(everyone={"*": {}}), r"kinds.hold.other_adult.feed: shows more than author"),
    ],
)  # fmt: skip
def test_a_table_with_a_hole_is_refused_with_the_place_named(source: dict[str, Any], place: str) -> None:
    """At load, before anybody looks; a word for a truth value would show what it was to hide."""
    with pytest.raises(ValueError, match=f"^{place}"):
        EffectTable(source)


@given(st.sampled_from(MeasureKind), classes, st.sampled_from((*GROUPS, UNKNOWN)))
def test_every_kind_answers_for_every_class_and_surface(kind: str, viewer: str, surface: str) -> None:
    """And its row can be named."""
    row = shipped_table().row_of(kind, viewer, surface)

    assert shipped_table().effect(kind, viewer, surface) is not None
    assert row.startswith(f"kinds.{kind}.")
    assert (row == f"kinds.{kind}.*.*") is (surface == UNKNOWN)


def test_a_narrower_row_replaces_a_wider_one() -> None:
    """First the class, then the group; what a row without `*` leaves out, everyone's answers."""
    rows = {
        "everyone": {"*": {"rank_factor": 0.1}, "feed": {"rank_factor": 0.2}},
        "author": {"*": {"rank_factor": 0.9}},
        "follower": {"feed": {"rank_factor": 0.5}, "search": {"rank_factor": 0.6}},
        "follower_minor": {"feed": {"rank_factor": 0.3}},
    }
    table = EffectTable(changed(kinds={"hold": rows}))
    asked = {
        ("author", "feed"): (0.9, "author.*"),
        ("follower_adult", "feed"): (0.5, "follower.feed"),
        ("follower_adult", "search"): (0.6, "follower.search"),
        ("follower_adult", "detail"): (0.1, "everyone.*"),
        ("follower_minor", "feed"): (0.3, "follower_minor.feed"),
        ("follower_minor", "search"): (0.1, "everyone.*"),
        ("other_adult", "home"): (0.2, "everyone.feed"),
        ("staff", "search"): (0.1, "everyone.*"),
    }

    for (viewer, surface), (factor, row) in asked.items():
        assert table.effect("hold", viewer, surface).rank_factor == factor
        assert table.row_of("hold", viewer, surface) == f"kinds.hold.{row}"


@pytest.mark.parametrize("surface", ["feed", UNKNOWN])
def test_an_unknown_kind_or_viewer_class_sees_nothing(surface: str) -> None:
    """An older client and a newer server: strict, and no crash."""
    assert shipped_table().effect("a_kind_of_tomorrow", "other_adult", surface) == STRICTEST
    assert shipped_table().effect("warn", "a_class_of_tomorrow", surface) == STRICTEST


def test_a_row_that_changes_nothing_is_no_effect() -> None:
    """The one value for it, so that nobody joins or explains it."""
    assert shipped_table().effect("warn", "author", "feed") is CLEAR


def test_a_table_goes_through_json_unchanged() -> None:
    """What `GET /v1/effects` answers makes the same table in another process."""
    told = EffectTable(json.loads(json.dumps(shipped_table().source)))

    for kind in told.kinds:
        for viewer in CLASSES:
            for surface in (*told.surfaces, UNKNOWN):
                assert told.effect(kind, viewer, surface) == shipped_table().effect(kind, viewer, surface)
    assert (told.refuses, told.codes) == (shipped_table().refuses, shipped_table().codes)
    assert (told.sealed, told.quiet) == (shipped_table().sealed, shipped_table().quiet)


def test_a_table_does_not_change_with_what_it_was_made_from() -> None:
    """Whoever holds the parsed file may go on with it."""
    source = shipped_source()
    table = EffectTable(source)
    source["kinds"]["hold"]["everyone"]["*"]["exposure"] = "show"

    assert EffectTable(table.source).effect("hold", "author", "feed").exposure == STRICTEST.exposure


def test_every_class_of_viewers_can_have_a_row() -> None:
    """Beside those for several at once."""
    assert set(CLASSES) < set(ROWS)
