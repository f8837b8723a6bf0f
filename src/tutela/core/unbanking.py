"""What leaves the operator's own banks when decisions are overturned, what stays by others, and what still speaks.

An entry is there as long as one decision that it rests on stands (P11). One that the operator took out by hand is not
put back by anybody's decision, and one that the operator put there rests on none.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tutela.core.banks import Detection, Member
from tutela.core.ids import DecisionId, MemberId


@dataclass(frozen=True, slots=True)
class Banked:
    """An entry that a decision made, in the bank or out of it by now."""

    member: Member
    bank_name: str
    rests_on: frozenset[DecisionId]  #: decisions that stand


@dataclass(frozen=True, slots=True)
class Unbanking:
    """What becomes of entries when some decisions are overturned."""

    ends: tuple[tuple[MemberId, DecisionId], ...] = ()  #: which entry rests on which decision no more
    out: tuple[Banked, ...] = ()
    stays: tuple[Banked, ...] = ()  #: another decision supports it as well

    @property
    def by_bank(self) -> dict[str, tuple[int, int]]:
        """Return how many entries go and how many stay, by the name of the bank."""
        names = sorted({each.bank_name for each in (*self.out, *self.stays)})
        return {name: (_count(self.out, name), _count(self.stays, name)) for name in names}


def _count(entries: Iterable[Banked], bank_name: str) -> int:
    return sum(each.bank_name == bank_name for each in entries)


def plan_unbanking(banked: Iterable[Banked], gone: Collection[DecisionId]) -> Unbanking:
    """Return what becomes of *banked* when the decisions that are *gone* stand no more."""
    touched = sorted((each for each in banked if not each.rests_on.isdisjoint(gone)), key=lambda each: each.member.id)
    there = [each for each in touched if each.member.is_active]
    return Unbanking(
        ends=tuple((each.member.id, ground) for each in touched for ground in sorted(each.rests_on & set(gone))),
        out=tuple(each for each in there if each.rests_on <= set(gone)),
        stays=tuple(each for each in there if not each.rests_on <= set(gone)),
    )


def relied_on(banked: Mapping[MemberId, Banked]) -> dict[MemberId, int]:
    """Return how many decisions each entry that is in its bank rests on: what is planned from that holds no longer."""
    return {member_id: len(each.rests_on) for member_id, each in banked.items() if each.member.is_active}


def still_speaks(detection: Detection, banked: Mapping[MemberId, Banked], gone: Collection[DecisionId]) -> bool:
    """Return whether what noticed something is still worth its word: its entry rests on nothing, or on what stands."""
    entry = None if detection.match.member_id is None else banked.get(detection.match.member_id)
    return entry is None or not entry.rests_on <= set(gone)
