"""`tutela case`: taken, shown, held, skipped, decided, beside no server."""

from datetime import timedelta

import pytest

from cli.place import Place
from make import at_home, submission
from ruled import ADULT, YOUNG, event, observe, rule, use, who
from tutela.bootstrap import build
from tutela.config import Settings
from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.ids import ClauseId
from tutela.flows.enact import Ledger

DECIDED = ("--code", "found", "--account", "user-7=actor", "--measure", "limit_reach:item:post-1", "--by", "Ada")


@pytest.fixture
def opened(place: Place) -> str:
    """Lay one item before a person, and return the case."""
    house = build(Settings(var=place.folder / "var"))
    try:
        at_home(house).submit_all(submission("post-1", author="user-7", text="words", language="de"))
        with house.store.read() as reader:
            item = reader.items_by_platform_id(["post-1"])["post-1"].item
        now = house.clock.now()
        ledger = Ledger(house.entropy, now, {})
        clause = ClauseId("house.spam")
        ledger.open(CaseDraft(item.account_id, clause, CaseReason.NEAR_MATCH, item.id, now + timedelta(hours=9)))
        house.committer.commit(ledger.changeset())
        return ledger.cases[0].id
    finally:
        house.close()


def test_a_case_is_taken_shown_decided_and_gone(place: Place, opened: str) -> None:
    """Shown first: a dry run decides nothing."""
    assert [case["id"] for case in place.call("case", "list", "--language", "de", "--json").json] == [opened]
    taken = place.call("case", "next", "--by", "Ada", "--language", "de", "--json").json
    assert (taken["id"], taken["state"], taken["yours"], taken["holder"]) == (opened, "claimed", True, "name:ada")
    assert place.call("case", "next", "--by", "Bo").out == "there is nothing for you\n"
    assert place.call("case", "note", opened, "The lake again", "--by", "ADA").status == 0
    shown = place.call("case", "show", opened, "--by", "ada", "--json").json
    assert ([note["text"] for note in shown["notes"]], "decide" in shown["moves"]) == (["The lake again"], True)
    misfit = place.call("case", "decide", opened, *DECIDED, "--country", "DE", "--dry-run")
    assert (misfit.status, "--country: none of these measures takes it" in misfit.err) == (1, True), misfit.err
    dry = place.call("case", "decide", opened, *DECIDED, "--surface", "home", "--dry-run", "--json").json
    assert dry["grants"][0]["scope"]["surfaces"] == ["home"]
    assert (dry["dry_run"], dry["closes"]) == (True, [opened])
    made = place.call("case", "decide", opened, *DECIDED, "--json").json
    ended = place.call("case", "show", opened, "--json").json
    assert (ended["state"], ended["decision"]) == ("decided", made["decision"])
    assert place.call("case", "list").out == "there is none\n"
    assert place.call("case", "queues").out == "there is nothing in any\n"


def test_a_case_of_a_rule_names_it(place: Place) -> None:
    """Whoever lists cases need not open one to know what found it."""
    house = build(Settings(var=place.folder / "var"))
    try:
        home = at_home(house)
        use(home, rule('event.kind == "block"', name="many-blocks"))
        observe(home, event("b-1", "block", who("ann", ADULT), who("kid", YOUNG)))
    finally:
        house.close()
    [case] = place.call("case", "list", "--json").json
    assert (case["reason"], case["rules"]) == ("rule", ["many-blocks"])
    assert "rule many-blocks" in place.call("case", "list").out
    assert "rules: many-blocks\n" in place.call("case", "show", case["id"]).out


def test_a_case_is_held_skipped_and_released(place: Place, opened: str) -> None:
    """What is refused is told in a sentence, with a status."""
    refused = place.call("case", "release", opened, "--by", "Ada")
    assert (refused.status, "this cannot be done" in refused.err) == (1, True)
    for words in (("claim",), ("release",), ("claim",), ("skip", "--reason", "language"), ("claim",)):
        done = place.call("case", words[0], opened, *words[1:], "--by", "Ada")
        assert done.status == 0, done.err
    held = place.call("case", "hold", opened, "--until", "2020-01-01", "--reason", "platform", "--by", "Ada")
    assert (held.status, "until" in held.err) == (1, True)
    other = place.call("case", "decide", opened, *DECIDED[:-1], "Bo", "--dry-run")
    assert (other.status, "somebody else holds the case" in other.err) == (1, True)
    given = place.call("case", "hand-over", opened, "--to", "key_nobody", "--by", "Ada")
    assert (given.status, "nobody of that identifier" in given.err) == (1, True)
    assert place.call("case", "show", "cas_none").status == 1
