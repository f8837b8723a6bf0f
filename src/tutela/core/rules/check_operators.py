"""What may stand beside which operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutela.core.rules.literals import DURATION_FORM, TIME_FORM, duration_of
from tutela.core.rules.operations import ARITHMETIC
from tutela.core.rules.problems import did_you_mean, quoted
from tutela.core.rules.syntax import COMPARISONS, MEMBERSHIPS, NOT, Binary, Items, Node, Text, Unary
from tutela.core.rules.typed import Compared, Computed, Constant, Expression, Listed, Not, Read, Within
from tutela.core.rules.types import Type, Value

if TYPE_CHECKING:  # the checker calls these, and they call it
    from tutela.core.rules.checker import Checker

_ORDERED = (Type.NUMBER, Type.TEXT, Type.TIME, Type.DURATION)
_SIGNED = (Type.NUMBER, Type.DURATION)
_EQUALITIES = ("==", "!=")


def unary(checker: Checker, node: Unary) -> Expression | None:
    """Return `not x` or `-x` checked."""
    if node.operator == NOT:
        found = checker.need(node.operand, Type.BOOLEAN)
        return None if found is None else Not(node, Type.BOOLEAN, found)
    found = checker.need(node.operand, *_SIGNED)
    if found is None:
        return None
    if isinstance(found, Constant) and isinstance(found.value, int | float):
        return Constant(node, found.type, -found.value)
    operation = ARITHMETIC["-", found.type, found.type][1]
    return Computed(node, found.type, operation, (Constant(node, found.type, 0), found))


def binary(checker: Checker, node: Binary) -> Expression | None:
    """Return an operator between two operands checked."""
    if node.operator in MEMBERSHIPS:
        return _within(checker, node)
    left, right = _sides(checker, node)
    if left is None or right is None:
        return None
    if node.operator in COMPARISONS:
        return _compared(checker, node, left, right)
    return _computed(checker, node, left, right)


def _sides(checker: Checker, node: Binary) -> tuple[Expression | None, Expression | None]:
    """Return both operands; a text literal is read as the other side needs it."""
    if isinstance(node.left, Text):
        right = checker.expression(node.right)
        return checker.expression(node.left, _read_as(node, right, node.left)), right
    left = checker.expression(node.left)
    other = _read_as(node, left, node.right) if isinstance(node.right, Text) else None
    return left, checker.expression(node.right, other)


def _read_as(node: Binary, beside: Expression | None, text: Text) -> Type | None:
    """Return the type of a text literal beside what it is compared or computed with."""
    if beside is None:
        return None
    is_shift = node.operator in ("+", "-") and beside.type is Type.TIME
    if is_shift and (node.operator == "+" or duration_of(text.value) is not None):
        return Type.DURATION
    return beside.type


# --------------------------------------------------------------------------------------------------------- comparisons


def _compared(checker: Checker, node: Binary, left: Expression, right: Expression) -> Expression | None:
    if Type.TEXTS in (left.type, right.type):
        hint = "ask with `in`, `any_of(a, b)` or `overlap(a, b)`"
        checker.wrong(node.span, f"a list is not compared with `{node.operator}`", hint)
    elif left.type is not right.type:
        message = f"a {left.type} is never `{node.operator}` a {right.type}"
        checker.wrong(node.span, message, _alike(left, right) or _alike(right, left))
    elif node.operator not in _EQUALITIES and left.type not in _ORDERED:
        checker.wrong(node.span, f"a {left.type} has no order", "compare with `==` or `!=`")
    elif _fits_choices(checker, node, left, right) and _fits_choices(checker, node, right, left):
        return Compared(node, Type.BOOLEAN, node.operator, left, right)
    return None


def _alike(one: Expression, literal: Expression) -> str:
    """Return how a literal was perhaps meant, beside what it is compared with."""
    if not isinstance(literal, Constant):
        return ""
    forms = {Type.DURATION: DURATION_FORM, Type.TIME: TIME_FORM}
    if isinstance(literal.value, str):
        is_digits = literal.value.replace(".", "", 1).isdigit()
        if (one.type is Type.NUMBER and is_digits) or (one.type is Type.BOOLEAN and literal.value.lower() in _TRUTHS):
            return f"write `{literal.value.lower()}` without quotes"
    return 'a text stands in quotes: `"..."`' if one.type is Type.TEXT else forms.get(one.type, "")


_TRUTHS = ("true", "false")


def _fits_choices(checker: Checker, node: Binary, read: Expression, other: Expression) -> bool:
    """Return whether a fact with certain values is compared with one of them."""
    fact = checker.fact(read.fact) if isinstance(read, Read) else None
    if fact is None or not fact.choices:
        return True
    if node.operator not in (*_EQUALITIES, *MEMBERSHIPS):
        hint = f"its values are {_or(fact.choices)}; write `in [...]`"
        checker.wrong(node.span, f"{quoted(fact.name)} has no order", hint)
        return False
    return _is_choice(checker, fact.name, fact.choices, other)


def _is_choice(checker: Checker, name: str, choices: tuple[str, ...], other: Expression) -> bool:
    if not isinstance(other, Constant) or other.value in choices:
        return True
    value = str(other.value)
    hint = did_you_mean(value, choices, f"its values are {_or(choices)}")
    checker.wrong(other.written.span, f"{quoted(name)} is never {quoted(value)}", hint)
    return False


def _or(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


# ---------------------------------------------------------------------------------------------------------- membership


def _within(checker: Checker, node: Binary) -> Expression | None:
    left = checker.expression(node.left)
    if isinstance(node.right, Items):
        return None if left is None else _within_literals(checker, node, left, node.right)
    right = checker.expression(node.right)
    if left is None or right is None:
        return None
    if right.type is Type.TEXT:
        checker.wrong(node.span, f"`{node.operator}` asks a list, this is a text", "write `contains(text, part)`")
    elif right.type is not Type.TEXTS:
        checker.wrong(node.right.span, f"a list is expected after `{node.operator}`, this is a {right.type}")
    elif left.type is not Type.TEXT:
        hint = "ask with `any_of(a, b)`" if left.type is Type.TEXTS else ""
        checker.wrong(node.left.span, f"a text may be in a list of texts, a {left.type} never is", hint)
    else:
        among = frozenset(right.value) if isinstance(right, Constant) and isinstance(right.value, tuple) else right
        return Within(node, Type.BOOLEAN, left, among, node.operator == "not in")
    return None


def _within_literals(checker: Checker, node: Binary, left: Expression, among: Items) -> Expression | None:
    if left.type is Type.TEXTS:
        checker.wrong(node.left.span, "a list is not in a list", "ask with `any_of(a, b)`")
        return None
    if not among.items:
        checker.wrong(among.span, "nothing is in an empty list")
        return None
    items = [_item(checker, node, left, item) for item in among.items]
    found = [item for item in items if item is not None]
    if len(found) < len(items):
        return None
    is_negated = node.operator == "not in"
    values: list[Value] = [item.value for item in found if isinstance(item, Constant)]
    if len(values) == len(found):
        return Within(node, Type.BOOLEAN, left, frozenset(values), is_negated)
    return Within(node, Type.BOOLEAN, left, Listed(among, Type.TEXTS, tuple(found)), is_negated)


def _item(checker: Checker, node: Binary, left: Expression, item: Node) -> Expression | None:
    """Return one of a list that *left* may be in."""
    found = checker.expression(item, left.type)
    if found is None:
        return None
    if found.type is not left.type:
        checker.wrong(item.span, f"a {left.type} is never a {found.type}", _alike(left, found))
        return None
    return found if _fits_choices(checker, node, left, found) else None


# ---------------------------------------------------------------------------------------------------------- arithmetic


def _computed(checker: Checker, node: Binary, left: Expression, right: Expression) -> Expression | None:
    found = ARITHMETIC.get((node.operator, left.type, right.type))
    if found is None:
        message = f"`{node.operator}` does not go between a {left.type} and a {right.type}"
        hint = "ask a text with `contains`, `starts_with`, `ends_with`" if Type.TEXT in (left.type, right.type) else ""
        checker.wrong(node.span, message, hint)
        return None
    if node.operator in ("/", "%") and isinstance(right, Constant) and right.value == 0:
        checker.wrong(node.right.span, "nothing can be divided by zero")
        return None
    result, operation = found
    return Computed(node, result, operation, (left, right))
