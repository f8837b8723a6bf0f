"""How classifiers stand, what they are asked and what they answered, in the database; see `ports.classifiers`."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from statistics import median

from sqlalchemy import Connection, Engine, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.classification_outcomes import outcomes_since
from tutela.adapters.db.classification_rows import ANSWERED, GIVEN_UP, WAITING, question_of, usage_body, usage_of
from tutela.adapters.db.classification_tables import classifier_answers, classifier_questions, classifier_usage
from tutela.adapters.db.classification_writes import settle
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import from_us, to_us
from tutela.core.classifying.figures import Outcome
from tutela.core.classifying.usage import Usage
from tutela.errors import DatabaseBusy
from tutela.ports.classifiers import ClassifierStock, Request, Settled, Told
from tutela.ports.clock import Clock

MAX_STEPS = 1000
"""Times a change of a usage is made anew: somebody else got in between each time."""

NEWEST_ANSWERS = 500
"""Of each classifier, of which the median is told."""

CHUNK_ROWS = 500
"""Forgotten in one transaction: submits get in between two."""

_U, _Q, _A = classifier_usage.c, classifier_questions.c, classifier_answers.c
_USAGE = select(_U.version, _U.body).where(_U.classifier_id == bindparam("id"))
_FIRST = {
    name: dialect.insert(classifier_usage).on_conflict_do_nothing().returning(_U.version)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_NEXT = (
    update(classifier_usage)
    .where(_U.classifier_id == bindparam("b_id"), _U.version == bindparam("b_version"))
    .values(version=bindparam("b_after"), body=bindparam("b_body"))
)
_IS_FREE = or_(_Q.lease_us.is_(None), _Q.lease_us <= bindparam("now"))
_DUE = (
    select(_Q.id)
    .where(_Q.state == WAITING, _Q.next_us <= bindparam("now"), _IS_FREE, ~among(_Q.classifier_id, "busy"))
    .order_by(_Q.next_us, _Q.id)
    .limit(bindparam("limit"))
)
_LEASE = (
    update(classifier_questions)
    .where(among(_Q.id), _Q.state == WAITING)
    .values(lease_us=bindparam("b_until"))
)  # fmt: skip
_THESE = select(classifier_questions).where(among(_Q.id)).order_by(_Q.next_us, _Q.id)
_OPEN = select(_Q.id).where(_Q.id == bindparam("id"), _Q.state == WAITING, _Q.tries == bindparam("tries"))
_STOCK = select(
    _Q.classifier_id, _Q.state, func.count().label("count"), func.min(_Q.created_us).label("oldest")
).group_by(_Q.classifier_id, _Q.state)  # fmt: skip
_TIMES = (
    select(_A.milliseconds)
    .where(_A.classifier_id == bindparam("id"), _A.reason.is_(None))
    .order_by(_A.at_us.desc())
    .limit(NEWEST_ANSWERS)
)
_OLD_QUESTIONS = delete(classifier_questions).where(
    _Q.id.in_(select(_Q.id).where(_Q.created_us < bindparam("before")).limit(CHUNK_ROWS))
)
_OLD_ANSWERS = delete(classifier_answers).where(
    _A.question_id.in_(select(_A.question_id).where(_A.at_us < bindparam("before")).limit(CHUNK_ROWS))
)


class DatabaseUsages:
    """Change how a classifier stands by comparing with what was read: of two at once one looks again."""

    def __init__(self, engine: Engine) -> None:
        """Write through *engine*."""
        self._engine = engine

    def step(self, classifier_id: str, change: Callable[[Usage], tuple[Usage, Told]]) -> Told:
        """Change the usage of a classifier."""
        for _ in range(MAX_STEPS):
            version, usage = self._read(classifier_id)
            after, answer = change(usage)
            if self._write(classifier_id, version, usage_body(after)):
                return answer
        raise DatabaseBusy("how a classifier stands is being changed elsewhere without end", place=classifier_id)

    def read(self, classifier_id: str) -> Usage:
        """Return the usage of a classifier."""
        return self._read(classifier_id)[1]

    def _read(self, classifier_id: str) -> tuple[int, Usage]:
        with read_transaction(self._engine) as connection:
            row = connection.execute(_USAGE, {"id": classifier_id}).first()
        return (0, Usage()) if row is None else (row.version, usage_of(row.body))

    def _write(self, classifier_id: str, version: int, body: str) -> bool:
        with write_transaction(self._engine) as connection:
            if not version:
                first = {"classifier_id": classifier_id, "version": 1, "body": body}
                return connection.execute(_FIRST[connection.dialect.name], first).first() is not None
            changed = {"b_id": classifier_id, "b_version": version, "b_after": version + 1, "b_body": body}
            return connection.execute(_NEXT, changed).rowcount == 1


class DatabaseClassifications:
    """Keep questions and answers. Whoever is given a question leases it, so that of two processes one asks."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def claim(self, now: datetime, until: datetime, limit: int, busy: Collection[str] = ()) -> list[Request]:
        """Return questions that are due, which nobody else is given before *until*."""
        asked = {"now": to_us(now), "limit": limit, "busy": sorted(busy)}
        with read_transaction(self._engine) as connection:  # most often nothing is due, and nobody need wait for that
            if limit < 1 or connection.execute(_DUE, asked).first() is None:
                return []
        with write_transaction(self._engine) as connection:
            due = list(connection.execute(_DUE, asked).scalars())
            if due:
                connection.execute(_LEASE, {"ids": due, "b_until": to_us(until)})
            return [question_of(row) for row in rows_of(connection, _THESE, due)]

    def is_open(self, request: Request) -> bool:
        """Return whether nobody has recorded a further try of it."""
        with read_transaction(self._engine) as connection:
            return connection.execute(_OPEN, {"id": request.id, "tries": request.tries}).first() is not None

    def settle(self, settled: Settled) -> None:
        """Store what came of a try of which rules are told nothing."""
        with write_transaction(self._engine) as connection:
            settle(connection, [settled])
            self._chain.append(connection, [settled.entry], self._clock.now())

    def outcomes(self, since: datetime) -> list[Outcome]:
        """Return, counted, how answers stood beside what people found since then."""
        with read_transaction(self._engine) as connection:
            return outcomes_since(connection, since)

    def stock(self) -> Mapping[str, ClassifierStock]:
        """Return what is kept, by classifier."""
        found: dict[str, dict[str, tuple[int, int]]] = {}
        with read_transaction(self._engine) as connection:
            for row in connection.execute(_STOCK).mappings():
                found.setdefault(row["classifier_id"], {})[row["state"]] = row["count"], row["oldest"]
            return {name: _stock(connection, name, states) for name, states in found.items()}

    def forget(self, before: datetime) -> int:
        """Delete questions and answers of before *before*."""
        total = 0
        for statement in (_OLD_QUESTIONS, _OLD_ANSWERS):
            gone = CHUNK_ROWS
            while gone == CHUNK_ROWS:
                with write_transaction(self._engine) as connection:
                    gone = connection.execute(statement, {"before": to_us(before)}).rowcount
                total += gone
        return total


