"""Read rules, check them and run the tests beside them: nothing is stored, and no event is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.permissions import Principal, demand
from tutela.core.rules.book import CheckedRule, check_rules
from tutela.core.rules.problems import excerpt, place_of
from tutela.core.rules.rule_effects import Bounds
from tutela.core.rules.rule_file import Written, read_rules
from tutela.core.rules.rule_given import events_of
from tutela.core.rules.testing import TestOutcome, run_tests
from tutela.errors import BadInput, RuleProblem

MAX_TRIED_EVENTS = 50_000
"""In all tests of one request: a second or two."""


@dataclass(frozen=True, slots=True)
class PlacedProblem:
    """What is wrong in a rule file, as a screen shows it."""

    line: int  #: from 1
    column: int  #: from 1
    start: int  #: the first character, from 0
    end: int
    message: str
    hint: str
    excerpt: tuple[str, str, str] = ("", "", "")  #: of its line: before what is wrong, what is wrong, after it


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of the tests of one rule."""

    rule: str
    outcomes: Sequence[TestOutcome]

    @property
    def is_passed(self) -> bool:
        """Return whether every test came as expected; also where there is none."""
        return all(each.is_passed for each in self.outcomes)


@dataclass(frozen=True, slots=True)
class TryRules:
    """Check and test rules before anybody keeps them."""

    bounds: Bounds

    def read(self, source: bytes | str) -> list[tuple[Written, CheckedRule]]:
        """Return the rules of a file, checked.

        Raises:
            tutela.errors.RuleProblem: Every mistake that was found is told with its place.
        """
        written = read_rules(source, self.bounds)
        return list(zip(written, check_rules(written, self.bounds.vocabulary), strict=True))

    def one(self, name: str, source: str) -> tuple[Written, CheckedRule]:
        """Return the one rule of a file, which must have this name.

        Raises:
            tutela.errors.RuleProblem: It cannot be used.
            tutela.errors.BadInput: There is another rule in it, or several.
        """
        found = self.read(source)
        if len(found) != 1 or found[0][0].rule.name != name:
            raise BadInput("this is not the one rule of that name", place="source", remedy=f"Write `- rule: {name}`.")
        return found[0]

    def problems(self, principal: Principal, source: str) -> list[PlacedProblem]:
        """Return what is wrong with a file; nothing where all is well.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
        """
        demand(principal, "rules")
        try:
            self.read(source)
        except RuleProblem as error:
            text = source.replace("\r\n", "\n").replace("\r", "\n")
            return [
                PlacedProblem(
                    *place_of(each.start, text), each.start, each.end, each.message, each.hint, excerpt(each, text)
                )
                for each in error.problems
            ]
        return []

    def test(self, principal: Principal, source: bytes | str) -> list[Tried]:
        """Run the tests beside every rule of a file.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.RuleProblem: It cannot be used.
            tutela.errors.BadInput: The tests have too many events for one request.
        """
        demand(principal, "rules")
        read = self.read(source)
        if sum(events_of(checked.rule.tests) for _, checked in read) > MAX_TRIED_EVENTS:
            raise BadInput(f"these tests have more than {MAX_TRIED_EVENTS} events", place="source", remedy="Split it.")
        return [Tried(checked.rule.name, run_tests(checked)) for _, checked in read]
