"""Rules as the text of a file: what `rule_file` reads back as the same rules."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import yaml

from tutela.core.rules.facts import Vocabulary
from tutela.core.rules.rule import (
    NOW,
    AddLabel,
    AddToList,
    AskClassifier,
    Effect,
    GrantMeasure,
    OpenCase,
    Rule,
    RuleTest,
)
from tutela.core.rules.rule_file import Written
from tutela.core.rules.rule_reading import said_duration
from tutela.core.rules.types import MICROSECONDS, Type
from tutela.core.units import EPOCH, Duration


def write_rules(rules: Iterable[Rule], vocabulary: Vocabulary) -> str:
    """Return a file of *rules*; the vocabulary says of each number in a test whether it is a time or a duration."""
    written = [_rule(rule, vocabulary) for rule in rules]
    text: str = yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=100)
    return text


def content_of(rule: Rule, vocabulary: Vocabulary) -> bytes:
    """Return what makes a rule the version that it is; not how its file is laid out, nor its remarks."""
    return json.dumps(_rule(rule, vocabulary), sort_keys=True, ensure_ascii=False).encode()


def source_of(written: Written, vocabulary: Vocabulary) -> str:
    """Return a file of one rule alone: its lines as they were written, or written anew where they are not its own."""
    first = written.text.rfind("\n", 0, written.start) + 1
    if written.text[first : written.start].strip() != "-":
        return write_rules([written.rule], vocabulary)
    lines = written.text[first : written.end].split("\n")
    while not lines[-1].strip() or lines[-1].lstrip().startswith("#"):
        lines.pop()  # a remark before the next rule
    return "\n".join(lines) + "\n"


def _rule(rule: Rule, vocabulary: Vocabulary) -> dict[str, Any]:
    said: dict[str, Any] = {"rule": rule.name, "clause": str(rule.clause), "state": rule.state.value}
    if rule.explains:
        said["explains"] = rule.explains
    said |= {"when": rule.when, "then": [_effect(each) for each in rule.then]}
    if rule.tests:
        said["tests"] = [_test(each, vocabulary) for each in rule.tests]
    return said


def _effect(effect: Effect) -> dict[str, Any]:
    if isinstance(effect, OpenCase):
        said: dict[str, Any] = {"queue": effect.queue, "severity": effect.severity.name.lower()}
        said |= {"because": effect.because, "on": effect.on.value}
        if effect.elsewhere:
            said["elsewhere"] = [{"when": each.when, "queue": each.queue} for each in effect.elsewhere]
        return {"open_case": said}
    if isinstance(effect, GrantMeasure):
        said = {"kind": effect.kind.value, "on": effect.on.value}
        if effect.audience != "everyone":
            said["to"] = effect.audience
        return {"measure": said | _for(effect.lasts)}
    if isinstance(effect, AskClassifier):
        return {"classify": {"with": effect.classifier}}
    return _noted(effect)


def _noted(effect: AddLabel | AddToList) -> dict[str, Any]:
    named = {"label": effect.label} if isinstance(effect, AddLabel) else {"name": effect.name}
    said = {**named, "on": effect.on.value, **_for(effect.lasts), "because": effect.because}
    return {"label" if isinstance(effect, AddLabel) else "list": said}


def _for(lasts: Duration | None) -> dict[str, Any]:
    return {} if lasts is None else {"for": said_duration(lasts)}


def _test(test: RuleTest, vocabulary: Vocabulary) -> dict[str, Any]:
    said: dict[str, Any] = {"name": test.name, "given": _facts(test.given, vocabulary)}
    if test.after:
        said["after"] = [
            {
                "given": _facts(each.facts, vocabulary),
                "times": each.times,
                **({} if each.ago == NOW else {"ago": said_duration(each.ago)}),
            }
            for each in test.after
        ]
    return {**said, **({"expect": test.expect.value} if test.queue is None else {"fires_to_queue": test.queue})}


def _facts(facts: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    return {name: _value(value, vocabulary.facts[name].type) for name, value in facts.items()}


def _value(value: Any, kind: Type) -> Any:
    if kind is Type.TIME:
        return (EPOCH + timedelta(microseconds=value)).isoformat()
    if kind is Type.DURATION:
        return said_duration(Duration(seconds=value // MICROSECONDS))
    return list(value) if kind is Type.TEXTS else value
