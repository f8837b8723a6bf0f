"""Tags in the one form in which they are compared, on both sides."""

import unicodedata


def tag_of(word: str) -> str:
    """Return a tag as it is compared: without its sign, case-folded, and in one form of writing; empty for none.

    Whoever dodges a measure on a tag by capitals, by full-width letters or by composed accents is found all the same.
    """
    plain = unicodedata.normalize("NFKC", word).strip().removeprefix("#")
    return unicodedata.normalize("NFKC", plain.casefold()).strip()
