"""A window counts what happened in it: exactly while that is little, and by as much as is said beyond."""

import math
import random
from collections import Counter
from collections.abc import Iterable
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core.counters import (
    EXACT_ENTRIES,
    MAX_AMOUNT,
    MAX_STATE_BYTES,
    SAMPLE_ENTRIES,
    CounterKind,
    Window,
    slice_us_of,
)
from tutela.core.counters.last_used import LastUsed
from tutela.core.counters.sample import mixed
from tutela.errors import CounterDamaged, Unavailable

COUNT, DISTINCT, SUM = CounterKind.COUNT, CounterKind.DISTINCT, CounterKind.SUM
SECOND_US = 1_000_000
START_US = 1_772_000_000 * SECOND_US

Event = tuple[int, int, float]

events_of = st.lists(
    st.tuples(
        st.integers(-30, 90).map(lambda n: START_US + n),
        st.integers(0, 6),
        st.floats(-1e6, 1e6, allow_nan=False),
    ),
    max_size=40,
)  # fmt: skip
widths = st.sampled_from([1, 2, 7, 30, 64, 65, 1_000])
kinds = st.sampled_from(list(CounterKind))


def accepted(events: Iterable[Event], window_us: int) -> list[Event]:
    """Return the events that came in time, by brute force: those that fell into the window as it stood then."""
    newest, kept = -math.inf, []
    for each in events:
        newest = max(newest, each[0])
        if each[0] > newest - window_us:
            kept.append(each)
    return kept


def truth(kind: CounterKind, events: Iterable[Event], window_us: int, length_us: int | None = None) -> float:
    """Return what a window counts, by brute force; or a window of another length, of the same events."""
    kept = accepted(events, window_us)
    newest = max((at_us for at_us, _, _ in kept), default=0)
    inside = [each for each in kept if each[0] > newest - (length_us or window_us)]
    if kind is SUM:
        return math.fsum(amount for _, _, amount in inside)
    return float(len(inside) if kind is COUNT else len({value for _, value, _ in inside}))


def filled(kind: CounterKind, events: Iterable[Event], window_us: int) -> Window:
    """Return a window to which events were added."""
    window = Window.empty(kind, window_us)
    for each in events:
        window.add(*each)
    return window


def again(window: Window) -> Window:
    """Return the window as it comes back from where it is stored."""
    return Window.decode(window.kind, window.window_us, window.encode())


@settings(max_examples=examples(100), deadline=None)
@given(kinds, events_of, widths)
def test_a_window_counts_what_happened_in_it(kind: CounterKind, events: list[Event], window_us: int) -> None:
    """In any order; what is too late changes nothing; after each event, and as it is stored."""
    window = Window.empty(kind, window_us)
    for place, each in enumerate(events, start=1):
        window.add(*each)

        assert window.total() == again(window).total() == truth(kind, events[:place], window_us)
        assert window.newest_us == max(at_us for at_us, _, _ in events[:place])
        assert window.additions == place
        window = again(window)


@settings(max_examples=examples(100), deadline=None)
@given(kinds, events_of, widths)
def test_what_is_stored_comes_back_as_it_was(kind: CounterKind, events: list[Event], window_us: int) -> None:
    """The same events in the same order make the same bytes, in one process or many."""
    window = filled(kind, events, window_us)

    assert again(window).encode() == window.encode() == filled(kind, events, window_us).encode()
    assert again(window).additions == len(events)
    assert again(window).newest_us == window.newest_us


@settings(max_examples=examples(50), deadline=None)
@given(kinds, events_of, events_of, widths)
def test_a_copy_and_its_original_go_ways_of_their_own(
    kind: CounterKind, events: list[Event], more: list[Event], window_us: int
) -> None:
    """What is added to one changes nothing of the other, in every form."""
    window = filled(kind, events, window_us)
    copied, state = window.copied(), window.encode()
    assert copied.encode() == state
    for each in more:
        copied.add(*each)
    assert window.encode() == state
    assert copied.encode() == filled(kind, [*events, *more], window_us).encode()


