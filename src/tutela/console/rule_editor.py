"""The editor of rules: checked as one types, tried on its tests and on what happened, and kept as a draft."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

from tutela.console.visits import Handler, Visit
from tutela.core.conduct import DUE_WITHIN
from tutela.core.event_facts import UNKNOWN_LATER
from tutela.core.rules.comparing import compared
from tutela.core.rules.functions import FUNCTIONS
from tutela.core.rules.rule_layout import EFFECT_KEYS, RULE_KEYS, TEST_KEYS
from tutela.errors import BadInput, RuleChanged, UnknownRule
from tutela.flows.keep_rules import RuleRecord
from tutela.flows.replay_rules import Candidate, Replayed
from tutela.flows.try_rules import PlacedProblem, Tried
from tutela.ports.rule_book import StoredRule

MAX_REPLAYED = 200_000
"""Events of one try: some ten seconds. The command line looks at more."""

REPLAY_DAYS = (1, 7, 30)
CASES_SHOWN = 20
SAMPLES_SHOWN = 5

EXAMPLE = """\
- rule: name-of-the-rule
  clause: house.spam
  explains: >
    An account sent more than twenty messages with a link within an hour: many such
    accounts advertise. Whoever invites a whole club, or answers many questions with
    links to read, may do so as well and has done nothing wrong.
  when: >
    text.has_link and count(by=author.id, within="1h", where=text.has_link) > 20
  then:
    - open_case:
        queue: spam
        severity: low
        because: "{count} messages with links in an hour"
  tests:
    - name: twenty-one links
      given: {text.has_link: true, author.id: ann}
      after: [{given: {text.has_link: true, author.id: ann}, times: 20, ago: 10m}]
      expect: fires
    - name: no link
      given: {text.has_link: false, author.id: ann}
      expect: silent
"""
"""With what a new rule begins: one that passes its tests, and that nobody needs."""


def editor_page(visit: Visit) -> Response:
    """Show the editor: with what was written, or with a version that is written anew, or with an example."""
    return _show(visit)


def check(visit: Visit) -> Response:
    """Say what is wrong with what is written."""
    return _show(visit, is_checked=True)


def run_tests(visit: Visit) -> Response:
    """Run the tests beside what is written, where it can be used."""
    if _problems(visit, _text(visit)):
        return _show(visit, is_checked=True)
    return _show(visit, tried=visit.house.rules.tries.test(visit.principal, _text(visit)))


def replay(visit: Visit) -> Response:
    """Say what would have been otherwise with what is written."""
    said = visit.said("days")
    if said not in {str(each) for each in REPLAY_DAYS}:
        raise BadInput("say how far back it looks", place="days", remedy="Choose one from the list.")
    if _problems(visit, _text(visit)):
        return _show(visit, is_checked=True)
    candidate = Candidate(_text(visit), timedelta(days=int(said)))
    replayed: Replayed = visit.house.rules.replay(visit.principal, candidate, most=MAX_REPLAYED)
    return _show(visit, replayed=replayed)


def save(visit: Visit) -> Response:
    """Keep what is written as a draft."""
    text, name = _text(visit), visit.said("rule")
    if _problems(visit, text):
        return _show(visit, is_checked=True)
    if not name:
        read = visit.house.rules.tries.read(text)
        if len(read) != 1:
            raise BadInput(
                "the editor keeps one rule at a time", place="text", remedy="Write the others by themselves."
            )
        name = read[0][0].rule.name
    try:
        stored = visit.house.rules.keep.put(visit.principal, name, text, _written_from(visit) or None)
    except RuleChanged as changed:
        visit.error = changed
        return _show(visit, meanwhile=_meanwhile(visit, name))
    return visit.go(f"/console/rules/{stored.name}?version={stored.version}&done=saved")


VERBS: Mapping[str, Handler] = MappingProxyType({"check": check, "tests": run_tests, "replay": replay, "save": save})
"""What the editor does, each under its own address."""


def _show(visit: Visit, **told: Any) -> Response:
    rule, version, text = _opened(visit)
    problems: list[PlacedProblem] = []
    is_written = visit.request.method == "POST"
    if is_written:
        text, version = _text(visit), _written_from(visit)
        problems = _problems(visit, text)
    meanwhile: StoredRule | None = told.get("meanwhile")
    tried: list[Tried] | None = told.get("tried")
    return visit.page(
        "write-rule.html",
        rule=rule,
        made_from=version,
        text=text,
        is_written=is_written,
        problems=problems,
        is_checked=told.get("is_checked", False),
        tried=tried,
        replayed=told.get("replayed"),
        meanwhile=meanwhile,
        changes=compared(meanwhile.source, text) if meanwhile else [],
        names=visit.staff.names(visit.principal),
        facts=visit.house.rules.tries.bounds.vocabulary.facts.values(),
        functions=FUNCTIONS.values(),
        clauses=visit.house.policy.clauses,
        rule_keys=RULE_KEYS,
        effect_keys=EFFECT_KEYS,
        test_keys=TEST_KEYS,
        due_within=dict(sorted(DUE_WITHIN.items())),
        replay_days=REPLAY_DAYS,
        cases_shown=CASES_SHOWN,
        samples_shown=SAMPLES_SHOWN,
        most=MAX_REPLAYED,
        unknown_later=UNKNOWN_LATER,
    )


def _opened(visit: Visit) -> tuple[str, str, str]:
    """Return which rule is written anew, the newest version of it, and the text to begin with."""
    asked = visit.request.query_params
    rule = visit.said("rule") if visit.request.method == "POST" else asked.get("rule", "")
    if not rule:
        return "", "", EXAMPLE
    record = visit.house.rules.keep.read(visit.principal, rule)
    newest = record.versions[0]
    wanted = asked.get("version", "")
    begun = next((each for each in record.versions if each.version == wanted), newest)
    return rule, newest.version, begun.source


def _text(visit: Visit) -> str:
    return visit.said("text").replace("\r\n", "\n").replace("\r", "\n")


def _written_from(visit: Visit) -> str:
    """Return the version that was read before: the one that somebody else wrote meanwhile, once it was seen."""
    return visit.said("over") or visit.said("made_from")


def _problems(visit: Visit, text: str) -> list[PlacedProblem]:
    found: list[PlacedProblem] = visit.house.rules.tries.problems(visit.principal, text)
    return found


def _meanwhile(visit: Visit, name: str) -> StoredRule | None:
    """Return what somebody else wrote; none where the rule is gone by now."""
    try:
        record: RuleRecord = visit.house.rules.keep.read(visit.principal, name)
    except UnknownRule:
        return None
    return record.versions[0]
