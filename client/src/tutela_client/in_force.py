"""What is in force on one thing, made once and asked often."""

import itertools
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from tutela_client.scope import EVERYTHING, Scope

FOREVER = datetime.max.replace(tzinfo=UTC)
_SINCE_EVER = datetime.min.replace(tzinfo=UTC)
_MAX_TOKENS = 100_000

Held = tuple[str, Scope]
"""A kind and how far it reaches: all that decides what a viewer sees."""


@dataclass(frozen=True, slots=True)
class InForce:
    """One measure as far as a reader needs it."""

    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime | None = None
    scope: Scope = EVERYTHING
    clause: str = ""
    decision: str = ""

    def holds_at(self, now: datetime) -> bool:
        """Return whether it is in force at *now*. Expiry is this comparison, never a job."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class Holdings:
    """Every measure on one thing, with a token that things share on which the same holds.

    The token is good from `since` until `until`: outside of them, also when a clock was set back, ask the measures.
    """

    __slots__ = ("measures", "since", "token", "until")

    def __init__(self, measures: Iterable[InForce], now: datetime) -> None:
        """Hold *measures* as they are in force at *now*."""
        self.measures = tuple(measures)
        times = {time for each in self.measures for time in (each.starts_at, each.ends_at) if time is not None}
        self.since = max((time for time in times if time <= now), default=_SINCE_EVER)
        self.until = min((time for time in times if time > now), default=FOREVER)
        self.token = _tokens.of(frozenset((m.kind, m.scope) for m in self.measures if m.holds_at(now)))

    @classmethod
    def of(cls, measures: Iterable[InForce], now: datetime) -> "Holdings | None":
        """Return the holdings of *measures*, or none where there are none."""
        held = tuple(measures)
        return cls(held, now) if held else None


class _Tokens:
    """One number for each set of kinds and scopes. A number is never used for another set."""

    def __init__(self) -> None:
        self._known: dict[frozenset[Held], int] = {}
        self._next = itertools.count(1)  # 0 says that nothing is in force
        self._lock = threading.Lock()

    def of(self, held: frozenset[Held]) -> int:
        if not held:
            return 0
        with self._lock:
            if len(self._known) > _MAX_TOKENS:
                self._known.clear()  # a token that is not found again costs one evaluation
            token = self._known.get(held)
            if token is None:
                token = self._known[held] = next(self._next)
            return token


_tokens = _Tokens()
