"""Rules from the text of a file, and where everything in it stands."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tutela.core.ids import ClauseId
from tutela.core.policy import Clause
from tutela.core.rules import rule_reading as read
from tutela.core.rules.check import check
from tutela.core.rules.problems import Problem, did_you_mean, quoted, refusal
from tutela.core.rules.rule import MAX_CONDITION_CHARACTERS, Effect, Rule, RuleState, RuleTest
from tutela.core.rules.rule_effects import Bounds, read_effects
from tutela.core.rules.rule_given import read_tests
from tutela.core.rules.rule_layout import RULE_KEYS, misplaced, swallowed
from tutela.core.rules.rule_reading import Enough, Mistake, Reading
from tutela.core.rules.rule_yaml import Node, Scalar, Table, checked_text, compose, offsets_in, text_of
from tutela.errors import Positioned, RuleProblem

MAX_RULES = 1000
"""In one file."""

MAX_EXPLAINS_CHARACTERS = 4000
_NEEDED = {
    "rule": "`rule: name-of-the-rule`",
    "clause": "`clause: house.spam`, or another id of docs/reference/policy.md",
    "when": "`when:` and a condition",
    "then": "`then:` and below it `- open_case:` or another of docs/reference/rules.md",
}
"""Keys without which there is no rule, and what to write."""

_STATES = {state.value: state for state in RuleState}


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as it stands in a file."""

    rule: Rule
    text: str = field(repr=False)  #: of the whole file
    when: Scalar  #: its condition in it
    elsewhere: tuple[Scalar, ...]  #: the conditions of other queues, in order
    start: int
    end: int


def read_rules(source: bytes | str, bounds: Bounds) -> list[Written]:
    """Return the rules of a file. Their conditions are not looked at yet: see `book.check_rules`.

    Raises:
        tutela.errors.RuleProblem: Every mistake that was found is told with its place in the file.
    """
    text = text_of(source) if isinstance(source, bytes) else checked_text(source)
    document = compose(text)
    if document is None:
        raise refusal([Problem(0, 1, "there is no rule in this", "begin with `- rule: name-of-the-rule`")], text)
    if isinstance(document, Table) and (unlisted := misplaced(text)):
        raise refusal([unlisted], text)
    reading = Reading()
    written: list[Written] = []
    with suppress(Enough), reading.part():
        items = read.series(document, "a file of rules", most=MAX_RULES)
        for number, item in enumerate(items):
            end = items[number + 1].start if number + 1 < len(items) else len(text)
            with reading.part():
                _take(_rule(read.table(item, "a rule"), text, _line_start(text, end), bounds, reading), written)
    if reading.problems:
        with suppress(Enough):
            for each in written:
                _check_conditions((each.when, *each.elsewhere), text, bounds, reading)
        raise refusal(reading.problems, text)
    if not written:
        raise refusal([Problem(0, 1, "there is no rule in this", "begin with `- rule: name-of-the-rule`")], text)
    return written


def _take(new: Written | None, written: list[Written]) -> None:
    if new is None:
        return
    if any(new.rule.name == other.rule.name for other in written):
        raise Mistake(Node(new.start, new.start + 1), f"there are two rules of the name {quoted(new.rule.name)}")
    written.append(new)


def _line_start(text: str, offset: int) -> int:
    return offset if offset == len(text) else text.rfind("\n", 0, offset) + 1


def _rule(inside: Table, text: str, end: int, bounds: Bounds, reading: Reading) -> Written | None:
    """Return the rule; none where something in it is missing or wrong, which *reading* keeps."""
    before = len(reading.problems)
    reading.keys(inside, RULE_KEYS)
    _check_whole(inside, text, end, reading)
    said = {key: node for key, (_, node) in inside.pairs.items()}
    name, clause, state, explains = "", None, RuleState.DRAFT, ""
    tests: tuple[RuleTest, ...] = ()
    then: tuple[Effect, ...] = ()
    conditions: list[Scalar] = []
    when: Scalar | None = None
    with reading.part():
        name = read.name(said["rule"]) if "rule" in said else ""
    with reading.part():
        clause = _clause(said["clause"], bounds) if "clause" in said else None
    with reading.part():
        state = read.choice(said["state"], _STATES, "state") if "state" in said else state
    with reading.part():
        when = _condition(said["when"]) if "when" in said else None
    with reading.part():
        then = read_effects(said["then"], clause, bounds, reading, conditions) if "then" in said else ()
    with reading.part():
        tests = read_tests(said["tests"], text, bounds.vocabulary, reading) if "tests" in said else ()
    with reading.part():
        explains = read.text(said["explains"], most=MAX_EXPLAINS_CHARACTERS) if "explains" in said else ""
    for condition in conditions:
        with reading.part():
            _condition(condition)
    if len(reading.problems) > before or clause is None or when is None:
        _check_conditions([*([] if when is None else [when]), *conditions], text, bounds, reading)
        return None
    rule = Rule(name, ClauseId(clause.id), state, when.value.strip(), then, tests, explains)
    return Written(rule, text, when, tuple(conditions), inside.start, end)


def _check_conditions(conditions: Sequence[Scalar], text: str, bounds: Bounds, reading: Reading) -> None:
    """Keep what is wrong with the conditions of a rule that cannot be used anyway: all is told at once."""
    for condition in conditions:
        try:
            check(condition.value.strip(), bounds.vocabulary)
        except RuleProblem as error:
            for each in in_file(condition, text, error.problems):
                reading.wrong(Node(each.start, each.end), each.message, each.hint)


def in_file(condition: Scalar, text: str, problems: Sequence[Positioned]) -> list[Problem]:
    """Return problems of a condition with their places in the file."""
    offsets = offsets_in(condition, text)
    blanks = len(condition.value) - len(condition.value.lstrip())
    last = len(offsets) - 1

    def moved(offset: int) -> int:
        return offsets[min(offset + blanks, last)]

    return [
        Problem(moved(each.start), max(moved(each.end - 1) + 1, moved(each.start) + 1), each.message, each.hint)
        for each in problems
    ]


def _check_whole(inside: Table, text: str, end: int, reading: Reading) -> None:
    """Keep that a key is missing.

    Raises:
        Mistake: It only stands too far in, so that what is above it cannot be read either.
    """
    missing = [key for key in _NEEDED if key not in inside.pairs and not reading.is_meant(inside, key)]
    for key in missing:
        if found := swallowed(text, inside.start, end, key):
            raise Mistake(Node(found.start, found.end), found.message, found.hint)
    if missing:
        told, hint = "` and no `".join(missing), "; ".join(_NEEDED[key] for key in missing)
        reading.wrong(Node(inside.start, inside.start + 1), f"this rule has no `{told}`", f"write {hint}")


def _condition(node: Node) -> Scalar:
    found = read.scalar(node)
    if len(found.value) > MAX_CONDITION_CHARACTERS:
        hint = "a long list belongs into a bank or a label"
        raise Mistake(node, f"a condition has at most {MAX_CONDITION_CHARACTERS} characters", hint)
    return found


def _clause(node: Node, bounds: Bounds) -> Clause:
    named = read.scalar(node).value
    clause = bounds.policy.clauses.get(ClauseId(named))
    if clause is None:
        raise Mistake(node, f"there is no clause {quoted(named)}", did_you_mean(named, bounds.policy.clauses))
    return clause
