"""Rules ask classifiers over real HTTP, what they say comes back as an event, and whatever fails is unknown."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from answering import BEA, CYD, Office
from asked import A_CASE, ID, LABEL, answers, asking, asks, questions, reads
from make import Home, photo
from ruled import ADULT, CLAUSE, YOUNG, cases_about, event, fires, message, observe, resettled, use, who
from tutela.adapters.twins.classifier_server import ClassifierTwin, Mode
from tutela.adapters.twins.classifiers import CALL_COST_MICRO, SECRET, WORD, ModerationTwin
from tutela.core.conclusions import Conclusion
from tutela.core.content import Channel, ChannelKind
from tutela.core.event_facts import Written, recalled
from tutela.core.measures import MeasureKind, Subject
from tutela.core.operator import CLASSIFIERS, Basis, OperatorProfile, Technique
from tutela.core.roles import Role
from tutela.core.rules.rule import AddLabel, AskClassifier, GrantMeasure, Rule, RuleState, Target
from tutela.core.units import Duration
from tutela.errors import BadInput, Unavailable
from tutela.ports.committer import Changeset, Receipt
from tutela.ports.events import FireOutcome

OFFICE = Office
FULL = f"{WORD} {WORD} lake"
"""Of which the twin says two thirds."""

PRIVATE = Channel(ChannelKind.PRIVATE, conversation="room")


@pytest.fixture
def twin(home_anywhere: Home) -> Iterator[ClassifierTwin]:
    """Yield a classifier that one rule asks about every message, and another one reads."""
    with asking(home_anywhere) as listening:
        yield listening


def send(home: Home, name: str = "m1", said: str = FULL, **more: object) -> None:
    """Tell a message of an adult."""
    observe(home, message(name, who("ann", ADULT, "DE"), None, text=said, **more))


def ask(home: Home) -> int:
    """Ask everything that is due."""
    return home.house.classifying.ask_due.all()


def test_what_a_rule_asks_comes_back_as_an_event_that_rules_read(home_anywhere: Home, twin: ClassifierTwin) -> None:
    """The text goes out once, a person gets a case with what was said, and nothing is decided."""
    send(home_anywhere)
    [question] = questions(home_anywhere)
    assert (question["state"], question["rule"], question["classifier_id"]) == ("waiting", "asks", ID)
    assert WORD.encode() not in question["sealed"]
    assert cases_about(home_anywhere, "ann") == {}

    assert ask(home_anywhere) == 1

    assert [came.json()["input"]["text"] for came in twin.came] == [FULL]
    [fire] = fires(home_anywhere, "reads")
    assert (fire.outcome, fire.because) == (FireOutcome.ACTED, f"{ID} said label-0 with 0.6666666667")
    assert list(cases_about(home_anywhere, "ann")) == [CLAUSE]
    [asked] = fires(home_anywhere, "asks")
    assert (asked.outcome, asked.case_id) == (FireOutcome.ASKED, None)


@pytest.mark.both_databases
def test_with_the_last_word_the_text_is_erased(home_anywhere: Home, twin: ClassifierTwin) -> None:
    """From the question, and it is nowhere else; what was answered stays, with version and cost."""
    del twin
    send(home_anywhere)
    ask(home_anywhere)
    [question], [answer] = questions(home_anywhere), answers(home_anywhere)
    assert (question["state"], question["sealed"]) == ("answered", None)
    assert (answer["version"], answer["cost_micro"], answer["reason"]) == ("model-2026-03", CALL_COST_MICRO, None)
    assert json.loads(answer["body"])["labels"] == [["label-0", CLAUSE, pytest.approx(2 / 3), True]]
    with home_anywhere.house.engine.connect() as connection:
        bodies = [bytes(each) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars()]
    assert not any(WORD.encode() in each or b"0.66" in each for each in bodies)


def test_the_event_tells_whom_the_original_was_about(home_anywhere: Home, twin: ClassifierTwin) -> None:
    """Author, recipient, channel and regions."""
    del twin
    sent = message("m1", who("ann", ADULT, "DE"), who("kid", YOUNG, "FR"), text=FULL, channel=Channel(conversation="r"))
    observe(home_anywhere, sent)
    ask(home_anywhere)
    [fire] = fires(home_anywhere, "reads")
    with home_anywhere.house.store.read() as reader:
        recorded = reader.event(fire.event_id)
    assert recorded is not None
    facts = recorded.facts
    assert (facts["event.kind"], facts["event.regions"]) == ("classification", ("DE", "FR"))
    assert (facts["channel.conversation"], facts["recipient.age_band"]) == ("r", "13_15")
    assert (facts["classifier.asked_about"], facts["classifier.clauses"]) == ("text", (CLAUSE,))
    assert "text.body" not in facts


def test_an_answer_that_reaches_no_threshold_is_an_event_as_well(home_anywhere: Home, twin: ClassifierTwin) -> None:
    """A rule may read the score; this one reads labels."""
    del twin
    send(home_anywhere, said="a lake and a boat")
    ask(home_anywhere)
    assert fires(home_anywhere, "reads") == []
    [answer] = answers(home_anywhere)
    assert answer["laid_as"] is not None


UNKNOWN = {
    Mode.HANG: "timed_out",
    Mode.DRIP: "timed_out",
    Mode.HUGE: "answer_too_large",
    Mode.CUT: "broken",
    Mode.GARBAGE: "garbage",
    Mode.NO_JSON: "garbage",
    Mode.LIE: "out_of_range",
    Mode.OTHER_VERSION: "wrong_version",
    Mode.REDIRECT: "redirected",
    Mode.BUSY: "busy",
    Mode.SERVER: "server",
    Mode.DENY: "denied",
}


@pytest.mark.parametrize("mode", UNKNOWN)
def test_a_classifier_that_fails_says_nothing_and_is_asked_again(home: Home, mode: Mode) -> None:
    """No event, no case, and the text is kept sealed until it answers; then rules get it after all."""
    with asking(home, seconds="0.5" if UNKNOWN[mode] == "timed_out" else "20") as twin:
        twin.mode = mode
        send(home)
        ask(home)
        [question] = questions(home)
        assert (question["state"], question["tries"]) == ("waiting", 1)
        assert question["sealed"] is not None
        assert (answers(home), fires(home, "reads")) == ([], [])
        unknown = home.house.classifying.usages.read(ID).counts.unknown
        assert {reason.value for reason in unknown} >= {UNKNOWN[mode]}

        twin.mode = Mode.WELL
        for _ in range(5):  # half a second may be too short for a busy machine
            home.clock.advance(hours=1)
            ask(home)
        assert len(fires(home, "reads")) == 1


def test_what_never_answers_is_given_up_and_its_text_erased(home: Home) -> None:
    """After a day of tries at the most; the answer that never came is counted with its reason."""
    with asking(home) as twin:
        twin.mode = Mode.GARBAGE
        send(home)
        for _ in range(12):
            ask(home)
            home.clock.advance(hours=7)
        [question], [answer] = questions(home), answers(home)
    assert (question["state"], question["sealed"], question["tries"]) == ("given_up", None, 9)
    assert (answer["reason"], answer["laid_as"]) == ("garbage", None)


def test_whoever_bills_too_much_is_not_asked_again_that_day(home: Home) -> None:
    """What it said counts; the next one waits for tomorrow, and somebody is told."""
    with asking(home) as twin:
        twin.mode = Mode.OVERCHARGE
        send(home, "m1")
        ask(home)
        assert len(fires(home, "reads")) == 1
        send(home, "m2")
        ask(home)
        assert len(twin.came) == 1
        assert home.house.classifying.read.alarms() == {CLASSIFIERS}
        home.clock.advance(days=1, hours=1)
        ask(home)
        assert len(twin.came) == 2


def test_a_classifier_that_is_out_for_long_is_on_the_checklist(home: Home) -> None:
    """Until it answers."""
    with asking(home) as twin:
        twin.mode = Mode.SERVER
        send(home)
        ask(home)
        assert home.house.classifying.read.alarms() == frozenset()
        home.clock.advance(hours=1, minutes=1)
        assert home.house.classifying.read.alarms() == {CLASSIFIERS}
        twin.mode = Mode.WELL
        ask(home)
        assert home.house.classifying.read.alarms() == frozenset()


def basis(home: Home, *techniques: Technique) -> None:
    """Record that private messages may be looked at so, for a week."""
    now = home.clock.now()
    bases = tuple(
        Basis("DE", ChannelKind.PRIVATE, each, "the law", "assessment 1", now, now + timedelta(days=7))
        for each in techniques
    )
    home.house.profile.write(OperatorProfile("DE", ("DE",), tuple(ChannelKind), bases=bases))


@pytest.mark.parametrize(
    ("techniques", "channels", "goes_out"),
    [
        ((), 'channels = ["private"]', False),
        ((Technique.BEHAVIOUR,), 'channels = ["private"]', False),
        ((Technique.BEHAVIOUR, Technique.TEXT), "", False),
        ((Technique.BEHAVIOUR, Technique.TEXT), 'channels = ["private"]', True),
    ],
    ids=["no basis", "none for reading", "not for this classifier", "all of it"],
)
def test_a_private_message_goes_out_only_on_a_basis(
    home_anywhere: Home, techniques: tuple[Technique, ...], channels: str, *, goes_out: bool
) -> None:
    """For who writes to whom, for reading, and by the operator's word for this very classifier (P12)."""
    basis(home_anywhere, *techniques)
    more = (
        f'{channels}\nrequest = \'{{"input": {{"text": "$text"}}}}\'\nheader = "X-Key"\nversion_at = "/model/version"'
    )
    with asking(home_anywhere, more=f'{more}\nscale = 100\ncost_at = "/billed"', takes='["text"]') as twin:
        send(home_anywhere, channel=PRIVATE)
        ask(home_anywhere)
        assert len(twin.came) == goes_out
        assert len(questions(home_anywhere)) == goes_out
        assert len(fires(home_anywhere, "reads")) == goes_out


