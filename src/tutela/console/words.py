"""What pages say: every sentence stands in a file, so that it can be read whole and translated, and in no template.

`texts/en.toml` has what is said for values, `texts/en/` a file for each template. In these a message may hold `{parts}`
that the page puts in, and `<strong>`, `<em>` and `<code>`; a translation keeps both.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from markupsafe import Markup

ENGLISH = "en"

PARTS = ("filing.", "preserving.")
"""Files beside the one of a language: of a part of the console each. No section stands in two of them."""


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    folder = resources.files("tutela.console").joinpath("texts")
    found: dict[str, Mapping[str, str]] = {}
    for part in ("", *PARTS):
        file = folder.joinpath(f"{part}{language}.toml")
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def say(section: str, value: str) -> str:
    """Return what a page says for a value.

    Raises:
        KeyError: The file has no words for it: a mistake of ours, never of whoever reads.
    """
    return _texts(ENGLISH)[section][str(value)]


@cache
def messages(page: str) -> Mapping[str, Markup]:
    """Return every message of the template of that name, as its file has it."""
    file = resources.files("tutela.console").joinpath("texts", ENGLISH, f"{page}.toml")
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return {key: Markup(message) for key, message in found.items()}  # noqa: S704  # a file of ours, which ships


def tell(name: str, /, **parts: object) -> Markup:
    """Return a message of a template, `page.key`, with what the page puts into it; that is escaped, the message is not.

    Raises:
        KeyError: There is no such message, or a part of it is missing: a mistake of ours, never of whoever reads.
    """
    page, _, key = name.partition(".")
    return messages(page)[key].format(**parts)


def sayings(section: str) -> frozenset[str]:
    """Return every value that a section has words for."""
    return frozenset(_texts(ENGLISH)[section])
