"""`tutela order`: the register of orders of courts and authorities."""

from datetime import UTC, datetime
from typing import Any

import click

from tutela.cli.acting import who
from tutela.cli.decision import plan_in_words
from tutela.cli.hold import MOMENT, as_somebody, utc
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.dsa.words import Category
from tutela.core.ids import DecisionId, OrderId
from tutela.core.orders import OrderKind, Way, Wish
from tutela.flows.keep_orders import NewOrder
from tutela.flows.tell_orders import conflict_told, order_told, seen_told
from tutela.flows.tell_plan import plan_told
from tutela.ports.orders import StoredOrder

_COLUMNS = ("id", "kind", "wish", "state", "authority", "reference", "received_at")
_CATEGORIES = [each.name.lower() for each in Category]


@click.group("order")
def order_command() -> None:
    """Keep the register of orders: one that nobody has verified does nothing."""


@order_command.command("register")
@click.option("--kind", type=click.Choice([each.value for each in OrderKind]), required=True)
@click.option("--wish", type=click.Choice([each.value for each in Wish]), required=True, help="What is to be done.")
@click.option("--authority", required=True, help="The court or the office.")
@click.option("--country", required=True, help="Of the authority, as in DE.")
@click.option("--reference", required=True, help="Its file number.")
@click.option("--received", type=MOMENT, help="When it came, in UTC.  [default: now]")
@click.option("--category", type=click.Choice(_CATEGORIES), default="protection_of_minors", show_default=True)
@click.option("--legal-basis", default="", help="As the order names it; told to whoever something is withheld from.")
@click.option("--reasons", default="", help="What it says why, in short.")
@click.option("--redress", default="", help="How one can go against it.")
@click.option("--answer-to", default="", help="Who is to be told of the effect.")
@click.option("--language", default="", help="Of its text, as in de.")
@click.option("--readable", is_flag=True, help="In a language that you declared, or translated in essence.")
@click.option("--location", "locations", multiple=True, help="An address as it writes it. Repeatable.")
@click.option("--item", "items", multiple=True, help="What that is here, by the platform's name. Repeatable.")
@click.option("--account", "accounts", multiple=True, help="By the platform's name. Repeatable.")
@click.option("--territory", "territory", multiple=True, help="Where it holds, as in DE. Repeatable.")
@click.option("--due", type=MOMENT, help="By when, in UTC, where it says so.")
@click.option("--secret", is_flag=True, help="It forbids to tell the recipient.")
@click.option("--notifier", default=None, help="The enrolled authority that sent it, by its id.")
@as_somebody
@placed
def register(where: Where, name: str | None, received: datetime | None, **said: Any) -> None:
    """Take an order in, however incomplete. Its clocks run from its receipt.

    \b
    tutela order register --kind act --wish withhold --authority "Landgericht Hamburg" --country DE \\
        --reference "324 O 7/26" --item post-1001 --territory DE
    """  # noqa: D301  # \b is click's mark
    with where.house() as house:
        new = NewOrder(
            OrderKind(said["kind"]), Wish(said["wish"]), said["authority"], said["country"], said["reference"],
            utc(received) or house.clock.now(), Category[said["category"].upper()], said["legal_basis"],
            said["reasons"], said["redress"], said["answer_to"], said["language"], said["readable"],
            said["locations"], said["items"], said["accounts"], said["territory"], utc(said["due"]), said["secret"],
            said["notifier"],
        )  # fmt: skip
        stored = house.orders.keep.register(who(name), new)
    _tell(where, stored, "registered; verify it before anything is done")


@order_command.command("verify")
@click.argument("order_id")
@click.option("--enrolled", is_flag=True, help="It came from an authority that is enrolled, by the agreed way.")
@click.option("--directory", default="", help="The official directory that the number is from; never the letter.")
@click.option("--spoken-to", default="", help="Who answered there.")
@click.option("--false", "is_false", is_flag=True, help="Nobody there knows it: it does nothing, for ever.")
@as_somebody
@placed
def verify(  # noqa: PLR0913  # one argument an option
    where: Where, order_id: str, *, enrolled: bool, directory: str, spoken_to: str, is_false: bool, name: str | None
) -> None:
    """Record that its authority was called back, and what it said."""
    way = Way.ENROLLED if enrolled else Way.CALLED_BACK
    with where.house() as house:
        stored = house.orders.keep.verify(
            who(name), OrderId(order_id), way, is_real=not is_false, directory=directory, spoken_to=spoken_to
        )
    _tell(where, stored, "a false order: nothing is done for it" if is_false else "verified")


@order_command.command("acknowledge")
@click.argument("order_id")
@as_somebody
@placed
def acknowledge(where: Where, order_id: str, name: str | None) -> None:
    """Record that its receipt was confirmed to the authority."""
    with where.house() as house:
        stored = house.orders.keep.acknowledge(who(name), OrderId(order_id))
    _tell(where, stored, "acknowledged")


