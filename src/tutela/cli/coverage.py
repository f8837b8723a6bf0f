"""`tutela coverage`: which clauses nothing looks for."""

import click

from tutela.cli import PARTLY
from tutela.cli.opening import Where, placed
from tutela.core.coverage import ClauseCoverage, DetectorState

_WHAT_IS_MISSING = {
    DetectorState.OFF: "switched off",
    DetectorState.BROKEN: "a bank that cannot be opened",
    DetectorState.EMPTY: "a bank without entries",
    DetectorState.WAITS: "a rule that waits for a bank or a classifier of this clause",
    DetectorState.UNTOLD: "a rule, but no event was told for a week",
    DetectorState.SIGNAL_ONLY: "found, but no rule makes anything of it",
}


@click.command("coverage")
@placed
def coverage_command(where: Where) -> None:
    """Show of each clause what looks for it, those that nothing looks for first.

    The exit status is 2 while nothing looks for a clause of zero tolerance; ordinary ones may be left to people.
    """
    with where.house() as house:
        coverage = house.read_coverage()
    record = {
        each.clause.id: {
            "covered": each.is_covered,
            "detectors": [[one.kind.value, one.name, one.state.value] for one in each.detectors],
        }
        for each in coverage
    }
    lines = [line for each in coverage for line in _lines(each)]
    where.tell(record, "\n".join(lines))
    if any(each.is_missing for each in coverage):
        click.get_current_context().exit(PARTLY)


def _lines(each: ClauseCoverage) -> list[str]:
    mark = "x" if each.is_covered else " " if each.is_missing else "-"
    lines = [f"[{mark}] {each.clause.id}: {each.clause.title}"]
    for one in each.detectors:
        missing = _WHAT_IS_MISSING.get(one.state)
        lines.append(f"      {one.kind.value.replace('_', ' ')} {one.name}: {missing or 'works'}")
    if each.detectors:
        return lines
    remedy = "nothing looks for it: connect a bank, or write a rule" if each.is_missing else "left to people"
    return [*lines, f"      {remedy}"]
