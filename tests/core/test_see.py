"""What a viewer may see: a join that never depends on order, over a table that has no holes."""

import itertools
import tomllib
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import strategies as make
from core.strategies import NOW
from tutela.core.measures import HIDING, MeasureKind, Subject
from tutela_client.in_force import InForce
from tutela_client.see import see
from tutela_client.table import STRICTEST, EffectTable, shipped_table
from tutela_client.verdict import Exposure, Verdict
from tutela_client.viewer import CLASSES, Viewer

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "effects.md"
SURFACES = (*shipped_table().surfaces, "a-surface-nobody-registered")

moments = st.integers(-90, 90).map(lambda minutes: NOW + timedelta(minutes=minutes))
names = st.frozensets(st.sampled_from(("a", "b", "c")))
verdicts = st.builds(
    Verdict,
    exposure=st.sampled_from(Exposure),
    disabled_actions=names,
    ads=st.booleans(),
    earns=st.booleans(),
    rank_factor=st.sampled_from((0.0, 0.25, 1.0)),
    notices=names,
    openable=st.booleans(),
    valid_until=st.none() | moments,
    because=names,
)
viewers = st.sampled_from(CLASSES)
surfaces = st.sampled_from(SURFACES)


@st.composite
def in_force(draw: st.DrawFn) -> InForce:
    """Draw a measure as a reader has it: over, in force, or scheduled."""
    starts_at = draw(moments)
    ends_at = draw(st.none() | st.integers(1, 90).map(lambda minutes: starts_at + timedelta(minutes=minutes)))
    return InForce(f"msr_{draw(st.integers(0, 99))}", draw(st.sampled_from(MeasureKind)).value, starts_at, ends_at)


def shipped() -> dict[str, Any]:
    """Return the shipped table, parsed anew, so that a test may spoil it."""
    return tomllib.loads(resources.files("tutela_client").joinpath("effects.toml").read_text(encoding="utf-8"))


def shown(kind: str, viewer: str = "everyone", surface: str = "feed") -> Verdict:
    """Return the verdict under one measure of *kind*."""
    return see(viewer, surface, [InForce("msr_1", kind, NOW)], now=NOW)


# ---------------------------------------------------------------------------------------------------------- the join


@given(verdicts, verdicts, verdicts)
def test_a_verdict_joins_in_any_order_and_grouping(a: Verdict, b: Verdict, c: Verdict) -> None:
    """Commutative, associative, idempotent, with nothing in force as the neutral one."""
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(a) == a
    assert a.join(Verdict()) == a


@given(verdicts, verdicts)
def test_a_join_never_shows_more_than_either(a: Verdict, b: Verdict) -> None:
    """No component is ever weakened by another measure."""
    joined = a.join(b)

    assert joined.shows_no_more_than(a)
    assert joined.shows_no_more_than(b)
    assert STRICTEST.exposure >= joined.exposure


@given(st.lists(in_force(), max_size=4), in_force(), viewers, surfaces)
def test_another_measure_never_shows_more(measures: list[InForce], more: InForce, viewer: str, surface: str) -> None:
    """Also not a scheduled one or one that is over; a quote is the same: it adds the measures of what it contains."""
    before = see(viewer, surface, measures, now=NOW)

    assert see(viewer, surface, [*measures, more], now=NOW).shows_no_more_than(before)


@given(st.lists(in_force(), max_size=4), viewers, surfaces, st.randoms())
def test_the_order_of_measures_never_matters(measures: list[InForce], viewer: str, surface: str, random: Any) -> None:
    """The database may return them as it likes."""
    shuffled = random.sample(measures, len(measures))

    assert see(viewer, surface, shuffled, now=NOW) == see(viewer, surface, measures, now=NOW)
    assert see(viewer, surface, [*measures, *measures], now=NOW) == see(viewer, surface, measures, now=NOW)


# -------------------------------------------------------------------------------------------------------------- time


