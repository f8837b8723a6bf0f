"""The pages of the desk over HTTP: every way in to its receipt, and what nobody may send to break it."""

import json
import re

import httpx
import pytest

from public.conftest import Desk, code_of, hidden
from tutela.core.notices.branches import Branch
from tutela.core.notices.notice import Notice
from tutela.public.steps import STEPS
from tutela.public.table import PAGES
from tutela.public.words import languages

WAYS = [each.value for each in Branch]


def stored(desk: Desk, code: str) -> Notice:
    """Return the notice of a code."""
    follow = desk.house.notices.follow
    with desk.house.store.read() as reader:
        found = reader.notice_of(follow.id_of(code, "a test"))
    assert found is not None
    return found


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("path", [each.path for each in PAGES if each.method == "GET" and "{" not in each.path])
def test_every_page_answers_in_every_language(desk: Desk, language: str, path: str) -> None:
    """With what every page has: its language, the way out, a strict policy, no cookie and nothing from elsewhere."""
    page = desk.get(f"/desk/{language}{path}")
    if page.status_code == 303:
        assert page.headers["location"] == f"/desk/{language}"
        return
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert 'id="exit"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "connect-src" not in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers
    assert re.findall(r'(?:src|href)="(?!/desk|#|data:,|https://)', page.text) == []
    assert re.findall(r'src="(?!/desk/static/)', page.text) == []


def test_the_language_is_the_one_that_the_browser_asks_for_first(desk: Desk) -> None:
    """And English where it asks for none of ours; the address wins over both."""
    for asked, given in (("de-AT,en;q=0.5", "de"), ("fr;q=0.9,de;q=0.3", "de"), ("xx", "en"), ("de;q=x,", "en")):
        assert f'<html lang="{given}"' in desk.get("/desk", **{"Accept-Language": asked}).text, asked
    assert '<html lang="en"' in desk.get("/desk/en", **{"Accept-Language": "de"}).text


def test_an_address_without_a_language_leads_to_the_page_in_the_visitors_own(desk: Desk) -> None:
    """As links in messages are, which know no language; what is no page in any language is none without one."""
    for path in ("/status", "/traces", "/tell/it-shows-me"):
        led = desk.get(f"/desk{path}", **{"Accept-Language": "de"})
        assert led.status_code == 303
        assert led.headers["location"] == f"/desk/de{path}"
    assert desk.get("/desk/nowhere").status_code == 404
    assert desk.sent("POST", "/desk/status").status_code == 404


@pytest.mark.parametrize("branch", WAYS)
def test_every_way_in_leads_to_a_receipt_with_no_question_answered(desk: Desk, branch: str) -> None:
    """Nothing that is missing stops anybody, nobody says who they are, and the code opens what was taken."""
    code = desk.told(branch)
    notice = stored(desk, code)
    assert notice.branch.value == branch
    assert notice.channel.value == "none"
    page = desk.post("/status", code=code)
    assert page.status_code == 200
    assert "We got it" in page.text


def test_what_was_answered_is_what_is_taken(desk: Desk) -> None:
    """Links, names, words, an age, danger, an address: everything, and the language and the country with it."""
    digests = json.dumps([{"sha256": "ab" * 32, "pdq": "0f" * 32}, {"sha256": "no"}, 7])
    code = desk.told(
        "it_shows_me", danger="yes", links="https://photos.example/p/x-1\nhttps://photos.example/p/x-2 ",
        names="kilo\n\n lima ", words="It is me.", age="13_15", email="me@mail.example", wants_link="yes",
        digests=digests,
    )  # fmt: skip
    notice = stored(desk, code)
    assert notice.is_urgent
    assert notice.country == "DE"
    with desk.house.store.read() as reader:
        sealed = reader.sealed_notice(notice.id)
    [told] = desk.house.notices.take.secrets.read_told(notice.id, sealed)
    assert told.links == ("https://photos.example/p/x-1", "https://photos.example/p/x-2")
    assert told.names == ("kilo", "lima")
    assert told.words == "It is me."
    assert told.age_said == "13_15"
    assert told.contact.address == "me@mail.example"
    assert told.contact.wants_link
    assert [(each.sha256, each.pdq) for each in told.digests] == [("ab" * 32, "0f" * 32)]


