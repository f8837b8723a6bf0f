"""Compare two tables of effects on what is stored: read only, and nothing of it is decided."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.ports.clock import Clock
from tutela.ports.store import Reader, Store
from tutela_client.see import Seen
from tutela_client.simulate import Simulation, simulate
from tutela_client.table import EffectTable
from tutela_client.verdict import Verdict
from tutela_client.viewer import Viewer

PAGE = 500
MAX_ITEMS = 10_000
"""Of one sample: each is looked at by every class of viewers on every surface, twice."""


@dataclass(frozen=True, slots=True)
class SimulateEffects:
    """Answer what another table would change."""

    store: Store
    clock: Clock

    def __call__(
        self, before: EffectTable, after: EffectTable, *, items: int = 1000, surfaces: Iterable[str] = ()
    ) -> Simulation:
        """Return the differences on up to *items* stored items under measures, the newest changes first.

        Args:
            before: The table in force.
            after: The other one.
            items: How many; never more than `MAX_ITEMS`.
            surfaces: Which; every group, and what both register differently, when none is named.
        """
        now = self.clock.now()
        with self.store.read() as reader:
            sample = list(_sample(reader, min(items, MAX_ITEMS), now))
        return simulate(sample, before, after, now=now, surfaces=surfaces)


def as_json(found: Simulation) -> dict[str, Any]:
    """Return what was found as plain values."""
    return {
        "before": found.before,
        "after": found.after,
        "asked": found.asked,
        "changed": found.changed,
        "changes": dict(found.changes),
        "components": {name: dict(counts) for name, counts in found.components.items()},
        "differences": [
            {
                "viewer": each.viewer,
                "surface": each.surface,
                "change": each.change,
                "items": each.items,
                "item": each.example,
                "rows": list(each.rows),
                "before": _verdict(each.before),
                "after": _verdict(each.after),
            }
            for each in found.differences
        ],
        "refusals": [{"kind": each.kind, "verb": each.verb, "refused": each.is_refused} for each in found.refusals],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "exposure": verdict.exposure.name.lower(),
        "disabled_actions": sorted(verdict.disabled_actions),
        "ads": verdict.ads,
        "earns": verdict.earns,
        "rank_factor": verdict.rank_factor,
        "openable": verdict.openable,
        "notices": sorted(verdict.notices),
    }


def _sample(reader: Reader, limit: int, now: datetime) -> Iterator[Seen]:
    names: dict[str, None] = {}
    before_seq: int | None = None
    while len(names) < limit and (page := reader.sample_under_measures(before_seq, PAGE)):
        before_seq = page[-1].seq
        names.update(dict.fromkeys(each.platform_id for each in page))
    for some in _in_pages(tuple(names)[:limit]):
        yield from reader.seen(some, Viewer(), now, is_explained=True).values()


def _in_pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (names[start : start + PAGE] for start in range(0, len(names), PAGE))
