"""The check of every kind of expression against the facts that there are: what it is, or what is wrong with it."""

import re

from tutela.core.rules import check_calls, check_operators, foreign
from tutela.core.rules.check_counters import COUNTERS, counter
from tutela.core.rules.counters_of import CounterCall
from tutela.core.rules.facts import Fact, Technique, Vocabulary
from tutela.core.rules.functions import FUNCTIONS
from tutela.core.rules.literals import DURATION_FORM, TIME_FORM, duration_of, time_of
from tutela.core.rules.problems import Problem, did_you_mean, quoted
from tutela.core.rules.syntax import AND, Binary, Call, Chain, Items, Name, Node, Number, Span, Text, Truth, Unary
from tutela.core.rules.typed import Constant, Every, Expression, Listed, Read, Some
from tutela.core.rules.types import Type
from tutela.errors import Positioned

_TEXT = re.compile(r"\"(?:\\.|[^\"\\\n])*+\"|'(?:\\.|[^'\\\n])*+'|#[^\n]*")
_DOTTED = re.compile(r"[a-z_]\w*+(?:\.\w++)+(?!\s*\()")


class Checker:
    """One check of one condition. What is wrong is collected; an expression with a mistake in it comes to nothing."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.techniques: set[Technique] = set()
        self.counters: list[CounterCall] = []
        self.is_in_counter = False

    def wrong(self, span: Span, message: str, hint: str = "") -> None:
        """Note a mistake."""
        self.problems.append(Problem.at(span, message, hint))

    def need(self, node: Node, *types: Type) -> Expression | None:
        """Return *node* checked; nothing, and a mistake noted, where it is of none of *types*."""
        found = self.expression(node, types[0] if len(types) == 1 else None)
        if found is None or found.type in types:
            return found
        self.wrong(node.span, f"a {' or '.join(types)} is expected here, this is a {found.type}")
        return None

    def expression(  # noqa: PLR0911  # one case for each kind of node
        self, node: Node, expected: Type | None = None
    ) -> Expression | None:
        """Return *node* checked; *expected* only says how a text literal is read."""
        match node:
            case Truth(value):
                return Constant(node, Type.BOOLEAN, value)
            case Number(value):
                return Constant(node, Type.NUMBER, value)
            case Text():
                return self._text(node, expected)
            case Name():
                return self._name(node)
            case Items():
                return self._items(node)
            case Chain():
                return self._chain(node)
            case Unary():
                return check_operators.unary(self, node)
            case Binary():
                return check_operators.binary(self, node)
            case Call():
                return counter(self, node) if node.function in COUNTERS else check_calls.call(self, node)

    def _text(self, node: Text, expected: Type | None) -> Expression | None:
        if expected not in (Type.DURATION, Type.TIME):
            return Constant(node, Type.TEXT, node.value)
        read, form = (duration_of, DURATION_FORM) if expected is Type.DURATION else (time_of, TIME_FORM)
        value = read(node.value)
        if value is None:
            self.wrong(node.span, f"{quoted(node.value)} is no {expected}", form)
            return None
        return Constant(node, expected, value)

    def _name(self, node: Name) -> Expression | None:
        fact = self.fact(node.name)
        if fact is not None:
            self.techniques.add(fact.technique)
            return Read(node, fact.type, fact.name, fact.technique, fact.is_written)
        if node.name in FUNCTIONS or node.name in COUNTERS:
            shown = FUNCTIONS[node.name].signature if node.name in FUNCTIONS else COUNTERS[node.name].form
            self.wrong(node.span, f"{quoted(node.name)} is a function", f"call it: `{shown}`")
        else:
            hint = did_you_mean(
                node.name, self.vocabulary.facts, "a text stands in quotes, a fact has a dot in its name"
            )
            self.wrong(node.span, f"there is no fact {quoted(node.name)}", hint)
        return None

    def unknown_names(self, source: str, broken: Positioned) -> None:
        """Note each name that is no fact, of what is no expression: all that can be said beside where it breaks."""
        is_text = source[broken.start : broken.start + 1] in {"'", '"', *foreign.CURLY}  # from there on nobody knows
        until = broken.start if is_text else len(source)
        blanked = _TEXT.sub(lambda found: " " * len(found[0]), source)
        for found in _DOTTED.finditer(blanked, 0, until):
            is_told = found.start() < broken.end and broken.start < found.end()
            if not is_told and self.fact(found[0]) is None:
                self._name(Name(found[0], Span(found.start(), found.end())))

    def fact(self, name: str) -> Fact | None:
        """Return the fact of that name."""
        return self.vocabulary.facts.get(name)

    def _items(self, node: Items) -> Expression | None:
        """Return a list that stands anywhere but after `in`: one of texts."""
        found = [self.need(item, Type.TEXT) for item in node.items]
        items = [item for item in found if item is not None]
        if len(items) < len(found):
            return None
        return listed(node, items)

    def _chain(self, node: Chain) -> Expression | None:
        found = [self.need(part, Type.BOOLEAN) for part in node.parts]
        parts = tuple(part for part in found if part is not None)
        if len(parts) < len(found):
            return None
        return Every(node, Type.BOOLEAN, parts) if node.operator == AND else Some(node, Type.BOOLEAN, parts)


def listed(node: Node, items: list[Expression]) -> Expression:
    """Return a list of texts: one value where all are literals."""
    texts = [item.value for item in items if isinstance(item, Constant) and isinstance(item.value, str)]
    if len(texts) == len(items):
        return Constant(node, Type.TEXTS, tuple(texts))
    return Listed(node, Type.TEXTS, tuple(items))
