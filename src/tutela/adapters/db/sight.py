"""Read what a viewer's sight depends on: few statements, however many items are asked about, and only what holds.

Names and ids travel as JSON lists, so that a statement is the same for one item and for five hundred, and the databases
keep its plan. Rows become what `see` takes, and nothing in between: here a microsecond counts 500 times.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from tutela.adapters.db import rows
from tutela.core.content import Account, Age, AgeBand, AgeProvenance
from tutela.core.ids import AccountId
from tutela.core.measures import Subject, SubjectKind
from tutela.ports.store import Tie
from tutela_client.in_force import Holdings
from tutela_client.see import Seen
from tutela_client.viewer import Choice, Viewer

_EACH = {
    "sqlite": r"json_each(:\1)",
    "postgresql": r"json_array_elements_text(CAST(%(\1)s AS json))",
}
"""The members of a JSON list as rows with one column, `value`; the parameter is written as the driver takes it."""

# An account that the viewer mutes comes with our id of it, where it exists.
_LOOKING = """
SELECT 'account', accounts.platform_id, accounts.id, accounts.age_band, accounts.age_provenance, accounts.regions,
    accounts.created_us
FROM each_of(:names) AS asked THEN_JOIN accounts ON accounts.platform_id = asked.value
UNION ALL SELECT choices.kind, choices.value, accounts.id, NULL, NULL, NULL, choices.ends_us
FROM each_of(:viewer) AS asked THEN_JOIN choices ON choices.account = asked.value
    LEFT JOIN accounts ON choices.kind = 'mute_account' AND accounts.platform_id = choices.value
"""

_ITEMS = """
SELECT items.platform_id, items.id, items.account_id, items.carries, items.answer <> 'publish'
FROM each_of(:names) AS asked THEN_JOIN items ON items.platform_id = asked.value
"""

# Whether a row counts is told and not filtered: for a filter SQLite would first read all rows of the kind, to know
# which are worth looking for. A quoted item that nobody ever let out comes with its author, whatever holds on them.
_TOUCHING = """
WITH inside AS MATERIALIZED (
    SELECT asked.value AS item, item_inside.inside_id AS thing
    FROM each_of(:quoting) AS asked THEN_JOIN item_inside ON item_inside.item_id = asked.value
)
SELECT 'own', asked.value, counts(), standing.measures, 1 = 0
FROM each_of(:items) AS asked THEN_JOIN standing ON subject_kind = 'item' AND subject_id = asked.value
UNION ALL SELECT 'own', asked.value, counts(), standing.measures, 1 = 0
FROM each_of(:with_media) AS asked THEN_JOIN item_media ON item_media.item_id = asked.value
    THEN_JOIN standing ON subject_kind = 'media' AND subject_id = item_media.media_id
UNION ALL SELECT 'own', asked.value, counts(), standing.measures, 1 = 0
FROM each_of(:with_tags) AS asked THEN_JOIN item_tags ON item_tags.item_id = asked.value
    THEN_JOIN standing ON subject_kind = 'tag' AND subject_id = item_tags.tag
UNION ALL SELECT 'inside', inside.item, counts(), standing.measures, 1 = 0
FROM inside THEN_JOIN standing ON subject_kind = 'item' AND subject_id = inside.thing
UNION ALL SELECT 'inside', inside.item, counts(), standing.measures, 1 = 0
FROM inside THEN_JOIN item_media ON item_media.item_id = inside.thing
    THEN_JOIN standing ON subject_kind = 'media' AND subject_id = item_media.media_id
UNION ALL SELECT 'inside', inside.item, counts(), standing.measures, 1 = 0
FROM inside THEN_JOIN item_tags ON item_tags.item_id = inside.thing
    THEN_JOIN standing ON subject_kind = 'tag' AND subject_id = item_tags.tag
UNION ALL SELECT 'inside', inside.item, counts(), standing.measures, items.answer <> 'publish'
FROM inside THEN_JOIN items ON items.id = inside.thing
    LEFT JOIN standing ON subject_kind = 'account' AND subject_id = items.account_id
