"""`tutela status`: how it stands, what is wrong first."""

from dataclasses import asdict
from typing import Any

import click

from tutela.bootstrap import House
from tutela.cli import FAILED
from tutela.cli.opening import Where, placed
from tutela.cli.operate import WHAT_TO_DO
from tutela.core.operator import ALARMS, ON_CALL, PAGES, REACHED

GRAVE = frozenset({ON_CALL, REACHED, PAGES})
"""What must not wait until somebody reads it: nobody would come, or nobody has come, where somebody is in danger."""


@click.command("status")
@placed
def status_command(where: Where) -> None:
    """Show how it stands, what is wrong first.

    The exit status is 1 when nobody is on call, when no page leads to somebody who would be woken, or when somebody is
    in danger and nobody has said that they have it.
    """
    with where.house() as house:
        wrong = [line for line, is_done in house.checklist().items() if line in ALARMS and not is_done]
        record = _record(house)
    told = [f"[!] {line}: {WHAT_TO_DO[line]}" for line in sorted(wrong, key=lambda line: line not in GRAVE)]
    where.tell({"wrong": wrong, **record}, "\n".join((*told, *_words(record))))
    if GRAVE & set(wrong):
        click.get_current_context().exit(FAILED)


def _record(house: House) -> dict[str, Any]:
    with house.store.read() as reader:
        now = house.clock.now()
        return {
            "danger": asdict(house.on_call.stock()),
            "open_cases": reader.open_case_count(),
            "cases": asdict(reader.case_alarms(now)),
            "measures_overdue": reader.overdue(now).measures,
            "webhooks": asdict(house.webhooks.stock()),
        }


def _words(record: dict[str, Any]) -> list[str]:
    danger, cases, webhooks = record["danger"], record["cases"], record["webhooks"]
    until = danger["nobody_from"]
    gap = "without a gap for seven days" if until is None else f"nobody from {until.isoformat(timespec='minutes')}"
    return [
        f"on call: {danger['on_call']}, {gap}; no channel leads to {danger['unreachable']}",
        f"pages: {danger['pages']} open, {danger['unacknowledged']} not acknowledged, {danger['unsent']} not sent",
        f"cases: {record['open_cases']} open, {cases['overdue']} overdue, {cases['in_danger']} in danger and unclaimed",
        f"measures that wait for a person too long: {record['measures_overdue']}",
        f"webhooks: {webhooks['waiting']} waiting, {webhooks['dead']} given up",
    ]
