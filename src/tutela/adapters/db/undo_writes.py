"""Note what is otherwise before a decision, and put it back within its window; see `ports.undo`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from tutela.adapters.db import tables as t
from tutela.adapters.db.answer_tables import case_answer_roles, case_answers, quality_samples, settlements
from tutela.adapters.db.case_rows import moved_row
from tutela.adapters.db.case_tables import case_skips
from tutela.adapters.db.duty_tables import case_findings
from tutela.adapters.db.enforcement_tables import clearances
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.quality_tables import comparisons
from tutela.adapters.db.rows import maybe_us, to_us
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core.case_states import CaseState
from tutela.core.undo_windows import PAUSE
from tutela.errors import Conflict
from tutela.ports.cases import CaseMove
from tutela.ports.committer import Changeset
from tutela.ports.undo import NewWindow, Undoing

_W = undo_windows.c

_CASES = select(t.cases).where(among(t.cases.c.id))
_LYING = select(t.case_items.c.case_id, t.case_items.c.item_id).where(among(t.case_items.c.item_id))
_SKIPS = select(case_skips.c.case_id, case_skips.c.skipped_by).where(among(case_skips.c.case_id))
_OPEN = insert(undo_windows)
_PART = insert(undo_parts)

_END = (
    update(undo_windows)
    .where(_W.id == bindparam("b_id"), _W.undone_us.is_(None), _W.until_us > bindparam("b_latest"))
    .values(undone_us=bindparam("b_at"), undone_by=bindparam("b_by"))
)
_STAND_AGAIN = update(t.decisions).where(t.decisions.c.id == bindparam("b_id")).values(reverses=None)
_HOLD_AGAIN = (
    update(t.measures)
    .where(t.measures.c.id == bindparam("b_id"), among(t.measures.c.revoked_by, "b_by"))
    .values(revoked_by=None)
)
_RESTORED = (
    "state", "holder", "until_us", "danger_rank", "first_by", "second_by", "third_by", "answer", "closed_by",
    "reason", "due_us",
)  # fmt: skip
_RESTORE = (
    update(t.cases)
    .where(t.cases.c.id == bindparam("b_id"), t.cases.c.version == bindparam("b_version"))
    .values(version=t.cases.c.version + 1, **{name: bindparam(f"b_{name}") for name in _RESTORED})
)
_CLOSE_NEW = (
    update(t.cases)
    .where(
        t.cases.c.id == bindparam("b_id"), t.cases.c.closed_by.is_(None), t.cases.c.state == CaseState.OPEN.value
    )
    .values(closed_by=bindparam("b_by"), state=CaseState.DECIDED.value, version=t.cases.c.version + 1)
)  # fmt: skip
_TAKE_OUT = delete(t.case_items).where(
    t.case_items.c.case_id == bindparam("b_case"), t.case_items.c.item_id == bindparam("b_item")
)
_UNLINK = delete(case_findings).where(
    case_findings.c.case_id == bindparam("b_case"), case_findings.c.decision_id == bindparam("b_decision")
)
_OFFER_AGAIN = delete(case_skips).where(
    case_skips.c.case_id == bindparam("b_case"), case_skips.c.skipped_by == bindparam("b_by")
)
_FORGET_DECIDED = tuple(
    delete(table).where(table.c.decision_id == bindparam("b_id"))
    for table in (t.statements, t.report_drafts, clearances)
)
_FORGET_ANSWER = tuple(
    delete(table).where(column == bindparam("b_id"))
    for table, column in (
        (quality_samples, quality_samples.c.answer_id), (settlements, settlements.c.answer_id),
        (case_answer_roles, case_answer_roles.c.answer_id), (case_answers, case_answers.c.id),
        (comparisons, comparisons.c.answer_id),
    )
)  # fmt: skip
_FORGET_WINDOW = (
    delete(undo_parts).where(undo_parts.c.window_id == bindparam("b_id")),
    delete(undo_windows).where(_W.id == bindparam("b_id"), _W.undone_us.is_(None)),
)


# ---------------------------------------------------------------------------------------------------------- to open one


@dataclass(frozen=True, slots=True)
class Noted:
    """What was otherwise before a group of changesets."""

    cases: dict[str, dict[str, Any]]
    lying: frozenset[tuple[str, str]]
    skips: frozenset[tuple[str, str]]


def note_before(connection: Connection, changesets: Sequence[Changeset]) -> Noted | None:
    """Return what whoever takes one of *changesets* back will want to know; none where none has a window."""
    windowed = [each for each in changesets if each.window is not None]
    if not windowed:
        return None
    cases = _read(connection, {case_id for each in windowed for case_id in _cases_of(each)})
    items = {each.item_id for changeset in windowed for each in changeset.case_items}
    lying = frozenset((row["case_id"], row["item_id"]) for row in rows_of(connection, _LYING, items))
    skipped = {each.case_id for changeset in windowed for each in changeset.case_skips}
    skips = frozenset((row["case_id"], row["skipped_by"]) for row in rows_of(connection, _SKIPS, skipped))
    return Noted(cases, lying, skips)


def open_windows(connection: Connection, changesets: Sequence[Changeset], noted: Noted, seqs: tuple[int, int]) -> None:
    """Write the windows of *changesets*; *seqs* are the last numbers of the change feed before and after them."""
    after = _read(connection, noted.cases)
    for changeset in changesets:
        window = changeset.window
        if window is None:
            continue
        is_told = seqs[1] > seqs[0] and bool(changeset.touched)
        connection.execute(_OPEN, {
            **_row(window), "first_seq": seqs[0] + 1 if is_told else None, "last_seq": seqs[1] if is_told else None,
            "body": orjson.dumps(_body(changeset, noted, after)).decode(),
        })  # fmt: skip
        if changeset.decisions:
            parts = [{"decision_id": each.id, "window_id": window.id} for each in changeset.decisions]
            connection.execute(_PART, parts)


def _row(window: NewWindow) -> dict[str, Any]:
    answer = window.answer
    return {
        "id": window.id, "opened_by": window.by, "at_us": to_us(window.at), "until_us": to_us(window.until),
        "bound_us": maybe_us(window.bound), "has_lingering": bool(window.lingering),
        "answer_id": None if answer is None else answer.id, "case_id": None if answer is None else answer.case_id,
        "series": None if answer is None else answer.series, "place": None if answer is None else answer.place,
        "undone_us": None, "undone_by": None,
    }  # fmt: skip


def _read(connection: Connection, case_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    found = rows_of(connection, _CASES, case_ids)
    return {row["id"]: {str(name): value for name, value in row.items()} for row in found}


def _cases_of(changeset: Changeset) -> set[str]:
    return {
        *(move.before.id for move in changeset.case_moves),
        *(closure.case_id for closure in changeset.case_closures),
        *(urged.id for urged in changeset.case_updates),
        *(each.case_id for each in changeset.case_items),
    }


def _body(changeset: Changeset, noted: Noted, after: dict[str, dict[str, Any]]) -> dict[str, Any]:
    opened = {each.id: 0 for each in changeset.cases}
    laid = []
    for each in changeset.case_items:
        if each.case_id in opened:
            opened[each.case_id] += 1
        elif (each.case_id, each.item_id) not in noted.lying:
            laid.append([each.case_id, each.item_id])
    return {
        "decisions": [each.id for each in changeset.decisions],
        "reverses": {each.id: each.reverses for each in changeset.decisions if each.reverses is not None},
        "ended": {each.measure_id: [each.subject.kind.value, each.subject.id] for each in changeset.revocations},
        "cleared": sorted({fact.media_id for each in changeset.clearances for fact in each.facts}),
        "cases": [[noted.cases[each], after[each]] for each in sorted(_cases_of(changeset) & noted.cases.keys())],
        "opened": opened,
        "laid": laid,
        "taken_out": [each.id for each in changeset.member_removals],
        "unbanked": [[each.member_id, each.decision_id] for each in changeset.ground_ends],
        "links": [[each.case_id, each.decision_id] for each in changeset.case_findings],
        "skips": [
            [each.case_id, each.by] for each in changeset.case_skips if (each.case_id, each.by) not in noted.skips
        ],
    }


# ------------------------------------------------------------------------------------------------------ to take it back


def run_undone(connection: Connection, undoing: Undoing, now: datetime) -> None:
    """Put back what was before, beside the decisions that end what was granted.

    Raises:
        tutela.errors.Conflict: It was taken back meanwhile, its window has ended, or a case has changed.
    """
    window = undoing.window
    # It was planned in time, and may have waited for its turn since: half of the pause is left for the commit.
    asked = {"b_id": window.id, "b_at": to_us(undoing.at), "b_by": undoing.by, "b_latest": to_us(now + PAUSE / 2)}
    _one(connection.execute(_END, asked).rowcount)
    if window.reverses:
        connection.execute(_STAND_AGAIN, [{"b_id": each} for each in window.reverses])
    for measure_id in window.ended:
        connection.execute(_HOLD_AGAIN, {"b_id": measure_id, "b_by": list(window.decisions)})
    for statement in _FORGET_DECIDED if window.decisions else ():
        connection.execute(statement, [{"b_id": each} for each in window.decisions])
    for move in undoing.restores:
        _one(connection.execute(_RESTORE, _restored(move)).rowcount)
    for case_id in undoing.closes:
        _one(connection.execute(_CLOSE_NEW, {"b_id": case_id, "b_by": undoing.by}).rowcount)
    for case_id, item_id in window.laid:
        connection.execute(_TAKE_OUT, {"b_case": case_id, "b_item": item_id})
    for case_id, decision_id in window.links:
        connection.execute(_UNLINK, {"b_case": case_id, "b_decision": decision_id})
    for case_id, by in undoing.offers:
        connection.execute(_OFFER_AGAIN, {"b_case": case_id, "b_by": by})
    for statement in _FORGET_ANSWER if window.answer_id is not None else ():
        connection.execute(statement, {"b_id": window.answer_id})


def forget_windows(connection: Connection, window_ids: Sequence[str]) -> None:
    """Forget windows that are over."""
    for statement in _FORGET_WINDOW if window_ids else ():
        connection.execute(statement, [{"b_id": each} for each in window_ids])


def _restored(move: CaseMove) -> dict[str, Any]:
    row = {
        **moved_row(move.after), "closed_by": move.after.closed_by, "reason": move.after.reason.value,
        "due_us": to_us(move.after.due_at),
    }  # fmt: skip
    return {"b_id": move.before.id, "b_version": move.before.version, **{f"b_{name}": row[name] for name in _RESTORED}}


def _one(rows: int) -> None:
    if rows != 1:
        raise Conflict("it has changed meanwhile")