@given(st.lists(in_force(), max_size=4), moments, viewers, surfaces)
def test_expiry_at_reading_equals_expiry_by_history(
    measures: list[InForce], now: Any, viewer: str, surface: str
) -> None:
    """What a job that started and ended measures on time would have left is what a reader computes."""
    kept = []
    for _, is_start, number in sorted(
        (when, is_start, number)
        for number, each in enumerate(measures)
        for when, is_start in ((each.starts_at, True), (each.ends_at, False))
        if when is not None and when <= now
    ):
        if is_start:
            kept.append(number)
        else:
            kept.remove(number)
    by_history = Verdict()
    for number in kept:
        by_history = by_history.join(shipped_table().effect(measures[number].kind, viewer, surface))

    read = see(viewer, surface, measures, now=now)

    assert read.shows_no_more_than(by_history)
    assert by_history.shows_no_more_than(read)
    assert read.notices == by_history.notices
    assert read.because == {measures[number].id for number in kept}


@given(st.lists(in_force(), max_size=4), viewers, surfaces, st.integers(0, 180))
def test_a_verdict_stays_true_until_it_says_so(
    measures: list[InForce], viewer: str, surface: str, minutes: int
) -> None:
    """`valid_until` is the next start or end, and until then a cached answer is the right one."""
    first = see(viewer, surface, measures, now=NOW)
    later = NOW + timedelta(minutes=minutes)
    changes = [when for m in measures for when in (m.starts_at, m.ends_at) if when is not None and when > NOW]

    assert first.valid_until == min(changes, default=None)
    if first.valid_until is None or later < first.valid_until:
        assert see(viewer, surface, measures, now=later) == first


def test_a_measure_ends_at_the_very_moment_it_names() -> None:
    """`starts_at <= now < ends_at`."""
    end = NOW + timedelta(hours=1)
    measure = InForce("msr_1", "hold", NOW, end)

    assert see("everyone", "feed", [measure], now=NOW).exposure is Exposure.ABSENT
    assert see("everyone", "feed", [measure], now=end - timedelta(microseconds=1)).exposure is Exposure.ABSENT
    assert see("everyone", "feed", [measure], now=end) == Verdict()
    assert see("everyone", "feed", [measure], now=NOW - timedelta(microseconds=1)) == Verdict(valid_until=NOW)


# --------------------------------------------------------------------------------------------------------- the table


def test_the_table_answers_for_every_kind_and_for_nothing_else() -> None:
    """A kind that it does not know hides everything, so a missing one is seen at once."""
    assert set(shipped_table().kinds) == {kind.value for kind in MeasureKind}


@pytest.mark.parametrize("kind", sorted(HIDING))
def test_what_hides_hides_from_everybody_everywhere(kind: str) -> None:
    """P1: the author and staff are not exempt, media by direct address and previews are surfaces like any other."""
    for viewer, surface in itertools.product(CLASSES, SURFACES):
        verdict = shown(kind, viewer, surface)
        assert (verdict.exposure, verdict.ads, verdict.earns, verdict.openable) == (
            Exposure.ABSENT,
            False,
            False,
            False,
        )


def test_an_author_learns_in_appeal_that_something_is_hidden_and_nothing_about_it() -> None:
    """A neutral code, on that surface only, and still nothing to see."""
    for kind, notice in (("hold", "under_review"), ("quarantine", "not_available"), ("block_media", "not_available")):
        assert shown(kind, "author", "author_appeal").notices == {notice}
        assert shown(kind, "author", "feed").notices == frozenset()
        assert shown(kind, "everyone", "author_appeal").notices == frozenset()


def test_an_ordinary_removal_leaves_a_placeholder_and_a_reason() -> None:
    """For the author everywhere, for others where a gap would confuse; never the item itself."""
    assert shown("remove", "author", "feed").exposure is Exposure.PLACEHOLDER
    assert shown("remove", "author", "feed").notices == {"removed_author"}
    assert shown("remove", "everyone", "detail").exposure is Exposure.PLACEHOLDER
    assert all(shown("remove", v, s).exposure >= Exposure.PLACEHOLDER for v, s in itertools.product(CLASSES, SURFACES))


