"""Editions of reports in the database; see `ports.figures.Editions`."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, RowMapping, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.edition_tables import transparency_editions, transparency_entries
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.entries import WITH_BODY, payload_of
from tutela.adapters.db.tables import audit_entries
from tutela.core.audit import AuditEvent
from tutela.core.charter import Breach
from tutela.core.ids import TransparencyId
from tutela.core.transparency.edition import Edition, EditionState
from tutela.core.transparency.period import Period
from tutela.errors import Conflict
from tutela.ports.clock import Clock

_T = transparency_editions
_LIGHT = [column for column in _T.c if column.name not in {"package", "summary"}]
_ALL = select(*_LIGHT).order_by(_T.c.period.desc(), _T.c.version.desc())
_ONE = select(*_LIGHT).where(_T.c.id == bindparam("id"))
_PACKAGE = select(_T.c.package).where(_T.c.id == bindparam("id"))
_SUMMARY = select(_T.c.summary).where(_T.c.id == bindparam("id"))
_SUPERSEDE = (
    update(_T)
    .where(_T.c.period == bindparam("b_period"), _T.c.state == EditionState.DRAFT.value)
    .values(state=EditionState.SUPERSEDED.value)
)
_PUBLISH = (
    update(_T)
    .where(_T.c.id == bindparam("b_id"), _T.c.state == EditionState.DRAFT.value)
    .values(
        state=EditionState.PUBLISHED.value, published_us=bindparam("b_at"), published_by=bindparam("b_by"),
        package=bindparam("b_package"), sha256=bindparam("b_sha256"), size_bytes=bindparam("b_size"),
    )
)  # fmt: skip
_ENTRIES = select(transparency_entries).order_by(transparency_entries.c.name)
DRAWN, PUBLISHED, ENTERED = "staff:transparency:drawn_up", "staff:transparency:published", "staff:transparency:entered"
_TOLD = WITH_BODY.where(audit_entries.c.kind.in_([DRAWN, PUBLISHED]))


class DatabaseEditions:
    """Keep editions; what the audit says of each is the digest of its package."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def add(self, edition: Edition, package: bytes, summary: Mapping[str, Any]) -> None:
        """Store a new draft."""
        row = {
            "id": edition.id, "period": edition.period.label, "version": edition.version,
            "state": edition.state.value, "drawn_us": rows.to_us(edition.drawn_at), "drawn_by": edition.drawn_by,
            "correction": edition.correction, "sha256": edition.sha256, "size_bytes": len(package),
            "package": package, "summary": orjson.dumps(summary).decode(),
        }  # fmt: skip
        try:
            with write_transaction(self._engine) as connection:
                connection.execute(_SUPERSEDE, {"b_period": edition.period.label})
                connection.execute(insert(_T), row)
                self._audit(connection, DRAWN, edition.id, {
                    "by": edition.drawn_by, "period": edition.period.label, "version": edition.version,
                    "sha256": edition.sha256, "is_correction": bool(edition.correction),
                })  # fmt: skip
        except IntegrityError as error:
            raise Conflict("somebody drew it up at the same moment", place="period", remedy="Look again.") from error

    def publish(self, edition_id: TransparencyId, package: bytes, at: datetime, by: str) -> None:
        """Publish a draft."""
        digest = _digest(package)
        values = {
            "b_id": edition_id, "b_at": rows.to_us(at), "b_by": by, "b_package": package, "b_sha256": digest,
            "b_size": len(package),
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            if connection.execute(_PUBLISH, values).rowcount != 1:
                raise Conflict("this edition is no draft any more", place="id", remedy="Look again.")
            self._audit(connection, PUBLISHED, edition_id, {"by": by, "sha256": digest})

    def edition(self, edition_id: TransparencyId) -> Edition | None:
        """Return one."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"id": edition_id}).mappings().one_or_none()
        return None if row is None else _edition(row)

    def package(self, edition_id: TransparencyId) -> bytes:
        """Return the package of one."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_PACKAGE, {"id": edition_id}).scalar_one_or_none()
        return b"" if found is None else bytes(found)

    def summary(self, edition_id: TransparencyId) -> Mapping[str, Any]:
        """Return what is told of one in public."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_SUMMARY, {"id": edition_id}).scalar_one_or_none()
        told: Mapping[str, Any] = {} if found is None else orjson.loads(found)
        return told

    def all(self) -> list[Edition]:
        """Return every edition."""
        with read_transaction(self._engine) as connection:
            return [_edition(row) for row in connection.execute(_ALL).mappings()]

    def entered(self) -> dict[str, Mapping[str, Any]]:
        """Return what the operator entered."""
        with read_transaction(self._engine) as connection:
            return {row["name"]: orjson.loads(row["body"]) for row in connection.execute(_ENTRIES).mappings()}

    def enter(self, name: str, said: Mapping[str, Any], at: datetime, by: str) -> None:
        """Store what the operator enters."""
        row = {"name": name, "body": orjson.dumps(said).decode(), "at_us": rows.to_us(at), "by_whom": by}
        more = {key: row[key] for key in ("body", "at_us", "by_whom")}
        with write_transaction(self._engine) as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            put = dialect.insert(transparency_entries).values(row)
            connection.execute(put.on_conflict_do_update(index_elements=["name"], set_=more))
            self._audit(connection, ENTERED, name.partition(":")[0], {"by": by})

    def _audit(self, connection: Connection, kind: str, subject: str, said: Mapping[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(kind, subject, dict(said))], self._clock.now())


def untold_editions(engine: Engine) -> Iterator[list[Breach]]:
    """Yield editions that are gone, whose package is not the one that was drawn up, or that nobody published (P9)."""
    with read_transaction(engine) as connection:
        told: dict[str, dict[str, Any]] = {}
        published = set()
        for entry in connection.execute(_TOLD).mappings():
            if entry["kind"] == DRAWN:
                told.setdefault(entry["subject"], dict(payload_of(entry)))
            else:  # the day of its publication is in it: what was drawn up is not what everybody reads
                told[entry["subject"]] = dict(payload_of(entry))
                published.add(entry["subject"])
        there = {row["id"]: row for row in connection.execute(_ALL).mappings()}
        found = [Breach("P9", each, "an edition of a report is gone") for each in sorted(told.keys() - there.keys())]
        for edition_id, row in there.items():
            package = bytes(connection.execute(_PACKAGE, {"id": edition_id}).scalar_one())
            said = told.get(edition_id)
            if said is None or said.get("sha256", row["sha256"]) != _digest(package):
                found.append(Breach("P9", edition_id, "an edition of a report is not the one that was drawn up"))
            if row["state"] == EditionState.PUBLISHED.value and edition_id not in published:
                found.append(Breach("P9", edition_id, "nobody published this edition of a report"))
    yield found


def _digest(package: bytes) -> str:
    return hashlib.sha256(package).hexdigest()


def _edition(row: RowMapping) -> Edition:
    published = row["published_us"]
    return Edition(
        TransparencyId(row["id"]), Period.parse(row["period"]), row["version"], EditionState(row["state"]),
        rows.from_us(row["drawn_us"]), row["drawn_by"], row["sha256"], row["size_bytes"],
        None if published is None else rows.from_us(published), row["published_by"], row["correction"],
    )  # fmt: skip
