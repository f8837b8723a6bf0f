"""Wire classifiers: whom rules may ask, what is due, and how each stands."""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from tutela.adapters.db.classifications import DatabaseClassifications, DatabaseUsages
from tutela.config import Settings, read_toml
from tutela.core.classifying.classifier_file import parse_classifiers
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Asked, Reason, Unknown, Verdict
from tutela.core.policy import Policy
from tutela.core.units import Duration
from tutela.flows.ask_due import AT_ONCE, AskDue
from tutela.flows.classifier_contents import StoredContents
from tutela.flows.classify import Classify
from tutela.flows.forget_events import PERIOD
from tutela.flows.forget_questions import ForgetQuestions
from tutela.flows.lay_classifications import LayClassifications
from tutela.flows.read_classifiers import ReadClassifiers
from tutela.flows.try_classifier import TryClassifier
from tutela.ports.classifiers import Classifier, Request
from tutela.worker import Job, run_once

if TYPE_CHECKING:
    from tutela.bootstrap.observing import Observing


def load_classifiers(settings: Settings, policy: Policy) -> dict[str, ClassifierSpec]:
    """Return the operator's classifiers by name; none where no file is named, and then nothing ever goes out.

    Raises:
        tutela.errors.Misconfigured: The file is not there, or anything in it is missing, unknown or unsafe.
    """
    file = settings.classifiers_file
    if file is None:
        return {}
    parsed = read_toml(file, "the file of classifiers")
    return {each.id: each for each in parse_classifiers(parsed, clauses=clause_texts(policy), place=str(file))}


def clause_texts(policy: Policy) -> dict[str, str]:
    """Return each clause as a model that reads a policy is given it."""
    return {str(clause.id): f"{clause.title}. {clause.adult}" for clause in policy.clauses.values()}


class SwitchedOff:
    """A classifier to which nothing may be sent."""

    def classify(self, asked: Asked) -> Verdict:
        """Return that there is no consent."""
        del asked
        return Unknown(Reason.NO_CONSENT)

    def close(self) -> None:
        """Do nothing."""


class Classifying:
    """Everything about classifiers in one house."""

    def __init__(self, house: "Observing", specs: Mapping[str, ClassifierSpec]) -> None:
        """Wire it; nobody is asked, and no secret read, before the first question or `open`."""
        self._house, self.specs = house, specs
        self.usages = DatabaseUsages(house.engine)
        self.stored = DatabaseClassifications(house.engine, house.chain, house.clock)
        self._threads: ThreadPoolExecutor | None = None

    @cached_property
    def classifiers(self) -> dict[str, Classifier]:
        """Each that is set up, guarded.

        Raises:
            tutela.errors.Misconfigured: A secret or a model is not there.
        """
        return {name: self.guarded(spec) for name, spec in self.specs.items()}

    def guarded(self, spec: ClassifierSpec) -> Classifier:
        """Return one, opened now, within its bounds."""
        from tutela.adapters.classifiers.building import Surroundings, build  # noqa: PLC0415  # few houses need them
        from tutela.adapters.classifiers.guarded import Guarded  # noqa: PLC0415  # as above

        # One that is not switched on needs no secret yet; the guard asks it nothing.
        asked = build(spec, Surroundings(os.environ)) if spec.sending.is_allowed else SwitchedOff()
        return Guarded(spec, asked, self.usages, self._house.clock, self._house.entropy)

    def open(self) -> None:
        """Read secrets and models, so that what is missing is told at the start, and not with the first question."""
        _ = self.classifiers

    @cached_property
    def lay(self) -> LayClassifications:
        """Record answers and lay them before the rules."""
        house = self._house
        return LayClassifications(
            self.stored, house.store, house.committer, house.rule_work, self.specs, house.profile.read,
            house.quotas.limits, house.clock, house.entropy,
        )  # fmt: skip

    @cached_property
    def ask_due(self) -> AskDue:
        """Ask what is due."""
        house = self._house
        contents = StoredContents(
            self.specs, house.store, house.vault, self._unseal, house.profile.read, house.clock
        )  # fmt: skip
        classify = Classify(self.specs, self.classifiers, contents, self.lay, house.clock, house.entropy)
        return AskDue(self.stored, classify, house.clock)

    @cached_property
    def read(self) -> ReadClassifiers:
        """Say how each stands."""
        house = self._house
        return ReadClassifiers(self.specs, self.usages, self.stored, lambda: house.rules.engine.book, house.clock)

    @cached_property
    def try_one(self) -> TryClassifier:
        """Try one."""
        return TryClassifier(self.specs, self.guarded)

    @cached_property
    def forget(self) -> ForgetQuestions:
        """Forget questions with their events."""
        return ForgetQuestions(self.stored, self._house.clock, Duration(days=self._house.settings.events_keep_days))

    def begin(self) -> None:
        """Begin to ask what is due, and return without waiting for it."""
        for request in self.ask_due.begin():
            if self._threads is None:
                self._threads = ThreadPoolExecutor(AT_ONCE, "classifier")
            self._threads.submit(run_once, Job("ask_classifier", partial(self.ask_due.carry, request), 0.0))

    def close(self) -> None:
        """Break off what is under way; it is recorded as stopped, and asked again later."""
        if "classifiers" in self.__dict__:
            for each in self.classifiers.values():
                each.close()
        if self._threads is not None:
            self._threads.shutdown()

    def seal(self, text: str, question_id: str, at: datetime) -> bytes:
        """Seal a text until there is an answer; its key goes with its day."""
        return self._house.keys.wrap(_period(at), json.dumps(text).encode(), context=question_id.encode())

    def _unseal(self, request: Request) -> str:
        sealed = request.sealed or b""
        opened = self._house.keys.unwrap(_period(request.created_at), sealed, context=request.id.encode())
        return str(json.loads(opened))


def _period(at: datetime) -> str:
    return f"{PERIOD}{at:%Y-%m-%d}"
