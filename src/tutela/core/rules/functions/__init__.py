"""The closed table of functions of the rule language: what is not here does not exist."""

from collections.abc import Mapping

from tutela.core.rules.functions.function import Function
from tutela.core.rules.functions.lists import LISTS
from tutela.core.rules.functions.numbers import NUMBERS
from tutela.core.rules.functions.text import TEXT
from tutela.core.rules.functions.times import TIMES
from tutela.core.rules.functions.values import VALUES

FUNCTIONS: Mapping[str, Function] = {function.name: function for function in (*TEXT, *TIMES, *LISTS, *NUMBERS, *VALUES)}
"""Every function by name; counters stand beside them, see `tutela.core.rules.check_counters`."""

__all__ = ["FUNCTIONS", "Function"]
