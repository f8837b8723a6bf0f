"""The code on a receipt: what opens the page of a notice, and nothing else does."""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for another. Source: crockford.com/base32.html."""

LETTERS = 20
RANDOM_BYTES = 13
"""20 letters of 5 bits are 100 bits: at a thousand guesses a second, longer than the sun will shine."""

GROUP = 5
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015._]+")


def code_of(random: bytes) -> str:
    """Return the code of at least `RANDOM_BYTES` random bytes, in groups as people read it."""
    number = int.from_bytes(random[:RANDOM_BYTES], "big")
    letters = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LETTERS))
    return "-".join(letters[start : start + GROUP] for start in range(0, LETTERS, GROUP))


def read_code(typed: str) -> str | None:
    """Return the letters of what somebody typed, or none where it is no code; case, spaces and hyphens are free."""
    letters = _BETWEEN.sub("", typed[:200]).upper().translate(_READ_AS)
    return letters if len(letters) == LETTERS and all(each in ALPHABET for each in letters) else None
