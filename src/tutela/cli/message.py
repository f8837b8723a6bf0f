"""`tutela message`: what was told to the people who asked, and whether it reached them."""

import click

from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.ids import MessageId
from tutela.core.messages import MessageState
from tutela.flows.tell_clocks import message_told

_COLUMNS = ("id", "about_id", "kind", "channel", "state", "tries", "failure")


@click.group("message")
def message_command() -> None:
    """See what was told to the people who asked: ids and codes, no address and no word."""


@message_command.command("list")
@click.option("--state", type=click.Choice([each.value for each in MessageState]), help="Only those.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--before", help="An identifier: only older ones.")
@placed
def list_command(where: Where, state: str | None, limit: int, before: str | None) -> None:
    """List messages, the newest first."""
    wanted = None if state is None else MessageState(state)
    with where.house() as house:
        rows = [message_told(each) for each in house.messaging.messages.page(whoever(), wanted, before, limit)]
    where.tell(rows, table(rows, _COLUMNS, empty="there is no such message"))


@message_command.command("bounced")
@click.argument("message_id")
@placed
def bounced_command(where: Where, message_id: str) -> None:
    """Note that a mail came back: its identifier stands in the Message-ID of what came back."""
    with where.house() as house:
        house.messaging.messages.bounce(whoever(), MessageId(message_id))
    where.tell({"id": message_id, "state": "bounced"}, f"{message_id} bounced: the answer stands on the page only")
