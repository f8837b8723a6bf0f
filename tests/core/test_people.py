"""What people, sessions and tries are, without anything stored."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from make import AT
from tutela.core.ids import PersonId, SessionId
from tutela.core.lockout import FREE_TRIES, LONGEST_WAIT, LaneKind, Tries, after_try
from tutela.core.people import (
    Person,
    checked_login,
    checked_name,
    checked_password,
    checked_roles,
    normal_code,
)
from tutela.core.permissions import (
    AT_MACHINE,
    NEEDS_SECOND_FACTOR,
    PEOPLE_ONLY,
    ROLE_SCOPES,
    SCOPES,
    SEES_EVIDENCE,
    Principal,
    StaffRole,
    at_machine,
    demand,
    scopes_of,
)
from tutela.core.sessions import (
    ABSOLUTE,
    IDLE,
    PROVEN_FOR,
    EndBecause,
    Hold,
    Session,
    demand_proof,
    demand_session,
    hold_of,
    principal_of,
)
from tutela.core.visitors import UNKNOWN_NETWORK, Visitor, network_of, place_of, visitor_of
from tutela.errors import BadInput, Forbidden, MustProve

HERE = Visitor("192.0.2.0/24", "browser")
REVIEWER = Person(
    PersonId("per_1"), "ada", "Ada", frozenset({StaffRole.REVIEWER}), AT, has_password=True, has_totp=True
)
ADMINISTRATOR = frozenset({StaffRole.ADMINISTRATOR})
SESSION = Session(SessionId("ses_1"), REVIEWER.id, AT, AT, AT, is_strong=True, visitor=HERE)


@pytest.mark.parametrize(
    ("session", "person", "visitor", "minutes", "hold"),
    [
        ({}, {}, {}, 0, Hold.FULL),
        ({}, {}, {}, 29, Hold.FULL),
        ({}, {}, {}, 30, Hold.ENDED),
        ({"seen_at": AT + timedelta(hours=9, minutes=50)}, {}, {}, 599, Hold.FULL),
        ({"seen_at": AT + timedelta(hours=9, minutes=50)}, {}, {}, 600, Hold.ENDED),
        ({"ended_at": AT, "ended_because": EndBecause.REVOKED}, {}, {}, 0, Hold.ENDED),
        ({}, {"ended_at": AT}, {}, 0, Hold.ENDED),
        ({}, {}, {"browser": "other"}, 0, Hold.STOLEN),
        ({}, {}, {"network": "other"}, 0, Hold.MUST_PROVE),
        ({"is_strong": False}, {}, {}, 0, Hold.MUST_PROVE),
        ({"is_strong": False}, {"has_totp": False}, {}, 0, Hold.MUST_ENROL),
        ({"is_strong": False}, {"has_totp": False, "passkeys": 1}, {}, 0, Hold.MUST_PROVE),
        ({"is_strong": False}, {"has_totp": False, "roles": frozenset({StaffRole.AUDITOR})}, {}, 0, Hold.FULL),
        ({"is_strong": False}, {"roles": frozenset({StaffRole.AUDITOR})}, {}, 0, Hold.MUST_PROVE),
        ({"is_strong": False}, {"has_totp": False, "roles": ADMINISTRATOR}, {}, 0, Hold.MUST_ENROL),
    ],
)  # fmt: skip
def test_a_session_is_good_for_what_is_true_now(
    session: dict[str, Any], person: dict[str, Any], visitor: dict[str, Any], minutes: int, hold: Hold
) -> None:
    """Its age, its idle time, its person, its browser, its network and its proof; nothing is kept from before."""
    now = AT + timedelta(minutes=minutes)

    found = hold_of(replace(SESSION, **session), replace(REVIEWER, **person), replace(HERE, **visitor), now)

    assert found is hold


@pytest.mark.parametrize("hold", list(Hold))
def test_only_a_full_session_may_do_anything(hold: Hold) -> None:
    """Whoever has something to do first has no scope at all, and no proof where nothing was proved."""
    principal = principal_of(SESSION, REVIEWER, hold)

    assert principal.scopes == (scopes_of(REVIEWER.roles) if hold is Hold.FULL else frozenset())
    assert (principal.proven_at is not None) == (hold in {Hold.FULL, Hold.MUST_ENROL})
    assert principal.id == principal.person_id == REVIEWER.id


def test_a_proof_is_fresh_for_minutes_and_a_key_never_is() -> None:
    """Evidence, roles and ways in are for somebody who is there."""
    principal = principal_of(SESSION, REVIEWER, Hold.FULL)
    demand_proof(principal, AT + PROVEN_FOR.delta - timedelta(seconds=1))
    demand_proof(at_machine("root"), AT)
    for who, now in ((principal, AT + PROVEN_FOR.delta), (Principal("key_1", frozenset(SCOPES)), AT)):
        with pytest.raises(MustProve):
            demand_proof(who, now)


def test_what_is_ones_own_is_kept_by_a_person_in_a_session() -> None:
    """Neither a key, nor a personal token, nor the command line."""
    everything = frozenset(SCOPES)
    for principal in (Principal("key_1", everything), Principal("per_1", everything, REVIEWER.id), at_machine("x")):
        with pytest.raises(Forbidden):
            demand_session(principal)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_is_demanded_and_nothing_else_will_do(scope: str) -> None:
    """Every scope but this one is not enough; for people's scopes even this one is not, for a key."""
    everything_else = frozenset(SCOPES) - {scope}
    for principal in (Principal("key_1", everything_else), Principal("per_1", everything_else, REVIEWER.id)):
        with pytest.raises(Forbidden, match=scope):
            demand(principal, scope)
    demand(Principal("per_1", frozenset({scope}), REVIEWER.id), scope)

    assert Principal("key_1", frozenset({scope})).may(scope) == (scope not in PEOPLE_ONLY)
    assert at_machine("root").may(scope) == (scope in AT_MACHINE)


