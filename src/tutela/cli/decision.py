"""`tutela decision`: decide by hand, read what was decided, and reverse it."""

from collections.abc import Iterable
from typing import Any

import click

from tutela.cli.judging import moment, sayer
from tutela.cli.narrowing import delay_of, narrowing, refuse_what_none_takes, scope_of
from tutela.cli.opening import Where, placed
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.errors import BadInput
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.flows.read_decision import read_decision
from tutela.flows.tell_plan import plan_told, reversal_told, undone_told


@click.group("decision")
def decision_command() -> None:
    """Decide by hand: shown first, then made; read it, and reverse it."""


@decision_command.command("make")
@click.option("--clause", required=True, help="Clause of the policy, as in house.spam.")
@click.option("--code", required=True, help="What was found, in your own word for it. Told to staff only.")
@click.option("--line", default="", help="What was found, in a line. Told to staff only.")
@click.option("--by", required=True, help="Who decides.")
@click.option("--senior", is_flag=True, help="May decide that a child is an actor.")
@click.option("--account", "parts", multiple=True, help="An account and its part, as in user-7=actor.")
@click.option("--measure", "measures", multiple=True, help="As in limit_reach:item:post-1 or suspend:account:user-7.")
@click.option("--until", "ends_at", help="When these measures end, as in 2027-01-31.")
@narrowing
@click.option("--replaces", help="The decision that this one takes the place of; time served counts.")
@click.option("--dry-run", is_flag=True, help="Only show; decide nothing.")
@placed
def make(where: Where, **options: Any) -> None:
    """Decide about accounts and items, each with the part it has in what was found.

    Shows what would come of it and asks before it is done, unless the answer is wanted as JSON. What policy or charter
    do not allow is refused, with a sentence for each.

    \b
    tutela decision make --clause house.spam --code link_farm --by ada \\
        --account user-7=actor --measure limit_reach:item:post-1001
    """  # noqa: D301  # \b is click's mark
    asked = asked_of(options)
    with where.house() as house:
        shown = plan_told(house.decide.foresee(asked), house.clock.now())
        click.echo(plan_in_words(shown), err=True)
        if options["dry_run"]:
            where.tell(shown, "nothing was decided")
            return
        if shown["allowed"] and not where.as_json:
            click.confirm("Decide so?", abort=True, err=True)
        made = house.decide(asked)
        done = plan_told(made.foreseen, house.clock.now(), made.written)
    where.tell(done, f"decided as {done['decision']}")


@decision_command.command("show")
@click.argument("decision_id")
@placed
def show(where: Where, decision_id: str) -> None:
    """Show what was found, what was granted, and whether it still stands."""
    with where.house() as house, house.store.read() as reader:
        found = read_decision(reader, DecisionId(decision_id), house.clock.now())
    where.tell(found, "\n".join(f"{name}: {value}" for name, value in found.items() if value not in (None, [], {})))


@decision_command.command("reverse")
@click.argument("decision_id")
@click.option("--code", required=True, help="Why, in your own word for it.")
@click.option("--line", default="", help="Why, in a line.")
@click.option("--by", required=True, help="Who reverses.")
@click.option("--dry-run", is_flag=True, help="Only show what ends and what still holds.")
@placed
def reverse(where: Where, decision_id: str, code: str, line: str, by: str, *, dry_run: bool) -> None:
    """Reverse a decision, with all that rests on nothing else.

    What nobody lifts alone is proposed by the first person, and done when a second one says the same.
    """
    with where.house() as house:
        shown = reversal_told(house.reverse.foresee(DecisionId(decision_id)), house.clock.now())
        click.echo(plan_in_words(shown), err=True)
        if dry_run:
            where.tell(shown, "nothing was reversed")
            return
        if not where.as_json:
            click.confirm("Reverse it?", abort=True, err=True)
        done = house.reverse(Reversal(DecisionId(decision_id), Facts(code, line), Decider(sayer(by))))
        told = reversal_told(done.foreseen, house.clock.now(), done)
    waits = "it waits for a second person: nobody lifts this alone"
    where.tell(told, f"reversed by {told['reversal']}" if told["reversal"] else waits)


