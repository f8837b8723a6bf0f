"""Find the stored media that are identical or near to something, and who carries them. Reads only; keeps nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, MAX_THRESHOLD_BITS, QUALITY_FLOOR, SignalType
from tutela.core.content import Media
from tutela.core.ids import MediaId
from tutela.core.measures import Subject
from tutela.core.operator import OperatorProfile, may_detect
from tutela.core.signals.pdq import ORIENTATIONS, distance_bits
from tutela.errors import BadInput, IndexNotReady, UnknownItem, UnknownMedia
from tutela.flows.feed_index import refresh
from tutela.flows.look_up_hashes import Signal
from tutela.flows.search_in_turn import search_in_turn
from tutela.ports.clock import Clock
from tutela.ports.index import IndexName, NearHit, SignalIndex
from tutela.ports.store import Carrier, Reader, Store

MAX_QUESTIONS = 100
MAX_MEDIA = 10_000
"""Media that all questions of one call take up together, the nearest of each first."""

MAX_CARRIERS = 100_000
"""Carriers that all questions of one call count together."""

_MEDIA_AT_ONCE = 500
_ORIGINAL = ORIENTATIONS[0]
_TURNED_BACK = {**{name: name for name in ORIENTATIONS}, "rotate90": "rotate270", "rotate270": "rotate90"}


@dataclass(frozen=True, slots=True, order=True)
class CopyPlace:
    """Where a page ended: the nearest come first."""

    distance_bits: int
    media_id: str
    item_id: str  #: empty where nobody carries the media

    def __str__(self) -> str:
        """Return the place as text, to be handed back."""
        return f"{self.distance_bits}|{self.media_id}|{self.item_id}"

    @classmethod
    def parse(cls, text: str) -> "CopyPlace":
        """Read what `str` made.

        Raises:
            ValueError: It is nothing of the kind.
        """
        distance_bits, media_id, item_id = text.split("|")
        return cls(int(distance_bits), media_id, item_id)


@dataclass(frozen=True, slots=True)
class Question:
    """What copies are asked of: hashes and digests, media that is stored here, or all media of an item."""

    hashes: tuple[bytes, ...] = ()  #: one, or all eight in the order of `ORIENTATIONS`
    digests: tuple[Signal, ...] = ()
    media_id: MediaId | None = None
    item: str | None = None  #: the platform's own id
    after: CopyPlace | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """One stored media with one of its carriers."""

    media_id: MediaId
    is_identical: bool  #: the same bytes, by digest
    distance_bits: int
    orientation: str  #: how it has to be turned to look like what was asked about
    carrier: Carrier | None
    measures: tuple[str, ...] = ()  #: kinds in force on the item, its account and the media

    @property
    def place(self) -> CopyPlace:
        """Return where it stands in the order of an answer."""
        return CopyPlace(self.distance_bits, self.media_id, self.carrier.item_id if self.carrier else "")


@dataclass(frozen=True, slots=True)
class Copies:
    """One page of an answer, with the counts of the whole."""

    media: int
    items: int
    accounts: int
    is_complete: bool  #: false beyond `MAX_MEDIA` or `MAX_CARRIERS`: the counts are of the nearest
    page: tuple[Copy, ...]
    next: CopyPlace | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, taken apart."""

    hashes: tuple[tuple[bytes, ...], ...]
    digests: tuple[Signal, ...]
    media: frozenset[MediaId]