@pytest.mark.parametrize("values", [100, SAMPLE_ENTRIES, 3 * SAMPLE_ENTRIES])
def test_what_was_used_last_is_what_its_bytes_say(values: int) -> None:
    """Whoever decodes gets one of their own, and bytes that were changed are found out all the same."""
    used, width = LastUsed(most=2), 10**9
    window = filled(DISTINCT, ((START_US + n, n, 1.0) for n in range(values)), width)
    state = used.encode(window)
    one, other = used.decode(DISTINCT, width, state), used.decode(DISTINCT, width, state)
    one.add(START_US + values, -1)
    window.add(START_US + values, -2)
    assert other.encode() == Window.decode(DISTINCT, width, state).encode() == state
    assert used.decode(DISTINCT, 2 * width, state).window_us == 2 * width
    with pytest.raises(CounterDamaged):
        used.decode(DISTINCT, width, state[:-1] + bytes([state[-1] ^ 1]))
    with pytest.raises(CounterDamaged):
        used.decode(SUM, width, state)


def test_only_so_many_are_remembered() -> None:
    """And none that is decoded sooner than found."""
    used = LastUsed(most=2)
    for size in (1, 100, 101, 102):
        used.encode(filled(DISTINCT, ((START_US + n, n, 1.0) for n in range(size)), 10**9))
    assert len(used) == 2


def test_nothing_is_nothing() -> None:
    """A window in which nothing happened has no newest event."""
    for kind in CounterKind:
        window = again(Window.empty(kind, SECOND_US))
        assert (window.total(), window.newest_us, window.additions) == (0.0, None, 0)
        window.add(START_US, 1, 2.5)
        assert window.total() == (2.5 if kind is SUM else 1.0)


def test_a_value_seen_again_counts_once_and_stays_longer() -> None:
    """It keeps the latest time at which it was seen, whatever came in between and however late."""
    events = [(0, 1, 0), (5, 2, 0), (8, 1, 0), (3, 1, 0)]
    assert filled(DISTINCT, events, 10).total() == 2
    later = {(16, 3): 2, (16, 2): 2, (18, 3): 1}  # at 16 the second value has left, the first was seen at 8
    for (at_us, value), total in later.items():
        assert filled(DISTINCT, [*events, (at_us, value, 0)], 10).total() == total


# ------------------------------------------------------------------------------------------------------ many events


def crowd(seed: int, size: int, window_us: int, spread: float) -> list[Event]:
    """Return many events, mostly onwards in time, some of them late; *spread* windows long."""
    draw = random.Random(seed)  # noqa: S311  # repeatable, and no secret
    step = window_us * spread / size
    return [
        (START_US + round(n * step - draw.expovariate(1 / (step * 20))), draw.getrandbits(64), draw.uniform(0, 9))
        for n in range(size)
    ]


@settings(max_examples=examples(20), deadline=None)
@given(
    st.sampled_from([COUNT, SUM]), st.integers(0, 10**6), st.integers(EXACT_ENTRIES - 20, 2_500),
    st.sampled_from([100, 6_400, 1_000_003, 86_400 * SECOND_US]), st.sampled_from([0.01, 0.5, 1.5, 4.0]),
)  # fmt: skip
def test_slices_hold_no_less_than_the_window_and_no_more_than_one_slice_longer(
    kind: CounterKind, seed: int, size: int, window_us: int, spread: float
) -> None:
    """All along; amounts are not negative."""
    events = crowd(seed, size, window_us, spread)
    window = Window.empty(kind, window_us)
    for place, each in enumerate(events, start=1):
        window.add(*each)
        if place % 400 and place <= size - 2:
            continue
        least = truth(kind, events[:place], window_us)
        # Of all events, also those that came too late for the window itself.
        most = truth(kind, events[:place], 10**18, window_us + slice_us_of(window_us))
        assert least * (1 - 1e-9) <= window.total() <= most * (1 + 1e-9)
        assert again(window).total() == window.total()


