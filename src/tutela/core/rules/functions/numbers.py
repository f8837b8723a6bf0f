"""Functions of numbers."""

from tutela.core.rules.functions.function import Function, Parameter
from tutela.core.rules.types import Type

_SIZES = (Type.NUMBER, Type.DURATION, Type.TIME)
_X, _Y = Parameter("x", _SIZES), Parameter("y", _SIZES, is_like_first=True)
_MOST = 16

NUMBERS = (
    Function("min", (_X, _Y), None, "the smallest", min, most_arguments=_MOST),
    Function("max", (_X, _Y), None, "the largest", max, most_arguments=_MOST),
    Function("abs", (Parameter("x", (Type.NUMBER, Type.DURATION)),), None, "without its sign", abs),
)
