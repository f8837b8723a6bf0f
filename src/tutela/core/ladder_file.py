"""Ladders, and what a finding counts on them, from the parsed policy file."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TypeVar

from tutela.core.file_table import FileTable, words
from tutela.core.ladders import CLIMBED, Ladder, Rung, StrikeRule
from tutela.core.strikes import Decay, DecayKind
from tutela.core.units import Duration
from tutela.errors import Misconfigured
from tutela_client.scope import EVERYTHING, Scope

_Made = TypeVar("_Made")

_RUNGS = {kind.value: kind for kind in CLIMBED}


def parse_ladders(file: FileTable, place: str) -> dict[str, Ladder]:
    """Return the ladders of a file by id; none when it has none.

    Raises:
        tutela.errors.Misconfigured: One is doubled, or its rungs are in another order.
    """
    ladders: dict[str, Ladder] = {}
    if not file.has("ladder"):
        return ladders
    for number, values in enumerate(file.tables("ladder"), start=1):
        ladder = _ladder(FileTable(values, f"{place}: ladder {number}"))
        if ladder.id in ladders:
            raise Misconfigured(f"The id `{ladder.id}` is used twice.", place=f"{place}: ladder {number} ({ladder.id})")
        ladders[ladder.id] = ladder
    return ladders


def parse_strike_rule(table: FileTable, ladders: Mapping[str, Ladder]) -> StrikeRule:
    """Return what a finding counts under one clause, and on which ladder of its file.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown or out of bounds.
    """
    decay = FileTable(table.raw_table("decay", is_needed=True), f"{table.place}.decay")
    kind, days = decay.choice("kind", words(DecayKind)), decay.number("days")
    decay.close()
    frozen = _made(decay.place, lambda: Decay(kind, days))
    ladder, points = table.choice("ladder", ladders), table.number("points")
    warns_first = table.flag("warns_first") if table.has("warns_first") else False
    table.close()
    return _made(table.place, lambda: StrikeRule(points, frozen, ladder, warns_first))


def _ladder(table: FileTable) -> Ladder:
    ladder_id = table.text("id")
    table.place += f" ({ladder_id})"
    rungs = tuple(
        _rung(FileTable(rung, f"{table.place}: rung {number}"))
        for number, rung in enumerate(table.tables("rung"), start=1)
    )
    table.close()
    return _made(table.place, lambda: Ladder(ladder_id, rungs))


def _rung(table: FileTable) -> Rung:
    points, kind = table.number("points"), table.choice("kind", _RUNGS)
    days = table.number("days") if table.has("days") else None
    scope = _scope(table.raw_table("scope"), f"{table.place}.scope") if table.has("scope") else EVERYTHING
    table.close()
    return _made(table.place, lambda: Rung(points, kind, None if days is None else Duration(days=days), scope))


def _scope(values: Mapping[str, object], place: str) -> Scope:
    table = FileTable(values, place)
    said: dict[str, object] = {}
    for field in fields(Scope):
        if not table.has(field.name):
            continue
        if isinstance(field.default, frozenset):
            said[field.name] = table.texts(field.name)
        else:
            said[field.name] = table.flag(field.name) if isinstance(field.default, bool) else table.text(field.name)
    table.close()
    return Scope.from_json(said)


def _made(place: str, make: Callable[[], _Made]) -> _Made:
    """Return what *make* makes, and name the place where the core refuses it."""
    try:
        return make()
    except ValueError as error:
        raise Misconfigured(f"{error}.".capitalize(), place=place) from error
