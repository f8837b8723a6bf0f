"""From a notice to its outcome, as whoever told us hears of it: by mail, in the platform's app, or on the page."""

from typing import Any

import pytest

from answering import ACTOR, ADA, BEA, Office
from make import Home
from noticing import Noticing
from tutela.adapters.twins.mail import MailTwin
from tutela.core.clocks import ClockSubject
from tutela.core.conclusions import Conclusion
from tutela.core.messages import MessageAbout, MessageChannel, MessageState
from tutela.core.notices.draft import Contact, ContactChannel
from tutela.core.permissions import at_machine
from tutela.flows.take_notice import Receipt

pytestmark = pytest.mark.both_databases
OPS = at_machine("ops")
ANNA = "anna@example.org"


@pytest.fixture
def desk(home_anywhere: Home) -> Noticing:
    """Return a house with people and a mail server."""
    Office(home_anywhere)
    send: Any = home_anywhere.house.messaging.send
    send.mail, send.link = MailTwin(), "https://desk.example/desk/status"
    return Noticing(home_anywhere)


def mail(desk: Noticing) -> MailTwin:
    """Return the mail server."""
    twin = desk.home.house.messaging.send.mail
    assert isinstance(twin, MailTwin)
    return twin


def told(desk: Noticing, receipt: Receipt) -> list[tuple[str, MessageState]]:
    """Return what was told, the first first."""
    found = desk.home.house.messaging.messages.of(OPS, MessageAbout.NOTICE, receipt.notice_id)
    return [(each.kind.value, each.state) for each in found]


def found_by_two(desk: Noticing, receipt: Receipt) -> None:
    """Have two people find what it says, and the answer written."""
    [case] = desk.notice(receipt).cases
    for who in (ADA, BEA):
        Office(desk.home).decide(who, case, Conclusion.VIOLATION, parts=ACTOR)
    desk.home.clock.advance(minutes=1)
    desk.home.house.notices.answer()
    desk.home.house.messaging.send()


def running(desk: Noticing, receipt: Receipt) -> set[str]:
    """Return the clocks that run on it."""
    clocks = desk.home.house.messaging.clocks.of(OPS, ClockSubject.NOTICE, receipt.notice_id)
    return {each.id.value for each in clocks if each.is_running}


@pytest.mark.parametrize("wants_link", [False, True])
def test_whoever_gave_an_address_gets_a_receipt_and_hears_of_the_outcome(desk: Noticing, wants_link: bool) -> None:  # noqa: FBT001  # a table
    """In their language; the same subject, no word of what it is about, no code; a link only where they asked."""
    desk.posted("holiday")
    contact = Contact(ContactChannel.EMAIL, ANNA, wants_link=wants_link)
    receipt = desk.tell("holiday", age_said="13_15", contact=contact, language="de")
    desk.home.house.messaging.send()
    assert told(desk, receipt) == [("receipt", MessageState.SENT)]
    assert "own.hold.decide" in running(desk, receipt)
    found_by_two(desk, receipt)

    assert told(desk, receipt) == [("receipt", MessageState.SENT), ("outcome", MessageState.SENT)]
    first, second = mail(desk).to(ANNA)
    assert first.subject == second.subject
    assert first.text != second.text
    for letter in (first, second):
        assert letter.text.startswith("Hallo")
        assert ("https://desk.example" in letter.text) is wants_link
        assert not any(part in letter.text for part in (receipt.code, receipt.notice_id, "holiday", "alice"))
    assert running(desk, receipt) == set()


def test_who_only_has_the_page_is_told_there_and_no_clock_waits_for_a_mail(desk: Noticing) -> None:
    """Nothing goes out."""
    desk.posted("holiday")
    receipt = desk.tell("holiday", age_said="13_15")
    found_by_two(desk, receipt)

    assert ("outcome", MessageState.SHOWN) in told(desk, receipt)
    assert mail(desk).came == []
    assert running(desk, receipt) == set()


def test_an_address_that_bounces_leaves_the_outcome_on_the_page(desk: Noticing) -> None:
    """P7: it is made available, and whoever works here sees that nobody was reached."""
    desk.posted("holiday")
    mail(desk).bounce(ANNA)
    receipt = desk.tell("holiday", age_said="13_15", contact=Contact(ContactChannel.EMAIL, ANNA))
    desk.home.house.messaging.send()
    found_by_two(desk, receipt)

    assert told(desk, receipt) == [("receipt", MessageState.BOUNCED), ("outcome", MessageState.SHOWN)]
    unreached = desk.home.house.messaging.messages.page(OPS, MessageState.BOUNCED)
    assert [each.about_id for each in unreached] == [receipt.notice_id]
    assert desk.home.house.notices.follow.status(receipt.code, "192.0.2.9").outcome is not None
    assert desk.home.house.verify().breaches == ()


def test_a_californian_child_is_written_to_every_week_until_it_is_decided(desk: Noticing) -> None:
    """By the way of the receipt, in time for the limit of seven days; and no more afterwards."""
    desk.posted("holiday")
    receipt = desk.tell("holiday", age_said="13_15", country="US", contact=Contact(ContactChannel.EMAIL, ANNA))
    messaging = desk.home.house.messaging
    for _ in range(15):
        messaging.owe_updates()
        messaging.send()
        desk.home.clock.advance(days=1)
    assert [kind for kind, _ in told(desk, receipt)] == ["receipt", "update", "update"]
    figures = messaging.clocks.figures(OPS, None, None).figures
    [updates] = [each for each in figures if each.id.value == "us.ca1394.update"]
    assert (updates.limit_kept, updates.limit_missed) == (2, 0)

    found_by_two(desk, receipt)
    desk.home.clock.advance(days=10)
    assert messaging.owe_updates() == 0


def test_channels_are_those_that_are_set_up(desk: Noticing) -> None:
    """Whoever asks how to be told is offered no mail where there is no mail server."""
    messaging = desk.home.house.messaging
    assert messaging.channels == (MessageChannel.NONE, MessageChannel.EMAIL, MessageChannel.PLATFORM)
    send: Any = messaging.send
    send.mail = None
    assert messaging.channels == (MessageChannel.NONE, MessageChannel.PLATFORM)
