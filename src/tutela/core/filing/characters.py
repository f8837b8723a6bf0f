"""Text as XML 1.0 can carry it. What it cannot carry is shown as what it was, and never silently lost.

People write control characters and half surrogates, by accident and to break readers. The authority refuses a body that
holds one, after a report was opened; an XML library of Python's writes it all the same. Source: XML 1.0, production 2.
"""

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")


def is_legal(text: str) -> bool:
    """Return whether XML can carry every character of *text*."""
    return _ILLEGAL.search(text) is None


def legal(text: str) -> str:
    """Return *text* with one replacement character for each that XML cannot carry; ends of lines become line feeds.

    Nothing is taken out, so that no two words run together and lengths stay what they were.
    """
    return _ILLEGAL.sub(REPLACEMENT, _LINE_ENDS.sub("\n", text))


def shown(text: str) -> str:
    r"""Return *text* with each character that XML cannot carry written out as `\u{D800}`, for a supplemental file."""
    return _ILLEGAL.sub(lambda found: f"\\u{{{ord(found.group()):04X}}}", text)
