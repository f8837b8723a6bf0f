"""The operator's own banks: one for each content clause of the twelve, filled by what two people here have found."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, QUALITY_FLOOR, Bank, Member, SignalType
from tutela.core.content import Media
from tutela.core.ids import BankId, ClauseId, DecisionId, MediaId, MemberId
from tutela.core.policy import Ceiling, Ceilings, MatchKind, Material, Verification, ceiling_for

PREFIX = "own."
"""How the name of such a bank begins; its clause follows."""

SOURCE = "What two people here have found, each blind to the other; an entry ends with the decision it rests on."
"""Who answers for it."""

_MATERIALS: Mapping[str, Material] = MappingProxyType({
    "cse.depiction": Material.APPARENT_CSAM,
    "cse.generated": Material.GENERATED,
})  # fmt: skip
"""What is generated never shares a ceiling with apparent CSAM (matching.md, Banks)."""

Signal = tuple[SignalType, str]
"""A kind of signal, and its value as it is stored."""


class Obstacle(StrEnum):
    """Why nothing is entered into the bank of that name."""

    NOT_OURS = "not_ours"  #: somebody made it for something else


OBSTACLES: Mapping[Obstacle, str] = MappingProxyType({
    Obstacle.NOT_OURS: "the bank of this name was made for another clause, material or source: nothing is entered",
})  # fmt: skip
"""Each as it is told to whoever decides."""


@dataclass(frozen=True, slots=True)
class Held:
    """A signal that is in the bank already."""

    member_id: MemberId
    rests_on: tuple[DecisionId, ...] = ()  #: decisions that stand; none where the operator put it there


@dataclass(frozen=True, slots=True)
class OwnBank:
    """What is known of the own bank of a clause, and of what might be entered."""

    clause_id: ClauseId
    ceiling: Ceiling  #: of a new one
    bank: Bank | None = None  #: none until it is first used
    signals: Mapping[MediaId, tuple[Signal, ...]] = field(default_factory=dict)
    held: Mapping[Signal, Held] = field(default_factory=dict)
    harmless: Collection[MediaId] = ()  #: that a bank of known harmless pictures holds


@dataclass(frozen=True, slots=True)
class Banking:
    """What a finding enters into the own bank of its clause."""

    clause_id: ClauseId
    ceiling: Ceiling
    bank: Bank | None
    entries: tuple[Signal, ...] = ()
    supports: tuple[MemberId, ...] = ()  #: there by another decision: from now on they rest on both
    known: int = 0  #: there by the operator's own word, which stays what it is
    left_out: int = 0  #: media that a bank of known harmless pictures holds
    obstacle: Obstacle | None = None
    relies_on: Mapping[MemberId, int] = field(default_factory=dict)  #: how many decisions each rested on

    @property
    def name(self) -> str:
        """Return the name of the bank."""
        return name_of(self.clause_id)

    @property
    def is_asked(self) -> bool:
        """Return whether look-ups ask it: one that is switched off takes entries in, and they wait."""
        return self.bank is None or self.bank.is_active


def name_of(clause_id: ClauseId) -> str:
    """Return the name of the own bank of a clause."""
    return f"{PREFIX}{clause_id}"


def clause_of(bank_name: str) -> ClauseId:
    """Return the clause that a bank of this name is for; nothing where it is for none."""
    return ClauseId(bank_name.removeprefix(PREFIX) if bank_name.startswith(PREFIX) else "")


def material_of(clause_id: ClauseId) -> Material:
    """Return what the own bank of a clause holds."""
    return _MATERIALS.get(clause_id, Material.OTHER)


def widest(material: Material, verification: Verification, ceilings: Ceilings) -> Ceiling:
    """Return the most that any match with such a bank may do: its exact matches may do more than its near ones."""
    kinds = [ceiling_for(material, verification, kind, ceilings) for kind in MatchKind]
    return Ceiling(
        max(each.visibility for each in kinds),
        max(each.account for each in kinds),
        max(each.propagation for each in kinds),
        max(each.report for each in kinds),
    )


def own_ceiling(clause_id: ClauseId, ceilings: Ceilings) -> Ceiling:
    """Return the ceiling of the own bank of a clause, as the table has it for an operator's own list."""
    return widest(material_of(clause_id), Verification.OWN, ceilings)


def make_bank(bank_id: BankId, clause_id: ClauseId, ceiling: Ceiling, at: datetime) -> Bank:
    """Return the own bank of a clause as it is made on its first use: nobody else gets it."""
    return Bank(
        id=bank_id,
        name=name_of(clause_id),
        clause_id=clause_id,
        material=material_of(clause_id),
        verification=Verification.OWN,
        source=SOURCE,
        threshold_bits=CUSTOMARY_THRESHOLD_BITS,
        ceiling=ceiling,
        created_at=at,
        may_share=False,
    )


def is_ours(bank: Bank, clause_id: ClauseId) -> bool:
    """Return whether *bank* may hold what is found here under a clause.

    Its threshold, its ceiling and whether it is shared are the operator's. What is taken out must be able to come back,
    so that its values are kept.
    """
    kind = bank.clause_id, bank.material, bank.verification
    return kind == (clause_id, material_of(clause_id), Verification.OWN) and bank.may_keep


def signals_of(media: Media) -> tuple[Signal, ...]:
    """Return what *media* is recognised by: its digests, and each of its pictures that says enough."""
    digests = [(SignalType(name), value) for name, value in media.digests.known()]
    pictures = [(SignalType.PDQ, each.hex) for each in media.hashes if each.quality >= QUALITY_FLOOR]
    return tuple(dict.fromkeys((*digests, *pictures)))


def signal_of(member: Member) -> Signal:
    """Return what a member is compared by."""
    return member.signal_type, member.value


def all_signals(media: Iterable[Media]) -> dict[MediaId, tuple[Signal, ...]]:
    """Return what each media is recognised by."""
    return {each.id: signals_of(each) for each in media}
