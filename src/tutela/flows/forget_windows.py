"""Forget windows that ended long ago; those that something refers to stay, for whoever verifies."""

from dataclasses import dataclass

from tutela.core.undo_windows import FORGOTTEN_AFTER
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.store import Store

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ForgetWindows:
    """Delete windows in which nothing was taken back, and by whose end nothing is measured."""

    store: Store
    committer: Committer
    clock: Clock

    def __call__(self) -> int:
        """Delete them and return how many."""
        before, total = self.clock.now() - FORGOTTEN_AFTER, 0
        while True:
            with self.store.read() as reader:
                over = reader.windows_over(before, AT_ONCE)
            if over:
                self.committer.commit(Changeset(window_removals=tuple(over)))
            total += len(over)
            if len(over) < AT_ONCE:
                return total