def test_every_role_and_scope_is_in_the_table() -> None:
    """Nobody has a scope that does not exist; each scope of people is somebody's; evidence is for those who review."""
    assert set(ROLE_SCOPES) == set(StaffRole)
    assert scopes_of(StaffRole) <= SCOPES.keys()
    assert scopes_of(StaffRole) >= PEOPLE_ONLY
    assert SEES_EVIDENCE.isdisjoint({StaffRole.ADMINISTRATOR, StaffRole.AUDITOR, StaffRole.POLICY_ANALYST})
    assert {role for role in StaffRole if "people" in ROLE_SCOPES[role]} == {StaffRole.ADMINISTRATOR}
    assert {role for role in StaffRole if ROLE_SCOPES[role] & PEOPLE_ONLY} <= NEEDS_SECOND_FACTOR


def test_waits_double_from_a_second_to_a_quarter_of_an_hour_and_are_forgotten_in_a_day() -> None:
    """The first five tries are free; after a day without one the lane is as new."""
    tries, waits = Tries(), []
    for _ in range(20):
        now = tries.free_at or AT
        tries = after_try(LaneKind.PLACE, tries, now)
        waits.append(tries.wait(now).total_seconds())

    assert waits[:7] == [0, 0, 0, 0, 1, 2, 4]
    assert waits[-1] == LONGEST_WAIT.seconds
    assert after_try(LaneKind.PLACE, tries, AT + timedelta(days=3)).count == 1


@given(st.sampled_from(LaneKind), st.lists(st.floats(0, 100_000), max_size=60))
def test_nobody_is_ever_locked_out(kind: LaneKind, pauses: list[float]) -> None:
    """Whatever was tried and when, the next try is looked at within a quarter of an hour, and the free ones at once."""
    tries, now = Tries(), AT
    for number, pause in enumerate(pauses):
        now = max(now + timedelta(seconds=pause), tries.free_at or now)
        tries = after_try(kind, tries, now)
        assert timedelta() <= tries.wait(now) <= LONGEST_WAIT.delta
        assert number + 1 >= FREE_TRIES[kind] or tries.wait(now) == timedelta()


@given(st.integers(6, 60))
def test_guessing_without_end_gets_few_tries(hours: int) -> None:
    """From one network at one login: fewer than five an hour, once it has begun to wait."""
    tries, now, count = Tries(), AT, 0
    while now < AT + timedelta(hours=hours):
        tries = after_try(LaneKind.PLACE, tries, now)
        now, count = max(tries.free_at or now, now), count + 1

    assert count <= 20 + 5 * hours


