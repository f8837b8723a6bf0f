"""Keep the schema that the operator downloaded: compared with our table, and asked about each document."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from tutela.core.filing.channel import Channel, SchemaFacts
from tutela.core.filing.preflight import Validator
from tutela.core.filing.schema_drift import LONGEST_SCHEMA, drift
from tutela.core.permissions import Principal, demand
from tutela.errors import TooLarge, Unavailable
from tutela.flows.channel_door import ChannelDoor
from tutela.flows.keep_channel import SETS_UP, found
from tutela.ports.authority import ReportService
from tutela.ports.channels import Channels
from tutela.ports.clock import Clock
from tutela.ports.reports import ReportAudit

OpenSchema = Callable[[bytes], Validator]
"""Make a validator of a schema; refuses what is none."""

FROM_FILE, FROM_AUTHORITY = "file", "authority"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeepSchema:
    """Store a schema, byte for byte, with its digest and what it says differently from our table."""

    channels: Channels
    service: ReportService
    door: ChannelDoor
    open_schema: OpenSchema
    clock: Clock

    def put(self, principal: Principal, authority: str, schema: bytes) -> Channel:
        """Store one from a file.

        Raises:
            tutela.errors.TooLarge: It is longer than any honest one.
            tutela.errors.BadInput: It is no schema, or wants other files.
        """
        demand(principal, SETS_UP)
        if len(schema) > LONGEST_SCHEMA:
            raise TooLarge(place="schema", remedy=f"A schema has at most {LONGEST_SCHEMA} bytes.")
        return self._store(found(self.channels, authority), schema, FROM_FILE, principal)

    def fetch(self, principal: Principal, authority: str) -> Channel:
        """Store the one that the authority gives now.

        Raises:
            tutela.errors.Unavailable: It gives none.
            tutela.errors.BadInput: What it gives is no schema.
        """
        demand(principal, SETS_UP)
        channel = found(self.channels, authority)
        came = self.service.schema(self.door.opened(channel))
        if not isinstance(came, bytes):
            remedy = "Check the connection, or download it by hand and put it here from a file."
            raise Unavailable("the authority gives no schema", place=authority, remedy=remedy)
        return self._store(channel, came, FROM_AUTHORITY, principal)

    def see(self, principal: Principal, authority: str) -> Channel:
        """Note that somebody knows what it says differently, so that nobody is told any more. Idempotent."""
        demand(principal, SETS_UP)
        channel = found(self.channels, authority)
        if channel.is_schema_seen:
            return channel
        audit = ReportAudit("schema_seen", principal.id)
        return self.channels.put(channel, replace(channel, is_schema_seen=True), audit)

    def validator(self, authority: str) -> Validator | None:
        """Return what validates documents; none where nobody downloaded a schema."""
        schema = self.channels.schema(authority)
        return None if schema is None else self.open_schema(schema)

    def _store(self, channel: Channel, schema: bytes, source: str, principal: Principal) -> Channel:
        self.open_schema(schema)
        differs = drift(schema)
        facts = SchemaFacts(
            hashlib.sha256(schema).hexdigest(), self.clock.now(), source, differs.features, differs.unknown_to_us,
            differs.unknown_to_them,
        )  # fmt: skip
        is_same = channel.schema is not None and channel.schema.sha256 == facts.sha256
        is_seen = channel.is_schema_seen if is_same else not facts.has_drifted
        after = replace(channel, schema=facts, is_schema_seen=is_seen)
        audit = ReportAudit("schema", principal.id, {"sha256": facts.sha256, "source": source})
        stored = self.channels.put(channel, after, audit, schema=schema)
        if not is_seen:
            names = {"unknown_to_us": list(facts.unknown_to_us), "unknown_to_them": list(facts.unknown_to_them)}
            _log.warning("schema_differs", authority=channel.authority, **names)
        return stored
