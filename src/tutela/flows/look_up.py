"""Look media up in all banks, and in what is sealed here already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from tutela.core.banks import PDQ_ALGORITHM, QUALITY_FLOOR, Bank, Match, SignalType
from tutela.core.bounds import Bound
from tutela.core.brake import Trip
from tutela.core.clearances import Cleared, is_news
from tutela.core.content import Media
from tutela.core.decisions import NEAR_COPY_BITS
from tutela.core.ids import BankId, DecisionId, MediaId, MemberId
from tutela.core.licences import has_lapsed
from tutela.core.measures import Measure, MeasureKind, Subject
from tutela.core.opinions import bounds_of
from tutela.core.policy import Ceiling, Ceilings, MatchKind, Material, Policy, VisibilityCeiling, ceiling_for
from tutela.core.unbanking import Banked
from tutela.errors import IndexNotReady
from tutela.flows.feed_index import refresh
from tutela.flows.lingering import lingering_among, lingers
from tutela.ports.clock import Clock
from tutela.ports.index import IndexName, NearHit, SignalIndex
from tutela.ports.store import KnownNear, Reader

COPY_CEILING = Ceiling(visibility=VisibilityCeiling.HOLD)
"""Near copies of reviewed, sealed media are held, and no more (P1, P11)."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the banks say of some media, and the version of the banks that said it."""

    matches: Mapping[MediaId, tuple[Match, ...]]
    harmless: frozenset[MediaId]  #: held by a bank of known harmless pictures
    known_seq: int
    trips: Mapping[MemberId, Trip] = field(default_factory=dict)  #: the last of each member whose brake ever tripped
    lapsed: tuple[str, ...] = ()  #: names of banks that could not be asked, because their licence is over
    cleared: Cleared = field(default_factory=Cleared)  #: of these media

    @property
    def members(self) -> set[MemberId]:
        """Return the members that the matches name."""
        return {match.member_id for found in self.matches.values() for match in found if match.member_id}


Hit = tuple[MediaId, Bank | None, Match]


