"""How long evidence is kept: the calendar year, holds that beat every deletion, and time for each kind."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.filing.destruction import Fate, Kept, Needs, Order, Wish, fate, is_against_limit, wished
from tutela.core.filing.holds import (
    FROM_OUTSIDE,
    Hold,
    HoldSource,
    Release,
    active,
    extended,
    held_until,
    preservation,
    released,
)
from tutela.core.filing.retention import Ends
from tutela.core.filing.retention_file import parse_retention
from tutela.core.filing.years import years_after
from tutela.core.ids import PersonId
from tutela.core.operator import UNKNOWN_REGION
from tutela.errors import BadInput, Misconfigured

FILE = tomllib.loads(resources.files("tutela.policy").joinpath("retention.toml").read_text(encoding="utf-8"))
TABLE = parse_retention(FILE, place="retention.toml")
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
BY = PersonId("per_1")
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is drawn beside it


@pytest.mark.parametrize(
    ("finished", "until"),
    [
        ("2026-11-26T12:00:00", "2027-11-26T12:00:00"),
        ("2027-02-28T23:59:59", "2028-02-28T23:59:59"),
        ("2027-03-01T00:00:00", "2028-03-01T00:00:00"),
        ("2028-02-28T00:00:00", "2029-02-28T00:00:00"),
        ("2028-02-29T10:00:00", "2029-03-01T10:00:00"),
        ("2028-01-31T10:00:00", "2029-01-31T10:00:00"),
        ("2099-12-31T10:00:00", "2100-12-31T10:00:00"),
    ],
)
def test_what_was_reported_is_held_for_a_calendar_year(finished: str, until: str) -> None:
    """To the same day and moment; from a leap day to the first of March."""
    hold = preservation("hld_1", "900000001", datetime.fromisoformat(finished).replace(tzinfo=UTC))

    assert hold.until == datetime.fromisoformat(until).replace(tzinfo=UTC)
    assert hold.source is HoldSource.REPORT


@given(moments, st.integers(1, 10))
def test_a_year_is_never_short(moment: datetime, years: int) -> None:
    """At least 365 days each, at most a day more than the leap days between, and the same time of day."""
    later = years_after(moment, years)

    assert timedelta(days=365 * years) <= later - moment <= timedelta(days=366 * years)
    assert later.time() == moment.time()
    assert years_after(moment + timedelta(days=1), years) >= later


def test_a_moment_without_a_zone_belongs_to_no_day() -> None:
    """It could be a day off."""
    with pytest.raises(ValueError, match="zone"):
        years_after(datetime(2026, 1, 1), 1)  # noqa: DTZ001  # that is the point


def hold(source: HoldSource = HoldSource.POLICE, **fields: Any) -> Hold:
    """Return a hold for ninety days."""
    made: dict[str, Any] = {"until": AT + timedelta(days=90), **fields}
    return Hold(made.pop("id", "hld_1"), source, made.pop("reference", "letter 7"), AT, **made)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"reference": " "}, "reference"),
        ({"until": None}, "review_by"),
        ({"until": AT}, "until"),
        ({"until": AT - timedelta(days=1)}, "until"),
    ],
)
def test_a_hold_that_nobody_could_trace_or_end_is_refused(fields: dict[str, Any], place: str) -> None:
    """It names its source, its reference, and an end or a date on which somebody looks again."""
    with pytest.raises(BadInput) as caught:
        hold(**fields)

    assert caught.value.place == place


def test_a_hold_is_extended_and_never_shortened() -> None:
    """Not by the same end either; and a released one is placed anew."""
    longer = extended(hold(), AT + timedelta(days=180))
    assert longer.until == AT + timedelta(days=180)
    for until in (AT + timedelta(days=90), AT + timedelta(days=1)):
        with pytest.raises(BadInput, match="never shortened"):
            extended(hold(), until)
    with pytest.raises(BadInput, match="never shortened"):
        extended(hold(until=None, review_by=AT + timedelta(days=90)), AT + timedelta(days=900))
    with pytest.raises(BadInput, match="released"):
        extended(released(hold(), Release(AT, BY, "letter 8")), AT + timedelta(days=900))


def test_a_release_has_a_reason_and_never_ends_the_year_of_the_law() -> None:
    """Released once, by somebody, for something."""
    ended = released(hold(), Release(AT + timedelta(days=2), BY, "letter 8"))

    assert ended.is_active(AT + timedelta(days=1))
    assert not ended.is_active(AT + timedelta(days=2))
    with pytest.raises(BadInput, match="ordered by law"):
        released(preservation("hld_1", "1", AT), Release(AT, BY, "why not"))
    with pytest.raises(BadInput, match="reason"):
        released(hold(), Release(AT, BY, " "))
    with pytest.raises(BadInput, match="before"):
        released(ended, Release(AT, BY, "again"))


def test_somebody_looks_again_when_the_date_has_come() -> None:
    """As long as it is active."""
    open_ended = hold(until=None, review_by=AT + timedelta(days=30))

    assert not open_ended.needs_review(AT + timedelta(days=29))
    assert open_ended.needs_review(AT + timedelta(days=30))
    assert not released(open_ended, Release(AT, BY, "over")).needs_review(AT + timedelta(days=30))


def test_the_last_of_several_holds_counts() -> None:
    """A new report on the same material extends and never shortens; one without an end has none."""
    first, second = preservation("a", "1", AT), preservation("b", "2", AT + timedelta(days=10))

    assert held_until((first, second), AT) == years_after(AT + timedelta(days=10), 1)
    assert held_until((second, first), AT) == held_until((first, second), AT)
    assert held_until((first, hold(until=None, review_by=AT)), AT) is None
    assert held_until((), AT) is None


def kept(kind: str = "evidence.reported", **fields: Any) -> Kept:
    """Return something of a kind that has been kept from the beginning."""
    return replace(Kept(TABLE.rows[kind], AT), **fields)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "regions", "after", "becomes"),
    [
        ("evidence.reported", (), DAY * 364, Fate.KEPT_BY_TIME),
        ("evidence.reported", (), DAY * 366, Fate.PROPOSED),
        ("evidence.reported", ("DE",), DAY * 364, Fate.KEPT_BY_TIME),
        ("evidence.context", (), DAY * 366, Fate.PROPOSED),
        ("evidence.unreported", (), DAY * 366, Fate.PROPOSED),
        ("evidence.cleared", ("US",), DAY * 29, Fate.KEPT_BY_TIME),
        ("evidence.cleared", ("US",), DAY * 30, Fate.DESTROYED_BY_ITSELF),
        ("evidence.cleared", ("US", "DE"), DAY * 0, Fate.DESTROYED_BY_ITSELF),
        ("evidence.cleared", (UNKNOWN_REGION,), DAY * 0, Fate.DESTROYED_BY_ITSELF),
        ("evidence.cleared", ("GB",), DAY * 1, Fate.KEPT_BY_TIME),
        ("detection.unconfirmed", ("FR",), DAY * 365, Fate.DESTROYED_BY_ITSELF),
        ("bytes.transient", (), DAY, Fate.DESTROYED_BY_ITSELF),
        ("report.unfiled", (), DAY * 89, Fate.KEPT_BY_TIME),
        ("report.unfiled", (), DAY * 90, Fate.DESTROYED_BY_ITSELF),
        ("reference.authority", (), DAY * 365 * 4, Fate.KEPT_BY_TIME),
        ("reference.authority", (), DAY * 366 * 5, Fate.DESTROYED_BY_ITSELF),
        ("record.decision", (), DAY * 365 * 9, Fate.KEPT_BY_TIME),
        ("record.decision", (), DAY * 366 * 10, Fate.DESTROYED_BY_ITSELF),
        ("record.certificate", (), DAY * 366 * 10, Fate.DESTROYED_BY_ITSELF),
        ("figures.exposure", (), DAY * 90, Fate.DESTROYED_BY_ITSELF),
    ],
)
def test_each_kind_ends_in_its_time_and_in_its_way(
    kind: str, regions: tuple[str, ...], after: timedelta, becomes: Fate
) -> None:
    """Reported evidence is never destroyed silently; what was cleared goes by itself, in the Union at once."""
    assert fate(kept(kind, regions=regions), AT + after) is becomes
    assert fate(kept(kind, regions=regions, holds=(hold(until=AT + after + DAY),)), AT + after) is Fate.KEPT_BY_HOLD


def test_every_kind_is_in_the_table_above() -> None:
    """A new row is looked at."""
    assert set(TABLE.rows) == {
        "evidence.reported", "evidence.context", "evidence.unreported", "evidence.cleared", "detection.unconfirmed",
        "bytes.transient", "reference.authority", "record.decision", "record.certificate", "figures.exposure",
        "report.unfiled",
    }  # fmt: skip


def test_what_has_not_begun_is_kept() -> None:
    """Evidence of a report that is not finished has no end yet."""
    assert fate(kept(since=None), AT + DAY * 9999) is Fate.KEPT_BY_TIME
    assert wished(kept(since=None), Wish.TIME, AT + DAY * 9999).needs is Needs.IMPOSSIBLE


def test_no_kind_is_kept_shorter_than_its_floor() -> None:
    """One year at least, as the law says: no row that ships, and none that could be read."""
    for row in TABLE.rows.values():
        assert row.floor is None or row.until(AT) >= row.floor.after(AT)
    short = {**FILE, "kind": [{**each, "years": 1} if "floor_years" in each else each for each in FILE["kind"]]}
    with pytest.raises(Misconfigured, match="shorter"):
        parse_retention(short, place="retention.toml")


def test_a_hold_against_the_law_of_a_region_is_kept_and_shown() -> None:
    """Which of the two gives way is for counsel, item by item."""
    both = kept("detection.unconfirmed", regions=("DE",), holds=(hold(until=AT + DAY * 900),))

    assert not is_against_limit(both, AT + DAY * 100)
    assert is_against_limit(both, AT + DAY * 366)
    assert fate(both, AT + DAY * 366) is Fate.KEPT_BY_HOLD


ORDER = Order("State police", "order 9", AT)


@pytest.mark.parametrize(
    ("holds", "wish", "after", "order", "needs"),
    [
        ((), Wish.TIME, DAY * 400, None, Needs.TWO_PEOPLE),
        ((), Wish.ERASURE, DAY * 400, None, Needs.TWO_PEOPLE),
        ((), Wish.ERASURE, DAY * 10, None, Needs.IMPOSSIBLE),
        ((), Wish.TIME, DAY * 10, None, Needs.IMPOSSIBLE),
        ((preservation("h", "1", AT),), Wish.ERASURE, DAY * 10, None, Needs.IMPOSSIBLE),
        ((preservation("h", "1", AT),), Wish.ORDER, DAY * 10, ORDER, Needs.IMPOSSIBLE),
        (
            (preservation("h", "1", AT),),
            Wish.ORDER,
            DAY * 10,
            replace(ORDER, ends_holds=frozenset({"h"})),
            Needs.ONE_PERSON,
        ),
        ((hold(id="p"),), Wish.ORDER, DAY * 10, replace(ORDER, ends_holds=frozenset({"p"})), Needs.IMPOSSIBLE),
        ((), Wish.ORDER, DAY * 10, ORDER, Needs.ONE_PERSON),
        ((), Wish.ORDER, DAY * 10, None, Needs.IMPOSSIBLE),
        ((), Wish.ORDER, DAY * 10, replace(ORDER, reference=" "), Needs.IMPOSSIBLE),
    ],
)
def test_what_it_takes_to_destroy_reported_evidence(
    holds: tuple[Hold, ...], wish: Wish, after: timedelta, order: Order | None, needs: Needs
) -> None:
    """Two people and a certificate; one where the law orders it, and never over the hold of a court or of police."""
    assert wished(kept(holds=holds), wish, AT + after, order).needs is needs


every_hold = st.builds(
    lambda source, days, name: hold(source, id=name, until=AT + DAY * days),
    st.sampled_from(HoldSource),
    st.integers(1, 2000),
    st.sampled_from("abc"),
)


@given(
    st.sampled_from(sorted(TABLE.rows)),
    st.lists(every_hold, max_size=4).map(tuple),
    st.sampled_from(Wish),
    st.integers(0, 5000),
    st.frozensets(st.sampled_from("abc")),
    st.lists(st.sampled_from(["US", "DE", "GB", UNKNOWN_REGION])).map(tuple),
)
def test_a_hold_beats_every_deletion(
    kind: str, holds: tuple[Hold, ...], wish: Wish, days: int, ends: frozenset[str], regions: tuple[str, ...]
) -> None:
    """Whatever is wished, whenever: what a hold keeps is kept, unless an order ends that very hold of ours."""
    now = AT + DAY * days
    thing = kept(kind, holds=holds, regions=regions)
    answer = wished(thing, wish, now, replace(ORDER, ends_holds=ends))
    held = active(holds, now)
    may_end = wish is Wish.ORDER and all(each.id in ends and each.source not in FROM_OUTSIDE for each in held)

    if held and not may_end:
        assert answer.needs is Needs.IMPOSSIBLE
        assert answer.holds
    if held:
        assert fate(thing, now) is Fate.KEPT_BY_HOLD
    if thing.row.ends is Ends.PROPOSAL:
        assert answer.needs is not Needs.NOTHING
        assert fate(thing, now) is not Fate.DESTROYED_BY_ITSELF


@given(st.lists(every_hold, min_size=1, max_size=4).map(tuple), st.integers(0, 3000), st.integers(1, 3000))
def test_another_hold_or_an_extension_never_shortens(holds: tuple[Hold, ...], days: int, more: int) -> None:
    """What is kept stays kept at least as long."""
    now = AT + DAY * days
    before = bool(active(holds, now))
    first = holds[0]
    longer = (extended(first, (first.until or AT) + DAY * more), *holds[1:])

    assert bool(active(longer, now)) >= before
    assert bool(active((*holds, preservation("z", "1", now)), now))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"years": 1, "days": 1}, "kind 1"),
        ({"years": -1}, "kind 1.years"),
        ({"ends": "somehow"}, "kind 1.ends"),
        ({"from": "yesterday"}, "kind 1.from"),
        ({"limits": [{"region": "EU", "days": 0, "source": "x"}]}, "kind 1"),
        ({"keep": "a misspelling"}, "kind 1.keep"),
    ],
)
def test_a_table_that_cannot_be_read_names_its_place(change: dict[str, Any], place: str) -> None:
    """A misspelt limit must never mean that there is none."""
    with pytest.raises(Misconfigured) as caught:
        parse_retention({**FILE, "kind": [{**FILE["kind"][0], **change}]}, place="retention.toml")

    assert place in str(caught.value.place)
