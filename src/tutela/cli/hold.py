"""`tutela hold`: keep evidence from being destroyed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from tutela.cli.acting import who
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.filing.holds import FROM_OUTSIDE, HoldSource
from tutela.core.ids import CaseId, HoldId, MediaId, ReportId
from tutela.flows.keep_holds import HoldSeen, NewHold
from tutela.ports.holds import StoredHold

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
_PLACED_BY_HAND = [each.value for each in (*sorted(FROM_OUTSIDE), HoldSource.OWN)]
_COLUMNS = ("id", "source", "reference", "contents", "until", "review_by", "state")


def as_somebody(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--as`, for whoever sits at a machine account that several people share."""
    return click.option("--as", "name", help="Who you are; the name of your account at this machine otherwise.")(
        function
    )


@click.group("hold")
def hold_command() -> None:
    """Keep evidence from being destroyed, whatever its time says and whoever asks."""


@hold_command.command("place")
@click.option("--source", type=click.Choice(_PLACED_BY_HAND), required=True, help="Who wants it kept.")
@click.option("--reference", required=True, help="The number of the letter or of the proceedings.")
@click.option("--reason", required=True, help="Who asks, and why. Not in the audit.")
@click.option("--media", multiple=True, help="A content, by its id. Repeatable.")
@click.option("--item", multiple=True, help="What the platform calls a post; with its conversation. Repeatable.")
@click.option("--case", "cases", multiple=True, help="All of a case, with its conversations and reports. Repeatable.")
@click.option("--report", "reports", multiple=True, help="A report, with its files. Repeatable.")
@click.option("--until", type=MOMENT, help="Its end, in UTC.")
@click.option("--review", type=MOMENT, help="When somebody looks whether it is still wanted, in UTC.")
@as_somebody
@placed
def place(  # noqa: PLR0913  # one argument an option
    where: Where, *, source: str, reference: str, reason: str, media: tuple[str, ...], item: tuple[str, ...],
    cases: tuple[str, ...], reports: tuple[str, ...], until: datetime | None, review: datetime | None,
    name: str | None,
) -> None:  # fmt: skip
    """Hold evidence from now on.

    \b
    tutela hold place --source police --reference "14 Js 7/26" --reason "letter of today" \\
        --case cas_01m7zt3q2xw9c5r8k4n6v0b1hd --until 2027-02-28
    """  # noqa: D301  # \b is click's mark
    new = NewHold(
        HoldSource(source), reference, reason, tuple(MediaId(each) for each in media), item,
        tuple(CaseId(each) for each in cases), utc(until), utc(review), tuple(ReportId(each) for each in reports),
    )  # fmt: skip
    with where.house() as house:
        stored = house.holds.place(who(name), new)
        now = house.clock.now()
    where.tell(record_of(stored, now), f"{stored.hold.id} keeps {stored.contents} contents")


@hold_command.command("extend")
@click.argument("hold_id")
@click.argument("until", type=MOMENT)
@click.option("--reason", required=True, help="The letter that asks for it, or what you thought.")
@as_somebody
@placed
def extend(where: Where, hold_id: str, until: datetime, reason: str, name: str | None) -> None:
    """Keep it longer, until a later moment in UTC: never shorter."""
    with where.house() as house:
        stored = house.holds.extend(who(name), HoldId(hold_id), until.replace(tzinfo=UTC), reason)
        now = house.clock.now()
    where.tell(record_of(stored, now), f"{hold_id} ends {until:%Y-%m-%d %H:%M} UTC")


@hold_command.command("review")
@click.argument("hold_id")
@click.argument("next_review", type=MOMENT)
@click.option("--reason", required=True, help="Who said that it is still wanted.")
@as_somebody
@placed
def review(where: Where, hold_id: str, next_review: datetime, reason: str, name: str | None) -> None:
    """Note that it is still wanted, and when somebody looks at it next."""
    with where.house() as house:
        stored = house.holds.review(who(name), HoldId(hold_id), next_review.replace(tzinfo=UTC), reason)
        now = house.clock.now()
    where.tell(record_of(stored, now), f"{hold_id} is looked at again by {next_review:%Y-%m-%d %H:%M} UTC")


@hold_command.command("release")
@click.argument("hold_id")
@click.option("--reason", required=True, help="Who said that it is over, and where.")
@as_somebody
@placed
def release(where: Where, hold_id: str, reason: str, name: str | None) -> None:
    """End a hold before its time. Nothing is destroyed by that; the year after a report is not released at all."""
    with where.house() as house:
        stored = house.holds.release(who(name), HoldId(hold_id), reason)
        now = house.clock.now()
    where.tell(record_of(stored, now), f"{hold_id} keeps nothing any more")


@hold_command.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also those that have ended or were released.")
@click.option("--after", default="", help="Only those behind this id.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@placed
def list_holds(where: Where, after: str, limit: int, *, is_all: bool) -> None:
    """List holds in the order in which they were placed."""
    with where.house() as house:
        found = house.holds.page(whoever(), after=after, limit=limit, only_active=not is_all)
        records = [record_of(each, house.clock.now()) for each in found]
    where.tell(records, table(records, _COLUMNS, empty="nothing is held"))


@hold_command.command("show")
@click.argument("hold_id")
@click.option("--after", default="", help="Only contents behind this id.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@placed
def show(where: Where, hold_id: str, after: str, limit: int) -> None:
    """Show a hold, what was done with it, and what it keeps."""
    with where.house() as house:
        seen = house.holds.show(whoever(), HoldId(hold_id), after=after, limit=limit)
        record = _seen(seen, house.clock.now())
    lines = [table([record], _COLUMNS, empty="")]
    lines += [f"{each['at']}  {each['step']} by {each['by']}: {each['reason']}" for each in record["history"]]
    lines += [f"{each['id']}  {each['part']}" for each in record["keeps"]]
    where.tell(record, "\n".join(lines))


def record_of(stored: StoredHold, now: datetime) -> dict[str, Any]:
    """Return a hold as it is told."""
    hold = stored.hold
    state = "released" if hold.released else "active" if hold.is_active(now) else "over"
    return {
        "id": hold.id, "source": hold.source.value, "reference": hold.reference, "contents": stored.contents,
        "starts_at": said(hold.starts_at), "until": said(hold.until), "review_by": said(hold.review_by),
        "state": "to be looked at" if hold.needs_review(now) else state,
        "placed_by": stored.placed_by, "placed_at": said(stored.placed_at),
    }  # fmt: skip


def said(moment: datetime | None) -> str | None:
    """Return a moment as it is told."""
    return None if moment is None else moment.isoformat(timespec="seconds")


def utc(moment: datetime | None) -> datetime | None:
    """Return what was typed as a moment of UTC."""
    return None if moment is None else moment.replace(tzinfo=UTC)


def _seen(seen: HoldSeen, now: datetime) -> dict[str, Any]:
    history = [
        {"at": said(each.at), "by": each.by, "step": each.step.value, "reason": each.reason} for each in seen.history
    ]
    keeps = [{"id": each.id, "part": each.part.value} for each in seen.contents]
    return {**record_of(seen.stored, now), "history": history, "keeps": keeps}
