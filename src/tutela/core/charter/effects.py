"""The promises, asked of the table of effects: what a measure is worth is what its rows make of it.

What the table must say is said here again, and not taken from it: a mistake there must not excuse itself.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import product

from tutela.core.charter.breach import Breach
from tutela.core.measures import HIDING, SHUTS_OUT, MeasureKind
from tutela_client.table import SPREADING, EffectTable
from tutela_client.verdict import CLEAR, Exposure, Verdict
from tutela_client.viewer import CLASSES

NOBODY_REGISTERED = "a-surface-nobody-registered"

HEARD = {"report": "P7", "appeal": "P8", "read_statements": "P8", "get_help": "P2"}
"""What stays possible under every measure, and the promise that says so."""

_NEUTRAL = frozenset({"under_review", "not_available"})
"""All that may be told of what is sealed: no list, date, message, notifier or child can be recognised in it."""

_WITH_MEDIA = frozenset({"post", "reply", "quote", "share", "upload", "message"})
"""What would bring hidden media back."""

_STAYS_OPEN = frozenset({"log_in", "sign_up", "suggest"})
"""Beside what is always possible: what an account that is out may still do, or what is not its own doing."""

_PROMOTED_NOWHERE = frozenset({MeasureKind.EXCLUDE, MeasureKind.LOCK_PENDING_DECISION})
_SEALED = HIDING | {MeasureKind.LOCK_PENDING_DECISION}
_NO_ADS = HIDING | SHUTS_OUT | {MeasureKind.EXCLUDE, MeasureKind.NO_ADS, MeasureKind.REMOVE}
_NO_EARNINGS = HIDING | SHUTS_OUT | {MeasureKind.NO_PAYOUT, MeasureKind.REMOVE}
_OWN_SIGHT = frozenset({("author", "author_appeal"), ("staff", "review")})
"""Where a suspended account may still be seen: by the person concerned, and by who reviews the case."""


def of_table(table: EffectTable) -> Iterable[Breach]:
    """Yield every breach in *table*: a system whose table has one does not start."""
    for kind in MeasureKind:
        # Not from what is kept: a table that is only tried must not stay in memory.
        yield from (Breach(promise, kind.value, detail) for promise, detail in _find(kind, table))
    for verb, promise in HEARD.items():
        if verb not in table.always:
            yield Breach(promise, verb, f"a measure could take {verb} away")


def of_effects(kind: MeasureKind, subject: str, table: EffectTable) -> Iterable[Breach]:
    """P1, P2 and P6 of one kind, for every viewer class and surface, one unknown to the table included."""
    for promise, detail in _found(kind, table):
        yield Breach(promise, subject, detail)


Found = Iterator[tuple[str, str]]


def _find(kind: MeasureKind, table: EffectTable) -> tuple[tuple[str, str], ...]:
    """Return promises and details."""
    if kind.value not in table.kinds:
        return (("P1", f"{kind} has no row"),)
    return tuple(found for check in _CHECKS for found in check(kind, table))


_found = lru_cache(maxsize=256)(_find)
"""Once for each table in force: a live system asks for every item."""


def _in_sight(kind: MeasureKind, table: EffectTable) -> Found:
    """What is seen under it, in every cell."""
    for viewer, surface in product(CLASSES, (*table.surfaces, NOBODY_REGISTERED)):
        effect = table.effect(kind.value, viewer, surface)
        where = f"{viewer} on {surface}"
        for promise, rule, detail in _RULES:
            if rule(kind, effect, (viewer, table.group_of(surface) or "")):
                yield promise, f"{kind} {detail} {where}"


Cell = tuple[str, str]


def _is_seen(kind: MeasureKind, effect: Verdict, cell: Cell) -> bool:  # noqa: ARG001  # one shape for all rules
    return kind in HIDING and (effect.exposure is not Exposure.ABSENT or effect.openable)


def _is_half_removed(kind: MeasureKind, effect: Verdict, cell: Cell) -> bool:  # noqa: ARG001  # one shape for all rules
    return kind is MeasureKind.REMOVE and (effect.exposure < Exposure.PLACEHOLDER or effect.openable)


def _is_half_suspended(kind: MeasureKind, effect: Verdict, cell: Cell) -> bool:
    return kind is MeasureKind.SUSPEND and cell not in _OWN_SIGHT and effect.exposure is not Exposure.ABSENT


def _takes_away(kind: MeasureKind, effect: Verdict, cell: Cell) -> bool:
    """Return whether protection costs the child something: only strangers may be kept from anything."""
    if kind is not MeasureKind.PROTECT:
        return False
    is_stranger = cell[0].startswith("other_")
    left = (effect.exposure, effect.ads, effect.earns, effect.rank_factor) == (
        CLEAR.exposure, CLEAR.ads, CLEAR.earns, CLEAR.rank_factor,
    )  # fmt: skip
    return not left or (bool(effect.disabled_actions) and not is_stranger)


def _is_promoted(kind: MeasureKind, effect: Verdict, cell: Cell) -> bool:
    spreads = cell[1] in SPREADING or not cell[1]
    return kind in _PROMOTED_NOWHERE and spreads and effect.exposure is not Exposure.ABSENT


_RULES: tuple[tuple[str, Callable[[MeasureKind, Verdict, Cell], bool], str], ...] = (
    ("P1", _is_seen, "lets it be seen by"),
    ("P1", _is_half_removed, "leaves it to be seen by"),
    ("P2", _is_half_suspended, "leaves the account to"),
    ("P2", _takes_away, "takes something away from whom it protects, for"),
    ("P6", _is_promoted, "promotes it to"),
    ("P6", lambda kind, effect, _: effect.ads and kind in _NO_ADS, "leaves ads beside it for"),
    ("P6", lambda kind, effect, _: effect.earns and kind in _NO_EARNINGS, "lets it earn from"),
)
"""Each with the promise that is broken where it is so."""


def _in_doing(kind: MeasureKind, table: EffectTable) -> Found:
    """What may still be done under it."""
    refused, out = table.refuses[kind.value], table.verbs - table.always - _STAYS_OPEN
    if kind in HIDING:
        for verb in sorted(_WITH_MEDIA - refused):
            yield "P1", f"{kind} lets its media come back by {verb}"
    if kind in SHUTS_OUT:
        for verb in sorted(out - refused):
            yield "P2", f"{kind} lets the account {verb}"
    if kind is MeasureKind.PROTECT:
        for verb in sorted(refused):
            yield "P2", f"{kind} takes {verb} away from whom it protects"
    for verb in sorted(refused & HEARD.keys()):
        yield HEARD[verb], f"{kind} takes {verb} away"


def _in_words(kind: MeasureKind, table: EffectTable) -> Found:
    """What may be told of what is sealed."""
    if kind in _SEALED and kind.value not in table.sealed:
        yield "P8", f"{kind} tells its author why"
    if kind not in _SEALED:
        return
    neutral = _NEUTRAL if kind in HIDING else _NEUTRAL | {"locked"}
    cells = product(CLASSES, (*table.surfaces, NOBODY_REGISTERED))
    told = {notice for viewer, surface in cells for notice in table.effect(kind.value, viewer, surface).notices}
    for word in sorted((told | {table.codes[kind.value]}) - neutral):
        yield "P8", f"{kind} says {word}, which is not neutral"


_CHECKS = (_in_sight, _in_doing, _in_words)