def test_what_is_excluded_spreads_nowhere() -> None:
    """Out of recommendations, search, trends, notifications, embeds and ads; the page itself stays."""
    for surface in (
        "explore",
        "search",
        "hashtag",
        "trends",
        "push",
        "email",
        "notifications",
        "embed",
        "preview",
        "ads",
    ):
        assert shown("exclude", surface=surface).exposure is Exposure.ABSENT
    for surface in ("home", "profile", "permalink", "thread", "direct_message"):
        assert shown("exclude", surface=surface).exposure is Exposure.SHOW
        assert not shown("exclude", surface=surface).ads


def test_items_of_a_suspended_account_are_absent_and_those_of_a_locked_one_earn_nothing() -> None:
    """What holds for an account flows to its items as the kind says."""
    assert shown("suspend").exposure is Exposure.ABSENT
    assert shown("lock_pending_decision").exposure is Exposure.SHOW
    assert (shown("lock_pending_decision").ads, shown("lock_pending_decision").earns) == (False, False)


@given(st.lists(in_force(), max_size=3), st.lists(in_force(), max_size=3), viewers, surfaces)
def test_a_carrier_shows_no_more_than_what_it_carries(
    own: list[InForce], carried: list[InForce], viewer: str, surface: str
) -> None:
    """Quote, repost, preview and media: their measures are joined with the carrier's own."""
    together = see(viewer, surface, [*own, *carried], now=NOW)

    assert together.shows_no_more_than(see(viewer, surface, carried, now=NOW))
    assert together.shows_no_more_than(see(viewer, surface, own, now=NOW))


@given(st.sampled_from(MeasureKind), viewers, surfaces)
def test_an_unknown_surface_is_as_strict_as_the_strictest(kind: str, viewer: str, surface: str) -> None:
    """A platform that invents a surface shows less there, never more."""
    assert shown(kind, viewer, "nobody-registered-this").shows_no_more_than(shown(kind, viewer, surface))


@pytest.mark.parametrize("surface", ["feed", "nobody-registered-this"])
def test_an_unknown_kind_or_viewer_class_sees_nothing(surface: str) -> None:
    """An older client and a newer server: strict, and no crash."""
    assert shipped_table().effect("a_kind_of_tomorrow", "everyone", surface) == STRICTEST
    assert shipped_table().effect("hold", "a_class_of_tomorrow", surface) == STRICTEST
    assert shown("a_kind_of_tomorrow", surface=surface).exposure is Exposure.ABSENT


def spoiled(**changes: Any) -> dict[str, Any]:
    """Return the shipped table with `hold.everyone` replaced by *changes*, `any` standing for `*`."""
    source = shipped()
    rows = {"*" if group == "any" else group: effect for group, effect in changes.items()}
    source["kinds"]["hold"] = {"everyone": rows}
    return source


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ({key: value for key, value in shipped().items() if key != "version"}, "version"),
        (shipped() | {"groups": []}, "groups"),
        (shipped() | {"groups": "feed"}, "groups"),
        (shipped() | {"kinds": {}}, "kinds"),
        (shipped() | {"surfaces": {"home": "fed"}}, "surfaces.home"),
        (shipped() | {"kinds": {"hold": {"author": {"*": {}}}}}, "kinds.hold"),
        (shipped() | {"kinds": {"hold": {"everyone": {"*": {}}, "autor": {}}}}, "kinds.hold.autor"),
        (spoiled(feed={"exposure": "absent"}), "kinds.hold"),
        (spoiled(any={}, fed={}), "kinds.hold.everyone.fed"),
        (spoiled(any={"exposure": "abesnt"}), "kinds.hold.everyone.feed"),
        (spoiled(any={"exposur": "absent"}), "kinds.hold.everyone.feed"),
        (spoiled(any={"ads": "false"}), "kinds.hold.everyone.feed.ads"),
        (spoiled(any={"openable": 0}), "kinds.hold.everyone.feed.openable"),
        (spoiled(any={"rank_factor": 2}), "kinds.hold.everyone.feed.rank_factor"),
        (spoiled(any={"rank_factor": True}), "kinds.hold.everyone.feed.rank_factor"),
        (spoiled(any={"disabled_actions": "share"}), "kinds.hold.everyone.feed"),
        (spoiled(any={"notice": 3}), "kinds.hold.everyone.feed"),
    ],
)
def test_a_table_with_a_hole_is_refused_with_the_place_named(source: dict[str, Any], place: str) -> None:
    """At load, before anybody looks; a word for a truth value would show what it was to hide."""
    with pytest.raises(ValueError, match=f"^{place}"):
        EffectTable(source)


