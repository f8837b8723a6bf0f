"""Quotas: how many measures a machine may set in one day because of one source, before a person has looked (P11).

A list can be poisoned on a whole, not only in one member. What exceeds a quota is held, as everything found is, and
laid before a person; hiding never stops (P1). So only what goes beyond holding the item itself is counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tutela.core.banks import Match
from tutela.core.decisions import bounded
from tutela.core.ids import AccountId, ClauseId, ItemId
from tutela.core.measures import MeasureKind, Subject
from tutela.core.policy import AccountCeiling, PropagationCeiling, VisibilityCeiling
from tutela.errors import BadInput, Misconfigured

QUOTA_KINDS = (
    MeasureKind.LOCK_PENDING_DECISION,
    MeasureKind.QUARANTINE,
    MeasureKind.BLOCK_MEDIA,
    MeasureKind.HOLD,  #: of media, and of items by a rule; of an item by a match it is never counted
    MeasureKind.BLOCK_MESSAGING,  #: by a rule
)
"""What a machine may do beyond holding an item that matches."""


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """The quota of one kind of measure, for each source."""

    kind: MeasureKind
    covers: str
    daily: int
    highest: int  #: no operator sets it higher


Limits = Mapping[MeasureKind, int]
"""The quota of each kind that is in force."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas that ship: one row for each kind that is counted.

    Raises:
        tutela.errors.Misconfigured: A kind has no row or two, or a row allows less than its customary quota.
    """

    version: str
    rows: tuple[QuotaRow, ...]

    def __post_init__(self) -> None:
        """Refuse a table that leaves a kind without a limit."""
        if sorted(row.kind for row in self.rows) != sorted(QUOTA_KINDS):
            raise Misconfigured(f"Each of {', '.join(QUOTA_KINDS)} has one quota.", place="quotas")
        for row in self.rows:
            if not 0 <= row.daily <= row.highest:
                raise Misconfigured("A quota lies between nothing and its highest.", place=f"quotas.{row.kind}")

    def limits(self, asked: Mapping[str, int]) -> Limits:
        """Return what is in force when an operator asks for other quotas; what is left out is as it ships.

        Raises:
            tutela.errors.BadInput: A kind is not counted, or a number is out of bounds; the place names it.
        """
        known = {row.kind.value: row for row in self.rows}
        for kind, daily in asked.items():
            if kind not in known:
                raise BadInput(f"only {', '.join(known)} are counted", place=f"limits.{kind}")
            if not 0 <= daily <= known[kind].highest:
                raise BadInput(f"a quota of {kind} is 0 to {known[kind].highest} a day", place=f"limits.{kind}")
        return {row.kind: asked.get(row.kind.value, row.daily) for row in self.rows}


@dataclass(frozen=True, slots=True)
class Want:
    """One measure that a match would have a machine set."""

    kind: MeasureKind
    subject: Subject
    clause_id: ClauseId


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """What one unit of work takes of one quota. It is committed only while the quota has room for it."""

    source: str  #: a bank, or `rule:` and the name of a rule
    kind: MeasureKind
    day: date
    count: int  #: measures
    limit: int
    held: int = 0  #: matches that wanted more than was left, and only held


@dataclass(frozen=True, slots=True)
class QuotaUsed:
    """How much of one quota is used up."""

    source: str
    kind: MeasureKind
    used: int
    held: int


def wants(match: Match, item_id: ItemId, account_id: AccountId) -> frozenset[Want]:
    """Return what *match* would have a machine set beyond holding the item."""
    ceiling, item, media = bounded(match), Subject.item(item_id), Subject.media(match.media_id)
    found: list[tuple[MeasureKind, Subject]] = []
    if ceiling.visibility >= VisibilityCeiling.SEAL:
        found.append((MeasureKind.QUARANTINE, item))
    if ceiling.account >= AccountCeiling.LOCK_PENDING_DECISION:
        found.append((MeasureKind.LOCK_PENDING_DECISION, Subject.account(account_id)))
    if ceiling.propagation >= PropagationCeiling.IDENTICAL_SEALED:
        found += [(MeasureKind.QUARANTINE, media), (MeasureKind.BLOCK_MEDIA, media)]
    elif ceiling.propagation >= PropagationCeiling.IDENTICAL_HELD:
        found.append((MeasureKind.HOLD, media))
    return frozenset(Want(kind, subject, match.clause_id) for kind, subject in found)


def at_limit(used: Iterable[QuotaUsed], limits: Limits) -> tuple[QuotaUsed, ...]:
    """Return the quotas of which nothing is left."""
    return tuple(each for each in used if each.used >= limits[each.kind])
