"""What a viewer has chosen not to see, sorted by what it is compared with. It can only hide more."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tutela_client.tags import tag_of

CHOICES = ("hide_item", "mute_account", "mute_word", "mute_tag", "cover_sensitive")

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean: no space says where a word of theirs ends."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a viewer does not want to see. It can only hide more, and answers no violation."""

    kind: str  #: one of `CHOICES`
    value: str = ""
    ends_at: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        """Return whether it still counts at *now*."""
        return self.ends_at is None or now < self.ends_at


@dataclass(frozen=True, slots=True)
class Chosen:
    """A viewer's choices, sorted by what they are compared with."""

    items: frozenset[str]
    accounts: frozenset[str]
    words: frozenset[str]
    tags: frozenset[str]
    covers_sensitive: bool
    until: datetime | None  #: the first of their ends

    @classmethod
    def of(cls, choices: Iterable[Choice]) -> "Chosen":
        """Return *choices* sorted."""
        held = tuple(choices)
        by_kind = {kind: frozenset(c.value for c in held if c.kind == kind and c.value) for kind in CHOICES}
        return cls(
            by_kind["hide_item"],
            by_kind["mute_account"],
            by_kind["mute_word"],
            frozenset(filter(None, map(tag_of, by_kind["mute_tag"]))),
            any(c.kind == "cover_sensitive" for c in held),
            min((c.ends_at for c in held if c.ends_at is not None), default=None),
        )

    def mutes(self, author: str | None, tags: frozenset[str], text: str) -> str:
        """Return the kind of choice that mutes an item, or nothing."""
        if author in self.accounts:
            return "mute_account"
        if self.tags and not self.tags.isdisjoint(map(tag_of, tags)):
            return "mute_tag"
        return "mute_word" if text and self.words and _pattern(self.words).search(_folded(text)) else ""


def _folded(text: str) -> str:
    """Return *text* as it is compared: the same letter is one letter however it was typed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=1024)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    # No word at all must match nothing, and an empty pattern matches everything.
    return re.compile("|".join(filter(None, (_word(word) for word in sorted(words)))) or r"(?!)")


def _word(word: str) -> str:
    """Return the pattern of one muted word or phrase: whole words where spaces say what one is, else wherever it is."""
    letters = _folded(word).split()
    if not letters:
        return ""
    phrase = r"\s+".join(re.escape(each) for each in letters)
    before = r"(?<!\w)" if _is_bounded(letters[0][0]) else ""
    after = r"(?!\w)" if _is_bounded(letters[-1][-1]) else ""
    return before + phrase + after


def _is_bounded(letter: str) -> bool:
    return letter.isalnum() and not _UNSPACED.match(letter)
