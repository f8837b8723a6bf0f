"""Ask classifiers what is due: leased, so that several processes share the work, and bounded a classifier."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from tutela.errors import Conflict, Unavailable
from tutela.flows.classify import Classify
from tutela.ports.classifiers import Classifications, Request
from tutela.ports.clock import Clock

AT_ONCE = 8
"""Questions that one process has under way."""

AT_ONCE_EACH = 4
"""Of one classifier, so that one that hangs keeps no other from being asked."""

LEASE = timedelta(minutes=10)
"""Longer than any question takes with all its tries: after that whoever was to ask counts as dead."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class AskDue:
    """Claim what is due, and carry it out. Safe from any thread."""

    stored: Classifications
    classify: Classify
    clock: Clock
    _under_way: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> list[Request]:
        """Return questions that this process is to ask now, at most as many as it has room for."""
        with self._lock:
            room = AT_ONCE - self._under_way.total()
            busy = [name for name, count in self._under_way.items() if count >= AT_ONCE_EACH]
        now = self.clock.now()
        claimed = self.stored.claim(now, now + LEASE, min(room, AT_ONCE_EACH), busy)
        with self._lock:
            self._under_way.update(each.classifier_id for each in claimed)
        return claimed

    def carry(self, request: Request) -> None:
        """Ask one, and record what came of it. What cannot be recorded is asked again when its lease is over."""
        try:
            self.classify(request)
        except Conflict:
            _log.info("classifier_asked_twice", question=request.id, classifier=request.classifier_id)
        except Unavailable as error:
            _log.warning("classifier_not_recorded", question=request.id, error_type=type(error).__name__)
        finally:
            with self._lock:
                self._under_way[request.classifier_id] -= 1

    def all(self) -> int:
        """Ask everything that is due, one after the other; return how many questions there were."""
        total = 0
        while claimed := self.begin():
            for each in claimed:
                self.carry(each)
            total += len(claimed)
        return total
