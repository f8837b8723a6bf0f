"""Pages in the database; see `ports.pages.Pages`. That one is over is told in the audit by the entry of its case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, or_, select, text, update

from tutela.adapters.db import case_rows
from tutela.adapters.db import rota_tables as t
from tutela.adapters.db import tables as main
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.notice_tables import notices
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import CaseId, NoticeId, PageId, PersonId
from tutela.core.notices.notice import NoticeState
from tutela.core.paging import LEASE, Channel, Page, PageFailure, Try
from tutela.ports.cases import CaseMove
from tutela.ports.clock import Clock
from tutela.ports.pages import Danger, PageClaim

AT_ONCE = 100
"""Cases that are looked at together; the next look is seconds away."""

NOT_LOCATED = (NoticeState.QUEUED.value, NoticeState.UNLOCATED.value)
"""A notice that lies in no case, so that nobody would be woken by one."""

_P, _T, _C = t.pages.c, t.page_tries.c, main.cases.c
_IS_OPEN = text("pages.ended_us IS NULL")
_UNPAGED = (
    select(_C.id)
    .where(
        text("cases.closed_by IS NULL"),
        _C.danger_rank == case_rows.IN_DANGER,
        ~select(_P.id).where(_P.case_id == _C.id, _IS_OPEN).exists(),
    )
    .order_by(_C.due_us, _C.id)
    .limit(AT_ONCE)
)
_OVER = (
    select(_P.id)
    .join_from(t.pages, main.cases, _C.id == _P.case_id)
    .where(_IS_OPEN, or_(_C.closed_by.is_not(None), _C.danger_rank != case_rows.IN_DANGER))
)
_N = notices.c
_WAITS = (text("notices.state <> 'answered'"), _N.state.in_(NOT_LOCATED), _N.is_urgent)
_FIRST = notices.alias("first")
# One wakes people for all: whoever comes finds the others at the head of the list, and a flood rings once.
_UNPAGED_NOTICE = (
    select(_N.id)
    .where(
        *_WAITS,
        ~select(_P.id).where(_P.notice_id == _N.id, _IS_OPEN).exists(),
        ~select(_P.id).where(_P.notice_id.is_not(None), _P.acknowledged_us.is_(None), _IS_OPEN).exists(),
        # Who says the same as one that is open, and as urgent, waits with that one.
        ~select(_FIRST.c.id)
        .where(_FIRST.c.id == _N.merged_into, _FIRST.c.state != "answered", _FIRST.c.is_urgent)
        .exists(),
    )
    .order_by(_N.id)
    .limit(1)
)
_OVER_NOTICES = (
    select(_P.id)
    .join_from(t.pages, notices, _N.id == _P.notice_id)
    .where(_IS_OPEN, or_(_N.state.not_in(NOT_LOCATED), ~_N.is_urgent))
)
_OPEN = select(t.pages).where(_IS_OPEN)
_ONE = select(t.pages).where(_P.id == bindparam("id"))
_TRIES = select(t.page_tries).where(among(_T.page_id)).order_by(_T.page_id, _T.number)
_NEW, _TRIED = insert(t.pages), insert(t.page_tries)
_OF_CASE = select(_P.id).where(_P.case_id == bindparam("case"), _IS_OPEN)
_OF_NOTICE = select(_P.id).where(_P.notice_id == bindparam("notice"), _IS_OPEN)
_END = update(t.pages).where(_P.id == bindparam("b_id"), _P.ended_us.is_(None)).values(ended_us=bindparam("b_now"))
_END_OF = update(t.pages).where(_P.case_id == bindparam("b_case"), _IS_OPEN).values(ended_us=bindparam("b_now"))
_CLAIM = (
    update(t.pages)
    .where(
        _P.id == bindparam("b_id"),
        _P.ended_us.is_(None),
        _P.acknowledged_us.is_(None),
        or_(
            _P.holder.is_(None),
            _P.holder == bindparam("b_holder"),
            _P.until_us <= bindparam("b_now"),
            # Longer than any claim holds: the clock was set back since.
            _P.until_us > bindparam("b_longest"),
        ),
    )
    .values(holder=bindparam("b_holder"), until_us=bindparam("b_until"))
)
_ACKNOWLEDGE = (
    update(t.pages)
    .where(_P.id == bindparam("b_id"), _P.acknowledged_us.is_(None))
    .values(acknowledged_us=bindparam("b_now"), acknowledged_by=bindparam("b_by"))
)


class DatabasePages:
    """Keep pages beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def danger(self) -> Danger:
        """Return what is not as the cases stand."""
        with read_transaction(self._engine) as connection:
            unpaged = tuple(CaseId(each) for each in connection.execute(_UNPAGED).scalars())
            over = [*connection.execute(_OVER).scalars(), *connection.execute(_OVER_NOTICES).scalars()]
            notice = connection.execute(_UNPAGED_NOTICE).scalar()
            return Danger(unpaged, tuple(PageId(each) for each in over), None if notice is None else NoticeId(notice))

    def raise_page(self, page: Page) -> bool:
        """Store a new page; return whether there was none that is open for its case."""
        about: dict[str, JSON] = {"case": page.case_id} if page.notice_id is None else {"notice": page.notice_id}
        row = {
            "id": page.id, "case_id": page.case_id, "notice_id": page.notice_id, "raised_us": to_us(page.raised_at)
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            is_first = connection.execute(_OF_CASE if "case" in about else _OF_NOTICE, about).first() is None
            if is_first:
                connection.execute(_NEW, row)
                self._audit(connection, "system:page:raised", page.id, about)
        return is_first

    def end(self, page_id: PageId, at: datetime) -> None:
        """Note that the danger is over."""
        with write_transaction(self._engine) as connection:
            connection.execute(_END, {"b_id": page_id, "b_now": to_us(at)})

    def open(self) -> list[Page]:
        """Return the pages whose danger is not over, oldest first, with every try."""
        with read_transaction(self._engine) as connection:
            found = _with_tries(connection, list(connection.execute(_OPEN).mappings()))
        return sorted(found, key=lambda each: (each.raised_at, each.id))

    def page(self, page_id: str) -> Page | None:
        """Return one, over or not."""
        with read_transaction(self._engine) as connection:
            found = list(connection.execute(_ONE, {"id": page_id}).mappings())
            return next(iter(_with_tries(connection, found)), None)

    def claim(self, page_id: PageId, claim: PageClaim) -> bool:
        """Claim a page that is loud."""
        asked = {
            "b_id": page_id, "b_holder": claim.holder, "b_now": to_us(claim.now), "b_until": to_us(claim.until),
            "b_longest": to_us(claim.now + LEASE.delta),
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            return connection.execute(_CLAIM, asked).rowcount == 1

    def note(self, page_id: PageId, tried: Sequence[Try]) -> None:
        """Note the tries of a round, all or none."""
        if not tried:
            return
        told = [_told(each) for each in tried]
        with write_transaction(self._engine) as connection:
            connection.execute(_TRIED, [_try_row(page_id, each) for each in tried])
            self._audit(connection, "system:page:sent", page_id, {"round": tried[0].round, "tries": told})

    def acknowledge(self, page_id: PageId, by: str, at: datetime) -> bool:
        """Note who has it; return whether nobody had."""
        with write_transaction(self._engine) as connection:
            is_first = connection.execute(_ACKNOWLEDGE, {"b_id": page_id, "b_by": by, "b_now": to_us(at)}).rowcount == 1
            if is_first:
                self._audit(connection, "person:page:acknowledged", page_id, {"by": by})
        return is_first

    def _audit(self, connection: Connection, kind: str, subject: str, body: dict[str, JSON]) -> None:
        self._chain.append(connection, [AuditEvent(kind, subject, body)], self._clock.now())


def end_pages(connection: Connection, moves: Iterable[CaseMove], now: datetime) -> None:
    """End the pages of cases whose danger is over, in the transaction that ends it.

    Whoever raises it a moment later wakes somebody anew: that the danger before was acknowledged says nothing of it.
    """
    for move in moves:
        if move.before.is_in_danger and (not move.after.is_in_danger or move.after.closed_by is not None):
            connection.execute(_END_OF, {"b_case": move.before.id, "b_now": to_us(now)})


def _try_row(page_id: PageId, tried: Try) -> dict[str, Any]:
    return {
        "page_id": page_id, "number": tried.number, "round": tried.round, "person_id": tried.person_id,
        "at_us": to_us(tried.at), "sent_by": ",".join(tried.sent_by),
        "failure": tried.failure.value if tried.failure else None,
    }  # fmt: skip


def _told(tried: Try) -> JSON:
    return {
        "number": tried.number, "person": tried.person_id, "by": [each.value for each in tried.sent_by],
        "failure": tried.failure.value if tried.failure else None,
    }  # fmt: skip


def _with_tries(connection: Connection, found: Sequence[Row]) -> list[Page]:
    tries: dict[str, list[Try]] = defaultdict(list)
    for row in rows_of(connection, _TRIES, [each["id"] for each in found]):
        tries[row["page_id"]].append(_try(row))
    return [_page(row, sorted(tries[row["id"]], key=lambda each: each.number)) for row in found]


def _try(row: Row) -> Try:
    return Try(
        row["number"], row["round"], PersonId(row["person_id"]) if row["person_id"] else None, from_us(row["at_us"]),
        tuple(Channel(each) for each in row["sent_by"].split(",") if each),
        PageFailure(row["failure"]) if row["failure"] else None,
    )  # fmt: skip


def _page(row: Row, tries: Iterable[Try]) -> Page:
    acknowledged, ended = row["acknowledged_us"], row["ended_us"]
    return Page(
        PageId(row["id"]), CaseId(row["case_id"]) if row["case_id"] else None, from_us(row["raised_us"]), tuple(tries),
        None if acknowledged is None else from_us(acknowledged), row["acknowledged_by"],
        None if ended is None else from_us(ended), NoticeId(row["notice_id"]) if row["notice_id"] else None,
    )  # fmt: skip