def test_a_viewer_is_author_only_of_what_is_theirs() -> None:
    """An anonymous viewer is nobody's author, also not of an item without one; staff are staff everywhere."""
    assert Viewer("ann").class_for("ann") == "author"
    assert Viewer("ann").class_for("ben") == "everyone"
    assert Viewer().class_for(None) == "everyone"
    assert Viewer("ann", is_staff=True).class_for("ann") == "staff"


def test_a_measure_reads_the_same_for_the_server_and_for_a_client() -> None:
    """One evaluator, two hosts: kind and times pass over unchanged."""
    measure = make.measure(MeasureKind.HOLD, Subject.item(make.ITEM), ends_at=NOW + timedelta(hours=2))
    reader = measure.for_reader()

    for hours in (-2, -1, 0, 1, 2, 3):
        at = NOW + timedelta(hours=hours)
        assert reader.holds_at(at) == measure.holds_at(at)


# ---------------------------------------------------------------------------------------------------------- the page


ABOVE = """\
What a measure in force does to an item, for each class of viewer on each
group of surfaces. Several measures are joined, component by component, to the strictest. An unknown surface is as
strict as the strictest group; an unknown kind or class of viewer sees nothing."""
CELLS = """\
A cell names what differs from an item without measures: how much is there (`lower`, `cover`, `placeholder`, `absent`),
`no ads`, `no earnings`, `closed` (a cover cannot be opened), and the code of a notice."""


def effects_page(table: EffectTable) -> str:
    """Return docs/reference/effects.md."""
    parts = [
        "# Effects of measures",
        "<!-- Written by ./dev docs from client/src/tutela_client/effects.toml. Change that, not this page. -->",
        f"Version `{table.version}`. {ABOVE}",
        CELLS,
    ]
    for kind in table.kinds:
        same = {viewer: tuple(_cell(table, kind, viewer, group) for group in table.groups) for viewer in CLASSES}
        head = "| surfaces | " + " | ".join(CLASSES) + " |\n| --- | --- | --- | --- |"
        columns = list(zip(*same.values(), strict=True))
        rows = []
        for cells in dict.fromkeys(columns):
            groups = [group for group, column in zip(table.groups, columns, strict=True) if column == cells]
            where = "every surface" if len(groups) == len(table.groups) else ", ".join(groups)
            rows.append(f"| {where} | {' | '.join(cells)} |")
        parts += [f"## `{kind}`", "\n".join([head, *rows])]
    return "\n\n".join(parts) + "\n"


def _cell(table: EffectTable, kind: str, viewer: str, group: str) -> str:
    effect = table.effect(kind, viewer, group)
    words = [f"`{effect.exposure.name.lower()}`"] if effect.exposure else []
    words += ["no ads"] * (not effect.ads) + ["no earnings"] * (not effect.earns) + ["closed"] * (not effect.openable)
    words += [f"says `{notice}`" for notice in sorted(effect.notices)]
    return ", ".join(words) or "as it is"


def test_the_page_says_what_the_table_does() -> None:
    """Run `./dev docs` when this fails."""
    assert PAGE.read_text(encoding="utf-8") == effects_page(shipped_table())