UNION ALL SELECT 'author', asked.value, counts(), standing.measures, 1 = 0
FROM each_of(:authors) AS asked THEN_JOIN standing ON subject_kind = 'account' AND subject_id = asked.value
"""

_WORDS = """
SELECT items.id, items.text, item_tags.tag
FROM each_of(:items) AS asked THEN_JOIN items ON items.id = asked.value
    LEFT JOIN item_tags ON item_tags.item_id = items.id
"""


_HOLDINGS = """
SELECT asked.value, counts(), standing.measures
FROM each_of(:ids) AS asked THEN_JOIN standing ON subject_kind = 'this_kind' AND subject_id = asked.value
"""


def _for(dialect: str, statement: str) -> str:
    # In this order: where one picture is under a measure and thousands carry it, SQLite would else begin with the
    # picture, and look each of its carriers up in the list that was asked: 10 s for what takes 0.1.
    forced = "CROSS JOIN" if dialect == "sqlite" else "JOIN"
    said = statement.replace("THEN_JOIN", forced).replace(
        "counts()", "standing.kinds <> 0 OR standing.next_change_us IS NOT NULL"
    )
    return re.sub(r"each_of\(:(\w+)\)", _EACH[dialect], said)


LOOKING, ITEMS, TOUCHING, WORDS = (
    {each: _for(each, said) for each in _EACH} for said in (_LOOKING, _ITEMS, _TOUCHING, _WORDS)
)
HOLDINGS = {kind: {each: _for(each, _HOLDINGS.replace("this_kind", kind)) for each in _EACH} for kind in SubjectKind}

UNTOUCHED = Seen("")
"""An item on which nothing holds; its name matters only to a viewer's own choices."""

_UNTIED = Tie()
_NO_WORDS: tuple[str, frozenset[str]] = ("", frozenset())


class SightReads:
    """The part of `ports.store.Reader` about what viewers see."""

    _connection: Connection

    def looking(
        self, viewer: str | None, also: Iterable[str], now: datetime
    ) -> tuple[dict[str, Account], tuple[Choice, ...]]:
        """Return the accounts that exist, by the platform's ids, and what the viewer chose not to see."""
        mine = [] if viewer is None else [viewer]
        stored, choices = {}, []
        for kind, name, account_id, band, provenance, regions, at_us in self._run(
            LOOKING, names=list({*also, *mine}), viewer=mine
        ):
            if kind != "account":
                choices.append(Choice(kind, account_id or name, None if at_us is None else rows.from_us(at_us)))
                continue
            age, lands = Age(AgeBand(band), AgeProvenance(provenance)), tuple(orjson.loads(regions))
            stored[name] = Account(AccountId(account_id), name, age, lands, rows.from_us(at_us))
        return stored, tuple(choice for choice in choices if choice.holds_at(now))

    def seen(
        self, platform_ids: Iterable[str], viewer: Viewer, now: datetime, *, ties: Mapping[str, Tie] | None = None,
        is_explained: bool = False,
    ) -> dict[str, Seen]:  # fmt: skip
        """Return each item that exists as `see_all` takes it for *viewer*, by the platform's id."""
        tied = ties or {}
        found = self._run(ITEMS, names=list(platform_ids))
        own = {key for name, item, author, *_ in found for key in _told_why(viewer, author, item, tied.get(name))}
        held = _Held(self._run(TOUCHING, **_asked(found)), now, None if is_explained else own)
        words = self._words([row[1] for row in found]) if viewer.choices else {}
        seen = dict.fromkeys((row[0] for row in found), UNTOUCHED)
        named = is_explained or bool(words)
        for platform_id, item, author, _, is_unpublished in found:
            if named or is_unpublished or platform_id in tied or item in held.items or author in held.by_author:
                tie, (said, tags) = tied.get(platform_id, _UNTIED), words.get(item, _NO_WORDS)
                seen[platform_id] = Seen(
                    platform_id, author, tie.relation, held.own.get(item), held.by_author.get(author),
                    held.inside.get(item), not (is_unpublished or item in held.unpublished), tie.is_sensitive, said,
                    tags,
                )  # fmt: skip
        return seen

    def holdings(self, subjects: Iterable[Subject], now: datetime) -> dict[Subject, Holdings]:
        """Return what holds, or will, on each subject on which anything does: a statement for each kind of them."""
        by_kind: dict[SubjectKind, list[str]] = defaultdict(list)
        for subject in subjects:
            by_kind[subject.kind].append(subject.id)
        found = {}
        for kind, ids in by_kind.items():
            for subject_id, counts, said in self._run(HOLDINGS[kind], ids=ids):
                if counts:
                    found[Subject(kind, subject_id)] = _joined((said,), now)
        return found

    def _words(self, item_ids: Sequence[str]) -> dict[str, tuple[str, frozenset[str]]]:
        texts: dict[str, str] = {}
        tags: dict[str, set[str]] = defaultdict(set)
        for item, said, tag in self._run(WORDS, items=item_ids):
            texts[item] = said or ""
            if tag is not None:
                tags[item].add(tag)
        return {item: (said, frozenset(tags[item])) for item, said in texts.items()}

    def _run(self, statement: Mapping[str, str], **lists: Sequence[str]) -> Sequence[Any]:
        asked = {name: orjson.dumps(values).decode() for name, values in lists.items()}
        return self._connection.exec_driver_sql(statement[self._connection.dialect.name], asked).all()


