"""`tutela rota`: who is on call."""

from datetime import datetime
from typing import Any

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.rota import Shift, Span
from tutela.flows.keep_rota import NewShift
from tutela.flows.who_is_on_call import RotaState

_CLOCK = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.group("rota")
def rota_command() -> None:
    """Keep who is on call, and see whether somebody would come."""


@rota_command.command("list")
@placed
def list_shifts(where: Where) -> None:
    """List the shifts that have not ended, and the gaps of the next seven days."""
    with where.house() as house:
        state = house.on_call.who(whoever())
    shifts, gaps = [_shift(each) for each in state.shifts], [_span(each) for each in state.gaps]
    told = table(shifts, ("id", "person", "starts_at", "ends_at", "zone"), empty="there is no shift")
    lines = [f"nobody is on call from {each['starts_at']} to {each['ends_at']}" for each in gaps]
    overlaps = [_span(each) for each in state.overlaps]
    where.tell({"shifts": shifts, "gaps": gaps, "overlaps": overlaps}, "\n".join((told, *lines)))


@rota_command.command("now")
@placed
def now(where: Where) -> None:
    """Say who is on call at this moment. The exit status is 1 when nobody is."""
    with where.house() as house:
        state = house.on_call.who(whoever())
    where.tell(_now(state), _told(state))
    if state.is_nobody_on_call:
        click.get_current_context().exit(FAILED)


@rota_command.command("add")
@click.argument("person_id")
@click.argument("starts", type=_CLOCK)
@click.argument("ends", type=_CLOCK)
@click.option("--zone", default="UTC", show_default=True, help="Whose clocks show these times.")
@placed
def add(where: Where, person_id: str, starts: datetime, ends: datetime, zone: str) -> None:
    """Put somebody on call, in times as clocks show them in a zone.

    \b
    tutela rota add per_01m7zt3q2xw9c5r8k4n6v0b1hd 2026-11-28T18:00 2026-11-29T08:00 --zone Europe/Berlin
    """  # noqa: D301  # \b is click's mark
    with where.house() as house:
        shift = house.on_call.keep.add(whoever(), NewShift(person_id, starts, ends, zone))
    record = _shift(shift)
    where.tell(record, f"{record['id']}: {person_id} from {record['starts_at']} to {record['ends_at']}")


@rota_command.command("remove")
@click.argument("shift_id")
@placed
def remove(where: Where, shift_id: str) -> None:
    """Take a shift off the rota, also one that runs."""
    with where.house() as house:
        house.on_call.keep.remove(whoever(), shift_id)
    where.tell({"id": shift_id, "removed": True}, f"{shift_id} is removed")


@rota_command.command("reach")
@click.argument("person_id")
@click.option("--email", help="Where they are reached by mail.")
@click.option("--forget", is_flag=True, help="Forget the address.")
@placed
def reach(where: Where, person_id: str, email: str | None, *, forget: bool) -> None:
    """Say where somebody is reached. The address is shown by no command."""
    if (email is None) is not forget:
        raise click.UsageError("say --email or --forget")
    with where.house() as house:
        house.on_call.keep.reach(whoever(), person_id, email)
    where.tell({"person": person_id, "reached": not forget}, f"{person_id}: {'forgotten' if forget else 'noted'}")


def _now(state: RotaState) -> dict[str, Any]:
    return {
        "on_call": list(state.line.on_call), "following": list(state.line.following),
        "nobody_on_call": state.is_nobody_on_call, "unreachable": list(state.unreachable),
    }  # fmt: skip


def _told(state: RotaState) -> str:
    here = ", ".join(state.line.on_call) or "nobody"
    lines = [f"on call: {here}", *(f"no channel leads to {each}" for each in state.unreachable)]
    return "\n".join(lines)


def _shift(shift: Shift) -> dict[str, Any]:
    return {"id": shift.id, "person": shift.person_id, **_span(shift.span), "zone": shift.zone}


def _span(span: Span) -> dict[str, str]:
    return {"starts_at": span.start.isoformat(timespec="minutes"), "ends_at": span.end.isoformat(timespec="minutes")}
