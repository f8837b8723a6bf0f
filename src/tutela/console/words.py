"""What pages say, and what they say for values: in files of their own, so that it can be read whole and translated."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

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


def sayings(section: str) -> frozenset[str]:
    """Return every value that a section has words for."""
    return frozenset(_texts(ENGLISH)[section])
