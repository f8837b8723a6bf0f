"""Banks of known signals, their members, and what a match with one is."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.bounds import Bound, lowered
from tutela.core.brake import BrakeLimit
from tutela.core.ids import BankId, ClauseId, DecisionId, DetectionId, ItemId, MediaId, MemberId
from tutela.core.policy import Ceiling, MatchKind, Material, Verification

QUALITY_FLOOR = 50
"""Below this PDQ quality a hash says little: it is looked up by digest only. Source: the PDQ paper; matching.md."""

CUSTOMARY_THRESHOLD_BITS = 31
"""The customary PDQ threshold. Source: the PDQ paper."""

MAX_THRESHOLD_BITS = 63
"""The largest threshold a bank may ask for: beyond it two unrelated pictures start to meet."""

PDQ_ALGORITHM = "pdq/1"
"""Algorithm and version stored with each match, so that it can be reproduced."""


class SignalType(StrEnum):
    """What a member of a bank is compared by."""

    PDQ = "pdq"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"


@dataclass(frozen=True, slots=True)
class Bank:
    """A curated set of signals with a policy."""

    id: BankId
    name: str
    clause_id: ClauseId
    material: Material
    verification: Verification
    source: str  #: who answers for the list, in the operator's words
    threshold_bits: int
    ceiling: Ceiling  #: already met with what the source allows (`measures.md`, Ceilings)
    created_at: datetime
    is_active: bool = True
    may_keep: bool = True  #: the licence allows keeping the hashes beyond the exchange
    may_share: bool = False  #: the licence allows exporting them
    brake: BrakeLimit = field(default_factory=BrakeLimit)  #: when a member that hits many accounts is braked (P11)
    licence_ends_at: datetime | None = None  #: what may not be kept is not asked any more from then on


@dataclass(frozen=True, slots=True)
class Member:
    """One signal in one bank."""

    id: MemberId
    bank_id: BankId
    signal_type: SignalType
    value: str  #: lower-case hex
    added_at: datetime
    classification: str | None = None  #: in the source's own words
    tags: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """The result of a look-up: reproducible from what is kept here."""

    media_id: MediaId
    clause_id: ClauseId
    signal_type: SignalType
    kind: MatchKind
    ceiling: Ceiling  #: of bank, source and clause together: the most a machine may do before a person looks
    distance_bits: int
    threshold_bits: int
    feed_seq: int  #: version of all banks at the look-up
    algorithm: str
    bank_id: BankId | None = None  #: none when it resembles media that is already sealed
    member_id: MemberId | None = None
    resembles: MediaId | None = None  #: the sealed media it is a copy of
    orientation: str = "original"
    rendering: str = "frame:0"
    members_hit: int = 1  #: members of this bank that matched in the same way; the nearest is named
    bounds: frozenset[Bound] = frozenset()  #: what lowered the ceiling below that of the bank
    #: The decisions that sealed what it resembles, or entered its member; asked anew at each look-up.
    rests_on: tuple[DecisionId, ...] = ()

    def bounded(self, bounds: AbstractSet[Bound]) -> "Match":
        """Return the match under *bounds* as well: its ceiling can only be lower."""
        if self.bounds >= bounds:
            return self
        return replace(self, ceiling=lowered(self.ceiling, bounds), bounds=self.bounds | bounds)


@dataclass(frozen=True, slots=True)
class Detection:
    """The event that a match was noticed in an item."""

    id: DetectionId
    item_id: ItemId
    at: datetime
    match: Match
    is_suppressed: bool = False  #: a bank of known harmless pictures won over it
