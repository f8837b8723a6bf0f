"""`tutela page`: who was woken because somebody is in danger, and who has it."""

from typing import Any

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.paging import Page


@click.group("page")
def page_command() -> None:
    """Read and acknowledge pages about danger, and try whether one would get out."""


@page_command.command("list")
@placed
def list_pages(where: Where) -> None:
    """List the pages whose danger is not over, oldest first."""
    with where.house() as house:
        records = [_record(each) for each in house.on_call.read.open(whoever())]
    columns = ("id", "case", "notice", "state", "woken", "raised_at")
    where.tell(records, table(records, columns, empty="nobody is in danger that we know of"))


@page_command.command("acknowledge")
@click.argument("page_id")
@placed
def acknowledge(where: Where, page_id: str) -> None:
    """Say that you have it: nobody else is woken for this case any more."""
    with where.house() as house:
        record = _record(house.on_call.acknowledge(whoever(), page_id))
    where.tell(record, f"{page_id} is acknowledged by {record['acknowledged_by']}")


@page_command.command("test")
@click.option("--email", help="Whither a mail is sent; without it the mail server is only signed in to.")
@placed
def try_paging(where: Where, email: str | None) -> None:
    """Try each channel now. The exit status is 1 when none is set up or one fails."""
    with where.house() as house:
        tested = house.on_call.test(whoever(), email)
    records = [
        {"channel": each.channel.value, "arrived": each.is_well, "failure": each.failure and each.failure.value}
        for each in tested
    ]
    words = (
        f"{each['channel']}: {'arrived' if each['arrived'] else 'failed: ' + str(each['failure'])}" for each in records
    )
    where.tell(records, "\n".join(words) if records else "no channel is set up: no page gets out")
    if not records or not all(each.is_well for each in tested):
        click.get_current_context().exit(FAILED)


def _record(page: Page) -> dict[str, Any]:
    state = "loud" if page.is_loud else "over" if page.ended_at else "acknowledged"
    return {
        "id": page.id, "case": page.case_id, "notice": page.notice_id, "state": state,
        "acknowledged_by": page.acknowledged_by,
        "woken": sum(each.has_gone_out for each in page.tries),
        "raised_at": page.raised_at.isoformat(timespec="seconds"),
    }  # fmt: skip
