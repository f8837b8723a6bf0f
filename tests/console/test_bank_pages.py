"""The pages of banks: what there is, a page of members, what is said of them, and a list with its preview."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from answering import ADA, BEA, asked
from console.conftest import serving_pages
from console_browser import Browser, Reader
from make import CLAUSE, photo, photo_md5, submission
from tutela.adapters.db.tables import audit_entries, audit_payloads
from tutela.core.banks import SignalType
from tutela.core.conclusions import Conclusion
from tutela.core.ids import MemberId
from tutela.core.permissions import StaffRole
from tutela.core.policy import Material, Verification
from tutela.core.word_banks import WordBankKind
from tutela.core.words import Keyword
from tutela.flows.fill_word_bank import NewKeyword
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.keep_word_banks import NewWordBank, WordBankChange

BANK = "lakes"
PATH = f"/console/banks/{BANK}"


def digest(number: int) -> str:
    """Return a digest of nothing."""
    return f"{number:032x}"


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture(scope="module", autouse=True)
def lists(served_pages: Browser) -> None:
    """Have a bank with sixty members, one of which is met, and a bank of words."""
    house = served_pages.house
    with house.receive_media.open() as reception:
        reception.write(photo("china", width=333))
        media = reception.finish()
    house.submit([submission("met-by-lakes", media, author="met")], None)
    house.keep_banks.create(
        NewBank(BANK, "cse.depiction", Material.SUPPRESSION, Verification.USERS, "<b>the source</b>")
    )
    house.keep_banks.add(BANK, [NewMember(SignalType.MD5, digest(number)) for number in range(1, 61)])
    new = NewWordBank("secret-words", WordBankKind.KEYWORDS, "cse.links", "a list")
    house.keep_word_banks.create(new, "name:tests")
    # Off: other tests of this server ask what is looked for.
    house.keep_word_banks.change("secret-words", WordBankChange(is_active=False), "name:tests")


@pytest.fixture
def analyst(browser: Browser, member: Any) -> Browser:
    """Return the browser of somebody who keeps banks."""
    return browser.as_member(member(StaffRole.POLICY_ANALYST))


@pytest.fixture
def senior(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of somebody who judges members."""
    return Browser(served_pages.house, served_pages.port).as_member(member(StaffRole.SENIOR_REVIEWER))


def members_on(page: str) -> list[str]:
    """Return the members of a page, as the page names them."""
    return re.findall(r'<th scope="row"><code>(\w+)</code> md5', page)


def test_each_sees_the_banks_that_are_theirs_to_oversee(analyst: Browser, senior: Browser) -> None:
    """Whoever judges sees media; whoever keeps words sees those as well; nothing of what is on a list."""
    mine, theirs = analyst.get("/console/banks").text, senior.get("/console/banks").text
    assert f'href="{PATH}"' in mine
    assert f'href="{PATH}"' in theirs
    assert 'href="/console/word-banks/secret-words"' in mine
    assert "secret-words" not in theirs
    assert "&lt;b&gt;the source" in mine
    assert senior.get("/console/word-banks/secret-words").status_code == 403
    assert analyst.get("/console/banks/none-such").status_code == 404
    assert analyst.get("/console/word-banks/none-such").status_code == 404


def test_how_often_a_bank_was_met_is_told(analyst: Browser) -> None:
    """Of each bank its own number."""
    house = analyst.house
    house.keep_banks.create(
        NewBank("boats", "cse.depiction", Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "a test")
    )
    house.keep_banks.add("boats", [NewMember(SignalType.MD5, photo_md5("flower"))])
    with house.receive_media.open() as reception:
        reception.write(photo("flower"))
        media = reception.finish()
    house.submit([submission("met-by-boats", media, author="rower")], None)
    page = analyst.get("/console/banks").text
    row = page.partition('href="/console/banks/boats"')[2].partition("</tr>")[0]
    assert re.findall(r'<td class="number">(\d+)</td>', row)[0] == "1"
    assert re.findall(r'<td class="number">(\d+)</td>', page.partition(f'href="{PATH}"')[2])[0] == "0"


def test_how_right_a_bank_was_is_told_with_what_it_is_at_least(analyst: Browser) -> None:
    """On its page of all time; among the figures of the work only once enough were decided."""
    house = analyst.house
    assert "nobody decided yet" in analyst.get(PATH).text
    with house.receive_media.open() as reception:
        reception.write(photo("rocket", width=331))
        media = reception.finish()
    house.keep_banks.create(NewBank("judged", CLAUSE, Material.APPARENT_CSAM, Verification.ONE_ANALYST, "a list"))
    house.keep_banks.add("judged", [NewMember(SignalType.PDQ, media.hashes[0].hex)])
    house.submit([submission("judged-item", media, author="judged-author")], None)
    with house.store.read() as reader:
        account = reader.accounts_by_platform_id(["judged-author"])["judged-author"]
        [case] = reader.open_cases([account.id]).values()
    for who in (ADA, BEA):
        house.cases.claim(who, case.id)
        house.answer_case(who, asked(case.id, Conclusion.NO_VIOLATION))
    page = Reader(analyst.get("/console/banks/judged").text).words
    assert "close 0 % 0 of 1, at least 0 % ; 1 overturned" in page
    assert "identical nobody decided yet" in page
    figures = Reader(analyst.get("/console/metrics").text).words
    assert "judged close fewer than 5 decided" in figures


