"""Statuses of errors: what the tree in `errors` says to whoever reads it is what every face answers."""

import re

from tutela import errors
from tutela.statuses import STATUS

_LINE = re.compile(r"[├└]── (\w+) +(?:.* )?([45]\d\d)\b")


def test_the_tree_of_errors_tells_the_status_of_each() -> None:
    """The table and the tree are written apart; one that is in neither has that of its nearest ancestor."""
    told = dict(_LINE.findall(str(errors.__doc__)))
    assert {each.__name__ for each in STATUS} - {"TutelaError"} <= told.keys()
    assert {name: status_of_class(getattr(errors, name)) for name in told} == {n: int(s) for n, s in told.items()}


def status_of_class(error: type[errors.TutelaError]) -> int:
    """Return the status of a class."""
    return next(STATUS[each] for each in error.__mro__ if each in STATUS)
