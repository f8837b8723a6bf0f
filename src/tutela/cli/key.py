"""`tutela key`: API keys."""

import textwrap
from typing import Any

import click

from tutela.cli.opening import Where, placed, table
from tutela.core.permissions import PEOPLE_ONLY, SCOPES
from tutela.ports.desk import ApiKey

_HELP_COLUMNS = 90


@click.group("key")
def key_command() -> None:
    """Make, list and revoke the keys that platforms use."""


GIVEN = {scope: meaning for scope, meaning in SCOPES.items() if scope not in PEOPLE_ONLY}

_CREATE = """Make a key and print its secret, which is never shown again.

\b
{scopes}

\b
tutela key create my-forum --scope submit --scope read
"""


def _create_help() -> str:
    width = max(map(len, GIVEN)) + 2
    lines = [
        textwrap.fill(meaning, _HELP_COLUMNS, initial_indent=scope.ljust(width), subsequent_indent=" " * width)
        for scope, meaning in GIVEN.items()
    ]
    return _CREATE.format(scopes="\n".join(lines))


@key_command.command("create", help=_create_help())
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(list(GIVEN)), help="May be repeated."
)
@placed
def create(where: Where, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print its secret."""
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
    shown = [
        {**r, "scopes": ",".join(r["scopes"]), "person": r["person"] or "-", "revoked_at": r["revoked_at"] or "-"}
        for r in records
    ]
    where.tell(
        records,
        table(shown, ("id", "name", "person", "scopes", "created_at", "revoked_at"), empty="there is no key yet"),
    )


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
        "person": key.owner.person_id if key.owner else None,
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "revoked_at": key.revoked_at.isoformat(timespec="seconds") if key.revoked_at else None,
    }
