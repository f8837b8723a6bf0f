"""The page about what follows from a violation, from the table that the plans are made from."""  # noqa: INP001  # beside build.py

from collections.abc import Iterable

from tutela.core.conclusions import CONTEXTS, MEANING, SHIPPED_CLAUSE
from tutela.core.remedies import MEANWHILE, REASONS, Cell, Crew, Duty, Evidence, Second, Weight, cells

_TITLES = {
    Weight.GRAVE_CONTENT: "Under one of the twelve, about what is shown",
    Weight.GRAVE_BEHAVIOUR: "Under one of the twelve, about what somebody does",
    Weight.ORDINARY: "Under an ordinary clause",
}
_EVIDENCE = {
    Evidence.VERIFIED_LIST: "identical bytes on a list that several analysts have verified",
    Evidence.REVIEWED_HERE: "two of our own people have found the material before",
    Evidence.NOVEL: "pictures or videos that nobody has looked at before",
    Evidence.NONE: "words only, or what somebody did",
}
_DUTY = {Duty.DRAFT: "draft of a report", Duty.DECIDE: "a person decides", Duty.NONE: ""}
_SECOND = {
    Second.NOBODY: "1",
    Second.COLLEAGUE: "2",
    Second.LATER_OR_OUTSIDER: "1, twice",
}

_ABOVE = """\
What a person's answer to a case leads to: for what the clause is about, the part of an account, how well the material
is known, and how many people work here. The plan of an answer, this page and the laws of the charter read one table;
one that breaks a promise does not load. How to work with it: [answer cases](../how-to/answer-cases.md); why it is so:
[two people](../explanation/two-people.md)."""

_PEOPLE = """\
*People* says how many stand behind it in a team or an organisation, then for somebody who works alone: `1, twice` is a
second look, blind to the first answer and at least a day later, or the look of a named outsider. It is recorded as
`single_operator`, and never as two people. Where it takes two, nothing final happens before the second has answered:
until then {meanwhile}.

*Bank* says whether the media go into the own bank of the clause, `own.` and its id, with the decision of both."""


def remedies_page() -> str:
    """Return docs/reference/remedies.md."""
    meanwhile = f"the item gets `{MEANWHILE[0]}`, and an actor under the twelve `{MEANWHILE[1]}`"
    parts = [
        "# What follows from an answer",
        "<!-- Written by ./dev docs from src/tutela/core/remedies.py. Change that, not this page. -->",
        _ABOVE,
        "## What a person may find",
        "\n".join(_conclusions()),
        "## How well the material is known",
        "\n".join(["| evidence | means |", "| --- | --- |", *(f"| `{k}` | {v} |" for k, v in _EVIDENCE.items())]),
        "## Why it takes two",
        "\n".join(["| reason | when |", "| --- | --- |", *(f"| `{k}` | {v} |" for k, v in REASONS.items())]),
        _PEOPLE.format(meanwhile=meanwhile),
    ]
    for weight, title in _TITLES.items():
        parts += [f"## {title}", "\n".join(_rows(weight))]
    return "\n\n".join(parts) + "\n"


def _conclusions() -> Iterable[str]:
    yield "| conclusion | means | contexts | goes under |"
    yield "| --- | --- | --- | --- |"
    for conclusion, meaning in MEANING.items():
        contexts = _codes(sorted(CONTEXTS[conclusion])) or "none"
        yield f"| `{conclusion}` | {meaning} | {contexts} | {_codes([SHIPPED_CLAUSE.get(conclusion, '')])} |"


def _rows(weight: Weight) -> Iterable[str]:
    yield "| part | evidence | item | account | strike | bank | report | people | why two |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for cell in cells():
        if cell.weight is weight:
            yield _row(cell)


def _row(cell: Cell) -> str:
    remedy = cell.remedy
    people = dict.fromkeys(_SECOND[cell.second(crew)] for crew in (Crew.TEAM, Crew.ORGANISATION, Crew.SOLO))
    columns = (
        f"`{cell.role}`",
        f"`{cell.evidence}`",
        _codes(remedy.on_item),
        _codes(remedy.on_account),
        "yes" if remedy.has_strike else "",
        "entered" if remedy.is_banked else "",
        _DUTY[remedy.duty],
        "; ".join(people),
        _codes(remedy.why_two),
    )
    return f"| {' | '.join(columns)} |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names if name)
