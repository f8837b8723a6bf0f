"""The page about what each kind of measure does, from the table that the engine answers from."""  # noqa: INP001  # beside build.py

from collections.abc import Iterable
from dataclasses import replace

from tutela.core.measures import ALLOWED_SUBJECTS, SCOPE_DEMANDED, SCOPE_FIELDS, MeasureKind
from tutela_client.table import EffectTable
from tutela_client.verdict import STRICTEST, Exposure, Verdict
from tutela_client.viewer import CLASSES

_NAMES = (
    ("everyone", frozenset(CLASSES)),
    ("viewers", frozenset({"follower_adult", "follower_minor", "other_adult", "other_minor"})),
    ("followers", frozenset({"follower_adult", "follower_minor"})),
    ("strangers", frozenset({"other_adult", "other_minor"})),
    ("adults", frozenset({"follower_adult", "other_adult"})),
    ("minors", frozenset({"follower_minor", "other_minor"})),
)
"""Names for several classes at once, the largest first; `author` and `staff` have their own."""

_ABOVE = """\
What a measure in force does: to what is seen, for each class of viewer on each group of surfaces, and to what an
account may do. Several measures are joined, component by component, to the strictest; none of them ever shows more. An
unknown surface is as strict as the strictest group; an unknown kind or class of viewer sees nothing. Who is not known
to be an adult is a minor. What holds for an account holds for its items as its row says; inside a quote a viewer counts
as a stranger. An operator lays rows and surfaces over it: [change what measures do](../how-to/change-effects.md)."""

_CELLS = """\
A cell names what differs from an item without measures: how much is there (`lower`, `cover`, `placeholder`, `absent`),
`no ads`, `no earnings`, the factor of its rank, `closed` (it cannot be opened), what nobody may do with it, and the
code of a notice. What is absent has no rank and cannot be opened; **nothing** is that without ads and earnings.
`identity` is the page, name and picture of an account."""


def effects_page(table: EffectTable) -> str:
    """Return docs/reference/effects.md."""
    parts = [
        "# Effects of measures",
        "<!-- Written by ./dev docs from client/src/tutela_client/effects.toml. Change that, not this page. -->",
        f"Version `{table.version}`.",
        _ABOVE,
        _CELLS,
        f"Possible under every measure: {_codes(sorted(table.always))}.",
        "## Surfaces",
        "\n".join(["| group | registered names |", "| --- | --- |", *_surfaces(table)]),
    ]
    for kind in table.kinds:
        parts += [f"## `{kind}`", _said(table, kind), _sight(table, kind)]
    return "\n\n".join(parts) + "\n"


def _surfaces(table: EffectTable) -> Iterable[str]:
    for group in table.groups:
        names = [name for name, of in table.surfaces.items() if of == group and name != group]
        yield f"| `{group}` | {_codes(names) or 'itself only'} |"


def _said(table: EffectTable, kind: str) -> str:
    """Return what a measure of the kind can be on, how it can be narrowed, and what it refuses."""
    known = MeasureKind(kind)
    subjects = [subject for subject in type(next(iter(ALLOWED_SUBJECTS[known]))) if subject in ALLOWED_SUBJECTS[known]]
    demanded, scope = SCOPE_DEMANDED.get(known, frozenset()), SCOPE_FIELDS.get(known, frozenset())
    said = [f"On: {', '.join(subjects)}."]
    if scope:
        said.append(f"Scope: {', '.join(f'`{name}`' + ' (needed)' * (name in demanded) for name in sorted(scope))}.")
    if table.refuses[kind]:
        said.append(f"Refuses, with the code `{table.codes[kind]}`: {_codes(sorted(table.refuses[kind]))}.")
    if kind in table.sealed:
        said.append("Sealed: whoever is concerned learns neutral codes, never why.")
    elif kind in table.quiet:
        said.append("Quiet: the reason comes with the statement and not with the verdict.")
    return " ".join(said)


def _sight(table: EffectTable, kind: str) -> str:
    """Return a column for each set of classes that see the same, and a row for each set of groups that is alike."""
    by_class = {viewer: tuple(_cell(table.effect(kind, viewer, each)) for each in table.groups) for viewer in CLASSES}
    if {cell for cells in by_class.values() for cell in cells} == {_cell(Verdict())}:
        return "What is seen stays as it is."
    columns: dict[tuple[str, ...], list[str]] = {}
    for viewer, cells in by_class.items():
        columns.setdefault(cells, []).append(viewer)
    rows: dict[tuple[str, ...], list[str]] = {}
    for group, cells in zip(table.groups, zip(*columns, strict=True), strict=True):
        rows.setdefault(cells, []).append(group)
    head = ["surfaces", *(_named(viewers) for viewers in columns.values())]
    lines = [head, ["---"] * len(head)]
    most = max(rows.values(), key=len)
    rest = "all others" if len(rows) > 1 else "every surface"
    lines += [[rest if groups is most else ", ".join(groups), *cells] for cells, groups in _most_last(rows, most)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _most_last(rows: dict[tuple[str, ...], list[str]], most: list[str]) -> Iterable[tuple[tuple[str, ...], list[str]]]:
    yield from ((cells, groups) for cells, groups in rows.items() if groups is not most)
    yield from ((cells, groups) for cells, groups in rows.items() if groups is most)


def _named(viewers: list[str]) -> str:
    left, names = set(viewers), []
    for name, classes in _NAMES:
        if classes <= left:
            names.append(name)
            left -= classes
    return ", ".join([*names, *(viewer.replace("other", "stranger") for viewer in viewers if viewer in left)])


def _cell(effect: Verdict) -> str:
    if replace(effect, notices=frozenset()) == STRICTEST:
        return ", ".join(["**nothing**", *(f"says `{notice}`" for notice in sorted(effect.notices))])
    words = [f"`{effect.exposure.name.lower()}`"] if effect.exposure else []
    words += ["no ads"] * (not effect.ads) + ["no earnings"] * (not effect.earns)
    if effect.exposure is not Exposure.ABSENT:
        words += [f"rank x {effect.rank_factor:g}"] * (effect.rank_factor < 1) + ["closed"] * (not effect.openable)
    words += [f"no {', '.join(sorted(effect.disabled_actions))}"] if effect.disabled_actions else []
    words += [f"says `{notice}`" for notice in sorted(effect.notices)]
    return ", ".join(words) or "as it is"


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
