"""Who gets in, who has to wait, and who never has to wait for somebody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from login import CAFE, HOME, MACHINE, OTHER_BROWSER, PASSWORD, SITE, Member, SoftPasskey, join
from make import Home
from tutela.core.lockout import FREE_TRIES, LaneKind
from tutela.core.people import RECOVERY_CODES
from tutela.core.permissions import StaffRole, scopes_of
from tutela.core.sessions import Hold
from tutela.errors import (
    BadInput,
    Conflict,
    Forbidden,
    MustProve,
    Refused,
    TooManyTries,
    Unauthenticated,
    UnknownPerson,
    UnknownSession,
    WrongProof,
)
from tutela.flows.open_session import Arrival, SignedIn
from tutela.flows.second_step import HalfWay
from tutela.flows.staff import Staff

FREE = FREE_TRIES[LaneKind.PLACE]
STRANGER = Arrival(CAFE)
NEIGHBOUR = Arrival(HOME)


@pytest.fixture
def staff(staffed: Home) -> Iterator[Staff]:
    """Return the verbs of people."""
    return staffed.house.staff


@pytest.fixture
def ada(staffed: Home) -> Member:
    """Return a reviewer with a password, a passkey and an app."""
    member = join(staffed.house, "ada", StaffRole.REVIEWER)
    member.enrol_totp()
    staffed.clock.advance(minutes=1)
    return member


def guess(staff: Staff, arrival: Arrival, count: int, login: str = "ada") -> int:
    """Guess so often, and return how many guesses were looked at."""
    looked = 0
    for _ in range(count):
        try:
            staff.sign_in(login, "not the right password", arrival)
        except TooManyTries:
            continue
        except WrongProof:
            looked += 1
    return looked


def test_an_invited_person_comes_in_and_must_enrol_before_anything_else(staffed: Home) -> None:
    """With a password alone a reviewer may do nothing; with a passkey or codes, what the role says."""
    member = join(staffed.house, "ada", StaffRole.REVIEWER, is_enrolled=False)
    held = staffed.house.staff.keep_sessions.check(member.signed.secret, HOME)
    assert (held.hold, held.principal.scopes) == (Hold.MUST_ENROL, frozenset())

    member.enrol_totp()

    assert member.principal.scopes == scopes_of({StaffRole.REVIEWER})


def test_an_auditor_needs_no_second_factor(staffed: Home) -> None:
    """Nothing sealed is opened by the role, and it is used rarely."""
    member = join(staffed.house, "eve", StaffRole.AUDITOR, is_enrolled=False)

    assert member.principal.scopes == scopes_of({StaffRole.AUDITOR})
    assert isinstance(member.sign_in(), SignedIn)


def test_password_and_code_together_sign_in_and_a_code_is_taken_once(staffed: Home, ada: Member) -> None:
    """Half way opens nothing; the same code twice is somebody who looked over a shoulder."""
    staff = staffed.house.staff
    half, other = ada.sign_in(), ada.sign_in()
    assert isinstance(half, HalfWay)
    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(half.secret, HOME)
    code = ada.code()
    signed = staff.sign_in.by_code(half.secret, f" {code[:3]} {code[3:]} ", ada.arrival)
    assert staff.keep_sessions.check(signed.secret, HOME).hold is Hold.FULL

    with pytest.raises(WrongProof):
        staff.sign_in.by_code(other.secret, code, ada.arrival)
    with pytest.raises(WrongProof):
        staff.sign_in.by_code(half.secret, code, ada.arrival)


@pytest.mark.parametrize("code", ["", "000000x", "12345", "\u0661\u0662\u0663\u0664\u0665\u0666", "0" * 500])
def test_what_is_no_code_is_wrong(staffed: Home, ada: Member, code: str) -> None:
    """Also digits that only look like digits."""
    with pytest.raises(WrongProof):
        staffed.house.staff.sign_in.by_code(ada.sign_in().secret, code, ada.arrival)


def test_half_way_is_for_one_browser_and_five_minutes(staffed: Home, ada: Member) -> None:
    """Who takes the cookie elsewhere, or comes back later, begins again."""
    staff, half = staffed.house.staff, ada.sign_in()
    with pytest.raises(WrongProof):
        staff.sign_in.by_code(half.secret, ada.code(), Arrival(OTHER_BROWSER))
    staffed.clock.advance(minutes=5)
    with pytest.raises(WrongProof):
        staff.sign_in.by_code(half.secret, ada.code(), ada.arrival)


def test_nobody_learns_whether_a_login_exists(staffed: Home, ada: Member) -> None:
    """The same words for a wrong login, a wrong password, and somebody who has left."""
    staff = staffed.house.staff
    bob = join(staffed.house, "bob", StaffRole.AUDITOR, is_enrolled=False)
    staff.keep_people.end(MACHINE, bob.id)
    said = set()
    for login, password in (("ada", "wrong"), ("nobody", "wrong"), ("bob", PASSWORD), ("", ""), ("Ä" * 300, "x" * 900)):
        with pytest.raises(WrongProof) as refused:
            staff.sign_in(login, password, STRANGER)
        said.add(str(refused.value))

    assert len(said) == 1


def test_brute_force_is_slowed_and_the_right_password_waits_with_it(staffed: Home, ada: Member) -> None:
    """From that network: after five tries there is a wait, which doubles; a hundred calls at once bring no more."""
    staff = staffed.house.staff
    assert guess(staff, STRANGER, 100) == FREE
    with pytest.raises(TooManyTries) as slowed:
        staff.sign_in("ada", PASSWORD, STRANGER)
    assert 0 < slowed.value.wait_seconds <= 2
    staffed.clock.advance(seconds=2)
    assert guess(staff, STRANGER, 100) == 1


def test_a_stranger_locks_nobody_out(staffed: Home, ada: Member) -> None:
    """Their own network, a known browser even in the stranger's network, and a passkey anywhere: all get in."""
    staff = staffed.house.staff
    assert guess(staff, STRANGER, 100) == FREE

    assert isinstance(staff.sign_in("ada", PASSWORD, Arrival(HOME)), HalfWay)
    assert isinstance(staff.sign_in("ada", PASSWORD, Arrival(CAFE, ada.device)), HalfWay)
    asked = staff.sign_in_passkey.begin(SITE)
    signed = staff.sign_in_passkey.finish(asked.ceremony, ada.passkey.prove(asked.options), SITE, STRANGER)
    assert signed.person.id == ada.id


