"""`tutela clocks`: by when notices, appeals and orders must be answered."""

import click

from tutela.cli.judging import moment
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.flows.read_clocks import Due
from tutela.flows.tell_clocks import clock_told, figure_told

_COLUMNS = ("due_at", "left", "subject", "id", "clock", "stands")
_FIGURES = ("clock", "subject", "started", "target_kept", "target_missed", "limit_kept", "limit_missed", "running")


@click.group("clocks", invoke_without_command=True)
@click.option("--due", type=click.Choice([each.value for each in Due]), default=Due.TODAY.value, show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--after", default="", help="`next` of the page before.")
@placed
@click.pass_context
def clocks_command(context: click.Context, where: Where, due: str, limit: int, after: str) -> None:
    """List what must be answered, the first due first; times in UTC. The exit status is 1 when something is late."""
    if context.invoked_subcommand is not None:
        return
    with where.house() as house:
        page = house.messaging.clocks.page(whoever(), Due(due), after, limit)
    told = [clock_told(each, page.now) for each in page.clocks]
    rows = [
        {
            **each,
            "due_at": f"{each['due_at']:%Y-%m-%d %H:%M} UTC",
            "left": _span(each["left_seconds"]),
            "stands": "BREACHED"
            if each["is_breached"]
            else "late"
            if each["is_late"]
            else f"{each['target_percent']} %",
        }
        for each in told
    ]
    words = table(rows, _COLUMNS, empty="nothing is due")
    counts = page.counts
    summary = f"{counts.late} late, {counts.breached} past a limit, {counts.running} running"
    where.tell({"clocks": told, "next": page.following}, "\n".join((words, summary, *_more(page.following))))
    if counts.late or counts.breached:
        context.exit(1)


@clocks_command.command("figures")
@click.option("--since", help="Such as 2026-03-02T00:00:00Z; thirty days before the end, without it.")
@click.option("--until", help="Now, without it.")
@placed
def figures_command(where: Where, since: str | None, until: str | None) -> None:
    """Show how many clocks that began in a period were kept and missed."""
    start = None if since is None else moment(since, "--since")
    end = None if until is None else moment(until, "--until")
    with where.house() as house:
        found = house.messaging.clocks.figures(whoever(), start, end)
    rows = [figure_told(each) for each in found.figures]
    where.tell(rows, table(rows, _FIGURES, empty="no clock began in this period"))


def _more(following: str | None) -> list[str]:
    return [f"more: --after '{following}'"] if following else []


def _span(seconds: float) -> str:
    minutes = int(abs(seconds)) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    told = f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"
    return f"-{told}" if seconds <= 0 else told
