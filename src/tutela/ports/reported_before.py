"""Which reports are finished already: what another report about the same account, or a correction, names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.ids import AccountId, CaseId, ReportId


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that an authority has, in earnest."""

    report_id: ReportId
    authority: str
    number: str  #: that the authority gave it
    case_ids: tuple[CaseId, ...]
    finished_at: datetime


class ReportedBefore(Protocol):
    """Read what was finished in production. A test never counts."""

    def of_accounts(self, authority: str, account_ids: Iterable[AccountId]) -> dict[AccountId, tuple[Reported, ...]]:
        """Return the finished reports about each account that has any, oldest first."""
        ...

    def of_cases(self, case_ids: Iterable[CaseId]) -> tuple[Reported, ...]:
        """Return the finished reports about these cases, oldest first."""
        ...