def test_one_password_tried_on_everybody_is_slowed_too(staffed: Home, ada: Member) -> None:
    """Few tries at each login, many logins: counted by the network; who is right does not use the count up."""
    staff = staffed.house.staff
    for _ in range(FREE_TRIES[LaneKind.NETWORK] + 10):
        assert isinstance(staff.sign_in("ada", PASSWORD, STRANGER), HalfWay)
    looked = sum(guess(staff, STRANGER, 1, f"person{number}") for number in range(80))

    assert looked == FREE_TRIES[LaneKind.NETWORK]


def test_a_known_browser_has_its_own_count_and_is_of_one_person(staffed: Home, ada: Member) -> None:
    """A stolen mark of a browser is slowed by itself; brought to another login it is worth nothing."""
    staff = staffed.house.staff
    join(staffed.house, "bob", StaffRole.AUDITOR, is_enrolled=False)
    assert guess(staff, Arrival(CAFE, ada.device), 100) == FREE
    assert guess(staff, STRANGER, 3, "bob") == guess(staff, Arrival(CAFE, ada.device), 2, "bob") + 1
    assert guess(staff, Arrival(CAFE, ada.device), 9, "bob") == 0


@pytest.mark.both_databases
def test_codes_are_not_guessed_from_many_networks(staffed: Home, ada: Member) -> None:
    """Whoever has the password finds six digits no quicker from a thousand networks; a known browser still gets in."""
    staff, looked = staffed.house.staff, 0
    for number in range(20):
        there = Arrival(type(CAFE)(f"10.0.{number}.0/24", "a browser"))
        half = staff.sign_in("ada", PASSWORD, there)
        try:
            staff.sign_in.by_code(half.secret, "000000", there)
        except TooManyTries:
            continue
        except WrongProof:
            looked += 1
    assert looked == FREE_TRIES[LaneKind.CODE]

    assert isinstance(staff.sign_in.by_code(ada.sign_in().secret, ada.code(), ada.arrival), SignedIn)