@order_command.command("effect")
@click.argument("order_id")
@click.option("--note", default="", help="What was handed out, by category.")
@click.option("--despite", default="", help="Why it is done although something is missing or stands against it.")
@click.option("--decision", "decisions", multiple=True, help="A reversal by which it was done. Repeatable.")
@click.option("--dry-run", is_flag=True, help="Only show; nothing is written.")
@as_somebody
@placed
def effect(  # noqa: PLR0913  # as above
    where: Where, order_id: str, *, note: str, despite: str, decisions: tuple[str, ...], dry_run: bool,
    name: str | None,
) -> None:  # fmt: skip
    """Do what a verified order wants. Shows what that is, and asks unless the answer is wanted as JSON."""
    principal = who(name)
    with where.house() as house:
        seen = house.orders.effect.foresee(principal, OrderId(order_id))
        plan = None if seen.decision is None else plan_told(seen.decision, house.clock.now())
        lines = [f"it meets: {each.kind.value} ({each.weight.value})" for each in seen.conflicts]
        click.echo("\n".join([*lines, *([plan_in_words(plan)] if plan else [])]), err=True)
        if dry_run:
            where.tell(
                {"conflicts": [conflict_told(each) for each in seen.conflicts], "plan": plan}, "nothing was done"
            )
            return
        if not where.as_json:
            click.confirm("Do it?", abort=True, err=True)
        stored = house.orders.effect.give(
            principal, OrderId(order_id), note=note, despite=despite, decisions=[DecisionId(each) for each in decisions]
        )
    _tell(where, stored, "effect was given")


@order_command.command("tell")
@click.argument("order_id")
@as_somebody
@placed
def tell(where: Where, order_id: str, name: str | None) -> None:
    """Record that the authority was told of the effect, or of the refusal."""
    with where.house() as house:
        stored = house.orders.keep.tell(who(name), OrderId(order_id))
    _tell(where, stored, "the authority was told")


@order_command.command("inform")
@click.argument("order_id")
@as_somebody
@placed
def inform(where: Where, order_id: str, name: str | None) -> None:
    """Record that the recipient was told of the order, its reasons and the redress."""
    with where.house() as house:
        stored = house.orders.keep.inform(who(name), OrderId(order_id))
    _tell(where, stored, "the recipient was told")


@order_command.command("delay")
@click.argument("order_id")
@click.argument("until", type=MOMENT)
@click.option("--basis", required=True, help="The law by which the recipient is not told yet.")
@as_somebody
@placed
def delay(where: Where, order_id: str, until: datetime, basis: str, name: str | None) -> None:
    """Record that telling the recipient waits, until a moment in UTC."""
    with where.house() as house:
        stored = house.orders.keep.delay(who(name), OrderId(order_id), until.replace(tzinfo=UTC), basis)
    _tell(where, stored, f"the recipient is not told before {until:%Y-%m-%d %H:%M} UTC")


@order_command.command("decline")
@click.argument("order_id")
@click.option("--reason", required=True, help="In words for the authority.")
@as_somebody
@placed
def decline(where: Where, order_id: str, reason: str, name: str | None) -> None:
    """Give no effect to it."""
    with where.house() as house:
        stored = house.orders.keep.decline(who(name), OrderId(order_id), reason)
    _tell(where, stored, "declined; tell the authority why")


@order_command.command("withdraw")
@click.argument("order_id")
@click.option("--reason", required=True, help="How you know that it was withdrawn.")
@as_somebody
@placed
def withdraw(where: Where, order_id: str, reason: str, name: str | None) -> None:
    """Record that who issued it has withdrawn it. What was done for it stays until somebody reverses that."""
    with where.house() as house:
        stored = house.orders.keep.withdraw(who(name), OrderId(order_id), reason)
    _tell(where, stored, "withdrawn; reverse its decisions where they rest on nothing else")


@order_command.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also those that are over.")
@click.option("--after", default="", help="Only those behind this id.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@placed
def list_orders(where: Where, after: str, limit: int, *, is_all: bool) -> None:
    """List orders in the order in which they were registered."""
    with where.house() as house:
        found = house.orders.keep.page(whoever(), after=after, limit=limit, only_open=not is_all)
    records = [order_told(each) for each in found]
    where.tell(records, table(records, _COLUMNS, empty="no order waits"))


@order_command.command("show")
@click.argument("order_id")
@click.option("--letter", type=click.Choice(["receipt", "effect"]), help="Print only the draft of a letter.")
@placed
def show(where: Where, order_id: str, letter: str | None) -> None:
    """Show an order: what it lacks, what it meets, what was done, and what the authority could be written."""
    with where.house() as house:
        seen = house.orders.keep.show(whoever(), OrderId(order_id))
    told = seen_told(seen)
    if letter is not None:
        where.tell({"letter": told["receipt" if letter == "receipt" else "statement_of_effect"]},
                   told["receipt" if letter == "receipt" else "statement_of_effect"])  # fmt: skip
        return
    lines = [table([told], _COLUMNS, empty="")]
    lines += [f"missing: {each['words']}" for each in told["missing"]]
    lines += [f"meets: {each['kind']} ({each['weight']}) {each['order'] or ''}".rstrip() for each in told["conflicts"]]
    lines += [f"{each['at']:%Y-%m-%d %H:%M}  {each['step']} by {each['by']} {each['note']}".rstrip()
              for each in told["history"]]  # fmt: skip
    where.tell(told, "\n".join(lines))


def _tell(where: Where, stored: StoredOrder, words: str) -> None:
    where.tell(order_told(stored), f"{stored.order.id}: {words}")
