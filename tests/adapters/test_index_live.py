"""The index in memory: exact, whatever came in which order, and consistent under its readers."""

import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from laws import examples
from tutela.adapters.index import changes, live, probing, segment
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.native import Native
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.errors import IndexNotReady, MalformedHash
from tutela.ports.index import FeedPage, NearHit, SignalIndex


class FeedRow(NamedTuple):
    """One change, as the tests like to write it."""

    seq: int
    owner: str
    value: bytes
    is_removal: bool = False


def pages(rows: Sequence[FeedRow], size: int = 7) -> list[FeedPage]:
    """Lay rows out as the database does, a few a page."""
    return [FeedPage(*zip(*rows[at : at + size], strict=True)) for at in range(0, len(rows), size)]


OWNERS = st.sampled_from(["mem_a", "mem_b", "mem_c", "med_" + "9" * 40])
CENTRES = [bytes(32), b"\xff" * 32, bytes(range(32)), bytes(range(100, 132))]


@st.composite
def clustered(draw: st.DrawFn) -> bytes:
    """Make a hash some bits away from one of a few centres, so that near pairs are common at every distance."""
    centre = int.from_bytes(draw(st.sampled_from(CENTRES)), "big")
    bits = draw(st.sets(st.integers(0, 255), max_size=6))
    run = (1 << draw(st.integers(0, 60))) - 1
    return (centre ^ sum(1 << bit for bit in bits) ^ (run << draw(st.integers(0, 190)))).to_bytes(32, "big")


HASHES = st.one_of(st.sampled_from(CENTRES), clustered(), st.binary(min_size=32, max_size=32))
QUERIES = st.lists(st.lists(HASHES, max_size=8), max_size=3)


def by_hand(live: set[tuple[str, bytes]], queries: Sequence[Sequence[bytes]], limit: int) -> list[list[NearHit]]:
    """Compare each with each by Python's own integers; the nearest of each owner, in the promised order."""
    answers = []
    for query in queries:
        near = sorted(
            (distance, orientation, owner, value)
            for orientation, asked in enumerate(query)
            for owner, value in live
            if (distance := (int.from_bytes(asked, "big") ^ int.from_bytes(value, "big")).bit_count()) <= limit
        )
        hits: dict[str, NearHit] = {}
        for distance, orientation, owner, value in near:
            hits.setdefault(owner, NearHit(owner, value, distance, ORIENTATIONS[orientation]))
        answers.append(list(hits.values()))
    return answers


def loaded(*pairs: tuple[str, bytes]) -> LiveIndex:
    """Make an index that holds these pairs."""
    index = LiveIndex()
    index.apply(
        pages([FeedRow(seq, *pair) for seq, pair in enumerate(pairs)]),
        after_seq=index.built_to_seq,
        up_to_seq=len(pairs),
    )
    return index


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Native:
    """Return the compiled kernels."""
    native = Native(tmp_path_factory.mktemp("compiled"))
    assert native.load()
    return native


@pytest.fixture(params=["numpy", "compiled"])
def native(request: pytest.FixtureRequest, compiled: Native) -> Native:
    """Return the kernels, or nothing but their twin in numpy."""
    return compiled if request.param == "compiled" else Native()