def test_a_passkey_is_of_this_site_this_challenge_and_a_verified_holder(staffed: Home, ada: Member) -> None:
    """What a copy of our page, an old answer, a found key or an unknown one sends proves nothing."""
    staff, real = staffed.house.staff, ada.passkey
    asked = staff.sign_in_passkey.begin(SITE)
    answer = real.prove(asked.options)
    assert staff.sign_in_passkey.finish(asked.ceremony, answer, SITE, STRANGER).session.is_strong
    with pytest.raises(WrongProof):  # the challenge is over
        staff.sign_in_passkey.finish(asked.ceremony, answer, SITE, STRANGER)

    def tried(answer_of: SoftPasskey) -> None:
        again = staff.sign_in_passkey.begin(SITE)
        with pytest.raises(WrongProof):
            staff.sign_in_passkey.finish(again.ceremony, answer_of.prove(again.options), SITE, STRANGER)

    tried(SoftPasskey(id=b"unknown"))
    for change in ({"origin": "https://phishing.example"}, {"domain": "phishing.example"}, {"is_verified": False}):
        for name, value in change.items():
            setattr(real, name, value)
        tried(real)
        real.origin, real.domain, real.is_verified = SITE.origin, SITE.domain, True
    real.count = 0  # a copy of the device goes on from where it was copied
    tried(real)
    for garbage in ("", "{}", "[]", '{"id": 1}', "null", answer[:-40], answer.replace("webauthn", "x")):
        again = staff.sign_in_passkey.begin(SITE)
        with pytest.raises(WrongProof):
            staff.sign_in_passkey.finish(again.ceremony, garbage, SITE, STRANGER)


def test_a_challenge_is_old_after_two_minutes(staffed: Home, ada: Member) -> None:
    """It waits for a finger, not for a day."""
    staff = staffed.house.staff
    asked = staff.sign_in_passkey.begin(SITE)
    staffed.clock.advance(minutes=2)
    with pytest.raises(WrongProof):
        staff.sign_in_passkey.finish(asked.ceremony, ada.passkey.prove(asked.options), SITE, STRANGER)


@pytest.mark.both_databases
def test_a_recovery_code_opens_once(staffed: Home, ada: Member) -> None:
    """Ten are made and each is good once; new ones take the place of all before."""
    staff = staffed.house.staff
    ada.prove()
    old = staff.recover.new_codes(ada.principal)
    codes = staff.recover.new_codes(ada.principal)
    assert len(codes) == len(set(codes)) == RECOVERY_CODES
    signed = staff.recover.by_code(ada.sign_in().secret, codes[0].upper().replace("-", " "), ada.arrival)
    assert staff.keep_sessions.check(signed.secret, HOME).hold is Hold.FULL
    for used in (codes[0], old[1], "", "x" * 400):
        with pytest.raises(WrongProof):
            staff.recover.by_code(ada.sign_in().secret, used, ada.arrival)


@pytest.mark.both_databases
def test_signing_in_gives_a_new_secret_and_ends_what_the_browser_had(staffed: Home, ada: Member) -> None:
    """Session fixation: whatever was planted before is worth nothing afterwards."""
    staff = staffed.house.staff
    planted = join(staffed.house, "eve", StaffRole.AUDITOR, is_enrolled=False).signed.secret
    victim = Arrival(HOME, ada.device, planted)
    half = staff.sign_in("ada", PASSWORD, victim)
    signed = staff.sign_in.by_code(half.secret, ada.code(), victim)

    assert signed.secret != planted
    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(planted, HOME)


def test_a_stolen_session_ends_in_another_browser_and_does_nothing_in_another_network(
    staffed: Home, ada: Member
) -> None:
    """It is bound to both; in the new network its person proves anew, which a thief cannot."""
    staff = staffed.house.staff
    held = staff.keep_sessions.check(ada.signed.secret, CAFE)
    assert (held.hold, held.principal.scopes, held.principal.proven_at) == (Hold.MUST_PROVE, frozenset(), None)
    with pytest.raises(MustProve):
        staff.enrol_totp.begin(held.principal)
    with pytest.raises(WrongProof):
        staff.re_authenticate.by_password(held.principal, PASSWORD, CAFE)
    staff.re_authenticate.by_code(held.principal, ada.code(), CAFE)
    assert staff.keep_sessions.check(ada.signed.secret, CAFE).hold is Hold.FULL

    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(ada.signed.secret, OTHER_BROWSER)
    with pytest.raises(Unauthenticated):  # for everybody: one of the two is a thief
        staff.keep_sessions.check(ada.signed.secret, CAFE)


