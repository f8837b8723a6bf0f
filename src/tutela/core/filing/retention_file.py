"""From the parsed table of retention to values. Every error names its place; an unknown key is an error."""

from collections.abc import Mapping

from tutela.core.file_table import FileTable, words
from tutela.core.filing.retention import Ends, Period, RegionLimit, RetentionRow, RetentionTable, RunsFrom
from tutela.errors import Misconfigured


def parse_retention(parsed: Mapping[str, object], *, place: str) -> RetentionTable:
    """Return the table of retention.

    Args:
        parsed: The file, as a TOML reader returns it.
        place: Its name, for messages.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown or doubled, or a kind has no time or a negative one.
    """
    file = FileTable(parsed, place)
    version = file.text("version")
    rows: dict[str, RetentionRow] = {}
    for at, values in enumerate(file.tables("kind"), start=1):
        row = _row(FileTable(values, f"{place}: kind {at}"))
        if row.id in rows:
            raise Misconfigured(f"The id `{row.id}` is used twice.", place=f"{place}: kind {at}")
        rows[row.id] = row
    file.close()
    return RetentionTable(version, rows)


def _row(table: FileTable) -> RetentionRow:
    row = RetentionRow(
        id=table.text("id"),
        keeps=table.text("keeps"),
        runs_from=table.choice("from", words(RunsFrom)),
        period=_period(table),
        ends=table.choice("ends", words(Ends)),
        source=table.text("source"),
        floor=Period(years=_number(table, "floor_years")) if table.has("floor_years") else None,
        limits=_limits(table) if table.has("limits") else (),
    )
    table.close()
    if row.floor is not None and row.limits:
        raise Misconfigured("A kind has a floor or limits, never both.", place=table.place)
    if row.floor is not None and row.period.years < row.floor.years:
        raise Misconfigured("It is kept shorter than its floor.", place=table.place)
    return row


def _limits(table: FileTable) -> tuple[RegionLimit, ...]:
    found = []
    for at, values in enumerate(table.tables("limits"), start=1):
        limit = FileTable(values, f"{table.place}.limits {at}")
        found.append(RegionLimit(limit.text("region"), _period(limit), limit.text("source")))
        limit.close()
    return tuple(found)


def _period(table: FileTable) -> Period:
    if table.has("years") == table.has("days"):
        raise Misconfigured("It has `years` or `days`.", place=table.place)
    if table.has("years"):
        return Period(years=_number(table, "years"))
    return Period(days=_number(table, "days"))


def _number(table: FileTable, key: str) -> int:
    number = table.number(key)
    if number < 0:
        raise Misconfigured(f"`{key}` must not be negative.", place=f"{table.place}.{key}")
    return number
