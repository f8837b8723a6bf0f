"""What the desk says: files by language, one for each page, every message in every language.

`texts/` has a folder for each language; `common.toml` there holds what several pages say, and the language's own name.
A message may hold `{parts}` that the page puts in; one for a single way in has that way behind its name:
`title_threatened` stands for `title` there.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources

from markupsafe import Markup

ENGLISH = "en"
MOST_ASKED = 20
"""Of the languages that a browser names."""


@cache
def languages() -> tuple[str, ...]:
    """Return every language that there is, English first."""
    found = sorted(each.name for each in resources.files("tutela.public").joinpath("texts").iterdir() if each.is_dir())
    return (ENGLISH, *(each for each in found if each != ENGLISH))


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return every page of a language by its name, and its messages."""
    files = resources.files("tutela.public").joinpath("texts", language).iterdir()
    return {
        each.name.removesuffix(".toml"): _flat(tomllib.loads(each.read_text(encoding="utf-8")))
        for each in files
        if each.name.endswith(".toml")
    }


def _flat(told: Mapping[str, object]) -> dict[str, str]:
    """Return every message under its whole name: `title` in `[links]` is `links.title`."""
    found: dict[str, str] = {}
    for name, value in told.items():
        found |= (
            {f"{name}.{key}": each for key, each in _flat(value).items()}
            if isinstance(value, dict)
            else {name: str(value)}
        )
    return found


def tell(language: str, name: str, variant: str = "", /, **parts: object) -> Markup:
    """Return a message, `page.key`, with what the page puts into it; that is escaped, the message is not.

    Raises:
        KeyError: There is no such message, or a part of it is missing: a mistake of ours, never of whoever reads.
    """
    page, _, key = name.partition(".")
    told = texts(language)[page]
    message = told.get(f"{key}_{variant}") or told[key]
    return Markup(message).format(**parts)  # noqa: S704  # a file of ours, which ships


def chosen(accepts: str) -> str:
    """Return the language of ours that a browser asks for first (Accept-Language), or English."""
    wanted = []
    for place, part in enumerate(accepts.split(",")[:MOST_ASKED]):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, name.partition("-")[0].strip().lower()))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(wanted) if name in languages()), ENGLISH)


def moment(language: str, at: datetime) -> str:
    """Return when something was, with its zone, as people write it."""
    month = texts(language)["common"]["months"].split(" ")[at.month - 1]
    return str(
        tell(language, "common.moment", day=at.day, month=month, year=at.year, time=f"{at:%H:%M}", zone=f"{at:%Z}")
    )