@pytest.mark.parametrize("kind", [COUNT, SUM])
def test_up_to_the_bound_nothing_is_rounded(kind: CounterKind) -> None:
    """The last event that is held one by one, the first that is not, and exact again after a quiet window."""
    events = [(START_US + n, n, 1.0) for n in range(EXACT_ENTRIES)]
    window = filled(kind, events, 600)
    assert window.total() == EXACT_ENTRIES
    exact_bytes = len(window.encode())

    window.add(START_US + EXACT_ENTRIES, 0, 1.0)
    assert window.total() == EXACT_ENTRIES + 1
    assert len(window.encode()) < exact_bytes

    window.add(START_US + 5_000, 0, 1.0)
    window.add(START_US + 5_599, 0, 1.0)
    window.add(START_US + 5_600, 0, 1.0)
    assert window.total() == 2


def test_a_distinct_count_is_exact_while_its_values_can_be_kept() -> None:
    """1,024 values, seen ten times each."""
    events = [(START_US + n, n % SAMPLE_ENTRIES, 1.0) for n in range(10 * SAMPLE_ENTRIES)]
    window = again(filled(DISTINCT, events, 10**9))
    assert window.total() == SAMPLE_ENTRIES
    window.add(START_US + 10**6, 0)
    assert window.total() == SAMPLE_ENTRIES
    window.add(START_US + 10**6, SAMPLE_ENTRIES)
    assert window.total() != SAMPLE_ENTRIES


def test_a_distinct_count_is_off_by_as_much_as_is_said() -> None:
    """The error's root of mean squares over many sizes is 4.5 % or so, and its mean is near nothing."""
    errors = []
    for seed, size in enumerate([1_500, 2_048, 3_000, 5_000, 8_000, 13_000, 20_000] * 4):
        draw = random.Random(seed)  # noqa: S311  # repeatable, and no secret
        window = filled(DISTINCT, ((START_US + n, draw.getrandbits(64), 1.0) for n in range(size)), 10**9)
        errors.append(window.total() / size - 1)
        assert len(window.encode()) < MAX_STATE_BYTES

    assert math.sqrt(sum(each**2 for each in errors) / len(errors)) < 0.05
    assert abs(sum(errors) / len(errors)) < 0.02
    assert max(map(abs, errors)) < 4 * 0.045


def test_a_sliding_distinct_count_stays_as_near() -> None:
    """Five windows of a steady crowd, in which values come again; asked all along."""
    errors = []
    for seed in range(2):
        draw = random.Random(seed)  # noqa: S311  # as above
        seen: dict[int, int] = {}
        window = Window.empty(DISTINCT, 8_000)
        for at in range(40_000):
            value = draw.randrange(20_000)
            window.add(START_US + at, value)
            seen[value] = at
            if at > 8_000 and at % 2_000 == 0:
                held = sum(last > at - 8_000 for last in seen.values())
                errors.append(window.total() / held - 1)
                window = again(window)

    assert math.sqrt(sum(each**2 for each in errors) / len(errors)) < 0.05
    assert abs(sum(errors) / len(errors)) < 0.03


