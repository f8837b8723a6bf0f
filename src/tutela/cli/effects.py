"""`tutela effects`: what measures do, and what another file would change about it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from tutela.bootstrap import load_effects
from tutela.cli.opening import Where, placed, table
from tutela.errors import BadInput
from tutela.flows.simulate_effects import MAX_ITEMS, as_json
from tutela_client.simulate import Simulation
from tutela_client.table import EffectTable

SHOWN_DIFFERENCES: Final = 20
_COLUMNS: Final = ("items", "viewer", "surface", "change", "before", "after", "row")

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group("effects")
def effects_command() -> None:
    """Show the table of what measures do, check a file of your own, and see what it would change."""


@effects_command.command("show")
@click.argument("kinds", nargs=-1)
@placed
def show(where: Where, kinds: tuple[str, ...]) -> None:
    """Print the rows in force, of some KINDS of measures or of all, as they stand in a file.

    With --json the whole table is printed, as `GET /v1/effects` answers it.
    """
    effects = load_effects(where.settings().effects_file)
    for kind in kinds:
        if kind not in effects.kinds:
            raise BadInput("there is no such kind of measure", place="KINDS", remedy="See docs/reference/effects.md.")
    where.tell(effects.source, "\n".join(_rows(effects, kinds or effects.kinds)))


@effects_command.command("check")
@_FILE
@placed
def check(where: Where, file: Path) -> None:
    """Say whether FILE may be used as `effects_file`: without a hole, and within the charter.

    What is wrong is named with its place and a remedy, and the exit status is 1.
    """
    effects, shipped = load_effects(file), load_effects(None)
    rows = sum(effects.rows_of(kind) != shipped.rows_of(kind) for kind in effects.kinds)
    surfaces = len(effects.surfaces) - len(shipped.surfaces)
    record = {"version": effects.version, "kinds_changed": rows, "surfaces_registered": surfaces}
    words = f"{file} may be used: version {effects.version}, {rows} kinds changed, {surfaces} surfaces registered."
    where.tell(record, words)


@effects_command.command("simulate")
@_FILE
@click.option("--items", type=click.IntRange(1, MAX_ITEMS), default=1000, show_default=True, help="Of the sample.")
@click.option("--surface", "surfaces", multiple=True, help="Only here; repeatable. Else every group, and new surfaces.")
@placed
def simulate(where: Where, file: Path, items: int, surfaces: tuple[str, ...]) -> None:
    """Show what would be seen otherwise if FILE were the `effects_file`, on what is stored. Changes nothing.

    The sample are items under measures, on themselves, their media, tags or authors, the newest first; each is looked
    at by a viewer of every class who is in no known country.

    \b
    tutela effects simulate effects.toml --items 5000 --surface feed --surface shorts
    """  # noqa: D301  # \b is click's mark
    other = load_effects(file)
    with where.house() as house:
        found = house.simulate_effects(house.effects, other, items=items, surfaces=surfaces)
    record = as_json(found)
    where.tell(record, _in_words(found, record))


def _rows(effects: EffectTable, kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield lines of TOML: the rows of each kind as somebody wrote them."""
    yield f"version = {json.dumps(effects.version)}"
    for kind in kinds:
        said: Mapping[str, Any] = effects.source["kinds"][kind]
        yield ""
        yield f"[kinds.{kind}]"
        yield from (f"{name} = {json.dumps(value)}" for name, value in said.items() if not isinstance(value, Mapping))
        for row, cells in said.items():
            if isinstance(cells, Mapping):
                yield f"[kinds.{kind}.{row}]"
                for group, effect in cells.items():
                    inside = ", ".join(f"{name} = {json.dumps(value)}" for name, value in effect.items())
                    yield f"{json.dumps(group) if group == '*' else group} = {{ {inside} }}"


def _in_words(found: Simulation, record: Mapping[str, Any]) -> str:
    parts = [f"{found.before} -> {found.after}: {found.changed} of {found.asked} verdicts would change"]
    if found.changes:
        parts[0] += ": " + ", ".join(f"{count} {change}" for change, count in sorted(found.changes.items()))
    parts += [
        f"  {component}: " + ", ".join(f"{count} {change}" for change, count in sorted(counts.items()))
        for component, counts in found.components.items()
    ]
    parts += [
        f"  {each.kind} would {'refuse' if each.is_refused else 'no longer refuse'} {each.verb}"
        for each in found.refusals
    ]
    lines = [_line(each) for each in record["differences"][:SHOWN_DIFFERENCES]]
    if lines:
        parts += ["", table(lines, _COLUMNS, empty="")]
    if len(record["differences"]) > SHOWN_DIFFERENCES:
        parts.append(f"and {len(record['differences']) - SHOWN_DIFFERENCES} more ways; --json prints all.")
    return "\n".join(parts)


def _line(difference: Mapping[str, Any]) -> dict[str, Any]:
    before, after = difference["before"], difference["after"]
    changed = [name for name in before if before[name] != after[name]]
    return {
        **difference,
        "before": _brief(before, changed),
        "after": _brief(after, changed),
        "row": " ".join(difference["rows"]),
    }


def _brief(verdict: Mapping[str, Any], changed: list[str]) -> str:
    return " ".join(f"{name}={_word(verdict[name])}" for name in changed)


def _word(value: Any) -> str:
    return ",".join(value) or "none" if isinstance(value, list) else str(value).lower()
