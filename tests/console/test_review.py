"""The review journey without a script: find a case, understand it, decide it, take it back."""

import re
from html import unescape
from typing import Any

import pytest

from console_browser import Browser, Reader, fields
from films import film
from make import CLAUSE, md5, pdq, photo, submission
from reviewing import laid
from tutela.console.words import say
from tutela.core.case_states import CaseState
from tutela.core.cases import CaseReason
from tutela.core.permissions import StaffRole
from tutela.core.policy import Material, Verification
from tutela.core.waiting import Lane
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.refer import MediaReference


@pytest.fixture
def reviewer(browser: Browser, member: Any) -> Browser:
    """Return the browser of a reviewer."""
    return browser.as_member(member(StaffRole.REVIEWER))


def state(browser: Browser, case_id: Any) -> CaseState:
    """Return where a case stands."""
    with browser.house.store.read() as reader:
        found = reader.case_of(case_id)
    assert found is not None
    return found.state_at(browser.house.clock.now())


def test_the_first_page_says_what_waits_and_what_is_ones_own(reviewer: Browser) -> None:
    """The most urgent first; whoever works on no cases is shown none of it."""
    case_id, _, account = laid(reviewer.house, hours=-2)
    reviewer.post(f"/console/cases/{case_id}/claim")
    page = reviewer.get("/console").text
    assert "overdue.</strong> The oldest was due" in page
    told = Reader(page).words
    found = re.search(r"(\d+) cases? waits? in all , the oldest for \d+ (?:min|h|days): ", told)
    assert found is not None
    words = (say("lane", each) for each in Lane)
    lanes = {lane: int(count) for lane in words for count in re.findall(rf"{lane} (\d+) the oldest", told)}
    assert sum(lanes.values()) == int(found[1])
    assert "worked on now" in lanes
    assert f'href="/console/cases/{case_id}"><bdi>{account}</bdi>' in page
    reviewer.post(f"/console/cases/{case_id}/release")


def test_the_queue_is_in_order_filtered_by_its_address_and_goes_on_page_by_page(reviewer: Browser) -> None:
    """What is due first is first; a filter narrows list and next case alike, and stays in the address."""
    made = [laid(reviewer.house, hours=hours, language="is")[0] for hours in (30, -30, 5)]
    page = reviewer.get("/console/queue?language=is").text
    shown = re.findall(r'<th scope="row"><a href="/console/cases/(cas_\w+)\?language=is"', page)
    assert shown == [made[1], made[2], made[0]]
    assert "Overdue longest:" in page
    assert "No case waits here" in reviewer.get("/console/queue?language=qq").text
    assert reviewer.get("/console/queue?state=nonsense").status_code == 422
    assert reviewer.get("/console/queue?after=nonsense").status_code == 422
    taken = reviewer.post("/console/queue/next", {"language": "is"})
    assert taken.headers["location"] == f"/console/cases/{made[1]}?language=is&work=yes"
    skipped = reviewer.post(f"/console/cases/{made[1]}/skip", {"reason": "too_much", "language": "is", "work": "yes"})
    assert skipped.headers["location"] == f"/console/cases/{made[2]}?language=is&work=yes&done=skipped&of={made[1]}"
    held = reviewer.post(
        f"/console/cases/{made[2]}/hold", {"reason": "platform", "hours": "4", "language": "is", "work": "yes"}
    )
    assert held.headers["location"] == f"/console/cases/{made[0]}?language=is&work=yes&done=held&of={made[2]}"
    left = reviewer.post(f"/console/cases/{made[0]}/skip", {"reason": "other", "language": "is", "work": "yes"})
    assert left.headers["location"] == f"/console/queue?language=is&nothing=left&done=skipped&of={made[0]}"
    assert "Nothing is left for you in this queue" in reviewer.get(left.headers["location"]).text


