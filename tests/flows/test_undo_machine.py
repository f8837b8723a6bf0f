"""Any order of decisions, reversals, machines and clocks around one decision that is taken back: the rest stays."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import make
from flows.test_decide import ACTOR, ADA, BEN, K, account_of, asked, item_of, measures, on
from laws import examples
from make import Home, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.measures import Measure, Subject
from tutela.core.plans import Answer
from tutela.core.reversals import Reversal
from tutela.errors import TutelaError

CARL = Decider("key_carl")
OTHERS = (BEN, CARL)
KINDS = (K.REMOVE, K.HOLD, K.LIMIT_REACH)
CLAUSES = ("house.spam", "house.conduct")

decide = st.tuples(st.just("decide"), st.integers(0, 1), st.integers(0, 2), st.integers(0, 1), st.integers(0, 1))
reverse = st.tuples(st.just("reverse"), st.integers(0, 5))
grave = st.tuples(st.just("grave"))
copy = st.tuples(st.just("copy"))
steps = st.lists(st.one_of(decide, reverse, grave, copy), max_size=4)


class Play:
    """A house with what was decided in it, by whom."""

    def __init__(self, home: Home) -> None:
        """Begin with a picture and a text by one author."""
        self.home, self.made, self.copies = home, list[DecisionId](), 0
        home.submit("picture", home.upload(photo()), author="alice")
        home.submit("text", author="alice", text="buy now")
        home.clock.advance(seconds=60)

    def run(self, step: tuple[object, ...], by: Decider) -> DecisionId | None:
        """Take one step; what is refused changes nothing."""
        try:
            made = getattr(self, f"_{step[0]}")(by, *step[1:])
        except TutelaError:
            return None
        if made is not None:
            self.made.append(made)
        return made

    def _decide(self, by: Decider, item: int, kind: int, clause: int, account: int) -> DecisionId:
        wanted = [on("item", ("picture", "text")[item], KINDS[kind])]
        wanted += [on("account", "alice", K.READ_ONLY)] * account
        return self.home.house.decide(asked(*wanted, clause=CLAUSES[clause], parts=ACTOR, decider=by)).decision.id

    def _grave(self, by: Decider) -> DecisionId:
        wanted = on("item", "picture", K.QUARANTINE), on("account", "alice", K.SUSPEND)
        return self.home.house.decide(asked(*wanted, clause="cse.depiction", parts=ACTOR, decider=by)).decision.id

    def _reverse(self, by: Decider, number: int) -> DecisionId | None:
        if not self.made:
            return None
        done = self.home.house.reverse(Reversal(self.made[number % len(self.made)], Facts("x"), by))
        return None if done.proposal else done.changeset.decisions[0].id

    def _copy(self, by: Decider) -> None:
        self.home.house.feed_indexes()
        self.copies += 1
        self.home.submit(f"copy{self.copies}", self.home.upload(photo()), author=f"somebody-{by.id}-{self.copies}")

    def held(self) -> dict[Subject, tuple[Measure, ...]]:
        """Return all that is in force."""
        names = ["picture", "text", *(f"copy{number + 1}" for number in range(self.copies))]
        subjects = {account_of(self.home, "alice"), *(item_of(self.home, name) for name in names)}
        with self.home.house.store.read() as reader:
            items = reader.items_by_platform_id(["picture"])
            subjects |= {Subject.media(each) for each in items["picture"].item.media_ids}
        now = self.home.clock.now()
        return {each: tuple(m for m in measures(self.home, each) if m.holds_at(now)) for each in subjects}

    def answers(self) -> dict[str, Answer]:
        """Return what the platform was told last."""
        return {name: self.home.answer(name) for name in ("picture", "text")}


def flat(held: dict[Subject, tuple[Measure, ...]]) -> dict[str, Measure]:
    """Return measures by their ids."""
    return {each.id: each for on_one in held.values() for each in on_one}


@given(before=steps, mine=st.one_of(decide, reverse, grave), after=steps)
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_one_takes_back_is_ones_own_and_nothing_more(
    scanner: ChildScanner, before: list[tuple[object, ...]], mine: tuple[object, ...], after: list[tuple[object, ...]]
) -> None:
    """P3: all that others hold, and all that held before, holds on; what was one's own is gone; and it all agrees."""
    with TemporaryDirectory() as folder, make.house(Path(folder), scanner, undo_seconds=10) as home:
        play = Play(home)
        for number, step in enumerate(before):
            play.run(step, OTHERS[number % 2])
            home.clock.advance(seconds=11)
        was, answered = flat(play.held()), play.answers()
        own = play.run(mine, ADA)
        if own is None:
            return
        for number, step in enumerate(after):
            play.run(step, OTHERS[number % 2])
            home.clock.advance(milliseconds=700)
        between = flat(play.held())
        try:
            done = home.house.take_back(ADA, own)
        except TutelaError:
            assert flat(play.held()) == between, "refused, and nothing has changed"
            assert after, "where nobody else did anything it is never refused"
        else:
            gone = {*done.window.decisions, *(done.plan.overturned if done.plan else ())}
            now = flat(play.held())
            of_others = {key: each for key, each in between.items() if each.decision_id not in gone}
            assert now.items() >= of_others.items(), "nothing of others is lifted"
            assert not any(each.decision_id in gone for each in now.values()), "nothing of one's own is left"
            if not after:
                assert now == was
                assert play.answers() == answered
            else:
                ended = {key for key in was if key not in now and key not in done.window.ended}
                assert not any(was[key].decision_id in gone for key in ended)
        assert home.house.verify().breaches == ()
        home.clock.advance(seconds=60)
        assert home.house.verify().breaches == ()
