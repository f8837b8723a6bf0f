"""Measures are grants held by decisions, not flags: several may hold at once, and reversing one lifts only its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId, MeasureId, MediaId
from tutela.core.units import Duration
from tutela_client.in_force import InForce
from tutela_client.scope import EVERYTHING, Scope


class MeasureKind(StrEnum):
    """What a decision can do. The order is the bit of each kind in a standing row; only ever append."""

    HOLD = "hold"
    QUARANTINE = "quarantine"
    REMOVE = "remove"
    BLOCK_MEDIA = "block_media"
    EXCLUDE = "exclude"
    NO_ADS = "no_ads"
    NO_PAYOUT = "no_payout"
    LOCK_PENDING_DECISION = "lock_pending_decision"
    SUSPEND = "suspend"
    LIMIT_REACH = "limit_reach"
    DE_EMPHASISE = "de_emphasise"
    COVER = "cover"
    DISABLE_ACTIONS = "disable_actions"
    AGE_GATE = "age_gate"
    WITHHOLD = "withhold"
    HIDE_PROFILE = "hide_profile"
    BLOCK_POSTING = "block_posting"
    BLOCK_MESSAGING = "block_messaging"
    READ_ONLY = "read_only"
    LOCK_UNTIL_VERIFIED = "lock_until_verified"
    PROTECT = "protect"
    BLOCK_LINK = "block_link"
    BLOCK_DEVICE = "block_device"
    BLOCK_NETWORK = "block_network"
    WARN = "warn"


class SubjectKind(StrEnum):
    """What a measure can be on."""

    ACCOUNT = "account"
    ITEM = "item"
    MEDIA = "media"
    CONVERSATION = "conversation"  #: the platform's own name of it
    TAG = "tag"  #: case-folded
    LINK = "link"  #: a domain with everything below it, or one address
    DEVICE = "device"  #: the platform's own name of it
    NETWORK = "network"  #: an address or a range in CIDR form


_ITEM, _ACCOUNT, _MEDIA, _TAG = SubjectKind.ITEM, SubjectKind.ACCOUNT, SubjectKind.MEDIA, SubjectKind.TAG

ALLOWED_SUBJECTS: dict[MeasureKind, frozenset[SubjectKind]] = {
    MeasureKind.HOLD: frozenset({_ITEM, _MEDIA}),
    MeasureKind.QUARANTINE: frozenset({_ITEM, _MEDIA}),
    MeasureKind.REMOVE: frozenset({_ITEM}),
    MeasureKind.BLOCK_MEDIA: frozenset({_MEDIA}),
    MeasureKind.EXCLUDE: frozenset({_ITEM, _ACCOUNT, _TAG}),
    MeasureKind.NO_ADS: frozenset({_ITEM, _ACCOUNT, _TAG}),
    MeasureKind.NO_PAYOUT: frozenset({_ITEM, _ACCOUNT, _TAG}),
    MeasureKind.LOCK_PENDING_DECISION: frozenset({_ACCOUNT}),
    MeasureKind.SUSPEND: frozenset({_ACCOUNT}),
    MeasureKind.LIMIT_REACH: frozenset({_ITEM, _ACCOUNT, _TAG}),
    MeasureKind.DE_EMPHASISE: frozenset({_ITEM, _ACCOUNT}),
    MeasureKind.COVER: frozenset({_ITEM, _MEDIA, _ACCOUNT}),
    MeasureKind.DISABLE_ACTIONS: frozenset({_ITEM}),
    MeasureKind.AGE_GATE: frozenset({_ITEM, _ACCOUNT}),
    MeasureKind.WITHHOLD: frozenset({_ITEM, _ACCOUNT}),
    MeasureKind.HIDE_PROFILE: frozenset({_ACCOUNT}),
    MeasureKind.BLOCK_POSTING: frozenset({_ACCOUNT}),
    MeasureKind.BLOCK_MESSAGING: frozenset({_ACCOUNT, SubjectKind.CONVERSATION}),
    MeasureKind.READ_ONLY: frozenset({_ACCOUNT}),
    MeasureKind.LOCK_UNTIL_VERIFIED: frozenset({_ACCOUNT}),
    MeasureKind.PROTECT: frozenset({_ACCOUNT}),
    MeasureKind.BLOCK_LINK: frozenset({SubjectKind.LINK}),
    MeasureKind.BLOCK_DEVICE: frozenset({SubjectKind.DEVICE}),
    MeasureKind.BLOCK_NETWORK: frozenset({SubjectKind.NETWORK}),
    MeasureKind.WARN: frozenset({_ACCOUNT}),
}

SCOPE_FIELDS: dict[MeasureKind, frozenset[str]] = {
    MeasureKind.LIMIT_REACH: frozenset({"surfaces"}),
    MeasureKind.EXCLUDE: frozenset({"surfaces"}),
    MeasureKind.COVER: frozenset({"reason", "is_closed"}),
    MeasureKind.DISABLE_ACTIONS: frozenset({"actions"}),
    MeasureKind.WITHHOLD: frozenset({"countries", "legal_basis"}),
    MeasureKind.BLOCK_MESSAGING: frozenset({"audience"}),
    MeasureKind.LOCK_UNTIL_VERIFIED: frozenset({"verification"}),
}
"""What may narrow a measure of each kind; the others take no scope."""

SCOPE_DEMANDED: dict[MeasureKind, frozenset[str]] = {
    MeasureKind.DISABLE_ACTIONS: frozenset({"actions"}),
    MeasureKind.WITHHOLD: frozenset({"countries", "legal_basis"}),
    MeasureKind.LOCK_UNTIL_VERIFIED: frozenset({"verification"}),
}
"""Without these a measure of the kind would say nothing."""

LONGEST_BLOCK = Duration(days=7)
"""Device and network blocks end within this unless a person renews them. Source: measures.md."""

TIMED_BLOCKS = frozenset({MeasureKind.BLOCK_DEVICE, MeasureKind.BLOCK_NETWORK})
"""Kinds that hit whoever shares a device or an address, and so never stay by themselves."""

HIDING = frozenset({MeasureKind.HOLD, MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})
"""Kinds that make their subject absent for every viewer on every surface (P1)."""

SHUTS_OUT = frozenset({MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND})
"""Kinds under which an account posts nothing; only a decision ends the first."""

_BITS = {kind: 1 << position for position, kind in enumerate(MeasureKind)}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a measure is on."""

    kind: SubjectKind
    id: str

    @classmethod
    def account(cls, account_id: AccountId) -> "Subject":
        """Return the account as a subject."""
        return cls(SubjectKind.ACCOUNT, account_id)

    @classmethod
    def item(cls, item_id: ItemId) -> "Subject":
        """Return the item as a subject."""
        return cls(SubjectKind.ITEM, item_id)

    @classmethod
    def media(cls, media_id: MediaId) -> "Subject":
        """Return the media as a subject."""
        return cls(SubjectKind.MEDIA, media_id)