def test_a_list_of_any_length_goes_on_where_it_ended(reviewer: Browser) -> None:
    """Each case once, fifty on a page."""
    made = {laid(reviewer.house, language="fo", author="one-author-" + str(n))[0] for n in range(51)}
    first = reviewer.get("/console/queue?language=fo").text
    following = unescape(first.partition('class="pages"')[2].partition('<a href="')[2].partition('"')[0])
    second = reviewer.get(following).text
    found = [re.findall(r'<th scope="row"><a href="/console/cases/(cas_\w+)\?', text) for text in (first, second)]
    assert [len(each) for each in found] == [50, 1]
    assert set(found[0] + found[1]) == made


def test_a_case_is_claimed_planned_decided_and_taken_back(reviewer: Browser) -> None:
    """The plan is text; committing opens the next; undo goes back to the case as it was."""
    case_id, _, account = laid(reviewer.house, text="buy harmless lakes", language="br")
    page = reviewer.get(f"/console/cases/{case_id}").text
    assert "To decide it, claim it first." in page
    reviewer.post(f"/console/cases/{case_id}/claim", {"language": "br"})
    page = reviewer.get(f"/console/cases/{case_id}?language=br").text
    for words in ("A rule about behaviour fired", "buy harmless lakes", account, "unknown: protected as a minor"):
        assert words in page
    wanted = {**fields(page, "finding"), "conclusion": "violation", "violated": "house.spam", "role": "actor"}
    shown = reviewer.post(f"/console/cases/{case_id}/plan", {**wanted, "line": "The same in <b>forty</b> threads"})
    assert (shown.status_code, "<h3>The plan</h3>" in shown.text) == (200, True)
    assert "the case ends" in shown.text
    assert state(reviewer, case_id) is CaseState.CLAIMED
    commit = fields(shown.text, "commit")
    assert commit["line"] == ["The same in <b>forty</b> threads"]
    done = reviewer.post(f"/console/cases/{case_id}/answer", commit)
    assert done.headers["location"] == f"/console/queue?language=br&done=settled&of={case_id}"
    assert state(reviewer, case_id) is CaseState.DECIDED
    again = reviewer.post(f"/console/cases/{case_id}/answer", commit)
    assert again.headers["location"] == f"/console/cases/{case_id}?language=br"
    bar = reviewer.get(done.headers["location"]).text
    assert "Nothing has left the house yet" in bar
    undo = bar.partition('name="undo" value="')[2].partition('"')[0]
    back = reviewer.post("/console/undo", {"undo": undo, "here": ""})
    assert back.headers["location"] == f"/console/cases/{case_id}?done=undone"
    assert state(reviewer, case_id) is CaseState.CLAIMED
    reviewer.post(f"/console/cases/{case_id}/release")


def test_what_cannot_be_decided_so_says_each_reason_and_keeps_what_was_written(reviewer: Browser) -> None:
    """A violation without an actor under one of the twelve, and a context that does not go with it."""
    case_id, _, _ = laid(reviewer.house, clause="cse.depiction")
    reviewer.post(f"/console/cases/{case_id}/claim")
    page = reviewer.get(f"/console/cases/{case_id}").text
    wanted = {**fields(page, "finding"), "violated": "cse.depiction", "role": "actor", "line": "as I <saw> it"}
    wrong = reviewer.post(f"/console/cases/{case_id}/plan", {**wanted, "conclusion": "violation", "context": "news"})
    assert (wrong.status_code, "This cannot be decided so." in wrong.text) == (422, True)
    assert 'value="as I &lt;saw&gt; it"' in wrong.text
    for field, value in (
        ("conclusion", "nonsense"),
        ("role", "nonsense"),
        ("version", ""),
        ("version", "9" * 5000),
        ("line", "x" * 201),
    ):
        refused = reviewer.post(f"/console/cases/{case_id}/plan", {**wanted, "conclusion": "violation", field: value})
        assert (refused.status_code, 'role="alert" id="error"' in refused.text) == (422, True), field
    two = reviewer.post(f"/console/cases/{case_id}/plan", {**wanted, "conclusion": "violation"})
    for words in ("Another person answers too", "<h4>At once</h4>", "<h4>When a second person agrees</h4>"):
        assert words in two.text
    first, _, later = two.text.partition("When a second person agrees")
    assert "locked until a person decides" in first.partition("At once")[2]
    assert "suspended, for good" in later
    for hours in ("0", "25", "9" * 5000, "-1"):
        held = reviewer.post(f"/console/cases/{case_id}/hold", {"reason": "other", "hours": hours})
        assert (held.status_code, "say how long the case waits" in held.text) == (422, True)
    reviewer.post(f"/console/cases/{case_id}/release")


