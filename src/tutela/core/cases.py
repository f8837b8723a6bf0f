"""Cases: what a person must look at, and by when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId
from tutela.core.units import Duration


class CaseReason(StrEnum):
    """Why a case is there: shown above the fold. The most urgent comes first."""

    SECOND_LOOK = "second_look"  #: suspended for good by one person: another one looks within a day (P3)
    EXACT_DIGEST = "exact_digest"  #: the bytes are on a list
    NEAR_MATCH = "near_match"  #: a picture close to one on a list
    COPY_OF_SEALED = "copy_of_sealed"  #: identical or close to media that is sealed or held here already
    DECISION_PENDING = "decision_pending"  #: held or locked by a person until it is decided
    REPORT_DUE = "report_due"  #: found under one of the twelve: whether it must be reported is not decided (P4)
    IN_DOUBT = "in_doubt"  #: on a list whose word for it was taken back, or denied by our own people
    LISTED_ELSEWHERE = "listed_elsewhere"  #: on a list that is not for apparent abuse material
    NOT_SCANNED = "not_scanned"  #: no retry can open it, so a person must look; no accusation


REVIEW_WITHIN = {
    CaseReason.EXACT_DIGEST: Duration(hours=24),
    CaseReason.COPY_OF_SEALED: Duration(hours=24),
    CaseReason.NEAR_MATCH: Duration(hours=24),
    CaseReason.IN_DOUBT: Duration(hours=24),
    CaseReason.LISTED_ELSEWHERE: Duration(hours=48),
    CaseReason.NOT_SCANNED: Duration(hours=48),
    CaseReason.SECOND_LOOK: Duration(hours=24),
    CaseReason.DECISION_PENDING: Duration(hours=24),
    CaseReason.REPORT_DUE: Duration(hours=24),
}
"""By when a person must have looked. Source: measures.md (an automatic measure carries a review clock)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One piece of work, merged around one account and clause."""

    id: CaseId
    account_id: AccountId
    clause_id: ClauseId
    reason: CaseReason
    opened_at: datetime
    due_at: datetime
    closed_by: DecisionId | None = None


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What a plan wants looked at; an open case on the same account and clause takes it in."""

    account_id: AccountId
    clause_id: ClauseId
    reason: CaseReason
    item_id: ItemId | None  #: none where the account alone is concerned
    due_at: datetime
