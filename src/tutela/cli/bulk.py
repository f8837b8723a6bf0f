"""`tutela bulk`: decide about many items."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tutela.bootstrap import House
from tutela.cli.judging import moment, sayer
from tutela.cli.narrowing import delay_of, narrowing, refuse_what_none_takes, scope_of
from tutela.cli.opening import Where, placed, progress
from tutela.core.bulks import BulkAsk, BulkMeasure, Target
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.plan_words import in_words
from tutela.core.roles import Role
from tutela.errors import BadInput, Conflict
from tutela.flows.bulk import AskedInBulk, ForeseenBulk
from tutela.flows.find_items import AskedFilter
from tutela.ports.decisions import Bulk, BulkOutcome, BulkState

ANOTHER_SECONDS = 0.1
"""Before it is looked at again, where another process was quicker with the next items."""

_KINDS = click.Choice([each.value for each in MeasureKind])


@click.group("bulk")
def bulk_command() -> None:
    """Decide about many items at once: shown first, then confirmed by their count."""


@bulk_command.command("decide")
@click.option("--clause", required=True, help="Clause of the policy, as in house.spam.")
@click.option("--code", required=True, help="What was found, in your own word for it. Told to staff only.")
@click.option("--line", default="", help="What was found, in a line. Told to staff only.")
@click.option("--by", required=True, help="Who decides.")
@click.option("--senior", is_flag=True, help="May decide that a child is an actor.")
@click.option("--role", type=click.Choice([each.value for each in Role]), default="none", show_default=True)
@click.option("--item", "on_items", multiple=True, type=_KINDS, help="A measure on each item. May be repeated.")
@click.option("--author", "on_authors", multiple=True, type=_KINDS, help="On whoever posted it. May be repeated.")
@click.option("--until", "ends_at", help="When these measures end, as in 2027-01-31.")
@narrowing
@click.option(
    "--list", "listed", type=click.Path(path_type=Path), help="Names of items, one a line; - is standard input."
)
@click.option("--account", help="Items of this account.")
@click.option("--tag", help="Items with this tag.")
@click.option("--case-clause", help="Items in a case under this clause.")
@click.option("--submitted-since", help="As in 2027-01-31.")
@click.option("--submitted-until", help="As in 2027-01-31.")
@click.option("--confirm-count", type=click.IntRange(0), help="Do not ask: how many items are meant.")
@click.option("--dry-run", is_flag=True, help="Only show; decide nothing.")
@placed
def decide(where: Where, **options: Any) -> None:
    """Decide about a list of items, or about what a filter finds.

    Shows what would come of it, asks for the number of items to be typed, then decides a hundred at a time and shows
    how far it is. May run beside a server. Interrupted, it goes on with `tutela bulk resume`, or with the server.

    \b
    tutela bulk decide --clause house.spam --code link_farm --by ada --role actor \\
        --item remove --tag cheap-watches
    """  # noqa: D301  # \b is click's mark
    asked = _asked(options)
    with where.house() as house:
        foreseen = house.decide_in_bulk.foresee(asked)
        click.echo(_foreseen_in_words(foreseen), err=True)
        if options["dry_run"]:
            where.tell(_foreseen_record(foreseen), f"{foreseen.count} items; nothing was decided")
            return
        bulk = house.decide_in_bulk(asked, _confirmed(options["confirm_count"], foreseen.count))
        _follow(house, bulk)
        done = house.decide_in_bulk.find(bulk.id)
    where.tell(_record(done), _in_words(done))


@bulk_command.command("resume")
@click.argument("bulk_id")
@placed
def resume(where: Where, bulk_id: str) -> None:
    """Decide on with one that was interrupted; a running server does so by itself."""
    with where.house() as house:
        _follow(house, house.decide_in_bulk.find(bulk_id))
        done = house.decide_in_bulk.find(bulk_id)
    where.tell(_record(done), _in_words(done))


@bulk_command.command("show")
@click.argument("bulk_id")
@placed
def show(where: Where, bulk_id: str) -> None:
    """Show how far one has come."""
    with where.house() as house:
        found = house.decide_in_bulk.find(bulk_id)
    where.tell(_record(found), _in_words(found))


@bulk_command.command("cancel")
@click.argument("bulk_id")
@click.option("--by", required=True, help="Who cancels.")
@placed
def cancel(where: Where, bulk_id: str, by: str) -> None:
    """Decide about nothing more of one. What was decided stays decided."""
    with where.house() as house:
        found = house.decide_in_bulk.cancel(bulk_id, sayer(by))
    where.tell(_record(found), _in_words(found))


def _asked(options: dict[str, Any]) -> AskedInBulk:
    ends_at = _moment(options["ends_at"], "--until")
    wanted_on = [(MeasureKind(kind), Target.ITEM) for kind in options["on_items"]]
    wanted_on += [(MeasureKind(kind), Target.AUTHOR) for kind in options["on_authors"]]
    refuse_what_none_takes((kind for kind, _ in wanted_on), options)
    measures = tuple(BulkMeasure(kind, on, scope_of(kind, options), ends_at=ends_at) for kind, on in wanted_on)
    facts = Facts(options["code"], options["line"])
    ask = BulkAsk(ClauseId(options["clause"]), facts, measures, Role(options["role"]), delay_of(options))
    wanted = AskedFilter(
        options["account"], options["tag"], options["case_clause"],
        _moment(options["submitted_since"], "--submitted-since"),
        _moment(options["submitted_until"], "--submitted-until"),
    )  # fmt: skip
    is_filtered = wanted != AskedFilter()
    if is_filtered == (options["listed"] is not None):
        raise click.UsageError("give either --list, or a filter: --account, --tag or --case-clause")
    decider = Decider(sayer(options["by"]), options["senior"])
    return AskedInBulk(ask, decider, () if is_filtered else _names(options["listed"]), wanted if is_filtered else None)


def _moment(said: str | None, place: str) -> datetime | None:
    return moment(said, place) if said else None


def _names(file: Path) -> tuple[str, ...]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"the list cannot be read: {(error.strerror or '').lower()}", place=str(file)) from error
    except UnicodeDecodeError:
        raise BadInput("the list is no text in UTF-8", place=str(file)) from None
    names = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not names:
        raise BadInput(
            "the list is empty", place=str(file), remedy="One item a line, by the platform's own name of it."
        )
    return names


def _confirmed(given: int | None, count: int) -> int:
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise BadInput("the count is not confirmed", place="--confirm-count", remedy=f"Give --confirm-count {count}.")
    return int(click.prompt("Type the number of items to decide about them", type=click.IntRange(0), err=True))


def _follow(house: House, bulk: Bulk) -> None:
    """Decide until it has ended, here or in another process."""
    with progress("deciding", bulk.total) as step:
        at = 0
        while bulk.ended_at is None:
            step(bulk.position - at)
            at = bulk.position
            if not house.run_bulks.step(bulk.id):
                time.sleep(ANOTHER_SECONDS)
            bulk = house.decide_in_bulk.find(bulk.id)
            if bulk.state is BulkState.GATHERING:
                raise Conflict("its items are still being written down", place=bulk.id, remedy="Try again in a moment.")
        step(bulk.position - at)


def _foreseen_in_words(foreseen: ForeseenBulk) -> str:
    came = foreseen.outcomes
    lines = [
        (
            f"{foreseen.count} items, {foreseen.looked_at} looked at: {came[BulkOutcome.DECIDED]} would be decided, "
            f"{came[BulkOutcome.UNCHANGED]} are so already, {came[BulkOutcome.REFUSED]} would be refused"
        ),
        (
            f"{len(foreseen.accounts)} accounts, {len(foreseen.struck)} of them struck; {foreseen.messages} messages, "
            f"{foreseen.cases} cases, {foreseen.reports} drafts of reports"
        ),
        *(f"  {count:>8} {kind} on {subject}" for (subject, kind), count in foreseen.grants.most_common()),
    ]
    for each in foreseen.sample:
        lines += [f"{each.stored.item.platform_id}: {'; '.join(in_words(each.plan)) if each.plan else ''}"]
    for each in foreseen.refused:
        lines += [f"{each.stored.item.platform_id}: refused: {refusal.sentence}" for refusal in each.refusals]
    return "\n".join(lines)


def _foreseen_record(foreseen: ForeseenBulk) -> dict[str, Any]:
    return {
        "count": foreseen.count,
        "looked_at": foreseen.looked_at,
        **{outcome.value: foreseen.outcomes[outcome] for outcome in BulkOutcome},
        "accounts": len(foreseen.accounts),
        "struck": len(foreseen.struck),
        "messages": foreseen.messages,
    }


def _record(bulk: Bulk) -> dict[str, Any]:
    return {
        "bulk": bulk.id,
        "state": bulk.state.value,
        "total": bulk.total,
        "position": bulk.position,
        "decided": bulk.decided,
        "unchanged": bulk.unchanged,
        "refused": bulk.refused,
    }


def _in_words(bulk: Bulk) -> str:
    return (
        f"{bulk.id} is {bulk.state}: {bulk.position} of {bulk.total} looked at, {bulk.decided} decided, "
        f"{bulk.unchanged} unchanged, {bulk.refused} refused"
    )
