"""docs/reference/clocks.md, from the table of clocks."""  # noqa: INP001  # a script beside the pages it writes, not a package

from tutela.core.clocks import TABLE, Aim, Aims, ClockRow, Signal
from tutela.core.units import Duration

INTRODUCTION = """\
# Clocks: by when people are answered

<!-- Written by ./dev docs from src/tutela/core/clocks/table.py. Change that, not this page. -->

Each clock has a target, which may be missed with a reason, and a limit, which may not be missed; some have one of the
two. They run in absolute time, in UTC, and nothing pauses them: 7 days are 168 hours, in every zone and across every
change of the clocks. Alarms come at 50, 80 and 100 per cent of each. [Clocks](../explanation/clocks.md) says why, and
which law counts for whom."""

AIMS = """\
## What the operator aims at

Where a law says "as soon as possible", or nothing. The settings `desk_target_*` set those of a decision and of an
appeal."""

AIM_NAMES = {
    "receipt": "a receipt", "danger": "a decision where somebody may be in danger",
    "child": "a decision where a child may be shown", "other": "any other decision", "appeal": "an appeal",
    "acknowledge": "to tell an authority that its order arrived", "effect": "to give it effect",
}  # fmt: skip


def clocks_page() -> str:
    """Return docs/reference/clocks.md."""
    parts = [INTRODUCTION]
    for subject, rows in TABLE.items():
        parts.extend([f"## Of {'an' if subject[0] in 'ao' else 'a'} {subject.value}", _rows(rows)])
    aims = [f"| {told} | {_length(getattr(Aims(), name))} |" for name, told in AIM_NAMES.items()]
    parts.extend([AIMS, "\n".join(["| of | time |", "| --- | --- |", *aims])])
    return "\n\n".join(parts) + "\n"


def _rows(rows: tuple[ClockRow, ...]) -> str:
    head = ["| clock | runs from | target | limit | stops at | source |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *map(_row, rows)])


def _row(row: ClockRow) -> str:
    limit = "what the order says" if row.is_ordered else _length(row.limit)
    again = ", and begins anew" if row.repeats else ""
    cells = (f"`{row.id.value}`", row.begins.value, _target(row), limit, _signals(row.stops) + again, row.source)
    return f"| {' | '.join(cells)} |"


def _target(row: ClockRow) -> str:
    return f"the operator's for {row.target.value}" if isinstance(row.target, Aim) else _length(row.target)


def _length(length: Duration | None) -> str:
    if length is None:
        return ""
    minutes = round(length.seconds / 60)
    for unit, size in (("days", 1440), ("hours", 60), ("minutes", 1)):
        if minutes % size == 0 and minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    raise ValueError("a length of whole minutes is told")


def _signals(signals: frozenset[Signal]) -> str:
    return " or ".join(f"`{each}`" for each in sorted(signals))
