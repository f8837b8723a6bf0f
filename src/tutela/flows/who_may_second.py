"""Say who may give a second answer: people where there are any, and the keys of services only where there are none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tutela.core.permissions import Principal
from tutela.ports.desk import Desk

SCOPES = frozenset({"cases", "decide", "second"})
"""What whoever gives a second answer may do."""


def nobody() -> Iterable[Principal]:
    """Return no people: where nobody has an account of a person yet."""
    return ()


@dataclass(frozen=True, slots=True)
class WhoMaySecond:
    """Read it each time: roles are given and taken away, and people go on holiday; see `read_bench.Staff`."""

    desk: Desk
    people: Callable[[], Iterable[Principal]] = nobody  #: who has an account, is not revoked and not away

    def seconds(self) -> frozenset[str]:
        """Return everybody who may give a second answer."""
        people = list(self.people())
        if people:
            return frozenset(each.id for each in people if each.scopes >= SCOPES)
        keys = (key for key in self.desk.keys() if key.revoked_at is None)  # noqa: SIM118  # no mapping
        return frozenset(key.id for key in keys if key.scopes >= SCOPES)

    def has_people(self) -> bool:
        """Return whether anybody has an account of a person here."""
        return any(True for _ in self.people())
