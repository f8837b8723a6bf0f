"""Which values of a list look like a mistake or a poison: they would hit what nobody meant.

A picture hash says where a picture is brighter than its median, so about half of its bits are set. A hash of zeros or
ones only is that of every flat picture; one close to it, or made of a few words again and again, is no photograph's.
"""

from enum import StrEnum
from hashlib import md5, sha1, sha256

from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, SignalType

HASH_BITS = 256
WORD_CHARACTERS = 4
FEW_WORDS = 4
"""Different 16-bit words of a hash that are too few: sixteen random ones practically never repeat."""


class Suspicion(StrEnum):
    """What is odd about a value."""

    FLAT = "flat"  #: zeros or ones only
    EMPTY = "empty"  #: the digest of no bytes at all
    ALMOST_FLAT = "almost_flat"  #: as close to a flat hash as a near match may be
    REPETITIVE = "repetitive"  #: the same few words again and again


WORDS = {
    Suspicion.FLAT: "zeros or ones only: it would hit every flat picture",
    Suspicion.EMPTY: "the digest of a file without any bytes",
    Suspicion.ALMOST_FLAT: "almost flat: it would hit every flat picture",
    Suspicion.REPETITIVE: "the same few digits again and again: hardly the hash of a picture or file",
}
"""Each in words for whoever imports; none repeats the value."""

_EMPTY = {
    SignalType.MD5: md5(b"", usedforsecurity=False).hexdigest(),
    SignalType.SHA1: sha1(b"", usedforsecurity=False).hexdigest(),
    SignalType.SHA256: sha256(b"").hexdigest(),
}


def suspicion_of(signal_type: SignalType, value: str) -> Suspicion | None:
    """Return what is odd about *value*, lower-case hex of its type; the gravest first, none when nothing is."""
    if set(value) in ({"0"}, {"f"}):
        return Suspicion.FLAT
    if value == _EMPTY.get(signal_type):
        return Suspicion.EMPTY
    if signal_type is SignalType.PDQ:
        bits = int(value, 16).bit_count()
        if min(bits, HASH_BITS - bits) <= CUSTOMARY_THRESHOLD_BITS:
            return Suspicion.ALMOST_FLAT
    words = {value[start : start + WORD_CHARACTERS] for start in range(0, len(value), WORD_CHARACTERS)}
    return Suspicion.REPETITIVE if len(words) <= FEW_WORDS else None


def is_refused(signal_type: SignalType, value: str) -> bool:
    """Return whether a value goes in only when its sender says so: it would hold what everybody posts."""
    return signal_type is SignalType.PDQ and suspicion_of(signal_type, value) is Suspicion.FLAT