def test_a_session_ends_by_idleness_and_by_age(staffed: Home, ada: Member) -> None:
    """Half an hour unused, or ten hours however busy."""
    staff = staffed.house.staff
    for _ in range(29):
        staffed.clock.advance(minutes=20)
        ada.principal  # noqa: B018 - asking is what keeps it alive
    staffed.clock.advance(minutes=20)
    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(ada.signed.secret, HOME)
    idle = join(staffed.house, "bob", StaffRole.AUDITOR, is_enrolled=False)
    staffed.clock.advance(minutes=30)
    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(idle.signed.secret, HOME)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(staffed: Home, ada: Member) -> None:
    """Nothing of a session is remembered between two requests; one who leaves is out at once."""
    staff = staffed.house.staff
    assert ada.principal.may("decide")
    staff.keep_people.change_roles(MACHINE, ada.id, ["auditor"])
    assert not ada.principal.may("decide")
    staff.keep_people.end(MACHINE, ada.id)
    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(ada.signed.secret, HOME)


@pytest.mark.both_databases
def test_sessions_are_listed_and_ended_by_their_person_and_by_an_administrator(staffed: Home, ada: Member) -> None:
    """One of one's own, all others of one's own, all of somebody; nobody ends a stranger's by its id."""
    staff = staffed.house.staff
    signed = [staff.sign_in_passkey for _ in range(3)]
    secrets = []
    for flow in signed:
        asked = flow.begin(SITE)
        secrets.append(flow.finish(asked.ceremony, ada.passkey.prove(asked.options), SITE, NEIGHBOUR))
    boss = join(staffed.house, "boss", StaffRole.ADMINISTRATOR)
    for unknown in (secrets[0].session.id, "", "ses_none"):
        with pytest.raises(UnknownSession):
            staff.keep_sessions.revoke(boss.principal, unknown)
    staff.keep_sessions.revoke(ada.principal, secrets[0].session.id)
    with pytest.raises(UnknownSession):
        staff.keep_sessions.revoke(ada.principal, secrets[0].session.id)
    assert staff.keep_sessions.revoke_others(ada.principal) == 2
    assert len(staff.keep_sessions.own(ada.principal)) == 4
    with pytest.raises(Forbidden):
        staff.keep_sessions.revoke_all(ada.principal, boss.id)
    assert len(staff.keep_sessions.of_person(boss.principal, ada.id)) == 4
    assert staff.keep_sessions.revoke_all(boss.principal, ada.id) == 1
    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(ada.signed.secret, HOME)
    with pytest.raises(UnknownPerson):
        staff.keep_sessions.revoke_all(boss.principal, "per_nobody")


@pytest.mark.both_databases
def test_what_changes_a_way_in_takes_a_fresh_proof_and_ends_other_sessions(staffed: Home, ada: Member) -> None:
    """A browser that was left open gives nobody a passkey of their own, a token, or a new password."""
    staff = staffed.house.staff
    half = ada.sign_in()
    second = staff.sign_in.by_code(half.secret, ada.code(), Arrival(HOME, ada.device))
    staffed.clock.advance(minutes=6)
    principal = ada.principal
    for refused in (
        lambda: staff.enrol_passkey.begin(principal, SITE),
        lambda: staff.enrol_totp.begin(principal),
        lambda: staff.enrol_totp.remove(principal),
        lambda: staff.enrol_passkey.remove(principal, ada.passkey.id.hex()),
        lambda: staff.recover.new_codes(principal),
        lambda: staff.keep_tokens.create(principal, "script", ["read"]),
        lambda: staff.change_password(principal, PASSWORD + "!"),
    ):
        with pytest.raises(MustProve):
            refused()
    ada.prove()
    staff.change_password(ada.principal, PASSWORD + "!")

    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(second.secret, HOME)
    with pytest.raises(WrongProof):
        ada.sign_in()


