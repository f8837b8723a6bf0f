"""Every verb about appeals, as every role, as a key and as nobody: deny by default, and people decide."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from make import Home
from tutela.core.appeals.misuse import Weight
from tutela.core.appeals.states import Outcome
from tutela.core.findings import Facts
from tutela.core.ids import AppealId, PersonId
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, Principal, StaffRole
from tutela.errors import Forbidden, TutelaError
from tutela.flows.decide_appeal import AskedOutcome
from tutela.flows.keep_appeal_conduct import Weighed
from tutela.flows.repeat import Repeatable
from tutela.flows.take_appeal import AskedAppeal
from tutela.flows.verbs_of_appeals import AppealVerbs
from tutela.ports.appeals import AppealFilter

Call = Callable[[AppealVerbs, Principal], Any]
NOWHERE = AppealId("apl_none")
EITHER = "appeal or appeals"
ASKED = AskedOutcome(NOWHERE, Outcome.UPHELD, Facts("x"))
WEIGHED = Weighed(Weight.LOW, Weight.LOW, "x")
LATER = datetime(2026, 3, 9, tzinfo=UTC)
ONCE: Repeatable[Any] = Repeatable("key", "1", "x", lambda _: b"")

TABLE: dict[str, tuple[str, Call]] = {
    "take.__call__": (EITHER, lambda v, p: v.take(p, AskedAppeal())),
    "take.once": (EITHER, lambda v, p: v.take.once(p, AskedAppeal(), ONCE)),
    "move.claim": ("appeals", lambda v, p: v.move.claim(p, NOWHERE)),
    "move.release": ("appeals", lambda v, p: v.move.release(p, NOWHERE)),
    "move.accept": ("appeals", lambda v, p: v.move.accept(p, NOWHERE)),
    "move.withdraw": (EITHER, lambda v, p: v.move.withdraw(p, NOWHERE)),
    "decide.foresee": ("appeals", lambda v, p: v.decide.foresee(p, ASKED)),
    "decide.__call__": ("appeals", lambda v, p: v.decide(p, ASKED)),
    "decide.once": ("appeals", lambda v, p: v.decide.once(p, ASKED, ONCE)),
    "read.page": (EITHER, lambda v, p: v.read.page(p, None, AppealFilter(), "", 1)),
    "read.one": (EITHER, lambda v, p: v.read.one(p, NOWHERE)),
    "read.queue": ("appeals", lambda v, p: v.read.queue(p, "", 1)),
    "read.show": ("appeals", lambda v, p: v.read.show(p, NOWHERE)),
    "conduct.show": ("appeals", lambda v, p: v.conduct.show(p, "nobody")),
    "conduct.warn": ("appeals", lambda v, p: v.conduct.warn(p, "nobody", WEIGHED)),
    "conduct.suspend": ("appeals", lambda v, p: v.conduct.suspend(p, "nobody", WEIGHED, LATER)),
    "conduct.lift": ("appeals", lambda v, p: v.conduct.lift(p, "nobody", WEIGHED)),
    "links.revoke_all": ("appeals", lambda v, p: v.links.revoke_all(p)),
}
"""Each verb, what it takes, and a call of it."""


def test_every_verb_is_in_the_table(home: Home) -> None:
    """A verb that is added asks who it is, and is tried here."""
    found = set[str]()
    for part in ("take", "move", "decide", "read", "conduct", "links", "follow", "by_link"):
        for name, each in vars(type(getattr(home.house.appeals, part))).items():
            is_verb = inspect.isfunction(each) and (name[0] != "_" or name == "__call__")
            if is_verb and "principal" in inspect.signature(each).parameters:
                found.add(f"{part}.{name}")
    assert found == set(TABLE)


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_whoever_has_no_scope_is_refused(home: Home, verb: str) -> None:
    """As every role, as a key with every other scope, and as nobody."""
    scope, call = TABLE[verb]
    askers = [Principal(f"per_{role}", ROLE_SCOPES[role], PersonId(f"per_{role}")) for role in StaffRole]
    scopes = set(scope.split(" or "))
    askers += [Principal("key_1", frozenset(SCOPES) - PEOPLE_ONLY - scopes), Principal("nobody", frozenset())]
    if scopes == {"appeals"}:  # what only people do: not even the key of a service that was given the scope
        askers.append(Principal("key_2", frozenset({"appeals"})))
    for each in askers:
        if any(map(each.may, scopes)):
            try:
                call(home.house.appeals, each)
            except Forbidden:
                pytest.fail(f"{each.id} may {verb}")
            except TutelaError:
                continue
        else:
            with pytest.raises(Forbidden):
                call(home.house.appeals, each)
