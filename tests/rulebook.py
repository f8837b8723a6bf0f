"""Rules for tests: harmless ones, about links and greetings."""

from core.found import policy
from core.test_policy import read
from tutela.core.policy_file import parse_ceilings
from tutela.core.rules.facts import Vocabulary
from tutela.core.rules.rule_effects import Bounds

_WORDS = Vocabulary.of()
BOUNDS = Bounds(
    policy(), parse_ceilings(read("ceilings.toml"), place="ceilings.toml").row("machine_guess"), lambda: _WORDS
)

LINKS = """\
- rule: many-links
  clause: cse.links
  when: text.has_link and count(by=author.id, within="1h", where=text.has_link) > {limit}
  then:
    - open_case: {{queue: links, severity: medium, because: "{{count}} links in an hour"}}
  tests:
    - name: four links
      given: {{text.has_link: true, author.id: ann}}
      after: [{{given: {{text.has_link: true, author.id: ann}}, times: 3, ago: 10m}}]
      expect: {expect}
    - name: no link
      given: {{text.has_link: false, author.id: ann}}
      expect: silent
"""


def links(limit: int = 3, expect: str = "fires") -> str:
    """Return a rule under one of the twelve clauses, whose tests pass unless something else is expected."""
    return LINKS.format(limit=limit, expect=expect)


def greetings() -> str:
    """Return a rule under an ordinary clause."""
    clause = next(clause.id for clause in BOUNDS.policy.clauses.values() if not clause.is_zero_tolerance)
    return f"""\
- rule: greetings
  clause: {clause}
  when: contact.is_first and recipient.is_minor
  then: [{{label: {{label: greets, on: author, because: said hello}}}}]
  tests: [{{name: hello, given: {{contact.is_first: true, recipient.age_band: under_13}}, expect: fires}}]
"""
