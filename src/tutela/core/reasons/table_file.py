"""From the parsed table of statements to values. Every error names its place; an unknown key is an error."""

from collections.abc import Iterable, Mapping

from tutela.core.dsa.words import Category, Keyword
from tutela.core.file_table import FileTable, words
from tutela.core.ids import ClauseId
from tutela.core.reasons.facts import Ground
from tutela.core.reasons.table import ANYWHERE, IN_THE_UNION, ReasonRow, ReasonTable, RedressRow, check_cover
from tutela.core.transparency.categories import at_home_in
from tutela.errors import Misconfigured

MOST_LEGAL_GROUND = 500
"""Characters that the database takes of a provision."""

LEAST_APPEAL_DAYS = 183
"""Six months, in days. Source: Article 20(1)."""

_CATEGORIES = {each.name.lower(): each for each in Category}
_KEYWORDS = {each.name.lower(): each for each in Keyword}


def parse_reason_table(
    parsed: Mapping[str, object], *, place: str, clauses: Iterable[ClauseId] | None = None
) -> ReasonTable:
    """Return the table of statements.

    Args:
        parsed: The file, as a TOML reader returns it.
        place: Its name, for messages.
        clauses: Those that it must have a row for, and no others; none where it may have any.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown or doubled, or a clause has no row.
    """
    file = FileTable(parsed, place)
    version = file.text("version")
    redress = _redress(FileTable(file.raw_table("redress", is_needed=True), f"{place}: redress"))
    rows: dict[ClauseId, ReasonRow] = {}
    for at, values in enumerate(file.tables("clause"), start=1):
        row = _row(FileTable(values, f"{place}: clause {at}"))
        if row.clause_id in rows:
            raise Misconfigured(f"The id `{row.clause_id}` is used twice.", place=f"{place}: clause {at}")
        rows[row.clause_id] = row
    file.close()
    table = ReasonTable(version, rows, redress)
    if clauses is not None:
        check_cover(table, clauses)
    return table


def _row(table: FileTable) -> ReasonRow:
    row = ReasonRow(
        clause_id=ClauseId(table.text("id")),
        ground=table.choice("ground", words(Ground)),
        category=table.choice("category", _CATEGORIES),
        keywords=table.choices("keywords", _KEYWORDS, is_needed=False),
        legal=_by_country(table, "legal") if table.has("legal") else None,
    )
    table.place += f" ({row.clause_id})"
    table.close()
    if (row.ground is Ground.ILLEGAL) != (row.legal is not None):
        raise Misconfigured("`legal` is there exactly where the ground is `illegal`.", place=f"{table.place}.legal")
    _refuse_misplaced(row, f"{table.place}.keywords")
    if row.legal is not None and not {IN_THE_UNION, ANYWHERE} <= set(row.legal):
        raise Misconfigured("`legal` must name `EU` and `*`.", place=f"{table.place}.legal")
    return row


def _refuse_misplaced(row: ReasonRow, place: str) -> None:
    """Refuse a keyword that the form of figures has under other categories only: it would be counted as "other"."""
    for keyword in row.keywords:
        homes = at_home_in(keyword)
        if homes and row.category not in homes:
            known = ", ".join(f"`{each.name.lower()}`" for each in homes)
            raise Misconfigured(f"The form has `{keyword.name.lower()}` under {known} only.", place=place)


def _redress(table: FileTable) -> RedressRow:
    row = RedressRow(table.number("appeal_days"), _by_country(table, "out_of_court"))
    table.close()
    if row.appeal_days < LEAST_APPEAL_DAYS:
        raise Misconfigured(
            f"Whoever is concerned has {LEAST_APPEAL_DAYS} days at least to appeal.", place=f"{table.place}.appeal_days"
        )
    return row


def _by_country(table: FileTable, key: str) -> Mapping[str, str]:
    found = {}
    for country, said in table.raw_table(key, is_needed=True).items():
        place = f"{table.place}.{key}.{country}"
        is_country = len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()  # noqa: PLR2004  # ISO 3166-1 alpha-2
        if not (is_country or country == ANYWHERE):
            raise Misconfigured("A country has two capital letters; `EU` and `*` are the others.", place=place)
        if not isinstance(said, str) or not said.strip() or len(said) > MOST_LEGAL_GROUND:
            raise Misconfigured(f"It must be text of at most {MOST_LEGAL_GROUND} characters.", place=place)
        found[country] = said.strip()
    if not found:
        raise Misconfigured(f"`{key}` must not be empty.", place=f"{table.place}.{key}")
    return found
