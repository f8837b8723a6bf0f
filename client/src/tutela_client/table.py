"""The table measure kind x viewer class x surface group -> effect, and what each kind keeps an account from doing."""

import tomllib
from collections.abc import Mapping
from functools import cache, reduce
from importlib import resources
from itertools import product
from typing import Any

from tutela_client.verdict import Exposure, Verdict
from tutela_client.viewer import CLASSES

ROWS = ("everyone", "follower", "other", "adult", "minor", *CLASSES)
"""What a row may be for: everyone, which each kind has, and narrower ones that replace it."""

IDENTITY = "identity"
"""The surface group of an account's own page, name and picture, wherever they appear."""

STRICTEST = Verdict(exposure=Exposure.ABSENT, ads=False, earns=False, rank_factor=0.0, openable=False)
"""What is answered where nothing is known: an item, a kind or a surface that nobody registered."""

_KNOWN_EFFECTS = {"exposure", "disabled_actions", "ads", "earns", "rank_factor", "notice", "openable"}
_BESIDE_ROWS = {"refuses", "is_sealed"}


class EffectTable:
    """The table, checked for full cover when it is made. Immutable; its version is on every answer."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        """Check and expand *source* (the parsed TOML).

        Raises:
            ValueError: The table has a hole, a word that means nothing, or shows a stranger or a minor more than
                somebody closer or older; the message names the place.
        """
        self.source = source
        self.version: str = _part(source, "version", str)
        self.groups: tuple[str, ...] = tuple(_part(source, "groups", list))
        self.verbs: frozenset[str] = frozenset(_part(source, "verbs", list))
        self.always: frozenset[str] = frozenset(_part(source, "always", list))
        self.surfaces: dict[str, str] = {**_part(source, "surfaces", dict), **{group: group for group in self.groups}}
        for surface, group in self.surfaces.items():
            if group not in self.groups:
                raise ValueError(f"surfaces.{surface}: there is no group {group!r}")
        kinds = _part(source, "kinds", dict)
        self.kinds: tuple[str, ...] = tuple(kinds)
        self.refuses = {kind: self._refused(kind, rows) for kind, rows in kinds.items()}
        self.sealed = frozenset(kind for kind, rows in kinds.items() if rows.get("is_sealed") is True)
        self._effects = {
            (kind, viewer, group): _resolve(kind, rows, viewer, group, self.groups)
            for kind, rows in kinds.items()
            for viewer, group in product(CLASSES, self.groups)
        }
        self._check_order()
        self._strictest = {
            (kind, viewer): reduce(Verdict.join, (self._effects[kind, viewer, group] for group in self.groups))
            for kind, viewer in product(kinds, CLASSES)
        }
        self.memo: dict[Any, dict[Any, Verdict]] = {}  #: verdicts by what decides them; `see` keeps it

    def _refused(self, kind: str, rows: Mapping[str, Any]) -> frozenset[str]:
        refused = frozenset(rows.get("refuses", ()))
        for verb in sorted(refused - self.verbs):
            raise ValueError(f"kinds.{kind}.refuses: there is no verb {verb!r}")
        for verb in sorted(refused & self.always):
            raise ValueError(f"kinds.{kind}.refuses: {verb!r} stays possible under every measure")
        return refused

    def _check_order(self) -> None:
        """Refuse a table under which a stranger sees more than a follower, or a minor more than an adult."""
        closer = [("other_adult", "follower_adult"), ("other_minor", "follower_minor")]
        older = [("follower_minor", "follower_adult"), ("other_minor", "other_adult")]
        for kind, group, (less, more) in product(self.kinds, self.groups, closer + older):
            if not self._effects[kind, less, group].shows_no_more_than(self._effects[kind, more, group]):
                raise ValueError(f"kinds.{kind}.{less}.{group}: shows more than {more} sees")

    def group_of(self, surface: str) -> str | None:
        """Return the group of *surface*, or none for one that nobody registered."""
        return self.surfaces.get(surface)

    def effect(self, kind: str, viewer: str, surface: str) -> Verdict:
        """Return what *kind* does for *viewer* on *surface*; an unknown surface gets the strictest of all groups."""
        group = self.surfaces.get(surface)
        if group is None:
            return self._strictest.get((kind, viewer), STRICTEST)
        return self._effects.get((kind, viewer, group), STRICTEST)


def _part(source: Mapping[str, Any], key: str, kind: type) -> Any:
    value = source.get(key)
    if not isinstance(value, kind) or not value:
        raise ValueError(f"{key}: it is missing, empty or of the wrong type")
    return value


def _resolve(kind: str, rows: Mapping[str, Any], viewer: str, group: str, groups: tuple[str, ...]) -> Verdict:
    for unknown in sorted(set(rows) - set(ROWS) - _BESIDE_ROWS):
        raise ValueError(f"kinds.{kind}.{unknown}: there is no such viewer class")
    everyone = rows.get("everyone") or {}
    if "*" not in everyone:
        raise ValueError(f"kinds.{kind}: no answer for everyone on every surface")
    chosen = rows.get(_narrowest(kind, rows, viewer)) or everyone
    for unknown in sorted(set(chosen) - {"*", *groups}):
        raise ValueError(f"kinds.{kind}.{viewer}.{unknown}: there is no such surface group")
    effect = chosen.get(group, chosen.get("*", everyone.get(group, everyone["*"])))
    return _verdict(effect, f"kinds.{kind}.{viewer}.{group}")


def _narrowest(kind: str, rows: Mapping[str, Any], viewer: str) -> str:
    if viewer in rows or "_" not in viewer:
        return viewer
    closeness, _, age = viewer.partition("_")
    if closeness in rows and age in rows:
        raise ValueError(f"kinds.{kind}: both {closeness} and {age} answer for {viewer}; say what {viewer} sees")
    return closeness if closeness in rows else age


def _verdict(effect: Mapping[str, Any], place: str) -> Verdict:
    """Return the effect as a verdict. Wrong types are refused: any text would pass for `true`, and show something."""
    for unknown in sorted(set(effect) - _KNOWN_EFFECTS):
        raise ValueError(f"{place}: there is no effect {unknown!r}")
    words = {exposure.name.lower(): exposure for exposure in Exposure}
    if effect.get("exposure", "show") not in words:
        raise ValueError(f"{place}: there is no exposure {effect['exposure']!r}")
    for key in ("ads", "earns", "openable"):
        if not isinstance(effect.get(key, True), bool):
            raise ValueError(f"{place}.{key}: must be true or false")  # noqa: TRY004  # a fault of the file, named by place
    rank_factor, notice = effect.get("rank_factor", 1.0), effect.get("notice", "")
    if isinstance(rank_factor, bool) or not isinstance(rank_factor, int | float) or not 0 <= rank_factor <= 1:
        raise ValueError(f"{place}.rank_factor: must be 0 to 1")
    actions = effect.get("disabled_actions", [])
    if not isinstance(actions, list) or not all(isinstance(each, str) for each in [*actions, notice]):
        raise ValueError(f"{place}: actions are a list of names, and a notice is one name")
    return Verdict(
        exposure=words[effect.get("exposure", "show")],
        disabled_actions=frozenset(actions),
        ads=effect.get("ads", True),
        earns=effect.get("earns", True),
        rank_factor=float(rank_factor),
        notices=frozenset({notice} if notice else ()),
        openable=effect.get("openable", True),
    )


@cache
def shipped_table() -> EffectTable:
    """Return the table that ships with the product."""
    text = resources.files("tutela_client").joinpath("effects.toml").read_text(encoding="utf-8")
    return EffectTable(tomllib.loads(text))
