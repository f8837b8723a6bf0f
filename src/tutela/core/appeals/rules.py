"""What the operator sets about appeals: how long, what counts as misuse, and which bodies decide outside the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutela.core.appeals.misuse import MisuseRules
from tutela.core.appeals.window import LEAST_MONTHS, MOST_MONTHS
from tutela.core.units import Duration
from tutela.errors import Misconfigured

MOST_BODIES = 50
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class OutOfCourtBody:
    """A certified body that settles disputes out of court. Source: Regulation (EU) 2022/2065, Article 21."""

    name: str
    url: str
    country: str = ""  #: that certified it, ISO 3166-1 alpha-2
    languages: tuple[str, ...] = ()
    about: str = ""  #: what it settles


@dataclass(frozen=True, slots=True)
class AppealRules:
    """All of it."""

    months: int = LEAST_MONTHS
    misuse: MisuseRules = field(default_factory=MisuseRules)
    bodies: tuple[OutOfCourtBody, ...] = ()


def parse_appeal_rules(told: Mapping[str, Any], *, place: str) -> AppealRules:
    """Return the rules in a file.

    Raises:
        tutela.errors.Misconfigured: Something in it is unknown, of the wrong kind, or less than the law asks.
    """
    _only(told, {"months", "misuse", "body"}, place)
    return AppealRules(
        _number(told, "months", LEAST_MONTHS, LEAST_MONTHS, MOST_MONTHS, place),
        _misuse(_part(told, "misuse", place), place),
        _bodies(told.get("body", []), place),
    )


def _misuse(told: Mapping[str, Any], place: str) -> MisuseRules:
    _only(told, {"period_days", "unfounded", "share_percent"}, f"{place}: misuse")
    usual = MisuseRules()
    days = round(usual.period.seconds / 86400)
    return MisuseRules(
        Duration(days=_number(told, "period_days", days, 30, 1100, place)),
        _number(told, "unfounded", usual.unfounded, 2, 1000, place),
        _number(told, "share_percent", usual.share_percent, 1, _PERCENT, place),
    )


def _bodies(told: Any, place: str) -> tuple[OutOfCourtBody, ...]:
    if not isinstance(told, list) or len(told) > MOST_BODIES:
        raise Misconfigured(f"body is a list of at most {MOST_BODIES}", place=place)
    return tuple(_body(each, f"{place}: body {number}") for number, each in enumerate(told, 1))


def _body(told: Any, place: str) -> OutOfCourtBody:
    if not isinstance(told, Mapping):
        raise Misconfigured("a body is a table", place=place)
    _only(told, {"name", "url", "country", "languages", "about"}, place)
    name, url = _text(told, "name", place), _text(told, "url", place)
    if not name or not url.startswith("https://"):
        raise Misconfigured("a body has a name, and an address that begins with https://", place=place)
    languages: Sequence[Any] = told.get("languages", [])
    if not isinstance(languages, list) or not all(isinstance(each, str) for each in languages):
        raise Misconfigured("languages is a list of words", place=place)
    return OutOfCourtBody(name, url, _text(told, "country", place), tuple(languages), _text(told, "about", place))


def _part(told: Mapping[str, Any], name: str, place: str) -> Mapping[str, Any]:
    part = told.get(name, {})
    if not isinstance(part, Mapping):
        raise Misconfigured(f"{name} is a table", place=place)
    return part


def _text(told: Mapping[str, Any], name: str, place: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise Misconfigured(f"{name} is a text", place=place)
    return value.strip()


def _number(told: Mapping[str, Any], name: str, usual: int, least: int, most: int, place: str) -> int:
    value = told.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Misconfigured(f"{name} must be {least} to {most}", place=place)
    return value


def _only(told: Mapping[str, Any], known: set[str], place: str) -> None:
    if unknown := sorted(told.keys() - known):
        raise Misconfigured(
            f"there is no {unknown[0]!r} here", place=place, remedy=f"Known: {', '.join(sorted(known))}."
        )
