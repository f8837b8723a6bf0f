"""What a host looks like to somebody who reads it quickly: letters of other scripts as the Latin ones they resemble.

A closed table of letters that can stand in a host; a full table of confusables has thousands of signs that no registry
admits. Accents go too, so that an ordinary name with accents looks like its plain form: that a host looks like another
says what a reader may take it for, and not that it means harm.
"""

from functools import lru_cache
from unicodedata import combining, normalize

# Cyrillic, Greek, Armenian, Georgian, small capitals and letters with strokes.
_ALIKE = {
    "a": "\u0430\u0251\u03b1", "b": "\u044c\u0185", "c": "\u0441\u03f2\u1d04", "d": "\u0501\u0257\u0111",
    "e": "\u0435\u04bd\u212e", "f": "\u0192", "g": "\u0261\u0581", "h": "\u04bb\u0570",
    "i": "\u0456\u0131\u0269\u03b9", "j": "\u0458\u03f3", "k": "\u03ba\u043a\u1d0b", "l": "\u04cf\u026b\u0142",
    "m": "\u043c\u1d0d", "n": "\u043f\u0578\u057c\u03b7", "o": "\u043e\u03bf\u0585\u03c3\u1d0f\u00f8",
    "p": "\u0440\u03c1", "q": "\u051b\u0563\u0566", "r": "\u0433\u1d26", "s": "\u0455\ua731",
    "t": "\u0442\u03c4\u1d1b", "u": "\u03c5\u057d\u0446\u028b\u1d1c", "v": "\u03bd\u0475\u1d20",
    "w": "\u051d\u0461\u0561\u1d21", "x": "\u0445\u03c7", "y": "\u0443\u03b3\u04af\u10e7", "z": "\u1d22\u0290",
    "3": "\u0437\u0292", "4": "\u0447", "ae": "\u00e6", "oe": "\u0153", "ss": "\u00df",
}  # fmt: skip
_TABLE = str.maketrans({sign: plain for plain, signs in _ALIKE.items() for sign in signs})
_PUNYCODE = "xn--"


@lru_cache(4096)
def looks_like(host: str) -> str | None:
    """Return the Latin host that a canonical *host* looks like; none where it looks like itself."""
    if _PUNYCODE not in host:
        return None
    shown = ".".join(map(_shown, host.split(".")))
    bare = "".join(sign for sign in normalize("NFKD", shown) if not combining(sign))
    folded = bare.translate(_TABLE)
    return folded if folded.isascii() and folded != host else None


def _shown(label: str) -> str:
    """Return a label in its own script; itself where it is no good Punycode."""
    if not label.startswith(_PUNYCODE):
        return label
    try:
        return label[len(_PUNYCODE) :].encode("ascii").decode("punycode")
    except ValueError:
        return label
