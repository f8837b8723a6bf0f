"""An operator's own rows of what measures do: laid over those that ship, and never below the charter."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sight import UNKNOWN
from laws import examples
from tutela.bootstrap import load_effects
from tutela.core.effects_file import overlaid
from tutela.core.effects_floor import TUNABLE
from tutela.errors import Misconfigured
from tutela_client.may import CONTACT
from tutela_client.table import SPREADING, EffectTable, shipped_source, shipped_table
from tutela_client.verdict import Exposure
from tutela_client.viewer import CLASSES

SHIPPED = shipped_source()
SHOW = {"exposure": "show"}
_SHUT = {"ads": False, "earns": False}
LOCK = {"*": SHOW | _SHUT | {"notice": "why"}, **{key: {"exposure": "absent"} for key in SPREADING}}


def over(**own: Any) -> EffectTable:
    """Return what an operator's file makes of the shipped table."""
    return overlaid(SHIPPED, {"version": "house-1", **own}, place="house.toml")


def test_a_platform_registers_its_own_surfaces_under_groups() -> None:
    """They behave as their group does; what nobody registered stays the strictest."""
    table = over(surfaces={"shorts": "recommendations", "home": "feed"})

    for kind in table.kinds:
        for viewer in CLASSES:
            assert table.effect(kind, viewer, "shorts") == shipped_table().effect(kind, viewer, "recommendations")
            assert table.effect(kind, viewer, UNKNOWN) == shipped_table().effect(kind, viewer, UNKNOWN)


def test_a_row_replaces_the_row_that_shipped_and_no_other() -> None:
    """The version names both files."""
    table = over(kinds={"de_emphasise": {"everyone": {"*": {"rank_factor": 0.5}}}})

    assert table.version == f"{SHIPPED['version']}+house-1"
    assert table.effect("de_emphasise", "other_adult", "feed").rank_factor == 0.5
    assert table.effect("de_emphasise", "other_adult", "replies").exposure is Exposure.SHOW
    assert table.effect("de_emphasise", "author", "feed") == shipped_table().effect("de_emphasise", "author", "feed")
    assert table.effect("cover", "author", "feed") == shipped_table().effect("cover", "author", "feed")


def test_an_empty_file_changes_the_version_alone() -> None:
    """Nothing that ships is lost."""
    table = over()

    assert (table.refuses, table.surfaces, table.sealed) == (
        shipped_table().refuses,
        shipped_table().surfaces,
        shipped_table().sealed,
    )


def test_a_verb_of_the_platforms_own_is_known_once_what_shuts_out_refuses_it() -> None:
    """Registered under every kind that must take it."""
    out = {
        kind: {"refuses": [*SHIPPED["kinds"][kind]["refuses"], "stream"]}
        for kind in ("suspend", "lock_pending_decision")
    }

    assert "stream" in over(verbs=["stream"], kinds=out).verbs
    with pytest.raises(Misconfigured, match=r"charter \(P2\): .* lets the account stream"):
        over(verbs=["stream"])


