"""What somebody typed who looks for something: every way in which it can be read, and no guess among them."""

import re
from dataclasses import dataclass

from tutela.core.banks import SignalType
from tutela.core.ids import PREFIXES
from tutela.core.links.reading import MAX_LINK_CHARACTERS, has_scheme, is_bare

MAX_CHARACTERS = MAX_LINK_CHARACTERS
MAX_NAME_CHARACTERS = 200
"""Of an identifier of a platform, or of ours."""

_HEX = re.compile(r"[0-9a-fA-F]+")
_BY_DIGITS = {
    32: (SignalType.MD5,),
    40: (SignalType.SHA1,),
    64: (SignalType.SHA256, SignalType.PDQ),  # both have 256 bits: it is looked for as either
}
_NOUNS = {prefix: noun for noun, prefix in PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Sought:
    """One thing to look for. It may be read in several ways: an id of a platform can look like a host."""

    name: str = ""  #: as an identifier, of ours or of the platform; empty where it is too long for one
    noun: str = ""  #: of what it is by its prefix, where it begins as identifiers of ours do
    signals: tuple[tuple[SignalType, str], ...] = ()  #: as hashes, in lower case
    link: str = ""  #: as a link


def sought(said: str) -> Sought:
    """Return *said* as what may be looked for; nothing where it is empty, longer than a link, or no text."""
    text = said.strip()
    if not 0 < len(text) <= MAX_CHARACTERS or not text.isprintable():
        return Sought()
    prefix, line, _ = text.partition("_")
    types = _BY_DIGITS.get(len(text), ()) if _HEX.fullmatch(text) else ()
    return Sought(
        name=text if len(text) <= MAX_NAME_CHARACTERS else "",
        noun=_NOUNS.get(prefix, "") if line else "",
        signals=tuple((each, text.lower()) for each in types),
        link=text if " " not in text and (has_scheme(text) or (is_bare(text) and "." in text)) else "",
    )