def test_help_comes_before_anything_is_asked(desk: Desk) -> None:
    """Where a child may be shown: whom to call, Take It Down, and lines of the country, above the first button."""
    for way in ("it-shows-me", "it-shows-my-child", "threatened"):
        page = desk.get(f"/tell/{way}?country=DE").text
        before = page.partition("<form")[0]
        assert "110 / 112" in before
        assert "https://takeitdown.ncmec.org/" in before
        assert "116 111" in before
    assert "0800 1111" in desk.get("/tell/it-shows-me", **{"Accept-Language": "en-GB"}).text
    assert "childhelplineinternational" in desk.get("/tell/it-shows-me?country=ZZ").text


def test_an_adult_is_led_to_what_helps_adults(desk: Desk) -> None:
    """Neither to Take It Down, which is for whoever was a child, nor to lines for children."""
    page = desk.get("/tell/adult-intimate?country=DE").text
    assert "https://stopncii.org/" in page
    assert "takeitdown" not in page
    assert "116 111" not in page
    assert "0800 111 0 111" in page


def test_no_page_takes_a_file_where_a_child_may_be_shown(desk: Desk) -> None:
    """The field for the browser's own codes has no name, and a form with a file in it is not read."""
    for branch in WAYS:
        page = desk.begin(branch)
        for _ in STEPS[Branch(branch)]:
            for field in re.findall(r'<input[^>]*type="file"[^>]*>', page.text):
                assert "name=" not in field
            assert "multipart" not in page.text
            page = desk.go(page)
            if 'id="code"' in page.text:
                break
    sent = desk.sent("POST", "/tell", files={"file": b"bytes"}, data={"branch": "it_shows_me"})
    assert sent.status_code == 422


def test_danger_shows_emergency_first_and_says_when_nobody_is_on_call(desk: Desk) -> None:
    """Nobody is, in this house: it is said, so that nobody waits for us."""
    page = desk.go(desk.begin("threatened"), danger="yes")
    assert "Please call for help now" in page.text
    assert "110 / 112" in page.text
    assert "Nobody of us is on call" in page.text
    receipt = desk.go(desk.through("it_shows_me", danger="yes"), "send")
    assert "Nobody of us is on call" in receipt.text
    assert "People look at it by" not in receipt.text
    assert "Nobody of us is on call" in desk.post("/status", code=code_of(receipt)).text
    calm = desk.go(desk.begin("threatened"), danger="no")
    assert "Please call for help now" not in calm.text
    assert not stored(desk, desk.told("it_shows_me", danger="no")).is_urgent


def test_going_back_shows_what_was_written_and_loses_nothing(desk: Desk) -> None:
    """By the button of the page; and what was written before can be changed from the last page."""
    page = desk.go(desk.begin("saw_something"), danger="no")
    page = desk.go(page, links="https://photos.example/p/1")
    page = desk.go(page, "back", names="mike")
    assert "https://photos.example/p/1" in page.text
    page = desk.go(page, links="https://photos.example/p/2")
    assert "mike" in page.text


def test_sending_twice_is_one_notice_and_a_changed_one_is_another(desk: Desk) -> None:
    """A second press gets the same code; what was changed in between is heard as well."""
    page = desk.through("saw_something", links="https://photos.example/p/twice")
    first, second = (code_of(desk.go(page, "send")) for _ in range(2))
    assert first == second
    changed = desk.go(desk.go(page, "links"), links="https://photos.example/p/another")
    while 'value="send"' not in changed.text:
        changed = desk.go(changed)
    assert code_of(desk.go(changed, "send")) != first


