"""Write what becomes of appeals, inside the group's transaction, with their clocks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from tutela.adapters.db.appeal_rows import answer_row, appeal_row, conduct_row, moving
from tutela.adapters.db.appeal_tables import IS_OPEN, appeal_answers, appeal_conduct, appeals
from tutela.adapters.db.clocks import start, stop
from tutela.core.appeals.appeal import Appeal
from tutela.core.appeals.states import AppealState
from tutela.core.clocks import ClockSubject, Signal
from tutela.errors import Conflict
from tutela.ports.appeals import AppealChanges, AppealMoved, NewAppeal
from tutela.ports.committer import Changeset

_MOVING = (
    "state", "version", "holder", "until_us", "outcome", "decided_us", "decided_by", "with_whom", "is_single_operator",
    "is_unfounded", "reversal_id", "repeats",
)  # fmt: skip
_MOVE = (
    update(appeals)
    .where(appeals.c.id == bindparam("b_id"), appeals.c.version == bindparam("b_was"))
    .values({name: bindparam(f"b_{name}") for name in _MOVING})
)
_OPEN = select(appeals.c.id).where(
    appeals.c.decision_id == bindparam("decision"), appeals.c.account_id == bindparam("account"), IS_OPEN
)
_GONE_ON = "the appeal has gone on meanwhile"


def run_appeals(connection: Connection, changesets: Sequence[Changeset]) -> None:
    """Write appeals, their moves and answers, and start and stop their clocks.

    Raises:
        tutela.errors.Conflict: One has gone on by now, or another one is open against the same decision.
    """
    for changeset in changesets:
        if changeset.appeals is not None:
            _run(connection, changeset.appeals)


def _run(connection: Connection, changes: AppealChanges) -> None:
    for new in changes.opened:
        _open(connection, new)
    for move in changes.moves:
        _move(connection, move)
    if changes.answers:
        connection.execute(insert(appeal_answers), [answer_row(each) for each in changes.answers])
    if changes.conduct:
        connection.execute(insert(appeal_conduct), [conduct_row(each) for each in changes.conduct])


def _open(connection: Connection, new: NewAppeal) -> None:
    appeal = new.appeal
    asked = {"decision": appeal.decision_id, "account": appeal.account_id}
    if appeal.is_open and connection.execute(_OPEN, asked).first() is not None:
        raise Conflict("an appeal against this decision was opened meanwhile")
    connection.execute(insert(appeals), [appeal_row(new)])
    start(connection, ClockSubject.APPEAL, appeal.id, new.clocks)
    _stop(connection, appeal, appeal.opened_at)


def _move(connection: Connection, move: AppealMoved) -> None:
    values = {f"b_{name}": value for name, value in moving(move.after).items()}
    done = connection.execute(_MOVE, {"b_id": move.before.id, "b_was": move.before.version, **values})
    if done.rowcount != 1:
        raise Conflict(_GONE_ON)
    start(connection, ClockSubject.APPEAL, move.after.id, move.clocks)
    _stop(connection, move.after, move.at)


def _stop(connection: Connection, appeal: Appeal, at: datetime) -> None:
    """Stop the clocks of one that was answered, or withdrawn."""
    if appeal.ended is not None:
        stop(connection, ClockSubject.APPEAL, appeal.id, {Signal.DECIDED}, appeal.ended.at)
    elif appeal.state is AppealState.WITHDRAWN:
        stop(connection, ClockSubject.APPEAL, appeal.id, {Signal.WITHDRAWN}, at)