def test_a_basis_that_lapses_while_it_waits_keeps_a_message_here(home: Home) -> None:
    """It is asked again right before it would leave."""
    basis(home, Technique.BEHAVIOUR, Technique.TEXT)
    more = 'channels = ["private"]\nrequest = \'{"input": {"text": "$text"}}\'\nheader = "X-Key"'
    with asking(home, more=more, takes='["text"]') as twin:
        send(home, channel=PRIVATE)
        home.clock.advance(days=8)
        ask(home)
        [question], [answer] = questions(home), answers(home)
    assert (twin.came, question["sealed"]) == ([], None)
    assert answer["reason"] == "no_basis"


def test_nothing_encrypted_from_end_to_end_is_ever_asked_about(home: Home) -> None:
    """Whatever is recorded."""
    basis(home, *Technique)
    with asking(home) as twin:
        send(home, channel=replace(PRIVATE, is_encrypted=True))
        ask(home)
    assert (twin.came, questions(home)) == ([], [])


def test_without_consent_nothing_is_even_stored_for_it(home: Home) -> None:
    """A classifier beyond our own network that the operator has not switched on."""
    with asking(home) as twin:
        spec = home.house.classifier_specs[ID]
        outside = replace(spec, sending=replace(spec.sending, is_inside=False))
        home.house.classifier_specs = {ID: outside}
        resettled(home)
        use(home, asks(), reads())
        send(home)
        ask(home)
    assert (twin.came, questions(home)) == ([], [])


