"""From the parsed file of forms to values. Every error names its place; a place that no report has is an error."""

from collections.abc import Mapping

from tutela.core.file_table import FileTable
from tutela.core.filing.hand_form import HandForm, HandLine, HandSection
from tutela.core.filing.schema import Nested, OneOf
from tutela.core.filing.table import SHAPES
from tutela.errors import Misconfigured


def parse_hand_forms(parsed: Mapping[str, object], *, place: str) -> Mapping[str, HandForm]:
    """Return the form of each authority.

    Args:
        parsed: The file, as a TOML reader returns it.
        place: Its name, for messages.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown, doubled, or names a place that no report has.
    """
    file = FileTable(parsed, place)
    file.text("version")
    forms = [_form(values, f"{place}: form {at}") for at, values in enumerate(file.tables("form"), start=1)]
    file.close()
    found = {form.authority: form for form in forms}
    if len(found) < len(forms):
        raise Misconfigured("an authority has two forms", place=place, remedy="Leave one of them.")
    return found


def _form(values: Mapping[str, object], place: str) -> HandForm:
    table = FileTable(values, place)
    sections = tuple(
        _section(each, f"{place}, section {at}") for at, each in enumerate(table.tables("section"), start=1)
    )
    form = HandForm(table.text("authority"), table.text("source"), sections)
    table.close()
    return form


def _section(values: Mapping[str, object], place: str) -> HandSection:
    table = FileTable(values, place)
    lines = tuple(_line(each, f"{place}, line {at}") for at, each in enumerate(table.tables("line"), start=1))
    section = HandSection(table.text("title"), lines)
    table.close()
    return section


def _line(values: Mapping[str, object], place: str) -> HandLine:
    table = FileTable(values, place)
    line = HandLine(table.text("label"), tuple(tuple(each.split(".")) for each in table.texts("from")))
    table.close()
    for parts in line.places:
        if not _is_known(parts):
            raise Misconfigured(
                f"no report has `{'.'.join(parts)}`", place=place, remedy="Name it as docs/reference/report.md does."
            )
    return line


def _is_known(parts: tuple[str, ...]) -> bool:
    head, *rest = parts
    return _is_in("fileDetails", rest[1:] if rest else rest) if head == "files" else _is_in("report", parts)


def _is_in(shape: str, parts: tuple[str, ...] | list[str]) -> bool:
    """Return whether a shape has a field at this place, or below one of several classes that it may hold."""
    if not parts:
        return True
    row = SHAPES[shape]
    name, *rest = parts
    below = [each for each in rest if each != "*"]
    found: list[object] = [each.holds for each in row.attributes if each.field == name]
    found += [each.holds for each in (row.content, *row.elements) if each is not None and each.field == name]
    return any(_leads_on(holds, below) for holds in found)


def _leads_on(holds: object, below: list[str]) -> bool:
    if isinstance(holds, Nested):
        return _is_in(holds.shape, below)
    if isinstance(holds, OneOf):
        return any(_is_in(shape, below) for _, shape in holds.shapes.values())
    return not below
