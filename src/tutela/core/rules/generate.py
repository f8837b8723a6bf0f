"""From checked conditions to lines of Python.

Each condition has two forms: one is true exactly where it is definitely true, the other where it is definitely false.
`not` takes the other form of its operand, `and` and `or` become Python's own, and a comparison asks first whether both
sides are known. So an unknown costs next to nothing, and never becomes a false.

No text of a rule reaches the lines but as the `repr` of a literal; what has none is bound to a name of ours.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutela.core.rules import strict
from tutela.core.rules.functions.function import Form
from tutela.core.rules.functions.patterns import compiled, encoded
from tutela.core.rules.operations import COMPARED
from tutela.core.rules.printing import text_of
from tutela.core.rules.typed import (
    Applied,
    Compared,
    Computed,
    Constant,
    Counted,
    Every,
    Expression,
    Not,
    Read,
    Some,
    Within,
    everything_in,
    parts_of,
)
from tutela.core.rules.types import Type

MISSING = object()
"""In the place of what was not computed yet: unknown is a value, too."""

_ENCODED = "as bytes: "
_COSTS = {Form.KNOWN: 0, Form.DEFAULT: 1, Form.PLAIN: 4, Form.PATTERN: 40, Form.MEMBER: 1}


def slots_of(expressions: Iterable[Expression]) -> dict[str, int]:
    """Return a place for the result of each call that is written more than once, by its text."""
    found: Counter[str] = Counter()
    for whole in expressions:
        for each in everything_in(whole):
            if isinstance(each, Applied) and each.function.form in (Form.PLAIN, Form.PATTERN):
                found[text_of(each.written)] += 1
                if each.function.form is Form.PATTERN:
                    found[_ENCODED + text_of(each.arguments[0].written)] += 1
    return {text: place for place, text in enumerate(text for text, times in found.items() if times > 1)}


@dataclass(slots=True)
class Lines:
    """The lines of one function, and what must be there for them."""

    slots: Mapping[str, int]  #: places of shared results
    counters: Sequence[int]  #: of the condition at hand: the place of each in the program
    lines: list[str] = field(default_factory=list)
    bound: dict[str, Any] = field(default_factory=lambda: {"MISSING": MISSING})
    bound_names: dict[int, str] = field(default_factory=dict)  #: by what is bound, or stands for it
    facts: dict[str, str] = field(default_factory=dict)  #: local names
    used_slots: set[int] = field(default_factory=set)
    used_counters: set[int] = field(default_factory=set)
    held: int = 0  #: names in use for what is looked at twice

    # ------------------------------------------------------------------------------------------------------ two forms

    def true(self, expression: Expression) -> str:
        """Return Python that is true where *expression* is definitely true."""
        match expression:
            case Constant(value=value):
                return repr(value is True)
            case Not(operand=operand):
                return self.false(operand)
            case Every(parts=parts):
                return _all_of(self.true(part) for part in _cheapest_first(parts))
            case Some(parts=parts):
                return _one_of(self.true(part) for part in _cheapest_first(parts))
            case _:
                return self._settled(expression, wanted=True)

    def false(self, expression: Expression) -> str:
        """Return Python that is true where *expression* is definitely false."""
        match expression:
            case Constant(value=value):
                return repr(value is False)
            case Not(operand=operand):
                return self.true(operand)
            case Every(parts=parts):
                return _one_of(self.false(part) for part in _cheapest_first(parts))
            case Some(parts=parts):
                return _all_of(self.false(part) for part in _cheapest_first(parts))
            case _:
                return self._settled(expression, wanted=False)

    def _settled(self, expression: Expression, *, wanted: bool) -> str:
        match expression:
            case Compared():
                return self._compared(expression, wanted=wanted)
            case Within():
                return self._within(expression, wanted=wanted)
            case Applied(function=function, arguments=arguments) if function.form is Form.KNOWN:
                return self._known(arguments[0], wanted=wanted)
            case Applied(function=function) if function.form is Form.PATTERN and not self._is_shared(expression):
                text = self._hold(self._encoded(expression))
                return f"{text.first} is not None and {self._search(expression)}({text.again}) is {'not ' * wanted}None"
            case _:
                return f"{self.value(expression)} is {wanted}"

    def _compared(self, expression: Compared, *, wanted: bool) -> str:
        left, right = expression.left, expression.right
        operator = expression.operator
        if operator in ("==", "!="):
            operator, wanted = ("==" if wanted == (operator == "==") else "!="), True
        if isinstance(left, Constant):
            left, right, operator = right, left, _TURNED[operator]
        if isinstance(right, Constant) and right.type is Type.BOOLEAN and not isinstance(left, Constant):
            return f"{self.value(left)} is {right.value is (operator == '==')}"  # not equal to true is false
        if isinstance(right, Constant) and operator == "==":
            return f"{self.value(left)} == {self.value(right)}"  # unknown equals no literal
        held = [self._hold(self.value(side)) for side in (left, right)]
        sides = zip(held, (left, right), strict=True)
        known = [f"{each.first} is not None" for each, side in sides if not isinstance(side, Constant)]
        compared = f"{'' if wanted else 'not '}{held[0].again} {operator} {held[1].again}"
        return " and ".join((*known, compared))

    def _within(self, expression: Within, *, wanted: bool) -> str:
        is_in = wanted is not expression.is_negated
        item = self._hold(self.value(expression.item))
        known = [] if isinstance(expression.item, Constant) else [f"{item.first} is not None"]
        if isinstance(expression.among, frozenset):
            among = self.bind(expression.among)
            if is_in:
                return f"{item.first} in {among}"  # unknown is in no list of literals
            return " and ".join((*known, f"{item.again} not in {among}"))
        held = self._hold(self.value(expression.among))
        known.append(f"{held.first} is not None")
        return " and ".join((*known, f"{item.again} {'in' if is_in else 'not in'} {held.again}"))

    # --------------------------------------------------------------------------------------------------------- values

    def value(self, expression: Expression) -> str:
        """Return Python for the value of *expression*, which is `None` where it is unknown."""
        match expression:
            case Constant(value=value):
                return repr(value) if isinstance(value, bool | int | float | str) else self.bind(value)
            case Read(fact=fact):
                return self.facts.setdefault(fact, f"n{len(self.facts)}")
            case Counted(place=place):
                self.used_counters.add(self.counters[place])
                return f"c{self.counters[place]}"
            case Applied() if self._is_shared(expression):
                return self._kept(text_of(expression.written), self._applied(expression))
            case Applied():
                return self._applied(expression)
            case _:
                return self._call(expression)

    def _call(self, expression: Expression) -> str:
        """Return a call of what works on values, for forms that are rare as values."""
        of: Sequence[Expression] = tuple(parts_of(expression))
        given = [self.value(part) for part in of]
        match expression:
            case Compared(operator=operator):
                function = self.bind(_COMPARED[operator])
            case Computed(operation=operation):
                function = self.bind(strict.strict(operation), key=operation)
            case Within(among=among, is_negated=is_negated):
                function = self.bind(strict.not_within if is_negated else strict.within)
                given += [self.bind(among)] if isinstance(among, frozenset) else []
            case Not():
                function = self.bind(strict.negated)
            case Every():
                function = self.bind(strict.every)
            case Some():
                function = self.bind(strict.some)
            case _:
                function = self.bind(strict.listed)
        return f"{function}({', '.join(given)})"

    def _applied(self, expression: Applied) -> str:
        function, arguments = expression.function, expression.arguments
        if function.form is Form.KNOWN:
            return f"({self._known(arguments[0], wanted=True)})"
        if function.form is Form.PATTERN:
            return f"{self.bind(_matched)}({self._search(expression)}, {self._encoded(expression)})"
        given = ", ".join(map(self.value, arguments))
        if function.form is Form.DEFAULT:
            return f"{self.bind(strict.default)}({given})"
        return f"{self.bind(strict.strict(function.compute), key=function.compute)}({given})"

    def _known(self, expression: Expression, *, wanted: bool) -> str:
        if isinstance(expression, Constant):
            return repr(wanted)
        return f"{self.value(expression)} is {'not ' * wanted}None"

    def _encoded(self, expression: Applied) -> str:
        text = expression.arguments[0]
        code = f"{self.bind(_ENCODE)}({self.value(text)})"
        key = _ENCODED + text_of(text.written)
        return self._kept(key, code) if key in self.slots else code

    def _search(self, expression: Applied) -> str:
        pattern = expression.arguments[1]
        assert isinstance(pattern, Constant)  # noqa: S101  # the checker lets nothing else stand there
        return self.bind(compiled(str(pattern.value)))

    # ---------------------------------------------------------------------------------------------------------- names

    def _is_shared(self, expression: Applied) -> bool:
        return text_of(expression.written) in self.slots

    def _kept(self, key: str, code: str) -> str:
        slot = self.slots[key]
        self.used_slots.add(slot)
        return f"(s{slot} if s{slot} is not MISSING else (s{slot} := {code}))"

    def _hold(self, code: str) -> "_Held":
        """Return how *code* is written first, and then again without being computed twice."""
        if code.isidentifier() or _is_literal(code):
            return _Held(code, code)
        self.held += 1
        return _Held(f"(t{self.held} := {code})", f"t{self.held}")

    def bind(self, value: Any, key: Any = None) -> str:
        """Return a name of ours under which *value* is found; the same for what is the same object, or has one key."""
        of = id(value if key is None else key)  # all of these live as long as the conditions and this module
        if of not in self.bound_names:
            self.bound_names[of] = f"g{len(self.bound)}"
            self.bound[self.bound_names[of]] = value
        return self.bound_names[of]


@dataclass(frozen=True, slots=True)
class _Held:
    first: str
    again: str


def _is_literal(code: str) -> bool:
    return code[0] in "'\"-0123456789"


def _all_of(codes: Iterable[str]) -> str:
    return " and ".join(f"({code})" if " or " in code else code for code in codes)


def _one_of(codes: Iterable[str]) -> str:
    return " or ".join(codes)


def _cheapest_first(parts: Sequence[Expression]) -> list[Expression]:
    """Return *parts* in the order in which least is done: all are total, so that the order changes no answer."""
    return sorted(parts, key=_cost)


def _cost(expression: Expression) -> int:
    if isinstance(expression, Compared) and Type.BOOLEAN is expression.left.type:
        return _cost(expression.left) + _cost(expression.right) - 1
    return sum(
        1 + (_COSTS[each.function.form] if isinstance(each, Applied) else 0) for each in everything_in(expression)
    )


def _matched(search: Any, text: bytes | None) -> bool | None:
    return None if text is None else search(text) is not None


_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""Each comparison with its sides exchanged."""

_ENCODE = strict.strict(encoded)
_COMPARED = {operator: strict.strict(operation) for operator, operation in COMPARED.items()}