@pytest.fixture
def restless() -> Iterator[None]:
    """Make the index merge after a handful of rows, and use its buckets for a handful."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "TAIL_ROWS", 5)
        patch.setattr(segment, "MIN_BUCKETED", 5)
        patch.setattr(probing, "_SCAN_SHARE", 0)
        yield


def test_it_is_a_signal_index() -> None:
    """The type checker agrees with this assignment."""
    index: SignalIndex = LiveIndex()
    assert index.built_to_seq == -1


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.tuples(OWNERS, HASHES), max_size=40), QUERIES, st.integers(0, 63))
def test_answers_equal_plain_integers(pairs: list[tuple[str, bytes]], queries: list[list[bytes]], limit: int) -> None:
    """Same owners, values, distances, orientations and order, at every threshold, with duplicates among the pairs."""
    index = loaded(*pairs)
    assert len(index) == len(set(pairs))
    assert index.search(queries, max_distance_bits=limit) == by_hand(set(pairs), queries, limit)


@pytest.mark.parametrize("limit", [0, 1, 15, 16, 31, 32, 47, 48, 63])
def test_a_large_index_equals_plain_integers_at_each_step_of_the_buckets(
    limit: int, native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With buckets, a tail, dead rows in both, a crowd of flat pictures, and near copies at the very threshold."""
    dice = random.Random(limit)  # noqa: S311 - test material
    query = [dice.randbytes(32) for _ in ORIENTATIONS]
    near = [
        (int.from_bytes(value, "big") ^ sum(1 << bit for bit in dice.sample(range(256), distance))).to_bytes(32, "big")
        for value in query
        for distance in {max(limit - 1, 0), limit, limit + 1}
    ]
    values = [dice.randbytes(32) for _ in range(6000)] + [bytes(32)] * 300 + near
    dice.shuffle(values)
    pairs = [(f"mem_{number}", value) for number, value in enumerate(values)]
    gone = dice.sample(pairs, 500)
    monkeypatch.setattr(live, "TAIL_ROWS", 2000)
    index = LiveIndex(native)
    index.apply(
        pages([FeedRow(seq, *pair) for seq, pair in enumerate(pairs[:5000])]),
        after_seq=index.built_to_seq,
        up_to_seq=5000,
    )
    index.apply(pages([FeedRow(5001, *pair) for pair in pairs[5000:]]), after_seq=index.built_to_seq, up_to_seq=5001)
    index.apply(
        pages([FeedRow(5002, *pair, is_removal=True) for pair in gone]), after_seq=index.built_to_seq, up_to_seq=5002
    )
    there = set(pairs) - set(gone)
    assert index.parts[0].segment.buckets is not None
    assert len(index) == len(there)
    queries = [query, [bytes(32)]]
    assert index.search(queries, max_distance_bits=limit) == by_hand(there, queries, limit)


class Feed(RuleBasedStateMachine):
    """Put in and take out in any order, in pages of any size, repeated and overlapping, against a plain set."""

    native = Native()

    @initialize()
    def start(self) -> None:
        """Load an empty bank."""
        self.index = LiveIndex(self.native)
        self.index.apply(pages([]), after_seq=self.index.built_to_seq, up_to_seq=0)
        self.live: set[tuple[str, bytes]] = set()
        self.log: list[FeedRow] = []

    @rule(changes=st.lists(st.tuples(OWNERS, HASHES, st.booleans()), max_size=12), again=st.integers(0, 20))
    def page(self, changes: list[tuple[str, bytes, bool]], again: int) -> None:
        """Deliver a page, and some of the rows before it again."""
        for owner, value, is_removal in changes:
            self.log.append(FeedRow(len(self.log) + 1, owner, value, is_removal))
            (self.live.discard if is_removal else self.live.add)((owner, value))
        self.index.apply(
            pages(self.log[-(len(changes) + again) :]), after_seq=self.index.built_to_seq, up_to_seq=len(self.log)
        )

    @rule(data=st.data())
    def remove_one_that_is_there(self, data: st.DataObject) -> None:
        """Take out an entry."""
        if self.live:
            owner, value = data.draw(st.sampled_from(sorted(self.live)))
            self.page([(owner, value, True)], 0)

    @rule(data=st.data(), limit=st.integers(0, 63))
    def ask(self, data: st.DataObject, limit: int) -> None:
        """Compare an answer with plain integers."""
        known = [value for _, value in sorted(self.live)]
        source = st.one_of(HASHES, st.sampled_from(known)) if known else HASHES
        queries = data.draw(st.lists(st.lists(source, max_size=8), max_size=2))
        assert self.index.search(queries, max_distance_bits=limit) == by_hand(self.live, queries, limit)

    @invariant()
    def counts_agree(self) -> None:
        """Count what is live."""
        assert len(self.index) == len(self.live)
        assert self.index.built_to_seq == len(self.log)


def test_any_history_ends_in_the_same_answers(restless: None, native: Native) -> None:
    """New segments, and what they take out of older ones, change no answer."""
    machine = type("Feed", (Feed,), {"native": native})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples(25), stateful_step_count=20, deadline=None)
    )


@given(st.permutations(range(12)), st.integers(0, 63))
@settings(max_examples=examples(30), deadline=None)
def test_the_order_of_arrival_changes_no_answer(order: list[int], limit: int) -> None:
    """Two processes that were fed differently answer alike, byte for byte."""
    pairs = [(f"mem_{number % 5}", bytes([number] * (number + 1) + [0] * (31 - number))) for number in order]
    answer = loaded(*pairs).search([CENTRES], max_distance_bits=limit)
    assert answer == loaded(*sorted(pairs)).search([CENTRES], max_distance_bits=limit)


