"""P11: what a machine set is looked at in time, or it shows."""

from datetime import timedelta

import pytest

from flows.test_reconsider import AwayScanner
from make import Home, decision, md5, measure, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.audit import AuditEvent
from tutela.core.cases import CaseReason
from tutela.core.measures import MeasureKind, Subject
from tutela.core.plans import Source
from tutela.flows.take_stock import alarms
from tutela.ports.committer import Changeset
from tutela.ports.store import Overdue

REVIEWS = "reviews_caught_up"


@pytest.fixture
def home(home_anywhere: Home) -> Home:
    """Return a house on the databases of the test."""
    return home_anywhere


def overdue(home: Home) -> Overdue:
    """Return what is past its review clock, and hold the checklist against it."""
    now = home.clock.now()
    with home.house.store.read() as reader:
        found = reader.overdue(now)
        assert (REVIEWS in alarms(reader, now)) is (found.measures > 0)
    return found


def cases(home: Home) -> list[tuple[CaseReason, tuple[str, ...]]]:
    """Return why each open case is there, and its items."""
    with home.house.store.read() as reader:
        return [(each.case.reason, each.item_platform_ids) for each in reader.open_cases_page(None, 100)]


def test_what_nobody_looked_at_in_time_is_counted_until_a_person_decides(home: Home) -> None:
    """On the same subject, under the same clause; what was set on the account and the media still waits."""
    media = home.upload(photo("china"))
    home.list(md5(media))
    submitted = home.submit("p1", media)
    item = Subject.item(submitted.item_id)
    home.clock.advance(hours=24)
    assert overdue(home) == Overdue(0, None)
    home.clock.advance(seconds=1)
    due = home.clock.now() - timedelta(seconds=1)
    before = overdue(home)
    assert (before.measures, before.oldest) == (7, due)

    by = decision(source=Source.PERSON, is_automated=False, decided_by="ada")
    removal = measure(MeasureKind.REMOVE, item, by, is_automated=False, starts_at=home.clock.now())
    granted = [[removal.id, "remove", item.id, None]]
    entry = AuditEvent("person:item:decided", by.id, {"granted": granted, "lifted": []})
    home.house.committer.commit(Changeset(decisions=(by,), measures=(removal,), audit=(entry,)))

    assert overdue(home).measures == 3  # the lock of the account, the seal and the block of the media


def test_what_could_not_be_looked_at_is_laid_before_a_person_when_its_clock_is_over(
    home: Home, scanner: ChildScanner
) -> None:
    """A scanner that stays away holds nothing in silence; once, and no case after it came back in time."""
    home.use(AwayScanner())
    home.submit("p1", home.upload(photo("china")))
    home.submit("p2", home.upload(photo("flower")))
    assert (home.house.watch_reviews(), cases(home)) == (0, [])
    home.clock.advance(hours=25)

    assert overdue(home).measures == 2
    assert (home.house.watch_reviews(), home.house.watch_reviews()) == (2, 0)
    assert cases(home) == [(CaseReason.NOT_SCANNED, ("p1", "p2"))]
    home.use(scanner)
    home.house.retry_scans()
    assert overdue(home).measures == 0
    home.submit("p3", home.upload(photo("coffee")), author="bob")
    home.clock.advance(hours=25)
    assert home.house.watch_reviews() == 0
    assert home.house.verify().breaches == ()


def test_cases_come_in_the_order_of_their_clocks(home: Home) -> None:
    """The one that has waited longest past its time is first."""
    for number, name in enumerate(("china", "flower")):
        media = home.upload(photo(name))
        home.list(md5(media))
        home.submit(f"p{number}", media, author=f"user-{number}")
        home.clock.advance(hours=1)
    home.clock.advance(days=2)

    assert [items for _, items in cases(home)] == [("p0",), ("p1",)]
