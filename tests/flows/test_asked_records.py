"""Clocks and messages, changed by hand on each database: `tutela audit verify` names each."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from asking import begin, hear, tell
from make import Home
from tutela.adapters.twins.mail import MailTwin
from tutela.core.clocks import Signal
from tutela.core.permissions import at_machine
from tutela.core.units import Duration

pytestmark = pytest.mark.both_databases

TAMPERED = {
    "late clock gone": "DELETE FROM clocks",
    "clock that began later": "UPDATE clocks SET started_us = started_us + 1",
    "clock with more time": "UPDATE clocks SET target_us = target_us + 1000000000000 WHERE target_us IS NOT NULL",
    "clock with a limit that it had not": "UPDATE clocks SET limit_us = 1",
    "clock that nobody was warned of": "UPDATE clocks SET target_alarm = 0",
    "clock that was kept all the same": "UPDATE clocks SET stopped_us = started_us + 1, stopped_by = 'decided'",
    "clock of somebody else": "UPDATE clocks SET subject_id = 'apl_x' WHERE subject_id = 'apl_1'",
    "message gone": "DELETE FROM messages",
    "message that arrived all the same": "UPDATE messages SET state = 'sent'",
    "message that did not arrive": "UPDATE messages SET state = 'expired' WHERE state = 'sent'",
    "message of another kind": "UPDATE messages SET kind = 'receipt'",
    "message about something else": "UPDATE messages SET about_id = 'ntc_x'",
}


class Reached:
    """Everybody has an address."""

    def contact_of(self, _about: object, about_id: str) -> str:
        """Return it."""
        return f"{about_id.replace('_', '.')}@example.org"

    def language_of(self, *_: object) -> str:
        """Return English."""
        return "en"


@pytest.fixture
def asked(home_anywhere: Home) -> Home:
    """Return a house with late clocks of which alarms were raised, and messages that ended in each way."""
    house = home_anywhere.house
    clock: Any = house.clock
    for name in ("apl_1", "apl_2"):
        begin(house, name, clock.now())
    clock.set(clock.now() + timedelta(days=8))
    house.messaging.watch()
    hear(house, "apl_2", clock.now() + Duration(minutes=1).delta, Signal.DECIDED)
    send: Any = house.messaging.send
    send.mail, send.contacts = MailTwin(), dict.fromkeys(send.contacts, Reached())
    send.mail.bounce("ntc.2@example.org")
    back, *_ = [tell(house, name) for name in ("ntc_1", "ntc_2", "ntc_3")]
    send()
    house.messaging.messages.bounce(at_machine("ops"), back)
    return home_anywhere


def test_what_nobody_changed_is_named_by_nothing(asked: Home) -> None:
    """A mail that came back, a clock that stopped after its alarm, and one that runs, among it."""
    assert asked.house.verify().breaches == ()


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_late_or_not_reached_cannot_be_made_never_to_have_been(asked: Home, name: str) -> None:
    """P9: the audit is taken at its word."""
    with asked.house.engine.begin() as connection:
        assert connection.execute(text(TAMPERED[name])).rowcount

    found = asked.house.verify().breaches
    assert {each.promise for each in found} == {"P9"}
