"""From a condition as it was written to one that can run: parsed, every type checked, all that it asks for named."""

from dataclasses import dataclass

from tutela.core.rules.checker import Checker
from tutela.core.rules.counters_of import Counter, counters_of
from tutela.core.rules.facts import Technique, Vocabulary
from tutela.core.rules.parse import parse
from tutela.core.rules.problems import Problem, refusal
from tutela.core.rules.typed import Expression
from tutela.core.rules.types import Type
from tutela.errors import RuleProblem


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition that can be compiled."""

    source: str
    expression: Expression
    techniques: frozenset[Technique]  #: of everything that it asks for, its counters included
    counters: tuple[Counter, ...]  #: by the place under which the expression names them


def check(source: str, vocabulary: Vocabulary) -> Checked:
    """Return *source* parsed and checked against what may be asked for here.

    Raises:
        tutela.errors.RuleProblem: It is no condition; every mistake that was found is told with its place.
    """
    checker = Checker(vocabulary)
    try:
        node = parse(source)
    except RuleProblem as broken:
        checker.unknown_names(source, broken.problems[0])
        first = [Problem(each.start, each.end, each.message, each.hint) for each in broken.problems]
        raise refusal([*first, *checker.problems], source) from None
    found = checker.expression(node)
    if found is not None and found.type is not Type.BOOLEAN:
        hint = "compare it: `... > 5`" if found.type is Type.NUMBER else ""
        checker.wrong(node.span, f"a condition is true or false, this is a {found.type}", hint)
    if checker.problems or found is None:
        raise refusal(checker.problems, source)
    counters = counters_of(found, checker.counters)
    return Checked(source, found, frozenset(checker.techniques), counters)