def test_an_index_that_was_never_fed_refuses_to_answer() -> None:
    """An empty answer is never the result of a missing index; an empty bank is another matter."""
    index = LiveIndex()
    with pytest.raises(IndexNotReady):
        index.search([[bytes(32)]], max_distance_bits=31)
    index.apply(pages([]), after_seq=index.built_to_seq, up_to_seq=-1)
    with pytest.raises(IndexNotReady):
        index.search([], max_distance_bits=31)
    index.apply(pages([]), after_seq=index.built_to_seq, up_to_seq=0)
    assert index.search([[bytes(32)], []], max_distance_bits=31) == [[], []]


def test_rows_taken_already_are_passed_over() -> None:
    """A page that is delivered again, or late, changes nothing: not even a removal of what came back since."""
    index = LiveIndex()
    index.apply(
        pages([FeedRow(1, "mem_a", bytes(32)), FeedRow(2, "mem_a", bytes(32), is_removal=True)]),
        after_seq=index.built_to_seq,
        up_to_seq=2,
    )
    index.apply(pages([FeedRow(3, "mem_a", bytes(32))]), after_seq=index.built_to_seq, up_to_seq=3)
    index.apply(pages([FeedRow(2, "mem_a", bytes(32), is_removal=True)]), after_seq=index.built_to_seq, up_to_seq=3)
    index.apply(pages([FeedRow(1, "mem_z", bytes(32))]), after_seq=index.built_to_seq, up_to_seq=1)
    index.apply(pages([FeedRow(2, "mem_a", bytes(32), is_removal=True)]), after_seq=index.built_to_seq, up_to_seq=4)
    assert (len(index), index.built_to_seq) == (1, 4)


def test_many_pictures_are_asked_at_once() -> None:
    """Each gets its own answer, as if it had been asked alone."""
    pairs = [(f"mem_{number}", bytes([number] * 32)) for number in range(100)]
    index = loaded(*pairs)
    queries = [[value, bytes(32)] for _, value in pairs]
    assert index.search(queries, max_distance_bits=0) == by_hand(set(pairs), queries, 0)


def test_an_owner_appears_once_at_its_smallest_distance() -> None:
    """The orientation named is the one that was nearest, the first of equals."""
    index = loaded(("mem_a", bytes(32)), ("mem_a", bytes(31) + b"\x07"), ("mem_b", bytes(31) + b"\x01"))
    [hits] = index.search([[bytes(31) + b"\x0f", bytes(31) + b"\x06", bytes(31) + b"\x06"]], max_distance_bits=31)
    assert hits == [
        NearHit("mem_a", bytes(31) + b"\x07", 1, ORIENTATIONS[0]),
        NearHit("mem_b", bytes(31) + b"\x01", 3, ORIENTATIONS[0]),
    ]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (FeedRow(3, "mem_b", bytes(31)), MalformedHash),
        (FeedRow(1, "mem_b", bytes(32)), ValueError),
        (FeedRow(9, "mem_b", bytes(32)), ValueError),
        (FeedRow(3, "", bytes(32)), ValueError),
        (FeedRow(3, "mem\0", bytes(32)), ValueError),
        (FeedRow(3, "m" * 65, bytes(32)), ValueError),
        (FeedRow(3, "m\u00e9m", bytes(32)), ValueError),
    ],
)
def test_a_page_with_a_bad_row_is_refused_whole(bad: FeedRow, error: type[Exception]) -> None:
    """Nothing of it is taken, and the index keeps answering for what it had."""
    index = loaded(("mem_a", bytes(32)))
    index.apply(pages([]), after_seq=index.built_to_seq, up_to_seq=1)
    with pytest.raises(error):
        index.apply(pages([FeedRow(2, "mem_x", b"\xff" * 32), bad]), after_seq=index.built_to_seq, up_to_seq=4)
    assert (len(index), index.built_to_seq) == (1, 1)
    assert index.search([[b"\xff" * 32]], max_distance_bits=0) == [[]]


@pytest.mark.parametrize(("query", "limit"), [([bytes(32)], -1), ([bytes(32)], 257), ([bytes(32)] * 9, 31)])
def test_a_question_without_sense_is_refused(query: list[bytes], limit: int) -> None:
    """Distances lie in 0 to 256, and a picture has eight orientations."""
    with pytest.raises(ValueError, match=r"distance|orientations"):
        loaded().search([query], max_distance_bits=limit)


