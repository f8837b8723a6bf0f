"""Statements of reasons: the person concerned is told, neutrally, or the delay of telling is recorded (P8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId, ClauseId, DecisionId, StatementId
from tutela.core.units import Duration


class StatementCode(StrEnum):
    """What the platform words in its own voice. None names a list, date, message, notifier or child."""

    ITEM_UNDER_REVIEW = "item_under_review"
    ITEM_NOT_AVAILABLE = "item_not_available"
    ITEM_REMOVED = "item_removed"
    ITEM_RESTRICTED = "item_restricted"  #: it stays, and reaches less
    ACCOUNT_LOCKED_PENDING_DECISION = "account_locked_pending_decision"
    ACCOUNT_VERIFIED = "account_verified"  #: the lock that waited for it has ended
    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_LOCKED_UNTIL_VERIFIED = "account_locked_until_verified"
    ACCOUNT_RESTRICTED = "account_restricted"
    ACCOUNT_WARNED = "account_warned"
    ACCOUNT_PROTECTED = "account_protected"  #: no accusation: help, and strangers are kept away
    DECISION_REVERSED = "decision_reversed"
    DECISION_EASED = "decision_eased"  #: on appeal some of what it granted ended; the rest stays
    HELP_OFFERED = "help_offered"  #: no accusation: where help is for whoever asked for it, or told what was done


class DelayBasis(StrEnum):
    """Why telling waits."""

    REVIEW_PENDING = "review_pending"  #: telling now could destroy evidence or warn others; a person looks first
    AUTHORITY_ASKED = "authority_asked"  #: a court or an authority asked that nobody be told yet
    PERSON_AT_RISK = "person_at_risk"  #: telling could endanger somebody


LONGEST_DELAY: Mapping[DelayBasis, Duration] = {
    DelayBasis.REVIEW_PENDING: Duration(hours=30 * 24),
    DelayBasis.AUTHORITY_ASKED: Duration(hours=366 * 24),
    DelayBasis.PERSON_AT_RISK: Duration(hours=366 * 24),
}
"""How long telling may wait at most: a delay without an end is silence (P8). A later decision may delay it again."""


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """What is told, to whom, and from when."""

    account_id: AccountId
    clause_id: ClauseId
    code: StatementCode
    tell_at: datetime
    delay_basis: DelayBasis | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Until when an account is told nothing of what was decided about it, and why."""

    until: datetime
    basis: DelayBasis


SILENT = frozenset({DelayBasis.AUTHORITY_ASKED, DelayBasis.PERSON_AT_RISK})
"""Bases that hold whatever is decided meanwhile: that something was taken back tells that there was something."""


def kept_silent(draft: StatementDraft, silences: Mapping[AccountId, Silence]) -> StatementDraft:
    """Return what is told of an end once it may be told that there was anything."""
    silence = silences.get(draft.account_id)
    if silence is None or silence.until <= draft.tell_at:
        return draft
    return replace(draft, tell_at=silence.until, delay_basis=silence.basis)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as recorded with its decision."""

    id: StatementId
    decision_id: DecisionId
    account_id: AccountId
    clause_id: ClauseId
    code: StatementCode
    policy_version: str
    is_automated: bool
    tell_at: datetime
    delay_basis: DelayBasis | None = None
