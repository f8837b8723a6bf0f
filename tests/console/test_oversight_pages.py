"""The pages of whoever oversees: what everybody sees, the register of bases, and verifying the audit."""

import re
import time
from dataclasses import fields
from datetime import timedelta
from typing import Any

from console_browser import Browser, Reader
from make import submission
from tutela.api.routes import ROUTES
from tutela.cli import COMMANDS
from tutela.config import Settings
from tutela.core.permissions import StaffRole


def test_what_everybody_sees_is_told_as_a_table(browser: Browser, member: Any) -> None:
    """Each persona on each kind of surface; what is no item or country is told on the page."""
    browser.as_member(member(StaffRole.REVIEWER))
    browser.house.submit([submission("seen-<b>post", author="seen-author")], None)
    page = browser.get("/console/see?item=seen-%3Cb%3Epost&country=is")
    assert page.status_code == 200
    assert page.text.count('class="sees-show"') == 6 * len(browser.house.effects.groups)
    assert "from IS" in page.text
    assert "seen-<b>post" not in page.text
    assert 'href="/console/account?id=seen-author"' in page.text
    assert "Nothing acts on it" in page.text
    assert "sees-show" not in browser.get("/console/see").text
    assert browser.get("/console/see?item=never-there").status_code == 404
    assert browser.get("/console/see?item=seen-%3Cb%3Epost&country=zzz").status_code == 422


def test_the_register_of_bases_is_open_to_who_operates_and_who_audits(browser: Browser, member: Any) -> None:
    """And says what follows where there is none."""
    for role in (StaffRole.POLICY_ANALYST, StaffRole.AUDITOR):
        page = browser.as_member(member(role)).get("/console/bases")
        assert (page.status_code, "No basis is on record." in page.text) == (200, True)
    assert browser.as_member(member(StaffRole.REVIEWER)).get("/console/bases").status_code == 403


def test_a_basis_is_previewed_recorded_and_taken_out_by_who_operates(browser: Browser, member: Any) -> None:
    """What it starts is said first; one that is to come and ends before it begins is on record no more."""
    browser.as_member(member(StaffRole.POLICY_ANALYST))
    begins = browser.house.clock.now() + timedelta(days=3)
    told = {
        "region": "is", "channel": "private", "technique": "known_images", "legal_basis": "<b>a law</b>",
        "reference": "an assessment", "from": f"{begins:%Y-%m-%d}", "until": "",
    }  # fmt: skip
    preview = browser.post("/console/bases/preview", told)
    assert "This basis would be recorded" in preview.text
    assert "Nothing starts or stops running:" in preview.text  # the profile names no private channels
    assert "&lt;b&gt;a law&lt;/b&gt;" in preview.text
    assert "No basis is on record." in browser.get("/console/bases").text
    for wrong, place in (({"region": "xx"}, "region"), ({"until": "soon"}, "until"), ({"from": "soon"}, "from")):
        page = browser.post("/console/bases/preview", {**told, **wrong})
        assert page.status_code == 422
        assert re.search(rf'id="{place}"[^>]* aria-invalid="true"', page.text), place
    done = browser.post("/console/bases/record", told)
    assert done.headers["location"] == "/console/bases?done=recorded"
    page = browser.get("/console/bases?done=recorded").text
    assert f"{begins:%Y-%m-%d} 00:00 UTC" in page
    key = page.partition('name="basis" value="')[2].partition('"')[0]
    ending = browser.post("/console/bases/end/preview", {"basis": key, "until": ""})
    assert "This basis would end" in ending.text
    assert browser.post("/console/bases/end", {"basis": "none"}).status_code == 422
    assert browser.as_member(member(StaffRole.AUDITOR)).post("/console/bases/end", {"basis": key}).status_code == 403
    assert "End it early" not in browser.get("/console/bases").text
    browser.as_member(member(StaffRole.POLICY_ANALYST)).post("/console/bases/end", {"basis": key})
    assert "No basis is on record." in browser.get("/console/bases").text


def test_the_audit_is_verified_while_one_waits(browser: Browser, member: Any) -> None:
    """Started by a form, looked at again by a link; what it found stays until another one is started."""
    browser.as_member(member(StaffRole.AUDITOR))
    assert "<button>Verify " in browser.get("/console/audit").text
    assert browser.post("/console/audit", {"contents": "yes"}).headers["location"] == "/console/audit"
    until = time.monotonic() + 60
    while "What came of it" not in (page := browser.get("/console/audit").text) and time.monotonic() < until:
        assert "Look again" in page
        time.sleep(0.05)
    assert 'class="mark">sound' in page
    assert "Verify anew" in page
    assert "poll.js" not in page
    assert Reader(page).all("label")


def test_figures_are_drawn_and_told_as_a_table_as_well(browser: Browser, member: Any) -> None:
    """A bar for each day, and a row; nobody is named."""
    browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    for days in (7, 30, 90):
        page = browser.get(f"/console/metrics?days={days}")
        assert page.status_code == 200
        assert page.text.count('class="whole" x=') == days
        assert page.text.partition("Inflow by day")[2].partition("</table>")[0].count('scope="row"') == days
        assert len(page.content) < 80_000
    assert browser.get("/console/metrics?days=nonsense").status_code == 200
    assert "Agreement" not in browser.as_member(member(StaffRole.POLICY_ANALYST)).get("/console/metrics").text
    assert browser.as_member(member(StaffRole.REVIEWER)).get("/console/metrics").status_code == 403


def test_settings_show_what_is_connected_and_what_came_of_a_test(browser: Browser, member: Any) -> None:
    """Nothing is set up here but one webhook, which leads to a name that nobody has."""
    webhook, _ = browser.house.keep_webhooks.add("<b>forum", "https://nobody.invalid/planted-path", "name:tests")
    browser.as_member(member(StaffRole.ADMINISTRATOR))
    page = browser.get("/console/settings").text
    assert "&lt;b&gt;forum" in page
    assert "nobody.invalid" in page
    assert "planted-path" not in page
    assert "Nobody would be woken: nobody is on call. Telephone them." in page
    assert "tutela rota add" in page
    assert "None is set up" in page
    tested = browser.post("/console/settings/webhooks", {"id": str(webhook.id)}).text
    assert "it did not arrive, no address" in tested
    assert browser.post("/console/settings/webhooks", {"id": "whk_nobody"}).status_code == 404
    assert browser.post("/console/settings/classifiers", {"id": "nobody"}).status_code == 404
    assert "no channel is set up" in browser.get("/console/settings").text.lower()
    assert "Webhooks" not in browser.as_member(member(StaffRole.POLICY_ANALYST)).get("/console/settings").text
    browser.house.keep_webhooks.remove(str(webhook.id), "name:tests")


def test_settings_say_where_everything_is_set_and_show_no_secret(browser: Browser, member: Any) -> None:
    """Every setting by its variable; numbers as they are; of addresses, folders and secrets only whether they are."""
    page = browser.as_member(member(StaffRole.POLICY_ANALYST)).get("/console/settings")
    words = Reader(page.text).words
    for each in fields(Settings):
        assert f"TUTELA_{each.name.upper()} " in words, each.name
    assert "TUTELA_EXPOSURE_SEVERE_PER_DAY 100 as it ships" in words
    assert "TUTELA_WEBHOOKS_ALLOW_PRIVATE no as it ships" in words
    assert "TUTELA_VAR set" in words
    assert str(browser.house.settings.var) not in page.text
    assert set(re.findall(r" (/v1/[a-z-]+)", words)) <= {each.path for each in ROUTES}
    assert set(re.findall(r"\btutela ([a-z]+)", words)) <= COMMANDS.keys()
