"""`tutela profile`: who runs this, and where."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from tutela.cli.opening import Where, placed
from tutela.core.content import ChannelKind
from tutela.core.operator import OperatorProfile, Technique
from tutela.core.units import Duration
from tutela.errors import BadInput, Misconfigured
from tutela.flows.keep_profile import KeepProfile, from_json, to_json

ENVIRONMENT = "TUTELA_PROFILE_"
PEOPLE = ("solo", "team", "organisation")
COUNTRY_LETTERS = 2


@click.group("profile")
def profile_command() -> None:
    """Show or record who runs this, and where."""


@profile_command.command("show")
@placed
def show(where: Where) -> None:
    """Show the profile. With --json, in the shape that `set --bases` and the API read."""
    with where.house() as house:
        stored = to_json(house.profile.read())
    lines = (f"{name:24}{_in_words(value)}" for name, value in stored.items())
    where.tell(stored, "\n".join(lines))


@profile_command.command("set")
@click.option("--country", help="Of establishment, two letters, as in DE.")
@click.option("--user-regions", help="Where users are, as in DE,AT,CH.")
@click.option("--services", help="public, group, private; several by comma.")
@click.option("--has-encrypted-channels", help="true or false.")
@click.option("--people", help="solo, team or organisation.")
@click.option("--authorities", help="To report to, as in NCMEC; several by comma.")
@click.option("--lists", help="Lists of known material that are available; several by comma.")
@click.option("--on-call", help="Who is called when something is found.")
@click.option("--is-report-only", help="true where the operator may not keep bytes: hash and report only.")
@click.option("--is-small-enterprise", help="true: micro or small under EU law; nothing goes to the EU database.")
@click.option("--transient-hours", help="How long unmatched bytes are kept.")
@click.option(
    "--bases",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON file: the legal bases for looking in group and private channels.",
)
@placed
def set_profile(where: Where, bases: Path | None, **answers: str | None) -> None:
    """Record the profile; what is not given stays as it is. Every change is audited.

    \b
    tutela profile set --country DE --user-regions DE,AT --services public --on-call "Ada, +49 30 1234"
    """  # noqa: D301  # \b is click's mark
    given = {name: value for name, value in answers.items() if value is not None}
    if not given and bases is None:
        raise BadInput("nothing was given to record", remedy="See `tutela profile set --help`.")
    with where.house(must_exist=False) as house:
        profile = with_answers(house.profile.read(), given)
        if bases is not None:
            profile = _with_bases(profile, bases)
        house.profile.write(profile)
    state = "recorded" if profile.is_recorded else "recorded, but country, user regions and services are all needed"
    where.tell(to_json(profile), state)


def with_answers(profile: OperatorProfile, answers: Mapping[str, str]) -> OperatorProfile:
    """Return *profile* with *answers*, each as text.

    Raises:
        tutela.errors.BadInput: An answer is unknown or cannot be used; the place names it.
    """
    changed: dict[str, Any] = {}
    for name, value in answers.items():
        if name not in _FIELDS:
            raise BadInput("the profile has no such answer", place=name, remedy=f"Known: {', '.join(_FIELDS)}.")
        field, parse = _FIELDS[name]
        try:
            changed[field] = parse(value.strip())
        except ValueError as error:
            raise BadInput(str(error), place=name) from None
    return replace(profile, **changed)


def record_at_start(keep: KeepProfile, environment: Mapping[str, str]) -> bool:
    """Record the profile from variables, or by asking on a terminal; return whether it is recorded now."""
    if keep.read().is_recorded:
        return True
    given = {n.removeprefix(ENVIRONMENT).lower(): v for n, v in environment.items() if n.startswith(ENVIRONMENT)}
    if not given and sys.stdin.isatty() and sys.stderr.isatty():
        given = _asked()
    if given:
        keep.write(with_answers(keep.read(), given))
    return keep.read().is_recorded


def _asked() -> dict[str, str]:
    click.echo("Who runs this? An empty answer is skipped; `tutela profile set` changes all of it later.", err=True)
    answers = {
        name: click.prompt(words, default="", show_default=False, err=True, value_proc=partial(_checked, name))
        for name, words in _QUESTIONS.items()
    }
    return {name: answer for name, answer in answers.items() if answer}


def _checked(name: str, answer: str) -> str:
    """Return *answer*, or have the question asked again: one slip must not cost all the other answers."""
    _, parse = _FIELDS[name]
    try:
        if answer.strip():
            parse(answer.strip())
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return answer.strip()


def _with_bases(profile: OperatorProfile, path: Path) -> OperatorProfile:
    try:
        bases = json.loads(path.read_text(encoding="utf-8"))
        recorded = from_json({**to_json(profile), "bases": bases})
    except OSError as error:
        raise Misconfigured("the bases cannot be read", place=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "not a list of bases", place=str(path), remedy="Its shape is that of `tutela profile show --json`."
        ) from error
    for number, basis in enumerate(recorded.bases):
        if basis.technique not in set(Technique):
            known = f"Known: {', '.join(Technique)}."
            raise BadInput("no technique of that name is used here", place=f"{path}: {number}.technique", remedy=known)
    return recorded


def _country(text: str) -> str:
    if len(text) != COUNTRY_LETTERS or not text.isascii() or not text.isalpha():
        raise ValueError("a country is two letters, as in DE")
    return text.upper()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _services(text: str) -> tuple[ChannelKind, ...]:
    try:
        return tuple(ChannelKind(word) for word in _words(text))
    except ValueError:
        raise ValueError(f"services are {', '.join(ChannelKind)}") from None


def _people(text: str) -> str:
    if text not in PEOPLE:
        raise ValueError(f"people is one of {', '.join(PEOPLE)}")
    return text


def _yes(text: str) -> bool:
    try:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError("true or false is wanted") from None


def _hours(text: str) -> Duration:
    try:
        return Duration(hours=float(text))
    except ValueError:
        raise ValueError("a number of hours is wanted") from None


_FIELDS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "country": ("country", _country),
    "user_regions": ("user_regions", lambda text: tuple(_country(word) for word in _words(text))),
    "services": ("services", _services),
    "has_encrypted_channels": ("has_encrypted_channels", _yes),
    "people": ("people", _people),
    "authorities": ("authorities", _words),
    "lists": ("lists", _words),
    "on_call": ("on_call", str),
    "is_report_only": ("is_report_only", _yes),
    "is_small_enterprise": ("is_small_enterprise", _yes),
    "transient_hours": ("transient_period", _hours),
}
_QUESTIONS: Final = {
    "country": "Country of establishment, two letters",
    "user_regions": "Countries where users are, by comma",
    "services": "Kinds of channels (public, group, private), by comma",
    "people": "People who look after it (solo, team, organisation)",
    "authorities": "Authorities to report to, by comma",
    "on_call": "Who is called when something is found",
}


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} recorded" if value and isinstance(value[0], dict) else ", ".join(value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "-"
