"""`tutela appeal`: take appeals, decide them, and act on misuse of them."""

from datetime import datetime
from typing import Any

import click

from tutela.cli.acting import who
from tutela.cli.hold import MOMENT, as_somebody, utc
from tutela.cli.opening import Where, placed, table
from tutela.core.appeals.misuse import Weight
from tutela.core.appeals.states import DECIDED_BY_PEOPLE, Outcome
from tutela.core.findings import Facts
from tutela.core.ids import AppealId, DecisionId, MeasureId
from tutela.errors import BadInput
from tutela.flows.decide_appeal import AskedOutcome
from tutela.flows.keep_appeal_conduct import Weighed
from tutela.flows.read_appeals import outcome_told
from tutela.flows.take_appeal import AskedAppeal

_COLUMNS = ("id", "account", "decision", "state", "outcome", "due_at")
_WEIGHTS = [each.value for each in Weight]
_MOST = 1000


@click.group("appeal")
def appeal_command() -> None:
    """Hear whoever a measure is on: take appeals, decide them, act on misuse."""


@appeal_command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@as_somebody
@placed
def list_appeals(where: Where, *, everything: bool, name: str | None) -> None:
    """List appeals that are open, in the order in which they came."""
    with where.house() as house:
        found = house.appeals.read.queue(who(name), "", _MOST, everything=everything)
    rows = [{column: each[column] or "" for column in _COLUMNS} for each in found]
    where.tell(found, table(rows, _COLUMNS, empty="no appeal is open"))


@appeal_command.command("show")
@click.argument("appeal_id")
@as_somebody
@placed
def show(where: Where, appeal_id: str, *, name: str | None) -> None:
    """Show all that an appeal is decided from, and never who decided."""
    with where.house() as house:
        told = house.appeals.read.show(who(name), AppealId(appeal_id))
    then = told["decision_shown"]
    said = [f"{told['id']}: {told['outcome'] or told['standing']}", f"against: {then['id']} ({then['clause']})"]
    said += [f"they say: {told['words']['text'] or '(nothing)'}", f"people who have to agree: {told['people']}"]
    said += [f"holds: {each['id']} {each['kind']} on {each['subject']['id']}" for each in told["measures"]]
    said += [f"not for you: {told['barred']}"] if told["barred"] else []
    where.tell(told, "\n".join(said))


@appeal_command.command("take")
@click.argument("account")
@click.argument("decision_id")
@click.option("--text", default="", help="What they say. Sealed; in no audit and no log.")
@click.option("--new-facts", is_flag=True, help="They say something that was not known at the first outcome.")
@as_somebody
@placed
def take(where: Where, account: str, decision_id: str, *, text: str, new_facts: bool, name: str | None) -> None:
    """Write one down for somebody who called."""
    asked = AskedAppeal(text, account=account, decision_id=DecisionId(decision_id), has_new_facts=new_facts)
    with where.house() as house:
        told = house.appeals.read.told_of(house.appeals.take(who(name), asked))
    where.tell(told, f"{told['id']}: {told['outcome'] or told['why_set_aside'] or told['state']}")


def _moving(verb: str, says: str) -> None:
    """Add a command that moves one appeal."""

    @appeal_command.command(verb, help=says)
    @click.argument("appeal_id")
    @as_somebody
    @placed
    def move(where: Where, appeal_id: str, *, name: str | None) -> None:
        with where.house() as house:
            principal, found = who(name), AppealId(appeal_id)
            getattr(house.appeals.move, verb)(principal, found)
            told = house.appeals.read.one(principal, found)
        where.tell(told, f"{told['id']}: {told['outcome'] or told['state']}")


_moving("claim", "Take one to decide it; not for whoever had a part in what it is against.")
_moving("release", "Give one back.")
_moving("accept", "Have one decided that came late, or while appeals of its account are not processed.")
_moving("withdraw", "Withdraw one that was written down here, for whoever appealed.")


