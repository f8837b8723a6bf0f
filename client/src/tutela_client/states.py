"""What is kept of everything that is not clear: in memory, one look a post."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tutela_client.answers import Change, in_force_of
from tutela_client.in_force import FOREVER, Holdings, InForce
from tutela_client.places import Places
from tutela_client.scope import EVERYTHING
from tutela_client.table import shipped_table

PLACES = ("conversation", "link", "device", "network")
"""Kinds of subjects that are used, and not seen."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    """How one subject stands, as it is told and kept."""

    own: tuple[InForce, ...] = ()
    inside: tuple[InForce, ...] = ()
    is_published: bool = True

    @property
    def is_clear(self) -> bool:
        """Return whether there is nothing to keep."""
        return self.is_published and not self.own and not self.inside

    @property
    def is_hidden(self) -> bool:
        """Return whether it is sealed, held, removed, suspended, withheld by order, or was never published."""
        return not self.is_published or any(each.kind in _hiding() for each in (*self.own, *self.inside))

    @classmethod
    def of(cls, change: Change, now: datetime) -> "State":
        """Return what a change tells; of what is sealed for good only that, so that a million items are alike."""
        return cls(_alike(change.own, now), _alike(change.inside, now), change.is_published)

    @property
    def is_common(self) -> bool:
        """Return whether many subjects stand just so, and always will."""
        return not any(measure.id for measure in (*self.own, *self.inside))

    def as_text(self) -> str:
        """Return it as it is kept."""
        told = {"own": list(map(_told, self.own)), "inside": list(map(_told, self.inside))}
        return json.dumps({**told, "published": self.is_published}, separators=(",", ":"))

    @staticmethod
    @lru_cache(1024)
    def from_text(text: str) -> "State":
        """Return what `as_text` kept.

        Raises:
            ValueError: It was not kept by this version.
        """
        try:
            told = json.loads(text)
            own, inside = (tuple(map(in_force_of, told[part])) for part in ("own", "inside"))
            return State(own, inside, told["published"] is True)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is no state") from error


def _hiding() -> frozenset[str]:
    return shipped_table().sealed | {"remove", "suspend", "withhold", "block_link", "block_device", "block_network"}


def _alike(measures: tuple[InForce, ...], now: datetime) -> tuple[InForce, ...]:
    if not all(_is_for_good(measure, now) for measure in measures):
        return measures
    return tuple(InForce("", kind, _LONG_AGO) for kind in sorted({measure.kind for measure in measures}))


def _is_for_good(measure: InForce, now: datetime) -> bool:
    is_plain = measure.ends_at is None and measure.scope == EVERYTHING
    return is_plain and measure.kind in shipped_table().sealed and measure.starts_at <= now


def _told(measure: InForce) -> dict[str, Any]:
    ends_at = measure.ends_at
    return {
        "id": measure.id,
        "kind": measure.kind,
        "starts_at": measure.starts_at.isoformat(),
        "ends_at": ends_at.isoformat() if ends_at else None,
        "scope": measure.scope.as_json(),
        "clause": measure.clause,
        "decision": measure.decision,
    }


class Held:
    """How one item stands, ready to be evaluated; its key is that of every item on which the same holds."""

    __slots__ = ("inside", "is_published", "key", "own", "since", "until")

    def __init__(self, own: Holdings | None, inside: Holdings | None, *, is_published: bool) -> None:
        """Hold what is on the item, and on everything inside it."""
        self.own, self.inside, self.is_published = own, inside, is_published
        parts = [part for part in (own, inside) if part is not None]
        self.since = max((part.since for part in parts), default=_LONG_AGO)
        self.until = min((part.until for part in parts), default=FOREVER)
        self.key = (own and own.timed_key, inside and inside.timed_key, is_published)


class States:
    """Everything that is not clear, by kind and the platform's own name.

    One thread puts, any thread looks: each look is one step of a dictionary.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.items: dict[str, Held] = {}
        self.accounts: dict[str, Holdings] = {}
        self.tags: dict[str, Holdings] = {}
        self.places = {kind: Places(kind) for kind in PLACES}
        self._common: dict[State, Held] = {}

    def __len__(self) -> int:
        """Return of how many subjects something is kept."""
        return len(self.items) + len(self.accounts) + len(self.tags) + sum(map(len, self.places.values()))

    def put(self, kind: str, name: str, state: State, now: datetime) -> None:
        """Keep how a subject stands, or forget it when it is clear."""
        if kind == "item":
            self._put_item(name, state, now)
        elif kind in self.places:
            self.places[kind].put(name, Holdings.of(state.own, now))
        else:
            known = self.accounts if kind == "account" else self.tags
            held = Holdings.of(state.own, now)
            if held is None:
                known.pop(name, None)
            else:
                known[name] = held

    def _put_item(self, name: str, state: State, now: datetime) -> None:
        if state.is_clear:
            self.items.pop(name, None)
            return
        held = self._common.get(state)
        if held is None:
            own, inside = Holdings.of(state.own, now), Holdings.of(state.inside, now)
            held = Held(own, inside, is_published=state.is_published)
            if state.is_common:
                self._common[state] = held
        self.items[name] = held