def test_what_came_in_since_the_page_was_shown_is_told_before_anything_is_decided(reviewer: Browser) -> None:
    """Two tabs, or the platform: nothing is written, and the page shows the case as it is now."""
    case_id, _, account = laid(reviewer.house)
    reviewer.post(f"/console/cases/{case_id}/claim")
    page = reviewer.get(f"/console/cases/{case_id}").text
    wanted = {**fields(page, "finding"), "conclusion": "no_violation", "once": "a" * 32}
    laid(reviewer.house, text="a second lake", author=account)
    refused = reviewer.post(f"/console/cases/{case_id}/answer", wanted)
    assert (refused.status_code, "has changed since it was shown" in refused.text) == (409, True)
    assert "a second lake" in refused.text
    reviewer.post(f"/console/cases/{case_id}/release")
    lost = reviewer.post(f"/console/cases/{case_id}/answer", {**wanted, "once": "b" * 32})
    assert (lost.status_code, "claim it first" in lost.text) == (409, True)


def test_a_note_that_was_half_written_outlives_the_session(reviewer: Browser, member: Any) -> None:
    """Whoever was signed out meanwhile is shown what they wrote, and the way back."""
    case_id, _, _ = laid(reviewer.house)
    gone = Browser(reviewer.house, reviewer.port)
    told = gone.post(f"/console/cases/{case_id}/notes", {"text": "half <written>"})
    assert (told.status_code, "half &lt;written&gt;" in told.text) == (401, True)
    assert f"/console/sign-in?next=/console/cases/{case_id}" in told.text
    kept = reviewer.post(f"/console/cases/{case_id}/notes", {"text": "x" * 4001})
    assert (kept.status_code, "x" * 4001 in kept.text) == (422, True)
    for number in range(51):
        reviewer.post(f"/console/cases/{case_id}/notes", {"text": f"note {number}"})
    later = reviewer.get(f"/console/cases/{case_id}").text.partition(f"/console/cases/{case_id}?notes=")[2]
    assert "note 50" in reviewer.get(f"/console/cases/{case_id}?notes={later.partition('#')[0]}").text
    reviewer.post(f"/console/cases/{case_id}/notes", {"text": "the same lake twice"})
    assert "the same lake twice" in reviewer.get(f"/console/cases/{case_id}?notes={later.partition('#')[0]}").text


def test_markup_huge_and_turned_texts_stay_what_they_are(reviewer: Browser) -> None:
    """Nothing in a name or a text is markup, and the page stays light; the whole text is one step away."""
    name = "<script>alert(1)</script>\u202e"
    case_id, _, _ = laid(reviewer.house, text="\u05d0<img src=x>" + "long " * 20_000, author=name)
    for _ in range(25):
        laid(reviewer.house, text="\U0001f3de" * 2000, author=name)
    page = reviewer.get(f"/console/cases/{case_id}")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "&lt;img src=x&gt;" in page.text
    assert "and 6 more items" in page.text
    assert len(page.content) <= 150 * 1024
    whole = re.search(rf'href="(/console/cases/{case_id}/items/\w+)"', page.text)
    assert whole is not None
    assert reviewer.get(whole[1]).text.count("long ") >= 20_000 or "\U0001f3de" * 2000 in reviewer.get(whole[1]).text