@pytest.mark.parametrize(
    ("own", "place", "what"),
    [
        ({"version": ""}, "version", "version of its own"),
        ({"version": 3}, "version", "version of its own"),
        ({"surfaces": ["shorts"]}, "surfaces", "must be a table"),
        ({"verbs": "stream"}, "verbs", "must be a list"),
        ({"verbs": [3]}, "verbs", "list of words"),
        ({"verbs": [["stream"]]}, "verbs", "list of words"),
        ({"verbs": ["stream", "stream"]}, "verbs", "twice"),
        ({"kinds": []}, "kinds", "must be a table"),
        ({"surfaces": {"shorts": "recomendations"}}, "surfaces.shorts", "no such group"),
        ({"surfaces": {"push": "detail"}}, "surfaces.push", "belongs to `notifications`"),
        ({"surfaces": {"feed": "search"}}, "surfaces.feed", "cannot belong"),
        ({"kinds": {"covr": {}}}, "kinds.covr", "no such kind"),
        ({"kinds": {"cover": "absent"}}, "kinds.cover", "must be a table"),
        ({"kinds": {"cover": {"folower": {}}}}, "kinds.cover.folower", "no such viewer class"),
        ({"kinds": {"cover": {"everyone": {"fed": {}}}}}, "kinds.cover.everyone.fed", "no such surface group"),
        ({"kinds": {"cover": {"everyone": {"feed": {}}}}}, "kinds.cover", "No answer for everyone"),
        ({"kinds": {"cover": {"everyone": {"*": {"exposure": "x"}}}}}, "kinds.cover.everyone.*.exposure", "Must be"),
        ({"kinds": {"cover": {"refuses": ["fly"]}}}, "kinds.cover.refuses.1", "no such verb"),
        ({"kinds": {"read_only": {"refuses": ["appeal"]}}}, "kinds.read_only.refuses.1", "stays possible"),
        ({"always": ["report"]}, "always", "cannot be set"),
        ({"groups": ["feed"]}, "groups", "cannot be set"),
        ({"kind": {}}, "kind", "cannot be set"),
        ({"kinds": {"hold": {"staff": {"review": {"exposure": "cover"}}}}}, "kinds.hold", r"charter \(P1\)"),
        ({"kinds": {"quarantine": {"is_sealed": False}}}, "kinds.quarantine", r"charter \(P8\)"),
        ({"kinds": {"exclude": {"everyone": {"*": {"ads": False}}}}}, "kinds.exclude", r"charter \(P6\)"),
        ({"kinds": {"suspend": {"refuses": ["log_in"]}}}, "kinds.suspend", r"charter \(P2\)"),
        ({"kinds": {"lock_pending_decision": {"refuses": []}}}, "kinds.lock_pending_decision", r"charter \(P2\)"),
        ({"kinds": {"protect": {"refuses": ["post"]}}}, "kinds.protect", r"charter \(P2\)"),
        ({"kinds": {"protect": {"other": {"*": SHOW}}}}, "kinds.protect.other.*", "weaker than what ships"),
        ({"kinds": {"age_gate": {"minor": {"*": SHOW}}}}, "kinds.age_gate.minor.*", "weaker than what ships"),
        ({"kinds": {"withhold": {"everyone": {"*": SHOW}, "author": {"*": SHOW}}}}, "kinds.withhold.author.*", "weak"),
        (
            {"kinds": {"block_link": {"everyone": {"*": SHOW}, "author": {"*": SHOW}}}},
            "kinds.block_link.author.*",
            "weaker than what ships",
        ),
        ({"kinds": {"block_messaging": {"refuses": []}}}, "kinds.block_messaging.refuses", "invite is refused"),
        ({"kinds": {"block_posting": {"refuses": []}}}, "kinds.block_posting.refuses", "post is refused"),
        ({"kinds": {"read_only": {"refuses": ["post"]}}}, "kinds.read_only.refuses", "is refused"),
        ({"kinds": {"lock_until_verified": {"refuses": []}}}, "kinds.lock_until_verified.refuses", "is refused"),
        ({"kinds": {"block_device": {"refuses": []}}}, "kinds.block_device.refuses", "sign_up is refused"),
        ({"kinds": {"lock_pending_decision": {"code": "why"}}}, "kinds.lock_pending_decision", r"charter \(P8\)"),
        ({"kinds": {"lock_pending_decision": {"author": LOCK}}}, "kinds.lock_pending_decision", r"charter \(P8\)"),
        ({"kinds": {"no_payout": {"code": "why"}}}, "kinds.no_payout", "might tell why"),
        ({"kinds": {"no_payout": {"is_quiet": False}}}, "kinds.no_payout.is_quiet", "taken away"),
        ({"kinds": {"cover": {"author": {"*": SHOW}}}}, "kinds.cover.author.*", "weaker than what ships"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_its_place(own: dict[str, Any], place: str, what: str) -> None:
    """A hole, an unknown word, something taken away, or a promise broken; nothing starts with it."""
    with pytest.raises(Misconfigured, match=what) as refused:
        over(**own)

    assert refused.value.place == f"house.toml: {place}"


effects = st.fixed_dictionaries(
    {"exposure": st.sampled_from([each.name.lower() for each in Exposure])},
    optional={
        "ads": st.booleans(),
        "earns": st.booleans(),
        "openable": st.booleans(),
        "rank_factor": st.sampled_from((0.0, 0.5, 1.0)),
        "notice": st.sampled_from(("under_review", "locked", "a_word_of_ours")),
        "disabled_actions": st.lists(st.sampled_from(sorted(CONTACT)), unique=True),
    },
)
rows = st.fixed_dictionaries(
    {"everyone": st.fixed_dictionaries({"*": effects})},
    optional={
        row: st.dictionaries(st.sampled_from(("*", *SHIPPED["groups"])), effects, max_size=4)
        for row in ("author", "other", "minor", "staff")
    }
    | {"refuses": st.lists(st.sampled_from(("post", "message", "advertise")), unique=True)},
)
PROTECTING = sorted(set(SHIPPED["kinds"]) - TUNABLE)


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(PROTECTING), rows)
def test_a_file_that_is_accepted_never_shows_allows_or_tells_more_than_what_ships(kind: str, own: Any) -> None:
    """Of every kind that protects somebody, to every class, on every surface, one that nobody registered included."""
    shipped = shipped_table()
    try:
        table = over(kinds={kind: own})
    except Misconfigured:
        return
    for viewer in CLASSES:
        for surface in (*shipped.surfaces, UNKNOWN):
            most = shipped.effect(kind, viewer, surface)
            assert table.effect(kind, viewer, surface).shows_no_more_than(most)
            if kind in shipped.quiet:
                assert "a_word_of_ours" not in table.effect(kind, viewer, surface).notices
    assert table.refuses[kind] >= shipped.refuses[kind]


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("age_gate", {"minor": {"*": {"exposure": "absent"}}}),
        ("block_posting", {"everyone": {"*": {"exposure": "lower", "notice": "a_word_of_ours"}}}),
        ("limit_reach", {"follower": {"*": SHOW}, "author": {"*": SHOW}}),
        ("cover", {"adult": {"*": {"exposure": "lower", "ads": False}, "ads": {"exposure": "absent"}}}),
    ],
)
def test_a_file_may_be_stricter_and_may_tune_how_far_things_reach(kind: str, own: Any) -> None:
    """And use its own words where nothing is sealed."""
    if kind == "limit_reach":
        own["follower"]["ads"] = own["author"]["ads"] = SHOW | {"ads": False}

    assert kind in over(kinds={kind: own}).kinds


