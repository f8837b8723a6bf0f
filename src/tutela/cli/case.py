"""`tutela case`: take cases from queues, keep, hold, skip and hand them over, and see what a decision would do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import click

from tutela.cli.acting import who
from tutela.cli.decision import asked_of, out_of_banks, part_of, plan_in_words
from tutela.cli.judging import moment
from tutela.cli.narrowing import narrowing
from tutela.cli.opening import Where, placed, table
from tutela.core.case_moves import HoldReason, SkipReason
from tutela.core.case_states import ENDS, CaseState
from tutela.core.conclusions import Conclusion, Context
from tutela.core.findings import Facts
from tutela.core.ids import CaseId, ClauseId
from tutela.flows.answer_case import AskedAnswer
from tutela.flows.list_cases import AskedList
from tutela.flows.move_case import CaseSeen
from tutela.flows.name_finding import OnCase
from tutela.flows.tell_answer import foreseen_told, given_told
from tutela.flows.tell_case import case_told, note_told, notes_told, queue_told
from tutela.flows.tell_plan import plan_told
from tutela.ports.cases import CaseFilter

_COLUMNS = ("id", "state", "account", "clause", "why", "language", "kind", "due_at", "holder")
_BY = click.option("--by", required=True, help="Your name.")
_CASE = click.argument("case_id")


def _in_queue(function: Any) -> Any:
    function = click.option("--kind", help="Of the first item in it, as in post.")(function)
    function = click.option("--language", help="As in de.")(function)
    return click.option("--clause", help="As in house.spam.")(function)


@click.group("case")
def case_command() -> None:
    """Work on cases: what a person must look at, and by when."""


@case_command.command("list")
@_in_queue
@click.option("--state", type=click.Choice([each.value for each in CaseState if each not in ENDS]))
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@placed
def list_command(where: Where, state: str | None, limit: int, **queue: str | None) -> None:
    """List open cases: danger first, then the one due first."""
    asked = AskedList(_filter(queue), None if state is None else CaseState(state))
    with where.house() as house:
        seen = house.cases.list(who("command line"), asked, None, limit)
        rules = house.rules.fires.rules_of(who("command line"), [each.shown.case.id for each in seen])
    found = [{**_told(each), "rules": list(rules.get(each.shown.case.id, ()))} for each in seen]
    shown = [{**each, "why": " ".join((each["reason"], *each["rules"]))} for each in found]
    where.tell(found, table(shown, _COLUMNS, empty="there is none"))


@case_command.command("queues")
@placed
def queues_command(where: Where) -> None:
    """Tell how the queues stand."""
    with where.house() as house:
        found = [_flat(queue_told(each)) for each in house.cases.queues(who("command line"))]
    columns = ("clause", "language", "kind", "depth", "claimed", "overdue", "in_danger", "oldest_due_at")
    where.tell(found, table(found, columns, empty="there is nothing in any"))


@case_command.command("next")
@_in_queue
@_BY
@placed
def next_command(where: Where, by: str, **queue: str | None) -> None:
    """Take the next case: it is yours for 15 minutes."""
    with where.house() as house:
        found = house.cases.next(who(by), _filter(queue))
    if found is None:
        where.tell(None, "there is nothing for you")
        return
    _show(where, found)


@case_command.command("show")
@_CASE
@click.option("--by", default="command line", help="Your name: what you may do is told with it.")
@placed
def show_command(where: Where, case_id: str, by: str) -> None:
    """Show a case with its notes, and what may be done with it."""
    with where.house() as house:
        found = house.cases.read(who(by), CaseId(case_id))
        notes = notes_told(house.cases.notes(who(by), CaseId(case_id), "", 1000))["notes"]
        rules = house.rules.fires.rules_of(who(by), [found.shown.case.id]).get(found.shown.case.id, ())
    record = {**_told(found), "rules": list(rules), "notes": [_flat(note) for note in notes]}
    where.tell(record, _lines({**record, "rules": ", ".join(rules) or None}))


@case_command.command("claim")
@_CASE
@_BY
@placed
def claim_command(where: Where, case_id: str, by: str) -> None:
    """Take this case, or keep it when it is yours already."""
    with where.house() as house:
        found = house.cases.claim(who(by), CaseId(case_id))
        if found.is_own and found.shown.case.until is not None:
            found = house.cases.renew(who(by), CaseId(case_id))
    _show(where, found)


@case_command.command("release")
@_CASE
@_BY
@placed
def release_command(where: Where, case_id: str, by: str) -> None:
    """Give a case back to its queue."""
    with where.house() as house:
        _show(where, house.cases.release(who(by), CaseId(case_id)))


@case_command.command("hold")
@_CASE
@click.option("--until", required=True, help="As in 2027-01-31 or 2027-01-31T12:00:00+01:00; 14 days at most.")
@click.option("--reason", type=click.Choice([each.value for each in HoldReason]), required=True)
@_BY
@placed
def hold_command(where: Where, case_id: str, *, until: str, reason: str, by: str) -> None:
    """Let a case wait for something; it comes back by itself."""
    with where.house() as house:
        ends_at = moment(until).astimezone(UTC)
        _show(where, house.cases.hold(who(by), CaseId(case_id), ends_at, HoldReason(reason)))


@case_command.command("skip")
@_CASE
@click.option("--reason", type=click.Choice([each.value for each in SkipReason]), required=True)
@_BY
@placed
def skip_command(where: Where, case_id: str, *, reason: str, by: str) -> None:
    """Give a case back with a reason, and not be offered it again."""
    with where.house() as house:
        _show(where, house.cases.skip(who(by), CaseId(case_id), SkipReason(reason)))


@case_command.command("hand-over")
@_CASE
@click.option("--to", required=True, help="The id of a person or key.")
@_BY
@placed
def hand_over_command(where: Where, case_id: str, *, to: str, by: str) -> None:
    """Give a case to a colleague."""
    with where.house() as house:
        _show(where, house.cases.hand_over(who(by), CaseId(case_id), to))


@case_command.command("note")
@_CASE
@click.argument("text")
@_BY
@placed
def note_command(where: Where, case_id: str, text: str, by: str) -> None:
    """Write a note for the others who work on a case."""
    with where.house() as house:
        note = note_told(house.cases.note(who(by), CaseId(case_id), text))
    where.tell(_flat(note), f"noted as {note['id']}")


@case_command.command("decide")
@_CASE
@click.option("--clause", help="Another clause than the case's.")
@click.option("--code", required=True, help="What was found, in your own word for it. Told to staff only.")
@click.option("--line", default="", help="What was found, in a line. Told to staff only.")
@click.option("--account", "parts", multiple=True, help="An account and its part, as in user-7=actor.")
@click.option("--measure", "measures", multiple=True, help="As in limit_reach:item:post-1 or suspend:account:user-7.")
@click.option("--until", "ends_at", help="When these measures end, as in 2027-01-31.")
@click.option("--senior", is_flag=True, help="May decide that a child is an actor.")
@click.option("--dry-run", is_flag=True, help="Only show; decide nothing.")
@narrowing
@_BY
@placed
def decide_command(where: Where, case_id: str, **options: Any) -> None:
    """Decide about a case that you hold. Shows what would come of it and asks before it is done.

    \b
    tutela case decide cas_01m... --by ada --code link_farm --account user-7=actor \\
        --measure remove:item:post-1001 --dry-run
    """  # noqa: D301  # \b is click's mark
    actor = who(options["by"])
    with where.house() as house:
        case = house.cases.read(actor, CaseId(case_id)).shown.case
        named = {**options, "clause": options["clause"] or case.clause_id}
        asked = replace(asked_of(named), on_case=OnCase(actor, case.id, case.version))
        shown = plan_told(house.decide.foresee(asked), house.clock.now())
        if options["dry_run"]:
            where.tell(shown, f"{plan_in_words(shown)}\nnothing was decided")
            return
        if shown["allowed"] and not where.as_json:
            click.echo(plan_in_words(shown), err=True)
            click.confirm("Decide so?", abort=True, err=True)
        made = house.decide(asked)
        done = plan_told(made.foreseen, house.clock.now(), made.written)
    where.tell(done, f"decided as {done['decision']}")


@case_command.command("answer")
@_CASE
@click.option("--conclusion", type=click.Choice([each.value for each in Conclusion]), required=True)
@click.option("--context", type=click.Choice([each.value for each in Context]), help="Why it is no violation.")
@click.option("--clause", help="Another clause than the case's.")
@click.option("--code", required=True, help="What was found, in your own word for it. Told to staff only.")
@click.option("--line", default="", help="What was found, in a line. Told to staff only.")
@click.option("--account", "parts", multiple=True, help="An account and its part, as in user-7=actor.")
@click.option("--outsider", help="Who looked for you, where you work alone.")
@click.option("--dry-run", is_flag=True, help="Only show; answer nothing.")
@_BY
@placed
def answer_command(where: Where, case_id: str, **options: Any) -> None:
    """Answer a case that you hold. Shows what it leads to and how many people it takes, and asks before it is done.

    \b
    tutela case answer cas_01m... --by ada --conclusion violation --code seen --account user-7=actor --dry-run
    """  # noqa: D301  # \b is click's mark
    actor = who(options["by"])
    with where.house() as house:
        version = house.cases.read(actor, CaseId(case_id)).shown.case.version
        asked = AskedAnswer(
            CaseId(case_id),
            Conclusion(options["conclusion"]),
            Facts(options["code"], options["line"]),
            None if options["context"] is None else Context(options["context"]),
            options["clause"],
            tuple(part_of(at, said) for at, said in enumerate(options["parts"])),
            version,
            options["outsider"],
        )
        shown = foreseen_told(house.answer_case.foresee(actor, asked), house.clock.now())
        if options["dry_run"]:
            where.tell(shown, f"{_plan(shown)}\nnothing was answered")
            return
        if not where.as_json:
            click.echo(_plan(shown), err=True)
            click.confirm("Answer so?", abort=True, err=True)
        done = given_told(house.answer_case(actor, asked))
    where.tell(done, f"settled by {done['decision']}" if done["settled"] else f"{done['state']}: somebody else answers")


@case_command.command("answers")
@_CASE
@_BY
@placed
def answers_command(where: Where, case_id: str, by: str) -> None:
    """Show the answers that you may read: yours, and those of others once the case is settled."""
    with where.house() as house:
        found = house.read_answers(who(by), CaseId(case_id))
    columns = ("series", "place", "by", "at", "conclusion", "clause", "stands")
    where.tell(
        found, table([_flat(each) for each in found["answers"]], columns, empty="there is none that you may read")
    )


def _plan(shown: Mapping[str, Any]) -> str:
    """Return a plan, a line for each thing that comes of it."""
    lines = [f"takes {shown['people']} people: {each['message']}" for each in shown["why_two"]]
    if not shown["somebody_may_be_second"]:
        lines.append("nobody else here may give the second answer: give somebody the role, or it waits")
    lines += [plan_in_words(shown["finding"])] if shown["finding"] else []
    for each in (shown["ends"] or {"measures": ()})["measures"]:
        lines.append(f"would end: {each['kind']} on {each['subject']['kind']} {each['subject']['id']}")
    lines += out_of_banks((shown["ends"] or {"bank_entries": ()})["bank_entries"])
    return "\n".join(lines) or "the case would end, and nothing else change"


def _filter(queue: Mapping[str, str | None]) -> CaseFilter:
    clause = queue["clause"]
    return CaseFilter(None if clause is None else ClauseId(clause), queue["language"], queue["kind"])


def _told(found: CaseSeen) -> dict[str, Any]:
    return _flat(case_told(found))


def _flat(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value
        for name, value in told.items()
    }


def _show(where: Where, found: CaseSeen) -> None:
    record = _told(found)
    where.tell(record, _lines(record))


def _lines(record: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in record.items() if value not in (None, [], False))
