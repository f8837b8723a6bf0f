"""An operator's own table of effects, laid over the one that ships. Reading the file is done elsewhere.

It may register surfaces and verbs of the platform's own and replace rows; it may not take anything away, and neither
show, allow nor tell more than what ships where somebody is protected. What the charter promises holds for the result
as for the table that ships. Every error names its place.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from tutela.core import charter
from tutela.core.effects_floor import lower_than_shipped
from tutela.errors import Misconfigured
from tutela_client.rows import BESIDE_ROWS, ROWS
from tutela_client.table import EffectTable

PARTS = ("version", "surfaces", "verbs", "kinds")
"""What such a file may hold."""

_EMPTY: Mapping[str, Any] = {"surfaces": {}, "verbs": [], "kinds": {}}
_KIND_OF = {"surfaces": "table of surfaces and their groups", "verbs": "list of words", "kinds": "table of kinds"}

_NOT_THEIRS = {
    "always": "The way to be heard, to be helped and to one's own stays possible under every measure.",
    "groups": "Register a surface of your own under one of the groups, in [surfaces].",
}
"""Parts of the shipped table that no file replaces, and what to do instead."""


def overlaid(shipped: Mapping[str, Any], own: Mapping[str, Any], *, place: str) -> EffectTable:
    """Return the table that *own*, as a TOML reader returns it, makes of the *shipped* one.

    Args:
        shipped: The source of the table that ships.
        own: What the operator wrote.
        place: The name of the file, for messages.

    Raises:
        tutela.errors.Misconfigured: It has a hole, an unknown word, takes something away, or breaks the charter.
    """
    for part in own:
        if part not in PARTS:
            remedy = _NOT_THEIRS.get(part) or _nearest(part, PARTS)
            raise Misconfigured("This cannot be set here.", place=f"{place}: {part}", remedy=remedy)
    for part, empty in _EMPTY.items():
        if not isinstance(own.get(part, empty), type(empty)):
            raise Misconfigured(f"It must be a {_KIND_OF[part]}.", place=f"{place}: {part}")
    version = own.get("version")
    if not isinstance(version, str) or not version.strip():
        raise Misconfigured(
            "The file needs a version of its own.",
            place=f"{place}: version",
            remedy="Give it one, and another one whenever it changes: it is on every verdict.",
        )
    table = _charted(
        {
            **shipped,
            "version": f"{shipped['version']}+{version.strip()}",
            "surfaces": {**shipped["surfaces"], **_surfaces(shipped["surfaces"], own.get("surfaces", {}), place)},
            "verbs": [*shipped["verbs"], *(verb for verb in own.get("verbs", []) if verb not in shipped["verbs"])],
            "kinds": _kinds(shipped["kinds"], own.get("kinds", {}), place),
        },
        place,
    )
    for lower in lower_than_shipped(EffectTable(shipped), table):
        raise Misconfigured(
            f"This is weaker than what ships: {lower.what}.",
            place=f"{place}: {lower.place}",
            remedy="Leave it as it ships, or make it stricter. `tutela effects show` prints the rows that ship.",
        )
    return table


def _surfaces(shipped: Mapping[str, str], own: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    for surface, group in own.items():
        if shipped.get(surface, group) != group:
            raise Misconfigured(
                f"This surface belongs to `{shipped[surface]}`.",
                place=f"{place}: surfaces.{surface}",
                remedy="Register one of your own, by another name.",
            )
    return own


def _kinds(shipped: Mapping[str, Any], own: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the kinds with each row that the operator wrote in the place of the one that shipped."""
    kinds = {name: dict(rows) for name, rows in shipped.items()}
    for name, rows in own.items():
        there = f"{place}: kinds.{name}"
        if name not in kinds:
            raise Misconfigured("There is no such kind.", place=there, remedy=_nearest(name, kinds))
        if not isinstance(rows, Mapping):
            raise Misconfigured("It must be a table.", place=there)
        for row in rows:
            if row not in (*ROWS, *BESIDE_ROWS):
                raise Misconfigured(
                    "There is no such viewer class.", place=f"{there}.{row}", remedy=_nearest(row, ROWS)
                )
        kinds[name].update(rows)
    return kinds


def _charted(source: Mapping[str, Any], place: str) -> EffectTable:
    """Return the table, which is whole and keeps the charter."""
    try:
        table = EffectTable(source)
    except ValueError as error:
        where, _, what = str(error).partition(": ")
        raise Misconfigured(
            f"{what[:1].upper()}{what[1:]}.",
            place=f"{place}: {where}",
            remedy="`tutela effects show` prints the rows that ship.",
        ) from error
    for breach in charter.of_table(table):
        raise Misconfigured(
            f"This would break the charter ({breach.promise}): {breach.detail}.",
            place=f"{place}: kinds.{breach.subject}",
            remedy="No file can weaken this. Leave the row as it ships, or make it stricter.",
        )
    return table


def _nearest(word: str, known: Iterable[str]) -> str | None:
    found = get_close_matches(word, list(known), n=1)
    return f"Did you mean `{found[0]}`?" if found else None
