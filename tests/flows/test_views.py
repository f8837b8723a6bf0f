"""Views in the flows: who may, what the audit holds of each, and that both are compared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from evidence import open_case
from login import Member, join
from make import Home
from tutela.core.ids import CaseId, MediaId
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, Principal, StaffRole, at_machine
from tutela.core.view_log import Span
from tutela.core.views import MediaState, Purpose, ViewReason
from tutela.errors import Forbidden, GrantUsed, MediaKeyDestroyed, MediaMissing, TutelaError, UnknownView
from tutela.flows.evidence import Evidence
from tutela.flows.open_view import PartAsked
from tutela.ports.views import ViewFilter

FILM = b"\0\0\0\x20ftypisom" + bytes(100_000)
WHOLE = PartAsked()


@dataclass
class Looking:
    """A house with a film in a case, and somebody who may look."""

    home: Home
    media: MediaId
    case: CaseId
    me: Member

    @property
    def evidence(self) -> Evidence:
        """Return the verbs."""
        return self.home.house.evidence

    def grant(self, purpose: Purpose = Purpose.FULL_LOOK) -> str:
        """Ask for a look, and return its token."""
        return self.evidence.grant(self.me.principal, self.case, self.media, purpose, ViewReason.QUALITY).token

    def look(self, token: str) -> bytes:
        """Look, and note what was sent as the face does."""
        opened = self.evidence.open(self.me.principal, token, WHOLE)
        content = b"".join(opened.pieces)
        self.evidence.open.sent(opened, Span(0, len(content)))
        return content

    def breaches(self) -> list[str]:
        """Return what the verification finds."""
        return [f"{each.promise} {each.detail}" for each in self.home.house.verify().breaches]

    def run(self, statement: str, **asked: Any) -> None:
        """Change the tables by hand, as somebody would who has come into the database."""
        with self.home.house.engine.begin() as connection:
            connection.execute(text(statement), asked)


@pytest.fixture
def looking(staffed: Home) -> Iterator[Looking]:
    """Return a house on the databases of the test with a film in a case."""
    house = staffed.house
    media = staffed.upload(FILM)
    staffed.submit("film", media)
    yield Looking(
        staffed, media.id, open_case(house, "film", "alice"), join(house, "looker", StaffRole.SENIOR_REVIEWER)
    )
    house.renderer.close()


VERBS: dict[str, tuple[str, Callable[[Evidence, Principal], Any]]] = {
    "GrantView.__call__": (
        "evidence",
        lambda e, p: e.grant(p, CaseId("cas_none"), MediaId("med_none"), Purpose.LOOK, ViewReason.QUALITY),
    ),
    "GrantView.media_of": ("cases", lambda e, p: e.grant.media_of(p, CaseId("cas_none"))),
    "OpenView.__call__": ("evidence", lambda e, p: e.open(p, "none", WHOLE)),
    "OpenView.look_ahead": ("evidence", lambda e, p: e.open.look_ahead(p, "none", WHOLE)),
    "KeepViews.page": ("audit", lambda e, p: e.keep.page(p, ViewFilter(limit=1))),
    "KeepViews.seen": ("audit", lambda e, p: e.keep.seen(p, MediaId("med_none"))),
    "KeepViews.give_back": ("evidence", lambda e, p: e.keep.give_back(p, "none")),
    "KeepViews.revoke": ("people", lambda e, p: e.keep.revoke(p, "vew_none")),
    "ReadMetadata.__call__": ("metadata", lambda e, p: e.metadata(p, MediaId("med_none"), ViewReason.REPORT)),
}


def is_let_in(call: Callable[[Evidence, Principal], Any], evidence: Evidence, principal: Principal) -> bool:
    """Return whether a call got past the question who asks."""
    try:
        call(evidence, principal)
    except Forbidden:
        return False
    except TutelaError:
        return True
    return True


def test_every_verb_of_views_as_every_role_as_a_key_and_as_nobody(looking: Looking) -> None:
    """Roles by the table of roles; services never, whatever scopes they have; the command line sees no evidence."""
    everything = frozenset(SCOPES)
    people = {role: join(looking.home.house, f"{role.value.replace('_', '-')}-1", role) for role in StaffRole}
    for verb, (scope, call) in VERBS.items():
        for role, member in people.items():
            assert is_let_in(call, looking.evidence, member.principal) == (scope in ROLE_SCOPES[role]), (verb, role)
        assert not is_let_in(call, looking.evidence, Principal("", frozenset())), verb
        assert is_let_in(call, looking.evidence, Principal("key_1", everything)) == (scope == "cases"), verb
        assert is_let_in(call, looking.evidence, at_machine("x")) == (scope not in {"evidence", "metadata"}), verb
    assert {"evidence", "metadata"} <= PEOPLE_ONLY


@pytest.mark.both_databases
def test_the_audit_holds_each_step_of_a_look_and_ids_only(looking: Looking) -> None:
    """Granted, opened, sent, refused after use: the whole story, and nothing of the content."""
    token = looking.grant()
    assert looking.look(token) == FILM
    looking.home.clock.advance(minutes=11)
    with pytest.raises(GrantUsed):
        looking.evidence.open(looking.me.principal, token, WHOLE)
    with looking.home.house.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT e.kind, p.body FROM audit_entries e "
                "JOIN audit_payloads p ON p.chain = e.chain AND p.seq = e.seq "
                "WHERE e.kind LIKE 'staff:view:%' ORDER BY e.seq"
            )
        ).all()
    assert [row.kind for row in rows] == [f"staff:view:{each}" for each in ("granted", "opened", "sent", "refused")]
    said = b"".join(bytes(row.body) for row in rows).decode()
    with looking.home.house.store.read() as reader:
        digests = reader.media_by_id([looking.media])[looking.media].digests
    assert token not in said
    assert not any(value in said for _, value in digests.known())
    assert looking.breaches() == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE views SET person_id = 'per_other'", "P9 a view is not as it was granted"),
        ("UPDATE views SET purpose = 'look'", "P9 a view is not as it was granted"),
        ("UPDATE views SET opened_us = NULL", "P9 a view was not opened as its row says"),
        ("UPDATE views SET size_bytes = 10", "P9 a view was not opened as its row says"),
        ("UPDATE views SET revoked_us = 5", "P9 a view was not taken back as its row says"),
        ("DELETE FROM view_spans", "P9 what was sent of a view is not what its row says"),
        ("UPDATE view_spans SET end_byte = 999999", "P9 what was sent of a view is not what its row says"),
        ("UPDATE view_spans SET end_byte = 0", "P9 what was sent of a view is not what its row says"),
        (
            "INSERT INTO view_spans SELECT id, 500000, 600000 FROM views",
            "P9 what was sent of a view is not what its row says",
        ),
        ("DELETE FROM view_spans; DELETE FROM views", "P9 a view that was granted is gone"),
    ],
)
def test_a_view_that_is_changed_by_hand_shows(looking: Looking, statement: str, told: str) -> None:
    """In both directions: who looked cannot be hidden, and nobody can be said to have seen what they did not."""
    looking.look(looking.grant())
    assert looking.breaches() == []
    for each in statement.split("; "):
        looking.run(each)
    assert told in looking.breaches()


@pytest.mark.both_databases
def test_a_view_that_nobody_granted_shows(looking: Looking) -> None:
    """A row put in beside the audit."""
    looking.look(looking.grant())
    looking.run(
        "INSERT INTO views (id, person_id, session_id, media_id, purpose, reason, granted_us, expires_us) "
        "SELECT 'vew_zz', 'per_x', 'ses_x', media_id, 'full_look', 'decide', 1, 2 FROM views"
    )
    assert looking.breaches() == ["P9 a view is not as it was granted"]


def test_a_look_that_is_taken_back_by_an_administrator_is_over(looking: Looking) -> None:
    """Once; of one that is not there it is said so."""
    token = looking.grant()
    [view] = looking.evidence.keep.page(at_machine("x"), ViewFilter(media_id=looking.media))
    assert [looking.evidence.keep.revoke(at_machine("x"), view.grant.id) for _ in range(2)] == [True, False]
    with pytest.raises(Forbidden, match="taken back"):
        looking.evidence.open(looking.me.principal, token, WHOLE)
    with pytest.raises(UnknownView):
        looking.evidence.keep.revoke(at_machine("x"), "vew_none")
    assert looking.breaches() == []


def test_a_key_that_was_destroyed_is_a_state_of_its_own(looking: Looking) -> None:
    """Nothing is granted any more; the case says why; and the state is kept when asked twice."""
    token = looking.grant()
    house = looking.home.house
    with house.store.read() as reader:
        media = reader.media_by_id([looking.media])[looking.media]
    house.keys.destroy_period(house.vault.manifest(media.content_id or "").period)
    for _ in range(2):
        with pytest.raises(MediaKeyDestroyed):
            looking.evidence.open(looking.me.principal, token, WHOLE)
    with pytest.raises(MediaKeyDestroyed):
        looking.grant()
    [found] = looking.evidence.grant.media_of(looking.me.principal, looking.case)
    assert found.fault is MediaState.KEY_DESTROYED
    assert looking.evidence.faults() == {MediaState.KEY_DESTROYED: 1}


@pytest.mark.both_databases
def test_media_that_comes_back_is_whole_again(looking: Looking) -> None:
    """After a restore of the vault: the fault ends by being looked at, and both are in the audit."""
    house = looking.home.house
    with house.store.read() as reader:
        content_id = reader.media_by_id([looking.media])[looking.media].content_id or ""
    [manifest] = [path for path in (house.settings.var / "vault").rglob(f"{content_id}*") if path.stat().st_size < 5000]
    aside = manifest.rename(manifest.with_name("aside"))
    with pytest.raises(MediaMissing):
        looking.grant()
    assert looking.evidence.faults() == {MediaState.MISSING: 1}
    aside.rename(manifest)
    assert looking.look(looking.grant()) == FILM
    assert looking.evidence.faults() == {}
