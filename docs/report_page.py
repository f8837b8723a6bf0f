"""docs/reference/report.md, from the table of a report's elements."""  # noqa: INP001  # a script beside the pages it writes, not a package

from collections.abc import Iterator

from tutela.core.filing.completeness import CRITERIA, Criterion
from tutela.core.filing.contacts import Person
from tutela.core.filing.incident import Incident
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.preflight import RULES
from tutela.core.filing.report import Report, Reporter
from tutela.core.filing.report_file import FileDetails
from tutela.core.filing.schema import Element, Flags, Form, Leaf, Nested, OneOf, Overlong, Shape
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import IncidentType

INTRODUCTION = """\
# A report, element by element

<!-- Written by ./dev docs from src/tutela/core/filing/table.py. Change that, not this page. -->

What is sent to the CyberTipline, in its order: `1` exactly once, `?` at most once, `*` any number, `+` once or more.
`@` marks an attribute. The table is our own reading of the schema of November 2025 and holds no text of it; an operator
downloads the schema with their own credentials, and what differs is shown. What the columns mean for what is too long:
[filing](../explanation/filing.md)."""

_RULES_HEAD = "After that nothing can be mended but by retracting it.\n\n| rule | what holds |\n| --- | --- |\n"
_METER_HEAD = """\
What does not apply to a report counts neither way. What is missing is shown, and never holds up a report about danger.

| weight | wanted | in a batch |
| --- | --- | --- |
"""
_OVERLONG = {
    Overlong.BEGINNING: "its beginning is sent, the whole in a file",
    Overlong.LEFT_OUT: "left out, the whole in a file",
    Overlong.REFUSED: "refused",
}


def report_page() -> str:
    """Return docs/reference/report.md."""
    parts = [INTRODUCTION]
    for name, shape in SHAPES.items():
        parts.extend([f"## `{name}`", "\n".join(_table(shape))])
    rules = "\n".join(f"| `{name}` | {holds} |" for name, holds in RULES.items())
    parts.extend(["## Checked before it is opened", _RULES_HEAD + rules])
    lines = "\n".join(_criterion(each) for each in CRITERIA)
    parts.extend(["## How complete it is, in order of worth", _METER_HEAD + lines])
    return "\n\n".join(parts) + "\n"


def _criterion(criterion: Criterion) -> str:
    nothing = Report(incident=Incident(kind=IncidentType.CSAM, at=None), reporter=Reporter(person=Person()))
    package = Package(nothing, (PackageFile("1", FileDetails(), ""),))
    wanted = "; ".join(part.wanted for part in criterion.parts(package))
    return f"| {criterion.weight} | {wanted} | {'yes' if criterion.in_batch else ''} |"


def _table(shape: Shape) -> Iterator[str]:
    yield "| element | times | field | holds | too long |"
    yield "| --- | --- | --- | --- | --- |"
    for attribute in shape.attributes:
        often = "1" if attribute.is_needed else "?"
        yield _line(f"@{attribute.wire}", often, attribute.field, _holds(attribute.holds), attribute.holds)
    lines = (shape.content,) if shape.content is not None else shape.elements
    for element in lines:
        yield _line(element.wire or "(value)", element.cardinality, element.field, _element(element), element.holds)


def _line(wire: str, often: str, field: str, holds: str, of: object) -> str:
    overlong = _OVERLONG[of.overlong] if isinstance(of, Leaf) and of.longest is not None else ""
    return f"| `{wire}` | `{often}` | `{field}` | {holds} | {overlong} |"


def _element(element: Element) -> str:
    told = _holds(element.holds)
    return told if element.needs is None else f"{told}; since 2026"


def _holds(holds: Leaf | Flags | Nested | OneOf) -> str:
    if isinstance(holds, Nested):
        return f"`{holds.shape}`"
    if isinstance(holds, OneOf):
        return "exactly one of " + ", ".join(f"`{wire}`" for wire, _ in holds.shapes.values())
    if isinstance(holds, Flags):
        newer = {str(word.value) for word in holds.newer}
        return "any of " + ", ".join(f"`{w.value}`" + (" (2026)" if w.value in newer else "") for w in holds.words)
    if holds.words is not None:
        return "one of " + ", ".join(f"`{word.value}`" for word in holds.words)
    return _leaf(holds)


def _leaf(leaf: Leaf) -> str:
    parts = [leaf.form.value]
    if leaf.longest is not None:
        parts.append(f"at most {leaf.longest:,} characters" + (" (our limit)" if leaf.is_ours else ""))
    if leaf.lowest is not None:
        parts.append(f"{leaf.lowest:g} to {leaf.highest:g}" if leaf.highest is not None else f"from {leaf.lowest:g}")
    if leaf.is_past:
        parts.append("in the past")
    if not leaf.may_be_blank and leaf.form is Form.TEXT:
        parts.append("not blank")
    return ", ".join(parts)