def test_pages_weigh_little(reviewer: Browser) -> None:
    """Page, styles and script together, with a full list."""
    case_id, _, _ = laid(reviewer.house)
    beside = sum(len(reviewer.get(f"/console/static/{name}").content) for name in ("console.css", "review.js"))
    for path in ("/console", "/console/queue", "/console/exposure", f"/console/cases/{case_id}"):
        assert len(reviewer.get(path).content) + beside <= 150 * 1024, path


def test_every_page_of_the_journey_can_be_read_by_whoever_cannot_see_it(reviewer: Browser) -> None:
    """WCAG 2.2: a label for each field, ids once, headings, no style or script inside, and every key is named."""
    case_id, _, _ = laid(reviewer.house)
    reviewer.post(f"/console/cases/{case_id}/claim")
    page = reviewer.get(f"/console/cases/{case_id}").text
    wanted = {**fields(page, "finding"), "conclusion": "no_violation"}
    pages = [page, reviewer.get("/console").text, reviewer.get("/console/queue").text]
    pages.append(reviewer.get("/console/exposure").text)
    pages.append(reviewer.post(f"/console/cases/{case_id}/plan", wanted).text)
    for text in pages:
        read = Reader(text)
        ids = [each["id"] for _, each in read.elements if "id" in each]
        labels = {each.get("for") for each in read.all("label")}
        shown = [each for each in read.all("input", "select", "textarea") if each.get("type") != "hidden"]
        keys = [each["aria-keyshortcuts"] for _, each in read.elements if "aria-keyshortcuts" in each]
        assert len(read.all("h1")) == len(read.all("title")) == len(read.all("main")) == 1
        assert len(ids) == len(set(ids))
        assert all(each["id"] in labels for each in shown)
        assert len(keys) == len(set(keys))
        assert all(each.get("src", "").startswith("/console/static/") for each in read.all("script"))
        assert not any(name == "style" or name.startswith("on") for _, each in read.elements for name in each)
    reviewer.post(f"/console/cases/{case_id}/release")


def test_the_page_of_ones_own_exposure_is_ones_own(reviewer: Browser, member: Any) -> None:
    """Figures, what one would rather not be given, and where help is; nothing of anybody else."""
    page = reviewer.get("/console/exposure").text
    assert "0 of 100</strong> looks at severe evidence" in page
    assert "Everybody together" not in page
    reviewer.post("/console/exposure", {"clause": ["cse.depiction", "no.such.clause"]})
    kept = Reader(reviewer.get("/console/exposure?done=declined").text).all("input")
    assert [each["value"] for each in kept if "checked" in each and each["name"] == "clause"] == ["cse.depiction"]
    other = Browser(reviewer.house, reviewer.port).as_member(member(StaffRole.SENIOR_REVIEWER))
    theirs = Reader(other.get("/console/exposure").text).all("input")
    assert [each["name"] for each in theirs if "checked" in each] == ["grey"]
    reviewer.post("/console/exposure")
    assert reviewer.house.exposure.declined(member(StaffRole.REVIEWER).principal) == frozenset()


def test_blur_and_grey_are_kept_for_a_person_and_never_show_more(browser: Browser, member: Any) -> None:
    """Wherever they sign in; a look is filtered by the server whatever is set, and nonsense is refused."""
    browser.as_member(member(StaffRole.SENIOR_REVIEWER, "comfortable"))
    assert browser.post("/console/exposure/comfort", {"blur": "none", "grey": "yes"}).status_code == 422
    done = browser.post("/console/exposure/comfort", {"blur": "most"})
    assert done.headers["location"] == "/console/exposure?done=comfortable"
    page = browser.get("/console/exposure?done=comfortable").text
    assert "Kept, for you alone." in page
    assert '<option value="most" selected>' in page
    assert 'name="grey" value="yes">' in page
    with browser.house.receive_media.open() as reception:
        reception.write(photo("coffee", width=410))
        media = reception.finish()
    case_id, _, _ = laid(browser.house, media=(MediaReference(media.id),), reason=CaseReason.NEAR_MATCH)
    browser.post(f"/console/cases/{case_id}/claim")
    assert '<div class="window blur-most" hidden data-window>' in browser.get(f"/console/cases/{case_id}").text
    browser.post(f"/console/cases/{case_id}/release")


