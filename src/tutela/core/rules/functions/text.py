"""Functions of texts."""

from collections.abc import Sized

from tutela.core.rules.functions.function import Form, Function, Parameter
from tutela.core.rules.functions.patterns import matches
from tutela.core.rules.types import Type
from tutela.core.subjects import host_of

_TEXT = Parameter("text", (Type.TEXT,))
_PART = Parameter("part", (Type.TEXT,))


def _contains(text: str, part: str) -> bool:
    return part in text


def _length(text: Sized) -> int:
    return len(text)


def _words(text: str) -> int:
    return len(text.split())


TEXT = (
    Function("contains", (_TEXT, _PART), Type.BOOLEAN, "whether the part is somewhere in the text", _contains),
    Function("starts_with", (_TEXT, _PART), Type.BOOLEAN, "whether the text begins with the part", str.startswith),
    Function("ends_with", (_TEXT, _PART), Type.BOOLEAN, "whether the text ends with the part", str.endswith),
    Function("lower", (_TEXT,), Type.TEXT, "the text in lower case", str.lower),
    Function("words", (_TEXT,), Type.NUMBER, "how many words there are, as blanks part them", _words),
    Function(
        "length",
        (Parameter("x", (Type.TEXT, Type.TEXTS)),),
        Type.NUMBER,
        "how many characters a text has, or how many texts a list",
        _length,
    ),
    Function(
        "matches",
        (_TEXT, Parameter("pattern", (Type.TEXT,))),
        Type.BOOLEAN,
        'whether the pattern, in the language of RE2, is somewhere in the text; `"(?i)..."` whatever its case',
        matches,
        Form.PATTERN,
    ),
    Function(
        "host",
        (Parameter("link", (Type.TEXT,)),),
        Type.TEXT,
        "the host of a link as browsers compare it; unknown of what is no link",
        host_of,
    ),
)
