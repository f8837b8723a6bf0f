"""The pages of rules without a script: written, tried, moved on by two people, and read."""

import re
from html import unescape
from typing import Any

import pytest

from console_browser import Browser, Reader
from rulebook import links
from tutela.core.permissions import StaffRole

WRITE = "/console/write-rule"


@pytest.fixture
def analyst(browser: Browser, member: Any) -> Browser:
    """Return the browser of an analyst."""
    return browser.as_member(member(StaffRole.POLICY_ANALYST))


@pytest.fixture
def officer(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of somebody who approves."""
    return Browser(served_pages.house, served_pages.port).as_member(member(StaffRole.CHILD_SAFETY_OFFICER))


def named(name: str, limit: int = 3) -> str:
    """Return a rule of that name whose tests pass."""
    return links(limit).replace("many-links", name)


def saved(browser: Browser, name: str, text: str = "", **more: str) -> str:
    """Keep a version in the editor, and return where it leads."""
    return str(browser.post(f"{WRITE}/save", {"text": text or named(name), **more}).headers["location"])


def opened(page: str) -> list[str]:
    """Return what lies open on the page of a rule."""
    found = re.findall(r"<details open><summary>(.*?)</summary>", page)
    return [" ".join(each.split()) for each in found]


def test_the_list_names_every_rule_with_its_state_and_what_it_did(analyst: Browser) -> None:
    """What ships is live; nobody decided about anything yet."""
    page = analyst.get("/console/rules")
    assert page.status_code == 200
    names = re.findall(r'<th scope="row"><a href="/console/rules/([a-z0-9-]+)">', page.text)
    assert names == sorted(names)
    assert "adult-reaches-many-minors" in names
    assert "nobody decided yet" in page.text
    assert 'aria-current="page">Rules' in page.text
    assert 'href="/console/rules?days=30" aria-current="true"' in analyst.get("/console/rules?days=30").text
    assert 'days=7" aria-current="true"' in analyst.get("/console/rules?days=nonsense").text


def test_a_mistake_is_shown_at_its_place_with_what_was_meant(analyst: Browser) -> None:
    """Line, column, the line with the wrong piece marked, and the nearest name."""
    wrong = named("wrongly-named").replace("has_link and", "has_lnk and")
    page = analyst.post(f"{WRITE}/check", {"text": wrong.replace("\n", "\r\n")})
    assert page.status_code == 200
    assert "line 3, column 9" in page.text
    assert "did you mean `text.has_link`?" in page.text
    assert "<mark>text.has_lnk</mark>" in page.text
    place = next(each for each in Reader(page.text).all("a") if "data-start" in each)
    assert wrong[int(str(place["data-start"])) : int(str(place["data-end"]))] == "text.has_lnk"
    assert "has_lnk and" in unescape(page.text.partition("<textarea")[2])
    for verb in ("tests", "replay", "save"):
        again = analyst.post(f"{WRITE}/{verb}", {"text": wrong, "days": "1"})
        assert (again.status_code, "line 3, column 9" in again.text) == (200, True)
    assert "It can be used." in analyst.post(f"{WRITE}/check", {"text": named("wrongly-named")}).text


def test_a_test_that_fails_says_where_it_stands_and_why(analyst: Browser) -> None:
    """As much as the command line says: what the condition rested on, and what the test leaves out."""
    wrong = named("fails", 9).replace("given: {text.has_link: false, author.id: ann}", "given: {author.id: ann}")
    page = unescape(analyst.post(f"{WRITE}/tests", {"text": wrong}).text)
    assert '<a href="#text" data-line="7">line 7</a>, expected fires, came silent' in page
    assert '`count(by=author.id, within="1h", where=text.has_link)` came to 4, and must be > 9' in page
    assert '<a href="#text" data-line="11">line 11</a>, expected silent, came unknown' in page
    assert "not said in `given`, and so unknown: text.has_link" in page
    kept = saved(analyst, "fails", wrong).partition("?")[0]
    assert "came to 4, and must be > 9" in unescape(analyst.post(f"{kept}/tests", {"version": "1"}).text)


def test_what_is_written_and_not_saved_is_kept_in_the_tab_of_whoever_wrote_it(
    analyst: Browser, officer: Browser, member: Any
) -> None:
    """Under a name of their own; once it is saved the page says so, and it is forgotten."""
    other = Browser(officer.house, officer.port).as_member(member(StaffRole.POLICY_ANALYST, "another"))
    names = [re.findall('data-keep-rule="(per_[^.]+).new"', each.get(WRITE).text) for each in (analyst, other)]
    assert len({name for [name] in names}) == 2
    assert "data-unsaved" not in analyst.get(WRITE).text
    assert "data-unsaved" in analyst.post(f"{WRITE}/tests", {"text": named("kept-in-a-tab")}).text
    there = saved(analyst, "kept-in-a-tab")
    assert "data-saved" in analyst.get(there).text
    assert "data-saved" not in analyst.get(there.partition("?")[0]).text


def test_a_rule_whose_session_ended_is_kept_on_a_page_that_leads_back_to_it(served_pages: Browser) -> None:
    """And not to a case."""
    nobody = Browser(served_pages.house, served_pages.port)
    page = nobody.post(f"{WRITE}/save", {"text": named("never-lost")})
    assert page.status_code in {401, 403}
    assert "never-lost" in page.text
    assert "The other tab leads back to the rule." in page.text


def test_what_is_written_is_shown_as_text_whatever_it_is(analyst: Browser) -> None:
    """Markup, control characters, nothing at all, and a rule that is none."""
    for text in ("<script>alert(1)</script>", "</textarea><b>", "", "- rule: [", "\0", "x" * 300_000):
        page = analyst.post(f"{WRITE}/check", {"text": text})
        assert page.status_code == 200
        assert "mistake</strong>" in page.text
        assert "<script>alert" not in page.text
        assert "</textarea><b>" not in page.text


def test_the_example_passes_its_own_tests_and_accuses_nobody_of_what_is_grave(analyst: Browser) -> None:
    """Whoever begins a rule begins with one that works, under a clause of the house."""
    text = unescape(
        analyst.get(WRITE).text.partition("\n</textarea>")[0].partition('wrap="soft"')[2].partition("\n")[2]
    )
    text = text.partition("</textarea>")[0]
    page = analyst.post(f"{WRITE}/tests", {"text": text}).text
    assert "  clause: house.spam\n" in text
    assert "has done nothing wrong" in text
    assert page.count('<span class="mark">passed</span>') == 2
    assert "failed" not in page.partition('id="told-state"')[2].partition("</section>")[0]


def test_a_rule_goes_from_a_draft_to_live_by_two_people(analyst: Browser, officer: Browser) -> None:
    """Written, tested, in shadow, proposed, approved; whoever proposes has no button to approve."""
    there = saved(analyst, "step-by-step")
    assert there == "/console/rules/step-by-step?version=1&done=saved"
    rule = "/console/rules/step-by-step"
    page = analyst.get(there).text
    assert "Saved as a draft." in page
    tried = analyst.post(f"{rule}/tests", {"version": "1"}).text
    assert tried.count('<span class="mark">passed</span>') == 2
    assert analyst.post(f"{rule}/move", {"move": "live 1", "line": "now"}).status_code == 409
    assert analyst.post(f"{rule}/move", {"move": "shadow 1", "line": ""}).status_code == 422
    assert analyst.post(f"{rule}/move", {"move": "nowhere", "line": "x"}).status_code == 422
    moved = analyst.post(f"{rule}/move", {"move": "shadow 1", "line": "to <b>see</b>"})
    assert moved.headers["location"] == f"{rule}?done=moved"
    asked = analyst.post(f"{rule}/move", {"move": "live 1", "line": "it found what it should"})
    assert asked.headers["location"] == f"{rule}?done=proposed"
    own = analyst.get(rule).text
    assert "Whoever proposes does not approve" in own
    assert f'action="{rule}/approve"' not in own
    assert "to &lt;b&gt;see&lt;/b&gt;" in own
    assert analyst.post(f"{rule}/approve", {"version": "1", "to": "live"}).status_code == 403
    waits = officer.get("/console/rules").text
    assert "version 1 is to go from in shadow to <strong>live</strong>" in waits
    theirs = officer.get(rule).text
    assert f'action="{rule}/approve"' in theirs
    assert opened(theirs) == ["The rule as it is written"]
    assert "No version was ever in force: read all of it." in theirs
    assert "Write a new version" not in theirs
    done = officer.post(f"{rule}/approve", {"version": "1", "to": "live"})
    assert done.headers["location"] == f"{rule}?done=approved"
    assert officer.post(f"{rule}/approve", {"version": "1", "to": "live"}).status_code == 409
    told = analyst.get(rule).text
    assert "proposed by you, approved by the-child-safety-officer" in re.sub(r"\s+", " ", told).lower() or (
        "approved by" in told
    )
    assert officer.get(WRITE).status_code == 403


def test_who_approves_reads_what_is_otherwise_than_what_was_last_in_force(analyst: Browser, officer: Browser) -> None:
    """Never than in a draft; of a first version all of it, also where another draft was written before."""
    rule = "/console/rules/read-whole"
    saved(analyst, "read-whole")
    saved(analyst, "read-whole", named("read-whole", 2), rule="read-whole", made_from="1")
    drafts = analyst.get(f"{rule}?version=2").text
    assert opened(drafts) == ["The rule as it is written"]
    assert "No version was ever in force" in drafts
    for to in ("shadow", "live"):
        analyst.post(f"{rule}/move", {"move": f"{to} 2", "line": "well"})
    officer.post(f"{rule}/approve", {"version": "2", "to": "live"})
    assert "No version was ever in force" not in officer.get(rule).text
    analyst.post(f"{rule}/move", {"move": "retired 2", "line": "over"})
    officer.post(f"{rule}/approve", {"version": "2", "to": "retired"})
    saved(analyst, "read-whole", named("read-whole", 1), rule="read-whole", made_from="2")
    third = analyst.get(f"{rule}?version=3").text
    assert opened(third) == ["What is otherwise than in version 2, retired"]
    assert re.search(r"<del>- .*&gt; 2</del>", third)


def test_what_waits_is_turned_down_by_the_other(analyst: Browser, officer: Browser) -> None:
    """And waits no more."""
    saved(analyst, "turned-down")
    rule = "/console/rules/turned-down"
    analyst.post(f"{rule}/move", {"move": "shadow 1", "line": "to see"})
    analyst.post(f"{rule}/move", {"move": "live 1", "line": "well"})
    assert officer.post(f"{rule}/withdraw").headers["location"] == f"{rule}?done=withdrawn"
    assert officer.post(f"{rule}/withdraw").status_code == 409
    told = re.sub(r"\s+", " ", analyst.get(rule).text)
    assert "Version 1: in shadow to live, turned down<br><bdi>well</bdi>" in told


def test_a_version_without_passing_tests_is_shown_with_what_came_of_them(analyst: Browser) -> None:
    """And with a way to write others, in the browser and not at a command line."""
    saved(analyst, "does-not-pass", named("does-not-pass", 9))
    page = analyst.post("/console/rules/does-not-pass/move", {"move": "shadow 1", "line": "to see"})
    assert page.status_code == 409
    assert "came to 4, and must be &gt; 9" in page.text
    assert "/console/write-rule?rule=does-not-pass&amp;version=1" in page.text
    assert "tutela rules" not in page.text


def test_of_two_editors_the_second_is_told_what_the_first_wrote_and_loses_nothing(analyst: Browser) -> None:
    """Two tabs: a difference, and a way to go on once it was read."""
    saved(analyst, "two-tabs")
    page = analyst.get(f"{WRITE}?rule=two-tabs&version=1").text
    assert 'name="made_from" value="1"' in page
    assert saved(analyst, "two-tabs", named("two-tabs", 4), rule="two-tabs", made_from="1").endswith(
        "version=2&done=saved"
    )
    mine = named("two-tabs", 9)
    late = analyst.post(f"{WRITE}/save", {"text": mine, "rule": "two-tabs", "made_from": "1"})
    assert late.status_code == 409
    assert "wrote version 2" in late.text
    assert "&gt; 9" in late.text.partition("<textarea")[2]
    assert re.search(r"<del>- .*&gt; 4</del>", late.text)
    assert re.search(r"<ins>\+ .*&gt; 9</ins>", late.text)
    assert 'name="over" value="2"' in late.text
    went = saved(analyst, "two-tabs", mine, rule="two-tabs", made_from="1", over="2")
    assert went.endswith("version=3&done=saved")
    assert (
        analyst.post(f"{WRITE}/save", {"text": named("another"), "rule": "two-tabs", "made_from": "3"}).status_code
        == 422
    )
    assert analyst.post(f"{WRITE}/save", {"text": named("aaa") + named("bbb")}).status_code == 422


def test_a_rule_is_tried_on_what_happened(analyst: Browser) -> None:
    """How many events were looked at is said, and nothing is kept."""
    page = analyst.post(f"{WRITE}/replay", {"text": named("only-tried"), "days": "7"}).text
    assert "On what happened since" in page
    assert re.search(r"\d+ events were looked at", page)
    assert "no such rule is live" in page
    assert analyst.post(f"{WRITE}/replay", {"text": named("only-tried"), "days": "9999"}).status_code == 422
    assert analyst.get("/console/rules/only-tried").status_code == 404


def test_what_is_not_there_is_told(analyst: Browser) -> None:
    """A rule or a version of no such name, a page of a list that is none."""
    assert analyst.get("/console/rules/none-such").status_code == 404
    assert analyst.get(f"{WRITE}?rule=none-such").status_code == 404
    shown = "/console/rules/adult-reaches-many-minors"
    assert analyst.get(f"{shown}?version=99").status_code == 422
    assert analyst.get(f"{shown}?before=%27%22%3C").status_code == 422


def test_pages_of_rules_are_light_and_can_be_read_by_whoever_cannot_see_them(analyst: Browser) -> None:
    """150 KB at most with everything that they load; a label for each field, ids once, nothing inline."""
    loaded = sum(
        len(analyst.get(f"/console/static/{name}").content) for name in ("console.css", "review.js", "rules.js")
    )
    for path in ("/console/rules", "/console/rules/adult-reaches-many-minors", WRITE):
        page = analyst.get(path)
        read = Reader(page.text)
        ids = [each["id"] for _, each in read.elements if "id" in each]
        labels = {each.get("for") for each in read.all("label")}
        fields = [each for each in read.all("input", "select", "textarea") if each.get("type") != "hidden"]
        assert len(page.content) + loaded <= 150_000
        assert len(ids) == len(set(ids))
        assert all(each["id"] in labels for each in fields)
        assert not [each for _, each in read.elements if "style" in each or any(name.startswith("on") for name in each)]
        assert len(read.all("h1")) == 1
