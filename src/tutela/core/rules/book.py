"""The rules in force as one program. Everything of the rule language that the rule book needs comes through here."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tutela.core.ids import AccountId, ClauseId
from tutela.core.rules.check import Checked, check
from tutela.core.rules.compile import Program, compile_rules
from tutela.core.rules.counters_of import facts_in
from tutela.core.rules.facts import NAMES_FOUND, Vocabulary
from tutela.core.rules.interpret import value_of
from tutela.core.rules.problems import Problem, refusal
from tutela.core.rules.rule import AskClassifier, Effect, GrantMeasure, OpenCase, Rule, RuleState, Target
from tutela.core.rules.rule_effects import COUNT, placeholders
from tutela.core.rules.rule_file import Written, in_file
from tutela.core.rules.rule_yaml import Scalar
from tutela.core.rules.types import FactValues
from tutela.errors import RuleProblem

EVALUATED = (RuleState.LIVE, RuleState.SHADOW)
"""States in which a rule is run on events."""


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule whose conditions can be run."""

    rule: Rule
    when: Checked
    elsewhere: Mapping[str, Checked]  #: of other queues, by how they were written; these count nothing

    def queue_of(self, case: OpenCase, facts: FactValues) -> str:
        """Return the queue into which one of its cases goes: the first other one whose condition holds, or its own."""
        for other in case.elsewhere:
            if value_of(self.elsewhere[other.when].expression, facts, ()) is True:
                return other.queue
        return case.queue


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule that is run on events."""

    rule: Rule
    version: str
    state: RuleState


@dataclass(frozen=True, slots=True)
class Place:
    """What stands behind one number that the program answers with."""

    name: str
    version: str
    state: RuleState
    checked: CheckedRule
    counters: tuple[int, ...]  #: places of the counters that it asks, in the program

    @property
    def clause(self) -> ClauseId:
        """Return in whose name it acts."""
        return self.checked.rule.clause

    @property
    def then(self) -> tuple[Effect, ...]:
        """Return what follows when it fires."""
        return self.checked.rule.then

    def about(self, facts: FactValues) -> AccountId | None:
        """Return the account that it is about: of its first case, or whoever did it."""
        opened = next((effect for effect in self.then if isinstance(effect, OpenCase)), None)
        is_other = opened is not None and opened.on is Target.RECIPIENT and facts.get("recipient.id") is not None
        who = facts.get("recipient.id" if is_other else "author.id")
        return AccountId(who) if isinstance(who, str) else None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that should be in force and cannot be run: what it asks for no longer exists here."""

    name: str
    version: str
    state: RuleState
    problem: str


def check_rule(rule: Rule, vocabulary: Vocabulary) -> CheckedRule:
    """Return *rule* with its conditions checked.

    Raises:
        tutela.errors.RuleProblem: One of them cannot be run; places are within the condition.
    """
    others = [other.when for effect in rule.then if isinstance(effect, OpenCase) for other in effect.elsewhere]
    elsewhere = {when: _check_elsewhere(when, vocabulary) for when in others}
    return CheckedRule(rule, _check_when(rule, vocabulary), elsewhere)


def check_rules(written: Sequence[Written], vocabulary: Vocabulary) -> list[CheckedRule]:
    """Return the rules of a file with their conditions checked.

    Raises:
        tutela.errors.RuleProblem: Every problem of every condition is told, with its place in the file.
    """
    problems: list[Problem] = []
    checked: list[CheckedRule] = []
    for each in written:
        elsewhere: dict[str, Checked] = {}
        for condition in each.elsewhere:
            with _placed(each, condition, problems):
                when = condition.value.strip()
                elsewhere[when] = _check_elsewhere(when, vocabulary)
        with _placed(each, each.when, problems):
            checked.append(CheckedRule(each.rule, _check_when(each.rule, vocabulary), elsewhere))
    if problems:
        raise refusal(problems, written[0].text)
    return checked


@dataclass(frozen=True, slots=True)
class Book:
    """All rules in force: those that act and those that are only recorded, run as one."""

    version: str  #: the same where the same versions are in the same states
    program: Program
    places: tuple[Place, ...]
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def of(cls, rules: Iterable[RuleInForce], vocabulary: Vocabulary, unreadable: Iterable[LeftOut] = ()) -> "Book":
        """Return the book of *rules*. One that cannot be run is left out and named, and keeps no other one out."""
        in_order = sorted(rules, key=lambda each: (each.rule.name, each.state is not RuleState.LIVE, each.version))
        checked: list[tuple[RuleInForce, CheckedRule]] = []
        left_out = list(unreadable)
        for each in in_order:
            try:
                checked.append((each, check_rule(each.rule, vocabulary)))
            except RuleProblem as problem:
                left_out.append(LeftOut(each.rule.name, each.version, each.state, str(problem)))
        program = compile_rules([rule.when for _, rule in checked])
        places = tuple(
            Place(each.rule.name, each.version, each.state, rule, tuple(program.counts_of(number)))
            for number, (each, rule) in enumerate(checked)
        )
        return cls(version_of(in_order), program, places, tuple(left_out))

    @property
    def in_force(self) -> tuple[RuleInForce, ...]:
        """Return the rules that it was made of, but for those that were left out."""
        return tuple(RuleInForce(each.checked.rule, each.version, each.state) for each in self.places)


def version_of(rules: Iterable[RuleInForce]) -> str:
    """Return by what a set of rules in force is known."""
    told = sorted(f"{each.rule.name}\t{each.version}\t{each.state}" for each in rules)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _check_when(rule: Rule, vocabulary: Vocabulary) -> Checked:
    checked = check(rule.when, vocabulary)
    if any(isinstance(effect, GrantMeasure) for effect in rule.then):
        _refuse_names(checked, rule.when)
    reasons = [effect.because for effect in rule.then if not isinstance(effect, GrantMeasure | AskClassifier)]
    if not checked.counters and any(COUNT in placeholders(because) for because in reasons):
        hint = "write count(...) in the condition, or leave {count} out of the reason"
        raise refusal([Problem(0, len(rule.when), "a reason names {count}, and this counts nothing", hint)], rule.when)
    return checked


def _refuse_names(checked: Checked, when: str) -> None:
    """Refuse a measure because of a name: namesakes exist, and people speak of what happened to them (P11)."""
    if NAMES_FOUND in facts_in(checked.expression, checked.counters):
        hint = "open a case, and let a person decide"
        raise refusal([Problem(0, len(when), f"no measure may rest on `{NAMES_FOUND}`", hint)], when)


def _check_elsewhere(when: str, vocabulary: Vocabulary) -> Checked:
    """Return a condition of another queue. It must not count: asked only where its rule fires, it would miss events."""
    checked = check(when, vocabulary)
    if checked.counters:
        hint = "count in the condition of the rule"
        raise refusal([Problem(0, len(when), "a condition of another queue counts nothing", hint)], when)
    return checked


@contextmanager
def _placed(written: Written, condition: Scalar, problems: list[Problem]) -> Iterator[None]:
    """Keep what is wrong with a condition, with its place in the file."""
    try:
        yield
    except RuleProblem as error:
        problems += in_file(condition, written.text, error.problems)


EMPTY = Book.of((), Vocabulary.of())
"""No rules at all."""
