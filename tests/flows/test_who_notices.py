"""Every verb about notices, as every role, as a key and as nobody: deny by default."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from make import Home
from tutela.core.ids import NoticeId, PersonId
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import NoticeDraft
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, Principal, StaffRole
from tutela.errors import Forbidden, TutelaError
from tutela.flows.verbs_of_notices import NoticeVerbs
from tutela.ports.notices import NoticeFilter

Call = Callable[[NoticeVerbs, Principal], Any]
NOWHERE = NoticeId("ntc_none")

TABLE: dict[str, tuple[str, Call]] = {
    "hand_in": ("notices", lambda v, p: v.hand_in(p, NoticeDraft(Branch.SAW_SOMETHING))),
    "read": ("desk", lambda v, p: v.read(p, NOWHERE)),
    "page": ("desk", lambda v, p: v.page(p, NoticeFilter(), "", 1)),
}  # fmt: skip
"""Each verb, what it takes, and a call of it."""


def test_every_verb_is_in_the_table() -> None:
    """A verb that is added asks who it is, and is tried here."""
    own = {name for name, each in vars(NoticeVerbs).items() if inspect.isfunction(each) and not name.startswith("_")}
    parts = {each.name for each in fields(NoticeVerbs)}
    assert own == set(TABLE), parts


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_whoever_has_no_scope_is_refused(home: Home, verb: str) -> None:
    """As every role, as a key with every other scope, and as nobody."""
    scope, call = TABLE[verb]
    askers = [Principal(f"per_{role}", ROLE_SCOPES[role], PersonId(f"per_{role}")) for role in StaffRole]
    askers += [Principal("key_1", frozenset(SCOPES) - PEOPLE_ONLY - {scope}), Principal("nobody", frozenset())]
    for each in askers:
        if each.may(scope):
            try:
                call(home.house.notices, each)
            except Forbidden:
                pytest.fail(f"{each.id} may {verb}")
            except TutelaError:
                continue
        else:
            with pytest.raises(Forbidden):
                call(home.house.notices, each)