def _asked(found: Sequence[Any]) -> dict[str, list[str]]:
    """Return what to look for, and of what: most items carry nothing that there would be to look for."""
    return {
        "items": [row[1] for row in found],
        "with_media": [row[1] for row in found if row[3] & rows.CARRIES_MEDIA],
        "with_tags": [row[1] for row in found if row[3] & rows.CARRIES_TAGS],
        "quoting": [row[1] for row in found if row[3] & rows.QUOTES],
        "authors": list({row[2] for row in found}),
    }


def _told_why(viewer: Viewer, author: str, item: str, tie: Tie | None) -> tuple[str, ...]:
    """Return the item and its author where the viewer is the author, who is told by which decision it is restricted."""
    is_author = author == viewer.account or (tie is not None and tie.relation == "author")
    return (item, author) if is_author else ()


class _Held:
    """What holds on the items of one answer, on what is inside them, and on their authors."""

    def __init__(self, touching: Iterable[Any], now: datetime, exact: "set[str] | None") -> None:
        """Put *touching* together as of *now*; of what is *exact*, or of all, it matters whose measures hold."""
        told: dict[str, dict[str, list[str]]] = {"own": {}, "inside": {}, "author": {}}
        self.unpublished: set[str] = set()
        for part, of, counts, said, is_unpublished in touching:
            if is_unpublished:
                self.unpublished.add(of)
            if counts:
                told[part].setdefault(of, []).append(said)
        now_us = rows.to_us(now)
        self.own, self.inside, self.by_author = (
            {
                of: _joined(said, now) if exact is None or of in exact else _alike(said, now, now_us)
                for of, said in part.items()
            }
            for part in told.values()
        )
        self.items = self.own.keys() | self.inside.keys() | self.unpublished


def _joined(said: Iterable[str], now: datetime) -> Holdings:
    return Holdings([rows.in_force(each) for row in said for each in orjson.loads(row)], now)


_MAX_ALIKE = 10_000
_known: dict[tuple[Any, ...], Holdings] = {}
"""Holdings by all that decides what somebody else sees. Any thread may use it: one that is lost is made again."""


def _alike(said: Iterable[str], now: datetime, now_us: int) -> Holdings:
    """Return holdings under which anybody but the author sees the same; most things are restricted in few ways.

    They are those of the first on which the same holds until the same time: by other decisions, from another time on.
    """
    measures = [each for row in said for each in orjson.loads(row)]
    key = tuple([_decisive(each, now_us) for each in measures])
    known = _known.get(key)
    if known is not None and known.since <= now < known.until:
        return known
    if len(_known) >= _MAX_ALIKE:
        _known.clear()
    made = _known[key] = Holdings(map(rows.in_force, measures), now)
    return made


def _decisive(said: Mapping[str, Any], now_us: int) -> tuple[Any, ...]:
    """Return what decides what a measure does, and until when: since when it holds does not, once it does."""
    starts_us = said["starts_us"]
    return said["kind"], said.get("scope"), said["ends_us"], None if starts_us <= now_us else starts_us
