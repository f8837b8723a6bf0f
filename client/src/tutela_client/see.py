"""Answer "what may this viewer see here?": pure, the same in the server and in the platform's own process."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from importlib import resources
from itertools import product
from typing import Any

from tutela_client.verdict import Exposure, Verdict

CLASSES = ("everyone", "author", "staff")
"""Viewer classes. `everyone` must be there for each kind; the others replace it where they are."""

_KNOWN_EFFECTS = {"exposure", "disabled_actions", "ads", "earns", "rank_factor", "notice", "openable"}

STRICTEST = Verdict(exposure=Exposure.ABSENT, ads=False, earns=False, rank_factor=0.0, openable=False)
"""What is answered where nothing is known: an item, a kind or a surface that nobody registered."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. Staff see sealed items only under a view grant, never through this table."""

    account: str | None = None  #: the platform's id, or none for an anonymous viewer
    is_staff: bool = False

    def class_for(self, author: str | None) -> str:
        """Return the viewer class towards an item of *author*."""
        if self.is_staff:
            return "staff"
        return "author" if self.account is not None and self.account == author else "everyone"


@dataclass(frozen=True, slots=True)
class InForce:
    """One measure as far as a reader needs it."""

    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        """Return whether it is in force at *now*. Expiry is this comparison, never a job."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class EffectTable:
    """The table kind x viewer class x surface group -> effect, checked for full cover when it is made."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        """Check and expand *source* (the parsed TOML).

        Raises:
            ValueError: The table has a hole or a word that means nothing; the message names the place.
        """
        self.version: str = _part(source, "version", str)
        self.groups: tuple[str, ...] = tuple(_part(source, "groups", list))
        self.surfaces: dict[str, str] = {**_part(source, "surfaces", dict), **{group: group for group in self.groups}}
        for surface, group in self.surfaces.items():
            if group not in self.groups:
                raise ValueError(f"surfaces.{surface}: there is no group {group!r}")
        kinds = _part(source, "kinds", dict)
        self.kinds: tuple[str, ...] = tuple(kinds)
        self._effects = {
            (kind, viewer, group): self._resolve(kind, rows, viewer, group)
            for kind, rows in kinds.items()
            for viewer, group in product(CLASSES, self.groups)
        }
        self._strictest = {
            (kind, viewer): reduce(Verdict.join, (self._effects[kind, viewer, group] for group in self.groups))
            for kind, viewer in product(kinds, CLASSES)
        }

    def _resolve(self, kind: str, rows: Mapping[str, Any], viewer: str, group: str) -> Verdict:
        for unknown in set(rows) - set(CLASSES):
            raise ValueError(f"kinds.{kind}.{unknown}: there is no such viewer class")
        chosen = rows.get(viewer) or rows.get("everyone")
        if chosen is None or "*" not in (rows.get("everyone") or {}):
            raise ValueError(f"kinds.{kind}: no answer for everyone on every surface")
        for unknown in set(chosen) - {"*", *self.groups}:
            raise ValueError(f"kinds.{kind}.{viewer}.{unknown}: there is no such surface group")
        effect = chosen.get(group, chosen.get("*", rows["everyone"].get(group, rows["everyone"]["*"])))
        return _verdict(effect, f"kinds.{kind}.{viewer}.{group}")

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


def _verdict(effect: Mapping[str, Any], place: str) -> Verdict:
    """Return the effect as a verdict. Wrong types are refused: any text would pass for `true`, and show something."""
    for unknown in set(effect) - _KNOWN_EFFECTS:
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


def see(
    viewer_class: str, surface: str, measures: Iterable[InForce], *, now: datetime, table: EffectTable | None = None
) -> Verdict:
    """Return the join of what every measure in force at *now* does for this viewer on this surface.

    *measures* are all that touch the item: its own, its media's, its author's, and those of what it quotes.
    A scheduled start or end bounds `valid_until`.
    """
    rows = table or shipped_table()
    verdict = Verdict()
    for measure in measures:
        if measure.holds_at(now):
            effect = rows.effect(measure.kind, viewer_class, surface)
            verdict = verdict.join(effect).join(Verdict(valid_until=measure.ends_at, because=frozenset({measure.id})))
        elif measure.starts_at > now:
            verdict = verdict.join(Verdict(valid_until=measure.starts_at))
    return verdict
