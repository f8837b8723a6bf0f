"""Change the register of bases: record one, or end one early. What then starts or stops running is told first (P12)."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.bases import BasesChange, ended, recorded
from tutela.core.operator import Basis
from tutela.core.permissions import Principal, demand
from tutela.flows.keep_profile import KeepProfile
from tutela.ports.clock import Clock

WRITES = "operate"


@dataclass(frozen=True, slots=True)
class KeepBases:
    """Change the register. Each change is whole, in the audit with who made it, and made once."""

    profile: KeepProfile
    clock: Clock

    def foresee_record(self, principal: Principal, basis: Basis) -> BasesChange:
        """Return what recording *basis* would start. Nothing is written.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: It cannot be recorded so; the place is named.
        """
        demand(principal, WRITES)
        return recorded(self.profile.read_now(), basis, self.clock.now())

    def record(self, principal: Principal, basis: Basis) -> BasesChange:
        """Record *basis*. Reversible: end it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: It cannot be recorded so; the place is named.
            tutela.errors.Conflict: The profile was changed at the same moment.
        """
        return self._made(principal, self.foresee_record(principal, basis))

    def foresee_end(self, principal: Principal, key: str, at: datetime | None) -> BasesChange:
        """Return what ending a basis would stop: at *at*, or now. Nothing is written.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: There is none of that key, it has ended, or it cannot end then.
        """
        demand(principal, WRITES)
        now = self.clock.now()
        return ended(self.profile.read_now(), key, now if at is None else at, now)

    def end(self, principal: Principal, key: str, at: datetime | None) -> BasesChange:
        """End a basis at *at*, or now. Reversible: record another one.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: There is none of that key, it has ended, or it cannot end then.
            tutela.errors.Conflict: The profile was changed at the same moment.
        """
        return self._made(principal, self.foresee_end(principal, key, at))

    def _made(self, principal: Principal, change: BasesChange) -> BasesChange:
        self.profile.replace(change.before, change.after, principal.id)
        return change
