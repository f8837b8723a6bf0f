"""`tutela view`: who has looked at evidence."""

from collections.abc import Mapping
from typing import Any

import click

from tutela.cli.opening import Where, placed, table
from tutela.core.ids import CaseId, MediaId
from tutela.core.permissions import at_machine
from tutela.core.view_log import LoggedView
from tutela.ports.views import ViewFilter

WHO = at_machine("cli")


@click.group("view")
def view_command() -> None:
    """Read who has looked at evidence, and take looks back. Nothing can be looked at from here."""


@view_command.command("list")
@click.option("--media", help="Only of this content; says whether somebody has seen all of it.")
@click.option("--case", help="Only in this case.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@placed
def list_views(where: Where, media: str | None, case: str | None, limit: int) -> None:
    """List looks at evidence, newest first, with the bytes that were really sent.

    \b
    tutela view list --media med_01m7zt3q2xw9c5r8k4n6v0b1hd
    """  # noqa: D301  # \b is click's mark
    wanted = ViewFilter(MediaId(media) if media else None, CaseId(case) if case else None, limit=limit)
    with where.house() as house:
        keep = house.evidence.keep
        records = [_record(each) for each in keep.page(WHO, wanted)]
        seen = keep.seen(WHO, MediaId(media)) if media else None
    columns = ("id", "person", "media", "purpose", "reason", "opened_at", "rendition", "sent")
    shown = [{**each, "sent": _told(each)} for each in records]
    told = table(
        [{k: v if v is not None else "-" for k, v in each.items()} for each in shown],
        columns,
        empty="nobody has asked to look",
    )
    if seen is None:
        where.tell(records, told)
        return
    people = sorted(seen.whole_by)
    said = f"all of it was sent to {', '.join(people)}" if people else "nobody was sent all of it"
    where.tell({"views": records, "seen_whole_by": people, "metadata_seen": seen.was_metadata_seen}, f"{told}\n{said}")


@view_command.command("revoke")
@click.argument("view_id")
@placed
def revoke(where: Where, view_id: str) -> None:
    """Take a look back: it opens nothing any more, and what is on its way is broken off."""
    with where.house() as house:
        was_there = house.evidence.keep.revoke(WHO, view_id)
    where.tell({"id": view_id, "revoked": was_there}, f"{view_id} {'is' if was_there else 'was already'} taken back")


def _record(view: LoggedView) -> dict[str, Any]:
    grant = view.grant
    return {
        "id": grant.id,
        "person": grant.person_id,
        "media": grant.media_id,
        "case": grant.case_id,
        "purpose": grant.purpose.value,
        "reason": grant.reason.value,
        "granted_at": grant.granted_at.isoformat(timespec="seconds"),
        "opened_at": grant.opened_at.isoformat(timespec="seconds") if grant.opened_at else None,
        "revoked_at": grant.revoked_at.isoformat(timespec="seconds") if grant.revoked_at else None,
        "rendition": grant.rendition.value if grant.rendition else None,
        "size_bytes": view.size_bytes,
        "sent": [[each.start, each.end] for each in view.spans],
    }


def _told(record: Mapping[str, Any]) -> str:
    sent = sum(end - start for start, end in record["sent"])
    return f"{sent}/{record['size_bytes']}" if record["size_bytes"] else "-"
