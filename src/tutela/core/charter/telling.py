"""P8 of what is stored: whoever is under a measure is told why, or the delay has a basis and an end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tutela.core.charter.breach import Breach
from tutela.core.ids import AccountId, StatementId
from tutela.core.measures import Measure, SubjectKind
from tutela.core.reasons.covering import ABOUT_ACCOUNTS, TELLS_OF_AN_END
from tutela.core.statement_states import SETTLED_AFTER, latest_telling
from tutela.core.statements import DelayBasis, StatementCode


@dataclass(frozen=True, slots=True)
class Told:
    """A statement, as far as the promise asks."""

    id: StatementId
    account_id: AccountId
    code: StatementCode
    decided_at: datetime
    tell_at: datetime
    delay_basis: DelayBasis | None


@dataclass(frozen=True, slots=True)
class Telling:
    """A measure in force, whom it concerns, and the statements under its clause."""

    measure: Measure
    concerned: frozenset[AccountId]
    told: tuple[Told, ...]


def of_telling(telling: Telling) -> Iterator[Breach]:
    """Yield whom a measure leaves without reasons; whether a delay is sound is asked of each statement once."""
    for account_id in untold(telling):
        yield Breach("P8", telling.measure.id, f"{account_id} is under it and is not told, nor is a delay recorded")


def untold(telling: Telling) -> tuple[AccountId, ...]:
    """Return whom a measure concerns and no statement of its side tells: of the account, or of what it posted."""
    is_account = telling.measure.subject.kind is SubjectKind.ACCOUNT
    told = {
        each.account_id
        for each in telling.told
        if each.code not in TELLS_OF_AN_END and (each.code in ABOUT_ACCOUNTS) == is_account
    }
    return tuple(sorted(telling.concerned - told))


def of_delay(told: Told) -> Iterator[Breach]:
    """Yield what is wrong with how long telling waits."""
    if told.delay_basis is None:
        # What can still be taken back is told when it cannot be any more: that is no delay.
        if told.tell_at > told.decided_at + SETTLED_AFTER:
            yield Breach("P8", told.id, "telling waits without a basis")
    elif told.tell_at > latest_telling(told.decided_at, told.delay_basis) + SETTLED_AFTER:
        yield Breach("P8", told.id, "telling waits longer than its basis allows")
