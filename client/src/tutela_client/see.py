"""Answer "what may this viewer see here?": pure, batched, the same in the server and in the platform's own process."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela_client.in_force import Holdings, InForce
from tutela_client.table import IDENTITY, STRICTEST, EffectTable, shipped_table
from tutela_client.verdict import Exposure, Reason, Verdict
from tutela_client.viewer import Chosen, Viewer

__all__ = ["CLEAR", "STRICTEST", "EffectTable", "InForce", "Seen", "Viewer", "see", "see_account", "see_all"]

CLEAR = Verdict()
"""Nothing is in force."""

BLOCKED = Verdict(exposure=Exposure.ABSENT, notices=frozenset({"blocked"}), openable=False)
"""Of two accounts one has blocked the other."""

OWN_SIGHT = ("author_appeal", "review")
"""Surfaces on which nobody's own choice hides anything."""

_MUTES_NOT = frozenset({"profile", "detail", "messages", IDENTITY, *OWN_SIGHT})
"""Where a muted account, word or tag is looked for on purpose, and shown."""

_MAX_MEMO = 65_536


@dataclass(frozen=True, slots=True)
class Seen:
    """One item in somebody's sight, with all that touches it."""

    id: str
    author: str | None = None  #: the platform's id
    relation: str = "none"  #: of the viewer to the author
    own: Holdings | None = None  #: on the item itself, on its media, on its tags
    by_author: Holdings | None = None  #: on the author's account
    inside: Holdings | None = None  #: on everything that it quotes, and on the authors of that
    is_published: bool = True  #: whether anybody ever let it be shown
    is_sensitive: bool = False  #: as the platform says; for viewers who cover such
    text: str = ""  #: for muted words; may be left out where the viewer has none
    tags: frozenset[str] = frozenset()


def see_all(
    viewer: Viewer, surface: str, seen: Sequence[Seen], *, now: datetime, table: EffectTable | None = None
) -> list[Verdict]:
    """Return the verdict about each of *seen*, in order: the join of what every measure in force does.

    Adding a measure never shows more. Inside a quote the viewer counts as a stranger, so that no quote carries an item
    to where it would not be shown itself.
    """
    sight = _Sight(viewer, surface, now, table or shipped_table())
    verdict = sight.verdict
    return [
        CLEAR
        if each.own is None and each.by_author is None and each.inside is None and each.is_published and sight.is_plain
        and each.relation != "blocked"
        else verdict(each)
        for each in seen
    ]  # fmt: skip


def see_account(
    viewer: Viewer, surface: str, account: Seen, *, now: datetime, table: EffectTable | None = None
) -> Verdict:
    """Return what *viewer* may see of an account itself on *surface*: its page, name and picture.

    *account* names itself as author, and holds what is on it in `by_author`.
    """
    here, everywhere = (see_all(viewer, each, [account], now=now, table=table)[0] for each in (surface, IDENTITY))
    return here.join(everywhere)


def see(
    viewer_class: str, surface: str, measures: Iterable[InForce], *, now: datetime, table: EffectTable | None = None,
    countries: frozenset[str] = frozenset(),
) -> Verdict:  # fmt: skip
    """Return the join of what *measures* do at *now* for one viewer class. A start or end bounds `valid_until`."""
    rows, verdict = table or shipped_table(), CLEAR
    for measure in measures:
        if measure.holds_at(now):
            effect = effect_of(measure, viewer_class, surface, rows, countries)
            if effect is not CLEAR:
                effect = replace(effect, because=frozenset({measure.id}))
                if viewer_class == "author" and measure.kind not in rows.sealed and measure.clause:
                    effect = replace(effect, reasons=frozenset({Reason(measure.clause, measure.decision)}))
            verdict = verdict.join(effect).join(Verdict(valid_until=measure.ends_at))
        elif measure.starts_at > now:
            verdict = verdict.join(Verdict(valid_until=measure.starts_at))
    return verdict