def test_a_rule_asks_only_so_often_in_a_day(home: Home) -> None:
    """And what it says beyond it is in the log; the same content is asked about once, whoever asks."""
    resettled(home, rule_questions_per_day=2)
    with asking(home, asks(), asks(name="asks-too"), reads()) as twin:
        for number in range(4):
            send(home, f"m{number}")
        ask(home)
        assert len(twin.came) == 4
        assert len(questions(home)) == 4
        home.clock.advance(days=1)
        send(home, "m9")
        ask(home)
        assert len(twin.came) == 5


def test_more_than_a_budget_pays_is_never_stored(home: Home) -> None:
    """Calls of the day bound what waits."""
    with asking(home) as twin:
        spec = home.house.classifier_specs[ID]
        home.house.classifier_specs = {ID: replace(spec, budget=replace(spec.budget, calls_per_day=3))}
        resettled(home)
        use(home, asks(), reads())
        for number in range(5):
            send(home, f"m{number}")
        ask(home)
    assert (len(questions(home)), len(twin.came)) == (3, 3)


def test_because_of_an_answer_nothing_is_done_before_a_person_looks(home: Home) -> None:
    """A rule that would block messages opens its case, and no more; a label it may put."""
    block = GrantMeasure(MeasureKind.BLOCK_MESSAGING, Target.AUTHOR, Duration(hours=24), "minors")
    strict = replace(reads(), then=(A_CASE, block, AddLabel("looked_at", Target.AUTHOR, "because")))
    with asking(home, asks(), strict):
        send(home)
        ask(home)
    with home.house.store.read() as reader:
        [account] = reader.accounts_by_platform_id(["ann"]).values()
        standing = reader.standings([Subject.account(account.id)]).get(Subject.account(account.id))
        labels = reader.labels([account.id], home.clock.now())
    assert standing is None or standing.measures == ()
    assert [each.label for each in labels[account.id]] == ["looked_at"]
    assert list(cases_about(home, "ann")) == [CLAUSE]
    assert home.house.verify().breaches == ()


