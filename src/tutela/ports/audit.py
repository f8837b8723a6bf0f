"""The audit trail as the flows see it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.charter import Breach
from tutela.core.measures import Measure
from tutela.ports.store import ItemView


@dataclass(frozen=True, slots=True)
class ChainsVerified:
    """What the verification of all chains and seals found."""

    entries: int
    seals: int
    breaches: tuple[Breach, ...]
    notes: tuple[str, ...]


class AuditReader(Protocol):
    """Read for verification, a page at a time."""

    def verify(self, on_progress: Callable[[int], None]) -> ChainsVerified:
        """Verify chains, seals with their signatures and the exported heads; name the first bad entry of each."""
        ...

    def differences(self, now: datetime, on_progress: Callable[[int], None]) -> Iterator[Breach]:
        """Yield every difference between what the audit says was written and what is stored, as of *now*."""
        ...

    def measures(self) -> Iterator[list[Measure]]:
        """Yield pages of all measures that are not revoked."""
        ...

    def hidden_items(self) -> Iterator[list[ItemView]]:
        """Yield pages of items that are hidden, or carry hidden media, with every standing that touches them."""
        ...


class HeadSealer(Protocol):
    """Sign where all chains stand, at intervals and before the process ends."""

    def seal(self) -> bool:
        """Seal and export the heads; return whether anything had moved."""
        ...
