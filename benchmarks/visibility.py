"""What a viewer may see, in process: batches of 200 items, beside a walk through the rules, the shape of the peer.

The peer's own engine is not for Python, so its shape stands in for it: every rule is a closure, and every item walks
through all of them. All shapes answer from the same table, and their verdicts are compared before anything is timed.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tutela_client.in_force import FOREVER, Holdings, InForce
from tutela_client.memo import Memo
from tutela_client.reach import effect_of, join_of, reasons_of
from tutela_client.scope import EVERYTHING, Scope
from tutela_client.see import Seen, see_all
from tutela_client.table import EffectTable, shipped_source, shipped_table
from tutela_client.verdict import Reason, Verdict
from tutela_client.viewer import CLASSES, Viewer

ITEMS: Final = 200
ROUNDS: Final = 300
SEED: Final = 20_261_126
FEW: Final = 0.05
TO_REACH: Final = {FEW: 0.2, 1.0: 1.0}  #: microseconds an item, by the share of items under measures

NOTE: Final = (
    f"batches of {ITEMS} items for four viewers on four surfaces, median of {ROUNDS}; authors, followers, strangers; "
    "measures on items, authors and quotes, a third with an end; the answers were compared first"
)

_NOW: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
_SURFACES: Final = ("home", "explore", "permalink", "thread")
_COUNTRIES: Final = frozenset({"DE", "FR"})
_SCOPES: Final = {
    "withhold": Scope(countries=frozenset({"DE"}), legal_basis="a law"),
    "cover": Scope(reason="sensitive"),
    "disable_actions": Scope(actions=frozenset({"share"})),
    "limit_reach": Scope(surfaces=frozenset({"replies"})),
}
_BY_AUTHOR: Final = 0.3  #: of the items under measures: so many have an author under measures as well
_INSIDE: Final = 0.1  #: so many quote something that is under measures
_RELATIONS: Final = ("none", "none", "none", "follower", "author")

_FRESH: Final = EffectTable(shipped_source())

Shape = Callable[[Viewer, str, Sequence[Seen]], list[Verdict]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that one viewer is about to see on one surface."""

    viewer: Viewer
    surface: str
    seen: tuple[Seen, ...]


def run() -> list[dict[str, Any]]:
    """Measure and return one row a shape of the load: medians in microseconds an item."""
    rows = []
    for share in (FEW, 1.0):
        batches = _batches(share)
        _compare(batches)
        spent = _medians(batches)
        rows += [_row(share, "interned", peer, spent) for peer in PEERS]
        rows.append(_row(share, "first sight", "rule walk", spent))
    rows[0]["note"] = NOTE
    return rows


def _row(share: float, ours: str, peer: str, spent: dict[str, float]) -> dict[str, Any]:
    return {
        "what": f"see: {share:.0%} under measures, {ours} / {peer}",
        "ours": round(spent[ours], 3),
        "peer": round(spent[peer], 3),
        "unit": "us an item",
        "ratio": round(spent[peer] / spent[ours], 1),
        "to_reach": TO_REACH[share] if ours == "interned" else None,
    }


def _medians(batches: Sequence[Batch]) -> dict[str, float]:
    """Let everybody answer in turn, so that a noisy machine is noisy for all."""
    spent: dict[str, list[float]] = {name: [] for name in SHAPES}
    for turn in range(ROUNDS):
        batch = batches[turn % len(batches)]
        for name, shape in SHAPES.items():
            shape(batch.viewer, batch.surface, batch.seen)  # brings its own code and tables back
            start = time.perf_counter()
            shape(batch.viewer, batch.surface, batch.seen)
            spent[name].append((time.perf_counter() - start) / ITEMS * 1_000_000)
    return {name: statistics.median(times) for name, times in spent.items()}


def _compare(batches: Sequence[Batch]) -> None:
    for batch in batches:
        answers = [shape(batch.viewer, batch.surface, batch.seen) for shape in SHAPES.values()]
        if any(each != answers[0] for each in answers):
            raise SystemExit("the shapes do not answer alike: nothing was measured")


# ------------------------------------------------------------------------------------------------------------ the load


