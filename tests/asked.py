"""A house whose classifiers are twins on this machine, asked over real HTTP by rules."""

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from classified import ENVIRONMENT, written
from make import Home
from ruled import use
from tutela.adapters.db.classification_tables import classifier_answers, classifier_questions
from tutela.adapters.twins.classifier_server import ClassifierTwin, System, listening
from tutela.adapters.twins.classifiers import GenericTwin
from tutela.bootstrap.classifying import clause_texts
from tutela.core.classifying.classifier_file import parse_classifiers
from tutela.core.classifying.spec import Kind
from tutela.core.ids import ClauseId
from tutela.core.policy import Severity
from tutela.core.rules.rule import AskClassifier, OpenCase, Rule, RuleState

ID = "generic-json"
CLAUSE = ClauseId("cse.conversation")
OVER = 'event.kind == "classification" and classifier.id == "generic-json" and "label-0" in classifier.labels'
A_CASE = OpenCase("grooming", Severity.HIGH, "{classifier.id} said {classifier.labels} with {classifier.score}")


def asks(when: str = 'event.kind == "message"', name: str = "asks", to: str = ID) -> Rule:
    """Return a rule that asks a classifier."""
    return Rule(name, CLAUSE, RuleState.LIVE, when, (AskClassifier(to),))


def reads(when: str = OVER, name: str = "reads", effect: Any = A_CASE) -> Rule:
    """Return a rule that reads what was answered."""
    return Rule(name, CLAUSE, RuleState.LIVE, when, (effect,))


@contextmanager
def asking(home: Home, *rules: Rule, system: System | None = None, **changes: str) -> Iterator[ClassifierTwin]:
    """Yield a twin that the house knows as a classifier, with rules in force: by default one asks, and one reads."""
    kind, seconds = Kind(changes.pop("kind", Kind.GENERIC_JSON.value)), changes.pop("seconds", "20")
    with listening(system or GenericTwin()) as twin:
        text = written(kind, twin.url, **{"labels": LABEL, **changes})
        parsed = tomllib.loads(text.replace("timeout_seconds = 10", f"timeout_seconds = {seconds}"))
        specs = parse_classifiers(parsed, clauses=clause_texts(home.house.policy), place="classifiers.toml")
        home.house.classifier_specs = {each.id: each for each in specs}
        for wired in ("rule_work", "classifying"):
            home.house.__dict__.pop(wired, None)
        use(home, *(rules or (asks(), reads())))
        with patch.dict(os.environ, ENVIRONMENT):
            yield twin
            home.house.classifying.close()


LABEL = """
[[classifier.label]]
name = "label-0"
clause = "cse.conversation"
source = "/out/0/la~1ke"
threshold = 0.5
"""


def rows(home: Home, table: Any) -> list[Any]:
    """Return all rows of a table."""
    with home.house.engine.connect() as connection:
        return list(connection.execute(select(table)).mappings())


def questions(home: Home) -> list[Any]:
    """Return what is kept of questions, the oldest first."""
    return sorted(rows(home, classifier_questions), key=lambda each: str(each["id"]))


def answers(home: Home) -> list[Any]:
    """Return the last words that are kept."""
    return rows(home, classifier_answers)
