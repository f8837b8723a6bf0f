"""What a decision would show again: until nobody can take it back, it is held and answered as before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import make
from answering import ADA, BEA, Office
from flows.test_decide import ACTOR, K, asked, on
from make import Home, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.plans import Answer
from tutela.core.reversals import Reversal

NO = Conclusion.NO_VIOLATION
WHOLE = 10


@pytest.fixture
def home(database_url: str, tmp_path: Path, scanner: ChildScanner) -> Iterator[Home]:
    """Yield a house with windows; what is stored agrees with its audit at the end."""
    with make.house(tmp_path, scanner, url=database_url, undo_seconds=WHOLE - 1) as built:
        yield built
        assert built.house.verify().breaches == ()


def near_copy(home: Home, name: str, author: str) -> Answer:
    """Post what is near to a listed picture."""
    return home.submit(name, home.upload(photo("china", quality=60)), author=author).answer


def cleared(home: Home) -> str:
    """Have two people clear what somebody posted, the second a moment ago; return the second answer."""
    office = Office(home)
    office.post(near=True)
    case_id = office.case().id
    office.decide(ADA, case_id, NO)
    home.clock.advance(minutes=1)
    return office.decide(BEA, case_id, NO).stored.answer.id


def test_what_was_cleared_a_moment_ago_is_held_as_before_when_it_is_posted_again(home: Home) -> None:
    """A copy that came within the window is not shown by a clearance that is taken back, nor is a later one."""
    answer_id = cleared(home)
    assert near_copy(home, "within", "bob") is Answer.HOLD
    home.house.take_back(Decider(BEA.id), answer_id)

    assert home.is_absent("post")
    assert home.is_absent("within")
    assert near_copy(home, "after", "carol") is Answer.HOLD


def test_what_was_cleared_is_no_news_once_nobody_can_take_it_back(home: Home) -> None:
    """With the end of the window, and nothing that has to run then."""
    cleared(home)
    home.clock.advance(seconds=WHOLE)

    assert near_copy(home, "later", "bob") is Answer.PUBLISH
    assert not home.is_absent("post")


def test_an_item_is_answered_as_before_until_it_is_shown(home: Home) -> None:
    """A platform that goes by the answer, and asks again, publishes nothing that is taken back."""
    home.submit("post", author="alice", text="buy now")
    home.clock.advance(minutes=1)
    removed = home.house.decide(asked(on("item", "post", K.REMOVE), parts=ACTOR)).decision.id
    assert home.submit("post", author="alice", text="buy now").answer is Answer.REFUSE, "what hides holds at once"
    home.clock.advance(minutes=1)
    done = home.house.reverse(Reversal(removed, Facts("mistaken"), Decider("key_bo")))
    assert done.proposal is None
    assert home.submit("post", author="alice", text="buy now").answer is Answer.REFUSE
    home.clock.advance(seconds=WHOLE)
    assert home.submit("post", author="alice", text="buy now").answer is Answer.PUBLISH