@appeal_command.command("decide")
@click.argument("appeal_id")
@click.argument("outcome", type=click.Choice([each.value for each in DECIDED_BY_PEOPLE]))
@click.option("--code", required=True, help="Why, in a word of yours.")
@click.option("--line", default="", help="A line for colleagues.")
@click.option("--ends", multiple=True, help="A measure that ends, where they are partly right. Repeatable.")
@click.option("--unfounded", is_flag=True, help="Manifestly; counts towards misuse.")
@click.option("--dry-run", is_flag=True, help="Only show what it would do.")
@as_somebody
@placed
def decide(  # noqa: PLR0913  # one argument an option
    where: Where, appeal_id: str, outcome: str, *, code: str, line: str, ends: tuple[str, ...], unfounded: bool,
    dry_run: bool, name: str | None,
) -> None:  # fmt: skip
    """Decide one that you claimed, or answer it as the first or second of two.

    \b
    tutela appeal decide apl_... overturned --code context --dry-run
    tutela appeal decide apl_... partly --code context --ends msr_...
    """  # noqa: D301  # \b is click's mark
    asked = AskedOutcome(
        AppealId(appeal_id), Outcome(outcome), Facts(code, line), tuple(map(MeasureId, ends)), unfounded
    )  # fmt: skip
    with where.house() as house:
        if dry_run:
            told = outcome_told(house.appeals.decide.foresee(who(name), asked))
            where.tell({"dry_run": True, **told}, _lines(told))
            return
        given = house.appeals.decide(who(name), asked)
        told = outcome_told(given.foreseen)
    says = "decided" if given.is_decided else "kept: another person answers, without seeing it"
    where.tell({"dry_run": False, "decided": given.is_decided, **told}, f"{appeal_id}: {says}")


def _lines(told: dict[str, Any]) -> str:
    """Return what an answer would do, a line each."""
    said = [f"people who have to agree: {told['people']}"]
    said += [
        f"{which}: {each['kind']} on {each['subject']['id']}" for which in ("ends", "stays") for each in told[which]
    ]
    said += [f"told anew: {each['id']} is to {each['answer']}" for each in told["items"]]
    said += [f"cannot be undone: {each}" for each in told["cannot_undo"]]
    return "\n".join(said)


@appeal_command.command("conduct")
@click.argument("account")
@click.option("--step", type=click.Choice(["warn", "suspend", "lift"]), help="What to do; without it, only look.")
@click.option("--gravity", type=click.Choice(_WEIGHTS), default=Weight.LOW.value, show_default=True)
@click.option("--intent", type=click.Choice(_WEIGHTS), default=Weight.LOW.value, show_default=True)
@click.option("--reason", default="", help="What was weighed.")
@click.option("--until", type=MOMENT, help="The end of a suspension, in UTC.")
@as_somebody
@placed
def conduct(  # noqa: PLR0913  # one argument an option
    where: Where, account: str, *, step: str | None, gravity: str, intent: str, reason: str, until: datetime | None,
    name: str | None,
) -> None:  # fmt: skip
    """Look how the appeals of an account went; warn first, then suspend for a time, each with what was weighed."""
    with where.house() as house:
        principal, verbs = who(name), house.appeals.conduct
        weighed = Weighed(Weight(gravity), Weight(intent), reason)
        ends = utc(until)
        if step == "suspend" and ends is None:
            raise BadInput("a suspension has an end", place="--until", remedy="Give one.")
        if step == "warn":
            verbs.warn(principal, account, weighed)
        elif step == "suspend" and ends is not None:
            verbs.suspend(principal, account, weighed, ends)
        elif step == "lift":
            verbs.lift(principal, account, weighed)
        seen = verbs.show(principal, account)
    told: dict[str, Any] = {
        "account": account, "decided": seen.count.decided, "unfounded": seen.count.unfounded,
        "suspended_until": seen.until, "steps": [each.step.value for each in seen.notes],
    }  # fmt: skip
    until_when = f", not processed until {seen.until:%Y-%m-%d %H:%M} UTC" if seen.until else ""
    where.tell(told, f"{account}: {seen.count.unfounded} of {seen.count.decided} manifestly unfounded{until_when}")


@appeal_command.command("revoke-links")
@as_somebody
@placed
def revoke_links(where: Where, *, name: str | None) -> None:
    """Make every link by which somebody may appeal worthless. Irreversible; statements have new ones from then on."""
    with where.house() as house:
        generation = house.appeals.links.revoke_all(who(name))
    where.tell({"generation": generation}, f"links of generation {generation} hold from now on")
