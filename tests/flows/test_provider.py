"""Sign-in by the identity provider of the house, against its twin."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from login import HOME, MACHINE, PASSWORD, quick_passwords
from make import Home
from tutela.adapters.login.provider import Client, OidcProvider
from tutela.adapters.twins.provider import CLIENT_ID, CLIENT_SECRET, ISSUER, ProviderTwin
from tutela.bootstrap.staffing import open_staff
from tutela.core.sessions import Hold
from tutela.errors import BadInput, Conflict, Unavailable, WrongProof
from tutela.flows.open_session import Arrival, SignedIn
from tutela.flows.second_step import HalfWay
from tutela.flows.staff import Staff

BACK = "https://tutela.example/console/provider/back"
HERE = Arrival(HOME)


@pytest.fixture
def twin(home: Home) -> ProviderTwin:
    """Return the provider."""
    return ProviderTwin(home.clock)


@pytest.fixture
def staff(home: Home, twin: ProviderTwin) -> Iterator[Staff]:
    """Return the verbs of people in a house that has this provider."""
    client = Client(ISSUER, CLIENT_ID, CLIENT_SECRET)
    provider = OidcProvider("the provider of the house", client, home.clock, twin.transport)
    yield open_staff(home.house, quick_passwords(), provider)
    provider.close()


def journey(staff: Staff, twin: ProviderTwin, subject: str, invitation: str = "") -> Any:
    """Go to the provider, agree there, and come back."""
    away = staff.sign_in_provider.begin(BACK, invitation)
    code, state = twin.sign_in(away.address, subject)
    return staff.sign_in_provider.finish(away.ceremony, state, code, HERE)


def test_an_invited_person_comes_in_by_the_provider_and_again(staff: Staff, twin: ProviderTwin) -> None:
    """The invitation binds the identity; the second factor stays ours."""
    invited = staff.invite(MACHINE, "ada", "Ada", ["reviewer"])
    signed = journey(staff, twin, "subject-1", invited.secret)
    assert staff.keep_sessions.check(signed.secret, HOME).hold is Hold.MUST_ENROL
    principal = staff.keep_sessions.check(signed.secret, HOME).principal
    new = staff.enrol_totp.begin(principal)
    code = staff.enrol_totp.second_step.codes.code(new.secret, staff.enrol_totp.second_step.clock.now())
    staff.enrol_totp.finish(principal, new.ceremony, code, HOME)

    assert isinstance(journey(staff, twin, "subject-1"), HalfWay)
    with pytest.raises(WrongProof):
        staff.sign_in("ada", PASSWORD, HERE)
    staff.keep_people.end(MACHINE, invited.person.id)
    with pytest.raises(WrongProof):
        journey(staff, twin, "subject-1")


def test_nobody_comes_in_uninvited_and_an_identity_is_of_one_person(staff: Staff, twin: ProviderTwin) -> None:
    """The provider makes no accounts, and two people never share one identity."""
    with pytest.raises(WrongProof):
        journey(staff, twin, "stranger")
    first, second = (staff.invite(MACHINE, login, login, ["auditor"]) for login in ("ada", "bob"))
    assert isinstance(journey(staff, twin, "subject-1", first.secret), SignedIn)
    with pytest.raises(Conflict):
        journey(staff, twin, "subject-1", second.secret)
    with pytest.raises(WrongProof):
        journey(staff, twin, "subject-2", first.secret)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another client"}, {"iss": "https://evil.example"}, {"nonce": "of another journey"}, {"sub": None},
        {"exp": 0}, {"azp": "another client"}, {"aud": None}, {"iat": None},
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_us_now_is_refused(staff: Staff, twin: ProviderTwin, claims: dict[str, Any]) -> None:
    """For another client, by another issuer, of another journey, of nobody, or too old."""
    invited = staff.invite(MACHINE, "ada", "Ada", ["auditor"])
    twin.claims = claims
    with pytest.raises(WrongProof):
        journey(staff, twin, "subject-1", invited.secret)


def test_a_journey_is_of_one_browser_one_state_and_ten_minutes(staff: Staff, twin: ProviderTwin, home: Home) -> None:
    """Whoever sends somebody the address of their own journey's end signs nobody in."""
    flow = staff.sign_in_provider
    away = flow.begin(BACK)
    code, state = twin.sign_in(away.address, "subject-1")
    for ceremony, said in (("", state), ("x", state)):
        with pytest.raises(WrongProof):
            flow.finish(ceremony, said, code, HERE)
    with pytest.raises(WrongProof):
        flow.finish(away.ceremony, "another", code, HERE)
    with pytest.raises(WrongProof):  # over by having been tried
        flow.finish(away.ceremony, state, code, HERE)
    late = flow.begin(BACK)
    code, state = twin.sign_in(late.address, "subject-1")
    home.clock.set(home.clock.now() + timedelta(minutes=10))
    with pytest.raises(WrongProof):
        flow.finish(late.ceremony, state, code, HERE)


def test_new_keys_of_the_provider_are_asked_for_and_a_silent_one_is_told(staff: Staff, twin: ProviderTwin) -> None:
    """A key that nobody knows may be newer than ours; who does not answer vouches for nobody."""
    first, second = (staff.invite(MACHINE, login, login, ["auditor"]) for login in ("ada", "bob"))
    journey(staff, twin, "subject-1", first.secret)
    twin.rotate()
    assert isinstance(journey(staff, twin, "subject-2", second.secret), SignedIn)
    away = staff.sign_in_provider.begin(BACK)
    code, state = twin.sign_in(away.address, "subject-1")
    twin.is_down = True
    with pytest.raises(Unavailable):
        staff.sign_in_provider.finish(away.ceremony, state, code, HERE)


def test_without_a_provider_there_is_no_such_way_in(home: Home) -> None:
    """Nothing goes out unless it is set up."""
    with pytest.raises(BadInput):
        home.house.staff.sign_in_provider.begin(BACK)
