"""`tutela person`: people, from the machine itself: the first administrator, and the way back in for the last."""

import getpass
import re
from typing import Any

import click

from tutela.bootstrap import House
from tutela.cli.opening import Where, placed, table
from tutela.core.people import Person
from tutela.core.permissions import Principal, StaffRole, at_machine
from tutela.flows.invite import Invited

_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]")


@click.group("person")
def person_command() -> None:
    """Invite the first administrator; list people, let them begin anew, let them go."""


@person_command.command("create")
@click.argument("login")
@click.option("--name", help="As others see it.  [default: the login]")
@click.option("--administrator", is_flag=True, help="May invite people and give roles; sees no evidence.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in StaffRole]), help="May be repeated."
)
@placed
def create(where: Where, login: str, name: str | None, roles: tuple[str, ...], *, administrator: bool) -> None:
    """Invite somebody and print the link that they open once, within three days.

    The first administrator is made so; everybody else is better invited in the browser.

    \b
    tutela person create ada --administrator
    """  # noqa: D301  # \b is click's mark
    wanted = {*roles, *([StaffRole.ADMINISTRATOR.value] if administrator else [])}
    if not wanted:
        raise click.UsageError("say what they are here for: --administrator or --role")
    with where.house(must_exist=False) as house:
        invited = house.staff.invite(whoever(), login, name or login, wanted)
        _tell(where, house, invited)


@person_command.command("list")
@placed
def list_people(where: Where) -> None:
    """List everybody, oldest first, those who left included."""
    with where.house() as house:
        records = [_record(each) for each in house.staff.keep_people.all(whoever())]
    shown = [{**each, "roles": ",".join(each["roles"])} for each in records]
    columns = ("id", "login", "state", "second_factor", "roles")
    where.tell(records, table(shown, columns, empty="there is nobody yet: `tutela person create`"))


@person_command.command("revoke")
@click.argument("person_id")
@click.option("--sessions-only", is_flag=True, help="End what is open now; they may sign in again.")
@placed
def revoke(where: Where, person_id: str, *, sessions_only: bool) -> None:
    """Let somebody go by their id: sessions, tokens and ways in end at once and for good."""
    with where.house() as house:
        if sessions_only:
            ended = house.staff.keep_sessions.revoke_all(whoever(), person_id)
            where.tell({"id": person_id, "sessions_ended": ended}, f"{ended} sessions of {person_id} are ended")
            return
        house.staff.keep_people.end(whoever(), person_id)
    where.tell({"id": person_id, "ended": True}, f"{person_id} may do nothing here any more")


@person_command.command("start-over")
@click.argument("person_id")
@placed
def start_over(where: Where, person_id: str) -> None:
    """Take every way in away from somebody who lost theirs, and print a new link. Also ends what they have open."""
    with where.house() as house:
        _tell(where, house, house.staff.recover.start_over(whoever(), person_id))


@person_command.command("roles")
@click.argument("person_id")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in StaffRole]),
    help="Every role that they have from now on.",
)  # fmt: skip
@placed
def roles(where: Where, person_id: str, roles: tuple[str, ...]) -> None:
    """Give somebody other roles; their next request is answered by them."""
    with where.house() as house:
        record = _record(house.staff.keep_people.change_roles(whoever(), person_id, roles))
    where.tell(record, f"{person_id}: {', '.join(record['roles'])}")


def whoever() -> Principal:
    """Return who is at this command line, by the name of their account at the machine."""
    return at_machine(_NO_NAME.sub("", getpass.getuser())[:64] or "unknown")


def _tell(where: Where, house: House, invited: Invited) -> None:
    site = house.settings.public_url or f"http://localhost:{house.settings.port}"
    link = f"{site}/console/invitation/{invited.secret}"
    record = {
        "id": invited.person.id, "login": invited.person.login, "link": link,
        "roles": [role.value for role in sorted(invited.person.roles)],
        "ends_at": invited.invitation.ends_at.isoformat(timespec="seconds"),
    }  # fmt: skip
    where.tell(record, link)
    if not where.as_json:
        told = f"{invited.person.id} {invited.person.login}: hand this link over yourself; it is not stored here."
        click.echo(told, err=True)


def _record(person: Person) -> dict[str, Any]:
    state = "left" if person.ended_at else "invited" if person.is_invited else "here"
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "roles": [role.value for role in sorted(person.roles)],
        "state": state,
        "second_factor": person.has_second_factor,
        "created_at": person.created_at.isoformat(timespec="seconds"),
    }