@pytest.mark.parametrize(
    ("own", "remedy"),
    [
        ({"kinds": {"covr": {}}}, "`cover`"),
        ({"kinds": {"cover": {"folower": {}}}}, "`follower`"),
        ({"kind": {}}, "`kinds`"),
        ({"groups": []}, "[surfaces]"),
        ({"kinds": {"hold": {"refuses": []}}}, "No file can weaken this"),
        ({"kinds": {"cover": {"everyone": {}}}}, "`tutela effects show`"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_a_remedy(own: dict[str, Any], remedy: str) -> None:
    """What to do about it."""
    with pytest.raises(Misconfigured) as refused:
        over(**own)

    assert remedy in (refused.value.remedy or "")


def test_the_house_takes_the_operators_file(tmp_path: Path) -> None:
    """Named in the settings; without one the shipped table is used, and one that is not there is refused."""
    file = tmp_path / "house.toml"
    file.write_text('version = "house-1"\n[surfaces]\nshorts = "recommendations"\n', encoding="utf-8")

    assert load_effects(file).surfaces["shorts"] == "recommendations"
    assert load_effects(None) is shipped_table()
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_effects(tmp_path / "none.toml")
    file.write_text("version = ", encoding="utf-8")
    with pytest.raises(Misconfigured, match="not readable as TOML"):
        load_effects(file)