@pytest.mark.both_databases
def test_the_last_second_factor_stays_with_whoever_needs_one(staffed: Home, ada: Member) -> None:
    """One of the two may go; not both."""
    staff = staffed.house.staff
    ada.prove()
    staff.enrol_totp.remove(ada.principal)
    with pytest.raises(Conflict):
        staff.enrol_passkey.remove(ada.principal, ada.passkey.id.hex())
    eve = join(staffed.house, "eve", StaffRole.AUDITOR)
    with pytest.raises(BadInput):
        staff.enrol_passkey.remove(eve.principal, ada.passkey.id.hex())
    staff.enrol_passkey.remove(eve.principal, eve.passkey.id.hex())


def test_an_invitation_opens_once_and_for_three_days(staffed: Home) -> None:
    """Of two who open it, one comes in; afterwards, or too late, it invites nobody."""
    staff = staffed.house.staff
    invited = staff.invite(MACHINE, "ada", "Ada", ["auditor"])
    with pytest.raises(BadInput):
        staff.invite.accept(invited.secret, "short", NEIGHBOUR)
    staff.invite.accept(invited.secret, PASSWORD, NEIGHBOUR)
    late = staff.invite(MACHINE, "bob", "Bob", ["auditor"])
    staffed.clock.advance(hours=72)
    for secret in (invited.secret, late.secret, "", "x" * 200):
        with pytest.raises(WrongProof):
            staff.invite.accept(secret, PASSWORD, NEIGHBOUR)
    with pytest.raises(Conflict):
        staff.invite(MACHINE, "ADA", "Another", ["auditor"])


@pytest.mark.both_databases
def test_whoever_begins_anew_has_nothing_of_before(staffed: Home, ada: Member) -> None:
    """Password, passkeys, codes, recovery codes, sessions, tokens and known browsers: all of it ends."""
    staff = staffed.house.staff
    ada.prove()
    _, token = staff.keep_tokens.create(ada.principal, "script", ["read"])
    codes = staff.recover.new_codes(ada.principal)
    half = ada.sign_in()
    invited = staff.recover.start_over(MACHINE, ada.id)
    with pytest.raises(WrongProof):
        ada.sign_in()
    with pytest.raises(WrongProof):
        staff.recover.by_code(half.secret, codes[0], ada.arrival)
    with pytest.raises(Unauthenticated):
        staff.keep_sessions.check(ada.signed.secret, HOME)
    with pytest.raises(Unauthenticated):
        staffed.house.keep_keys.check(token)
    signed = staff.invite.accept(invited.secret, PASSWORD, ada.arrival)
    assert staff.keep_sessions.check(signed.secret, HOME).hold is Hold.MUST_ENROL
    assert signed.device is not None


def test_nobody_changes_what_they_themselves_may_do_and_one_administrator_stays(staffed: Home) -> None:
    """Not their roles, not their end, not their beginning anew; and the last who gives roles cannot go."""
    staff = staffed.house.staff
    boss = join(staffed.house, "boss", StaffRole.ADMINISTRATOR)
    for refused in (
        lambda: staff.keep_people.change_roles(boss.principal, boss.id, ["administrator", "reviewer"]),
        lambda: staff.keep_people.end(boss.principal, boss.id),
        lambda: staff.recover.start_over(boss.principal, boss.id),
    ):
        with pytest.raises(Refused):
            refused()
    staff.invite(boss.principal, "late", "Never came", ["administrator"])
    for conflicting in (
        lambda: staff.keep_people.end(MACHINE, boss.id),
        lambda: staff.keep_people.change_roles(MACHINE, boss.id, ["auditor"]),
    ):
        with pytest.raises(Conflict):
            conflicting()
    second = join(staffed.house, "second", StaffRole.ADMINISTRATOR)
    staff.keep_people.end(second.principal, boss.id)
    with pytest.raises(UnknownPerson):
        staff.keep_people.change_roles(MACHINE, boss.id, ["auditor"])


