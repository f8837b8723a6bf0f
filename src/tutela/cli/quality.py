"""`tutela golden` and `tutela agreement`: cases by which others are measured, and how well people agree."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import click

from tutela.cli.decision import part_of
from tutela.cli.judging import moment, sayer
from tutela.cli.opening import Where, placed, table
from tutela.core.agreement import PairKind
from tutela.core.conclusions import Conclusion, Context
from tutela.core.ids import CaseId, GoldenId
from tutela.core.permissions import Principal, at_machine
from tutela.flows.mark_golden import AskedGolden
from tutela.flows.read_agreement import AskedFigures, By
from tutela.flows.tell_quality import figures_told, golden_page_told, golden_told

_BY = click.option("--by", "by", required=True, help="Your name.")


@click.group("golden")
def golden_command() -> None:
    """Keep decided cases by which others are measured: given to reviewers in between, so that they cannot tell."""


@golden_command.command("mark")
@click.argument("case_id")
@click.option("--conclusion", type=click.Choice([each.value for each in Conclusion]), required=True)
@click.option("--context", type=click.Choice([each.value for each in Context]), help="Why it is no violation.")
@click.option("--clause", help="Another clause than the case's.")
@click.option("--account", "parts", multiple=True, help="An account and its part, as in user-7=actor.")
@click.option("--reason", required=True, help="Why this is held to be right. Told to those who keep golden cases.")
@_BY
@placed
def mark_command(where: Where, case_id: str, **options: Any) -> None:
    """Mark a decided case, with the answer that is held to be right.

    \b
    tutela golden mark cas_01m... --by ada --conclusion no_violation --context news --reason "a press photograph"
    """  # noqa: D301  # \b is click's mark
    context = options["context"]
    asked = AskedGolden(
        CaseId(case_id),
        Conclusion(options["conclusion"]),
        options["reason"],
        None if context is None else Context(context),
        options["clause"],
        tuple(part_of(at, said) for at, said in enumerate(options["parts"])),
    )
    who = _who(options["by"])
    with where.house() as house:
        golden = house.quality.mark(who, asked)
        told = _flat(golden_told(golden, house.quality.list.names(who, [golden])))
    where.tell(told, f"marked as {told['id']}")


@golden_command.command("list")
@click.option("--withdrawn", is_flag=True, help="Those that were withdrawn, too.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@placed
def list_command(where: Where, *, withdrawn: bool, limit: int) -> None:
    """List golden cases. Whoever reads this knows the answers: do not measure yourself by them."""
    with where.house() as house:
        page = house.quality.list(_who("command line"), "", limit, with_withdrawn=withdrawn)
    found = [_flat(each) for each in golden_page_told(page)["golden"]]
    shown = [{**each, "answer": each["answer"]["conclusion"]} for each in found]
    where.tell(found, table(shown, ("id", "case", "clause", "answer", "by", "at"), empty="there is none"))


@golden_command.command("withdraw")
@click.argument("golden_id")
@click.option("--reason", required=True, help="Why it is held to be right no more.")
@_BY
@placed
def withdraw_command(where: Where, golden_id: str, *, reason: str, by: str) -> None:
    """Withdraw a golden case: it counts in no figure any more."""
    who = _who(by)
    with where.house() as house:
        golden = house.quality.withdraw(who, GoldenId(golden_id), reason)
        told = _flat(golden_told(golden, house.quality.list.names(who, [golden])))
    where.tell(told, f"{golden_id} is withdrawn")


@click.command("agreement")
@click.option("--count", "key", type=click.Choice([each.value for each in By]), default="clause", show_default=True)
@click.option("--clause", help="As in house.spam.")
@click.option("--kind", type=click.Choice([each.value for each in PairKind]), help="Only such pairs.")
@click.option("--reviewer", help="Only pairs of this person or key.")
@click.option("--since", help="As in 2027-01-31; ninety days ago where it is not given.")
@click.option("--until", help="As in 2027-04-30; now where it is not given.")
@placed
def agreement_command(where: Where, **options: Any) -> None:
    """Show how well people agree who answered blind to each other, by clause, kind or reviewer.

    Alpha is Krippendorff's: 1 where all agree, 0 where they do so as chance would have it.
    """
    asked = AskedFigures(
        by=By(options["key"]),
        since=None if options["since"] is None else moment(options["since"]).astimezone(UTC),
        until=None if options["until"] is None else moment(options["until"]).astimezone(UTC),
        clause=options["clause"],
        kind=None if options["kind"] is None else PairKind(options["kind"]),
        person=options["reviewer"],
        limit=1000,
    )
    with where.house() as house:
        told = _flat(figures_told(house.quality.agreement(_who("command line"), asked)))
    columns = ("key", "kind", "of", "agreed", "share", "low", "high", "alpha")
    samples = told["samples"]
    said = ", ".join(f"{samples[name]} {name}" for name in ("drawn", "waiting", "agreed", "differed", "unseen"))
    where.tell(told, f"{table(told['figures'], columns, empty='nobody has answered beside anybody')}\nsamples: {said}")


def _who(name: str) -> Principal:
    """Return whoever sits at this machine."""
    return replace(at_machine(name), id=sayer(name))


def _flat(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value
        for name, value in told.items()
    }
