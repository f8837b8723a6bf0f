"""What incidents owe to authorities and what was done about it, as it is read; it is written by the committer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.cases import Case
from tutela.core.filing.dealings import Dealing
from tutela.core.filing.sheets import DutySheet
from tutela.core.ids import CaseId, DecisionId


@dataclass(frozen=True, slots=True)
class Finding:
    """That a person found, while a case was open, what it is about."""

    decision_id: DecisionId
    at: datetime


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case with the findings that stand about it, the first one first."""

    case: Case
    findings: tuple[Finding, ...]

    @property
    def found_at(self) -> datetime:
        """Return since when it is found."""
        return self.findings[0].at

    @property
    def last_found_at(self) -> datetime:
        """Return when something was found of it last: what was told before says nothing of that."""
        return self.findings[-1].at

    def first_after(self, told_at: datetime | None) -> datetime:
        """Return since when something is found that was not known at *told_at*; the first finding where all was."""
        return next((each.at for each in self.findings if told_at is None or each.at > told_at), self.found_at)

    @property
    def decision_ids(self) -> tuple[DecisionId, ...]:
        """Return the findings."""
        return tuple(each.decision_id for each in self.findings)


@dataclass(frozen=True, slots=True)
class Overturned:
    """A finding of a person that stood about a case, and the decision that reversed it."""

    finding_id: DecisionId
    reversal_id: DecisionId


class DutyReader(Protocol):
    """The part of a consistent read that is about duties."""

    def duty_sheet(self, case_id: CaseId) -> DutySheet:
        """Return what was said of an incident; an empty sheet where nobody has said anything."""
        ...

    def dealings(self, case_ids: Iterable[CaseId]) -> dict[CaseId, tuple[Dealing, ...]]:
        """Return what was done about each incident, oldest first."""
        ...

    def found_case(self, case_id: CaseId) -> FoundCase | None:
        """Return a case, ended or not, about which a person's finding stands; none where none does."""
        ...

    def overturned_of_case(self, case_id: CaseId) -> list[Overturned]:
        """Return the findings of people about a case that were reversed, the last one first."""
        ...

    def found_cases(self, after: str, limit: int) -> list[FoundCase]:
        """Return the next open cases under the twelve about which a person's finding stands, after an id."""
        ...
