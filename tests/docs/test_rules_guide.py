"""The pages that tell how to write a rule and which events to tell show what is taken, and what is really said."""

import json
import re
from pathlib import Path

import pytest

from tutela.api import event_bodies
from tutela.bootstrap.loading import load_ceilings, load_policy
from tutela.bootstrap.ruling import rule_bounds
from tutela.config import Settings
from tutela.core.rules.problems import render
from tutela.core.rules.testing import run_tests
from tutela.errors import RuleProblem
from tutela.flows.try_rules import TryRules

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
RULE_PAGE = (HOW_TO / "write-a-rule.md").read_text(encoding="utf-8")
EVENTS_PAGE = (HOW_TO / "tell-events.md").read_text(encoding="utf-8")
FILE = "rules/new-account-writes-to-many.yaml"
SLIPS = {"mesage": "message", "acount_age": "account_age"}


@pytest.fixture
def tries() -> TryRules:
    """Return what reads rules with the policy and the ceilings that ship."""
    return TryRules(rule_bounds(load_policy(Settings()), load_ceilings()))


def written() -> str:
    """Return the rule of the page with its tests, slips included."""
    rule, tests = re.findall(r"```yaml\n(- rule: new-.*?|  tests:.*?)```", RULE_PAGE, flags=re.DOTALL)
    return str(rule + tests)


def corrected() -> str:
    """Return the same without its slips."""
    source = written()
    for slip, word in SLIPS.items():
        source = source.replace(slip, word)
    return source


def test_the_mistakes_of_the_page_are_those_that_are_shown(tries: TryRules) -> None:
    """Whoever follows the page sees on the screen what it prints."""
    with pytest.raises(RuleProblem) as refused:
        tries.read(written())

    shown = [render(each, written(), FILE) for each in refused.value.problems]  # type: ignore[arg-type]  # positioned is all it needs
    assert "\n\n".join(shown) in RULE_PAGE


def test_the_rule_of_the_page_may_be_used_and_fails_the_test_that_is_shown(tries: TryRules) -> None:
    """One test comes otherwise than expected, and is corrected as the page says."""
    [(_, checked)] = tries.read(corrected())
    [failed] = [each for each in run_tests(checked) if not each.is_passed]

    head = f'  line {failed.line}, "{failed.test}": expected {failed.expected}, came {failed.came}'
    assert "\n    ".join((head, *failed.told)) in RULE_PAGE
    before, _, last = corrected().rpartition("expect: silent")
    [(_, again)] = tries.read(f"{before}expect: unknown{last}")
    assert all(each.is_passed for each in run_tests(again))
    [(_, fewer)] = tries.read(corrected().replace("times: 20", "times: 9", 1))
    assert run_tests(fewer)[0].told[0] in " ".join(RULE_PAGE.split())


def test_the_refusals_of_the_page_are_those_that_are_said(tries: TryRules) -> None:
    """What a rule can never do is said in these words."""
    source = (
        "- rule: too-far\n"
        "  clause: cse.conversation\n"
        '  when: event.kind == "message" and author.is_adult and recipient.is_minor\n'
        "  then:\n"
        '    - open_case: {queue: grooming, severity: high, because: "wrote {text.body}"}\n'
        "    - measure: {kind: suspend, on: author}\n"
    )
    with pytest.raises(RuleProblem) as refused:
        tries.read(source)

    for each in refused.value.problems:
        assert render(each, source, "too-far.yaml") in RULE_PAGE  # type: ignore[arg-type]  # as above


def test_what_the_page_about_events_sends_is_taken() -> None:
    """Each body of a command is what its route reads."""
    bodies = {
        "/v1/events ": event_bodies.Event,
        "/v1/events/batch ": event_bodies.EventBatch,
        "/v1/event-kinds ": event_bodies.EventKinds,
    }
    sent = re.findall(r"8420(/v1/\S+ )[^'`]*-d '(\{.*?\})'", EVENTS_PAGE, flags=re.DOTALL)

    assert [path for path, _ in sent] == list(bodies)
    for path, body in sent:
        assert bodies[path].model_validate_json(body)
    for answer in re.findall(r"```json\n(.*?)```", EVENTS_PAGE, flags=re.DOTALL):
        assert json.loads(answer)
