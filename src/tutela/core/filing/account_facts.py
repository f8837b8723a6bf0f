"""What only the platform knows of an account and of what it posted: told to Tutela, and never guessed.

The words are those of the report, so that what is told stands in it as it was told. Nothing of it is asked for before
somebody was found to have a part in a violation: facts of everybody would be a register of everybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.filing.accounts import AssociatedAccount, PermanentDisable, TemporaryDisable
from tutela.core.filing.contacts import Person
from tutela.core.filing.report_file import OriginalHash
from tutela.core.filing.traces import Device, EstimatedLocation, IpEvent
from tutela.core.ids import AccountId
from tutela.core.roles import Role

FRESH_FOR = timedelta(days=1)
"""Facts that are older than this when a finding is made are asked for anew; nobody is asked more often than that."""

ASKED_ABOUT = frozenset(set(Role) - {Role.NONE, Role.REPORTER})
"""Whose facts a report may need: everybody with a part, but not who told about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What the platform knows of one file of an item."""

    original_name: str | None = None  #: as the user named it
    uploaded_at: datetime | None = None
    url: str | None = None  #: where the file itself was
    hashes: tuple[OriginalHash, ...] = ()  #: of it as the user uploaded it


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line of a conversation."""

    by: str  #: the platform's own identifier of who wrote it
    at: datetime | None = None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What the platform knows of one item of the account."""

    id: str  #: the platform's own
    posted_at: datetime | None = None
    url: str | None = None
    is_public: bool | None = None  #: all of it could be had by everybody
    room: str | None = None  #: what the place was called in which it was said
    ip_event: IpEvent | None = None
    devices: tuple[Device, ...] = ()
    files: tuple[FileFacts, ...] = ()  #: in the order of the item's media
    around: tuple[Message, ...] = ()  #: the conversation around it, oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What the platform knows of an account."""

    person: Person | None = None
    service: str | None = None
    is_compromised: bool | None = None
    screen_name: str | None = None
    display_names: tuple[str, ...] = ()
    profile_urls: tuple[str, ...] = ()
    profile_bio: str | None = None
    ip_events: tuple[IpEvent, ...] = ()
    devices: tuple[Device, ...] = ()
    is_third_party_user: bool | None = None
    temporarily_disabled: TemporaryDisable | None = None
    permanently_disabled: PermanentDisable | None = None
    location: EstimatedLocation | None = None
    all_emails_reported: bool | None = None
    associated: tuple[AssociatedAccount, ...] = ()
    items: tuple[ItemFacts, ...] = ()

    def item(self, platform_id: str) -> ItemFacts | None:
        """Return what was told of one item."""
        return next((each for each in self.items if each.id == platform_id), None)


@dataclass(frozen=True, slots=True)
class ToldFacts:
    """Facts, with when the platform told them and by which key."""

    facts: AccountFacts
    at: datetime
    by: str


def are_wanted(told_at: datetime | None, asked_at: datetime | None, found_at: datetime, now: datetime) -> bool:
    """Return whether the platform is asked now for the facts of an account about which something was found."""
    is_known = told_at is not None and told_at >= found_at - FRESH_FOR
    is_asked = asked_at is not None and asked_at > now - FRESH_FOR
    return not is_known and not is_asked


def facts_period(account_id: AccountId, series: int) -> str:
    """Return the period of the key ring that the facts of an account lie under: destroyed with it, for good.

    Args:
        account_id: Whose.
        series: From one; another one after each destruction, because a destroyed period is never made again.
    """
    name = f"facts-{account_id.replace('_', '-')}"
    return name if series == 1 else f"{name}-{series}"
