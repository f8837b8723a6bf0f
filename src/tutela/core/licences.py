"""How long a list may be used: warned of in time, and not asked any more when it may not be kept."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from tutela.core.banks import Bank

WARN_BEFORE = timedelta(days=30)
"""From then on an end is on the checklist: renewing an agreement takes weeks."""


class Licensed(Protocol):
    """A list of somebody else's, whatever it holds."""

    @property
    def may_keep(self) -> bool:
        """Return whether what is there may be kept when the licence is over."""
        ...

    @property
    def licence_ends_at(self) -> datetime | None:
        """Return when it is over."""
        ...


class LicenceState(StrEnum):
    """How the licence of a bank stands."""

    OPEN = "open"
    ENDING = "ending"  #: within thirty days
    ENDED = "ended"  #: over; what is there may be kept and is asked
    LAPSED = "lapsed"  #: over, and what is there may not be kept: it is not asked any more


def licence_of(bank: Licensed, now: datetime) -> LicenceState:
    """Return how the licence of *bank* stands at *now*; it is over at the very moment it ends."""
    # The difference of two moments is always a number; a moment less thirty days may lie before the first there is.
    if bank.licence_ends_at is None or bank.licence_ends_at - now > WARN_BEFORE:
        return LicenceState.OPEN
    if now < bank.licence_ends_at:
        return LicenceState.ENDING
    return LicenceState.ENDED if bank.may_keep else LicenceState.LAPSED


def has_lapsed(bank: Licensed, now: datetime) -> bool:
    """Return whether *bank* may not be asked any more."""
    return licence_of(bank, now) is LicenceState.LAPSED


def is_asked(bank: Bank, now: datetime) -> bool:
    """Return whether look-ups ask *bank*: it is switched on, and its licence allows it."""
    return bank.is_active and not has_lapsed(bank, now)


def matches_anew(before: Bank, after: Bank, now: datetime) -> bool:
    """Return whether a bank that is changed may match what it did not match before, or act on it otherwise.

    It is asked again, or its threshold or ceiling is another. Its brake and the end of a licence that runs are not
    among what is matched: they change nothing about what is stored.
    """
    if not is_asked(after, now):
        return False
    is_other = (before.threshold_bits, before.ceiling) != (after.threshold_bits, after.ceiling)
    return is_other or not is_asked(before, now)
