"""How many examples a law is tried on: what the suite takes each time, and more by `TUTELA_TEST_EXAMPLES`."""

import os

from hypothesis import settings

TIMES = int(os.environ.get("TUTELA_TEST_EXAMPLES", "1"))
"""By what every number of examples is multiplied."""


def examples(count: int) -> int:
    """Return how many examples are tried where *count* are enough each time.

    The rule of the house: 100 where an example costs nothing, at least 50 where it costs milliseconds, and 20 to 30
    where it opens a database and works in it.
    """
    return count * TIMES


def set_up() -> None:
    """Have every law that says nothing of it tried on a hundred, however slow the machine is."""
    settings.register_profile("tutela", max_examples=examples(100), deadline=None)
    settings.load_profile("tutela")