@pytest.mark.both_databases
def test_a_token_never_may_more_than_its_person(staffed: Home, ada: Member) -> None:
    """Not when it is made, and not after a role was taken away; it opens nothing sealed, and makes no tokens."""
    staff, keys = staffed.house.staff, staffed.house.keep_keys
    ada.prove()
    for scopes in (["submit"], ["evidence"], ["people"], ["nonsense"]):
        with pytest.raises(Forbidden):
            staff.keep_tokens.create(ada.principal, "script", scopes)
    key, secret = staff.keep_tokens.create(ada.principal, "script", ["read", "decide"])
    principal = keys.principal_of(keys.check(secret))
    assert (principal.id, principal.scopes, principal.session_id) == (ada.id, {"read", "decide"}, None)
    with pytest.raises(Forbidden):
        staff.keep_tokens.own(principal)
    staff.keep_people.change_roles(MACHINE, ada.id, ["auditor"])
    assert keys.principal_of(keys.check(secret)).scopes == {"read"}
    eve = join(staffed.house, "eve", StaffRole.AUDITOR)
    with pytest.raises(UnknownSession):
        staff.keep_tokens.revoke(eve.principal, key.id)
    staff.keep_tokens.revoke(ada.principal, key.id)
    with pytest.raises(Unauthenticated):
        keys.check(secret)


@pytest.mark.both_databases
def test_the_audit_tells_what_was_done_by_ids_and_names_nobody(staffed: Home, ada: Member) -> None:
    """Coming, enrolling, signing in, roles, leaving; never a login, a name, an address or a secret."""
    staff, house = staffed.house.staff, staffed.house
    staff.sign_in.by_code(ada.sign_in().secret, ada.code(), ada.arrival)
    ada.prove()
    staff.recover.new_codes(ada.principal)
    staff.keep_tokens.create(ada.principal, "ada's script", ["read"])
    staff.keep_people.change_roles(MACHINE, ada.id, ["auditor"])
    staff.keep_people.end(MACHINE, ada.id)
    with house.engine.connect() as connection:
        kinds = set(connection.exec_driver_sql("SELECT kind FROM audit_entries").scalars())
        told = b"\n".join(map(bytes, connection.exec_driver_sql("SELECT body FROM audit_payloads").scalars()))

    assert {kind for kind in kinds if kind.startswith(("people", "operator:key"))} == {
        "people:person:invited", "people:person:accepted", "people:session:opened", "people:factor:passkey_enrolled",
        "people:session:proven", "people:factor:totp_enrolled", "people:factor:recovery_codes_made",
        "operator:key:created", "people:person:roles_changed", "people:person:ended",
    }  # fmt: skip
    for word in (b"ada", b"Ada", b"192.0.2", b"browser", b"script"):
        assert word not in told.replace(b"name:", b"")
    assert ada.id.encode() in told or house.clock


@pytest.mark.both_databases
def test_what_is_over_is_forgotten(staffed: Home, ada: Member) -> None:
    """Challenges and tries within minutes and days, sessions and browsers after ninety days; the audit stays."""
    staff = staffed.house.staff
    guess(staff, STRANGER, 3)
    staff.sign_in_passkey.begin(SITE)
    staffed.clock.advance(days=2)
    staff.keep_sessions.forget()
    with staffed.house.engine.connect() as connection:
        for table, left in (("tries", 0), ("ceremonies", 0), ("sessions", 1), ("devices", 1)):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == left  # noqa: S608 - literals
    staffed.clock.advance(days=90)
    assert staff.keep_sessions.forget() == 2
    assert staffed.house.verify().breaches == ()


def test_a_hundred_guesses_at_one_moment_are_no_more_than_one_after_the_other(staffed: Home, ada: Member) -> None:
    """A try is counted before it is looked at, in one transaction; of two who bring one code, one gets in."""
    staff = staffed.house.staff
    with ThreadPoolExecutor(8) as threads:
        looked = sum(threads.map(lambda _: guess(staff, STRANGER, 5), range(8)))
    assert looked == FREE

    half, code = ada.sign_in(), ada.code()

    def bring(_: int) -> bool:
        try:
            return isinstance(staff.sign_in.by_code(half.secret, code, ada.arrival), SignedIn)
        except (WrongProof, TooManyTries):
            return False

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(bring, range(4))) == 1
