"""docs/reference/retention.md, from the table of retention."""  # noqa: INP001  # a script beside the pages it writes, not a package

from tutela.core.filing.retention import Ends, Period, RetentionRow, RetentionTable

INTRODUCTION = """\
# How long what is kept

<!-- Written by ./dev docs from src/tutela/policy/retention.toml. Change that, not this page. -->

Calendar years run to the same day; from 29 February to 1 March. A hold beats every row. *By proposal* means that one
person proposes, another agrees, and a certificate is made; nothing of that kind is destroyed by itself.
[Filing](../explanation/filing.md) says why.

What is kept longer is under a hold; there is no setting for that. Nothing destroys the records `reference.authority`,
`record.decision` and `record.certificate`: the time says until when nobody may delete them, and what comes then is for
whoever keeps the database. They hold no content. The texts of [events](../how-to/tell-events.md) are no evidence and
not in this table: they end with the key of their day (`events_keep_days`), also where their conversation is held."""

_ENDS = {Ends.ITSELF: "by itself", Ends.PROPOSAL: "by proposal"}


def retention_page(table: RetentionTable) -> str:
    """Return docs/reference/retention.md."""
    head = "| kind | what | how long | from | ends | never shorter | in regions | source |"
    rows = [head, "| --- | --- | --- | --- | --- | --- | --- | --- |", *(_row(row) for row in table.rows.values())]
    return "\n\n".join([INTRODUCTION, f"Version `{table.version}`.", "\n".join(rows)]) + "\n"


def _row(row: RetentionRow) -> str:
    floor = "" if row.floor is None else _period(row.floor)
    limits = "; ".join(f"{each.region}: {_period(each.period)} ({each.source})" for each in row.limits)
    cells = (
        f"`{row.id}`", row.keeps, _period(row.period), row.runs_from.value, _ENDS[row.ends], floor, limits, row.source,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _period(period: Period) -> str:
    if period.years:
        return f"{period.years} year" + ("s" if period.years > 1 else "")
    return f"{period.days} day" + ("" if period.days == 1 else "s") if period.days else "at once"
