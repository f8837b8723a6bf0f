"""The accounts of a report: who is reported, who was harmed, who was written to, and accounts beside theirs."""

from dataclasses import dataclass, field
from datetime import date, datetime

from tutela.core.filing.contacts import Address, Email, Person, Phone
from tutela.core.filing.traces import Device, EstimatedLocation, IpEvent
from tutela.core.filing.wire_words import AssociationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryDisable:
    """That an account is disabled for a time."""

    is_disabled: bool = True
    disabled_at: datetime | None = None
    is_user_notified: bool | None = None
    notified_at: datetime | None = None
    reenabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermanentDisable:
    """That an account is disabled for good."""

    is_disabled: bool = True
    disabled_at: datetime | None = None
    is_user_notified: bool | None = None
    notified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatedPlatform:
    """Where an associated account is held."""

    name: str
    is_third_party: bool | None = None  #: another company's service


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatedAccount:
    """Another account that belongs to the same person or to somebody beside them."""

    kind: AssociationKind
    platform: AssociatedPlatform | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    approximate_age: int | None = None  #: or the day of birth, never both
    has_age_discrepancy: bool | None = None
    born_on: date | None = None
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    all_emails_reported: bool | None = None
    addresses: tuple[Address, ...] = ()
    service: str | None = None
    identifier: str | None = None
    profile_urls: tuple[str, ...] = ()
    screen_name: str | None = None
    display_names: tuple[str, ...] = ()
    profile_bio: str | None = None
    group: str | None = None
    is_compromised: bool | None = None
    temporarily_disabled: TemporaryDisable | None = None
    permanently_disabled: PermanentDisable | None = None
    ip_events: tuple[IpEvent, ...] = ()
    devices: tuple[Device, ...] = ()
    prior_reports: tuple[int, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What a report may say of any account in it."""

    person: Person | None = None
    identifier: str | None = None  #: the platform's own, by which it can be served with legal process
    service: str | None = None
    is_compromised: bool | None = None
    screen_name: str | None = None
    display_names: tuple[str, ...] = ()
    profile_urls: tuple[str, ...] = ()
    profile_bio: str | None = None
    ip_events: tuple[IpEvent, ...] = ()
    devices: tuple[Device, ...] = ()
    prior_reports: tuple[int, ...] = ()
    temporarily_disabled: TemporaryDisable | None = None
    permanently_disabled: PermanentDisable | None = None
    location: EstimatedLocation | None = None
    all_emails_reported: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect(Party):
    """The person or account that is reported."""

    vehicle: str | None = None
    is_third_party_user: bool | None = None
    group: str | None = None
    associated: tuple[AssociatedAccount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient(Party):
    """Whom it was meant for."""

    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim(Party):
    """Who was harmed. The person may be left empty where only the account is known."""

    person: Person = field(default_factory=Person)
    school: str | None = None
    associated: tuple[AssociatedAccount, ...] = ()
