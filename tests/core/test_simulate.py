"""Two tables on a sample: what would be seen otherwise is counted, named by its rows, and never guessed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sight import AUTHOR, UNKNOWN, measures, spoiled
from core.strategies import NOW
from laws import examples
from tutela.core.effects_file import overlaid
from tutela_client.in_force import Holdings, InForce
from tutela_client.see import Seen, see_all
from tutela_client.simulate import Simulation, simulate, surfaces_to_compare, viewers_of_every_class
from tutela_client.table import EffectTable, shipped_source, shipped_table
from tutela_client.verdict import Exposure
from tutela_client.viewer import CLASSES


def over(**own: Any) -> EffectTable:
    """Return what an operator's file makes of the shipped table."""
    return overlaid(shipped_source(), {"version": "house-1", **own}, place="house.toml")


STRICTER = over(kinds={"cover": {"minor": {"*": {"exposure": "absent", "ads": False, "notice": "covered"}}}})
KINDER = EffectTable(spoiled("age_gate", minor={"*": {"exposure": "cover", "openable": False}}))
REWORDED = over(kinds={"de_emphasise": {"author": {"*": {"notice": "ranked_lower"}}}})
EARNING = over(kinds={"no_ads": {"everyone": {"*": {"ads": False, "earns": False}, "ads": {"exposure": "absent"}}}})


def items(*kinds: str) -> list[Seen]:
    """Return an item under each of these kinds."""
    return [
        Seen(f"post-{number}", AUTHOR, own=Holdings([InForce(f"msr_{number}", kind, NOW)], NOW))
        for number, kind in enumerate(kinds)
    ]


def compared(after: EffectTable, *kinds: str, **more: Any) -> Simulation:
    """Return what *after* would change."""
    return simulate(items(*kinds), shipped_table(), after, now=NOW, **more)


def test_the_same_table_changes_nothing() -> None:
    """However many items, viewers and surfaces."""
    found = compared(EffectTable(shipped_source()), "cover", "suspend", "protect")

    assert found.asked == 3 * len(CLASSES) * len(shipped_table().groups)
    assert (found.changed, found.differences, found.refusals, dict(found.components)) == (0, (), (), {})


@pytest.mark.parametrize(
    ("after", "kind", "change", "component"),
    [
        (STRICTER, "cover", "stricter", "exposure"),
        (KINDER, "age_gate", "kinder", "exposure"),
        (REWORDED, "de_emphasise", "reworded", "notices"),
        (EARNING, "no_ads", "stricter", "earns"),
    ],
)
def test_each_change_is_told_by_its_direction_and_component(
    after: EffectTable, kind: str, change: str, component: str
) -> None:
    """On the items under that kind; the one that is under nothing of it is left out."""
    found = compared(after, kind, kind, "warn", surfaces=["feed"])

    assert set(found.changes) == {change}
    assert found.components[component] == found.changes
    assert {each.items for each in found.differences} == {2}
    assert {each.example for each in found.differences} == {"post-0"}
    assert all(row.startswith(f"kinds.{kind}.") for each in found.differences for row in each.rows)


def test_what_gets_stricter_here_and_kinder_there_is_mixed() -> None:
    """Nobody adds that up."""
    after = over(kinds={"de_emphasise": {"everyone": {"*": {"exposure": "show", "earns": False}}}})
    [difference] = compared(
        after, "de_emphasise", surfaces=["feed"], viewers={"dee": viewers_of_every_class()["other_adult"]}
    ).differences

    assert (difference.viewer, difference.surface, difference.change) == ("dee", "feed", "mixed")
    assert (difference.before.exposure, difference.after.exposure) == (Exposure.LOWER, Exposure.SHOW)
    assert difference.rows == ("kinds.de_emphasise.everyone.*", "kinds.de_emphasise.everyone.feed")


def test_a_surface_that_is_registered_anew_is_compared() -> None:
    """Before, it was unknown and so the strictest: what is shown there now is told as kinder."""
    after = over(surfaces={"shorts": "feed"})
    found = compared(after, "de_emphasise", "exclude")

    assert surfaces_to_compare(shipped_table(), after) == (*shipped_table().groups, "shorts")
    assert {each.surface for each in found.differences} == {"shorts"}
    assert set(found.changes) == {"kinder"}


def test_what_may_be_done_is_compared_by_the_tables_themselves() -> None:
    """Verbs that a kind would refuse, or no longer."""
    posting = [verb for verb in shipped_source()["kinds"]["block_posting"]["refuses"] if verb != "share"]
    after = EffectTable(spoiled("block_posting", refuses=[*posting, "invite"]))
    found = compared(after)

    assert {(each.kind, each.verb, each.is_refused) for each in found.refusals} == {
        ("block_posting", "invite", True),
        ("block_posting", "share", False),
    }


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(measures, max_size=3), st.sampled_from((STRICTER, KINDER, REWORDED, EARNING)))
def test_every_difference_is_one_that_both_tables_answer(held: list[list[InForce]], after: EffectTable) -> None:
    """Counted once each, none left out, and the same in both directions."""
    sample = [Seen(f"post-{number}", AUTHOR, own=Holdings(each, NOW)) for number, each in enumerate(held)]
    surfaces = ("feed", "trends", UNKNOWN)
    there = simulate(sample, shipped_table(), after, now=NOW, surfaces=surfaces)
    back = simulate(sample, after, shipped_table(), now=NOW, surfaces=surfaces)

    changed = 0
    for viewer, relation in viewers_of_every_class().values():
        seen = [Seen(each.id, each.author, relation, each.own) for each in sample]
        for surface in surfaces:
            pair = [see_all(viewer, surface, seen, now=NOW, table=table) for table in (shipped_table(), after)]
            changed += sum(old != new for old, new in zip(*pair, strict=True))
    assert there.changed == back.changed == changed == sum(each.items for each in there.differences)
    assert there.changes.get("stricter", 0) == back.changes.get("kinder", 0)
    assert there.changes.get("mixed", 0) == back.changes.get("mixed", 0)
