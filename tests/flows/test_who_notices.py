"""Every verb about notices, as every role, as a key and as nobody: deny by default."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from make import Home
from tutela.core.case_moves import DangerOver
from tutela.core.ids import CaseId, NoticeId, NotifierId, PersonId
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import NoticeDraft
from tutela.core.notices.notice import NoticeOutcome
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, Principal, StaffRole
from tutela.errors import Forbidden, TutelaError
from tutela.flows.enrol_notifiers import EnrolNotifiers, NewNotifier
from tutela.flows.read_notices import ReadNotices
from tutela.flows.verbs_of_notices import NoticeVerbs
from tutela.flows.work_on_notice import WorkOnNotice
from tutela.ports.notices import NoticeFilter

Call = Callable[[NoticeVerbs, Principal], Any]
NOWHERE = NoticeId("ntc_none")

TABLE: dict[str, tuple[str, Call]] = {
    "hand_in": ("notices", lambda v, p: v.hand_in(p, NoticeDraft(Branch.SAW_SOMETHING))),
    "reading.show": ("desk", lambda v, p: v.reading.show(p, NOWHERE)),
    "reading.lay_out": ("desk", lambda v, p: v.reading.lay_out(p, NOWHERE)),
    "reading.pressing": ("desk", lambda v, p: v.reading.pressing(p, 1)),
    "reading.waiting": ("desk", lambda v, p: v.reading.waiting(p)),
    "reading.of_case": ("desk", lambda v, p: v.reading.of_case(p, CaseId("cas_none"), 1)),
    "status": ("notices", lambda v, p: v.status(p, "x")),
    "add": ("notices", lambda v, p: v.add(p, "x", NoticeDraft(Branch.SAW_SOMETHING))),
    "work.read": ("desk", lambda v, p: v.work.read(p, NOWHERE)),
    "work.locate": ("desk", lambda v, p: v.work.locate(p, NOWHERE, ("x",))),
    "work.answer": ("desk", lambda v, p: v.work.answer(p, NOWHERE, NoticeOutcome.NOT_FOUND)),
    "work.mark_unfounded": ("desk", lambda v, p: v.work.mark_unfounded(p, NOWHERE, "x")),
    "work.end_danger": ("desk", lambda v, p: v.work.end_danger(p, NOWHERE, DangerOver.SAFE)),
    "work.call_back": ("enrol", lambda v, p: v.work.call_back(p, NOWHERE, None, "x")),
    "enrol.end": ("enrol", lambda v, p: v.enrol.end(p, NotifierId("nfr_none"))),
    "enrol.enrol": ("enrol", lambda v, p: v.enrol.enrol(p, NewNotifier(NoticeKind.USER, "x", "DE", "x"))),
    "enrol.all": ("desk or enrol", lambda v, p: v.enrol.all(p)),
    "page": ("desk", lambda v, p: v.page(p, NoticeFilter(), "", 1)),
}  # fmt: skip
"""Each verb, what it takes, and a call of it."""


def test_every_verb_is_in_the_table() -> None:
    """A verb that is added asks who it is, and is tried here."""
    found = set[str]()
    verbs = {"": NoticeVerbs, "reading.": ReadNotices, "work.": WorkOnNotice, "enrol.": EnrolNotifiers}
    for prefix, cls in verbs.items():
        for name, each in vars(cls).items():
            if inspect.isfunction(each) and "principal" in inspect.signature(each).parameters and name[0] != "_":
                found.add(prefix + name)
    assert found == set(TABLE)


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_whoever_has_no_scope_is_refused(home: Home, verb: str) -> None:
    """As every role, as a key with every other scope, and as nobody."""
    scope, call = TABLE[verb]
    askers = [Principal(f"per_{role}", ROLE_SCOPES[role], PersonId(f"per_{role}")) for role in StaffRole]
    scopes = set(scope.split(" or "))
    askers += [Principal("key_1", frozenset(SCOPES) - PEOPLE_ONLY - scopes), Principal("nobody", frozenset())]
    for each in askers:
        if any(map(each.may, scopes)):
            try:
                call(home.house.notices, each)
            except Forbidden:
                pytest.fail(f"{each.id} may {verb}")
            except TutelaError:
                continue
        else:
            with pytest.raises(Forbidden):
                call(home.house.notices, each)
