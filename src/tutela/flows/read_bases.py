"""Read the register of bases: under which anything is detected in private and group channels, and where nothing is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.bases import key_of
from tutela.core.operator import LAPSES_SOON, Basis, OperatorProfile, Unwatched, is_in_force, unwatched
from tutela.core.permissions import Principal, demand_one
from tutela.ports.clock import Clock

READS = ("operate", "audit")


class BasisState(StrEnum):
    """How a basis stands now."""

    TO_COME = "to_come"
    IN_FORCE = "in_force"
    ENDS_SOON = "ends_soon"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class BasisSeen:
    """A basis, and how it stands."""

    basis: Basis
    state: BasisState

    @property
    def key(self) -> str:
        """Return what names it."""
        return key_of(self.basis)


@dataclass(frozen=True, slots=True)
class Register:
    """All bases, and where there is none."""

    bases: Sequence[BasisSeen]
    unwatched: Sequence[Unwatched]


@dataclass(frozen=True, slots=True)
class ReadBases:
    """Read the register."""

    profile: Callable[[], OperatorProfile]
    clock: Clock

    def __call__(self, principal: Principal) -> Register:
        """Return every basis that was ever recorded and not taken out, the newest first, and what is not watched.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand_one(principal, READS)
        profile, now = self.profile(), self.clock.now()
        ordered = sorted(profile.bases, key=lambda each: each.starts_at, reverse=True)
        return Register([BasisSeen(each, self._state(each)) for each in ordered], unwatched(profile, now))

    def _state(self, basis: Basis) -> BasisState:
        now = self.clock.now()
        if is_in_force(basis, now):
            is_ending = basis.ends_at is not None and basis.ends_at <= now + LAPSES_SOON.delta
            return BasisState.ENDS_SOON if is_ending else BasisState.IN_FORCE
        return BasisState.TO_COME if basis.starts_at > now else BasisState.LAPSED
