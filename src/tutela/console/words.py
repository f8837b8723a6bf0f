"""What pages say: the sentences of every template and the words for every value, in files that can be translated.

`texts/` has a folder for each language. A file of it is a page, with a message for each key (`tell`), or it holds
sections, with words for each value (`say`); no two have the same name. `common.toml` is the page of what several say
alike. A message may hold `{parts}` that the page puts in, `<strong>`, `<em>` and `<code>`: a translation keeps them.

Elsewhere stand what errors say, which is told over HTTP as well, the lines of what a decision would do (`plan_lines`),
and a few choices of hours and days.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from markupsafe import Markup

ENGLISH = "en"


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return every page and every section by its name."""
    found: dict[str, Mapping[str, str]] = {}
    for file in resources.files("tutela.console").joinpath("texts", language).iterdir():
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        is_page = all(isinstance(each, str) for each in told.values())
        found |= {file.name.removesuffix(".toml"): told} if is_page else told
    return found


def say(section: str, value: str) -> str:
    """Return what a page says for a value.

    Raises:
        KeyError: The file has no words for it: a mistake of ours, never of whoever reads.
    """
    return _texts(ENGLISH)[section][str(value)]


@cache
def messages(page: str) -> Mapping[str, Markup]:
    """Return every message of a page, as its file has it."""
    told = _texts(ENGLISH)[page]
    return {key: Markup(message) for key, message in told.items()}  # noqa: S704  # a file of ours, which ships


def tell(name: str, /, **parts: object) -> Markup:
    """Return a message, `page.key`, with what the page puts into it; that is escaped, the message is not.

    Raises:
        KeyError: There is no such message, or a part of it is missing: a mistake of ours, never of whoever reads.
    """
    page, _, key = name.partition(".")
    return messages(page)[key].format(**parts)


def sayings(section: str) -> frozenset[str]:
    """Return every value that a section has words for."""
    return frozenset(_texts(ENGLISH)[section])
