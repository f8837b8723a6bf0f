"""`tutela notice`: what people from outside told us: read it, say what it is about, answer, and call back."""

import json
from pathlib import Path
from typing import Any

import click

from tutela.cli.acting import BY, who
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.case_moves import DangerOver
from tutela.core.ids import CaseId, NoticeId, NotifierId
from tutela.core.notices.branches import NoticeKind
from tutela.core.notices.draft import NoticeDraft
from tutela.core.notices.notice import Notice, NoticeOutcome, NoticeState
from tutela.core.notices.written import draft_from
from tutela.errors import BadInput
from tutela.flows.read_notices import LaidNotice
from tutela.flows.work_on_notice import NOT_HERE
from tutela.ports.notices import NoticeFilter, NoticeRow

MAX_FILE_BYTES = 1024 * 1024
NOBODY = "nobody"
_COLUMNS = ("id", "received_at", "branch", "kind", "state", "outcome", "cases", "merged", "due_at")
_NOTICE = click.argument("notice_id")


@click.group("notice")
def notice_command() -> None:
    """Work on notices: what people from outside tell us."""


@notice_command.command("list")
@click.option("--state", type=click.Choice([each.value for each in NoticeState]))
@click.option("--kind", type=click.Choice([each.value for each in NoticeKind]), help="As what it counts.")
@click.option("--call-back", is_flag=True, help="Only those of organisations that are to be called back.")
@click.option("--case", "case_id", help="Only those that lie in this case.")
@click.option("--pressing", is_flag=True, help="Only those of danger, and those that are late; oldest first.")
@click.option("--after", default="", help="Only those behind this id.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@placed
def list_notices(  # noqa: PLR0913  # one argument an option
    where: Where, state: str | None, kind: str | None, case_id: str | None, after: str, limit: int, *,
    call_back: bool, pressing: bool,
) -> None:  # fmt: skip
    """List notices, the newest first. What was told stays closed."""
    wanted = NoticeFilter(
        states=frozenset() if state is None else frozenset({NoticeState(state)}),
        kind=None if kind is None else NoticeKind(kind),
        case_id=None if case_id is None else CaseId(case_id),
        wants_call_back=call_back,
    )
    with where.house() as house:
        verbs = house.notices
        found = (
            verbs.reading.pressing(whoever(), limit) if pressing else verbs.page(whoever(), wanted, after, limit)
        )  # fmt: skip
    records = [_record(each) for each in found]
    shown = [{**each, "cases": len(each["cases"])} for each in records]
    where.tell(records, table(shown, _COLUMNS, empty="there is none"))


@notice_command.command("show")
@_NOTICE
@placed
def show(where: Where, notice_id: str) -> None:
    """Show a notice with what was found, its cases, clocks and messages; not what was told."""
    with where.house() as house:
        record = _laid(house.notices.reading.lay_out(whoever(), NoticeId(notice_id)))
    lines = [f"{name}: {value}" for name, value in record.items() if not isinstance(value, list)]
    lines += [f"{name}: {json.dumps(each, default=str)}" for name, some in record.items() if isinstance(some, list)
              for each in some]  # fmt: skip
    where.tell(record, "\n".join(lines))


@notice_command.command("told")
@_NOTICE
@BY
@placed
def told(where: Where, notice_id: str, by: str | None) -> None:
    """Open what somebody told. It is recorded who did."""
    with where.house() as house:
        drafts = house.notices.work.read(who(by), NoticeId(notice_id)).drafts
    records = [_told(each) for each in drafts]
    lines = [f"{name}: {value}" for each in records for name, value in each.items() if value]
    where.tell(records, "\n".join(lines) or "it has been forgotten: its time is over")


@notice_command.command("locate")
@_NOTICE
@click.option("--item", "items", multiple=True, help="What the platform calls an item. Repeatable.")
@click.option("--account", "accounts", multiple=True, help="What the platform calls an account. Repeatable.")
@BY
@placed
def locate(where: Where, notice_id: str, items: tuple[str, ...], accounts: tuple[str, ...], by: str | None) -> None:
    """Say what a notice is about: acted on as if it had been named at once."""
    with where.house() as house:
        after = house.notices.work.locate(who(by), NoticeId(notice_id), items, accounts)
    where.tell(_notice(after), f"{notice_id} lies in {len(after.cases)} cases")


@notice_command.command("answer")
@_NOTICE
@click.argument("outcome", type=click.Choice([each.value for each in sorted(NOT_HERE)]))
@BY
@placed
def answer(where: Where, notice_id: str, outcome: str, by: str | None) -> None:
    """Answer a notice of which nothing is here. A claim is confirmed by another person."""
    with where.house() as house:
        after = house.notices.work.answer(who(by), NoticeId(notice_id), NoticeOutcome(outcome))
    awaited = f"{notice_id} is confirmed by another person"
    where.tell(_notice(after), awaited if after.outcome is None else f"{notice_id} is answered: {outcome}")


@notice_command.command("safe")
@_NOTICE
@click.argument("over", type=click.Choice([each.value for each in DangerOver]))
@BY
@placed
def safe(where: Where, notice_id: str, over: str, by: str | None) -> None:
    """Say that nobody is in danger any more, and why: nobody is woken for it. It still waits to be answered."""
    with where.house() as house:
        after = house.notices.work.end_danger(who(by), NoticeId(notice_id), DangerOver(over))
    where.tell(_notice(after), f"nobody is woken for {notice_id} any more")


@notice_command.command("call-back")
@_NOTICE
@click.argument("notifier")
@click.option("--how", required=True, help="Which number, of which directory: never the number in the notice.")
@BY
@placed
def call_back(where: Where, notice_id: str, notifier: str, how: str, by: str | None) -> None:
    """Record that an organisation was called back: as NOTIFIER, enrolled before, or as `nobody` who knew of it."""
    counts_as = None if notifier == NOBODY else NotifierId(notifier)
    with where.house() as house:
        after = house.notices.work.call_back(who(by), NoticeId(notice_id), counts_as, how)
    where.tell(_notice(after), f"{notice_id} counts as {after.kind.value}{', enrolled' if after.is_enrolled else ''}")


@notice_command.command("unfounded")
@_NOTICE
@click.option("--reason", required=True, help="Why it is manifestly so: to be wrong is no misuse.")
@BY
@placed
def unfounded(where: Where, notice_id: str, reason: str, by: str | None) -> None:
    """Mark an answered notice as manifestly unfounded."""
    with where.house() as house:
        after = house.notices.work.mark_unfounded(who(by), NoticeId(notice_id), reason)
    where.tell(_notice(after), f"{notice_id} is marked as manifestly unfounded")


@notice_command.command("take")
@click.argument("file", type=click.File("rb"))
@BY
@placed
def take(where: Where, file: Any, by: str | None) -> None:
    """Take a notice that came as a letter or a call, written down as JSON (FILE, or - for standard input).

    Its names are those of `POST /v1/notices`; the branch alone is required. The code of the receipt is printed once.

    \b
    echo '{"branch": "authority", "items": ["post-1"], "organisation": "Harbour police"}' | tutela notice take -
    """  # noqa: D301  # \b is click's mark
    draft = draft_from(_json(file.read(MAX_FILE_BYTES + 1), Path(file.name).name))
    with where.house() as house:
        receipt = house.notices.hand_in(who(by), draft)
    record = {
        "id": receipt.notice_id, "code": receipt.code, "received_at": receipt.received_at.isoformat(),
        "missing": list(receipt.missing), "is_queued": receipt.is_queued,
    }  # fmt: skip
    where.tell(record, f"{receipt.notice_id} is taken; the code of its receipt, shown this once: {receipt.code}")


def _json(content: bytes, place: str) -> object:
    if len(content) > MAX_FILE_BYTES:
        raise BadInput(f"a notice has {MAX_FILE_BYTES} bytes at most", place=place)
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise BadInput("this is no JSON", place=place, remedy='Write it as {"branch": "..."}.') from None


def _record(row: NoticeRow) -> dict[str, Any]:
    return {**_notice(row.notice), "merged": row.merged, "due_at": row.due_at and row.due_at.isoformat()}


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id, "received_at": notice.received_at.isoformat(timespec="seconds"),
        "branch": notice.branch.value, "kind": notice.kind.value, "is_enrolled": notice.is_enrolled,
        "clause": notice.clause_id, "state": notice.state.value, "outcome": notice.outcome and notice.outcome.value,
        "is_urgent": notice.is_urgent, "wants_call_back": notice.wants_call_back, "cases": list(notice.cases),
        "merged_into": notice.merged_into,
    }  # fmt: skip


def _laid(laid: LaidNotice) -> dict[str, Any]:
    return {
        **_record(laid.row),
        "needs_two": laid.needs_two,
        "found": [
            {"item": e.stored.item.platform_id, "account": e.author.platform_id, "outcome": e.outcome.value}
            for e in laid.items
        ],
        "accounts": [each.platform_id for each in laid.accounts],
        "clocks": [
            {
                "clock": e.id.value, "target_at": e.start.target_at, "limit_at": e.start.limit_at,
                "stopped_at": e.stopped_at,
            }
            for e in laid.clocks
        ],
        "messages": [{"kind": e.kind.value, "channel": e.channel.value, "state": e.state.value} for e in laid.messages],
    }  # fmt: skip


def _told(draft: NoticeDraft) -> dict[str, Any]:
    return {
        "words": draft.words, "links": list(draft.links), "names": list(draft.names), "items": list(draft.items),
        "age_said": draft.age_said, "relation": draft.relation, "organisation": draft.organisation,
        "reference": draft.reference, "signature": draft.signature, "is_danger": draft.is_danger,
        "digests": len(draft.digests), "told_at": draft.told_at and draft.told_at.isoformat(),
    }  # fmt: skip
