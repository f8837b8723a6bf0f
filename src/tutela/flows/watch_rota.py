"""Raise, before anybody is in danger, that nobody would come: the only officer is away, or no channel leads to them."""

from dataclasses import dataclass, field

import structlog

from tutela.flows.who_is_on_call import WhoIsOnCall

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class WatchRota:
    """Look at the rota. Nothing is written: it is compared whenever somebody asks."""

    who: WhoIsOnCall
    _told: frozenset[str] = field(default=frozenset())

    def __call__(self) -> int:
        """Return how much is wrong, and log what has not been wrong before."""
        state = self.who.state()
        found = {"nobody_on_call"} if state.is_nobody_on_call else set[str]()
        if not state.is_nobody_on_call and state.nobody_from is not None:
            found.add("nobody_on_call_soon")
        if state.unreachable:
            found.add("on_call_unreachable")
        for what in sorted(found - self._told):
            _log.error(what, at=state.nobody_from and state.nobody_from.isoformat(), unreachable=len(state.unreachable))
        self._told = frozenset(found)
        return len(found)