def test_a_case_is_found_by_its_id_its_account_or_an_item_of_it(reviewer: Browser) -> None:
    """One is gone to, several are listed, and what is unknown is said."""
    case_id, item, account = laid(reviewer.house)
    for name in (case_id, item):
        found = reviewer.post("/console/find", {"q": name})
        assert (found.status_code, found.headers["location"]) == (303, f"/console/cases/{case_id}")
    laid(reviewer.house, author=account, clause="house.conduct")
    several = reviewer.post("/console/find", {"q": account}).text
    assert f'href="/console/queue?account={account}"' in several
    assert f'href="/console/account?id={account}"' in several
    unknown = reviewer.post("/console/find", {"q": "no <one>"}).text
    assert "Nothing is known here of what you asked for, as far as your roles may ask." in unknown
    assert 'value="no &lt;one&gt;"' in unknown
    assert reviewer.get("/console/find").status_code == 200


def test_opening_a_case_shows_no_picture_and_offers_none_that_a_list_knows_byte_by_byte(
    browser: Browser, member: Any
) -> None:
    """What is near to a list may be looked at; what is on it is decided from the match. Opening is no look."""
    looker = member(StaffRole.SENIOR_REVIEWER, "opener")
    browser.as_member(looker)
    house, media = browser.house, []
    for width in (404, 360):
        with house.receive_media.open() as reception:
            reception.write(photo("rocket", width=width))
            media.append(reception.finish())
    exact, near = media
    house.keep_banks.create(
        NewBank("opened", CLAUSE, Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "test")
    )  # fmt: skip
    for kind, value in (md5(exact), pdq(exact)):
        house.keep_banks.add("opened", [NewMember(kind, value or "")])
    house.submit([submission("opened", *media, author="opened")], None)
    with house.store.read() as reader:
        account = reader.accounts_by_platform_id(["opened"])["opened"]
        [case] = reader.open_cases([account.id]).values()
    browser.post(f"/console/cases/{case.id}/claim")
    looker.prove()
    page = browser.get(f"/console/cases/{case.id}").text
    assert [each for each in re.findall(r"<img[^>]*>", page) if "src=" in each] == []
    assert f'data-hold="{near.id}"' in page
    assert exact.id not in page
    assert "Not shown: it is decided from the match." in page
    assert house.exposure.standing(looker.principal).today.looks == 0
    browser.post(f"/console/cases/{case.id}/release")


def test_a_look_takes_a_fresh_proof_is_shown_once_and_is_given_back(browser: Browser, member: Any) -> None:
    """Without a script: small, grey and blurred on a page of its own; only whoever holds the case is offered one."""
    looker = member(StaffRole.SENIOR_REVIEWER, "looker")
    browser.as_member(looker)
    with browser.house.receive_media.open() as reception:
        reception.write(photo("coffee", width=400))
        media = reception.finish()
    case_id, _, _ = laid(browser.house, media=(MediaReference(media.id),), reason=CaseReason.NEAR_MATCH)
    asked = {"media": media.id, "purpose": "look"}
    assert "Claim the case to look." in browser.get(f"/console/cases/{case_id}").text
    assert browser.post(f"/console/cases/{case_id}/look", asked).status_code == 403
    browser.post(f"/console/cases/{case_id}/claim")
    assert f'data-hold="{media.id}" data-reason="decide"' in browser.get(f"/console/cases/{case_id}").text
    looker.prove()
    shown = browser.post(f"/console/cases/{case_id}/look", asked)
    address = shown.text.partition('<img src="')[2].partition('"')[0]
    token = address.rpartition("/")[2]
    assert browser.get(address).headers["content-type"] == "image/jpeg"
    assert browser.get(address).status_code == 410
    back = browser.post(f"/console/cases/{case_id}/look/end", {"token": token})
    assert back.headers["location"] == f"/console/cases/{case_id}"
    for wrong in ({"purpose": "metadata"}, {"purpose": "nonsense"}, {"media": "med_none"}):
        assert browser.post(f"/console/cases/{case_id}/look", {**asked, **wrong}).status_code in {404, 422}, wrong
    assert browser.house.exposure.standing(looker.principal).today.looks == 1
    browser.post(f"/console/cases/{case_id}/release")


