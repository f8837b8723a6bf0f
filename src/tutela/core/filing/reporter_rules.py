"""What is wrong with who reports: found when it is entered, so that no report fails for it."""

from collections.abc import Iterator
from datetime import datetime

from tutela.core.filing.problems import Problem
from tutela.core.filing.report import Reporter
from tutela.core.filing.report_rules import of_part, parts
from tutela.core.filing.schema import spots
from tutela.core.filing.table import SHAPES
from tutela.core.filing.value_rules import of_value


def of_reporter(reporter: Reporter, now: datetime) -> Iterator[Problem]:
    """Yield what pre-flight would find."""
    if not reporter.person.emails:
        yield Problem("reporter", "person.emails", "Whoever reports has no e-mail address.", "Enter one.")
    for spot in spots(reporter, "reporter", SHAPES):
        yield from of_value(spot, now)
    for place, shape, model in parts(reporter, "reporter"):
        yield from of_part(place, shape, model)
