"""Raise what waits for another answer that nobody here may give: the only officer is away, or has lost the role."""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from tutela.core.ids import CaseId
from tutela.core.operator import OperatorProfile
from tutela.core.remedies import Crew
from tutela.flows.read_bench import Staff
from tutela.ports.store import Reader, Store

AT_ONCE = 500
"""Cases that are looked at; more wait for a second person only where nobody has worked for long."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class WatchSeconds:
    """Compare who may be second with who has answered. Nothing is written: it is compared whenever somebody asks."""

    store: Store
    staff: Staff
    profile: Callable[[], OperatorProfile]
    _told: frozenset[CaseId] = field(default=frozenset())

    def __call__(self) -> int:
        """Return how many cases nobody may answer, and log each of them once."""
        with self.store.read() as reader:
            found = frozenset(self.stuck(reader))
        for case_id in sorted(found - self._told):
            _log.error("nobody_may_answer", case=case_id)
        self._told = found
        return len(found)

    def stuck(self, reader: Reader) -> list[CaseId]:
        """Return the cases that wait for an answer that nobody here may give."""
        waiting, seconds = reader.awaiting(AT_ONCE), self.staff.seconds()
        if not waiting or (self.profile().people == Crew.SOLO.value and len(seconds) < 2):  # noqa: PLR2004  # two people
            return []  # whoever works alone looks again
        owners = reader.owners_of(case.account_id for case in waiting)
        return [
            case.id
            for case in waiting
            if not seconds - set(case.answered_by) - owners.get(case.account_id, frozenset())
        ]