def test_a_film_is_played_muted_only_when_it_is_asked_for_and_a_text_is_handed_over(
    browser: Browser, member: Any
) -> None:
    """A look is offered for what may be a film; all of it is a player that has loaded nothing, never a bare file."""
    looker = member(StaffRole.SENIOR_REVIEWER, "film-looker")
    browser.as_member(looker)
    media = []
    for content in (film(frames=50), b"only words about a lake"):
        with browser.house.receive_media.open() as reception:
            reception.write(content)
            media.append(reception.finish())
    case_id, _, _ = laid(browser.house, media=tuple(MediaReference(each.id) for each in media))
    browser.post(f"/console/cases/{case_id}/claim")
    looker.prove()
    assert f'data-hold="{media[0].id}"' in browser.get(f"/console/cases/{case_id}").text
    small = browser.post(f"/console/cases/{case_id}/look", {"media": media[0].id, "purpose": "look"}).text
    grid = small.partition('<img src="')[2].partition('"')[0]
    assert browser.get(grid).headers["content-type"] == "image/jpeg"
    whole = browser.post(f"/console/cases/{case_id}/look", {"media": media[0].id, "purpose": "full_look"}).text
    assert re.search(r'<video src="/v1/views/\w+" controls muted preload="none"></video>', whole)
    words = browser.post(f"/console/cases/{case_id}/look", {"media": media[1].id, "purpose": "full_look"}).text
    assert "<video" not in words
    assert "Open the file" in words
    none = browser.post(f"/console/cases/{case_id}/look", {"media": media[1].id, "purpose": "look"})
    assert none.status_code == 422
    browser.post(f"/console/cases/{case_id}/release")


def test_whoever_says_that_somebody_is_in_danger_is_promised_nothing_that_nobody_keeps(
    reviewer: Browser, member: Any
) -> None:
    """Nobody is on call here: the page and the dialog say so before the alarm is raised."""
    case_id, _, _ = laid(reviewer.house)
    assert "Nobody would be woken: nobody is on call. Telephone them." in reviewer.get("/console").text
    page = reviewer.get(f"/console/cases/{case_id}").text
    assert "Nobody would be woken: nobody is on call." in page.partition("Somebody is in danger")[2]
    assert "on call is paged" not in page
    reviewer.post(f"/console/cases/{case_id}/danger", {"danger": "yes"})
    assert "Danger raised" in reviewer.get(f"/console/cases/{case_id}").text


def test_a_danger_ends_with_a_reason_that_stays_with_the_case(browser: Browser, member: Any) -> None:
    """Nobody ends it by one key: it takes a choice, and who said what is read on the case."""
    case_id, _, _ = laid(browser.house)
    browser.as_member(member(StaffRole.CHILD_SAFETY_OFFICER))
    browser.post(f"/console/cases/{case_id}/danger", {"danger": "yes"})
    refused = browser.post(f"/console/cases/{case_id}/danger", {"danger": "no"})
    assert (refused.status_code, "choose a over" in refused.text) == (422, False)
    browser.post(f"/console/cases/{case_id}/danger", {"danger": "no", "over": "safe"})
    page = browser.get(f"/console/cases/{case_id}").text
    assert "Danger over: They were reached, and are safe" in page
    assert page.index("Danger raised") < page.index("Danger over")


