"""What each clause means to the law and to the EU Transparency Database, as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tutela.core.dsa.words import EEA, Category, Keyword
from tutela.core.ids import ClauseId
from tutela.core.reasons.facts import Ground
from tutela.errors import Misconfigured

IN_THE_UNION, ANYWHERE = "EU", "*"
"""Where a reference holds that names no country: in the European Economic Area, and wherever no other one does."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One clause."""

    clause_id: ClauseId
    ground: Ground
    category: Category
    keywords: tuple[Keyword, ...] = ()
    legal: Mapping[str, str] | None = None  #: the provision by country, `EU` or `*`; with `illegal` only

    def legal_ground(self, country: str) -> str:
        """Return the provision that a decision of an operator of *country* names; empty where there is none."""
        known = self.legal or {}
        union = known.get(IN_THE_UNION, "") if country in EEA else ""
        return known.get(country) or union or known.get(ANYWHERE, "")


@dataclass(frozen=True, slots=True)
class RedressRow:
    """What somebody may do who does not agree."""

    appeal_days: int
    out_of_court: Mapping[str, str]  #: where the register of certified bodies is, by country, `EU` or `*`


@dataclass(frozen=True, slots=True)
class ReasonTable:
    """Every clause, and what is said of a clause of the operator's own that has no row."""

    version: str
    rows: Mapping[ClauseId, ReasonRow]
    redress: RedressRow

    def row(self, clause_id: ClauseId) -> ReasonRow:
        """Return the row of a clause; one without any breaks the terms, and nothing more is said."""
        found = self.rows.get(clause_id)
        return found or ReasonRow(clause_id, Ground.INCOMPATIBLE, Category.OTHER_VIOLATION_TC)


def check_cover(table: ReasonTable, shipped: Iterable[ClauseId]) -> None:
    """Refuse a table that leaves out a clause that ships, or names one that there is not.

    Raises:
        tutela.errors.Misconfigured: It does.
    """
    clauses = set(shipped)
    for missing in sorted(clauses - set(table.rows)):
        raise Misconfigured("This clause has no row in the table of statements.", place=missing)
    for unknown in sorted(set(table.rows) - clauses):
        raise Misconfigured("The table of statements names a clause that there is not.", place=unknown)