@dataclass(frozen=True, slots=True)
class Seals:
    """What is sealed at a moment; with or without what is so only until a decision that ended it is for good."""

    reader: Reader
    now: datetime
    counts_lingering: bool

    def blocks(self, media: Iterable[Media]) -> dict[MediaId, list[Measure]]:
        """Return what blocks each of *media*."""
        standings = self.reader.standings(Subject.media(each.id) for each in media)
        held = {
            MediaId(subject.id): [
                measure for measure in standing.measures
                if measure.kind is MeasureKind.BLOCK_MEDIA and measure.holds_at(self.now)
            ]
            for subject, standing in standings.items()
        }  # fmt: skip
        if self.counts_lingering:
            return held
        lingering = lingering_among(self.reader, (m for each in held.values() for m in each), self.now)
        return {media_id: [m for m in each if m.id not in lingering] for media_id, each in held.items()}

    def behind(self, owners: Iterable[str]) -> Mapping[str, Sequence[KnownNear]]:
        """Return what stands behind owners of the index."""
        found = self.reader.known(owners, self.now)
        if self.counts_lingering:
            return found
        passing = {each.decision_id for known in found.values() for each in known if each.decision_id and each.ends_at}
        untils = self.reader.held_untils(passing, self.now) if passing else {}
        return {
            owner: [each for each in known if not lingers(each.decision_id, each.ends_at, untils)]
            for owner, known in found.items()
        }


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask every bank about media. Raises IndexNotReady rather than answer without the index.

    What people have cleared is left out unless it is news, before anything is counted or decided (measures.md).
    """

    index: SignalIndex
    policy: Policy
    ceilings: Ceilings
    clock: Clock

    def __call__(self, reader: Reader, media: Iterable[Media], *, is_stored: bool = False) -> Findings:
        """Return what every bank knows about *media*, as of the reader's snapshot.

        Args:
            reader: A snapshot.
            media: What is looked up.
            is_stored: Whether it is decided again about what was posted before. What was cleared a moment ago is no
                news then, though it may still be taken back; of a new copy it holds the item and does no more.

        Raises:
            tutela.errors.IndexNotReady: The index is not loaded, or cannot be brought up to the snapshot.
        """
        if self.index.built_to_seq < 0:
            raise IndexNotReady  # building it is the feeder's: nobody who submits waits for that
        known_seq = refresh(reader, self.index, IndexName.KNOWN)
        if self.index.built_to_seq < known_seq:
            raise IndexNotReady
        asked = list({each.id: each for each in media}.values())
        found: dict[MediaId, list[Match]] = defaultdict(list)
        harmless: set[MediaId] = set()
        banks, now = [bank for bank in reader.banks() if bank.is_active], self.clock.now()
        lapsed = {bank.id: bank.name for bank in banks if has_lapsed(bank, now)}
        reach = max([NEAR_COPY_BITS, *(bank.threshold_bits for bank in banks)])
        seals = Seals(reader, now, counts_lingering=not is_stored)
        found_by = chain(
            self._by_digest(seals, asked, known_seq), self._by_distance(seals, asked, known_seq, reach)
        )  # fmt: skip
        hits = [hit for hit in found_by if hit[1] is None or hit[1].id not in lapsed]
        members = {match.member_id for _, _, match in hits if match.member_id}
        trips, banked = reader.trips(members), reader.banked(members) if members else {}
        hits = [_resting(hit, banked) for hit in hits]
        for media_id, bank, match in _bounded(reader, hits, members, trips):
            if bank is None or bank.material is not Material.SUPPRESSION:
                found[media_id].append(match)
            elif not match.bounds:  # what our own people doubt is harmless clears nothing
                harmless.add(media_id)
        cleared = reader.cleared([each.id for each in asked] if is_stored else found, now)
        strongest = {
            media_id: tuple(_news(_strongest(matches), cleared, is_stored=is_stored))
            for media_id, matches in found.items()
        }
        names = tuple(sorted(lapsed.values()))
        return Findings(strongest, frozenset(harmless), known_seq, trips, names, cleared)

    def _ceiling(self, bank: Bank, kind: MatchKind) -> Ceiling:
        allowed = ceiling_for(bank.material, bank.verification, kind, self.ceilings)
        return bank.ceiling.meet(allowed).meet(self.policy.clause(bank.clause_id).automation)

    def _by_digest(self, seals: "Seals", media: Sequence[Media], known_seq: int) -> Iterable[Hit]:
        for signal_type in (SignalType.SHA256, SignalType.SHA1, SignalType.MD5):
            holders = defaultdict(list)
            for each in media:
                if value := getattr(each.digests, signal_type.value):
                    holders[value].append(each)
            for hit in seals.reader.members_by_value(signal_type, holders):
                for each in holders[hit.member.value]:
                    yield each.id, hit.bank, self._digest_match(each, hit.bank, hit.member.id, signal_type, known_seq)
            yield from self._copies(seals, holders, signal_type, known_seq)

    def _digest_match(self, media: Media, bank: Bank, member_id: str, signal_type: SignalType, known_seq: int) -> Match:
        return Match(
            media_id=media.id,
            clause_id=bank.clause_id,
            signal_type=signal_type,
            kind=MatchKind.EXACT_DIGEST,
            ceiling=self._ceiling(bank, MatchKind.EXACT_DIGEST),
            distance_bits=0,
            threshold_bits=0,
            feed_seq=known_seq,
            algorithm=signal_type.value,
            bank_id=bank.id,
            member_id=MemberId(member_id),
        )

    def _copies(
        self, seals: "Seals", holders: Mapping[str, list[Media]], signal_type: SignalType, known_seq: int
    ) -> Iterable[Hit]:
        """Yield matches with other media rows of the same digest that are blocked (bytes sent after hashes only)."""
        same = seals.reader.media_by_digest(signal_type, holders)
        blocks = seals.blocks(same)
        for other in same:
            for measure in blocks[other.id]:
                for each in holders[getattr(other.digests, signal_type.value)]:
                    if each.id != other.id:
                        match = Match(
                            each.id, measure.clause_id, signal_type, MatchKind.EXACT_DIGEST, COPY_CEILING, 0, 0,
                            known_seq, signal_type.value, resembles=other.id, rests_on=(measure.decision_id,),
                        )  # fmt: skip
                        yield each.id, None, match

    def _by_distance(self, seals: "Seals", media: Sequence[Media], known_seq: int, reach: int) -> Iterable[Hit]:
        asked = [(each, pdq) for each in media for pdq in each.hashes if pdq.quality >= QUALITY_FLOOR]
        if not asked:
            return
        queries = [pdq.orientations or (pdq.value,) for _, pdq in asked]
        answers = self.index.search(queries, max_distance_bits=reach)
        behind = seals.behind({hit.owner for hits in answers for hit in hits})
        for (each, pdq), hits in zip(asked, answers, strict=True):
            for hit in hits:
                for known in behind.get(hit.owner, ()):
                    if hit.distance_bits <= known.near_bits and known.media_id != each.id:
                        yield each.id, known.bank, self._near_match(each, pdq.rendering, hit, known, known_seq)

    def _near_match(self, media: Media, rendering: str, hit: NearHit, known: KnownNear, known_seq: int) -> Match:
        return Match(
            media_id=media.id,
            clause_id=known.clause_id,
            signal_type=SignalType.PDQ,
            kind=MatchKind.NEAR,
            ceiling=COPY_CEILING if known.bank is None else self._ceiling(known.bank, MatchKind.NEAR),
            distance_bits=hit.distance_bits,
            threshold_bits=known.near_bits,
            feed_seq=known_seq,
            algorithm=PDQ_ALGORITHM,
            bank_id=known.bank.id if known.bank else None,
            member_id=known.member.id if known.member else None,
            resembles=known.media_id,
            rests_on=() if known.decision_id is None else (known.decision_id,),
            orientation=hit.orientation,
            rendering=rendering,
        )


def _news(matches: Iterable[Match], cleared: Cleared, *, is_stored: bool) -> Iterable[Match]:
    """Yield what people have not cleared; what may still be taken back holds a new copy, and does no more."""
    for match in matches:
        if not is_news(match, cleared.facts):
            continue
        if is_news(match, cleared.held_back):
            yield match
        elif not is_stored:
            yield match.bounded(frozenset({Bound.CLEARED}))


def _strongest(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return, for each bank and kind of match, the nearest with the number of members that matched; nearest first.

    A flat picture can be close to ten thousand members of one bank: the decision needs one (decision 0004). Of members
    in doubt and sound ones a sound one stands for the bank: a denied neighbour must not clear what another one knows.
    """
    groups: dict[tuple[BankId | MediaId | None, MatchKind], list[Match]] = defaultdict(list)
    for match in matches:
        groups[match.bank_id or match.resembles, match.kind].append(match)
    nearest = []
    for group in groups.values():
        members = {match.member_id or match.resembles for match in group}
        widest = min(group, key=lambda match: (_reach(match.ceiling), _strength(match)))
        nearest.append(replace(widest, members_hit=len(members), rests_on=_grounds(group, widest)))
    return tuple(sorted(nearest, key=_strength))


