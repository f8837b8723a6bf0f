"""The one way to write an expression. What is printed and parsed again is the same."""

from tutela.core.rules.syntax import (
    AND,
    COMPARISONS,
    MEMBERSHIPS,
    NOT,
    OR,
    Binary,
    Call,
    Chain,
    Items,
    Name,
    Node,
    Number,
    Text,
    Truth,
    Unary,
)

_ATOM = 8
_STRENGTH = {
    OR: 1,
    AND: 2,
    **dict.fromkeys((*COMPARISONS, *MEMBERSHIPS), 4),
    **dict.fromkeys("+-", 5),
    **dict.fromkeys("*/%", 6),
}
_NOT_STRENGTH, _NEGATIVE_STRENGTH, _COMPARE_STRENGTH = 3, 7, 4
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_HIGHEST_ESCAPED = 0xFFFF


def text_of(node: Node) -> str:  # noqa: PLR0911  # one case for each kind of node
    """Return *node* in canonical text: as few parentheses as can be, texts in double quotes."""
    match node:
        case Truth(value):
            return "true" if value else "false"
        case Number(value):
            return repr(value)
        case Text(value):
            return quote(value)
        case Name(name):
            return name
        case Items(items):
            return f"[{', '.join(map(text_of, items))}]"
        case Call(function, arguments, keywords):
            named = (f"{each.name}={text_of(each.value)}" for each in keywords)
            return f"{function}({', '.join((*map(text_of, arguments), *named))})"
        case Unary(operator, operand):
            gap = " " if operator == NOT else ""
            return f"{operator}{gap}{_within(operand, _strength(node))}"
        case Binary():
            return _binary(node)
        case Chain(operator, parts):
            strength = _STRENGTH[operator]
            return f" {operator} ".join(_within(part, strength + 1) for part in parts)


def quote(text: str) -> str:
    """Return *text* as a literal: one line, in which nothing is invisible."""
    return f'"{"".join(map(_char, text))}"'


def _char(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return char if char.isprintable() or ord(char) > _HIGHEST_ESCAPED else f"\\u{ord(char):04x}"


def _binary(node: Binary) -> str:
    strength = _strength(node)
    is_compared = strength == _COMPARE_STRENGTH  # on both sides: comparisons are not chained
    left = _within(node.left, strength + 1 if is_compared else strength)
    return f"{left} {node.operator} {_within(node.right, strength + 1)}"


def _within(node: Node, strength: int) -> str:
    """Return *node* as an operand, in parentheses where it binds more loosely than *strength*."""
    text = text_of(node)
    return text if _strength(node) >= strength else f"({text})"


def _strength(node: Node) -> int:
    match node:
        case Unary(operator):
            return _NOT_STRENGTH if operator == NOT else _NEGATIVE_STRENGTH
        case Binary(operator) | Chain(operator):
            return _STRENGTH[operator]
        case _:
            return _ATOM