def test_a_rule_in_shadow_asks_nobody(home: Home) -> None:
    """Neither does an answer ask again."""
    with asking(home, replace(asks(), state=RuleState.SHADOW), reads()) as twin:
        send(home)
        ask(home)
    assert (twin.came, questions(home)) == ([], [])
    with asking(home, asks('event.kind == "message" or event.kind == "classification"'), reads()) as twin:
        send(home, "m2")
        ask(home)
        ask(home)
    assert len(twin.came) == 1


def test_what_a_participant_quotes_to_us_is_put_to_nobody_else(home: Home) -> None:
    """P12: a notice is heard in every channel; the words in it may be somebody else's."""
    with asking(home, asks("text.length > 0")):
        quoted = Written(f"they wrote {FULL}")
        observe(
            home,
            event("r1", "report", who("kid", YOUNG, "DE"), who("ann", ADULT, "DE"), channel=PRIVATE, written=quoted),
            event("r2", "report", who("kid", YOUNG, "DE"), who("ann", ADULT, "DE"), channel=Channel(), written=quoted),
        )
        assert questions(home) == []
        send(home)
        assert len(questions(home)) == 1


def test_no_platform_tells_an_answer(home: Home) -> None:
    """It is made here."""
    [outcome], _ = home.house.observe([event("e1", "classification", who("ann", ADULT))])
    assert isinstance(getattr(outcome, "error", None), BadInput)


@pytest.mark.both_databases
def test_of_two_processes_one_asks(home_anywhere: Home, twin: ClassifierTwin) -> None:
    """What one has leased the other is not given, until the lease is over: then nothing is lost by a kill."""
    send(home_anywhere)
    mine = home_anywhere.house.classifying
    [claimed] = mine.ask_due.begin()  # and this process is killed
    home_anywhere.house.__dict__.pop("classifying")
    other = home_anywhere.house.classifying
    assert other.ask_due.begin() == []
    home_anywhere.clock.advance(minutes=11)
    assert other.ask_due.all() == 1
    assert len(fires(home_anywhere, "reads")) == 1

    mine.ask_due.carry(claimed)  # it was only slow: what it heard changes nothing any more

    assert len(fires(home_anywhere, "reads")) == 1
    assert len(answers(home_anywhere)) == 1
    assert len(twin.came) == 2
    mine.close()


class Killed:
    """A committer of a process that ends right then."""

    def commit(self, changeset: Changeset) -> Receipt:
        """Write nothing."""
        del changeset
        raise Unavailable("killed")


def test_a_kill_between_the_answer_and_its_record_loses_nothing(home_anywhere: Home, twin: ClassifierTwin) -> None:
    """It is asked again: event and record are one transaction."""
    send(home_anywhere)
    house = home_anywhere.house
    stored = house.classifying.lay
    committer = stored.committer

    house.classifying.__dict__["lay"] = replace(stored, committer=Killed())
    ask(home_anywhere)
    assert (fires(home_anywhere, "reads"), answers(home_anywhere)) == ([], [])

    house.classifying.__dict__["lay"] = replace(stored, committer=committer)
    house.classifying.__dict__.pop("ask_due")
    home_anywhere.clock.advance(minutes=11)
    ask(home_anywhere)
    assert len(fires(home_anywhere, "reads")) == 1
    assert len(twin.came) == 2


def test_what_no_licence_lets_anybody_keep_is_read_and_not_written_down(home: Home) -> None:
    """Rules see it; neither event, fire, answer nor reason has it."""
    terms = "[classifier.terms]\nmay_retain = false\n"
    with asking(home, labels=f"{terms}{LABEL}"):
        send(home)
        ask(home)
    [fire], [answer] = fires(home, "reads"), answers(home)
    assert (fire.because, fire.trace) == (f"{ID} said unknown with unknown", ())
    assert json.loads(answer["body"]) == {"labels": [], "priority": None}
    with home.house.store.read() as reader:
        recorded = reader.event(fire.event_id)
    assert recorded is not None
    assert not {"classifier.score", "classifier.labels", "classifier.clauses"} & recorded.facts.keys()