def effect_of(
    measure: InForce, viewer_class: str, surface: str, table: EffectTable, countries: frozenset[str]
) -> Verdict:
    """Return what one measure does here: the row of its kind, as far as its scope reaches."""
    effect, scope, group = table.effect(measure.kind, viewer_class, surface), measure.scope, table.group_of(surface)
    match measure.kind:
        case "withhold" if scope.countries and countries and scope.countries.isdisjoint(countries):
            return CLEAR
        case "exclude" if scope.surfaces and group is not None and group not in scope.surfaces:
            return CLEAR
        case "limit_reach" if scope.surfaces and (group is None or group in scope.surfaces):
            return effect if viewer_class in {"author", "staff"} else effect.join(Verdict(exposure=Exposure.ABSENT))
        case "cover":
            notices = effect.notices | ({f"covered:{scope.reason}"} if scope.reason else set())
            return replace(effect, notices=notices, openable=effect.openable and not scope.is_closed)
        case "disable_actions":
            return replace(effect, disabled_actions=effect.disabled_actions | scope.actions)
    return effect


class _Sight:
    """One viewer on one surface at one moment."""

    def __init__(self, viewer: Viewer, surface: str, now: datetime, table: EffectTable) -> None:
        self._viewer, self._surface, self._now, self._table = viewer, surface, now, table
        self._chosen = viewer.chosen_at(now)
        self.is_plain = self._chosen is None
        self._group = table.group_of(surface)
        if len(table.memo) > _MAX_MEMO:
            table.memo.clear()
        self._memo = table.memo.setdefault((surface, viewer.countries), {})

    def verdict(self, seen: Seen) -> Verdict:
        """Return the verdict about one item."""
        viewer_class = self._viewer.class_for(seen.author, seen.relation)
        verdict = self._part(seen.own, viewer_class)
        if seen.by_author is not None:
            verdict = _joined(verdict, self._part(seen.by_author, viewer_class))
        if seen.inside is not None:
            verdict = _joined(verdict, self._part(seen.inside, self._viewer.class_for(None)))
        if not seen.is_published and verdict.exposure < Exposure.PLACEHOLDER:
            verdict = verdict.join(STRICTEST)  # nothing in force takes it off, and yet nobody ever let it be shown
        if seen.relation == "blocked" and viewer_class not in {"author", "staff"}:
            verdict = verdict.join(BLOCKED)
        return verdict if self._chosen is None else self._as_chosen(verdict, seen, self._chosen, viewer_class)

    def _part(self, held: Holdings | None, viewer_class: str) -> Verdict:
        if held is None:
            return CLEAR
        if not held.since <= self._now < held.until or viewer_class == "author":
            return self._evaluate(held, viewer_class)
        key = (held.token, viewer_class, held.until)
        known = self._memo.get(key)
        if known is None:
            if len(self._memo) > _MAX_MEMO:
                self._memo.clear()
            known = self._memo[key] = replace(self._evaluate(held, viewer_class), because=frozenset())
        return known

    def _evaluate(self, held: Holdings, viewer_class: str) -> Verdict:
        return see(
            viewer_class, self._surface, held.measures, now=self._now, table=self._table,
            countries=self._viewer.countries,
        )  # fmt: skip

    def _as_chosen(self, verdict: Verdict, seen: Seen, chosen: Chosen, viewer_class: str) -> Verdict:
        """Hide what the viewer does not want to see. It only ever hides more."""
        if self._group in OWN_SIGHT or viewer_class in {"author", "staff"}:
            return verdict
        if seen.id in chosen.items:
            verdict = verdict.join(Verdict(Exposure.ABSENT, notices=frozenset({"hidden_by_you"}), openable=False))
        elif self._group not in _MUTES_NOT and _is_muted(seen, chosen):
            verdict = verdict.join(Verdict(Exposure.ABSENT, notices=frozenset({"muted_by_you"}), openable=False))
        elif chosen.covers_sensitive and seen.is_sensitive:
            verdict = verdict.join(Verdict(Exposure.COVER, notices=frozenset({"covered_by_you"})))
        return verdict if chosen.until is None else verdict.join(Verdict(valid_until=chosen.until))


def _is_muted(seen: Seen, chosen: Chosen) -> bool:
    if seen.author in chosen.accounts or not chosen.tags.isdisjoint(tag.casefold() for tag in seen.tags):
        return True
    if not (chosen.words and seen.text):
        return False
    text = " ".join(_words(seen.text))
    return any(f" {' '.join(_words(word))} " in f" {text} " for word in chosen.words)


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()


def _joined(left: Verdict, right: Verdict) -> Verdict:
    """Return the join; most verdicts are the same value, or nothing at all."""
    if left is right or right is CLEAR:
        return left
    return right if left is CLEAR else left.join(right)
