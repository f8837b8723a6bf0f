"""Functions of what is known, and what is not."""

from tutela.core.rules.functions.function import Form, Function, Parameter
from tutela.core.rules.types import Type, Value


def _known(_: Value) -> bool:
    return True


def _first(x: Value, _: Value) -> Value:
    return x


VALUES = (
    Function("known", (Parameter("x", tuple(Type)),), Type.BOOLEAN, "whether x is known", _known, Form.KNOWN),
    Function(
        "default",
        (Parameter("x", tuple(Type)), Parameter("y", tuple(Type), is_like_first=True)),
        None,
        "x, or y where x is unknown",
        _first,
        Form.DEFAULT,
    ),
)