def test_members_are_told_by_pages_and_never_their_values(analyst: Browser) -> None:
    """Sixty, fifty on a page, each once."""
    first = analyst.get(PATH).text
    following = unescape(re.findall(r'<a href="([^"]+)" rel="next"', first)[0]).partition("#")[0]
    second = analyst.get(following).text
    found = members_on(first) + members_on(second)
    assert (len(members_on(first)), len(found), len(set(found))) == (50, 60, 60)
    assert not [number for number in range(1, 61) if digest(number) in first + second]
    assert analyst.get(f"{PATH}?after=%27%3C").status_code == 422


def test_a_list_is_previewed_before_it_is_imported(analyst: Browser) -> None:
    """New, known, refused by line without its value, and what it would match; then it is taken in, once."""
    house = analyst.house
    with house.store.read() as reader:
        item = reader.items_by_platform_id(["met-by-lakes"])["met-by-lakes"].item
        stored = reader.media_by_id(item.media_ids)[item.media_ids[0]]
    rows = f"type,value\nmd5,{stored.digests.md5}\nmd5,{digest(1)}\nmd5,not-a-digest<b>\n"
    before = len(members_on(analyst.get(PATH).text))
    seen = analyst.post(f"{PATH}/preview", {"form": "csv", "text": rows})
    assert seen.status_code == 200
    assert "3 rows read, 1 new, 1 known, 1 refused" in seen.text
    assert "they match 1 media, 1 items of 1 accounts" in seen.text
    assert "line 4" in seen.text
    assert "not-a-digest<b>" not in seen.text
    assert len(members_on(analyst.get(PATH).text)) == before
    done = analyst.post(f"{PATH}/import", {"form": "csv", "text": rows}).text
    assert "Imported" in done
    assert "3 rows read, 1 new, 1 known, 1 refused" in done
    assert str(stored.digests.md5) not in done
    again = analyst.post(f"{PATH}/import", {"form": "csv", "text": rows}).text
    assert "3 rows read, 0 new, 2 known, 1 refused" in again
    for form in ({"form": "csv", "text": ""}, {"form": "x", "text": rows}, {"form": "csv", "text": "nothing\n"}):
        assert analyst.post(f"{PATH}/preview", form).status_code == 422


def test_two_who_say_no_dispute_a_member(senior: Browser, served_pages: Browser, member: Any, analyst: Browser) -> None:
    """What each says stands beside it by name; whoever keeps the list says nothing."""
    other = Browser(served_pages.house, served_pages.port).as_member(member(StaffRole.CHILD_SAFETY_OFFICER))
    with served_pages.house.store.read() as reader:
        bank = reader.bank_by_name(BANK)
        assert bank is not None
        first = reader.members(bank.id, limit=1)[0].id
    said = {"member": str(first), "opinion": "negative"}
    assert senior.post(f"{PATH}/say", said).headers["location"] == f"{PATH}?done=said#members"
    assert "disputed by two of us" not in senior.get(PATH).text
    other.post(f"{PATH}/say", said)
    page = senior.get(PATH).text
    assert "disputed by two of us" in page
    assert "it is not what the list says" in page
    assert analyst.post(f"{PATH}/say", said).status_code == 403
    assert senior.post(f"{PATH}/say", {**said, "opinion": "nonsense"}).status_code == 422
    assert senior.post(f"{PATH}/say", {**said, "member": "mem_nobody"}).status_code == 404
    assert senior.post(f"{PATH}/release", {"member": str(MemberId(first))}).status_code == 422
    assert f'action="{PATH}/say"' not in analyst.get(PATH).text
    assert f'action="{PATH}/import"' not in page


def test_what_an_entry_of_words_holds_is_shown_to_nobody(analyst: Browser) -> None:
    """Its id, its category and its days."""
    house = analyst.house
    house.fill_word_bank.add(
        "secret-words", NewKeyword(Keyword("any", ("plantedword",), category="of boats")), "name:tests"
    )
    page = analyst.get("/console/word-banks/secret-words").text
    assert "1 entry" in page
    assert "of boats" in page
    assert "plantedword" not in page


WORDS = "/console/word-banks/secret-words"


