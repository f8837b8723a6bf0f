"""Keep which kinds of events a platform tells of, beside those that ship."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutela.core.events import BUILT_IN, EventKind, kinds_here, vocabulary_of
from tutela.core.rules.book import LeftOut
from tutela.core.rules.facts import Vocabulary
from tutela.core.rules.types import Type
from tutela.errors import BadInput
from tutela.ports.desk import Desk

KEPT_SECONDS = 1.0
_KINDS = "event_kinds"


@dataclass(slots=True)
class KeepEventKinds:
    """Read and write the kinds. They are read with every event, so they are kept in memory for a second."""

    desk: Desk
    left_out: Callable[[Vocabulary], Sequence[LeftOut]]  #: rules in force that could no longer be run with these words
    _known: Mapping[str, EventKind] | None = field(default=None)
    _good_until: float = field(default=0.0)
    _words: tuple[Mapping[str, EventKind], Vocabulary] | None = field(default=None)

    def all(self) -> Mapping[str, EventKind]:
        """Return every kind, those that ship first."""
        if self._known is None or time.monotonic() > self._good_until:
            stored = self.desk.setting(_KINDS) or {}
            self._known = kinds_here(kind_of(each) for each in stored.get("kinds", []))
            self._good_until = time.monotonic() + KEPT_SECONDS
        return self._known

    def vocabulary(self) -> Vocabulary:
        """Return what rules may ask for, with the attributes of every kind; the same value while nothing changes."""
        kinds = self.all()
        if self._words is None or self._words[0] != kinds:
            self._words = kinds, vocabulary_of(kinds)
        return self._words[1]

    def declared(self) -> tuple[EventKind, ...]:
        """Return those that the platform declared."""
        return tuple(kind for name, kind in self.all().items() if name not in BUILT_IN)

    def declare(self, kinds: Sequence[EventKind]) -> None:
        """Replace what was declared, with an audit entry.

        Raises:
            tutela.errors.BadInput: One cannot be used, or a rule in force asks for an attribute that would be gone, or
                would be of another type.
        """
        known = kinds_here(kinds)
        for rule in self.left_out(vocabulary_of(known)):
            raise BadInput(
                f"the rule {rule.name} could no longer be run: {rule.problem}", place="kinds",
                remedy="Retire the rule first, or keep the attribute as it was.",
            )  # fmt: skip
        self.desk.put_setting(_KINDS, {"kinds": [kind_told(kind) for kind in kinds]})
        self._known = known


_FLAGS = ("has_recipient", "is_contact", "is_communication", "is_refusal", "is_notice")


def kind_told(kind: EventKind) -> dict[str, Any]:
    """Return a kind as it is stored and told."""
    attributes = {name: _WORDS[attribute] for name, attribute in kind.attributes.items()}
    return {
        "name": kind.name, "says": kind.says, "attributes": attributes,
        **{flag: getattr(kind, flag) for flag in _FLAGS},
    }  # fmt: skip


def kind_of(told: Mapping[str, Any]) -> EventKind:
    """Return the kind that `kind_told` told."""
    attributes = {name: _TYPES[word] for name, word in told["attributes"].items()}
    return EventKind(told["name"], told["says"], attributes, **{flag: told[flag] for flag in _FLAGS})


_TYPES = {"boolean": Type.BOOLEAN, "number": Type.NUMBER, "text": Type.TEXT, "texts": Type.TEXTS}
_WORDS = {kind: word for word, kind in _TYPES.items()}
ATTRIBUTE_TYPES = tuple(_TYPES)
"""What an attribute may be, as it is declared."""
