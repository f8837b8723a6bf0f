"""Compare two tables of effects on a sample: what would be seen otherwise, and whether that is stricter or kinder."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela_client.see import Seen, see_all
from tutela_client.table import EffectTable
from tutela_client.verdict import Verdict
from tutela_client.viewer import CLASSES, Viewer

COMPONENTS = ("exposure", "disabled_actions", "ads", "earns", "rank_factor", "openable", "notices")
"""What is compared. Notices are words: another one is neither stricter nor kinder."""

STRICTER, KINDER, MIXED, REWORDED = "stricter", "kinder", "mixed", "reworded"
"""How a verdict changes: everywhere less, everywhere more, both, or in its words alone."""

_NO_AUTHOR = "\0nobody"


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a class of viewers would see items of the sample otherwise on a surface."""

    viewer: str  #: a class
    surface: str
    before: Verdict  #: without what is not the same for every item: no end, no reason, no cause
    after: Verdict
    items: int
    example: str  #: one of the items
    rows: tuple[str, ...]  #: of both tables, that acted on the example

    @property
    def change(self) -> str:
        """Return how it changes."""
        return _change(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A verb that one of both tables lets a kind of measure refuse, and the other does not."""

    kind: str
    verb: str
    is_refused: bool  #: by the second table


@dataclass(frozen=True, slots=True)
class Simulation:
    """What two tables answer differently on a sample."""

    before: str  #: a version
    after: str
    asked: int  #: verdicts that were compared
    changes: Mapping[str, int]  #: verdicts by how they change
    components: Mapping[str, Mapping[str, int]]  #: of each component: how many verdicts become stricter or kinder in it
    differences: tuple[Difference, ...]  #: what changes for most items first
    refusals: tuple[Refusal, ...]

    @property
    def changed(self) -> int:
        """Return how many verdicts would be others."""
        return sum(self.changes.values())


def viewers_of_every_class(countries: frozenset[str] = frozenset()) -> dict[str, tuple[Viewer, str]]:
    """Return somebody of each class, with the relation to whoever wrote an item; no country counts as every one."""
    ages = {viewer: "adult" if viewer.endswith("_adult") else "unknown" for viewer in CLASSES}
    return {
        viewer: (
            Viewer(_NO_AUTHOR, ages[viewer], countries, is_staff=viewer == "staff"),
            viewer if viewer == "author" else "follower" if viewer.startswith("follower") else "none",
        )
        for viewer in CLASSES
    }


def surfaces_to_compare(before: EffectTable, after: EffectTable) -> tuple[str, ...]:
    """Return every group, and every surface that the two tables do not both put under the same one."""
    names = dict.fromkeys((*before.surfaces, *after.surfaces))
    moved = [name for name in names if before.group_of(name) != after.group_of(name)]
    return tuple(dict.fromkeys((*before.groups, *after.groups, *moved)))


def simulate(
    sample: Sequence[Seen], before: EffectTable, after: EffectTable, *, now: datetime,
    surfaces: Iterable[str] = (), viewers: Mapping[str, tuple[Viewer, str]] | None = None,
) -> Simulation:  # fmt: skip
    """Return what *after* would answer otherwise than *before*, for each viewer on each surface about each item.

    Args:
        sample: The items; their relation to whoever looks is replaced by that of each viewer.
        before: One table.
        after: The other.
        now: As of when.
        surfaces: Which; every group, and what both register differently, when none is named.
        viewers: Who looks, by name, with the relation to the author; one of each class when none is given.
    """
    asked, changes, components = 0, Counter[str](), {name: Counter[str]() for name in COMPONENTS}
    found: dict[tuple[str, str, Verdict, Verdict], list[Seen]] = {}
    who = viewers or viewers_of_every_class()
    for name, (viewer, relation) in who.items():
        seen = [replace(each, relation=relation) for each in sample]
        for surface in tuple(surfaces) or surfaces_to_compare(before, after):
            pair = [see_all(viewer, surface, seen, now=now, table=table) for table in (before, after)]
            asked += len(seen)
            for item, old, new in zip(seen, *pair, strict=True):
                was, becomes = _plain(old), _plain(new)
                if was != becomes:
                    found.setdefault((name, surface, was, becomes), []).append(item)
    for (_, _, was, becomes), items in found.items():
        changes[_change(was, becomes)] += len(items)
        for component, change in _changed(was, becomes):
            components[component][change] += len(items)
    differences = [_difference(key, items, who, (before, after), now) for key, items in found.items()]
    differences.sort(key=lambda each: (-each.items, each.viewer, each.surface))
    told = {name: dict(counts) for name, counts in components.items() if counts}
    refusals = tuple(_refusals(before, after))
    return Simulation(before.version, after.version, asked, dict(changes), told, tuple(differences), refusals)


def _plain(verdict: Verdict) -> Verdict:
    """Return what two tables can answer differently about."""
    if verdict.valid_until is None and not verdict.reasons:
        return verdict
    return replace(verdict, valid_until=None, reasons=frozenset())


def _change(was: Verdict, becomes: Verdict) -> str:
    is_stricter, is_kinder = becomes.shows_no_more_than(was), was.shows_no_more_than(becomes)
    if is_stricter and is_kinder:
        return REWORDED
    return STRICTER if is_stricter else KINDER if is_kinder else MIXED


def _changed(was: Verdict, becomes: Verdict) -> Iterable[tuple[str, str]]:
    """Yield each component that changes, and how, when everything else stayed as it was."""
    for component in COMPONENTS:
        value = getattr(becomes, component)
        if value != getattr(was, component):
            yield component, _change(was, replace(was, **{component: value}))


def _difference(
    key: tuple[str, str, Verdict, Verdict], items: Sequence[Seen], who: Mapping[str, tuple[Viewer, str]],
    tables: Sequence[EffectTable], now: datetime,
) -> Difference:  # fmt: skip
    name, surface, was, becomes = key
    rows = {
        cause.row
        for table in tables
        for cause in see_all(who[name][0], surface, items[:1], now=now, table=table, is_explained=True)[0].causes
    }
    return Difference(name, surface, was, becomes, len(items), items[0].id, tuple(sorted(rows)))


def _refusals(before: EffectTable, after: EffectTable) -> Iterable[Refusal]:
    for kind in dict.fromkeys((*before.kinds, *after.kinds)):
        old, new = (table.refuses.get(kind, table.verbs) for table in (before, after))
        yield from (Refusal(kind, verb, is_refused=True) for verb in sorted(new - old))
        yield from (Refusal(kind, verb, is_refused=False) for verb in sorted(old - new))
