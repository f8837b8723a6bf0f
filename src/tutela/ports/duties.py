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
class FoundCase:
    """A case that has not ended although a person has found what it is about."""

    case: Case
    decision_id: DecisionId  #: the first finding that stands
    found_at: datetime


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

    def findings_of_case(self, case_id: CaseId) -> list[DecisionId]:
        """Return the findings of people that stand about a case, oldest first."""
        ...

    def overturned_of_case(self, case_id: CaseId) -> list[Overturned]:
        """Return the findings of people about a case that were reversed, the last one first."""
        ...

    def found_cases(self, after: str, limit: int) -> list[FoundCase]:
        """Return the next open cases under the twelve about which a person's finding stands, after an id."""
        ...
