"""docs/reference/duties.md, from the table of duties."""  # noqa: INP001  # a script beside the pages it writes, not a package

from collections.abc import Iterable, Mapping

from tutela.core.filing.duty import Authority, DutyRow, DutyTable, Exemption
from tutela.core.filing.hand_form import HandForm

INTRODUCTION = """\
# Duties: what is told to which authority

<!-- Written by ./dev docs from src/tutela/policy/duties.toml. Change that, not this page. -->

What a finding owes follows from what was found, who operates and where it happened; never from the clause alone, and
never from a machine alone. The answer for each authority is *must*, *may* or *none*, with the reason and source of the
row it comes from. Several rows may hold: the strictest is the answer. Whom a law does not bind may tell all the same.
[Filing](../explanation/filing.md) says why.

This is an engineering table and no legal advice. An operator confirms it with their own counsel, by its version and
checksum; another version is confirmed anew. `read` says whether a source was read in its own text or in a description
of it."""

FORMS = """\
From `src/tutela/policy/hand_forms.toml`. What a report holds beside this stands at its end."""


def duties_page(table: DutyTable, forms: Mapping[str, HandForm]) -> str:
    """Return docs/reference/duties.md."""
    parts = [INTRODUCTION, f"Version `{table.version}`, checksum `{table.checksum}`."]
    for authority in table.authorities:
        rows = [row for row in table.rows if row.authority == authority.id]
        parts.extend([f"## `{authority.id}`: {authority.name}", _bound(authority), _rows(rows)])
    parts.extend(["## What takes a demand down again", _exemptions(table.exemptions)])
    parts.extend(["## In which order it is asked where there is no interface", FORMS, *map(_form, forms.values())])
    return "\n\n".join(parts) + "\n"


def _form(form: HandForm) -> str:
    sections = (f"* **{each.title}**: {', '.join(line.label for line in each.lines)}." for each in form.sections)
    return "\n".join([f"### `{form.authority}`", "", f"{form.source}.", "", *sections])


def _bound(authority: Authority) -> str:
    who = [
        *([f"operators established in {_words(authority.established)}"] if authority.established else []),
        *([f"whoever has users in {_words(authority.serving)}"] if authority.serving else []),
        *([f"whoever has a matter linked with {_words(authority.linked)}"] if authority.linked else []),
    ]
    kind = "limit" if authority.is_limit else "target"
    hours = f"{authority.target.seconds / 3600:g} h"
    danger = f"{authority.danger_target.seconds / 60:g} min"
    return (
        f"Binds {', and '.join(who) or 'nobody by a law that is known here'}. Filed by {authority.files.value}; "
        f"{kind} {hours}, in danger {danger}. Where no row holds: {authority.otherwise.reason} "
        f"Source: {authority.otherwise.source} (read: {authority.otherwise.read})."
    )


def _rows(rows: Iterable[DutyRow]) -> str:
    head = "| row | clauses | only if | answer | reason | source | read |\n| --- | --- | --- | --- | --- | --- | --- |"
    return "\n".join([head, *(_row(row) for row in rows)])


def _row(row: DutyRow) -> str:
    conditions = [
        *_condition("imagery", row.imagery),
        *_condition("explicitness", row.explicitness),
        *_condition("child", row.child),
        *_condition("found", row.traits),
    ]
    cells = (
        f"`{row.id}`", _clauses(row.clauses), "; ".join(conditions), f"**{row.duty.name.lower()}**", row.law.reason,
        row.law.source, row.law.read,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _exemptions(exemptions: Iterable[Exemption]) -> str:
    head = "| exemption | of | only if | leaves | reason | source |\n| --- | --- | --- | --- | --- | --- |"
    return "\n".join([head, *(_exemption(each) for each in exemptions)])


def _exemption(each: Exemption) -> str:
    conditions = [
        *_condition("clauses", each.clauses),
        *_condition("found by", each.found_by),
        *_condition("reported to", each.reported_to),
        *_condition("all are", each.only_roles),
        *([f"not {_words(each.unless)}"] if each.unless else []),
    ]
    leaves = f"**{each.leaves.name.lower()}**" + ("" if each.is_final else ", until a person decides")
    of = "everybody" if "*" in each.authorities else _words(each.authorities)
    return f"| `{each.id}` | {of} | {'; '.join(conditions)} | {leaves} | {each.law.reason} | {each.law.source} |"


def _clauses(clauses: frozenset[str]) -> str:
    return "every one" if "*" in clauses else _words(each.removeprefix("cse.") for each in clauses)


def _condition(name: str, values: Iterable[str]) -> list[str]:
    said = _words(values)
    return [f"{name}: {said}"] if said else []


def _words(values: Iterable[str]) -> str:
    return ", ".join(sorted(str(each) for each in values))
