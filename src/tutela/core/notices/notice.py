"""A notice as it is kept, and where it stands: the whole table of its moves.

What was told (words, links, names, contact) is sealed beside it; here is what the work needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from tutela.core.ids import AccountId, CaseId, ClauseId, ItemId, NoticeId, NotifierId
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import ContactChannel
from tutela.errors import Conflict


class NoticeState(StrEnum):
    """Where a notice stands."""

    QUEUED = "queued"  #: many came from one place: looked at in turn, a little later, and never discarded
    UNLOCATED = "unlocated"  #: what it is about was not found yet: a person reads it
    UNDER_REVIEW = "under_review"  #: what it is about is known, and lies before a person
    ANSWERED = "answered"


class NoticeOutcome(StrEnum):
    """What became of it, for whoever told us. It is about items, never about an account."""

    REMOVED = "removed"  #: every item that it names is gone, for everybody
    PARTLY_REMOVED = "partly_removed"
    RESTRICTED = "restricted"  #: it stays, and fewer people see it
    KEPT = "kept"  #: people looked, and it stays
    NOT_FOUND = "not_found"  #: nothing was found here; it is still looked for
    ELSEWHERE = "elsewhere"  #: it is not on this platform
    ACTED = "acted"  #: what somebody did was acted on


class NoticeMove(StrEnum):
    """What happens to a notice."""

    LOOK = "look"  #: its turn has come
    LOCATE = "locate"  #: what it is about was found, by itself or by a person
    ADD = "add"  #: whoever told us has told more
    ANSWER = "answer"
    REOPEN = "reopen"  #: what it was answered for was found after all, or a decision was overturned


MOVES: Mapping[tuple[NoticeState, NoticeMove], NoticeState] = MappingProxyType({
    (NoticeState.QUEUED, NoticeMove.LOOK): NoticeState.UNLOCATED,
    (NoticeState.QUEUED, NoticeMove.LOCATE): NoticeState.UNDER_REVIEW,
    (NoticeState.QUEUED, NoticeMove.ADD): NoticeState.QUEUED,
    (NoticeState.UNLOCATED, NoticeMove.LOCATE): NoticeState.UNDER_REVIEW,
    (NoticeState.UNLOCATED, NoticeMove.ADD): NoticeState.UNLOCATED,
    (NoticeState.UNLOCATED, NoticeMove.ANSWER): NoticeState.ANSWERED,
    (NoticeState.UNDER_REVIEW, NoticeMove.LOCATE): NoticeState.UNDER_REVIEW,
    (NoticeState.UNDER_REVIEW, NoticeMove.ADD): NoticeState.UNDER_REVIEW,
    (NoticeState.UNDER_REVIEW, NoticeMove.ANSWER): NoticeState.ANSWERED,
    (NoticeState.ANSWERED, NoticeMove.LOCATE): NoticeState.UNDER_REVIEW,
    (NoticeState.ANSWERED, NoticeMove.ADD): NoticeState.UNLOCATED,
    (NoticeState.ANSWERED, NoticeMove.REOPEN): NoticeState.UNDER_REVIEW,
})  # fmt: skip
"""The whole table. There is no end: whoever tells more is heard again (P7)."""


def after(state: NoticeState, move: NoticeMove) -> NoticeState:
    """Return where *move* leads.

    Raises:
        tutela.errors.Conflict: It cannot be made there.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise Conflict(f"a notice that is {state} takes no {move}", place="notice") from None


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as it is kept."""

    id: NoticeId
    branch: Branch
    kind: NoticeKind
    is_enrolled: bool
    clause_id: ClauseId
    received_at: datetime
    state: NoticeState
    language: str
    country: str = ""
    channel: ContactChannel = ContactChannel.NONE
    wants_link: bool = False  #: in messages
    heard_at: datetime | None = None  #: when anything was added; none where nothing was
    has_held: bool = False  #: it has hidden something before anybody looked
    is_urgent: bool = False
    says_minor: bool = False  #: the person shown is a child, as far as is said
    valid_at: datetime | None = None  #: since when nothing is missing, where that matters
    missing: tuple[str, ...] = ()
    notifier_id: NotifierId | None = None
    items: tuple[ItemId, ...] = ()
    cases: tuple[CaseId, ...] = ()
    accounts: tuple[AccountId, ...] = ()  #: whom it is about
    merged_into: NoticeId | None = None  #: an earlier one that says the same of the same
    outcome: NoticeOutcome | None = None
    answered_at: datetime | None = None
    copies: int | None = None  #: other items that went with what it names, when it was answered
    proposed_by: str | None = None  #: who says that nothing was found; another confirms it where it is a claim (P3)
    proposed_outcome: NoticeOutcome | None = None
    proposed_at: datetime | None = None
    wants_call_back: bool = False  #: speaks for an organisation that is not enrolled, or not proven
    version: int = 1

    @property
    def told_at(self) -> datetime:
        """Return when anything was last told: only what people decide later is an answer to it."""
        return self.heard_at or self.received_at

    @property
    def is_open(self) -> bool:
        """Return whether an outcome is owed (P7)."""
        return self.state is not NoticeState.ANSWERED
