"""Write questions to classifiers and what came of them, inside the transaction of whoever writes."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, insert, update

from tutela.adapters.db.classification_rows import ANSWERED, GIVEN_UP, WAITING, answer_row, question_row
from tutela.adapters.db.classification_tables import classifier_answers, classifier_questions
from tutela.adapters.db.many import write_many
from tutela.adapters.db.rows import to_us
from tutela.core.classifying.verdicts import Classification
from tutela.errors import Conflict
from tutela.ports.classifiers import Answered, Request, Settled

_Q = classifier_questions.c
_ASK, _ANSWER = insert(classifier_questions), insert(classifier_answers)
_OPEN = update(classifier_questions).where(
    _Q.id == bindparam("b_id"), _Q.state == WAITING, _Q.tries == bindparam("b_tries")
)
_AGAIN = _OPEN.values(tries=bindparam("b_after"), next_us=bindparam("b_next"), lease_us=None)
_END = _OPEN.values(tries=bindparam("b_after"), state=bindparam("b_state"), sealed=None, lease_us=None)


def ask(connection: Connection, questions: Iterable[Request]) -> None:
    """Store new questions."""
    write_many(connection, _ASK, [question_row(each) for each in questions])


def settle(connection: Connection, settled: Iterable[Settled]) -> None:
    """Store what came of tries. With the last word a text is erased.

    Raises:
        tutela.errors.Conflict: Another process has recorded one of them already.
    """
    for each in settled:
        if each.answered.next_at is None:
            _end(connection, each)
        else:
            _run(connection, each.answered, _AGAIN, {"b_next": to_us(each.answered.next_at)})


def _end(connection: Connection, settled: Settled) -> None:
    is_known = isinstance(settled.answered.verdict, Classification)
    _run(connection, settled.answered, _END, {"b_state": ANSWERED if is_known else GIVEN_UP})
    connection.execute(_ANSWER, answer_row(settled))


def _run(connection: Connection, answered: Answered, statement: object, values: dict[str, object]) -> None:
    request = answered.request
    asked = {"b_id": request.id, "b_tries": request.tries, "b_after": answered.tries}
    if connection.execute(statement, {**asked, **values}).rowcount != 1:  # type: ignore[call-overload]  # an update of those above
        raise Conflict("another process has recorded what came of this question", place=request.id)
