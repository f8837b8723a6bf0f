"""What whoever told us learns: what became of the items, and nothing of any account. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import ItemId
from tutela.core.measures import MeasureKind, Standing
from tutela.core.notices.notice import NoticeOutcome


class ItemOutcome(StrEnum):
    """What was done about one item."""

    UNDER_REVIEW = "under_review"  #: it can be seen while people look
    HIDDEN_MEANWHILE = "hidden_meanwhile"  #: nobody sees it while people look
    REMOVED = "removed"  #: gone for everybody
    RESTRICTED = "restricted"
    KEPT = "kept"  #: people looked


GONE = frozenset({MeasureKind.REMOVE, MeasureKind.QUARANTINE})
_REACH = frozenset({
    MeasureKind.LIMIT_REACH, MeasureKind.DE_EMPHASISE, MeasureKind.COVER, MeasureKind.AGE_GATE, MeasureKind.WITHHOLD,
    MeasureKind.DISABLE_ACTIONS,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """How one item stands."""

    item_id: ItemId
    standings: tuple[Standing, ...]  #: of the item, and of the media in it
    decided_at: datetime | None  #: when people last decided about it, and nobody can take that back any more


def outcome_of_item(seen: ItemSeen, received_at: datetime, now: datetime) -> ItemOutcome:
    """Return what is told of one item.

    What people decided before the notice came counts only where the item is gone: that somebody looked earlier is no
    answer to what is said now.
    """
    kinds = {kind for standing in seen.standings for kind in standing.kinds_at(now)}
    by_people = {m.kind for s in seen.standings for m in s.measures if m.holds_at(now) and not m.is_automated}
    if by_people & GONE:
        return ItemOutcome.REMOVED
    is_answered = seen.decided_at is not None and seen.decided_at > received_at
    if not is_answered or MeasureKind.HOLD in kinds or kinds & GONE:
        is_hidden = MeasureKind.HOLD in kinds or bool(kinds & GONE)
        return ItemOutcome.HIDDEN_MEANWHILE if is_hidden else ItemOutcome.UNDER_REVIEW
    return ItemOutcome.RESTRICTED if kinds & _REACH else ItemOutcome.KEPT


def outcome_of(items: Iterable[ItemOutcome]) -> NoticeOutcome | None:
    """Return what became of a notice, or none while anything of it is under review."""
    told = list(items)
    if not told or any(each in {ItemOutcome.UNDER_REVIEW, ItemOutcome.HIDDEN_MEANWHILE} for each in told):
        return None
    removed = sum(each is ItemOutcome.REMOVED for each in told)
    if removed == len(told):
        return NoticeOutcome.REMOVED
    if removed:
        return NoticeOutcome.PARTLY_REMOVED
    return NoticeOutcome.RESTRICTED if ItemOutcome.RESTRICTED in told else NoticeOutcome.KEPT
