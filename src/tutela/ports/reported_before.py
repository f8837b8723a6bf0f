"""Which reports are finished already: what another report about the same account, or a correction, names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.filing.states import OPEN_PHASES, Environment, Phase
from tutela.core.ids import AccountId, CaseId, DecisionId, ReportId
from tutela.ports.reports import ReportState


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that an authority has, in earnest."""

    report_id: ReportId
    authority: str
    number: str  #: that the authority gave it
    case_ids: tuple[CaseId, ...]
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Resting:
    """A report that rests on decisions, as far as it has come."""

    report_id: ReportId
    authority: str
    state: ReportState
    phase: Phase | None  #: of its filing, from its approval on
    environment: Environment | None
    number: str | None  #: that the authority gave it
    is_told_by_hand: bool = False  #: it was drawn up for this authority, and a person told it there

    @property
    def is_filed(self) -> bool:
        """Return whether an authority has it, in earnest: nobody takes it back."""
        return self.phase is Phase.FINISHED and self.environment is Environment.PRODUCTION

    @property
    def is_on_its_way(self) -> bool:
        """Return whether it was approved and has not come to an end."""
        return self.phase in OPEN_PHASES

    @property
    def is_unapproved(self) -> bool:
        """Return whether nothing of it ever left, as far as anybody wrote down."""
        return self.state in {ReportState.DRAFT, ReportState.PREPARED} and not self.is_told_by_hand


@dataclass(frozen=True, slots=True)
class ToldByHand:
    """What a person told an authority where there is no interface, and what it was laid out from.

    That is the newest report about the case that was drawn up until then: one for this authority, where there is one.
    """

    dealing_id: str
    report_id: ReportId
    authority: str
    reference: str


class ReportedReader(Protocol):
    """The part of a consistent read that is about reports which rest on decisions."""

    def reports_on(self, decision_ids: Iterable[DecisionId]) -> list[Resting]:
        """Return the reports about cases in which these decisions found something; corrections are left out."""
        ...

    def told_by_hand(self, report_ids: Iterable[ReportId]) -> list[ToldByHand]:
        """Return what was told by hand from these reports, oldest first."""
        ...


class ReportedBefore(Protocol):
    """Read what was finished in production. A test never counts."""

    def of_accounts(self, authority: str, account_ids: Iterable[AccountId]) -> dict[AccountId, tuple[Reported, ...]]:
        """Return the finished reports about each account that has any, oldest first."""
        ...

    def of_cases(self, case_ids: Iterable[CaseId]) -> tuple[Reported, ...]:
        """Return the finished reports about these cases, oldest first."""
        ...

    def told_by_hand(self, report_ids: Iterable[ReportId]) -> list[ToldByHand]:
        """Return what was told by hand from these reports, oldest first."""
        ...

    def overturned_by_hand(self, after: str, limit: int) -> list[ToldByHand]:
        """Return what was told by hand and no correction names yet, after the id of a dealing, in order of those.

        No finding stands any more behind one of the cases of its report.
        """
        ...

    def overturned(self, after: str, limit: int) -> list[Resting]:
        """Return the next reports of which nobody has drawn the consequence, after an id, in order of their ids.

        No finding stands any more behind one of their cases; and they are not approved, or on their way and not given
        up, or finished. A finished one is dealt with by a correction that is not approved, on its way in production,
        or finished there: one that failed, was given up, or went to a test corrects nothing. What was told by hand is
        none of them.
        """
        ...
