"""`tutela key`: API keys."""

from typing import Any

import click

from tutela.cli.opening import Where, placed, table
from tutela.core.permissions import SCOPES
from tutela.ports.desk import ApiKey


@click.group("key")
def key_command() -> None:
    """Make, list and revoke the keys that platforms use."""


@key_command.command("create")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(list(SCOPES)), help="May be repeated."
)
@placed
def create(where: Where, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print its secret, which is never shown again.

    \b
    submit      send items and media
    read        ask for visibility, standing, changes and items
    choices     keep, read and delete what viewers chose not to see
    detections  read what was detected, with bank and distance
    lookup      look hashes up in the banks
    copies      find who carries copies of a picture
    banks       create, change, import and export banks
    judge       say what bank members are worth, release braked ones
    decide      decide about items and accounts, alone and in bulk
    decide_senior  decide that a child is an actor as well
    webhooks    register where changes are sent, read and repeat deliveries
    decide      decide about accounts and items, and reverse decisions
    decide_senior  with decide: that a child did what the twelve forbid
    operate     read and change the operator's profile, read metrics

    \b
    tutela key create my-forum --scope submit --scope read
    """  # noqa: D301  # \b is click's mark
    with where.house(must_exist=False) as house:
        key, secret = house.keep_keys.create(name, scopes)
    where.tell({**_record(key), "secret": secret}, secret)
    if not where.as_json:
        click.echo(
            f"{key.id} {name}: {', '.join(sorted(key.scopes))}. Keep the secret; it is not stored here.", err=True
        )


@key_command.command("list")
@placed
def list_keys(where: Where) -> None:
    """List all keys, oldest first; no secrets, which are not stored."""
    with where.house() as house:
        records = [_record(key) for key in house.desk.keys()]  # noqa: SIM118  # a method of the desk, no dictionary
    shown = [{**r, "scopes": ",".join(r["scopes"]), "revoked_at": r["revoked_at"] or "-"} for r in records]
    where.tell(records, table(shown, ("id", "name", "scopes", "created_at", "revoked_at"), empty="there is no key yet"))


@key_command.command("revoke")
@click.argument("key_id")
@placed
def revoke(where: Where, key_id: str) -> None:
    """Revoke a key by its id, at once and for good."""
    with where.house() as house:
        house.keep_keys.revoke(key_id)
    where.tell({"id": key_id, "revoked": True}, f"{key_id} is revoked")


def _record(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "revoked_at": key.revoked_at.isoformat(timespec="seconds") if key.revoked_at else None,
    }