def _batches(share: float) -> list[Batch]:
    dice = random.Random(SEED)  # noqa: S311  # a load that is the same on every machine, nothing secret
    viewers = [
        Viewer("ann", "adult", _COUNTRIES), Viewer("ben", "13_15", _COUNTRIES), Viewer("cas", "adult"), Viewer(),
    ]  # fmt: skip
    accounts = [_holdings(dice, ("exclude", "de_emphasise", "no_ads", "warn")) for _ in range(ITEMS // 10)]
    return [
        Batch(viewer, surface, tuple(_seen(dice, number, share, accounts) for number in range(ITEMS)))
        for viewer in viewers
        for surface in _SURFACES
    ]


def _seen(dice: random.Random, number: int, share: float, accounts: Sequence[Holdings]) -> Seen:
    author, relation = f"acc{dice.randrange(ITEMS)}", dice.choice(_RELATIONS)
    if dice.random() >= share:
        return Seen(f"post-{number}", author, relation)
    by_author = dice.choice(accounts) if dice.random() < _BY_AUTHOR else None
    inside = _holdings(dice, ("remove", "cover", "age_gate")) if dice.random() < _INSIDE else None
    return Seen(f"post-{number}", author, relation, _holdings(dice, shipped_table().kinds), by_author, inside)


def _holdings(dice: random.Random, kinds: Sequence[str]) -> Holdings:
    return Holdings([_measure(dice, kind) for kind in dice.sample(tuple(kinds), dice.choice((1, 1, 1, 2)))], _NOW)


def _measure(dice: random.Random, kind: str) -> InForce:
    end = _NOW + timedelta(minutes=dice.randrange(1, 100_000)) if dice.random() < 1 / 3 else None
    number = dice.randrange(1_000_000)
    return InForce(
        f"msr_{number}", kind, _NOW - timedelta(days=1), end, _SCOPES.get(kind, EVERYTHING), "a.clause", f"dec_{number}"
    )


# ---------------------------------------------------------------------------------------------------------- the shapes


def _interned(viewer: Viewer, surface: str, seen: Sequence[Seen]) -> list[Verdict]:
    return see_all(viewer, surface, seen, now=_NOW)


def _first_sight(viewer: Viewer, surface: str, seen: Sequence[Seen]) -> list[Verdict]:
    """Answer as right after a start, when nothing was asked before."""
    _FRESH.memo = Memo()
    return see_all(viewer, surface, seen, now=_NOW, table=_FRESH)


def _by_kind(viewer: Viewer, surface: str, seen: Sequence[Seen]) -> list[Verdict]:
    """Look the rows up by kind, and make every verdict anew."""
    table = shipped_table()

    def look_up(held: Holdings | None, viewer_class: str) -> Verdict:
        holding = () if held is None else held.holding
        verdict = join_of(holding, viewer_class, surface, table, viewer.countries)
        return _dated(verdict, held, reasons_of(holding, viewer_class, surface, table, viewer.countries))

    return [_joined(viewer, each, look_up) for each in seen]


Rule = Callable[[dict[str, InForce], str], Verdict | None]


def _rule_walk(viewer: Viewer, surface: str, seen: Sequence[Seen]) -> list[Verdict]:
    """Ask every rule about every item, as an engine does whose rules are code."""
    table = shipped_table()
    rules = [rule for kind in table.kinds for rule in _rules(kind, surface, viewer.countries, table)]

    def walk(held: Holdings | None, viewer_class: str) -> Verdict:
        holding = () if held is None else held.holding
        labels = {measure.kind: measure for measure in holding}
        verdict = Verdict()
        for rule in rules:
            effect = rule(labels, viewer_class)
            if effect is not None:
                verdict = verdict.join(effect)
        return _dated(verdict, held, reasons_of(holding, viewer_class, surface, table, viewer.countries))

    return [_joined(viewer, each, walk) for each in seen]


def _rules(kind: str, surface: str, countries: frozenset[str], table: EffectTable) -> list[Rule]:
    """Return a closure for each class of viewers whom *kind* gives an answer of their own."""
    answers: dict[Verdict, list[str]] = {}
    for viewer_class in CLASSES:
        answers.setdefault(table.effect(kind, viewer_class, surface), []).append(viewer_class)

    def rule_for(classes: frozenset[str]) -> Rule:
        def rule(labels: dict[str, InForce], viewer_class: str) -> Verdict | None:
            measure = labels.get(kind)
            if measure is None or viewer_class not in classes or not measure.holds_at(_NOW):
                return None
            return effect_of(measure, viewer_class, surface, table, countries)

        return rule

    return [rule_for(frozenset(classes)) for classes in answers.values()]


def _dated(verdict: Verdict, held: Holdings | None, reasons: frozenset[Reason]) -> Verdict:
    if held is None or (held.until is FOREVER and not reasons):
        return verdict
    return replace(verdict, valid_until=None if held.until is FOREVER else held.until, reasons=reasons)


def _joined(viewer: Viewer, seen: Seen, evaluate: Callable[[Holdings | None, str], Verdict]) -> Verdict:
    viewer_class = viewer.class_for(seen.author, seen.relation)
    verdict = evaluate(seen.own, viewer_class)
    for held, who in ((seen.by_author, viewer_class), (seen.inside, viewer.class_for(None))):
        if held is not None:
            verdict = verdict.join(evaluate(held, who))
    if not verdict.reasons:
        return verdict
    parts = [held for held in (seen.own, seen.by_author, seen.inside) if held is not None]
    is_open = all(shipped_table().is_open(m.kind) for part in parts for m in part.measures if m.holds_at(_NOW))
    return verdict if is_open else replace(verdict, reasons=frozenset())  # beside what is sealed no reason is told


OURS: Final[dict[str, Shape]] = {"interned": _interned, "first sight": _first_sight}
PEERS: Final[dict[str, Shape]] = {"looked up by kind": _by_kind, "rule walk": _rule_walk}
SHAPES: Final[dict[str, Shape]] = {**OURS, **PEERS}


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
