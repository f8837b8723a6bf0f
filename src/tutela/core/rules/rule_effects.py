"""What follows from a rule, from its file: bounded by what a machine may do before a person looks (P11)."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from tutela.core.classifying.spec import CLASSIFIER_ID
from tutela.core.measures import MeasureKind
from tutela.core.policy import AccountCeiling, CeilingRow, Clause, Policy, Severity, VisibilityCeiling
from tutela.core.rules import rule_reading as read
from tutela.core.rules.facts import Technique, Vocabulary
from tutela.core.rules.problems import did_you_mean, quoted
from tutela.core.rules.rule import (
    AddLabel,
    AddToList,
    AskClassifier,
    Effect,
    Elsewhere,
    GrantMeasure,
    OpenCase,
    Target,
)
from tutela.core.rules.rule_layout import EFFECT_KEYS, beside
from tutela.core.rules.rule_reading import Mistake, Reading
from tutela.core.rules.rule_yaml import Node, Scalar, Table
from tutela.core.units import Duration

MAX_BECAUSE_CHARACTERS = 500
MAX_EFFECTS = 10
MAX_ELSEWHERE = 10
COUNT = "count"
"""The placeholder of what the rule counted."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PEOPLE = {"author": Target.AUTHOR, "recipient": Target.RECIPIENT}
_SEVERITIES = {severity.name.lower(): severity for severity in Severity}
_KINDS = {kind.value: kind for kind in MeasureKind}
_NOT_ALONE = "nobody is condemned by a machine: a person decides about more, in the case that the rule opens"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What rules here may name, and how far they may go."""

    policy: Policy
    ceiling: CeilingRow  #: of a machine's guess
    words: Callable[[], Vocabulary]  #: as they are now: a platform may declare more at any time
    classifiers: Collection[str] | None = None  #: that are set up; none: not asked, as of rules that run already

    @property
    def vocabulary(self) -> Vocabulary:
        """Return what may be asked for now."""
        return self.words()


def placeholders(because: str) -> tuple[str, ...]:
    """Return what is filled into a reason, in order."""
    return tuple(_PLACEHOLDER.findall(because))


def read_effects(
    node: Node, clause: Clause | None, bounds: Bounds, reading: Reading, conditions: list[Scalar]
) -> tuple[Effect, ...]:
    """Return what follows; the conditions in it come to *conditions* as they stand in the file, in order.

    Without a clause, because the file names none that there is, its bound cannot be asked.
    """
    effects: list[Effect] = []
    items = read.series(node, "`then`", most=MAX_EFFECTS)
    if not items:
        raise Mistake(node, "nothing follows from this rule", "begin with `- open_case:`")
    for item in items:
        with reading.part():
            effects.append(_effect(item, clause, bounds, reading, conditions))
    if len(effects) == len(items):
        _check_looked_at(node, effects, reading)
    return tuple(effects)


def _check_looked_at(node: Node, effects: list[Effect], reading: Reading) -> None:
    has_case = any(isinstance(effect, OpenCase) for effect in effects)
    if not has_case and any(isinstance(effect, GrantMeasure) for effect in effects):
        reading.wrong(node, "a measure without a case would be looked at by nobody", "add `- open_case:`")
    if len(set(map(repr, effects))) != len(effects):
        reading.wrong(node, "the same follows twice", "leave one of them out")


def _effect(item: Node, clause: Clause | None, bounds: Bounds, reading: Reading, conditions: list[Scalar]) -> Effect:
    pairs = read.table(item, "what follows").pairs
    if not pairs:
        raise Mistake(item, "nothing is asked for here", "begin it with `open_case:` or another, or leave it out")
    first, *others = pairs
    if others and set(others) <= set(EFFECT_KEYS.get(first, ())):
        problem = beside(first, others, pairs[others[0]][0].start)
        raise Mistake(pairs[others[0]][0], problem.message, problem.hint)
    if others:
        raise Mistake(item, "each of what follows is one table of its own", "begin it with `- open_case:` or another")
    word, (at, said) = next(iter(pairs.items()))
    if word not in EFFECT_KEYS:
        hint = did_you_mean(word, EFFECT_KEYS, "there are open_case, measure, label, list and classify")
        raise Mistake(at, f"a rule cannot ask for {quoted(word)}", hint)
    inside = read.table(said, f"`{word}`")
    if word == "open_case":
        return _open_case(inside, bounds, reading, conditions)
    if word == "measure":
        return _measure(inside, clause, bounds, reading)
    if word == "classify":
        return _classify(inside, bounds, reading)
    return _noted(word, inside, bounds, reading)


def _open_case(inside: Table, bounds: Bounds, reading: Reading, conditions: list[Scalar]) -> OpenCase:
    queue, because, severity, target = "", "", Severity.LOW, Target.AUTHOR
    elsewhere: list[Elsewhere] = []
    with reading.whole():
        reading.keys(inside, EFFECT_KEYS["open_case"])
        with reading.part():
            queue = read.name(reading.needed(inside, "queue", "`open_case`"))
        with reading.part():
            severity = read.choice(reading.needed(inside, "severity", "`open_case`"), _SEVERITIES, "severity")
        with reading.part():
            because = _because(reading.needed(inside, "because", "`open_case`"), bounds.vocabulary)
        with reading.part():
            target = _on(inside, Target.AUTHOR)
        with reading.part():
            elsewhere = _elsewhere(inside, reading, conditions)
    return OpenCase(queue, severity, because, target, tuple(elsewhere))


def _elsewhere(inside: Table, reading: Reading, conditions: list[Scalar]) -> list[Elsewhere]:
    found: list[Elsewhere] = []
    if "elsewhere" not in inside.pairs:
        return found
    for each in read.series(inside.pairs["elsewhere"][1], "`elsewhere`", most=MAX_ELSEWHERE):
        with reading.part():
            other = read.table(each, "`elsewhere`")
            reading.keys(other, ("when", "queue"))
            when = read.scalar(reading.needed(other, "when", "`elsewhere`"))
            conditions.append(when)
            found.append(Elsewhere(when.value.strip(), read.name(reading.needed(other, "queue", "`elsewhere`"))))
    return found


def _classify(inside: Table, bounds: Bounds, reading: Reading) -> AskClassifier:
    reading.keys(inside, EFFECT_KEYS["classify"])
    node = reading.needed(inside, "with", "`classify`")
    name = read.scalar(node).value
    if not CLASSIFIER_ID.fullmatch(name):
        raise Mistake(node, f"{quoted(name)} is no name of a classifier", "write its `id` from the file of classifiers")
    known = bounds.classifiers
    if known is not None and name not in known:
        hint = did_you_mean(name, known, "`tutela classifiers list` names them all; a setting says where they are")
        raise Mistake(node, f"no classifier {quoted(name)} is set up here", hint)
    return AskClassifier(name)


def _noted(word: str, inside: Table, bounds: Bounds, reading: Reading) -> AddLabel | AddToList:
    key = "label" if word == "label" else "name"
    named, because, target, lasts = "", "", Target.AUTHOR, None
    with reading.whole():
        reading.keys(inside, EFFECT_KEYS[word])
        with reading.part():
            named = read.name(reading.needed(inside, key, f"`{word}`"))
        with reading.part():
            reading.needed(inside, "on", f"`{word}`")
            target = _on(inside, Target.AUTHOR)
        with reading.part():
            because = _because(reading.needed(inside, "because", f"`{word}`"), bounds.vocabulary)
        with reading.part():
            lasts = _lasts(inside)
    return (AddLabel if word == "label" else AddToList)(named, target, because, lasts)


def _measure(inside: Table, clause: Clause | None, bounds: Bounds, reading: Reading) -> GrantMeasure:
    reading.keys(inside, EFFECT_KEYS["measure"])
    node = reading.needed(inside, "kind", "`measure`")
    kind = read.choice(node, _KINDS, "kind of measure")
    target = read.choice(reading.needed(inside, "on", "`measure`"), {each.value: each for each in Target}, "such part")
    if kind is MeasureKind.HOLD:
        _check_hold(inside, target, clause, bounds)
        return GrantMeasure(kind, target)
    if kind is MeasureKind.BLOCK_MESSAGING:
        return GrantMeasure(kind, target, _checked_block(inside, target, clause, bounds), "minors")
    raise Mistake(
        node, f"a rule cannot ask for `{kind}`: it may hold an item, and block messages to minors", _NOT_ALONE
    )


def _check_hold(inside: Table, target: Target, clause: Clause | None, bounds: Bounds) -> None:
    highest = bounds.ceiling.new_public_items or bounds.ceiling.ceiling.visibility
    if highest < VisibilityCeiling.HOLD:
        raise Mistake(inside, "no rule may hold anything here", _NOT_ALONE)
    if clause is not None and clause.automation.visibility < VisibilityCeiling.HOLD:
        raise Mistake(inside, f"no machine may hold anything under `{clause.id}`", "open a case")
    if target is not Target.ITEM:
        raise Mistake(inside.pairs["on"][1], "a hold is on the item", "write `on: item`")
    for key in ("to", "for"):
        if key in inside.pairs:
            raise Mistake(inside.pairs[key][0], f"a hold has no `{key}`: it ends with its case", "leave it out")


def _checked_block(inside: Table, target: Target, clause: Clause | None, bounds: Bounds) -> Duration:
    """Return for how long messages to minors are blocked."""
    if bounds.ceiling.ceiling.account < AccountCeiling.BLOCK_MESSAGING:
        raise Mistake(inside, "no rule may block messages here", _NOT_ALONE)
    if clause is not None and clause.automation.account < AccountCeiling.BLOCK_MESSAGING:
        raise Mistake(inside, f"no machine may block messages under `{clause.id}`", "open a case")
    if target is not Target.AUTHOR:
        raise Mistake(inside.pairs["on"][1], "messages are blocked of the author", "write `on: author`")
    audience = read.needed(inside, "to", "`block_messaging`")
    if read.scalar(audience).value != "minors":
        raise Mistake(audience, "a rule blocks messages to minors only", "write `to: minors`")
    node = read.needed(inside, "for", "`block_messaging`")
    lasts, most = read.duration(node), bounds.ceiling.account_max_hours
    if most is not None and lasts > Duration(hours=most):
        raise Mistake(node, f"a rule blocks messages for at most {most}h", _NOT_ALONE)
    return lasts


def _on(inside: Table, otherwise: Target) -> Target:
    if "on" not in inside.pairs:
        return otherwise
    return read.choice(inside.pairs["on"][1], _PEOPLE, "account of an event")


def _lasts(inside: Table) -> Duration | None:
    return read.duration(inside.pairs["for"][1]) if "for" in inside.pairs else None


def _because(node: Node, vocabulary: Vocabulary) -> str:
    """Return a reason, in which nothing is filled in that somebody wrote."""
    because = read.text(node, most=MAX_BECAUSE_CHARACTERS)
    if set("{}") & set(_PLACEHOLDER.sub("", because)):
        raise Mistake(node, "a brace stands alone in it", "write {count} or {author.age_band}, or no brace")
    for named in placeholders(because):
        fact = vocabulary.facts.get(named)
        if fact is None and named != COUNT:
            known = [COUNT, *vocabulary.facts]
            raise Mistake(
                node, f"nothing is called {quoted(named)}", did_you_mean(named, known, "write {count} or a fact")
            )
        if fact is not None and fact.technique is Technique.TEXT and not fact.is_ours:
            raise Mistake(node, f"`{named}` is what somebody wrote, and is not repeated in a reason", "leave it out")
    return because
