"""`tutela transparency`: draw up, publish, correct and hand out reports of figures."""

import re
from pathlib import Path

import click

from tutela.cli.acting import who
from tutela.cli.hold import as_somebody
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.ids import TransparencyId
from tutela.core.transparency.edition import Edition
from tutela.core.transparency.period import Period
from tutela.core.transparency.sheets import TEXTS
from tutela.errors import BadInput
from tutela.flows.tell_figures import edition_told, owed_told

_COLUMNS = ("id", "period", "version", "state", "published_at", "due_at")
_COUNT = re.compile(r"([A-Za-z_]+)=([0-9]{1,11})")


@click.group("transparency")
def transparency_command() -> None:
    """Draw up reports of figures for a year or a half of one, publish and correct them."""


@transparency_command.command("draw-up")
@click.argument("period")
@as_somebody
@placed
def draw_up(where: Where, period: str, name: str | None) -> None:
    """Draw up the report of a period that is over, as in 2025 or 2025-H2. Nobody reads it before it is published."""
    with where.house() as house:
        edition = house.report_figures.draw_up(who(name), Period.parse(period))
    _tell(where, edition, "drawn up; look at it, then publish it")


@transparency_command.command("correct")
@click.argument("period")
@click.option("--reason", required=True, help="What was wrong. Everybody reads it.")
@as_somebody
@placed
def correct(where: Where, period: str, reason: str, name: str | None) -> None:
    """Draw up another edition of a report that is published. It is published apart; the first stays readable."""
    with where.house() as house:
        edition = house.report_figures.correct(who(name), Period.parse(period), reason)
    _tell(where, edition, "drawn up as a correction; look at it, then publish it")


@transparency_command.command("publish")
@click.argument("edition_id")
@as_somebody
@placed
def publish(where: Where, edition_id: str, name: str | None) -> None:
    """Let everybody read an edition. It is never taken back."""
    with where.house() as house:
        edition = house.report_figures.publish(who(name), TransparencyId(edition_id))
    _tell(where, edition, "published")


@transparency_command.command("export")
@click.argument("edition_id")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@placed
def export(where: Where, edition_id: str, file: Path) -> None:
    """Write the files of an edition into one zip: eleven CSV files (RFC 4180, UTF-8)."""
    with where.house() as house:
        edition, _ = house.report_figures.show(whoever(), TransparencyId(edition_id))
        package = house.report_figures.package(whoever(), edition.id)
    if file.exists():
        raise BadInput("There is a file already.", place=str(file), remedy="Name another one.")
    file.write_bytes(package)
    where.tell({**edition_told(edition), "file": str(file)}, f"{file}: {len(package)} bytes, SHA-256 {edition.sha256}")


@transparency_command.command("list")
@placed
def list_editions(where: Where) -> None:
    """List every edition, and which report has to come out by when."""
    with where.house() as house:
        records = [edition_told(each) for each in house.report_figures.all(whoever())]
        owed = [owed_told(each) for each in house.report_figures.owed(whoever())]
    lines = [f"{each['period']} is due by {each['due_at']:%Y-%m-%d}" + (
        ": published" if each["is_published"] else ": LATE" if each["is_late"] else ": not published yet"
    ) for each in owed]  # fmt: skip
    where.tell(
        {"editions": records, "owed": owed}, "\n".join([*lines, table(records, _COLUMNS, empty="no report yet")])
    )


@transparency_command.command("enter")
@click.option("--provider", help="Who provides the service; with --service and --contact.")
@click.option("--service", help="Its name.")
@click.option("--contact", help="How the provider is reached.")
@click.option("--very-large", is_flag=True, help="It was designated as very large: half-yearly.")
@click.option("--text", type=click.Choice(list(TEXTS)), help="A text of the qualitative part; with --from.")
@click.option("--from", "source", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Its file.")
@click.option("--month", help="A month as in 2026-01; with --recipients.")
@click.option("--recipients", multiple=True, help="As in TOTAL=120000 or DE=40000. Repeatable.")
@click.option("--moderators", help="As in 3,0: employed and contracted; with --language.")
@click.option("--language", "languages", multiple=True, help="How many moderate in it, as in de=2. Repeatable.")
@click.option("--period", help="As in 2026 or 2026-H1; with --dispute.")
@click.option("--dispute", "disputes", multiple=True, help="As in total=2 or overturned=1. Repeatable.")
@as_somebody
@placed
def enter(where: Where, name: str | None, **said: object) -> None:
    """Enter what no row holds: who provides what, texts, monthly recipients, moderators, disputes."""
    principal, done = who(name), []
    with where.house() as house:
        verbs = house.report_figures
        if said["provider"] or said["service"] or said["contact"]:
            verbs.enter_identification(
                principal, provider=str(said["provider"] or ""), service=str(said["service"] or ""),
                contact=str(said["contact"] or ""), is_very_large=bool(said["very_large"]),
            )  # fmt: skip
            done.append("identification")
        if said["text"]:
            if not isinstance(said["source"], Path):
                raise BadInput("A text comes from a file.", place="--from")
            verbs.enter_text(principal, str(said["text"]), said["source"].read_text(encoding="utf-8"))
            done.append(f"text {said['text']}")
        if said["month"]:
            verbs.enter_recipients(principal, str(said["month"]), _counts(said["recipients"], "--recipients"))
            done.append(f"recipients of {said['month']}")
        if said["moderators"]:
            inside, _, outside = str(said["moderators"]).partition(",")
            if not inside.isdecimal() or not (outside or "0").isdecimal():
                raise BadInput("these are no numbers", place="--moderators", remedy="As in 3,0.")
            languages = _counts(said["languages"], "--language")
            verbs.enter_people(principal, int(inside), int(outside or 0), languages)
            done.append("moderators")
        if said["disputes"]:
            if not said["period"]:
                raise BadInput("Disputes are those of a period.", place="--period", remedy="As in --period 2026.")
            period = Period.parse(str(said["period"]))
            verbs.enter_disputes(principal, period, _counts(said["disputes"], "--dispute"))
            done.append(f"disputes of {period.label}")
    if not done:
        raise BadInput("There is nothing to enter.", place="options", remedy="See tutela transparency enter --help.")
    where.tell({"entered": done}, f"entered: {', '.join(done)}")


def _counts(said: object, place: str) -> dict[str, int]:
    found = {}
    for each in said if isinstance(said, tuple) else ():
        match = _COUNT.fullmatch(each)
        if match is None:
            raise BadInput("this is no count", place=place, remedy="As in DE=40000.")
        found[match[1]] = int(match[2])
    return found


def _tell(where: Where, edition: Edition, words: str) -> None:
    where.tell(edition_told(edition), f"{edition.id}: {edition.period.label}, edition {edition.version}: {words}")
