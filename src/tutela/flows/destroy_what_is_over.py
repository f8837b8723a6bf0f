"""Destroy what ends by itself: what people cleared and nobody detected rightly, within the limit of each region."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.filing.destructions import Basis, Destruction, DestructionState
from tutela.core.filing.retention import RetentionTable
from tutela.core.ids import DestructionId, EvidenceId
from tutela.core.operator import OperatorProfile
from tutela.errors import Conflict
from tutela.flows.destroy import Destroy
from tutela.flows.doom import Doom
from tutela.flows.weigh_evidence import Weighed, over_by_page
from tutela.ports.clock import Clock
from tutela.ports.destructions import DestructionBook
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

PAGE_MEDIA = 200
SYSTEM = "system"
REASON = "its time is over"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DestroyWhatIsOver:
    """Go through everything that is sealed. What is held, or still hides something, stays for a person."""

    store: Store
    book: DestructionBook
    doom: Doom
    destroy: Destroy
    table: RetentionTable
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def __call__(self) -> int:
        """Destroy it, and return how many contents went."""
        return sum(map(self._end, over_by_page(self.store, _sealed_page, self.table, self.profile, self.clock)))

    def _end(self, over: Sequence[Weighed]) -> int:
        taken = self.book.in_destruction([each.id for each in over])
        left = [each for each in over if each.id not in taken]
        if not left:
            return 0
        now = self.clock.now()
        new = by_itself(self.entropy, now)
        try:
            self.book.begin(new, self.doom(left), now, {each.id: each.facts for each in left})
        except Conflict as error:
            _log.info("destruction_put_off", evidence=error.place)
            return 0  # held, or proposed by a person, in this very moment: the next round sees it
        self.destroy(new.id)
        return len(left)


def _sealed_page(reader: Reader, after: str) -> list[EvidenceId]:
    return [EvidenceId(each.id) for each in reader.sealed_page(after, PAGE_MEDIA)]


def by_itself(entropy: Entropy, now: datetime) -> Destruction:
    """Return the intent to destroy what ends by itself: nobody proposed it, and it gets no certificate."""
    return Destruction(
        DestructionId(entropy.new_id("destruction")), Basis.ITSELF, REASON, SYSTEM, now, DestructionState.DESTROYING,
        agreed_by=SYSTEM, agreed_at=now,
    )  # fmt: skip