def test_each_missing_element_of_an_adults_request_is_named_and_it_is_taken(desk: Desk) -> None:
    """Before it is sent, on the receipt, and on the page of its code; nothing is missing where all is there."""
    page = desk.through("adult_intimate", age="adult", links="https://photos.example/p/5")
    for words in ("your name, as your signature", "the good-faith statement", "a way to reach you"):
        assert words in page.text
    receipt = desk.go(page, "send")
    assert "the good-faith statement" in receipt.text
    assert "the good-faith statement" in desk.post("/status", code=code_of(receipt)).text
    whole = desk.told(
        "adult_intimate", age="adult", links="https://photos.example/p/6", signature="Ann Other", relation="me",
        good_faith="yes", email="ann@mail.example",
    )  # fmt: skip
    assert stored(desk, whole).missing == ()
    assert stored(desk, whole).valid_at is not None


def test_an_address_that_is_hardly_one_is_said_and_taken(desk: Desk) -> None:
    """Whoever mistypes hears nothing of us otherwise; and one that is right is passed over."""
    page = desk.through("it_shows_me", email="me at mail")
    assert "does not look right" in page.text
    assert desk.go(page, "send").status_code == 200
    assert "does not look right" not in desk.through("it_shows_me", email="me@mail.example").text


def test_an_authority_is_called_back_and_is_nobody_special_until_then(desk: Desk) -> None:
    """Whoever merely says so counts as anybody."""
    notice = stored(desk, desk.told("authority", organisation="Harbour police", reference="H-7"))
    assert notice.wants_call_back
    assert not notice.is_enrolled


def test_more_can_be_told_by_the_code(desk: Desk) -> None:
    """A link, a name, words; nothing at all is said to be nothing."""
    code = desk.told("it_shows_me")
    assert "You have not written anything" in desk.post("/add", code=code).text
    page = desk.post("/add", code=code, words="It is also in a group.")
    assert "We added it" in page.text
    much = desk.post("/add", code=code, links="\n".join(f"https://photos.example/p/{each}" for each in range(10_000)))
    assert much.status_code == 422
    assert "10000" in much.text


