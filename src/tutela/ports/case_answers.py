"""What people answer about cases, as it is stored and read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.case_answers import CaseAnswer
from tutela.core.cases import Case
from tutela.core.ids import AccountId, CaseAnswerId, CaseId, ClauseId, DecisionId, ItemId
from tutela.core.remedies import WhyTwo


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer with what belongs to it."""

    answer: CaseAnswer
    why_two: tuple[WhyTwo, ...]  #: for it, or any before it in its series
    salt: bytes  #: of the commitment to it that the audit holds until it is settled
    meanwhile: DecisionId | None = None  #: what holds until another person has answered


@dataclass(frozen=True, slots=True)
class StoredSettlement:
    """What a series of answers came to, and how far it is carried out."""

    answer_id: CaseAnswerId  #: that settled it
    case_id: CaseId
    series: int
    at: datetime
    people: int
    is_single_operator: bool
    decision_id: DecisionId | None = None
    enacted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QualitySample:
    """A decision of one person that another one looks at again."""

    answer_id: CaseAnswerId
    clause_id: ClauseId
    drawn_at: datetime


class AnswerReader(Protocol):
    """The part of a consistent read that is about answers."""

    def case_answers(self, case_id: CaseId) -> list[StoredAnswer]:
        """Return every answer to a case, in their order."""
        ...

    def settlements_of(self, case_id: CaseId) -> list[StoredSettlement]:
        """Return what the answers to a case came to, one a series, oldest first."""
        ...

    def unenacted(self, limit: int) -> list[StoredSettlement]:
        """Return what is settled and not carried out."""
        ...

    def settled_by(self, decision_id: DecisionId) -> StoredSettlement | None:
        """Return the end of a series of answers that a decision carried out."""
        ...

    def agreed_by_two(self, decision_ids: Iterable[DecisionId]) -> frozenset[DecisionId]:
        """Return which of these two people stand behind, each having answered blind to the other."""
        ...

    def blinded(self, decision_id: DecisionId) -> CaseId | None:
        """Return the case that a decision only holds things for while another answer is awaited; none for any other."""
        ...

    def awaiting(self, limit: int) -> list[Case]:
        """Return the cases that wait for another answer, or in which somebody gives one."""
        ...

    def owners_of(self, account_ids: Iterable[AccountId]) -> dict[AccountId, frozenset[str]]:
        """Return who said that each of these accounts is their own."""
        ...

    def all_case_items(self, case_id: CaseId, limit: int) -> list[ItemId]:
        """Return what lies in a case."""
        ...

    def decided_about(self, items: Iterable[ItemId], account: AccountId, clause: ClauseId) -> list[DecisionId]:
        """Return the decisions under a clause about these items, or with a measure on the account, that stand."""
        ...
