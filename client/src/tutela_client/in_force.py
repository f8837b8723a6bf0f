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
    """Every measure on one thing, with keys that things share on which the same holds.

    The keys are good from `since` until `until`: outside of them, also when a clock was set back, ask the measures.
    """

    __slots__ = ("_told_key", "has_countries", "holding", "key", "measures", "since", "timed_key", "token", "until")

    def __init__(self, measures: Iterable[InForce], now: datetime) -> None:
        """Hold *measures* as they are in force at *now*."""
        self.measures = tuple(measures)
        since, until, holding = _SINCE_EVER, FOREVER, []
        for measure in self.measures:
            starts_at, ends_at = measure.starts_at, measure.ends_at
            if starts_at > now:
                until = min(until, starts_at)
            elif ends_at is not None and ends_at <= now:
                since = max(since, ends_at)
            else:
                since = max(since, starts_at)
                until = until if ends_at is None else min(until, ends_at)
                holding.append(measure)
        self.since, self.until = since, until
        self.holding = tuple(holding)  #: those in force from `since` until `until`
        self.has_countries = any(measure.scope.countries for measure in holding)
        self.token = _tokens.of(frozenset([(measure.kind, measure.scope) for measure in holding]))
        self.timed_key: object = self.token if until is FOREVER else (self.token, until)
        self.key = None if self.has_countries else self.timed_key  #: all that decides, where no place of a viewer does
        self._told_key: object = None

    @classmethod
    def of(cls, measures: Iterable[InForce], now: datetime) -> "Holdings | None":
        """Return the holdings of *measures*, or none where there are none."""
        held = tuple(measures)
        return cls(held, now) if held else None

    @property
    def told_key(self) -> object:
        """Return what decides what an author sees: clauses and decisions as well, so most things have their own."""
        if self._told_key is None:
            self._told_key = (self.until, frozenset(self.holding))
        return self._told_key


class _Tokens:
    """One number for each set of kinds and scopes. A number is never used for another set."""

    def __init__(self) -> None:
        self._known: dict[frozenset[Held], int] = {}
        self._next = itertools.count(1)  # 0 says that nothing is in force
        self._lock = threading.Lock()

    def of(self, held: frozenset[Held]) -> int:
        if not held:
            return 0
        token = self._known.get(held)
        if token is not None:
            return token
        with self._lock:
            if len(self._known) >= _MAX_TOKENS:
                self._known.clear()  # a token that is not found again costs one evaluation
            return self._known.setdefault(held, next(self._next))


_tokens = _Tokens()
