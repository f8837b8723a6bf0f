"""Counters as they are stored and read: see `core.counters` for what a window holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from tutela.core.counters import CounterKind

CounterKey = tuple[str, bytes]
"""Of one window: the id of its counter, and the hash of what it is counted by."""

MAX_KEYS_PER_COUNTER: Final = 1_000_000
"""Windows that one counter keeps: about 100 MB while they are small. One more key is not counted, and told of."""


@dataclass(frozen=True, slots=True)
class StoredWindow:
    """One window as it is stored."""

    additions: int  #: ever made: its version
    state: bytes  #: `core.counters.Window` decodes it


@dataclass(frozen=True, slots=True)
class CounterRow:
    """What a counter counts, written when it is first used. Of one that is known nothing comes."""

    id: str
    kind: CounterKind
    window_us: int
    text: str  #: as people read it
    since: datetime  #: before that nothing was counted


@dataclass(frozen=True, slots=True)
class ExpectedCount:
    """From which version of a window something was decided, and how many more additions would not have changed it."""

    additions: int  #: 0 where there was no window
    slack: int | None  #: none where nothing depends on how many come


@dataclass(frozen=True, slots=True)
class DueWindow:
    """A window that may have expired."""

    counter_id: str
    key: bytes
    kind: CounterKind
    window_us: int
    stored: StoredWindow


@dataclass(frozen=True, slots=True)
class WindowEnd:
    """That a window has expired and is deleted, if nothing was added since; or that it is looked at again later."""

    counter_id: str
    key: bytes
    stored: StoredWindow  #: as it was when that was found
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CounterSize:
    """A counter and how much it holds."""

    row: CounterRow
    keys: int
    size_bytes: int  #: of the states; the database adds about 60 for each key
    not_counted: int  #: events under new keys while it was full

    @property
    def is_full(self) -> bool:
        """Return whether it has turned away keys, and has not become emptier since."""
        return self.not_counted > 0


class CounterReader(Protocol):
    """The part of a consistent read that is about counters."""

    def counter_windows(self, wanted: Iterable[CounterKey]) -> dict[CounterKey, StoredWindow]:
        """Return the windows that are stored of those asked for."""
        ...

    def counter_sizes(self) -> list[CounterSize]:
        """Return every counter that was ever used, by its text."""
        ...

    def full_counters(self) -> frozenset[str]:
        """Return the counters that turn new keys away: what is not stored under them is unknown, and not none."""
        ...

    def counter_windows_due(self, at: datetime, limit: int) -> list[DueWindow]:
        """Return windows that have to be looked at by then, the first due first: they may have expired."""
        ...