def test_what_was_decided_under_the_twelve_says_what_is_left_and_folds_the_form(browser: Browser, member: Any) -> None:
    """Whether to report is decided elsewhere: the form is folded, and whoever decided is not offered the case again."""
    picture = browser.house.receive_media
    with picture.open() as reception:
        reception.write(photo("brick"))
        media = reception.finish()
    case_id, _, _ = laid(browser.house, clause="cse.conversation", language="mi", media=(media,))
    for role in (StaffRole.SENIOR_REVIEWER, StaffRole.CHILD_SAFETY_OFFICER):
        browser.as_member(member(role))
        browser.post(f"/console/cases/{case_id}/claim", {"language": "mi"})
        page = browser.get(f"/console/cases/{case_id}?language=mi").text
        wanted = {**fields(page, "finding"), "conclusion": "violation", "violated": "cse.conversation", "role": "actor"}
        shown = browser.post(f"/console/cases/{case_id}/plan", wanted)
        done = browser.post(f"/console/cases/{case_id}/answer", fields(shown.text, "commit"))
    assert f"/console/cases/{case_id}" not in done.headers["location"], "it is not offered to who decided it"
    page = browser.get(f"/console/cases/{case_id}").text
    assert "What is left: whether it must be reported, and the report." in page
    assert "<details><summary>Decide anew, about what came in since</summary>" in page


def test_whoever_opened_a_case_by_its_name_is_given_no_other_for_it(reviewer: Browser) -> None:
    """Only who takes the next one is given one; what was done names its case, and all is given back at once."""
    first, _, account = laid(reviewer.house, language="sm")
    other, _, _ = laid(reviewer.house, language="sm")
    reviewer.post(f"/console/cases/{first}/claim", {"language": "sm"})
    held = reviewer.post(f"/console/cases/{first}/hold", {"reason": "other", "hours": "72", "language": "sm"})
    assert held.headers["location"] == f"/console/queue?language=sm&done=held_late&of={first}"
    told = reviewer.get(held.headers["location"]).text
    assert f"<bdi>{account}</bdi>, house.spam</a>: Held until after it is due" in told
    assert state(reviewer, other) is CaseState.OPEN

    reviewer.post(f"/console/cases/{first}/resume")
    reviewer.post(f"/console/cases/{other}/claim")
    assert "Give back all that you hold" in reviewer.get("/console").text
    reviewer.post("/console/queue/give-back")
    assert state(reviewer, first) is state(reviewer, other) is CaseState.OPEN


def test_who_has_answered_is_told_so_and_in_danger_only_who_may_take_it_is_called(
    browser: Browser, member: Any
) -> None:
    """A first answer is nobody's neglect: it is said that the case waits for somebody else."""
    case_id, _, _ = laid(browser.house, clause="cse.depiction", reason=CaseReason.NEAR_MATCH)
    senior = browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    senior.post(f"/console/cases/{case_id}/danger", {"danger": "yes"})
    assert "where somebody is in danger</strong>, and nobody works on" in senior.get("/console").text
    senior.post(f"/console/cases/{case_id}/claim")
    page = senior.get(f"/console/cases/{case_id}").text
    wanted = {**fields(page, "finding"), "conclusion": "violation", "violated": "cse.depiction", "role": "actor"}
    shown = senior.post(f"/console/cases/{case_id}/plan", wanted)
    senior.post(f"/console/cases/{case_id}/answer", fields(shown.text, "commit"))

    assert "for the answer of somebody else." in senior.get("/console").text
    page = senior.get(f"/console/cases/{case_id}").text
    assert "You cannot decide it now: you have answered, and another person answers now." in page
    assert "with the case as it stands" not in page
