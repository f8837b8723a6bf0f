"""Of which events the channel must be named: public is only what somebody says is (P12)."""

import pytest

from tutela.core.events import BUILT_IN, must_say_channel

TABLE = {
    "message": (True, True, True),
    "follow": (False, False, True),
    "invite": (True, True, True),
    "payment": (True, True, True),
    "block": (False, False, True),
    "login": (False, False, True),
    "profile_change": (False, False, True),
    "report": (False, False, False),
}
"""By kind: as it is told at the least, with a recipient, and with a text."""


@pytest.mark.parametrize(("kind", "says"), TABLE.items(), ids=TABLE)
def test_whoever_writes_or_acts_between_two_says_how_public_it_is(kind: str, says: tuple[bool, bool, bool]) -> None:
    """Not whoever tells of their own conversation: that is heard in every channel."""
    known = BUILT_IN[kind]
    asked = ((known.has_recipient, False), (True, False), (known.has_recipient, True))
    assert says == tuple(must_say_channel(known, has_recipient=has, is_written=written) for has, written in asked)
