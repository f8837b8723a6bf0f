"""What is stored of a name: keyed hashes of the ways to write it, why we may hold it, and until when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.core.ids import BankId
from tutela.core.keyed import CHECK_BYTES, WHOLE_BYTES, WordKey
from tutela.errors import BadInput

MAX_WORDS: Final = 5
"""Of a way to write a name; of a longer one its first five."""

MIN_JOINED_LETTERS: Final = 8
"""Below it a name without its spaces could be an ordinary word."""

_TAG_BITS: Final = 32
VARIANT_BYTES: Final = 4 + WHOLE_BYTES
_MAX_NAME_WORDS: Final = 12
_POSSESSIVES: Final = ("'s", "\N{RIGHT SINGLE QUOTATION MARK}s")

EntryId: TypeAlias = int | str
Fold: TypeAlias = Callable[[str], Sequence[str]]
"""Return the folded words of a text, exactly as those of messages are folded."""


def name_key(secret: bytes) -> WordKey:
    """Return what names are hashed by.

    Raises:
        tutela.errors.Misconfigured: The secret is shorter than 32 bytes.
    """
    return WordKey(secret, purpose="names", word_bytes=16, reduced=_without_possessive)


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One name of a bank, unreadable. Whoever wrote it down knows it by its identifier."""

    entry_id: EntryId
    bank_id: BankId
    basis: str = field(repr=False)  #: why we may hold it
    ends_at: datetime  #: from then on it finds nothing, and is to be removed
    check: bytes  #: tells under which secret it was hashed
    variants: tuple[bytes, ...] = field(repr=False)  #: 20 bytes each, in an order that says nothing

    def __post_init__(self) -> None:
        """Refuse what must not be stored.

        Raises:
            tutela.errors.BadInput: It has no basis, no moment at which it ends, or bytes that are no variants.
        """
        if not self.basis.strip():
            raise BadInput("a name is held only on a basis that is told", place="basis")
        if self.ends_at.tzinfo is None:
            raise BadInput("tell when the entry ends, with its time zone", place="ends_at")
        is_whole = self.variants and all(len(each) == VARIANT_BYTES for each in self.variants)
        if not is_whole or len(self.check) != CHECK_BYTES:
            raise BadInput("these are not the hashes of a name", place="variants")


def variants_of(name: str, key: WordKey, fold: Fold, *, is_distinctive: bool = False) -> tuple[bytes, ...]:
    """Return the keyed hashes of all ways to write a name, 20 bytes each, in ascending order.

    Args:
        name: "Given Middle Family", or "Family, Given Middle" where the family name has several words.
        key: As `name_key` returns it.
        fold: How the words of messages are folded.
        is_distinctive: That a single word is enough, since hardly anybody else is called so.

    Raises:
        tutela.errors.BadInput: There is no word in it, only one that is not distinctive, or too many for a name.
    """
    given, family = _parts(name, fold)
    words = (*given, *family)
    if not words or len(words) > _MAX_NAME_WORDS:
        raise BadInput(f"a name has between one word and {_MAX_NAME_WORDS}", place="name")
    if len(words) == 1:
        if not is_distinctive:
            raise BadInput("one word alone is looked for only where it is told to be distinctive", place="name")
        return (hashed_variant(words, key),)
    return tuple(sorted({hashed_variant(each[:MAX_WORDS], key) for each in _ways(given, family)}))


def hashed_variant(words: Sequence[str], key: WordKey) -> bytes:
    """Return the tag of the first words, 4 bytes, and the hash of all of them, 16 bytes."""
    joined = key.words(words)
    product = int(products_of(joined)[len(words) if len(words) > 1 else 0])
    return (product >> _TAG_BITS).to_bytes(4, "little") + key.whole(joined)


def products_of(joined: bytes) -> NDArray[np.uint64]:
    """Return a product for each word alone, then one for each word with the word behind it: one fewer.

    Its upper half is a tag, of two numbers that are secret each: cheap for every word of a message, and without the key
    no more than four random bytes. It only says where to look: what counts are the 16 bytes of the whole.
    """
    pairs = np.frombuffer(joined, "<u8").reshape(-1, 2)
    count = len(pairs)
    firsts, seconds = pairs[:, 0], pairs[:, 1]
    products = np.empty(max(0, 2 * count - 1), np.uint64)
    np.multiply(firsts, seconds, out=products[:count])
    np.multiply(firsts[:-1], seconds[1:], out=products[count:])
    return products


def _parts(name: str, fold: Fold) -> tuple[Sequence[str], Sequence[str]]:
    """Return given and family names; without a comma the last word is the family name."""
    last, _, first = name.partition(",")
    family, given = tuple(fold(last)), tuple(fold(first))
    if family and given:
        return given, family
    words = family or given
    return words[:-1], words[-1:]


def _ways(given: Sequence[str], family: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield: as it is, the family name first, both without middle names, and all of these without spaces."""
    for first in {tuple(given), tuple(given[:1])}:
        for way in ((*first, *family), (*family, *first)):
            yield way
            joined = "".join(map(_without_possessive, way))
            if len(joined) >= MIN_JOINED_LETTERS:
                yield (joined,)


def _without_possessive(word: str) -> str:
    return word[:-2] if word.endswith(_POSSESSIVES) and len(word) > len("'s") else word