def test_after_a_burst_a_distinct_count_becomes_exact_again() -> None:
    """While the burst's sample is thin the error is a share of the burst; a window later nothing of it is left."""
    window = filled(DISTINCT, ((START_US + n // 50, n, 1.0) for n in range(50_000)), 2_000)
    burst = window.total()
    assert burst == pytest.approx(50_000, rel=0.2)

    for n in range(100):
        window.add(START_US + 2_500 + n * 30, 10**9 + n)  # the burst leaves on the way
        assert again(window).total() == window.total()
    inside = sum(START_US + 2_500 + n * 30 > START_US + 2_500 + 99 * 30 - 2_000 for n in range(100))
    assert abs(window.total() - inside) <= 0.2 * 50_000

    for n in range(100):
        window.add(START_US + 20_000 + n, 2 * 10**9 + n)
    assert window.total() == 100


def test_what_is_mixed_stays_different() -> None:
    """Counting numbers, the same low bits, the same high bits: their first bits are even."""
    for values in (range(20_000), [n << 44 for n in range(20_000)]):
        found = {mixed(value) for value in values}
        assert len(found) == 20_000
        firsts = Counter(value >> 60 for value in found)
        assert all(abs(times - 1_250) < 5 * math.sqrt(1_250) for times in firsts.values())


# ---------------------------------------------------------------------------------------------------------- as bytes


@pytest.mark.parametrize(
    ("kind", "size", "at_most"),
    [
        (COUNT, 1, 30), (COUNT, 10, 102), (COUNT, EXACT_ENTRIES, 4_200), (COUNT, 100_000, 1_100),
        (SUM, 1, 38), (SUM, EXACT_ENTRIES, 8_300), (SUM, 100_000, 1_100),
        (DISTINCT, 1, 38), (DISTINCT, 10, 182), (DISTINCT, SAMPLE_ENTRIES, 17_500), (DISTINCT, 30_000, 17_500),
    ],
)  # fmt: skip
def test_a_window_is_of_bounded_size(kind: CounterKind, size: int, at_most: int) -> None:
    """A few dozen bytes where little happens; never more than twenty kilobytes."""
    window = filled(kind, ((START_US + n, n, 1.0) for n in range(size)), 10**9)
    assert len(window.encode()) <= at_most < MAX_STATE_BYTES


WINDOWS = [
    filled(kind, [(START_US + n * 3, n, 2.0) for n in range(size)], 4_000)
    for kind in CounterKind
    for size in (0, 1, 5, 700, 1_100)
]


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from(WINDOWS), st.data())
def test_damaged_bytes_are_told_of(window: Window, data: st.DataObject) -> None:
    """A byte that is another, that is missing or too many."""
    blob = window.encode()
    place = data.draw(st.integers(0, len(blob) - 1))
    other = bytes((blob[place] ^ data.draw(st.integers(1, 255)),))
    for damaged in (blob[:place] + other + blob[place + 1 :], blob[:place], blob + other):
        with pytest.raises(CounterDamaged):
            Window.decode(window.kind, window.window_us, damaged)


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from(WINDOWS), st.data())
def test_hostile_bytes_with_the_right_sum_harm_nobody(window: Window, data: st.DataObject) -> None:
    """Whoever can write the sum as well gets a window that can be used, or the same error; never a crash."""
    body = bytearray(window.encode()[4:])
    for _ in range(data.draw(st.integers(0, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(0, len(body)))] + data.draw(st.binary(max_size=20))
    blob = crc32(body).to_bytes(4, "little") + body
    try:
        found = Window.decode(window.kind, window.window_us, blob)
    except CounterDamaged:
        return
    found.total()
    if found.additions < 2**64 - 1 and abs(found.newest_us or 0) < 2**62:
        found.add(START_US, 1, 1.0)
        assert math.isfinite(found.total())
        assert len(found.encode()) <= MAX_STATE_BYTES


def test_one_kind_is_never_read_as_another() -> None:
    """Nor by a version that does not know the form; and who asks is told that it is not known, which is no answer."""
    blob = filled(SUM, [(START_US, 0, 1.0)], 10).encode()
    for kind in (COUNT, DISTINCT):
        with pytest.raises(CounterDamaged, match="form"):
            Window.decode(kind, 10, blob)
    later = bytes((2,)) + blob[5:]
    with pytest.raises(Unavailable):
        Window.decode(SUM, 10, crc32(later).to_bytes(4, "little") + later)


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf, 2 * MAX_AMOUNT])
def test_an_amount_that_would_spoil_a_sum_is_refused(amount: float) -> None:
    """It would stay in the window for its whole length."""
    window = filled(SUM, [(START_US, 0, 1.0)], 10)
    with pytest.raises(ValueError, match="amount"):
        window.add(START_US, 0, amount)
    assert window.total() == 1.0
