"""The page of the channel to an authority: set up, tested, switched on and off; no secret is ever shown."""

from collections.abc import Iterator
from typing import Any

import pytest

from console.conftest import serving_pages
from console_browser import Browser, Reader
from tutela.core.permissions import StaffRole
from tutela.sandbox.ncmec.server import Sandbox, listening

PAGE = "/console/settings/channels/ncmec"
SECRET = "a-password-of-nobody"  # noqa: S105  # of a stand-in
FORM = {
    "environment": "test", "schema_url": "https://authority.alt/ispws/xsd", "people": "2",
    "least_complete_percent": "60", "reporter.person.first_name": "Ann", "reporter.person.last_name": "Officer",
    "reporter.person.emails": "safety@meadow.alt\r\nsecond@meadow.alt", "reporter.contact.phones": "5550100",
    "reporter.template": "How to serve process.", "reporter.legal_url": "https://meadow.alt/law",
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Start the stand-in of the authority."""
    with listening(Sandbox()) as listens:
        listens.account = type(listens.account)("sandbox", SECRET)
        yield listens


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module: it has a channel of its own."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture
def officer(browser: Browser, member: Any) -> Browser:
    """Return the browser of a child-safety officer."""
    return browser.as_member(member(StaffRole.CHILD_SAFETY_OFFICER))


def shown(text: str) -> dict[str, str | None]:
    """Return what the form holds."""
    inputs = [each for each in Reader(text).all("input") if each.get("type") not in {"radio", "hidden", "checkbox"}]
    return {str(each["name"]): each.get("value") for each in inputs if "name" in each}


def test_a_channel_is_set_up_tested_and_switched_on_and_off(officer: Browser, sandbox: Sandbox) -> None:
    """What keeps it off is told; the address from which we are seen is told; the password is told to nobody."""
    assert "It was never switched on." in officer.get(PAGE).text
    assert "not set up" in officer.get("/console/reports").text
    kept = officer.post(PAGE, {**FORM, "base_url": sandbox.url, "username": "sandbox", "password": SECRET})
    assert kept.headers["location"] == f"{PAGE}?done=set"
    text = officer.get(PAGE).text
    assert "Name and password are kept, sealed, and shown to nobody." in text
    assert SECRET not in text
    assert shown(text)["password"] is None
    assert shown(text)["username"] == ""
    assert "safety@meadow.alt\nsecond@meadow.alt" in text
    assert "What keeps it off" in text
    assert "Switch it on" not in text
    assert officer.post(f"{PAGE}/check").status_code == 303
    text = officer.get(f"{PAGE}?done=checked").text
    assert "The authority knows us." in text
    assert "<dt>Seen from</dt><dd><code>127.0.0.1</code>" in text
    assert officer.post(f"{PAGE}/enable").headers["location"] == f"{PAGE}?done=enabled"
    assert 'class="mark">on' in officer.get(PAGE).text
    assert officer.post(f"{PAGE}/disable").status_code == 303
    assert "Somebody switched it off." in officer.get(PAGE).text
    assert "Authorities" in officer.get("/console/settings").text


def test_the_schema_is_fetched_or_taken_from_a_file(officer: Browser, sandbox: Sandbox) -> None:
    """What is none is refused; without a file nothing is fetched in its place."""
    assert officer.post(f"{PAGE}/schema").status_code == 303
    text = officer.get(PAGE).text
    assert "from the authority" in text
    assert "It knows the same elements" in text or "It says something else" in text
    assert officer.post(f"{PAGE}/schema/seen").status_code == 303
    token = officer.house.staff.secrets.csrf_token(officer.cookies["tutela_session"])
    for content, told in ((b"<nonsense/>", "schema"), (b"", "no file was chosen")):
        parts = [
            b'--edge\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + token.encode(),
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.xsd"\r\n\r\n' + content,
        ]
        body = b"\r\n".join(parts) + b"\r\n--edge--\r\n"
        refused = officer.post_raw(f"{PAGE}/schema", body, "multipart/form-data; boundary=edge")
        assert (refused.status_code, told in refused.text) == (422, True)


def test_what_is_wrong_is_told_at_its_place_and_nothing_but_the_password_is_lost(
    officer: Browser, sandbox: Sandbox
) -> None:
    """An address that is none, a name alone, a reporter whom nobody can write to, a rule that is none."""
    wrong = (
        ({"base_url": "ftp://meadow.alt/x"}, "base_url"),
        ({"base_url": sandbox.url, "username": "sandbox"}, "username"),
        ({"base_url": sandbox.url, "least_complete_percent": "all"}, "least_complete_percent"),
        ({"base_url": sandbox.url, "people": "7"}, "people"),
        ({"base_url": sandbox.url, "schema_url": "http://meadow.alt/xsd"}, "schema_url"),
        ({"base_url": sandbox.url, "reporter.person.emails": "no address"}, ""),
    )
    for form, field in wrong:
        refused = officer.post(PAGE, {**FORM, **form, "password": ""})
        assert refused.status_code == 422, form
        assert 'role="alert"' in refused.text
        marked = [each["name"] for each in Reader(refused.text).all("input", "select") if "aria-invalid" in each]
        assert not field or field in marked, (form, marked)
        assert "How to serve process." in refused.text
        for said in form.values():
            assert said in refused.text
    assert officer.get("/console/settings/channels/nobody").status_code == 422


def test_another_environment_takes_another_address(officer: Browser, sandbox: Sandbox) -> None:
    """The one that stood there is not taken over, and production is not switched on by it."""
    kept = officer.post(PAGE, {**FORM, "environment": "production", "base_url": sandbox.url})
    assert kept.status_code == 303
    text = officer.get(PAGE).text
    assert "The address is of the environment test" in text
    assert officer.post(f"{PAGE}/enable").status_code == 422


def test_who_draws_reports_up_reads_it_and_others_do_not(browser: Browser, member: Any) -> None:
    """A senior reviewer sees how it stands; a reviewer sees none of it."""
    browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    text = browser.get(PAGE).text
    assert "A child-safety officer sets the channel up." in text
    assert "<form" not in text.partition("<main")[2]
    assert browser.post(PAGE, FORM).status_code == 403
    assert browser.as_member(member(StaffRole.REVIEWER)).get(PAGE).status_code == 403