def _grounds(group: Iterable[Match], widest: Match) -> tuple[DecisionId, ...]:
    """Return the decisions that a group rests on: none where a member that rests on none says as much."""
    as_wide = [match for match in group if _reach(match.ceiling) == _reach(widest.ceiling)]
    if not all(match.rests_on for match in as_wide):
        return ()
    return tuple(sorted({ground for match in as_wide for ground in match.rests_on}))


def _resting(hit: Hit, banked: Mapping[MemberId, Banked]) -> Hit:
    """Return *hit* with the decisions that its member rests on, where people's decisions entered it (P11)."""
    media_id, bank, match = hit
    entry = None if match.member_id is None else banked.get(match.member_id)
    return hit if entry is None else (media_id, bank, replace(match, rests_on=tuple(sorted(entry.rests_on))))


def _bounded(
    reader: Reader, hits: Sequence[Hit], members: set[MemberId], trips: Mapping[MemberId, Trip]
) -> Iterable[Hit]:
    """Yield *hits* with their ceilings lowered by what is said of their members, and by brakes that are open.

    All digests of one file are one thing: where one of a bank's is braked, so are the others that name the same bytes.
    """
    said = reader.opinions(members)
    open_trips = {member_id for member_id, trip in trips.items() if trip.is_open}
    braked = {_braked_with(match) for _, _, match in hits if match.member_id in open_trips}
    for media_id, bank, match in hits:
        bounds: frozenset[Bound] = frozenset()
        if bank is not None and match.member_id is not None:
            bounds = bounds_of(said.get(match.member_id, ()), bank, match.kind)
        if _braked_with(match) in braked:
            bounds |= {Bound.BRAKED}
        yield media_id, bank, match.bounded(bounds)


def _braked_with(match: Match) -> tuple[object, ...]:
    return match.media_id, match.bank_id, match.member_id if match.kind is MatchKind.NEAR else None


def _reach(ceiling: Ceiling) -> tuple[int, int, int, int]:
    return -ceiling.visibility, -ceiling.account, -ceiling.propagation, -ceiling.report


def _strength(match: Match) -> tuple[int, int, str]:
    return (0 if match.kind is MatchKind.EXACT_DIGEST else 1, match.distance_bits, match.signal_type.value)
