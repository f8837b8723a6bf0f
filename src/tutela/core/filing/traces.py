"""What somebody leaves behind: addresses on the network, devices, a place."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.filing.wire_words import TraceEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class IpEvent:
    """An address at a moment. Behind a shared address only the port tells who it was."""

    ip: str
    event: TraceEvent | None = None
    at: datetime | None = None
    is_possible_proxy: bool | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device by an identifier of it, such as an IMEI."""

    id_kind: str
    id_value: str
    event: TraceEvent | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedLocation:
    """Where somebody is taken to be."""

    city: str | None = None
    region: str | None = None  #: in the United States a postal code of the state, and needed beside a city
    country: str
    is_verified: bool | None = None
    at: datetime | None = None
