"""What people write who know another language, and what is written here instead."""

import unicodedata

from tutela.core.rules.problems import Problem, quoted, refusal

_SIGNS = {
    "**": "powers are not known here; multiply",
    "//": "write `/`, which divides numbers exactly",
    "&&": "write `and`",
    "||": "write `or`",
    "===": "write `==`",
    "!==": "write `!=`",
    "<>": "write `!=`",
    "=>": "write `>=`",
    "=<": "write `<=`",
    ":=": "a condition gives no names; write the expression twice, it is computed once",
    "->": "a condition gives no functions",
    "<<": "shifts are not known here; multiply",
    ">>": "shifts are not known here; divide",
    "/*": "a comment begins with `#`",
}
"""Signs of others, by which ours begin."""

_CHARACTERS = {
    "!": "write `not`",
    "&": "write `and`",
    "|": "write `or`",
    "^": "write `!=` between two booleans",
    "~": "write `not`",
    "{": "a list is written `[a, b]`",
    "}": "a list is written `[a, b]`",
    ";": "a condition is one expression; join two with `and`",
    ":": "a condition is one expression, without blocks or slices",
    "@": "names stand without a mark",
    "$": "names stand without a mark: `event.kind`",
    "?": "write `known(x)`, or `default(x, y)` for a value where x is unknown",
    "`": "a text stands in straight quotes, a name without any",
    "\\": "a condition may go on in the next line without a mark",
    ".": "a number begins with a digit: `0.5`; a name with a letter",
}

CURLY = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\uff02\uff07"

WORDS = {
    "is": "write `==`; whether something is known is asked with `known(x)`",
    "if": "join conditions with `and` and `or`; write `default(x, y)` for a value where x is unknown",
    "else": "join conditions with `and` and `or`",
    "for": "lists are asked with `any_of(a, b)`, `overlap(a, b)` and `in`",
    "lambda": "a condition gives no functions",
    "await": "a condition never waits",
    "AND": "write `and`",
    "OR": "write `or`",
    "NOT": "write `not`",
    "IN": "write `in`",
    "And": "write `and`",
    "Or": "write `or`",
    "Not": "write `not`",
    "between": "write `a <= x and x <= b`",
    "like": 'write `matches(text, "pattern")` or `contains(text, part)`',
    "xor": "write `!=` between two booleans",
    "mod": "write `%`",
}
"""Words of others, where an operator could stand or an expression begin."""

NOTHING = frozenset({"None", "null", "nil", "undefined", "none", "NULL"})
"""How others write that something is missing."""

UNKNOWN_HINT = "unknown is asked for with `known(x)`: `not known(x)`"


def refuse_sign(source: str, at: int) -> None:
    """Let pass what is a sign of ours.

    Raises:
        tutela.errors.RuleProblem: It is one of another language.
    """
    for length in (3, 2):
        sign = source[at : at + length]
        if sign in _SIGNS:
            raise refusal([Problem(at, at + length, f"`{sign}` is not known here", _SIGNS[sign])], source)


def character(source: str, at: int) -> Problem:
    """Return what is wrong with a character that begins nothing."""
    char = source[at]
    hint = _CHARACTERS.get(char, "")
    if char in CURLY:
        return Problem(at, at + 1, "this quote is not straight", 'write `"` at both ends of a text')
    if char.isalpha():
        hint = "names are made of a to z, digits, `_` and dots; other letters only stand in texts"
    shown = quoted(char) if char.isprintable() else f"U+{ord(char):04X} ({unicodedata.name(char, 'without a name')})"
    return Problem(at, at + 1, f"{shown} does not belong into a condition", hint)
