"""Keep the quotas in force: those that ship, and what the operator has set instead."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.core.quotas import Limits, Quotas
from tutela.ports.desk import Desk

KEPT_SECONDS = 1.0
_QUOTAS = "quotas"


@dataclass(slots=True)
class KeepQuotas:
    """Read and write quotas. They are read at every submission, so they are kept in memory for a second."""

    desk: Desk
    quotas: Quotas
    _known: Limits | None = field(default=None)
    _good_until: float = field(default=0.0)

    def limits(self) -> Limits:
        """Return the quotas in force."""
        if self._known is None or time.monotonic() > self._good_until:
            # A version that allows less than what was set once starts all the same, and allows no more than it does.
            highest = {row.kind.value: row.highest for row in self.quotas.rows}
            asked = {kind: min(daily, highest[kind]) for kind, daily in self.asked().items() if kind in highest}
            self._known = self.quotas.limits(asked)
            self._good_until = time.monotonic() + KEPT_SECONDS
        return self._known

    def asked(self) -> dict[str, int]:
        """Return what the operator has set, as it was set."""
        return dict(self.desk.setting(_QUOTAS) or {})

    def set(self, asked: Mapping[str, int]) -> None:
        """Set quotas, with an audit entry; what is left out is as it ships again.

        Raises:
            tutela.errors.BadInput: A kind is not counted, or a number is out of bounds.
        """
        self._known = self.quotas.limits(asked)
        self.desk.put_setting(_QUOTAS, dict(asked))
