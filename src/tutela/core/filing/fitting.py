"""What is too long, or cannot be written in XML, goes whole into a supplemental file: nothing is silently cut.

On the wire stands the beginning of a text, and where the rest of it is; of an identifier or a link nothing, because
half of one is another one. The file holds every such text whole, with the place it belongs to.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tutela.core.filing.characters import is_legal, legal, shown
from tutela.core.filing.schema import Element, Leaf, Nested, OneOf, Overlong
from tutela.core.filing.table import SHAPES

SUPPLEMENT = "whole-texts-{}.txt"
"""The name of such a file, with what it belongs to."""

HEAD = """\
Texts of this report that are too long for its form, or hold characters that the form cannot carry, each of them whole.
A character that cannot be carried is written as its number, such as \\u{{D800}}. This file was written by software from
what the platform holds; nobody has changed the texts. It belongs to: {}
"""

_Model = TypeVar("_Model")


@dataclass(frozen=True, slots=True)
class Moved:
    """One text that is in the file."""

    place: str
    is_too_long: bool  #: otherwise it holds what XML cannot carry
    text: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """A text file that goes with the report, marked `Supplemental Reported`."""

    name: str
    texts: tuple[Moved, ...]

    def content(self) -> bytes:
        """Return the file in UTF-8."""
        parts = [HEAD.format(self.name)]
        for text in self.texts:
            why = "too long" if text.is_too_long else "characters"
            parts.append(f"\n==== {text.place} ({why}, {len(text.text)} characters)\n{shown(text.text)}\n")
        return "".join(parts).encode()


def fit(model: _Model, shape: str, *, of: str) -> tuple[_Model, Supplement | None]:
    """Return *model* as its form can carry it, and the file with what it cannot; none where all of it fits.

    Args:
        model: A report, or what is told of a file.
        shape: `report` or `fileDetails`.
        of: What the supplemental file belongs to, for its name: letters of ours, such as `report` or `file-2`.
    """
    moved: list[Moved] = []
    name = SUPPLEMENT.format(of)
    fitted = _fitted(model, shape, "", name, moved)
    return fitted, Supplement(name, tuple(moved)) if moved else None


def pointer(name: str) -> str:
    """Return the sentence that stands where a text was shortened."""
    return f" [The whole text is in the supplemental file {name}.]"


def _fitted(model: Any, shape: str, place: str, name: str, moved: list[Moved]) -> Any:
    row = SHAPES[shape]
    changes: dict[str, Any] = {}
    lines = [
        *((a.field, a.holds) for a in row.attributes),
        *((e.field, e.holds) for e in _elements(row.content, row.elements)),
    ]
    for field, holds in lines:
        before = getattr(model, field)
        after = _value(before, holds, f"{place}{field}", name, moved)
        if after is not before:
            changes[field] = after
    return replace(model, **changes) if changes else model


def _elements(content: Element | None, elements: tuple[Element, ...]) -> tuple[Element, ...]:
    return elements if content is None else (content, *elements)


def _value(before: Any, holds: Any, place: str, name: str, moved: list[Moved]) -> Any:
    if not isinstance(before, tuple):
        return _one(before, holds, place, name, moved)
    found = [(each, _one(each, holds, f"{place}.{at}", name, moved)) for at, each in enumerate(before)]
    if all(after is each for each, after in found):
        return before
    return tuple(after for _, after in found if after is not None)


def _one(before: Any, holds: Any, place: str, name: str, moved: list[Moved]) -> Any:
    if before is None:
        return None
    if isinstance(holds, Nested):
        return _fitted(before, holds.shape, f"{place}.", name, moved)
    if isinstance(holds, OneOf):
        return _fitted(before, holds.shapes[type(before)][1], f"{place}.", name, moved)
    if isinstance(holds, Leaf) and type(before) is str:
        return _text(before, holds, place, name, moved)
    return before


def _text(before: str, leaf: Leaf, place: str, name: str, moved: list[Moved]) -> str | None:
    is_too_long = leaf.longest is not None and len(before) > leaf.longest
    if not is_too_long:
        if is_legal(before):
            return before
        moved.append(Moved(place, is_too_long=False, text=before))
        return legal(before)
    if leaf.overlong is Overlong.REFUSED or leaf.longest is None:
        return before
    moved.append(Moved(place, is_too_long=True, text=before))
    if leaf.overlong is Overlong.LEFT_OUT:
        return None
    told = pointer(name)
    return legal(before[: leaf.longest - len(told)]) + told


def places(supplements: Collection[Supplement]) -> tuple[str, ...]:
    """Return every place of which a text was moved, for whoever approves the report."""
    return tuple(text.place for each in supplements for text in each.texts)
