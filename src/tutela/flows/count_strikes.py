"""Count the strikes of an account, and say what it meets next."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.content import Account
from tutela.core.ladders import Ladder, Rung, next_rung
from tutela.core.policy import Policy
from tutela.core.strikes import Strike, count
from tutela.flows.keep_accounts import found
from tutela.ports.clock import Clock
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class OnLadder:
    """Where an account stands on one ladder."""

    ladder: str
    points: int
    next_rung: Rung | None  #: none when no file has this ladder any more


@dataclass(frozen=True, slots=True)
class Counted:
    """The strikes of an account, as they count at one moment."""

    account: Account
    at: datetime
    points: int
    ladders: tuple[OnLadder, ...]
    strikes: tuple[Strike, ...]  #: reversed ones and old ones too, newest first


@dataclass(frozen=True, slots=True)
class CountStrikes:
    """Count from what is stored: weight and decay are those of the day of each decision."""

    store: Store
    policy: Policy
    clock: Clock

    def __call__(self, platform_id: str) -> Counted:
        """Return what counts against an account now.

        Raises:
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
        """
        now = self.clock.now()
        with self.store.read() as reader:
            account = found(reader, platform_id)
            strikes = reader.strikes([account.id])[account.id]
        standing = {strike.ladder for strike in strikes if strike.stands_at(now)}
        ladders = tuple(self._on(name, count(strikes, now, ladder=name)) for name in sorted(standing))
        return Counted(account, now, count(strikes, now), ladders, tuple(reversed(strikes)))

    def _on(self, name: str, points: int) -> OnLadder:
        ladder = ladders_of(self.policy).get(name)
        return OnLadder(name, points, None if ladder is None else next_rung(ladder, points))


def ladders_of(policy: Policy) -> dict[str, Ladder]:
    """Return the ladders that clauses of *policy* name."""
    rules = (clause.strikes for clause in policy.clauses.values())
    return {rule.ladder.id: rule.ladder for rule in rules if rule is not None}
