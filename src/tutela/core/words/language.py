"""In which language a text is, by a model that ships with py3langid; nothing leaves the machine.

The model is loaded when the first text is asked about: about a second, and some 75 MB that stay.
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final, Protocol

MAX_CHARACTERS: Final = 1_000
"""Of a text that are read; a language shows in the first lines or not at all."""

FEWEST_LETTERS: Final = 12
"""Below this nothing is said: *ok* and *hello* are in every language."""

LEAST_PROBABILITY: Final = 0.7
"""Below this nothing is said. Norwegian and Danish, Serbian and Croatian stay below it often, and rightly so."""

_NO_LANGUAGE: Final = frozenset({"zxx", "und"})
_AS_TAG: Final = {"uzs": "uz", "gug": "gn", "fuv": "ff"}

_loading = Lock()


class _Model(Protocol):
    def classify(self, text: str) -> tuple[str, float]:
        """Return the likeliest language and its probability."""
        ...


@dataclass(frozen=True, slots=True)
class Language:
    """A language that a text is in, as far as can be told."""

    tag: str  #: BCP 47, language only
    probability: float  #: of the model; 0.7 to 1


@lru_cache(1)
def _load() -> _Model:
    # Here, because it takes a second and memory that no platform without languages in its banks should pay for.
    from py3langid import langid  # type: ignore[import-untyped]  # noqa: PLC0415  # it has no types; see above

    model: _Model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    return model


def _model() -> _Model:
    with _loading:  # one thread loads; the others wait instead of loading another one
        return _load()


def language_of(text: str) -> Language | None:
    """Return the language of *text*; none where it is too short, mixed or otherwise unsure. Any text, any thread."""
    read = text[:MAX_CHARACTERS]
    if sum(map(str.isalpha, read)) < _fewest(read):
        return None
    found, probability = _model().classify(read)
    if probability < LEAST_PROBABILITY or found in _NO_LANGUAGE:
        return None
    return Language(_AS_TAG.get(found, found), round(min(float(probability), 1.0), 4))


def _fewest(text: str) -> int:
    """Return how many letters are needed: one that is a syllable or a word says as much as three of an alphabet."""
    is_dense = any("\u2e80" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7af" for sign in text)
    return FEWEST_LETTERS // 3 if is_dense else FEWEST_LETTERS
