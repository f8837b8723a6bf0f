"""What happened, when, and on what kind of service."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.filing.contacts import Address, Email, Phone
from tutela.core.filing.traces import IpEvent
from tutela.core.filing.wire_words import IncidentType, ReportAnnotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The incident in brief."""

    kind: IncidentType
    platform: str | None = None
    escalation: str | None = None  #: why a child is in danger now: its presence alone escalates
    annotations: tuple[ReportAnnotation, ...] = ()
    at: datetime | None  #: none where nobody knows it: no time is ever invented, and pre-flight asks for it
    at_means: str | None = None  #: what that time stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """On a web page."""

    urls: tuple[str, ...] = ()
    note: str | None = None
    is_hosted_elsewhere: bool | None = None  #: and the reporter knows no more


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailMessage:
    """By e-mail."""

    emails: tuple[Email, ...] = ()
    content: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsgroup:
    """In a newsgroup."""

    name: str | None = None
    emails: tuple[Email, ...] = ()
    content: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """In a chat or by instant message."""

    client: str | None = None
    room: str | None = None
    content: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """In an online game."""

    name: str | None = None
    console: str | None = None
    content: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPhone:
    """By telephone."""

    phone: Phone | None = None
    latitude: float | None = None  #: north is positive
    longitude: float | None = None  #: east is positive
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NonInternet:
    """Outside the internet."""

    place: str | None = None
    addresses: tuple[Address, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerToPeer:
    """In a network of peers."""

    client: str | None = None
    ip_events: tuple[IpEvent, ...] = ()
    file_names: str | None = None
    note: str | None = None


Details = WebPage | EmailMessage | Newsgroup | Chat | Game | CellPhone | NonInternet | PeerToPeer
"""Where on the internet, or off it: one of eight."""
