"""Below what no operator's table of effects may go: what the shipped one hides, refuses and keeps to itself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import product

from tutela.core.measures import MeasureKind
from tutela_client.table import EffectTable
from tutela_client.verdict import CLEAR, Verdict
from tutela_client.viewer import CLASSES

TUNABLE = frozenset({MeasureKind.LIMIT_REACH, MeasureKind.DE_EMPHASISE, MeasureKind.COVER})
"""Kinds about reach and taste: how far they go is the operator's to say. All others protect somebody."""

NEUTRAL = frozenset({"under_review", "not_available"})
"""Words that say nothing about why."""


@dataclass(frozen=True, slots=True)
class Lower:
    """One place where a table goes below the shipped one."""

    place: str
    what: str


def lower_than_shipped(shipped: EffectTable, own: EffectTable) -> Iterator[Lower]:
    """Yield every place where *own* shows, allows, promotes or tells more than *shipped*."""
    for kind in shipped.kinds:
        yield from _in_sight(kind, shipped, own)
        for verb in sorted(shipped.refuses[kind] - own.refuses[kind]):
            yield Lower(f"kinds.{kind}.refuses", f"{verb} is refused by the table that ships")
        yield from _in_words(kind, shipped, own)


def _in_sight(kind: str, shipped: EffectTable, own: EffectTable) -> Iterator[Lower]:
    before, after = shipped.rows_of(kind), own.rows_of(kind)
    for cell in product(CLASSES, shipped.groups):
        most = before.effects[cell]
        if kind in TUNABLE:
            most = _tuned(most, before.effects.values(), is_paid=cell[1] == "ads")
        if not after.effects[cell].shows_no_more_than(most):
            yield Lower(after.rows[cell], f"it shows or allows {' on '.join(cell)} more than the table that ships")


def _tuned(shipped: Verdict, everywhere: Collection[Verdict], *, is_paid: bool) -> Verdict:
    """Return the most that may be made of a cell of a kind that is tunable.

    How much of the item is there may change. It still carries no ads, earns nothing and allows nothing where the kind
    does so nowhere, and is never promoted for money where it was not.
    """
    return replace(
        CLEAR,
        ads=shipped.ads if is_paid else any(each.ads for each in everywhere),
        earns=any(each.earns for each in everywhere),
        disabled_actions=frozenset.intersection(*(each.disabled_actions for each in everywhere)),
    )


def _in_words(kind: str, shipped: EffectTable, own: EffectTable) -> Iterator[Lower]:
    """What is told of a kind that is sealed, or set on suspicion: no word of the operator's own."""
    for what, before, after in (
        ("is_sealed", shipped.sealed, own.sealed),
        ("is_quiet", shipped.quiet, own.quiet),
    ):
        if kind in before - after:
            yield Lower(f"kinds.{kind}.{what}", "it cannot be taken away")
    if kind in own.quiet and (new := _words(kind, own) - _words(kind, shipped) - NEUTRAL):
        yield Lower(f"kinds.{kind}", f"{len(new)} words are not among those that ship, and might tell why")


def _words(kind: str, table: EffectTable) -> frozenset[str]:
    """Return every notice and code of *kind*."""
    notices = (effect.notices for effect in table.rows_of(kind).effects.values())
    return frozenset({table.codes[kind]}).union(*notices)
