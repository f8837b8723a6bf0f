"""What a notice lets a machine do before a person looks: within the ceilings, and never to an account. Pure.

Everything that a notice names lies before a person. What is *done* is bounded by who tells it (measures.md, Ceilings):

* whoever is not known to us holds one visual item at once, and no more; what people cleared is not held again because
  somebody says it once more; and where three items of one account are held by such notices, the next ones only join
  the case: a burst against one person is a person's to judge;
* an enrolled hotline, authority or flagger holds what it names, and what carries the same media;
* a claim that supports a suspicion also ends promotion and puts earnings in escrow (P6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.ids import AccountId, ClauseId, ItemId, MediaId
from tutela.core.measures import MeasureKind, Standing, Subject
from tutela.core.notices.branches import NoticeKind, is_claim
from tutela.core.notices.weights import NO_RECORD, Record, due_within
from tutela.core.plans import SUSPICION_MEASURES, ZERO_TOLERANCE, Answer, Grant, Plan, Source
from tutela.core.policy import Ceiling, Ceilings, Policy, PropagationCeiling, VisibilityCeiling
from tutela.core.statements import DelayBasis, StatementCode, StatementDraft

OPEN_ROW, ENROLLED_ROW = "open_notice", "enrolled_notice"
"""The rows of the table of ceilings."""

BURST_ITEMS = 3
"""Items of one account that are held by notices of people whom we do not know, before it is one case for a person."""


@dataclass(frozen=True, slots=True)
class NoticedItem:
    """One item that a notice names."""

    item_id: ItemId
    account_id: AccountId
    item: Standing
    account: Standing
    media_ids: tuple[MediaId, ...] = ()
    answer: Answer = Answer.PUBLISH  #: as the platform was told
    is_cleared: bool = False  #: people have looked, and knew as much as this notice says

    @property
    def is_visual(self) -> bool:
        """Return whether there is anything to see in it."""
        return bool(self.media_ids)


@dataclass(frozen=True, slots=True)
class NoticeSight:
    """Everything that the decision about one notice rests on."""

    at: datetime
    kind: NoticeKind
    is_enrolled: bool
    clause_id: ClauseId
    items: tuple[NoticedItem, ...]
    media: Mapping[MediaId, Standing] = field(default_factory=dict)
    held_before: Mapping[AccountId, int] = field(default_factory=dict)  #: items held by notices of people unknown
    record: Record = NO_RECORD
    is_whole: bool = True  #: nothing is missing, where that matters
    is_urgent: bool = False
    is_danger: bool = False
    may_hold: bool = True  #: not where somebody tells too much, or is slowed: people look all the same
    has_held: bool = False  #: by what was told before; somebody unknown holds one item with all that they add

    @property
    def is_claim(self) -> bool:
        """Return whether it supports the suspicion (P3)."""
        return is_claim(self.kind, self.clause_id, is_enrolled=self.is_enrolled)

    @property
    def row(self) -> str:
        """Return its row in the table of ceilings."""
        return ENROLLED_ROW if self.is_enrolled else OPEN_ROW


def plan_notice(sight: NoticeSight, policy: Policy, ceilings: Ceilings) -> tuple[tuple[NoticedItem, Plan], ...]:
    """Return what is done about each item, in the order in which they were named."""
    held = set(may_hold(sight, policy, ceilings))
    spreads = _ceiling(sight, policy, ceilings).propagation >= PropagationCeiling.IDENTICAL_HELD
    return tuple((each, _plan(sight, each, policy, is_held=each in held, spreads=spreads)) for each in sight.items)


def may_hold(sight: NoticeSight, policy: Policy, ceilings: Ceilings) -> tuple[NoticedItem, ...]:
    """Return the items that are held at once."""
    is_about_that = sight.clause_id in ZERO_TOLERANCE or sight.is_whole
    if _ceiling(sight, policy, ceilings).visibility < VisibilityCeiling.HOLD or not is_about_that:
        return ()
    if not sight.may_hold or (sight.has_held and not sight.is_enrolled):
        return ()
    if sight.is_enrolled:
        return tuple(each for each in sight.items if not each.is_cleared)
    fit = (
        each
        for each in sight.items
        if each.is_visual
        and not each.is_cleared
        and not each.item.is_hidden_at(sight.at)
        and sight.held_before.get(each.account_id, 0) < BURST_ITEMS
    )
    return tuple(first for first, _ in zip(fit, range(1), strict=False))


def _ceiling(sight: NoticeSight, policy: Policy, ceilings: Ceilings) -> Ceiling:
    return ceilings.row(sight.row).ceiling.meet(policy.clause(sight.clause_id).automation)


def _plan(sight: NoticeSight, each: NoticedItem, policy: Policy, *, is_held: bool, spreads: bool) -> Plan:
    clause, due_at = sight.clause_id, _due_at(sight, is_held=is_held)
    item = Subject.item(each.item_id)
    kinds: Sequence[MeasureKind] = ()
    if is_held:
        kinds = (MeasureKind.HOLD, *(SUSPICION_MEASURES if sight.is_claim else ()))
    grants = [Grant(kind, item, clause, review_by=due_at) for kind in kinds]
    if is_held and spreads:
        grants += [Grant(MeasureKind.HOLD, Subject.media(one), clause, review_by=due_at) for one in each.media_ids]
    told = StatementDraft(
        each.account_id, clause, StatementCode.ITEM_UNDER_REVIEW, due_at, DelayBasis.REVIEW_PENDING
    )  # fmt: skip
    reason = CaseReason.CLAIM if sight.is_claim else CaseReason.NOTICE
    return Plan(
        answer=Answer.HOLD if is_held else Answer.PUBLISH,
        source=Source.CLAIM if sight.is_claim else Source.NOTICE,
        policy_version=policy.version,
        is_automated=True,
        clause_id=clause,
        grants=tuple(grants),
        cases=(CaseDraft(each.account_id, clause, reason, each.item_id, due_at),),
        statements=(told,) if grants else (),
    )


def _due_at(sight: NoticeSight, *, is_held: bool) -> datetime:
    within = due_within(sight.kind, sight.record, is_held=is_held, is_urgent=sight.is_urgent or sight.is_danger)
    return sight.at + within.delta