@dataclass(frozen=True, slots=True)
class _Room:
    """How much one of several questions may take up."""

    media: int
    carriers: int

    @classmethod
    def shared(cls, sharing: int) -> "_Room":
        """Return an equal part for each of so many."""
        return cls(max(MAX_MEDIA // sharing, 1), max(MAX_CARRIERS // sharing, 1))


_Near = dict[MediaId, list[tuple[tuple[bytes, ...], NearHit]]]


@dataclass(frozen=True, slots=True)
class FindCopies:
    """Ask what is stored. What nobody may look at (P12) is neither shown nor counted."""

    store: Store
    stored: SignalIndex
    profile: Callable[[], OperatorProfile]
    clock: Clock

    def __call__(
        self, questions: Sequence[Question], *, max_distance_bits: int = CUSTOMARY_THRESHOLD_BITS, limit: int = 100
    ) -> list[Copies]:
        """Return an answer for each question, in order.

        Raises:
            tutela.errors.UnknownMedia: There is no media of an id that was named.
            tutela.errors.UnknownItem: There is no item of an id that was named.
            tutela.errors.BadInput: More than `MAX_QUESTIONS`, or a distance beyond the largest threshold of a bank.
            tutela.errors.IndexNotReady: Nothing can be said yet.
        """
        _check(questions, max_distance_bits)
        if self.stored.built_to_seq < 0:
            raise IndexNotReady
        with self.store.read() as reader:
            newest = refresh(reader, self.stored, IndexName.STORED)
            if self.stored.built_to_seq < newest:
                raise IndexNotReady
            asked = [_asked(reader, number, question) for number, question in enumerate(questions)]
            room = _Room.shared(len(questions))
            # One after the other: what is loaded for one is gone before the next.
            return [
                self._answer(reader, each, question.after, limit, room, max_distance_bits)
                for each, question in zip(asked, questions, strict=True)
            ]

    def _near(self, asked: _Asked, room: int, max_distance_bits: int) -> tuple[_Near, bool]:
        """Return the hits of the *room* nearest media, each with the hashes that met it, and whether these are all."""
        met: _Near = defaultdict(list)
        is_whole = True
        answers = search_in_turn(self.stored, asked.hashes, max_distance_bits=max_distance_bits)
        for hashes, hits in zip(asked.hashes, answers, strict=True):
            is_whole = is_whole and len(hits) <= room
            for hit in hits[:room]:
                met[MediaId(hit.owner)].append((hashes, hit))
        nearest = sorted(met, key=lambda media_id: (min(hit.distance_bits for _, hit in met[media_id]), media_id))
        return {media_id: met[media_id] for media_id in nearest[:room]}, is_whole and len(met) <= room

    def _answer(
        self, reader: Reader, asked: _Asked, after: CopyPlace | None, limit: int, room: _Room, max_distance_bits: int
    ) -> Copies:
        near, has_all_near = self._near(asked, room.media, max_distance_bits)
        nearest = sorted(_found(reader, asked, near, max_distance_bits), key=lambda copy: copy.place)
        taken = nearest[: room.media]
        carried, has_all_carriers = self._carried(reader, taken, room.carriers)
        rows = sorted(carried, key=lambda copy: copy.place)
        behind = [row for row in rows if after is None or row.place > after]
        page = self._with_measures(reader, behind[:limit])
        carriers = [row.carrier for row in rows if row.carrier]
        return Copies(
            media=len({row.media_id for row in rows}),
            items=len({carrier.item_id for carrier in carriers}),
            accounts=len({carrier.account_id for carrier in carriers}),
            is_complete=has_all_near and has_all_carriers and len(taken) == len(nearest),
            page=tuple(page),
            next=page[-1].place if len(behind) > len(page) else None,
        )

    def _carried(self, reader: Reader, copies: Sequence[Copy], limit: int) -> tuple[list[Copy], bool]:
        """Return the copies with each carrier that may be looked at, and whether these are all."""
        profile, now = self.profile(), self.clock.now()
        rows: list[Copy] = []
        for start in range(0, len(copies), _MEDIA_AT_ONCE):
            by_media = {copy.media_id: copy for copy in copies[start : start + _MEDIA_AT_ONCE]}
            room = limit + 1 - len(rows)
            found = reader.carried(by_media, room)
            rows += [
                replace(by_media[each.media_id], carrier=each)
                for each in found
                if each.is_detected and may_detect(each.channel, each.regions, profile.bases, now)
            ]
            if len(found) == room:
                return rows[:limit], False
            rows += [by_media[media_id] for media_id in sorted(by_media.keys() - {each.media_id for each in found})]
            if len(rows) > limit:
                return rows[:limit], False
        return rows, True

    def _with_measures(self, reader: Reader, page: Sequence[Copy]) -> list[Copy]:
        subjects = {copy.place: list(_touching(copy)) for copy in page}
        standings = reader.standings({each for some in subjects.values() for each in some})
        now = self.clock.now()
        kinds = {
            place: sorted({kind.value for each in some for kind in standings[each].kinds_at(now)})
            for place, some in subjects.items()
        }
        return [replace(copy, measures=tuple(kinds[copy.place])) for copy in page]


def _check(questions: Sequence[Question], max_distance_bits: int) -> None:
    if len(questions) > MAX_QUESTIONS:
        raise BadInput(f"at most {MAX_QUESTIONS} questions at once", place="queries", remedy="Ask in several calls.")
    if not 0 <= max_distance_bits <= MAX_THRESHOLD_BITS:
        raise BadInput(f"a distance is 0 to {MAX_THRESHOLD_BITS} bits", place="max_distance_bits")


def _asked(reader: Reader, number: int, question: Question) -> _Asked:
    if question.media_id is None and question.item is None:
        return _Asked((question.hashes,) if question.hashes else (), question.digests, frozenset())
    media = _stored(reader, number, question)
    hashes = (pdq.orientations or (pdq.value,) for m in media for pdq in m.hashes if pdq.quality >= QUALITY_FLOOR)
    digests = ((SignalType(name), value) for each in media for name, value in each.digests.known())
    return _Asked(tuple(hashes), tuple(digests), frozenset(each.id for each in media))


def _stored(reader: Reader, number: int, question: Question) -> list[Media]:
    if question.item is not None:
        items = reader.items_by_platform_id([question.item])
        if not items:
            raise UnknownItem(place=f"queries.{number}.item")
        return list(reader.media_by_id(items[question.item].item.media_ids).values())
    found = reader.media_by_id([question.media_id] if question.media_id else ())
    if not found:
        raise UnknownMedia(place=f"queries.{number}.media")
    return list(found.values())


def _found(reader: Reader, asked: _Asked, near: _Near, max_distance_bits: int) -> list[Copy]:
    """Return each media once, at its smallest distance; the same bytes before what only looks the same."""
    values: dict[SignalType, list[str]] = defaultdict(list)
    for kind, value in asked.digests:
        values[kind].append(value)
    same = {each.id for kind, some in values.items() for each in reader.media_by_digest(kind, some)} | asked.media
    copies = {media_id: Copy(media_id, True, 0, _ORIGINAL, None) for media_id in same}  # noqa: FBT003  # a positional dataclass
    for media_id, each in reader.media_by_id(near.keys() - same).items():
        distance, turn = min((_nearness(hashes, hit, each) for hashes, hit in near[media_id]), key=itemgetter(0))
        if distance <= max_distance_bits:
            copies[media_id] = Copy(media_id, False, distance, turn, None)  # noqa: FBT003  # as above
    return list(copies.values())


def _nearness(hashes: Sequence[bytes], hit: NearHit, media: Media) -> tuple[int, str]:
    """Return how far the asked picture, as it is, is from the nearest way of turning the stored one, and that way.

    The least distance of all pairs of orientations would be no distance of the two pictures. Where only one hash of
    the stored one is known, the orientations of the asked one are all there is.
    """
    whole = [pdq for pdq in media.hashes if pdq.orientations and pdq.quality >= QUALITY_FLOOR]
    if not whole:
        return hit.distance_bits, _TURNED_BACK[hit.orientation]
    ways = ((distance_bits(hashes[0], value), at) for pdq in whole for at, value in enumerate(pdq.orientations))
    distance, at = min(ways)
    return distance, ORIENTATIONS[at]


def _touching(copy: Copy) -> Iterator[Subject]:
    yield Subject.media(copy.media_id)
    if copy.carrier:
        yield Subject.item(copy.carrier.item_id)
        yield Subject.account(copy.carrier.account_id)
