"""Read notices; see `ports.notices`."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from sqlalchemy import Connection, bindparam, case, exists, func, select, text

from tutela.adapters.db import tables as t
from tutela.adapters.db.decision_tables import decision_answers
from tutela.adapters.db.driver import first_read, rows_read
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.notice_lists import whole_notices
from tutela.adapters.db.notice_rows import notifier_of
from tutela.adapters.db.notice_tables import (
    notice_cases,
    notice_decisions,
    notice_digests,
    notice_items,
    notice_warnings,
    notices,
    notifiers,
)
from tutela.adapters.db.rows import from_us, maybe_time, to_us
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId, NoticeId, NotifierId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.notices.branches import NoticeKind
from tutela.core.notices.misuse import Conduct
from tutela.core.notices.notice import Notice, NoticeOutcome, NoticeState
from tutela.core.notices.outcomes import ItemOutcome
from tutela.core.notices.weights import Record
from tutela.core.plans import Source
from tutela.ports.notices import AnsweredItem, Notifier, Sealed

_N = notices.c
_ONE = select(notices).where(_N.id == bindparam("id"))
_MARK = select(_N.fingerprint).where(_N.id == bindparam("id"))
_BY_CODE = select(notices).where(_N.code_mac == bindparam("mac"))
_OF_CASES = (
    select(notice_cases.c.case_id, _N.kind, _N.is_enrolled)
    .join_from(notice_cases, notices, _N.id == notice_cases.c.notice_id)
    .where(among(notice_cases.c.case_id))
    .order_by(notice_cases.c.case_id, _N.id)
)
# Held because somebody says so whom we do not know, as long as no person has decided.
_HELD = (
    select(t.decisions.c.account_id, func.count(t.measures.c.subject_id.distinct()).label("count"))
    .join_from(t.decisions, t.measures, t.measures.c.decision_id == t.decisions.c.id)
    .where(
        among(t.decisions.c.account_id),
        t.decisions.c.source.in_((Source.NOTICE.value, Source.CLAIM.value)),
        t.measures.c.kind == MeasureKind.HOLD.value,
        t.measures.c.subject_kind == SubjectKind.ITEM.value,
        t.measures.c.revoked_by.is_(None),
        t.measures.c.ends_us.is_(None) | (t.measures.c.ends_us > bindparam("now")),
        # What somebody enrolled names is no burst of people unknown.
        ~exists()
        .where(
            notice_items.c.item_id == t.measures.c.subject_id,
            notices.c.id == notice_items.c.notice_id,
            notices.c.is_enrolled,
        )
        .correlate(t.measures),
    )
    .group_by(t.decisions.c.account_id)
)
_HELD_BY_CLAIMS = _HELD.where(t.decisions.c.source == Source.CLAIM.value)
_KEPT = (
    select(notice_items.c.item_id, func.max(case((_N.is_enrolled, 1), else_=0)).label("is_enrolled"))
    .join_from(notice_items, notices, _N.id == notice_items.c.notice_id)
    .where(
        among(notice_items.c.item_id), notice_items.c.outcome == ItemOutcome.KEPT.value,
        _N.clause_id == bindparam("clause"),
    )
    .group_by(notice_items.c.item_id)
)  # fmt: skip
_OPEN_WINDOW = (
    exists()
    .where(
        undo_parts.c.decision_id == t.decisions.c.id, undo_windows.c.id == undo_parts.c.window_id,
        (undo_windows.c.until_us > bindparam("now")) | undo_windows.c.undone_us.is_not(None),
    )
    .correlate(t.decisions)
)  # fmt: skip
_DECIDED = (
    select(decision_answers.c.item_id, t.decisions.c.id, t.decisions.c.at_us)
    .join_from(decision_answers, t.decisions, t.decisions.c.id == decision_answers.c.decision_id)
    .where(
        among(decision_answers.c.item_id),
        t.decisions.c.source == Source.PERSON.value,
        t.decisions.c.clause_id == bindparam("clause"),
        ~_OPEN_WINDOW,
    )
    .order_by(decision_answers.c.item_id, t.decisions.c.at_us, t.decisions.c.id)
)
_CLOSED = (
    select(t.case_items.c.item_id, t.decisions.c.id, t.decisions.c.at_us)
    .join_from(t.case_items, t.cases, t.cases.c.id == t.case_items.c.case_id)
    .join(t.decisions, t.decisions.c.id == t.cases.c.closed_by)
    .join(notice_cases, notice_cases.c.case_id == t.cases.c.id)
    .where(among(t.case_items.c.item_id), t.cases.c.clause_id == bindparam("clause"), ~_OPEN_WINDOW)
    .order_by(t.case_items.c.item_id, t.decisions.c.at_us, t.decisions.c.id)
)
_WITHIN = select(func.count().label("count")).where(
    _N.source_mac == bindparam("mac"), _N.received_us >= bindparam("since")
)
_SAME = (
    select(_N.id)
    .where(_N.fingerprint == bindparam("mark"), _N.received_us >= bindparam("since"))
    .order_by(_N.received_us, _N.id)
    .limit(1)
)
_NAMING = (
    select(notice_items.c.item_id, func.min(_N.id).label("first"))
    .join_from(notice_items, notices, _N.id == notice_items.c.notice_id)
    .where(among(notice_items.c.item_id), _N.clause_id == bindparam("clause"), text("notices.state <> 'answered'"))
    .group_by(notice_items.c.item_id)
)
_UPHELD = (NoticeOutcome.REMOVED.value, NoticeOutcome.PARTLY_REMOVED.value, NoticeOutcome.ACTED.value)
_RECORD = select(
    func.count().filter(_N.outcome.in_(_UPHELD)).label("upheld"),
    func.count().filter(_N.outcome == NoticeOutcome.KEPT.value).label("unfounded"),
).where(_N.notifier_id == bindparam("notifier"))
_CONDUCT = select(
    func.count().filter(_N.outcome.is_not(None)).label("answered"),
    func.count().filter(_N.is_manifestly_unfounded).label("unfounded"),
).where(_N.source_mac == bindparam("mac"), _N.received_us >= bindparam("since"))
_WARNED = select(func.max(notice_warnings.c.at_us).label("at_us")).where(
    notice_warnings.c.source_mac == bindparam("mac"), notice_warnings.c.at_us >= bindparam("since")
)
_BY_KEY = select(notifiers).where(notifiers.c.key_id == bindparam("key"), notifiers.c.ended_us.is_(None))
_NOTIFIER = select(notifiers).where(notifiers.c.id == bindparam("id"))
_SOURCE = select(_N.source_mac).where(_N.id == bindparam("id"))
_MANY = select(notices).where(among(_N.id))
_TURN = (
    select(_N.id, func.row_number().over(partition_by=_N.source_mac, order_by=_N.id).label("turn"))
    .where(_N.state == NoticeState.QUEUED.value, text("notices.state <> 'answered'"))
    .subquery()
)
_IN_TURN = select(_TURN.c.id).order_by(_TURN.c.turn, _TURN.c.id).limit(bindparam("limit"))
LOOKED_FOR = timedelta(days=90)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEWEST = select(func.max(_N.received_us))
_UNLOCATED = (
    select(_N.id)
    .where(
        (_N.state == NoticeState.UNLOCATED.value) | (_N.outcome == NoticeOutcome.NOT_FOUND.value),
        _N.received_us >= bindparam("since"), _N.id > bindparam("after"),
    )
    .order_by(_N.id)
    .limit(bindparam("limit"))
)  # fmt: skip
# From the open ones on: they are few, whatever the number of decisions.
_HAS_ANSWER = (
    exists()
    .where(
        notice_items.c.notice_id == _N.id, decision_answers.c.item_id == notice_items.c.item_id,
        t.decisions.c.id == decision_answers.c.decision_id, t.decisions.c.source == Source.PERSON.value,
        t.decisions.c.at_us > _N.heard_us,
    )
    .correlate(notices)
)  # fmt: skip
_HAS_ENDED = (
    exists()
    .where(
        notice_cases.c.notice_id == _N.id,
        t.cases.c.id == notice_cases.c.case_id,
        t.decisions.c.id == t.cases.c.closed_by,
        t.decisions.c.at_us > _N.heard_us,
    )
    .correlate(notices)
)
_WITH_DECISION = (
    select(_N.id)
    .where(
        _N.state == NoticeState.UNDER_REVIEW.value, text("notices.state <> 'answered'"), _N.id > bindparam("after"),
        _HAS_ANSWER | _HAS_ENDED,
    )
    .order_by(_N.id)
    .limit(bindparam("limit"))
)  # fmt: skip
_REVERSAL = t.decisions.alias("reversal")
_OVERTURNED = (
    select(_N.id)
    .distinct()
    .select_from(notice_decisions)
    .join(_REVERSAL, _REVERSAL.c.reverses == notice_decisions.c.decision_id)
    .join(notices, _N.id == notice_decisions.c.notice_id)
    .where(
        _N.state == NoticeState.ANSWERED.value, _REVERSAL.c.at_us > _N.answered_us, _N.id > bindparam("after")
    )
    .order_by(_N.id)
    .limit(bindparam("limit"))
)  # fmt: skip
_TOLD_BEFORE = (
    select(_N.id)
    .where(_N.state == NoticeState.ANSWERED.value, _N.answered_us < bindparam("before"), _N.sealed.is_not(None))
    .order_by(_N.id)
    .limit(bindparam("limit"))
)
_MONTHS = select(_N.period).where(_N.sealed.is_not(None)).distinct()
_ENDED = (
    select(t.cases.c.id.label("case_id"), t.decisions.c.id, t.decisions.c.at_us)
    .join_from(t.cases, t.decisions, t.decisions.c.id == t.cases.c.closed_by)
    .where(among(t.cases.c.id), ~_OPEN_WINDOW)
)
_SEALED = select(_N.period, _N.wrapped, _N.sealed).where(_N.id == bindparam("id"))
_WITH_DIGEST = (
    select(notice_digests.c.notice_id, notice_digests.c.signal_type, notice_digests.c.value)
    .where(among(notice_digests.c.notice_id))
    .order_by(notice_digests.c.notice_id, notice_digests.c.signal_type, notice_digests.c.value)
)


class NoticeReads:
    """The part of `ports.store.Reader` about notices."""

    _connection: Connection

    def notice_of(self, notice_id: NoticeId) -> Notice | None:
        """Return a notice."""
        found = whole_notices(self._connection, self._connection.execute(_ONE, {"id": notice_id}).mappings().all())
        return found[0] if found else None

    def notice_by_code(self, code_mac: bytes) -> Notice | None:
        """Return the notice of a receipt."""
        found = whole_notices(self._connection, self._connection.execute(_BY_CODE, {"mac": code_mac}).mappings().all())
        return found[0] if found else None

    def notice_mark(self, notice_id: NoticeId) -> bytes | None:
        """Return the fingerprint of what a notice said first."""
        found = self._connection.execute(_MARK, {"id": notice_id}).scalar_one_or_none()
        return None if found is None else bytes(found)

    def sealed_notice(self, notice_id: NoticeId) -> Sealed | None:
        """Return what was told; none where it was forgotten."""
        row = self._connection.execute(_SEALED, {"id": notice_id}).mappings().one_or_none()
        if row is None or row["sealed"] is None:
            return None
        return Sealed(row["period"], bytes(row["wrapped"]), bytes(row["sealed"]))

    def open_notices(self, after: str, limit: int, states: Iterable[NoticeState]) -> list[Notice]:
        """Return notices in *states*, oldest first."""
        statement = (
            select(notices)
            .where(_N.state.in_(sorted(states)), text("notices.state <> 'answered'"), _N.id > after)
            .order_by(_N.id)
            .limit(limit)
        )
        return whole_notices(self._connection, self._connection.execute(statement).mappings().all())

    def notice_digests(self, ids: Iterable[NoticeId]) -> dict[NoticeId, tuple[tuple[str, str], ...]]:
        """Return the digests that notices name: signal type and value."""
        found: dict[NoticeId, list[tuple[str, str]]] = defaultdict(list)
        for row in rows_of(self._connection, _WITH_DIGEST, ids):
            found[NoticeId(row["notice_id"])].append((row["signal_type"], row["value"]))
        return {each: tuple(some) for each, some in found.items()}

    def kinds_of_cases(self, cases: Iterable[CaseId]) -> dict[CaseId, tuple[tuple[NoticeKind, bool], ...]]:
        """Return the kinds of the notices in each case, each with whether who told it is enrolled."""
        found: dict[CaseId, list[tuple[NoticeKind, bool]]] = defaultdict(list)
        for row in rows_of(self._connection, _OF_CASES, cases):
            found[CaseId(row["case_id"])].append((NoticeKind(row["kind"]), bool(row["is_enrolled"])))
        return {each: tuple(some) for each, some in found.items()}

    def held_by_notices(self, accounts: Iterable[AccountId], now: datetime, *, by_claims: bool) -> dict[AccountId, int]:
        """Return how many items of each account are held because somebody unknown says so."""
        statement = _HELD_BY_CLAIMS if by_claims else _HELD
        found = rows_of(self._connection, statement, accounts, now=to_us(now))
        return {AccountId(row["account_id"]): int(row["count"]) for row in found}

    def kept_before(self, items: Iterable[ItemId], clause_id: ClauseId) -> dict[ItemId, bool]:
        """Return the items that people kept when a notice named them; and whether one was enrolled."""
        found = rows_of(self._connection, _KEPT, items, clause=clause_id)
        return {ItemId(row["item_id"]): bool(row["is_enrolled"]) for row in found}

    def answered_items(self, items: Iterable[ItemId], clause_id: ClauseId, now: datetime) -> dict[ItemId, AnsweredItem]:
        """Return when people last decided about each item under a clause, or ended its case under that clause."""
        ids, found = list(items), dict[ItemId, AnsweredItem]()
        for statement in (_DECIDED, _CLOSED):
            for row in rows_of(self._connection, statement, ids, now=to_us(now), clause=clause_id):
                each = AnsweredItem(ItemId(row["item_id"]), DecisionId(row["id"]), from_us(row["at_us"]))
                item_id = ItemId(row["item_id"])
                if item_id not in found or found[item_id].at <= each.at:
                    found[item_id] = each
        return found

    def told_within(self, source_mac: bytes, since: datetime) -> int:
        """Return how many notices came from one place since a moment."""
        [row] = rows_read(self._connection, _WITHIN, {"mac": source_mac, "since": to_us(since)})
        return int(row["count"])

    def same_notice(self, fingerprint: bytes, since: datetime) -> NoticeId | None:
        """Return the first notice since a moment that says the very same."""
        found = first_read(self._connection, _SAME, {"mark": fingerprint, "since": to_us(since)})
        return None if found is None else NoticeId(found["id"])

    def naming_before(self, items: Iterable[ItemId], clause_id: ClauseId) -> dict[ItemId, NoticeId]:
        """Return for each item the first open notice that names it under a clause."""
        found = rows_of(self._connection, _NAMING, items, clause=clause_id)
        return {ItemId(row["item_id"]): NoticeId(row["first"]) for row in found}

    def notifier_record(self, notifier_id: NotifierId) -> Record:
        """Return how often somebody enrolled was right."""
        row = self._connection.execute(_RECORD, {"notifier": notifier_id}).mappings().one()
        return Record(int(row["upheld"]), int(row["unfounded"]))

    def source_conduct(self, source_mac: bytes, since: datetime) -> Conduct:
        """Return what came of the notices from one place since a moment."""
        values = {"mac": source_mac, "since": to_us(since)}
        [row] = rows_read(self._connection, _CONDUCT, values)
        [warned] = rows_read(self._connection, _WARNED, values)
        return Conduct(int(row["answered"]), int(row["unfounded"]), maybe_time(warned["at_us"]))

    def notifier_by_key(self, key_id: str) -> Notifier | None:
        """Return whose key it is, unless their enrolment has ended."""
        row = first_read(self._connection, _BY_KEY, {"key": key_id})
        return None if row is None else notifier_of(row)

    def notifier_of(self, notifier_id: NotifierId) -> Notifier | None:
        """Return somebody who is or was enrolled."""
        row = self._connection.execute(_NOTIFIER, {"id": notifier_id}).mappings().one_or_none()
        return None if row is None else notifier_of(row)

    def queued_in_turn(self, limit: int) -> list[NoticeId]:
        """Return notices that wait their turn: the first of each place before the second of any."""
        return [NoticeId(each) for each in self._connection.execute(_IN_TURN, {"limit": limit}).scalars()]

    def unlocated_notices(self, after: str, limit: int) -> list[NoticeId]:
        """Return notices of which nothing was found, by id; none that is older than a quarter."""
        values = {"after": after, "limit": limit}
        newest = self._connection.execute(_NEWEST).scalar_one()
        since = 0 if newest is None else int(newest) - to_us(EPOCH + LOOKED_FOR)
        return [NoticeId(e) for e in self._connection.execute(_UNLOCATED, {**values, "since": since}).scalars()]

    def decided_notices(self, after: str, limit: int) -> list[Notice]:
        """Return open notices about something that people have decided since, by id."""
        found = self._connection.execute(_WITH_DECISION, {"after": after, "limit": limit}).scalars().all()
        rows = self._connection.execute(_MANY, {"ids": list(found)}).mappings().all() if found else []
        return whole_notices(self._connection, sorted(rows, key=itemgetter("id")))

    def overturned_notices(self, after: str, limit: int) -> list[Notice]:
        """Return answered notices whose answer rests on a decision that was reversed since, by id."""
        found = self._connection.execute(_OVERTURNED, {"after": after, "limit": limit}).scalars().all()
        rows = self._connection.execute(_MANY, {"ids": list(found)}).mappings().all() if found else []
        return whole_notices(self._connection, sorted(rows, key=itemgetter("id")))

    def told_before(self, moment: datetime, limit: int) -> list[NoticeId]:
        """Return notices that were answered before a moment, and whose words are still kept."""
        values = {"before": to_us(moment), "limit": limit}
        return [NoticeId(each) for each in self._connection.execute(_TOLD_BEFORE, values).scalars()]

    def months_told(self) -> frozenset[str]:
        """Return the periods under whose keys anything that was told is still sealed."""
        return frozenset(self._connection.execute(_MONTHS).scalars())

    def closed_cases(self, cases: Iterable[CaseId], now: datetime) -> dict[CaseId, AnsweredItem]:
        """Return those that have ended, past the time to take that back, with by what."""
        found = rows_of(self._connection, _ENDED, cases, now=to_us(now))
        return {
            CaseId(row["case_id"]): AnsweredItem(CaseId(row["case_id"]), DecisionId(row["id"]), from_us(row["at_us"]))
            for row in found
        }

    def notice_source(self, notice_id: NoticeId) -> bytes | None:
        """Return what notices from the same place are counted by."""
        found = self._connection.execute(_SOURCE, {"id": notice_id}).scalar_one_or_none()
        return None if found is None else bytes(found)
