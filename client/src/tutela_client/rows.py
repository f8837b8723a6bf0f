"""The rows of one kind of measure: read from the parsed table, checked word by word, and laid out in full."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from tutela_client.verdict import CLEAR, Exposure, Verdict
from tutela_client.viewer import CLASSES

ROWS = ("everyone", "follower", "other", "adult", "minor", *CLASSES)
"""What a row may be for: everyone, which each kind has, and narrower ones that replace it."""

BESIDE_ROWS = ("refuses", "is_sealed", "is_quiet", "code")
"""What else is said of a kind."""

EFFECTS = ("exposure", "disabled_actions", "ads", "earns", "rank_factor", "notice", "openable")
"""What an effect may set."""

Cell = tuple[str, str]
"""A viewer class and a surface group."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of measure: what it does to sight in every cell, and what it refuses."""

    effects: Mapping[Cell, Verdict]
    rows: Mapping[Cell, str]  #: the place of the row that answers for each cell
    refuses: frozenset[str]
    is_sealed: bool  #: whoever is concerned learns neutral codes only
    is_quiet: bool  #: the reason comes with the statement, when it may be told, and not with the verdict
    code: str  #: what `may` answers when it refuses


@dataclass(frozen=True, slots=True)
class Words:
    """What a row may name."""

    groups: tuple[str, ...]
    verbs: frozenset[str]
    always: frozenset[str]


def kind_of(name: str, said: Any, words: Words) -> Kind:
    """Return what is *said* of the kind *name*, in full.

    Raises:
        ValueError: There is a hole, a word that means nothing, or a value of the wrong type; the place is named, and no
            value is repeated.
    """
    place = f"kinds.{name}"
    if not isinstance(said, Mapping):
        raise ValueError(f"{place}: must be a table")  # noqa: TRY004  # a fault of the file, named by place
    for unknown in sorted(set(said) - set(ROWS) - set(BESIDE_ROWS)):
        raise ValueError(f"{place}.{unknown}: there is no such viewer class")
    written = {row: _row(f"{place}.{row}", said[row], words) for row in ROWS if row in said}
    if "*" not in written.get("everyone", {}):
        raise ValueError(f"{place}: no answer for everyone on every surface")
    cells = {
        (viewer, group): _answering(place, written, viewer, group) for viewer, group in product(CLASSES, words.groups)
    }
    is_sealed = _flag(said, "is_sealed", place)
    return Kind(
        effects={cell: written[row][group] for cell, (row, group) in cells.items()},
        rows={cell: f"{place}.{row}.{group}" for cell, (row, group) in cells.items()},
        refuses=frozenset(_verbs(f"{place}.refuses", said.get("refuses", []), words)),
        is_sealed=is_sealed,
        is_quiet=is_sealed or _flag(said, "is_quiet", place),
        code=_text(f"{place}.code", said.get("code", name)),
    )


def _answering(place: str, written: Mapping[str, Mapping[str, Verdict]], viewer: str, group: str) -> Cell:
    """Return the row and the group in it that answer: first the narrowest row, then everyone's."""
    narrowest = _narrowest(place, written, viewer)
    for row, key in product((narrowest, "everyone"), (group, "*")):
        if key in written.get(row, {}):
            return row, key
    raise AssertionError("everyone answers on every surface")  # checked before


def _narrowest(place: str, written: Mapping[str, Any], viewer: str) -> str:
    if viewer in written or "_" not in viewer:
        return viewer
    closeness, _, age = viewer.partition("_")
    if closeness in written and age in written:
        raise ValueError(f"{place}: both {closeness} and {age} answer for {viewer}; say what {viewer} sees")
    return closeness if closeness in written else age


def _row(place: str, said: Any, words: Words) -> dict[str, Verdict]:
    if not isinstance(said, Mapping):
        raise ValueError(f"{place}: must be a table of surface groups")  # noqa: TRY004  # a fault of the file
    for unknown in sorted(set(said) - {"*", *words.groups}):
        raise ValueError(f"{place}.{unknown}: there is no such surface group")
    return {group: _verdict(f"{place}.{group}", effect, words) for group, effect in said.items()}


def _verdict(place: str, effect: Any, words: Words) -> Verdict:
    """Return the effect as a verdict. Wrong types are refused: any text would pass for `true`, and show something."""
    if not isinstance(effect, Mapping):
        raise ValueError(f"{place}: must be a table of effects")  # noqa: TRY004  # a fault of the file
    for unknown in sorted(set(effect) - set(EFFECTS)):
        raise ValueError(f"{place}.{unknown}: there is no such effect")
    exposures = {exposure.name.lower(): exposure for exposure in Exposure}
    exposure = effect.get("exposure", "show")
    if not isinstance(exposure, str) or exposure not in exposures:
        raise ValueError(f"{place}.exposure: must be one of {', '.join(exposures)}")
    is_absent = exposure == "absent"  # such a thing has no rank, ads or earnings, and cannot be opened
    rank_factor = effect.get("rank_factor", 0.0 if is_absent else 1.0)
    if isinstance(rank_factor, bool) or not isinstance(rank_factor, int | float) or not 0 <= rank_factor <= 1:
        raise ValueError(f"{place}.rank_factor: must be 0 to 1")
    verdict = Verdict(
        exposure=exposures[exposure],
        disabled_actions=frozenset(_verbs(f"{place}.disabled_actions", effect.get("disabled_actions", []), words)),
        ads=_flag(effect, "ads", place, otherwise=not is_absent),
        earns=_flag(effect, "earns", place, otherwise=not is_absent),
        rank_factor=float(rank_factor),
        notices=frozenset([_text(f"{place}.notice", effect["notice"])] if "notice" in effect else ()),
        openable=_flag(effect, "openable", place, otherwise=not is_absent),
    )
    return CLEAR if verdict == CLEAR else verdict


def _verbs(place: str, said: Any, words: Words) -> Iterable[str]:
    for number, verb in enumerate(words_of(place, said), start=1):
        if verb not in words.verbs:
            raise ValueError(f"{place}.{number}: there is no such verb")
        if verb in words.always:
            raise ValueError(f"{place}.{number}: this stays possible under every measure")
        yield verb


def words_of(place: str, said: Any) -> tuple[str, ...]:
    """Return a list of words.

    Raises:
        ValueError: It is none, or a word is blank or there twice.
    """
    if not isinstance(said, list | tuple) or not all(isinstance(word, str) and word.strip() for word in said):
        raise ValueError(f"{place}: must be a list of words")
    if len(set(said)) != len(said):
        raise ValueError(f"{place}: names something twice")
    return tuple(said)


def _text(place: str, said: Any) -> str:
    if not isinstance(said, str) or not said.strip():
        raise ValueError(f"{place}: must be one word")
    return said


def _flag(said: Mapping[str, Any], key: str, place: str, *, otherwise: bool = False) -> bool:
    value = said.get(key, otherwise)
    if not isinstance(value, bool):
        raise ValueError(f"{place}.{key}: must be true or false")  # noqa: TRY004  # a fault of the file
    return value