def test_a_code_that_opens_nothing_is_answered_as_any_other_that_opens_nothing(desk: Desk) -> None:
    """The page is the same to the letter: of a code that could be, of what is none, and of nothing."""
    pages = [desk.post("/status", code=typed) for typed in ("00000-00000-00000-00000", "hello", "")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1


def test_whoever_guesses_waits_and_whoever_has_a_code_does_not(desk: Desk) -> None:
    """Many tries from one place are slowed there alone, each is told how long, and nobody is shut out for good."""
    guesser, code = {"X-Forwarded-For": "198.51.100.9"}, desk.told("saw_something")
    pages = [desk.sent("POST", "/status", data={"code": "guess"}, headers=guesser) for _ in range(60)]
    assert {page.status_code for page in pages[:50]} == {404}
    waits = [page for page in pages if page.status_code == 429]
    assert waits
    assert int(waits[-1].headers["retry-after"]) >= 1
    assert "Your code still works." in waits[-1].text
    assert desk.post("/status", code=code).status_code == 200


def test_what_is_too_long_is_named_and_kept(desk: Desk) -> None:
    """Ten thousand links, and words without end: said how many are taken, with all of it still in the field."""
    page = desk.go(desk.begin("it_shows_me"), danger="no")
    links = "\n".join(f"https://photos.example/p/{each}" for each in range(10_000))
    told = desk.go(page, links=links)
    assert told.status_code == 422
    assert "We take 100 at once, and this is 10000." in told.text
    assert "https://photos.example/p/9999" in told.text
    page = desk.go(desk.go(page, links="x"), names="n")
    words = desk.go(desk.go(page, "words"), words="w" * 20_000)
    assert words.status_code == 422
    assert "20000" in words.text


@pytest.mark.parametrize(
    "text",
    ["", "\0\x07\x1b[2J\u202e", "<script>alert(1)</script>", "'\"&lt;", "\ud83d\ude00 \u00e9", "{parts} {{ 7 * 7 }}"],
    ids=["empty", "control", "html", "quotes", "letters", "templates"],
)  # fmt: skip
def test_whatever_is_written_is_taken_and_shown_as_text(desk: Desk, text: str) -> None:
    """No letter of it is markup, and no letter breaks a page."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    fields = dict.fromkeys(("links", "names", "words", "email"), text)
    page = desk.through("it_shows_me", **fields)
    assert "<script>alert" not in page.text
    assert "\0" not in page.text
    assert "49" not in re.findall(r"<dd>.*?</dd>", page.text, re.DOTALL)
    assert desk.go(page, "send").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_wrong_method_gets_a_page_in_plain_words(desk: Desk, method: str) -> None:
    """And so does an address that is none, a language that is none, and a form that is none."""
    for sent in (
        desk.sent(method, "/tell"), desk.sent("POST", "/traces"), desk.get("/nowhere"), desk.get("/desk/xx/status"),
        desk.get("/tell/no-such-way"), desk.get("/desk/en/tell/%2e%2e%2f"),
    ):  # fmt: skip
        assert sent.status_code == 404
        assert "There is no page here" in sent.text
        assert 'id="exit"' in sent.text


def test_a_form_that_cannot_be_read_leads_back_to_the_start(desk: Desk) -> None:
    """Changed, cut, too large, of too many fields, of no fields, of another kind: never a dead end."""
    sealed = hidden(desk.begin("it_shows_me"))["carried"]
    for carried in ("x", sealed[:-8] + "AAAAAAA=", "\0", "\u00e9", sealed[:40]):
        lost = desk.post("/tell", carried=carried, go="next")
        assert lost.status_code == 200
        assert "Please start again" in lost.text
    assert desk.post("/tell").status_code == 200
    assert desk.post("/tell", branch="it_shows_me", words="x" * 3_000_000).status_code == 413
    assert desk.sent("POST", "/tell", content=b"&".join(b"a%d=1" % each for each in range(500))).status_code == 422
    assert desk.sent("POST", "/tell", content=b"\xff\xfe%ff%00&branch=it_shows_me").status_code == 200
    assert desk.sent("POST", "/tell", json={"branch": "it_shows_me"}).status_code == 422


def test_a_form_that_another_site_sends_tells_nothing_in_anybodys_name(desk: Desk) -> None:
    """It is shown to whoever sits there, who may send it."""
    page = desk.through("saw_something", words="from elsewhere")
    form = {**hidden(page), "go": "send"}
    sent = desk.sent("POST", "/tell", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert 'value="send"' in sent.text
    assert 'id="code"' not in sent.text


def test_pages_that_show_what_somebody_wrote_are_kept_by_no_browser(desk: Desk) -> None:
    """And the others may be shown again when somebody goes back; what was written is in them sealed only."""
    page = desk.go(desk.go(desk.begin("saw_something"), danger="no"), links="https://photos.example/p/7")
    assert page.headers["cache-control"] == "private, no-cache"
    assert "photos.example" not in page.text
    for shown in (desk.go(page, "back"), desk.through("saw_something"), desk.post("/status", code="x")):
        assert shown.headers["cache-control"] == "no-store"


def test_a_closed_desk_answers_nothing() -> None:
    """It is closed unless the operator opens it."""
    from tutela.config import load  # noqa: PLC0415  # beside what it says
    from tutela.public.app import desk_routes  # noqa: PLC0415  # as above

    class Closed:
        settings = load({})

    assert desk_routes(Closed()) == []  # type: ignore[arg-type]  # of the house it reads the settings alone


def test_a_page_is_packed_where_the_browser_understands_it_and_never_with_a_secret_in_it(desk: Desk) -> None:
    """A length must not tell of a code."""
    plain = httpx.get(f"{desk.origin}/desk/en", headers={"Accept-Encoding": "identity"})
    packed = httpx.get(f"{desk.origin}/desk/en", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert "content-encoding" not in desk.post("/status", code="x").headers