@decision_command.command("undo")
@click.argument("decision_id")
@click.option("--by", required=True, help="Who made it.")
@placed
def undo(where: Where, decision_id: str, by: str) -> None:
    """Take back what you decided a moment ago; an answer to a case by its own id.

    What was before it is as it was, and nobody is told of it. After its window, of ten seconds unless the setting
    undo_seconds says otherwise, a reversal is left.
    """
    with where.house() as house:
        told = undone_told(house.take_back(Decider(sayer(by)), decision_id))
    where.tell(told, f"taken back by {told['decision']}" if told["decision"] else "taken back")


def asked_of(options: dict[str, Any]) -> Asked:
    """Return a finding as it is said on the command line.

    Raises:
        tutela.errors.BadInput: A part of it is nothing, or an option narrows none of the measures.
    """
    measures = tuple(measure_of(at, said, options) for at, said in enumerate(options["measures"]))
    refuse_what_none_takes((each.kind for each in measures), options)
    return Asked(
        options["clause"],
        Facts(options["code"], options["line"]),
        Decider(sayer(options["by"]), options["senior"]),
        measures,
        tuple(part_of(at, said) for at, said in enumerate(options["parts"])),
        options.get("replaces"),
        delay_of(options),
    )


def part_of(at: int, said: str) -> tuple[str, Role]:
    """Return an account and its part, as it is said on the command line.

    Raises:
        tutela.errors.BadInput: It is none.
    """
    account, _, role = said.rpartition("=")
    if not account or role not in set(Role):
        roles = ", ".join(Role)
        raise BadInput(
            "not an account and its part", place=f"--account {at + 1}", remedy=f"As in user-7=actor: {roles}."
        )
    return account, Role(role)


def measure_of(at: int, said: str, options: dict[str, Any]) -> AskedMeasure:
    """Return a measure as it is said on the command line; how far it reaches is among *options*.

    Raises:
        tutela.errors.BadInput: It is none.
    """
    kind, _, rest = said.partition(":")
    subject, _, name = rest.partition(":")
    if kind not in set(MeasureKind) or subject not in set(SubjectKind) or not name:
        remedy = "As in limit_reach:item:post-1; the kinds are in docs/reference/effects.md."
        raise BadInput("not a kind, what it is on, and its name", place=f"--measure {at + 1}", remedy=remedy)
    ends_at = moment(options["ends_at"], "--until") if options["ends_at"] else None
    scope = scope_of(MeasureKind(kind), options)
    return AskedMeasure(MeasureKind(kind), On(SubjectKind(subject), name), scope, ends_at=ends_at)


def plan_in_words(shown: dict[str, Any]) -> str:
    """Return a plan, or a reversal, a line for each thing that comes of it."""
    lines = [f"refused: {each['message']} ({each['place']})" for each in shown.get("refusals", ())]
    titles = {"grants": "would be granted", "already": "holds already", "ends": "would end", "carries": "taken over"}
    titles["stays"] = "still holds"
    for name, title in titles.items():
        for each in shown.get(name, ()):
            until = f" until {each['ends_at']:%Y-%m-%d %H:%M} UTC" if each["ends_at"] else ""
            lines.append(f"{title}: {each['kind']} on {each['subject']['kind']} {each['subject']['id']}{until}")
    lines += [f"strike: {each['account']}, {each['points']} points" for each in shown["strikes"]]
    lines += [f"message: {each['account']}, {each['code']}" for each in shown["messages"]]
    lines += [*_banked(shown.get("bank")), *out_of_banks(shown.get("bank_entries", ()))]
    if others := shown.get("elsewhere"):
        lines.append(f"still hidden: {others} other items with the same media, each by a decision of its own")
    lines += [f"cannot be undone: {each}" for each in shown.get("cannot_undo", ())]
    return "\n".join(lines) or "nothing would change"


def _banked(bank: dict[str, Any] | None) -> list[str]:
    if bank is None:
        return []
    if bank["obstacle"] is not None:
        return [f"bank {bank['name']}: {bank['obstacle']}"]
    beside = [("supported", "there by another decision"), ("known", "there by your own word"), ("left_out", "harmless")]
    counts = "".join(f", {bank[name]} {what}" for name, what in beside if bank[name])
    is_off = "" if bank["asked"] else "; it is switched off, and asked for nothing until it is on"
    return [f"bank {bank['name']}: {bank['entries']} entries{counts}{is_off}"]


def out_of_banks(entries: Iterable[dict[str, Any]]) -> list[str]:
    """Return what becomes of entries, a line for each bank."""
    return [
        f"bank {each['bank']}: {each['out']} entries go, {each['stays']} stay by other decisions" for each in entries
    ]
