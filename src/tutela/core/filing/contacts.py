"""Who somebody is and how they are reached, as a report tells it."""

from dataclasses import dataclass
from datetime import date, datetime

from tutela.core.filing.wire_words import AddressKind, EmailKind, PhoneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number, without the calling code where that is told apart."""

    number: str
    kind: PhoneKind | None = None
    is_verified: bool | None = None
    verified_at: datetime | None = None
    calling_code: str | None = None  #: such as `+44`
    extension: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail address."""

    address: str
    kind: EmailKind | None = None
    is_verified: bool | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address."""

    street: str | None = None
    city: str | None = None
    zip_code: str | None = None
    us_state: str | None = None
    other_state: str | None = None
    country: str | None = None
    kind: AddressKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is reported, was harmed, was written to, or reports."""

    first_name: str | None = None
    last_name: str | None = None
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[Address, ...] = ()
    age: int | None = None
    has_age_discrepancy: bool | None = None  #: what they said of their age and what is known differ
    born_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPerson:
    """Whom the police may call."""

    first_name: str | None = None
    last_name: str | None = None
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[Address, ...] = ()