def test_a_hash_of_another_length_is_refused_as_a_question() -> None:
    """Neither cut nor padded."""
    with pytest.raises(MalformedHash):
        loaded().search([[bytes(33)]], max_distance_bits=31)


def test_equal_fingerprints_do_not_mix_entries_up(restless: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries are told apart by their bytes; the fingerprint only says where to look."""
    monkeypatch.setattr(changes, "fingerprints", lambda hashes, _: np.full(len(hashes), 7, np.uint64))
    pairs = [(f"mem_{number}", bytes([number] * 32)) for number in range(20)]
    index = loaded(*pairs)
    index.apply(
        pages([FeedRow(21, *pairs[3], is_removal=True), FeedRow(22, *pairs[4])]),
        after_seq=index.built_to_seq,
        up_to_seq=22,
    )
    assert len(index) == 19
    found = index.search([[value] for _, value in pairs], max_distance_bits=0)
    assert [[hit.owner for hit in hits] for hits in found] == [
        [] if number == 3 else [owner] for number, (owner, _) in enumerate(pairs)
    ]


def test_one_hash_in_many_lists_is_one_row(native: Native, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty lists hold it, and a bank of black pictures does; each owner is told once, and can be taken out alone."""
    monkeypatch.setattr(live, "TAIL_ROWS", 10)
    black = [(f"mem_{number:05}", bytes(32)) for number in range(2000)]
    other = [(f"mem_{number}", bytes([7] * 32)) for number in range(40)]
    index = LiveIndex(native)
    index.apply(pages([FeedRow(1, *pair) for pair in [*black, *other]]), after_seq=index.built_to_seq, up_to_seq=1)
    index.apply(
        pages([FeedRow(2, *pair, is_removal=True) for pair in [black[1500], other[3]]]),
        after_seq=index.built_to_seq,
        up_to_seq=2,
    )
    assert len(index.parts[0].segment.hashes) == 2
    [hits, others] = index.search([[bytes(32)], [bytes([7] * 32)]], max_distance_bits=31)
    assert [hit.owner for hit in hits] == [owner for owner, _ in black if owner != "mem_01500"]
    assert {hit.owner for hit in others} == {owner for owner, _ in other} - {"mem_3"}


def test_ten_thousand_removals_at_once_leave_exactly_the_rest(native: Native) -> None:
    """Out of a segment and out of the tail, in one step."""
    dice = random.Random(5)  # noqa: S311 - test material
    pairs = [(f"mem_{number}", dice.randbytes(32)) for number in range(30_000)]
    index = LiveIndex(native)
    index.apply(pages([FeedRow(1, *pair) for pair in pairs[:25_000]], 1000), after_seq=index.built_to_seq, up_to_seq=1)
    index.apply(pages([FeedRow(2, *pair) for pair in pairs[25_000:]], 1000), after_seq=index.built_to_seq, up_to_seq=2)
    gone = dice.sample(pairs, 10_000)
    index.apply(
        pages([FeedRow(3, *pair, is_removal=True) for pair in gone], 1000), after_seq=index.built_to_seq, up_to_seq=3
    )
    assert len(index) == 20_000
    there = set(pairs) - set(gone)
    asked = dice.sample(pairs, 300)
    found = index.search([[value] for _, value in asked], max_distance_bits=0)
    assert [[hit.owner for hit in hits] for hits in found] == [[pair[0]] if pair in there else [] for pair in asked]


def test_a_batch_is_split_over_threads_without_changing_an_answer(compiled: Native) -> None:
    """Both halves, in order, also where a picture's hashes fall on both sides."""
    dice = random.Random(9)  # noqa: S311 - test material
    values = [dice.randbytes(32) for _ in range(5000)]
    page = pages([FeedRow(1, f"mem_{number}", value) for number, value in enumerate(values)], 1000)
    queries = [[dice.choice(values), *(dice.randbytes(32) for _ in range(number % 5))] for number in range(100)]
    with ThreadPoolExecutor(1) as threads:
        split, single = LiveIndex(compiled, threads), LiveIndex(compiled)
        for index in (split, single):
            index.apply(page, after_seq=index.built_to_seq, up_to_seq=1)
        answer = split.search(queries, max_distance_bits=31)
    assert answer == single.search(queries, max_distance_bits=31)
    assert all(answer)


def test_pages_that_begin_after_what_was_forgotten_are_not_taken() -> None:
    """They were asked for before; taken, everything older would be "no match" without a trace."""
    index = loaded(("mem_a", bytes(32)), ("mem_b", b"\x01" * 32))
    built = index.built_to_seq
    newer = pages([FeedRow(3, "mem_c", b"\x02" * 32)])
    index.forget()
    assert not index.apply(newer, after_seq=built, up_to_seq=3)
    assert index.built_to_seq == -1
    with pytest.raises(IndexNotReady):
        index.search([[bytes(32)]], max_distance_bits=0)


@pytest.mark.parametrize("column", ["starts", "rows", "firsts"])
def test_a_bucket_that_points_outside_silences_the_index(
    column: str, native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flipped bit in a mapped file is no crash and no empty answer: nothing is said until all is built anew."""
    monkeypatch.setattr(live, "TAIL_ROWS", 10)
    dice = random.Random(3)  # noqa: S311 - test material
    rows = [FeedRow(1, f"mem_{number}", dice.randbytes(32)) for number in range(20_000)]
    rows += [FeedRow(1, f"med_{number}", row.value) for number, row in enumerate(rows[:9])]
    index = LiveIndex(native)
    index.apply(pages(rows, 1000), after_seq=index.built_to_seq, up_to_seq=1)
    segment = index.parts[0].segment
    damaged = segment.firsts if column == "firsts" else getattr(segment.buckets, column)
    assert damaged is not None
    damaged.setflags(write=True)
    damaged[::2] = 0xFFFFFFF0
    damaged.setflags(write=False)
    with pytest.raises(IndexNotReady):
        index.search([[rows[5].value]], max_distance_bits=31)
    assert index.built_to_seq == -1
    index.apply(pages(rows, 1000), after_seq=index.built_to_seq, up_to_seq=1)
    assert [hit.owner for hit in index.search([[rows[5].value]], max_distance_bits=0)[0]] == ["med_5", "mem_5"]


def test_a_failed_merge_loses_nothing_and_can_be_repeated(restless: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of memory in the middle: the old answers stand, and the same page given again is taken once."""
    index = loaded(("mem_a", bytes(32)))
    page = [FeedRow(2, "mem_a", bytes(32), is_removal=True)]
    page += [FeedRow(3 + number, f"mem_{number}", bytes([number] * 32)) for number in range(20)]
    with monkeypatch.context() as patch:
        patch.setattr(segment.Segment, "build", _no_memory)
        with pytest.raises(MemoryError):
            index.apply(pages(page), after_seq=index.built_to_seq, up_to_seq=30)
    assert [hit.owner for hit in index.search([[bytes(32)]], max_distance_bits=0)[0]] == ["mem_a"]
    index.apply(pages(page), after_seq=index.built_to_seq, up_to_seq=30)
    assert (len(index), index.built_to_seq) == (20, 30)
    assert [hit.owner for hit in index.search([[bytes(32)]], max_distance_bits=0)[0]] == ["mem_0"]


def _no_memory(*_: object, **__: object) -> None:
    raise MemoryError


def test_readers_see_whole_pages_while_they_are_taken_in(restless: None) -> None:
    """Each page moves two entries to new owners: no reader ever sees one, three, or an older pair after a newer."""
    value, index, failures = b"\x55" * 32, LiveIndex(), list[object]()
    filler = np.random.default_rng(3)
    index.apply(
        pages([FeedRow(0, "mem_0_a", value), FeedRow(0, "mem_0_b", value)]), after_seq=index.built_to_seq, up_to_seq=0
    )
    is_over = threading.Event()

    def read() -> None:
        last = 0
        while not is_over.is_set():
            [hits] = index.search([[value]], max_distance_bits=31)
            pages = {int(hit.owner.split("_")[1]) for hit in hits}
            if len(hits) != 2 or len(pages) != 1 or min(pages) < last:
                failures.append(hits)
            last = max(pages, default=0)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for page in range(1, 50):
        rows = [FeedRow(page, f"mem_{page - 1}_{name}", value, is_removal=True) for name in "ab"]
        rows += [FeedRow(page, f"mem_{page}_{name}", value) for name in "ab"]
        rows += [FeedRow(page, f"med_{page}_{number}", filler.bytes(32)) for number in range(page % 7)]
        index.apply(pages(rows), after_seq=index.built_to_seq, up_to_seq=page)
    is_over.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert index.built_to_seq == 49
