"""Which decisions of one person get a second look for their quality: nobody can tell beforehand, and anybody can check.

Only what one person alone may decide is sampled: the rest has two people anyway. The look changes nothing by itself.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.core.ids import CaseAnswerId, ClauseId
from tutela.core.policy import Clause, Severity

THOUSAND = 1000
_ROOM = 1 << 64

RATES: Mapping[Severity, int] = {
    Severity.LOW: 20,
    Severity.MEDIUM: 50,
    Severity.HIGH: 100,
    Severity.CRITICAL: 250,
}
"""Of a thousand decisions by one person under a clause as grave as this, how many are looked at again."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often, and by which key: whoever does not have the key learns nothing from earlier draws."""

    key: bytes
    rates: Mapping[ClauseId, int] = field(default_factory=dict)  #: of a thousand, where another one than by severity

    def rate(self, clause: Clause) -> int:
        """Return how many of a thousand are looked at again."""
        return self.rates.get(clause.id, RATES[clause.severity])

    def draws(self, answer_id: CaseAnswerId, clause: Clause) -> bool:
        """Return whether a decision is looked at again; the same for ever for the same answer."""
        digest = hmac.digest(self.key, answer_id.encode(), hashlib.sha256)
        return int.from_bytes(digest[:8], "big") * THOUSAND < self.rate(clause) * _ROOM
