"""Whether what has no scheme is a link, or only words with a dot between them."""

from dataclasses import dataclass

from tutela.core.links.found import Disguise
from tutela.core.links.joining import Host
from tutela.core.links.shorteners import is_shortener
from tutela.core.links.suffixes import is_plain

_SAID = frozenset("com org net info biz edu gov co io xyz".split())  # noqa: SIM905  # words read best as words
"""Endings after which a loose dot is believed: nobody says "dot info" of anything but a host."""

_NO_NAMES = frozenset(
    """
    a an the this that these any every each all no some my your our his her its their old new big small first
    last next of in on to at by for from with and or but not is are was were be like use used big mr mrs ms dr
    dot
    """.split()  # noqa: SIM905  # words read best as words
)
"""Words before "dot com" that are no host."""


@dataclass(frozen=True, slots=True)
class Written:
    """A host without a scheme, and what is written after it."""

    host: Host
    suffix: str  #: public, canonical
    has_port: bool
    rest: str


def is_firm(written: Written) -> bool:
    """Return whether it is a link; otherwise it may still be one."""
    labels = written.host.text.split(".")
    own, ending = labels[: -1 - written.suffix.count(".")], labels[-1]
    has_path = written.rest.startswith(("/", "\\"))
    if _is_loose(written.host.steps):
        return own[-1].casefold() not in _NO_NAMES and (has_path or written.suffix in _SAID or "." in written.suffix)
    if has_path or Disguise.BRACKETED_DOT in written.host.steps:
        return True
    if len(own) > 1 and own[0].casefold() == "www":
        return True
    return is_plain(written.suffix) and not _begins_a_sentence(own[-1], ending) and _is_name(written, own[-1])


def may_be(written: Written) -> bool:
    """Return whether it is worth to be compared with banks, where it is not firm: not where a sentence begins."""
    labels = written.host.text.split(".")
    return not (_is_loose(written.host.steps) and labels[-1][:1].isupper())


def _is_loose(steps: frozenset[Disguise]) -> bool:
    return Disguise.SPACED_DOT in steps or (Disguise.SPELLED_DOT in steps and Disguise.BRACKETED_DOT not in steps)


def _begins_a_sentence(before: str, ending: str) -> bool:
    return ending[:1].isupper() and not ending.isupper() and not before[:1].isupper()


def _is_name(written: Written, label: str) -> bool:
    """Return whether the label that somebody registered is more than a letter or a number."""
    host = written.host.text.casefold()
    return (len(label) > 1 and not label.isdecimal()) or is_shortener(host)