@dataclass(frozen=True, slots=True)
class Measure:
    """One grant: in force while `starts_at <= now < ends_at` and not revoked."""

    id: MeasureId
    kind: MeasureKind
    subject: Subject
    decision_id: DecisionId
    clause_id: ClauseId
    policy_version: str
    starts_at: datetime
    is_automated: bool
    ends_at: datetime | None = None
    review_by: datetime | None = None  #: by when a person must have looked (P11)
    near_bits: int | None = None  #: `block_media` only: near copies within this distance are held as well
    revoked_by: DecisionId | None = None
    scope: Scope = EVERYTHING

    def __post_init__(self) -> None:
        """Refuse what could never mean anything."""
        if self.subject.kind not in ALLOWED_SUBJECTS[self.kind]:
            raise ValueError(f"{self.kind} cannot be on {self.subject.kind}")
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError(f"{self.kind} would end before it starts")
        if self.near_bits is not None and self.kind is not MeasureKind.BLOCK_MEDIA:
            raise ValueError(f"{self.kind} has no near copies")
        said = set(self.scope.as_json())
        if not said <= SCOPE_FIELDS.get(self.kind, frozenset()):
            raise ValueError(f"{self.kind} cannot be narrowed by {', '.join(sorted(said))}")
        if not said >= SCOPE_DEMANDED.get(self.kind, frozenset()):
            raise ValueError(f"{self.kind} needs {', '.join(sorted(SCOPE_DEMANDED[self.kind]))}")
        if self.kind in TIMED_BLOCKS and (self.ends_at is None or self.ends_at - self.starts_at > LONGEST_BLOCK.delta):
            raise ValueError(f"{self.kind} ends within seven days; renew it")

    def holds_at(self, now: datetime) -> bool:
        """Return whether it is in force at *now*."""
        return self.revoked_by is None and self.starts_at <= now and (self.ends_at is None or now < self.ends_at)

    def for_reader(self) -> InForce:
        """Return what a reader needs to answer `see`."""
        return InForce(
            self.id, self.kind.value, self.starts_at, self.ends_at, self.scope, self.clause_id, self.decision_id
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """The join of all measures on one subject: what the readers read."""

    subject: Subject
    version: int  #: grows with every change; the committer refuses plans made from an older one
    measures: tuple[Measure, ...] = ()  #: not revoked and not over; a scheduled one is here before it starts

    def kinds_at(self, now: datetime) -> frozenset[MeasureKind]:
        """Return the kinds in force at *now*."""
        return frozenset(measure.kind for measure in self.measures if measure.holds_at(now))

    def is_hidden_at(self, now: datetime) -> bool:
        """Return whether the subject is absent for everybody at *now*."""
        return not HIDING.isdisjoint(self.kinds_at(now))

    def next_change_after(self, now: datetime) -> datetime | None:
        """Return when a scheduled start or end next changes the kinds in force."""
        times = [time for m in self.measures for time in (m.starts_at, m.ends_at) if time is not None and time > now]
        return min(times, default=None)


def bitmask(kinds: Iterable[MeasureKind]) -> int:
    """Return the set of *kinds* as bits."""
    mask = 0
    for kind in kinds:
        mask |= _BITS[kind]
    return mask


def kinds_of(mask: int) -> frozenset[MeasureKind]:
    """Return the kinds whose bits are set in *mask*."""
    return frozenset(kind for kind, bit in _BITS.items() if mask & bit)


def still_current(measures: Iterable[Measure], now: datetime) -> tuple[Measure, ...]:
    """Return the measures that are in force at *now* or will be: what a standing row keeps."""
    return tuple(m for m in measures if m.revoked_by is None and (m.ends_at is None or now < m.ends_at))