def test_a_list_of_words_is_previewed_imported_and_never_shown_again(analyst: Browser) -> None:
    """What it would do, what it did, which line is wrong; and no answer repeats a word of it."""
    first = re.search(r"(\d+) entr", analyst.get(WORDS).text)
    assert first is not None
    before = int(first[1])
    told = {"form": "csv", "list": "term,category\r\nkelvarn,boats\r\nkelvarn,boats\r\n\r\nostrelm,"}
    preview = analyst.post(f"{WORDS}/preview", told)
    assert "This would happen: 3 rows read, 2 new, 0 known, 1 repeated, 0 refused." in Reader(preview.text).words
    assert f"{before} entr" in analyst.get(WORDS).text
    done = analyst.post(f"{WORDS}/import", told)
    assert "Imported: 3 rows read, 2 new, 0 known, 1 repeated, 0 refused." in Reader(done.text).words
    assert f"{before + 2} entries" in analyst.get(WORDS).text
    again = analyst.post(f"{WORDS}/import", {**told, "ends": "2999-01-01"})
    assert "0 new, 2 known" in Reader(again.text).words

    bad = "term,weight\nkelvarn,notanumber\nharmlim,2\n"
    wrong = analyst.post(f"{WORDS}/preview", {"form": "csv", "list": bad})
    said = Reader(wrong.text).words
    assert "line 2, weight : " in said
    assert "Mend these lines and send the list again" in said
    header = analyst.post(f"{WORDS}/import", {"form": "csv", "list": "kelvarn\nharmlim\n"})
    refused = [
        analyst.post(f"{WORDS}/import", {"form": form, "list": text, "ends": ends})
        for form, text, ends in (("nonsense", bad, ""), ("text", " ", ""), ("text", bad, "kelvarn"))
    ]
    assert [each.status_code for each in (header, *refused)] == [422] * 4
    for page in (preview, done, again, wrong, header, *refused):
        assert not any(word in page.text for word in ("kelvarn", "ostrelm", "harmlim", "notanumber"))


def test_a_list_of_words_is_not_on_the_page_of_an_ended_session(browser: Browser) -> None:
    """There is no session at all: what people write is kept for them there, and a list is not."""
    page = browser.post(f"{WORDS}/import", {"form": "text", "list": "kelvarn"})
    assert page.status_code == 303
    assert "kelvarn" not in page.text


def test_a_bank_of_words_takes_no_list_but_one_of_its_kind(analyst: Browser) -> None:
    """Names need a basis and an end; what is wrong is told by row and column, and the form offers what is taken."""
    house = analyst.house
    house.keep_word_banks.create(NewWordBank("court-names", WordBankKind.NAMES, "cse.identifying", "a court"), "tests")
    house.keep_word_banks.change("court-names", WordBankChange(is_active=False), "tests")
    path = "/console/word-banks/court-names"
    assert '<option value="text"' not in analyst.get(path).text
    rows = "name,basis,ends\nAnselma Quorrin,,2027-01-01\nBerend Quorrin,an order,\nCosima Quorrin,an order,{}\n"
    year = house.clock.now().year + 1
    page = analyst.post(f"{path}/import", {"form": "csv", "list": rows.format(f"{year}-01-31")})
    said = Reader(page.text).words
    assert "3 rows read, 1 new, 0 known, 2 refused" in said
    assert "line 2, basis : a name is held only on a basis" in said
    assert "line 3, ends : a name is held only until a day" in said
    assert "Quorrin" not in page.text


def test_banks_are_switched_by_who_keeps_them(analyst: Browser, senior: Browser, member: Any) -> None:
    """Both kinds, there and back; the audit names who did it, and nobody else may."""
    for path, button in ((PATH, "Switch it off"), (WORDS, "Switch it on")):
        is_off = button.endswith("on")
        assert button in analyst.get(path).text
        for wanted in ("on", "off") if is_off else ("off", "on"):
            done = analyst.post(f"{path}/switch", {"is": wanted})
            assert done.headers["location"] == f"{path}?done={wanted}"
            assert f'<span class="mark{" late" if wanted == "off" else ""}">{wanted}</span>' in analyst.get(path).text
        assert senior.post(f"{path}/switch", {"is": "on"}).status_code == 403
    who = member(StaffRole.POLICY_ANALYST).principal.id
    with analyst.house.engine.connect() as connection:
        kinds = ("operator:bank:changed", "operator:word_bank:changed")
        rows = connection.execute(
            select(audit_entries.c.kind, audit_payloads.c.body)
            .join(
                audit_payloads,
                (audit_payloads.c.chain == audit_entries.c.chain) & (audit_payloads.c.seq == audit_entries.c.seq),
            )
            .where(audit_entries.c.kind.in_(kinds))
        ).all()
    assert {row.kind for row in rows if who.encode() in bytes(row.body)} == set(kinds)


def test_pages_of_banks_are_light_and_can_be_read_by_whoever_cannot_see_them(analyst: Browser, senior: Browser) -> None:
    """150 KB at most with everything that they load; a label for each field, ids once, nothing inline."""
    loaded = sum(len(analyst.get(f"/console/static/{name}").content) for name in ("console.css", "review.js"))
    for browser, path in (
        (analyst, "/console/banks"), (analyst, PATH), (senior, PATH), (analyst, "/console/word-banks/secret-words")
    ):  # fmt: skip
        page = browser.get(path)
        read = Reader(page.text)
        ids = [each["id"] for _, each in read.elements if "id" in each]
        labels = {each.get("for") for each in read.all("label")}
        fields = [each for each in read.all("input", "select", "textarea") if each.get("type") != "hidden"]
        assert len(page.content) + loaded <= 150_000
        assert len(ids) == len(set(ids))
        assert all(each["id"] in labels for each in fields)
        assert not [each for _, each in read.elements if "style" in each or any(name.startswith("on") for name in each)]
