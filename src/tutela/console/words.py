"""What pages say for values: every sentence in a file of its own, so that it can be read whole and translated."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

ENGLISH = "en"


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    file = resources.files("tutela.console").joinpath("texts", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def say(section: str, value: str) -> str:
    """Return what a page says for a value.

    Raises:
        KeyError: The file has no words for it: a mistake of ours, never of whoever reads.
    """
    return _texts(ENGLISH)[section][str(value)]


def sayings(section: str) -> frozenset[str]:
    """Return every value that a section has words for."""
    return frozenset(_texts(ENGLISH)[section])
