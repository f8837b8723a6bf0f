"""Cases: what a person must look at, and by when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.case_states import CLAIMED, TAKEN_FROM, CaseState
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId
from tutela.core.units import Duration


class CaseReason(StrEnum):
    """Why a case is there: shown above the fold. The most urgent comes first."""

    SECOND_LOOK = "second_look"  #: one person alone decided what two must: another one looks within a day (P3)
    EXACT_DIGEST = "exact_digest"  #: the bytes are on a list
    NEAR_MATCH = "near_match"  #: a picture close to one on a list
    COPY_OF_SEALED = "copy_of_sealed"  #: identical or close to media that is sealed or held here already
    CLAIM = "claim"  #: whom it shows says so, who speaks for them, or a hotline
    DECISION_PENDING = "decision_pending"  #: held or locked by a person until it is decided
    REPORT_DUE = "report_due"  #: found under one of the twelve: whether it must be reported is not decided (P4)
    IN_DOUBT = "in_doubt"  #: on a list whose word for it was taken back, or denied by our own people
    LISTED_ELSEWHERE = "listed_elsewhere"  #: on a list that is not for apparent abuse material
    NOTICE = "notice"  #: somebody from outside told us
    RULE = "rule"  #: a rule about behaviour fired; what it saw is beside the case
    NOT_SCANNED = "not_scanned"  #: no retry can open it, so a person must look; no accusation


class Purpose(StrEnum):
    """What a case is for. Nobody who may yet answer it is told; see `looks`."""

    WORK = "work"  #: something must be decided
    SAMPLE = "sample"  #: somebody else decided it alone, and it is looked at again for its quality
    GOLDEN = "golden"  #: its answer is known, and nothing ever comes of what is answered here


REVIEW_WITHIN = {
    CaseReason.EXACT_DIGEST: Duration(hours=24),
    CaseReason.COPY_OF_SEALED: Duration(hours=24),
    CaseReason.NEAR_MATCH: Duration(hours=24),
    CaseReason.IN_DOUBT: Duration(hours=24),
    CaseReason.LISTED_ELSEWHERE: Duration(hours=48),
    CaseReason.RULE: Duration(hours=48),  # unless the rule says how grave it is
    CaseReason.NOT_SCANNED: Duration(hours=48),
    CaseReason.SECOND_LOOK: Duration(hours=24),
    CaseReason.DECISION_PENDING: Duration(hours=24),
    CaseReason.REPORT_DUE: Duration(hours=24),
    CaseReason.CLAIM: Duration(hours=24),
    CaseReason.NOTICE: Duration(hours=48),  # unless it is held, or who tells it has weight: see `notices.weights`
}
"""By when a person must have looked. Source: measures.md (an automatic measure carries a review clock)."""


LEASE = Duration(minutes=15)
"""How long a case belongs to whoever claimed it and is not heard of. A lease is renewed while somebody works."""

LONGEST_HOLD = Duration(days=14)
"""How far away the moment may be until which a case is on hold."""

SKEW = Duration(minutes=5)
"""How far the clocks of two servers may be apart. A lease or a hold that seems to end later than it ever could comes
of a clock that was set back since: it does not hold, or nobody could work on the case for as long."""

SOON = Duration(hours=2)
"""How long before its due time a case that nobody works on is raised."""

NO_LANGUAGE = "und"
"""The language of what has none, or of which nobody said it. Source: BCP 47."""

ACCOUNT_KIND = "account"
"""The kind of a case in which no item lies."""


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
    state: CaseState = CaseState.OPEN  #: as it was left; see `state_at`
    holder: str | None = None  #: who claimed it, or put it on hold
    until: datetime | None = None  #: when the lease, or the hold, ends
    version: int = 1  #: counts what changes it, renewals of a lease left out
    is_in_danger: bool = False  #: somebody is in danger: at the head of every queue
    answered_by: tuple[str, ...] = ()  #: who gave its answers, in order
    language: str = NO_LANGUAGE
    kind: str = ACCOUNT_KIND  #: of the first item in it, or the queue that a rule sent it to
    purpose: Purpose = Purpose.WORK

    def state_at(self, now: datetime) -> CaseState:
        """Return where it stands: a lease and a hold end by themselves."""
        if self.until is None or self._runs_at(now):
            return self.state
        return TAKEN_FROM.get(self.state, CaseState.OPEN)

    def _runs_at(self, now: datetime) -> bool:
        longest = LEASE if self.state in CLAIMED else LONGEST_HOLD
        return self.until is not None and now < self.until <= now + longest.delta + SKEW.delta

    def holder_at(self, now: datetime) -> str | None:
        """Return whose it is, while the lease or the hold runs."""
        return self.holder if self._runs_at(now) else None

    def reminds_at(self, now: datetime) -> str | None:
        """Return who put it on hold until a moment that has come, as long as nobody has taken it since."""
        return self.holder if self.state is CaseState.ON_HOLD and not self._runs_at(now) else None


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What a plan wants looked at; an open case on the same account and clause takes it in."""

    account_id: AccountId
    clause_id: ClauseId
    reason: CaseReason
    item_id: ItemId | None  #: none where the account alone is concerned
    due_at: datetime
    queue: str | None = None  #: that a rule sends it to
