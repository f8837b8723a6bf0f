"""`tutela statement`: what people are told of measures, and how long telling waits."""

from datetime import datetime
from typing import Any

import click

from tutela.cli.acting import BY, who
from tutela.cli.judging import moment
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.cli.telling import in_lines, plain
from tutela.core.ids import DecisionId, StatementId
from tutela.core.reasons.wording import Audience
from tutela.core.statement_states import Tracked
from tutela.core.statements import DelayBasis
from tutela.flows.tell_reasons import seen_told, statement_told, tracked_told

_ID = click.argument("statement_id")
_COLUMNS = ("id", "code", "clause", "state", "tell_at", "delay_basis", "delivered_at")
_REASON = click.option("--reason", required=True, help="Why, in plain words. It stays here and is told to nobody.")


@click.group("statement")
def statement_command() -> None:
    """Read statements of reasons, see which wait, and change how long telling waits."""


@statement_command.command("list")
@click.option("--account", help="What may be told to an account of the platform's.")
@click.option("--decision", help="Every statement of a decision, delayed ones too.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@placed
def list_command(where: Where, account: str | None, decision: str | None, limit: int) -> None:
    """List statements: of an account or a decision; without either, those that no platform has delivered yet."""
    with where.house() as house:
        keep, now = house.statements.keep, house.clock.now()
        if account is not None:
            found, now = keep.of_account(whoever(), account, None, limit)
            records = [plain(statement_told(each, now)) for each in found]
        elif decision is not None:
            records = [plain(statement_told(each, now)) for each in keep.of_decision(whoever(), DecisionId(decision))]
        else:
            records = [plain(tracked_told(each, now)) for each in keep.undelivered(whoever(), limit)]
    where.tell(records, table(records, _COLUMNS, empty="there is none"))


@statement_command.command("show")
@_ID
@click.option("--language", default="en", show_default=True, help="As in en or de.")
@click.option(
    "--audience", type=click.Choice([each.value for each in Audience]), help="By the account's age otherwise."
)
@placed
def show_command(where: Where, statement_id: str, language: str, audience: str | None) -> None:
    """Print a statement as whoever is told reads it."""
    with where.house() as house:
        chosen = None if audience is None else Audience(audience)
        seen = house.statements.keep.read(whoever(), StatementId(statement_id), language, chosen)
        told = plain(seen_told(seen, house.clock.now()))
    where.tell(told, seen.worded.text)


@statement_command.command("delivered")
@_ID
@click.option("--how", required=True, help="A word, as in email or letter.")
@placed
def delivered_command(where: Where, statement_id: str, how: str) -> None:
    """Note that a statement was delivered; the first word about it stays."""
    with where.house() as house:
        tracked, is_new = house.statements.keep.deliver(whoever(), StatementId(statement_id), how)
        _tell(where, tracked, house.clock.now(), "noted" if is_new else "that was noted before, and stays")


@statement_command.command("delay")
@_ID
@click.option("--until", required=True, help="Until when telling waits, such as 2026-05-01T09:00:00Z.")
@click.option("--basis", required=True, type=click.Choice([each.value for each in DelayBasis]))
@_REASON
@BY
@placed
def delay_command(where: Where, statement_id: str, until: str, basis: str, reason: str, by: str | None) -> None:
    """Have telling wait longer: never beyond what its basis allows, counted from the decision."""
    with where.house() as house:
        tracked = house.statements.keep.delay(
            who(by), StatementId(statement_id), moment(until, "--until"), DelayBasis(basis), reason
        )
        _tell(where, tracked, house.clock.now(), "it waits")


@statement_command.command("release")
@_ID
@_REASON
@BY
@placed
def release_command(where: Where, statement_id: str, reason: str, by: str | None) -> None:
    """End a delay: it is told from now on."""
    with where.house() as house:
        tracked = house.statements.keep.release(who(by), StatementId(statement_id), reason)
        _tell(where, tracked, house.clock.now(), "it may be told")


def _tell(where: Where, tracked: Tracked, now: datetime, what: str) -> None:
    record: dict[str, Any] = plain(tracked_told(tracked, now))
    where.tell(record, "\n".join((what, *in_lines(record))))
