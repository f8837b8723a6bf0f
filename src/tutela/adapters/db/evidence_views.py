"""Views of evidence in the database; see `ports.views`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db import view_tables as v
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.view_rows import grant_of, grant_row, granted_payload, opened_payload, view_of
from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import CaseId, MediaId, PersonId, ViewId
from tutela.core.view_log import LoggedView, Span
from tutela.core.views import Grant, MediaState, Purpose
from tutela.ports.clock import Clock
from tutela.ports.views import CaseMedia, Opening, ViewFilter

GRANTED, OPENED, SENT = "staff:view:granted", "staff:view:opened", "staff:view:sent"
REFUSED, REVOKED, METADATA = "staff:view:refused", "staff:view:revoked", "staff:metadata:read"
FAULT_FOUND, FAULT_OVER = "system:media:fault_found", "system:media:fault_over"

_V, _S, _F = v.views.c, v.view_spans.c, v.media_faults.c
_NEW = insert(v.views)
_BY_TOKEN = select(v.views).where(_V.token == bindparam("token"))
_BY_ID = select(v.views).where(_V.id == bindparam("id"))
_OPEN = (
    update(v.views)
    .where(_V.id == bindparam("b_id"), _V.opened_us.is_(None), _V.revoked_us.is_(None))
    .values({
        name: bindparam(f"b_{name}")
        for name in ("opened_us", "ends_us", "rendition", "sha256", "size_bytes", "width", "height")
    })
)  # fmt: skip
_REVOKE = (
    update(v.views)
    .where(_V.id == bindparam("b_id"), _V.revoked_us.is_(None))
    .values(revoked_us=bindparam("b_us"))
)  # fmt: skip
_NEWEST = (_V.id < bindparam("before"), _V.id.desc())
_PAGES: Mapping[str, "Select[Any]"] = {
    name: select(v.views).where(*where, _NEWEST[0]).order_by(_NEWEST[1]).limit(bindparam("limit"))
    for name, where in {
        "all": (), "media": (_V.media_id == bindparam("media"),), "case": (_V.case_id == bindparam("case"),),
    }.items()
}  # fmt: skip
_LOG = select(v.views).where(
    _V.media_id == bindparam("media"), among(_V.purpose, "purposes"), _V.opened_us.is_not(None)
)
_SPANS = select(v.view_spans).where(among(_S.view_id))
_FAULT = select(_F.state).where(_F.media_id == bindparam("media"))
_FAULTS_OF = select(_F.media_id, _F.state).where(among(_F.media_id))
_MENDED = delete(v.media_faults).where(_F.media_id == bindparam("b_media"))
_FAULTS = select(_F.state, func.count().label("count")).group_by(_F.state)
_CASE = select(t.cases.c.id).where(t.cases.c.id == bindparam("case"))
_OF_CASE = (
    select(t.media)
    .where(
        t.media.c.id.in_(
            select(t.item_media.c.media_id)
            .join_from(t.case_items, t.item_media, t.item_media.c.item_id == t.case_items.c.item_id)
            .where(t.case_items.c.case_id == bindparam("case"))
        )
    )
    .order_by(t.media.c.id)
)
_ONE_OF_CASE = (
    select(t.media)
    .where(
        t.media.c.id == bindparam("media"),
        select(t.item_media.c.media_id)
        .join_from(t.case_items, t.item_media, t.item_media.c.item_id == t.case_items.c.item_id)
        .where(t.case_items.c.case_id == bindparam("case"), t.item_media.c.media_id == bindparam("media"))
        .exists(),
    )
)  # fmt: skip
_LAST = "~"
"""Behind every identifier."""


def _upserts(dialect: Any) -> tuple[Any, Any]:
    span = dialect.insert(v.view_spans)
    # A later request may begin at the same place and break off earlier: what was sent stays sent.
    longer = func.max if dialect is sqlite else func.greatest
    span = span.on_conflict_do_update(
        index_elements=["view_id", "start_byte"],
        set_={"end_byte": longer(v.view_spans.c.end_byte, span.excluded.end_byte)},
    )
    fault = dialect.insert(v.media_faults)
    fault = fault.on_conflict_do_update(
        index_elements=["media_id"], set_={"state": fault.excluded.state, "found_us": fault.excluded.found_us}
    )
    return span, fault


_PUT = {False: _upserts(sqlite), True: _upserts(postgresql)}


class DatabaseEvidenceViews:
    """Keep views beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def add(self, grant: Grant, token_mark: bytes) -> None:
        """Store a new grant."""
        row = grant_row(grant, token_mark)
        with write_transaction(self._engine) as connection:
            connection.execute(_NEW, row)
            self._audit(connection, GRANTED, grant.id, granted_payload(row))

    def find(self, token_mark: bytes) -> Grant | None:
        """Return the grant of this token."""
        return self._one(_BY_TOKEN, token=token_mark)

    def grant(self, view_id: str) -> Grant | None:
        """Return the grant of this id."""
        return self._one(_BY_ID, id=view_id)

    def open(self, grant: Grant, opening: Opening, at: datetime, ends_at: datetime) -> Grant | None:
        """Open a grant, unless somebody was quicker."""
        asked = {
            "b_id": grant.id, "b_opened_us": rows.to_us(at), "b_ends_us": rows.to_us(ends_at),
            "b_rendition": opening.rendition.value, "b_sha256": opening.sha256, "b_size_bytes": opening.size_bytes,
            "b_width": opening.width, "b_height": opening.height,
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            if connection.execute(_OPEN, asked).rowcount != 1:
                return None
            row = connection.execute(_BY_ID, {"id": grant.id}).mappings().one()
            self._audit(connection, OPENED, grant.id, opened_payload(row))
            return grant_of(row)

    def sent(self, view_id: ViewId, span: Span) -> None:
        """Note bytes that were sent."""
        put, _ = _PUT[is_postgresql(self._engine)]
        with write_transaction(self._engine) as connection:
            connection.execute(put, {"view_id": view_id, "start_byte": span.start, "end_byte": span.end})
            self._audit(connection, SENT, view_id, {"from": span.start, "to": span.end})

    def refused(self, grant: Grant, by: PersonId, why: str) -> None:
        """Enter that a use was refused."""
        with write_transaction(self._engine) as connection:
            self._audit(connection, REFUSED, grant.id, {"by": by, "why": why})

    def revoke(self, grant: Grant, by: str, at: datetime) -> bool:
        """Take a grant back."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_REVOKE, {"b_id": grant.id, "b_us": rows.to_us(at)}).rowcount != 1:
                return False
            self._audit(connection, REVOKED, grant.id, {"by": by, "at_us": rows.to_us(at)})
            return True

    def looked_at_metadata(self, grant: Grant, sha256: str | None, *, is_exact: bool) -> None:
        """Enter that somebody read what a file says of its making."""
        row = {**grant_row(grant, None), "sha256": sha256}
        with write_transaction(self._engine) as connection:
            connection.execute(_NEW, row)
            self._audit(connection, METADATA, grant.id, {**granted_payload(row), "exact_location": is_exact})

    def page(self, wanted: ViewFilter) -> list[LoggedView]:
        """Return views, newest first."""
        name = "media" if wanted.media_id else "case" if wanted.case_id else "all"
        asked = {"media": wanted.media_id, "case": wanted.case_id, "before": wanted.before or _LAST}
        with read_transaction(self._engine) as connection:
            known = {key: value for key, value in asked.items() if key in {name, "before"}}
            return _with_spans(
                connection, connection.execute(_PAGES[name], {**known, "limit": wanted.limit}).mappings()
            )

    def log_of(self, media_id: MediaId, purposes: Sequence[Purpose]) -> list[LoggedView]:
        """Return every opened view of a content for these purposes."""
        asked = {"media": media_id, "purposes": [each.value for each in purposes]}
        with read_transaction(self._engine) as connection:
            return _with_spans(connection, connection.execute(_LOG, asked).mappings())

    def fault(self, media_id: MediaId) -> MediaState | None:
        """Return the fault that was found last."""
        with read_transaction(self._engine) as connection:
            state = connection.execute(_FAULT, {"media": media_id}).scalar()
        return MediaState(state) if state else None

    def note_state(self, media_id: MediaId, state: MediaState, at: datetime) -> bool:
        """Keep how a content was found; enter it in the audit when it is new."""
        if (self.fault(media_id) or MediaState.WHOLE) is state:
            return False
        _, put = _PUT[is_postgresql(self._engine)]
        with write_transaction(self._engine) as connection:
            before = connection.execute(_FAULT, {"media": media_id}).scalar() or MediaState.WHOLE.value
            if before == state.value:
                return False
            if state is MediaState.WHOLE:
                connection.execute(_MENDED, {"b_media": media_id})
                self._audit(connection, FAULT_OVER, media_id, {"was": before})
            else:
                connection.execute(put, {"media_id": media_id, "state": state.value, "found_us": rows.to_us(at)})
                self._audit(connection, FAULT_FOUND, media_id, {"state": state.value})
        return True

    def faults(self) -> Mapping[MediaState, int]:
        """Return how many contents are in each state that is wrong."""
        with read_transaction(self._engine) as connection:
            return {MediaState(row["state"]): row["count"] for row in connection.execute(_FAULTS).mappings()}

    def media_of_case(self, case_id: CaseId, media_id: MediaId | None = None) -> list[CaseMedia] | None:
        """Return the media that lie in a case, or only the one named."""
        with read_transaction(self._engine) as connection:
            if connection.execute(_CASE, {"case": case_id}).first() is None:
                return None
            asked = {"case": case_id} if media_id is None else {"case": case_id, "media": media_id}
            statement = _OF_CASE if media_id is None else _ONE_OF_CASE
            found = list(connection.execute(statement, asked).mappings())
            faults = {
                row["media_id"]: row["state"] for row in rows_of(connection, _FAULTS_OF, [r["id"] for r in found])
            }
        return [
            CaseMedia(rows.media(row), MediaState(faults[row["id"]]) if row["id"] in faults else None) for row in found
        ]

    def _one(self, statement: "Select[Any]", **asked: Any) -> Grant | None:
        with read_transaction(self._engine) as connection:
            row = connection.execute(statement, asked).mappings().first()
        return None if row is None else grant_of(row)

    def _audit(self, connection: Connection, kind: str, subject: str, payload: Mapping[str, JSON]) -> None:
        self._chain.append(connection, [AuditEvent(kind, subject, dict(payload))], self._clock.now())


def _with_spans(connection: Connection, found: Iterable[RowMapping]) -> list[LoggedView]:
    views = list(found)
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in rows_of(connection, _SPANS, [each["id"] for each in views]):
        spans[row["view_id"]].append(Span(row["start_byte"], row["end_byte"]))
    return [view_of(each, spans[each["id"]]) for each in views]
