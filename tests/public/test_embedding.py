"""Platforms lead people to the desk by a signed link: it brings something along, and keeps nobody out."""

import base64
import hashlib
import hmac
import html
import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from public.conftest import Desk, hidden
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.keys.seal import KeySeal
from tutela.adapters.twins.clock import SetClock
from tutela.flows.desk_forms import LASTS, DeskForms, LinkContext
from tutela.ports.keys import KeyRing

ITEM = "https://photos.example/p/77"
BACK = "https://photos.example/home"


def desk_link(secret: str, link: str, language: str = "", back: str = "", hours: int = 24) -> str:
    """Sign as the how-to says that a platform does."""
    said = {"link": link, "language": language, "back": back, "until": int(time.time()) + hours * 3600}
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    mac = hmac.digest(secret.encode(), body.encode(), hashlib.sha256)
    return f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def test_a_signed_link_brings_along_what_it_is_about_the_language_and_the_way_back(desk: Desk) -> None:
    """Through every page to the notice, and a link back on each."""
    signed = desk_link(desk.house.public_desk.forms.secret_of_links(), ITEM, "de", BACK)
    page = desk.get(f"/desk?c={signed}")
    assert '<html lang="de"' in page.text
    assert ITEM in page.text
    assert f'href="{BACK}"' in page.text
    help_page = desk.get(f"/tell/it-shows-me?c={quote(signed)}")
    assert f'href="{BACK}"' in help_page.text
    page = desk.begin("it_shows_me", c=hidden(help_page)["c"])
    page = desk.go(page, danger="no")
    assert f"{ITEM}</textarea>" in page.text
    while 'value="send"' not in page.text:
        page = desk.go(page, **({"links": ITEM} if 'id="links"' in page.text else {}))
    assert ITEM in page.text
    receipt = desk.go(page, "send")
    assert f'href="{BACK}"' in receipt.text


@pytest.mark.parametrize("wrong", ["", "x", ".", "e30.", "\u00e9.\u00e9", "a" * 20_000])
def test_a_wrong_signature_brings_nothing_along_and_keeps_nobody_out(desk: Desk, wrong: str) -> None:
    """Changed, cut, old, or of another key: an empty form, in the browser's language."""
    secret = desk.house.public_desk.forms.secret_of_links()
    for signed in (wrong, desk_link("another", ITEM, "de", BACK), desk_link(secret, ITEM, "de", BACK, hours=-1)):
        page = desk.get(f"/desk?c={quote(signed)}")
        assert page.status_code == 200
        assert '<html lang="en"' in page.text
        assert ITEM not in page.text
        assert BACK not in page.text
        assert desk.begin("it_shows_me", c=signed).status_code == 200


def test_a_way_back_is_a_page_of_a_site_and_never_a_script(desk: Desk) -> None:
    """Even where the platform signed it."""
    secret = desk.house.public_desk.forms.secret_of_links()
    for back in ("javascript:alert(1)", "http://photos.example", "data:text/html,x", '"><script>'):
        page = desk.get(f"/desk?c={desk_link(secret, '<b>', '', back)}").text
        assert html.escape(back) not in page
        assert back not in page
        assert "&lt;b&gt;" in page


def forms(desk: Desk, clock: SetClock, link_key: int = 1) -> DeskForms:
    """Return forms at a clock that is set by hand."""
    keys: KeyRing = desk.house.keys
    return DeskForms(keys, KeySeal, clock, SystemEntropy(), link_key)


def test_a_form_lasts_a_day_and_a_link_as_long_as_it_says(desk: Desk) -> None:
    """A minute before its end it is read, and behind it not."""
    clock = SetClock()
    made = forms(desk, clock)
    sealed, signed = made.carry({"a": "b"}), made.sign(LinkContext(ITEM), clock.now() + LASTS)
    clock.advance(seconds=int(LASTS.total_seconds()) - 60)
    assert made.carried(sealed) == {"a": "b"}
    assert made.read_link(signed).item_link == ITEM
    clock.advance(seconds=120)
    assert made.carried(sealed) is None
    assert made.read_link(signed) == LinkContext()


def test_raising_the_number_of_the_key_ends_all_links_before(desk: Desk) -> None:
    """And the secret that a platform had."""
    clock = SetClock()
    signed = forms(desk, clock).sign(LinkContext(ITEM), clock.now() + timedelta(hours=1))
    assert forms(desk, clock, 2).read_link(signed) == LinkContext()
    assert forms(desk, clock, 2).secret_of_links() != forms(desk, clock).secret_of_links()


@given(
    said=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    )
)
def test_whatever_a_platform_signs_is_read_or_left(desk: Desk, said: Any) -> None:
    """Of any shape: a mistake of a platform ends in an empty form."""
    made = desk.house.public_desk.forms
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    mac = hmac.digest(made.secret_of_links().encode(), body.encode(), hashlib.sha256)
    signed = f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert isinstance(made.read_link(signed), LinkContext)


@given(sealed=st.text() | st.binary().map(lambda each: base64.urlsafe_b64encode(each).decode()))
def test_whatever_a_form_carries_is_ours_or_nothing(desk: Desk, sealed: str) -> None:
    """No text and no bytes break it."""
    assert desk.house.public_desk.forms.carried(sealed) is None
