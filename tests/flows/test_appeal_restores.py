"""An appeal that overturns restores the state in which the decision had never been, whatever else was decided."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import make
from appealed import ADA, BEA, CYD, DORA, AppealOffice
from flows.test_decide import K, account_of, asked, item_of, on
from laws import examples
from make import Home, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.appeals.states import Outcome
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.errors import TutelaError

ITEMS = ("picture", "text", "other")
KINDS = (K.REMOVE, K.HOLD, K.LIMIT_REACH, K.NO_PAYOUT)
ON_ACCOUNT = (None, K.READ_ONLY, K.NO_PAYOUT, K.BLOCK_POSTING)
CLAUSES = ("house.spam", "house.conduct")
AUTHORS = {"picture": "alice", "text": "alice", "other": "bob"}

decide = st.tuples(st.just("decide"), st.integers(0, 2), st.integers(0, 3), st.integers(0, 3), st.integers(0, 1))
grave = st.tuples(st.just("grave"))
reverse = st.tuples(st.just("reverse"), st.integers(0, 3))
others = st.lists(st.one_of(decide, decide, grave, reverse), max_size=3)

State = dict[str, Any]


class Story:
    """What happened in one house. The same steps in another house happen there as well."""

    def __init__(self, home: Home) -> None:
        """Begin with three items of two authors."""
        self.home, self.office, self.made = home, AppealOffice(home), list[DecisionId]()
        home.submit("picture", home.upload(photo()), author="alice")
        home.submit("text", author="alice", text="buy now")
        home.submit("other", author="bob", text="hello")

    def take(self, step: tuple[Any, ...], by: Decider) -> DecisionId | None:
        """Take one step; what is refused changes nothing."""
        self.home.clock.advance(hours=1)
        try:
            made = getattr(self, f"_{step[0]}")(by, *step[1:])
        except TutelaError:
            return None
        if made is not None and step[0] != "reverse":
            self.made.append(made)
        return made  # type: ignore[no-any-return]  # each of them returns one

    def _decide(self, by: Decider, item: int, kind: int, on_account: int, clause: int) -> DecisionId:
        name = ITEMS[item]
        wanted = [on("item", name, KINDS[kind])]
        if (more := ON_ACCOUNT[on_account]) is not None:
            wanted.append(on("account", AUTHORS[name], more))
        parts = ((AUTHORS[name], Role.ACTOR),)
        made = self.home.house.decide(asked(*wanted, clause=CLAUSES[clause], parts=parts, decider=by))
        return made.decision.id

    def _grave(self, by: Decider) -> DecisionId:
        wanted = (
            on("item", "picture", K.QUARANTINE),
            on("account", "alice", K.SUSPEND),
            on("item", "picture", K.EXCLUDE),
        )
        parts = (("alice", Role.ACTOR),)
        return self.home.house.decide(asked(*wanted, clause="cse.depiction", parts=parts, decider=by)).decision.id

    def _reverse(self, by: Decider, number: int) -> DecisionId | None:
        if number >= len(self.made):
            return None
        done = self.home.house.reverse(Reversal(self.made[number], Facts("x"), by))
        return None if done.proposal else done.changeset.decisions[0].id

    def state(self) -> State:
        """Return what holds on whom, which strikes count, and what the platform is told; no id and no moment."""
        home, now = self.home, self.home.clock.now()
        with home.house.store.read() as reader:
            accounts = reader.accounts_by_platform_id(["alice", "bob"])
            struck = reader.strikes([each.id for each in accounts.values()])
            media = reader.items_by_platform_id(["picture"])["picture"].item.media_ids[0]
        strikes = {
            name: sorted((s.clause_id, s.points) for s in struck.get(each.id, ()) if s.stands_at(now))
            for name, each in accounts.items()
        }
        subjects = {name: account_of(home, name) for name in ("alice", "bob")}
        subjects |= {name: item_of(home, name) for name in ITEMS}
        return {
            "held": {name: home.kinds(each) for name, each in subjects.items()},
            "media": home.kinds(make.Subject.media(media)),
            "strikes": strikes,
            "answers": {name: home.answer(name) for name in ITEMS},
        }


def overturn(story: Story, decision_id: DecisionId, account: str) -> bool:
    """Appeal and overturn it, by one person or by two; return whether it was left to be appealed."""
    try:
        appeal = story.office.take(decision_id, account)
    except TutelaError:
        return False
    pending = story.state()
    story.office.claim(appeal, CYD)
    assert story.state() == pending, "P6: nothing ends while it is pending"
    if not story.office.give(appeal, CYD, Outcome.OVERTURNED).is_decided:
        story.office.decide(appeal, DORA, Outcome.OVERTURNED)
    return True


@given(before=others, mine=st.one_of(decide, grave), after=others)
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_overturning_restores_exactly(
    scanner: ChildScanner, before: list[Any], mine: tuple[Any, ...], after: list[Any]
) -> None:
    """Before it only what others decided holds; after it as well, where they decided without leaning on it."""
    with TemporaryDirectory() as folder, make.house(Path(folder), scanner) as home:
        story = Story(home)
        for number, step in enumerate(before):
            story.take(step, (Decider(BEA.id), Decider("key_x"))[number % 2])
        was = story.state()
        decision_id = story.take(mine, Decider(ADA.id))
        if decision_id is None:
            return
        account = "alice" if mine[0] == "grave" else AUTHORS[ITEMS[mine[1]]]
        if not after:
            overturn(story, decision_id, account)
            assert story.state() == was
        else:
            held = story.office.granted(decision_id)
            for number, step in enumerate(after):
                story.take(step, (Decider(BEA.id), Decider("key_x"))[number % 2])
            others_hold = standing_of(story, decision_id)
            if overturn(story, decision_id, account):
                kept = standing_of(story, decision_id)
                assert kept >= others_hold, "what other decisions hold stays"
                assert all(each.id not in {m for m, _ in kept} for each in held)
        assert home.house.verify().breaches == ()


def standing_of(story: Story, but: DecisionId) -> set[tuple[str, str]]:
    """Return what is in force by other decisions than one: which measure, on what."""
    home, now = story.home, story.home.clock.now()
    subjects = [account_of(home, name) for name in ("alice", "bob")] + [item_of(home, name) for name in ITEMS]
    with home.house.store.read() as reader:
        found = reader.standings(subjects)
    held = (m for each in found.values() for m in each.measures if m.holds_at(now) and m.decision_id != but)
    return {(m.id, m.subject.id) for m in held}
