"""Forget windows of counters to which nothing was added for longer than they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.counters import Window
from tutela.core.units import EPOCH
from tutela.errors import CounterDamaged
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.counting import DueWindow, WindowEnd
from tutela.ports.store import Store

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class ForgetCounters:
    """Delete windows that have expired, a step at a time: whoever counts meanwhile waits for no more than one."""

    store: Store
    committer: Committer
    clock: Clock

    def __call__(self) -> int:
        """Delete them and return how many were found expired."""
        now, total = self.clock.now(), 0
        while True:
            with self.store.read() as reader:
                due = reader.counter_windows_due(now, AT_ONCE)
            ends = tuple(_end(each, now) for each in due)
            if ends:
                self.committer.commit(Changeset(counter_ends=ends))
            total += sum(each.again_at is None for each in ends)
            if len(due) < AT_ONCE:
                return total


def _end(due: DueWindow, now: datetime) -> WindowEnd:
    """Return that it ends, or when to look again. One that is damaged ends: nothing was added to it for as long."""
    try:
        expires_us = Window.decode(due.kind, due.window_us, due.stored.state).expires_us
    except CounterDamaged:
        return WindowEnd(due.counter_id, due.key, due.stored)
    expires = EPOCH + timedelta(microseconds=expires_us)
    return WindowEnd(due.counter_id, due.key, due.stored, expires if expires > now else None)
