"""The operator's own banks as they are filled and emptied by decisions, and read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tutela.core.banks import Member
from tutela.core.ids import DecisionId, MemberId
from tutela.core.unbanking import Banked


@dataclass(frozen=True, slots=True)
class EntryGround:
    """That an entry of a bank rests on a decision."""

    member_id: MemberId
    decision_id: DecisionId


@dataclass(frozen=True, slots=True)
class GroundEnd:
    """That an entry rests on a decision no more."""

    member_id: MemberId
    decision_id: DecisionId
    by: DecisionId  #: which overturned that decision


@dataclass(frozen=True, slots=True)
class Reground:
    """That a decision rests on one more: the entry it came from rests on that one as well."""

    decision_id: DecisionId
    rests_on: DecisionId


class BankedReader(Protocol):
    """The part of a consistent read that is about entries which decisions made."""

    def banked(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Banked]:
        """Return those of these that a decision ever entered, in the bank or out of it by now."""
        ...

    def banked_by(self, decision_ids: Iterable[DecisionId]) -> dict[MemberId, Banked]:
        """Return every entry that rests on one of these decisions."""
        ...

    def members_by_id(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Member]:
        """Return members, in their bank or out of it by now."""
        ...