def test_a_picture_is_asked_about_by_its_bytes(home: Home) -> None:
    """As they were received, once for each rule and item."""
    with asking(
        home, asks('event.kind == "post"', to="openai-moderation"), kind="openai_moderation", system=ModerationTwin(),
        takes='["image"]', labels=LABEL.replace("/out/0/la~1ke", "lakes"),
    ) as twin:  # fmt: skip
        media = home.upload(photo("coffee"))
        home.submit("i1", media)
        assert [each["content_ref"] for each in questions(home)] == [media.id]
        ask(home)
        [came] = twin.came
        [answer] = answers(home)
    assert came.json()["input"][0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert (answer["reason"], answer["item_id"] is not None) == (None, True)


def test_questions_are_forgotten_with_their_events(home: Home) -> None:
    """Also those that still wait: their text went with the key of its day."""
    with asking(home) as twin:
        send(home, "m1")
        ask(home)
        send(home, "m2")
        twin.mode = Mode.SERVER
        home.clock.advance(days=31)
        home.house.classifying.forget()
    assert (questions(home), answers(home)) == ([], [])


def test_a_classifier_that_a_rule_asks_and_nobody_set_up_is_on_the_checklist(home: Home) -> None:
    """The rest of the rule goes on."""
    rule = replace(asks(to="nobody"), then=(AskClassifier("nobody"), replace(A_CASE, because="seen")))
    with asking(home, rule) as twin:
        send(home)
        assert list(cases_about(home, "ann")) == [CLAUSE]
        assert (twin.came, questions(home)) == ([], [])


def test_the_secret_is_sent_and_kept_nowhere(home: Home) -> None:
    """Neither in questions, answers, audit nor usage."""
    with asking(home) as twin:
        send(home)
        ask(home)
        assert twin.came[0].headers["x-key"] == SECRET
    with home.house.engine.connect() as connection:
        for table in ("classifier_usage", "classifier_questions", "classifier_answers", "audit_payloads"):
            assert SECRET not in str(connection.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608  # names of our own tables


@pytest.mark.parametrize(("conclusion", "precision"), [(Conclusion.VIOLATION, 1), (Conclusion.NO_VIOLATION, 0)])
@pytest.mark.both_databases
def test_agreement_is_told_by_what_people_found(
    office_anywhere: Office, conclusion: Conclusion, precision: int
) -> None:
    """Of what the classifier flagged itself its precision, and nothing of what it missed."""
    home = office_anywhere.home
    with asking(home):
        observe(home, message("m1", who("alice", ADULT), who("kid", YOUNG), text=FULL))
        ask(home)
        assert home.house.classifying.read.agreement(ID) == []
        case = office_anywhere.case(clause=CLAUSE)
        parts = (("alice", Role.ACTOR),) if conclusion is Conclusion.VIOLATION else ()
        office_anywhere.decide(BEA, case.id, conclusion, parts=parts)
        if conclusion is Conclusion.VIOLATION:
            office_anywhere.decide(CYD, case.id, conclusion, parts=parts)
        [found] = home.house.classifying.read.agreement(ID)
    assert (found.label, found.version) == ("label-0", "model-2026-03")
    assert (found.precision.agreed, found.precision.of) == (precision, 1)
    assert (found.recall.of, found.agreed.of) == (0, 0)


def test_what_came_before_people_otherwise_tells_what_a_classifier_missed(office: Office) -> None:
    """Another rule opened the case, and this one said nothing."""
    home = office.home
    other = Rule("other", CLAUSE, RuleState.LIVE, 'event.kind == "message"', (replace(A_CASE, because="seen"),))
    with asking(home, asks(), reads(), other):
        observe(home, message("m1", who("alice", ADULT), who("kid", YOUNG), text="a lake and a boat"))
        ask(home)
        case = office.case(clause=CLAUSE)
        for each in (BEA, CYD):
            office.decide(each, case.id, Conclusion.VIOLATION, parts=(("alice", Role.ACTOR),))
        [found] = home.house.classifying.read.agreement(ID)
    assert (found.precision.of, found.recall.agreed, found.recall.of) == (0, 0, 1)


def test_an_answer_is_read_again_only_as_its_original_may_be(home: Home) -> None:
    """Where nobody may read any more what was written, nobody reads what was said about it (P12)."""
    with asking(home):
        send(home)
        ask(home)
    [fire] = fires(home, "reads")
    with home.house.store.read() as reader:
        recorded = reader.event(fire.event_id)
    assert recorded is not None
    whole = recalled(recorded.facts, frozenset(Technique), None).facts
    assert (whole["classifier.labels"], whole["classifier.id"]) == (("label-0",), ID)
    less = recalled(recorded.facts, frozenset({Technique.BEHAVIOUR, Technique.KNOWN_IMAGES}), None).facts
    assert not any(name.startswith("classifier.") for name in less)
    assert less["event.kind"] == "classification"
