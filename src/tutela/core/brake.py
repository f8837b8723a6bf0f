"""The brake of P11: a bank member that suddenly hits many accounts drops to holding items, and alarms.

A list can be poisoned or mistaken, and one flat or popular picture would then lock everybody who ever posted it. A
member acts in full on the first accounts within a window; from the next one on, until a person releases it, its matches
hold items and do no more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.ids import BankId, MemberId
from tutela.errors import BadInput

CUSTOMARY_ACCOUNTS = 20
"""Different accounts that one member may hit within the window; one copy among friends stays far below it."""

CUSTOMARY_WINDOW_HOURS = 24
MAX_ACCOUNTS = 10_000
MAX_WINDOW_HOURS = 720


@dataclass(frozen=True, slots=True)
class BrakeLimit:
    """When the members of a bank are braked. It cannot be switched off.

    Raises:
        tutela.errors.BadInput: A number is out of bounds; the place names it.
    """

    accounts: int = CUSTOMARY_ACCOUNTS
    window_hours: int = CUSTOMARY_WINDOW_HOURS

    def __post_init__(self) -> None:
        """Refuse a limit that brakes nothing."""
        if not 1 <= self.accounts <= MAX_ACCOUNTS:
            raise BadInput(f"a brake trips after 1 to {MAX_ACCOUNTS} accounts", place="brake_accounts")
        if not 1 <= self.window_hours <= MAX_WINDOW_HOURS:
            raise BadInput(f"the window of a brake is 1 to {MAX_WINDOW_HOURS} hours", place="brake_window_hours")

    def starts_at(self, now: datetime) -> datetime:
        """Return the moment after which a hit counts."""
        return now - timedelta(hours=self.window_hours)


@dataclass(frozen=True, slots=True)
class Trip:
    """One time that the brake of a member tripped; open until a person releases it."""

    id: str
    member_id: MemberId
    bank_id: BankId
    tripped_at: datetime
    accounts: int  #: that were counted within the window, up to what trips, the one that tripped it included
    released_at: datetime | None = None
    released_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Return whether the member is braked."""
        return self.released_at is None


def trips(accounts: int, limit: BrakeLimit) -> bool:
    """Return whether a member that has hit so many accounts within the window is braked from this one on."""
    return accounts > limit.accounts