@pytest.mark.parametrize(
    ("peer", "forwarded", "hops", "network"),
    [
        ("192.0.2.7", [], 0, "192.0.2.0/24"),
        ("192.0.2.7", ["203.0.113.9"], 0, "192.0.2.0/24"),
        ("127.0.0.1", ["203.0.113.9"], 1, "203.0.113.0/24"),
        ("127.0.0.1", ["10.9.9.9", "203.0.113.9"], 1, "203.0.113.0/24"),
        ("127.0.0.1", ["203.0.113.9", "10.0.0.1"], 2, "203.0.113.0/24"),
        ("127.0.0.1", [], 1, UNKNOWN_NETWORK),
        ("::1", [], 0, "::/56"),
        ("2001:db8:1:2345::7", [], 0, "2001:db8:1:2300::/56"),
        ("::ffff:192.0.2.7", [], 0, "192.0.2.0/24"),
        ("127.0.0.1", ["<script>"], 1, UNKNOWN_NETWORK),
    ],
)
def test_a_network_is_what_our_own_proxies_say_and_never_what_a_browser_says(
    peer: str, forwarded: list[str], hops: int, network: str
) -> None:
    """Counted from our side: what stands further left was sent by whoever likes to."""
    assert visitor_of(peer, "agent", forwarded, hops).network == network


@pytest.mark.parametrize(
    ("peer", "forwarded", "hops", "place"),
    [
        ("192.0.2.7", (), 0, "192.0.2.7"),
        ("127.0.0.1", ("198.51.100.9, 203.0.113.5",), 1, "203.0.113.5"),
        ("127.0.0.1", (), 1, UNKNOWN_NETWORK),
        ("2001:db8:1:2ff:3::4", (), 0, "2001:db8:1:200::/56"),
        ("::ffff:192.0.2.7", (), 0, "192.0.2.0/24"),
        ("no address", (), 0, UNKNOWN_NETWORK),
    ],
)
def test_somebody_without_an_account_is_counted_by_their_address(
    peer: str, forwarded: tuple[str, ...], hops: int, place: str
) -> None:
    """Or by what one household is given, where addresses change by themselves; hearsay counts for nothing."""
    assert place_of(peer, forwarded, hops) == place


@given(st.text(max_size=60))
def test_no_address_breaks_the_door(address: str) -> None:
    """Whatever stands in a header, it is a network or none."""
    assert network_of(address)


@pytest.mark.parametrize("login", ["", "a", "-ada", "ada lovelace", "ada@x", "ä" * 4, "a" * 64, "ada\n.", "../ada"])
def test_a_login_is_plain(login: str) -> None:
    """It stands in addresses and lists, and two of them never look the same."""
    with pytest.raises(BadInput):
        checked_login(login)


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("short", False), ("elevenchars", False), ("twelve chars", True), ("aaaaaaaaaaaaaaaa", False),
        ("abababababababab", False), ("ada-ada-ada-2026", False), ("canada has many lakes", True), ("x" * 257, False),
        ("four mild green hills", True),
    ],
)  # fmt: skip
def test_a_password_is_long_and_not_plain(password: str, is_fine: bool) -> None:  # noqa: FBT001 - a column of the table
    """Length counts; rules of composition do not; and it is never repeated in the message."""
    if is_fine:
        assert checked_password(password, "ada") == password
        return
    with pytest.raises(BadInput) as refused:
        checked_password(password, "ada")
    assert password not in str(refused.value)


def test_names_roles_and_codes_are_read_as_people_write_them() -> None:
    """Blanks and dashes in a code are for the eye; a name holds what can be seen; a role exists."""
    assert normal_code(" 123 456-ABC ") == "123456abc"
    assert checked_login(" Ada ") == "ada"
    assert checked_name("  Ada Lovelace ") == "Ada Lovelace"
    assert checked_roles(["auditor"]) == {StaffRole.AUDITOR}
    for names in ([], ["king"], ["auditor", ""]):
        with pytest.raises(BadInput):
            checked_roles(names)
    for name in ("", " ", "x" * 81, "a\nb", "a\u202eb"):
        with pytest.raises(BadInput):
            checked_name(name)


def test_a_session_ends_by_itself_at_the_earlier_of_both() -> None:
    """Idle time first, then the working day."""
    assert SESSION.ends_at() == AT + IDLE.delta
    assert replace(SESSION, seen_at=AT + timedelta(hours=9, minutes=45)).ends_at() == AT + ABSOLUTE.delta
