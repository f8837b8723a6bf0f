"""The table measure kind x viewer class x surface group -> effect, and what each kind keeps an account from doing."""

import copy
import tomllib
from collections.abc import Mapping
from functools import cache, reduce
from importlib import resources
from itertools import product
from typing import Any

from tutela_client.memo import Memo
from tutela_client.rows import Kind, Words, kind_of, words_of
from tutela_client.verdict import STRICTEST, Verdict
from tutela_client.viewer import CLASSES

__all__ = ["IDENTITY", "SPREADING", "STRICTEST", "EffectTable", "shipped_source", "shipped_table"]

IDENTITY = "identity"
"""The surface group of an account's own page, name and picture, wherever they appear."""

SPREADING = ("recommendations", "search", "trends", "notifications", "embed", "ads")
"""Groups of surfaces that bring something to people who did not look for it."""

_NO_LESS = (
    ("other_minor", "other_adult"),
    ("follower_minor", "follower_adult"),
    ("other_minor", "follower_minor"),
    ("other_adult", "follower_adult"),
    ("other_adult", "author"),
)
"""Pairs of viewer classes: the second never sees less than the first."""


class EffectTable:
    """The table, checked for full cover when it is made. Immutable; its version is on every answer."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        """Check and expand *source* (the parsed TOML, or what `GET /v1/effects` answered).

        Raises:
            ValueError: The table has a hole, a word that means nothing, or shows a stranger or a minor more than
                somebody closer or older; the message names the place.
        """
        self.version: str = _part(source, "version", str)
        self.groups = words_of("groups", _part(source, "groups", list))
        self.verbs = frozenset(words_of("verbs", _part(source, "verbs", list)))
        self.always = frozenset(words_of("always", _part(source, "always", list)))
        if not self.always <= self.verbs:
            raise ValueError("always: names what is no verb")
        self.surfaces = _surfaces(_part(source, "surfaces", dict), self.groups)
        words = Words(self.groups, self.verbs, self.always)
        self._kinds = {name: kind_of(name, said, words) for name, said in _part(source, "kinds", dict).items()}
        self._check_order()
        self._strictest: dict[tuple[str, str], Verdict] = {
            (name, viewer): reduce(Verdict.join, (kind.effects[viewer, group] for group in self.groups))
            for (name, kind), viewer in product(self._kinds.items(), CLASSES)
        }
        self.kinds: tuple[str, ...] = tuple(self._kinds)
        self.refuses = {name: kind.refuses for name, kind in self._kinds.items()}
        self.codes = {name: kind.code for name, kind in self._kinds.items()}
        self.sealed = frozenset(name for name, kind in self._kinds.items() if kind.is_sealed)
        self.quiet = frozenset(name for name, kind in self._kinds.items() if kind.is_quiet)
        self.source: Mapping[str, Any] = copy.deepcopy(dict(source))  # checked by now: nothing in it is deep
        self.memo = Memo()  #: what was answered from this table

    def _check_order(self) -> None:
        """Refuse a table under which a stranger sees more than who is closer, or a minor more than an adult."""
        for (name, kind), group, (less, more) in product(self._kinds.items(), self.groups, _NO_LESS):
            if not kind.effects[less, group].shows_no_more_than(kind.effects[more, group]):
                raise ValueError(f"kinds.{name}.{less}.{group}: shows more than {more} sees")

    def group_of(self, surface: str) -> str | None:
        """Return the group of *surface*, or none for one that nobody registered."""
        return self.surfaces.get(surface)

    def is_open(self, kind: str) -> bool:
        """Return whether an author may be told that it is in force. One that is not known might be sealed."""
        return kind in self._kinds and kind not in self.sealed

    def effect(self, kind: str, viewer: str, surface: str) -> Verdict:
        """Return what *kind* does for *viewer* on *surface*; an unknown surface gets the strictest of all groups."""
        group, rows = self.surfaces.get(surface), self._kinds.get(kind)
        if rows is None:
            return STRICTEST
        if group is None:
            return self._strictest.get((kind, viewer), STRICTEST)
        return rows.effects.get((viewer, group), STRICTEST)

    def row_of(self, kind: str, viewer: str, surface: str) -> str:
        """Return the place of the row that answers, for explaining; `*` twice where no row is that narrow."""
        group, rows = self.surfaces.get(surface), self._kinds.get(kind)
        if rows is None or group is None or (viewer, group) not in rows.rows:
            return f"kinds.{kind}.*.*"
        return rows.rows[viewer, group]

    def rows_of(self, kind: str) -> Kind:
        """Return all that is said of *kind*.

        Raises:
            KeyError: The table has no such kind.
        """
        return self._kinds[kind]


def _part(source: Mapping[str, Any], key: str, kind: type) -> Any:
    value = source.get(key)
    if not isinstance(value, kind) or not value:
        raise ValueError(f"{key}: it is missing, empty or of the wrong type")
    return value


def _surfaces(said: Mapping[str, Any], groups: tuple[str, ...]) -> dict[str, str]:
    """Return the group of each surface; a group is a surface of its own."""
    for surface, group in said.items():
        if group not in groups:
            raise ValueError(f"surfaces.{surface}: there is no such group")
        if surface in groups and surface != group:
            raise ValueError(f"surfaces.{surface}: a group cannot belong to another one")
    return {**said, **{group: group for group in groups}}


def shipped_source() -> dict[str, Any]:
    """Return the table that ships with the product as it is written, a copy of the caller's own."""
    return tomllib.loads(resources.files("tutela_client").joinpath("effects.toml").read_text(encoding="utf-8"))


@cache
def shipped_table() -> EffectTable:
    """Return the table that ships with the product."""
    return EffectTable(shipped_source())
