"""`tutela notifier`: hotlines, authorities and trusted flaggers whom we have enrolled."""

from typing import Any

import click

from tutela.cli.acting import BY, who
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.ids import NotifierId
from tutela.core.notices.branches import ENROLLABLE, NoticeKind
from tutela.flows.enrol_notifiers import NewNotifier
from tutela.ports.notices import Notifier

_KINDS = [each.value for each in sorted(ENROLLABLE)]
_COLUMNS = ("id", "kind", "name", "country", "enrolled_at", "enrolled_by", "checked_by", "ended_at")


@click.group("notifier")
def notifier_command() -> None:
    """Enrol hotlines, authorities and trusted flaggers, once it is sure that it is them."""


@notifier_command.command("list")
@placed
def list_notifiers(where: Where) -> None:
    """List everybody who was ever enrolled, the newest first."""
    with where.house() as house:
        records = [_record(each) for each in house.notices.enrol.all(whoever())]
    where.tell(records, table(records, _COLUMNS, empty="nobody is enrolled yet"))


@notifier_command.command("enrol")
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="Who they are.")
@click.option("--country", required=True, help="Two letters, as in DE.")
@click.option("--checked-by", required=True, help="Which number you called, of which directory.")
@BY
@placed
def enrol(where: Where, name: str, kind: str, country: str, checked_by: str, by: str | None) -> None:
    """Enrol somebody and print their key, once. What they name is hidden at once: call them first.

    \b
    tutela notifier enrol "A hotline" --kind hotline --country DE --checked-by "+49 30 1, of the directory"
    """  # noqa: D301  # \b is click's mark
    with where.house() as house:
        notifier, secret = house.notices.enrol.enrol(who(by), NewNotifier(NoticeKind(kind), name, country, checked_by))
    where.tell({**_record(notifier), "key": secret}, f"{notifier.id} is enrolled; their key, shown this once: {secret}")


@notifier_command.command("end")
@click.argument("notifier_id")
@BY
@placed
def end(where: Where, notifier_id: str, by: str | None) -> None:
    """End an enrolment: the key opens nothing any more, and what was told stays."""
    with where.house() as house:
        ended = house.notices.enrol.end(who(by), NotifierId(notifier_id))
    where.tell(_record(ended), f"{notifier_id} is enrolled no more")


def _record(each: Notifier) -> dict[str, Any]:
    return {
        "id": each.id, "kind": each.kind.value, "name": each.name, "country": each.country,
        "enrolled_at": each.enrolled_at.isoformat(timespec="seconds"), "enrolled_by": each.enrolled_by,
        "checked_by": each.checked_by,
        "ended_at": None if each.ended_at is None else each.ended_at.isoformat(timespec="seconds"),
    }  # fmt: skip
