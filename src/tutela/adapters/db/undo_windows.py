"""Read the windows in which decisions may be taken back; see `ports.undo`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, select, text

from tutela.adapters.db import tables as t
from tutela.adapters.db.answer_tables import case_answers
from tutela.adapters.db.case_rows import case
from tutela.adapters.db.decision_tables import decision_answers
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import from_us, to_us
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.adapters.db.webhook_tables import webhooks
from tutela.core.case_answers import TakenBackAnswer
from tutela.core.finding_outcome import stricter
from tutela.core.ids import CaseAnswerId, CaseId, DecisionId, ItemId, MeasureId, MediaId, MemberId
from tutela.core.measures import Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.core.undo_windows import AHEAD, LastChange, RecentWindow
from tutela.ports.cases import CaseMove
from tutela.ports.changes import FeedPlace
from tutela.ports.undo import StoredWindow

_W = undo_windows.c
_IS_OPEN = (_W.until_us > bindparam("now"), _W.at_us <= bindparam("latest"), _W.undone_us.is_(None))
_BY_ID = select(undo_windows).where(_W.id == bindparam("id"))
_BY_DECISION = (
    select(undo_windows)
    .join_from(undo_parts, undo_windows, _W.id == undo_parts.c.window_id)
    .where(undo_parts.c.decision_id == bindparam("id"))
)
_UNTILS = (
    select(undo_parts.c.decision_id, _W.until_us)
    .join_from(undo_parts, undo_windows, _W.id == undo_parts.c.window_id)
    .where(among(undo_parts.c.decision_id), *_IS_OPEN)
)
_RECENT = select(_W.first_seq, _W.last_seq, _W.until_us, _W.bound_us).where(
    _W.until_us > bindparam("since"), _W.first_seq.is_not(None)
)
_HELD_FROM = select(func.min(_W.first_seq)).where(*_IS_OPEN)
_OF = select(undo_windows).where(_W.opened_by == bindparam("by"), *_IS_OPEN)
_BEFORE = (
    select(decision_answers.c.item_id, decision_answers.c.before)
    .join_from(decision_answers, undo_parts, undo_parts.c.decision_id == decision_answers.c.decision_id)
    .join(undo_windows, _W.id == undo_parts.c.window_id)
    .where(among(decision_answers.c.item_id), *_IS_OPEN)
)
_CURSORS = select(webhooks.c.cursor).where(webhooks.c.created_us < bindparam("before"))
_TAKEN_BACK = select(_W.opened_by, _W.series, _W.place, _W.undone_us).where(
    _W.case_id == bindparam("id"), _W.undone_us.is_not(None)
)
_ANSWER = select(case_answers.c.id).where(case_answers.c.id == bindparam("id"))
_OVER = (
    select(_W.id)
    .where(_W.until_us < bindparam("before"), _W.undone_us.is_(None), text("NOT has_lingering"))  # as its index has it
    .order_by(_W.until_us)
    .limit(bindparam("limit"))
)
_LAST_CHANGES = select(t.standing.c.change_seq, t.standing.c.changed_us).where(
    t.standing.c.subject_kind == bindparam("kind"), among(t.standing.c.subject_id)
)


class UndoReads:
    """The part of `ports.store.Reader` about windows."""

    _connection: Connection

    def undo_window(self, known_by: str) -> StoredWindow | None:
        """Return the window of a decision, or of an answer."""
        for statement in (_BY_ID, _BY_DECISION):
            row = self._connection.execute(statement, {"id": known_by}).mappings().first()
            if row is not None:
                return _window(row)
        return None

    def held_untils(self, decision_ids: Iterable[DecisionId], now: datetime) -> dict[DecisionId, datetime]:
        """Return from when on what each of these tells is told, of those for which it is held back."""
        found = rows_of(self._connection, _UNTILS, decision_ids, **held_at(now))
        return {DecisionId(row["decision_id"]): from_us(row["until_us"]) for row in found}

    def recent_windows(self, since: datetime) -> list[RecentWindow]:
        """Return the windows that end after a time, undone ones too."""
        found = self._connection.execute(_RECENT, {"since": to_us(since)})
        return [
            RecentWindow(first, last, from_us(until), None if bound is None else from_us(bound))
            for first, last, until, bound in found
        ]

    def last_changes(self, subjects: Iterable[Subject]) -> list[LastChange]:
        """Return the last change of each of these that ever changed."""
        wanted = list(subjects)
        return [
            LastChange(row["change_seq"], from_us(row["changed_us"]))
            for kind in SubjectKind
            for row in rows_of(
                self._connection, _LAST_CHANGES, (each.id for each in wanted if each.kind is kind), kind=kind.value
            )
        ]

    def held_from(self, now: datetime) -> int | None:
        """Return the first number of the change feed that an open window holds back."""
        found = self._connection.execute(_HELD_FROM, held_at(now)).scalar()
        return None if found is None else int(found)

    def answers_held_back(self, item_ids: Iterable[ItemId], now: datetime) -> dict[ItemId, Answer]:
        """Return the strictest that each of these was answered before what is held back; none for all others."""
        found: dict[ItemId, Answer] = {}
        for row in rows_of(self._connection, _BEFORE, item_ids, **held_at(now)):
            item_id = ItemId(row["item_id"])
            found[item_id] = stricter(Answer(row["before"]), found.get(item_id, Answer.PUBLISH))
        return found

    def windows_of(self, by: str, now: datetime) -> list[StoredWindow]:
        """Return what somebody did that is held back."""
        found = self._connection.execute(_OF, {"by": by, **held_at(now)}).mappings()
        return [_window(row) for row in found]

    def told_to(self, there_before: datetime) -> int:
        """Return the greatest number of the change feed that any webhook which was there before a moment has passed."""
        found = self._connection.execute(_CURSORS, {"before": to_us(there_before)}).scalars()
        return max((FeedPlace.parse(each).seq for each in found), default=0)

    def answers_taken_back(self, case_id: CaseId) -> list[TakenBackAnswer]:
        """Return which answers to a case were taken back."""
        found = self._connection.execute(_TAKEN_BACK, {"id": case_id})
        return [TakenBackAnswer(by, series, place, from_us(at)) for by, series, place, at in found]

    def has_answer(self, answer_id: str) -> bool:
        """Return whether there is an answer to a case of this identifier."""
        return self._connection.execute(_ANSWER, {"id": answer_id}).first() is not None

    def windows_over(self, before: datetime, limit: int) -> Sequence[str]:
        """Return windows that ended before a moment and that nothing refers to any more."""
        return self._connection.execute(_OVER, {"before": to_us(before), "limit": limit}).scalars().all()


def held_at(now: datetime) -> dict[str, int]:
    """Return what a statement is asked with that tells what is held back."""
    return {"now": to_us(now), "latest": to_us(now + AHEAD)}


def _window(row: Any) -> StoredWindow:
    body = orjson.loads(row["body"])
    return StoredWindow(
        id=row["id"],
        by=row["opened_by"],
        at=from_us(row["at_us"]),
        until=from_us(row["until_us"]),
        first_seq=row["first_seq"],
        answer_id=CaseAnswerId(row["answer_id"]) if row["answer_id"] else None,
        case_id=CaseId(row["case_id"]) if row["case_id"] else None,
        place=row["place"],
        undone_by=None if row["undone_us"] is None else row["undone_by"] or row["id"],
        decisions=tuple(map(DecisionId, body["decisions"])),
        reverses={DecisionId(each): DecisionId(before) for each, before in body["reverses"].items()},
        ended={MeasureId(each): Subject(SubjectKind(kind), name) for each, (kind, name) in body["ended"].items()},
        cleared=tuple(map(MediaId, body["cleared"])),
        cases=tuple(CaseMove(case(before), case(after)) for before, after in body["cases"]),
        opened={CaseId(each): count for each, count in body["opened"].items()},
        laid=tuple((CaseId(case_id), ItemId(item_id)) for case_id, item_id in body["laid"]),
        taken_out=tuple(map(MemberId, body.get("taken_out", ()))),
        unbanked=tuple((MemberId(each), DecisionId(ground)) for each, ground in body.get("unbanked", ())),
        links=tuple((CaseId(case_id), DecisionId(each)) for case_id, each in body.get("links", ())),
        skips=tuple((CaseId(case_id), by) for case_id, by in body.get("skips", ())),
    )
