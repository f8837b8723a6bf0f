"""Answer "what may this viewer see here?": pure, batched, the same in the server and in the platform's own process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela_client.countries import known as countries_of
from tutela_client.in_force import Holdings, InForce
from tutela_client.lens import AuthorLens, ExplainingLens, Lens, see
from tutela_client.reach import AUTHOR
from tutela_client.table import IDENTITY, SPREADING, EffectTable, shipped_table
from tutela_client.verdict import CLEAR, STRICTEST, Cause, Exposure, Verdict
from tutela_client.viewer import Chosen, Viewer

__all__ = ["CLEAR", "STRICTEST", "EffectTable", "InForce", "Seen", "Viewer", "see", "see_account", "see_all"]

BLOCKED = replace(STRICTEST, notices=frozenset({"blocked"}))
"""Of two accounts one has blocked the other."""

HIDDEN_BY_YOU = replace(STRICTEST, notices=frozenset({"hidden_by_you"}))
MUTED_BY_YOU = replace(STRICTEST, notices=frozenset({"muted_by_you"}))
COVERED_BY_YOU = Verdict(exposure=Exposure.COVER, notices=frozenset({"covered_by_you"}))

OWN_SIGHT = ("author_appeal", "review")
"""Surfaces on which nobody's own choice hides anything."""

_MUTES_NOT = frozenset({"profile", "detail", "messages", IDENTITY, *OWN_SIGHT})
"""Where a muted account, word or tag is looked for on purpose, and shown."""


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
    viewer: Viewer, surface: str, seen: Sequence[Seen], *, now: datetime, table: EffectTable | None = None,
    is_explained: bool = False,
) -> list[Verdict]:  # fmt: skip
    """Return the verdict about each of *seen*, in order: the join of what every measure in force does.

    Adding a measure never shows more. Inside a quote the viewer counts as a stranger, so that no quote carries an item
    to where it would not be shown itself. Explained verdicts name all that acted, and take longer.
    """
    sight = _Sight(viewer, surface, now, table or shipped_table(), is_explained=is_explained)
    verdict = sight.verdict
    if not sight.is_plain:
        return [verdict(each) for each in seen]
    return [
        CLEAR
        if each.own is None and each.by_author is None and each.inside is None and each.is_published
        and each.relation != "blocked"
        else verdict(each)
        for each in seen
    ]  # fmt: skip


def see_account(
    viewer: Viewer, surface: str, account: Seen, *, now: datetime, table: EffectTable | None = None,
    is_explained: bool = False,
) -> Verdict:  # fmt: skip
    """Return what *viewer* may see of an account itself on *surface*: its page, name and picture.

    What spreads an account goes by the row of that surface too; on others that row is about its items. *account* names
    itself as author, and holds what is on it in `by_author`.
    """
    rows = table or shipped_table()
    is_spread = rows.group_of(surface) in {*SPREADING, None}
    there = account if is_spread else replace(account, own=None, by_author=None, inside=None)
    itself = see_all(viewer, IDENTITY, [account], now=now, table=rows, is_explained=is_explained)[0]
    return itself.join(see_all(viewer, surface, [there], now=now, table=rows, is_explained=is_explained)[0])


class _Sight:
    """One viewer on one surface at one moment."""

    __slots__ = (
        "_account", "_author", "_chosen", "_follower", "_group", "_is_explained", "_join", "_now", "_stranger",
        "_table", "is_plain",
    )  # fmt: skip

    def __init__(self, viewer: Viewer, surface: str, now: datetime, table: EffectTable, *, is_explained: bool) -> None:
        where = (surface, now, table, countries_of(viewer.countries))
        own, others = (ExplainingLens, ExplainingLens) if is_explained else (AuthorLens, Lens)
        self._author: Lens = own(viewer.author, *where)
        self._follower, self._stranger = others(viewer.follower, *where), others(viewer.stranger, *where)
        self._now, self._table = now, table
        self._account, self._chosen = viewer.account, viewer.chosen_at(now)
        self.is_plain = self._chosen is None
        self._group, self._is_explained = table.group_of(surface), is_explained
        self._join: Callable[[Verdict, Verdict], Verdict] = Verdict.join if is_explained else table.memo.joined

    def verdict(self, seen: Seen) -> Verdict:
        """Return the verdict about one item."""
        relation = seen.relation
        if relation == AUTHOR or (self._account is not None and self._account == seen.author):
            lens = self._author
        else:
            lens = self._follower if relation == "follower" else self._stranger
        verdict = CLEAR if seen.own is None else lens.part(seen.own)
        if seen.by_author is not None:
            verdict = self._join(verdict, lens.part(seen.by_author))
        if seen.inside is not None:
            verdict = self._join(verdict, self._stranger.part(seen.inside))
        if not seen.is_published:
            verdict = self._and(verdict, STRICTEST, "item.not_published")
        if relation == "blocked" and not lens.is_involved:
            verdict = self._and(verdict, BLOCKED, "relation.blocked")
        if verdict.reasons and not self._is_open(seen):
            verdict = replace(verdict, reasons=frozenset())  # beside what is sealed any reason would tell why it is
        return verdict if self._chosen is None else self._as_chosen(verdict, seen, self._chosen, lens)

    def _is_open(self, seen: Seen) -> bool:
        """Return whether nothing that is in force on any part may not be told."""
        parts = [held for held in (seen.own, seen.by_author, seen.inside) if held is not None]
        held = [measure for part in parts for measure in part.measures]
        return all(self._table.is_open(measure.kind) for measure in held if measure.holds_at(self._now))

    def _and(self, verdict: Verdict, other: Verdict, row: str) -> Verdict:
        """Return *verdict* with what no measure says."""
        if self._is_explained:
            return verdict.join(replace(other, causes=frozenset({Cause("", row)})))
        return self._join(verdict, other)

    def _as_chosen(self, verdict: Verdict, seen: Seen, chosen: Chosen, lens: Lens) -> Verdict:
        """Hide what the viewer does not want to see. It only ever hides more."""
        if self._group in OWN_SIGHT or lens.is_involved:
            return verdict
        muted = "" if self._group in _MUTES_NOT else chosen.mutes(seen.author, seen.tags, seen.text)
        if self._group != IDENTITY and seen.id in chosen.items:
            verdict = self._and(verdict, HIDDEN_BY_YOU, "choice.hide_item")
        elif muted:
            verdict = self._and(verdict, MUTED_BY_YOU, f"choice.{muted}")
        elif chosen.covers_sensitive and seen.is_sensitive:
            verdict = self._and(verdict, COVERED_BY_YOU, "choice.cover_sensitive")
        else:
            return verdict  # a choice that ends would change nothing here
        return verdict if chosen.until is None else verdict.join(Verdict(valid_until=chosen.until))
