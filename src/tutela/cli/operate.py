"""`tutela checklist` and `tutela settings`."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import click

from tutela.cli.opening import Where, placed
from tutela.config import Settings
from tutela.core.operator import (
    BASES,
    BRAKED_MEMBERS,
    CASES,
    CHANNELS,
    CLASSIFIERS,
    DUE,
    FIGURES,
    FILINGS,
    HOLDS,
    LICENCES,
    MESSAGES,
    ON_CALL,
    PAGES,
    QUOTAS,
    REACHED,
    REPORTS,
    REVIEWS,
    RULES,
    SAMPLES,
    SECONDS,
    STATEMENTS,
    TRANSPARENCY,
    WORDS,
)

WHAT_TO_DO: Final[Mapping[str, str]] = {
    "profile_recorded": "say who runs this and where: `tutela profile set`",
    "lists_connected": "import a list of known material: `tutela bank create`, `tutela bank import`",
    "canary_recognised": "prove that a known picture is recognised: `tutela canary`",
    "keys_escrowed": "make a recovery copy of the master key: `tutela keys escrow`",
    "restore_drilled": "prove that a backup can be restored: `tutela drill`",
    "duties_confirmed": "let counsel read the table of duties, then say so: `tutela duty table`, `tutela duty confirm`",
    "authority_tested": "test the channel to your authority, and record it: `tutela checklist --done authority_tested`",
    "on_call_named": "name who is called: `tutela profile set --on-call`",
    QUOTAS: "look at the bank whose quota is used up: `GET /v1/quotas` says which",
    REVIEWS: "look at the cases that are due: measures of a machine wait too long for a person",
    CASES: "take the cases that are overdue or due soon: `tutela case list`, `tutela case next`",
    SECONDS: "give somebody a role that may answer second: a case waits for an answer that nobody here may give",
    ON_CALL: "put somebody on the rota: `tutela rota add`; nobody is woken when somebody is in danger",
    REACHED: "say where those on call are reached, and try it: `tutela rota reach`, `tutela page test`",
    PAGES: "say that you have it: somebody is in danger, `tutela page list`, `tutela page acknowledge`",
    BRAKED_MEMBERS: "look at the members that suddenly hit many accounts: `tutela bank statistics NAME`",
    SAMPLES: "look again at decisions that were drawn and not looked at in time: `tutela case next`",
    BASES: "a basis for looking beyond public channels ends within 14 days: renew it, or let it end: `GET /v1/bases`",
    RULES: "look at rules that saw more than they may lay before people in a day, or cannot run: `tutela rules list`",
    LICENCES: "renew licences that are over or end within 30 days, or say that the list may stay: `tutela bank list`, "
    "`tutela words list`",
    FILINGS: "look at reports that failed, keep failing, may expire, or arrived otherwise: `tutela reports alarms`",
    CHANNELS: "the channel to an authority was stopped or does not answer, its schema has changed, or reports wait for "
    "it: `tutela channel show`",
    WORDS: "find out why a bank of words cannot be opened: `tutela coverage` names it, the server's log says why",
    REPORTS: "tell authorities what is late, or say who has it in hand: `tutela duty list`",
    STATEMENTS: "find out why the platform does not say that statements were delivered: `tutela statement list`",
    TRANSPARENCY: "look why records do not reach the EU Transparency Database: `tutela eu-database show`",
    FIGURES: "draw up the report of figures of the last period and publish it: `tutela transparency list`",
    HOLDS: "look whether holds on evidence are still wanted: `tutela hold list`, `tutela hold review`",
    DUE: "answer what is past its time, or say why it is late: `tutela clocks`",
    MESSAGES: "find out why messages to the people who asked do not go out: `tutela message list --state waiting`",
    CLASSIFIERS: "a classifier does not answer, bills too much, or is not set up: `tutela classifiers list`",
}
"""What each line of the checklist asks for."""

RECORDED_BY_HAND = ("authority_tested",)
"""Lines that only a person can know to be done."""


@click.command("checklist")
@click.option(
    "--done", type=click.Choice(RECORDED_BY_HAND), help="Record that this was done, by you, with an audit entry."
)
@placed
def checklist_command(where: Where, done: str | None) -> None:
    """Show what is to be done before this system protects anybody."""
    with where.house() as house:
        if done is not None:
            house.profile.mark_done(done)
        lines = house.checklist()
    words = (f"[{'x' if is_done else ' '}] {line}: {WHAT_TO_DO[line]}" for line, is_done in lines.items())
    where.tell(lines, "\n".join(words))


@click.command("settings")
@placed
def settings_command(where: Where) -> None:
    """Print the settings in force, without secrets: those of a database URL are left out."""
    shown = shown_settings(where.settings())
    where.tell(shown, "\n".join(f"{name} = {value}" for name, value in shown.items()))


def shown_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings as they may be shown."""
    shown: dict[str, Any] = {}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        # A field that is kept out of `repr` may hold a password.
        shown[field.name] = ("(set)" if value else "") if not field.repr else value
    return {name: value if isinstance(value, bool | int | str | None) else str(value) for name, value in shown.items()}