def _stock(connection: Connection, classifier_id: str, states: Mapping[str, tuple[int, int]]) -> ClassifierStock:
    waiting, oldest = states.get(WAITING, (0, None))
    times = connection.execute(_TIMES, {"id": classifier_id}).scalars().all()
    return ClassifierStock(
        waiting,
        None if oldest is None else from_us(oldest),
        states.get(GIVEN_UP, (0, 0))[0],
        states.get(ANSWERED, (0, 0))[0],
        round(median(times)) if times else None,
    )


_BY_RULE = (
    select(_Q.rule.label("name"), func.count().label("count"))
    .where(among(_Q.rule), _Q.created_us >= bindparam("since"))
    .group_by(_Q.rule)
)
_BY_CLASSIFIER = (
    select(_Q.classifier_id.label("name"), func.count().label("count"))
    .where(among(_Q.classifier_id), _Q.created_us >= bindparam("since"))
    .group_by(_Q.classifier_id)
)


class QuestionReads:
    """The part of `ports.store.Reader` about questions to classifiers."""

    _connection: Connection

    def questions_by_rule(self, rules: Iterable[str], since: datetime) -> dict[str, int]:
        """Return how many questions each of *rules* has asked since *since*."""
        found = rows_of(self._connection, _BY_RULE, rules, since=to_us(since))
        return {row["name"]: row["count"] for row in found}

    def questions_by_classifier(self, classifier_ids: Iterable[str], since: datetime) -> dict[str, int]:
        """Return how many questions were asked of each classifier since *since*."""
        found = rows_of(self._connection, _BY_CLASSIFIER, classifier_ids, since=to_us(since))
        return {row["name"]: row["count"] for row in found}
