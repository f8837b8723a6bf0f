"""Texts that are like known ones, or like each other, by keyed pieces of three words. Pure.

`shingled` makes the pieces of a text once; then `KnownTexts.find` looks for known ones in it, `sketch_of` makes what is
stored of a known one, and `likeness_keys` makes what a counter counts nearly identical messages by.
"""

from tutela.core.similar.clusters import likeness_keys
from tutela.core.similar.columns import Columns, EntryId
from tutela.core.similar.known import AT_LEAST, KnownTexts, TextMatch, TextsFound
from tutela.core.similar.shingles import Shingled, shingled, text_key
from tutela.core.similar.sketch import SKETCH, Sketch, likeness, sketch_of

__all__ = [
    "AT_LEAST", "SKETCH", "Columns", "EntryId", "KnownTexts", "Shingled", "Sketch", "TextMatch", "TextsFound",
    "likeness", "likeness_keys", "shingled", "sketch_of", "text_key",
]  # fmt: skip
