"""Functions of times. All are of UTC: where somebody lives is not known to that hour."""

from tutela.core.rules.functions.function import Function, Parameter
from tutela.core.rules.types import MICROSECONDS, Type

_HOUR_US = 3_600 * MICROSECONDS
_DAY_HOURS, _WEEK_DAYS = 24, 7
_FIRST_WEEKDAY = 3
"""Of 1970-01-01, a Thursday, counted from Monday as 0."""

_TIME = Parameter("time", (Type.TIME,))


def _hour(time_us: int) -> int:
    return time_us // _HOUR_US % _DAY_HOURS


def _weekday(time_us: int) -> int:
    return (time_us // (_HOUR_US * _DAY_HOURS) + _FIRST_WEEKDAY) % _WEEK_DAYS + 1


TIMES = (
    Function("hour", (_TIME,), Type.NUMBER, "the hour of the day in UTC, 0 to 23", _hour),
    Function("weekday", (_TIME,), Type.NUMBER, "the day of the week in UTC, from 1 for Monday to 7", _weekday),
)
