"""Every verb about clocks and messages, as every role, as a key and as nobody: deny by default."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from make import Home
from tutela.core.clocks import ClockSubject
from tutela.core.ids import MessageId, PersonId
from tutela.core.messages import MessageAbout
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, Principal, StaffRole
from tutela.errors import Forbidden, TutelaError
from tutela.flows.messaging import Messaging
from tutela.flows.read_clocks import ReadClocks
from tutela.flows.read_messages import ReadMessages

Call = Callable[[Messaging, Principal], Any]

TABLE: dict[str, tuple[str, Call]] = {
    "ReadClocks.page": ("cases", lambda m, p: m.clocks.page(p)),
    "ReadClocks.of": ("cases", lambda m, p: m.clocks.of(p, ClockSubject.NOTICE, "ntc_none")),
    "ReadClocks.figures": ("cases", lambda m, p: m.clocks.figures(p, None, None)),
    "ReadMessages.page": ("desk", lambda m, p: m.messages.page(p)),
    "ReadMessages.of": ("desk", lambda m, p: m.messages.of(p, MessageAbout.NOTICE, "ntc_none")),
    "ReadMessages.bounce": ("desk", lambda m, p: m.messages.bounce(p, MessageId("msg_none"))),
}
"""Each verb, what it takes, and a call of it."""

FIGURES_ONLY = {"ReadClocks.counts", "ReadMessages.counts"}
"""For alarms and metrics: numbers of everything, asked by the house itself."""


def test_every_verb_is_in_the_table() -> None:
    """A verb that is added asks who it is, and is tried here."""
    own = {
        f"{cls.__name__}.{name}"
        for cls in (ReadClocks, ReadMessages)
        for name, each in vars(cls).items()
        if inspect.isfunction(each) and not name.startswith("_")
    }
    assert own - FIGURES_ONLY == set(TABLE)


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_whoever_has_no_scope_is_refused(home: Home, verb: str) -> None:
    """As every role, as a key with every other scope, and as nobody."""
    scope, call = TABLE[verb]
    askers = [Principal(f"per_{role}", ROLE_SCOPES[role], PersonId(f"per_{role}")) for role in StaffRole]
    askers += [Principal("key_1", frozenset(SCOPES) - PEOPLE_ONLY - {scope}), Principal("nobody", frozenset())]
    for each in askers:
        if each.may(scope):
            try:
                call(home.house.messaging, each)
            except Forbidden:
                pytest.fail(f"{each.id} may {verb}")
            except TutelaError:
                continue
        else:
            with pytest.raises(Forbidden):
                call(home.house.messaging, each)
