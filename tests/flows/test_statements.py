"""Statements of reasons over real databases: told, delivered, delayed within bounds, and asked of by the audit."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

import make
from flows.test_decide import ACTOR, asked, measures, on
from make import Home, md5, photo
from telling import EVERY_KEY, OFFICER, PLATFORM, READER, SENIOR, TellingOffice
from tutela.core.content import Account, Age, AgeBand, AgeProvenance
from tutela.core.findings import Delay
from tutela.core.ids import AccountId, DecisionId, StatementId
from tutela.core.measures import MeasureKind, Subject
from tutela.core.operator import STATEMENTS
from tutela.core.permissions import ROLE_SCOPES, Principal, StaffRole
from tutela.core.reasons import Automation, Ground
from tutela.core.reasons.wording import Audience
from tutela.core.statement_states import DelayChange, DelayStep, StatementState, extended
from tutela.core.statements import DelayBasis
from tutela.core.webhooks import STATEMENT_DUE
from tutela.errors import BadInput, Conflict, Forbidden, NotForYou, TutelaError, UnknownAccount, UnknownStatement
from tutela.flows.gather_reasons import Gathered
from tutela.ports.cases import OwnAccount
from tutela.ports.committer import Changeset

DAY = timedelta(days=1)
B = DelayBasis


@pytest.fixture
def office(home_anywhere: Home) -> TellingOffice:
    """Return an office on the databases of the test."""
    return TellingOffice(home_anywhere)


def of_alice(office: TellingOffice) -> list[Gathered]:
    """Return what alice may be told."""
    return office.verbs.keep.of_account(READER, "alice", None, 100)[0]


def delayed(office: TellingOffice, days: int = 10) -> StatementId:
    """Have something removed of which telling waits."""
    until = office.home.clock.now() + days * DAY
    decision = office.remove("late", delay=Delay(until, B.REVIEW_PENDING))
    office.home.clock.advance(seconds=120)
    told = [each.tracked.statement for each in office.verbs.keep.of_decision(SENIOR, decision)]
    return next(each.id for each in told if each.code == "item_removed")


@pytest.mark.both_databases
def test_a_person_is_told_every_element_of_what_was_decided(office: TellingOffice) -> None:
    """Removed under a house rule by a person: what, where, how long, how found, why, and what to do."""
    office.remove("post")
    found = {each.tracked.statement.code.value: each for each in of_alice(office)}
    reasons = found["item_removed"].reasons

    assert [(each.kind, each.subject) for each in reasons.restrictions] == [("remove", "item")]
    assert (reasons.automation, reasons.is_detected_automatically) == (Automation.NOT_AUTOMATED, False)
    assert reasons.ground is Ground.INCOMPATIBLE
    assert found["item_removed"].platform_account == "alice"
    text_of = office.verbs.keep.read(READER, found["item_removed"].tracked.statement.id).worded.text
    assert "Something that you posted was removed." in text_of
    assert "Spam and artificial reach" in text_of
    german = office.verbs.keep.read(READER, found["item_removed"].tracked.statement.id, "de").worded
    assert (german.language, "Es wurde entfernt." in german.text) == ("de", True)
    assert office.home.house.verify().breaches == ()


@pytest.mark.both_databases
def test_what_a_machine_holds_is_told_as_such_and_accuses_nobody(office: TellingOffice) -> None:
    """A match of a list: a machine noticed and decided, on our rules, and a person looks."""
    home = office.home
    picture = home.upload(photo())
    home.list(md5(picture))
    home.submit("post", picture)
    home.clock.advance(days=31)
    for each in of_alice(office):
        assert each.reasons.is_detected_automatically
        assert each.reasons.automation is Automation.FULLY
        assert each.reasons.ground is Ground.INCOMPATIBLE
        text_of = office.verbs.keep.read(READER, each.tracked.statement.id).worded.text
        assert not {"known", picture.id, "alice"} & set(text_of.split())
    assert {each.tracked.statement.code.value for each in of_alice(office)} == {
        "item_not_available", "account_locked_pending_decision"
    }  # fmt: skip
    assert home.house.verify().breaches == ()


def test_every_measure_is_told_by_some_statement(office: TellingOffice) -> None:
    """What a decision granted on an account and its posts is in its statements, each once on its side."""
    decision = office.remove("post", MeasureKind.REMOVE, MeasureKind.NO_PAYOUT)
    with office.home.house.store.read() as reader:
        granted = reader.granted([decision])[decision]
    told = [each for gathered in of_alice(office) for each in gathered.measures]
    assert sorted(m.id for m in told) == sorted(m.id for m in granted)


def test_a_teenager_reads_other_words_unless_somebody_asks(office: TellingOffice) -> None:
    """By the age of the account."""
    office.home.house.desk.put_account(_account(office, "alice", AgeBand.FROM_13_TO_15))
    office.remove("post")
    [told, *_] = of_alice(office)
    keep, statement_id = office.verbs.keep, told.tracked.statement.id
    assert told.audience is Audience.TEEN
    adult = keep.read(READER, statement_id, audience=Audience.ADULT).worded.text
    assert keep.read(READER, statement_id).worded.text != adult


def _account(office: TellingOffice, name: str, band: AgeBand) -> Any:

    entropy, now = office.home.house.entropy, office.home.clock.now()
    return Account(AccountId(entropy.new_id("account")), name, Age(band, AgeProvenance.DECLARED), (), now)


@pytest.mark.both_databases
def test_pages_are_walked_newest_first(office: TellingOffice) -> None:
    """Each once, however small the page."""
    for number in range(5):
        office.remove(f"post-{number}")
    every = [each.tracked.statement.id for each in of_alice(office)]
    walked: list[str] = []
    while page := office.verbs.keep.of_account(READER, "alice", walked[-1] if walked else None, 2)[0]:
        walked += [each.tracked.statement.id for each in page]
    assert walked == sorted(every, reverse=True)
    with pytest.raises(UnknownAccount):
        office.verbs.keep.of_account(READER, "nobody", None, 2)


@pytest.mark.both_databases
def test_delivery_is_noted_once_and_its_lack_is_on_the_checklist(office: TellingOffice) -> None:
    """The first word stays; after a day without one somebody looks."""
    office.remove("post")
    found, keep, clock = of_alice(office), office.verbs.keep, office.home.clock
    assert office.verbs.watch().lines == frozenset()
    clock.advance(days=1, seconds=1)
    assert office.verbs.watch().undelivered == len(found)
    assert office.home.house.checklist()[STATEMENTS] is False
    for each in found:
        tracked, is_new = keep.deliver(PLATFORM, each.tracked.statement.id, "in_app")
        again, is_new_again = keep.deliver(PLATFORM, each.tracked.statement.id, "letter", clock.now())
        assert (is_new, is_new_again) == (True, False)
        assert (tracked, again.delivered_how) == (again, "in_app")
    assert office.verbs.watch().lines == frozenset()
    assert keep.undelivered(READER, 10) == []
    assert STATEMENTS not in office.home.house.checklist()
    assert office.home.house.verify().breaches == ()


@pytest.mark.parametrize(
    ("how", "hours", "place"),
    [("", 0, "how"), ("x" * 61, 0, "how"), ("<b>", 0, "how"), ("mail", 1, "at"), ("mail", -99, "at")],
)
def test_a_delivery_that_cannot_be_is_refused(home: Home, how: str, hours: int, place: str) -> None:
    """No word, or a time before it could be told, or one that has not come."""
    office = TellingOffice(home)
    office.remove("post")
    [told, *_] = of_alice(office)
    with pytest.raises(BadInput) as error:
        office.verbs.keep.deliver(PLATFORM, told.tracked.statement.id, how, home.clock.now() + timedelta(hours=hours))
    assert error.value.place == place


@pytest.mark.both_databases
def test_what_is_delayed_is_not_there_for_a_platform(office: TellingOffice) -> None:
    """Not listed, not read, not delivered; people who decide see it with its basis and end."""
    statement_id, keep = delayed(office), office.verbs.keep
    assert statement_id not in {each.tracked.statement.id for each in of_alice(office)}
    for refused in (lambda: keep.read(EVERY_KEY, statement_id), lambda: keep.deliver(PLATFORM, statement_id, "mail")):
        with pytest.raises(UnknownStatement):
            refused()
    seen = keep.read(SENIOR, statement_id)
    assert (seen.state, seen.gathered.tracked.statement.delay_basis) == (StatementState.DELAYED, B.REVIEW_PENDING)
    office.home.clock.advance(days=10)
    assert keep.read(READER, statement_id).state is StatementState.DUE


@pytest.mark.both_databases
def test_a_delay_is_extended_within_its_basis_and_ended_by_somebody_senior(office: TellingOffice) -> None:
    """With a reason and a history, audited; never beyond what the basis allows; and then it is told."""
    statement_id, keep, now = delayed(office), office.verbs.keep, office.home.clock.now()
    later = keep.delay(SENIOR, statement_id, now + 25 * DAY, B.REVIEW_PENDING, "still looking")
    assert later.statement.tell_at == now + 25 * DAY
    for until, basis, place in (
        (now + 31 * DAY, B.REVIEW_PENDING, "until"), (now + 20 * DAY, B.REVIEW_PENDING, "until"),
        (now + 367 * DAY, B.AUTHORITY_ASKED, "until"),
    ):  # fmt: skip
        with pytest.raises(BadInput) as error:
            keep.delay(SENIOR, statement_id, until, basis, "why")
        assert error.value.place == place
    keep.delay(SENIOR, statement_id, now + 365 * DAY, B.AUTHORITY_ASKED, "letter 7")
    with pytest.raises(BadInput):
        keep.release(SENIOR, statement_id, " ")
    ended = keep.release(OFFICER, statement_id, "letter 8: closed")
    assert ended.state(now) is StatementState.DUE
    history = keep.read(SENIOR, statement_id).history
    assert [(each.step, each.by, each.reason) for each in history] == [
        (DelayStep.EXTENDED, "per_ada", "still looking"), (DelayStep.EXTENDED, "per_ada", "letter 7"),
        (DelayStep.ENDED, "per_ann", "letter 8: closed"),
    ]  # fmt: skip
    with pytest.raises(BadInput, match="told"):
        keep.delay(SENIOR, statement_id, now + 9 * DAY, B.PERSON_AT_RISK, "too late")
    assert office.home.house.verify().breaches == ()


def test_two_who_change_a_delay_at_once_do_not_both(home: Home) -> None:
    """The second reads again."""
    office = TellingOffice(home)
    statement_id, book = delayed(office), office.verbs.keep.book
    before = book.one(statement_id)
    assert before is not None
    office.verbs.keep.release(SENIOR, statement_id, "done")

    now = home.clock.now()
    change = DelayChange(now, "per_1", DelayStep.EXTENDED, B.REVIEW_PENDING, "x", now + 20 * DAY)
    with pytest.raises(Conflict):
        book.change_delay(before, extended(before, change), change)


def test_nobody_changes_what_is_told_to_an_account_of_their_own(home: Home) -> None:
    """Leave it to a colleague."""
    office = TellingOffice(home)
    statement_id = delayed(office)
    with home.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["alice"])["alice"]
    home.house.committer.commit(Changeset(own_accounts=(OwnAccount(SENIOR.id, account.id, home.clock.now()),)))
    with pytest.raises(NotForYou):
        office.verbs.keep.release(SENIOR, statement_id, "mine")


def test_what_can_be_taken_back_is_neither_told_nor_changed(tmp_path: Any, scanner: Any) -> None:
    """Within the seconds of undo nothing is due; a delay is changed a minute later at the earliest."""
    with make.house(tmp_path, scanner, undo_seconds=10) as home:
        office = TellingOffice(home)
        home.house.keep_webhooks.add("forum", "https://forum.example/x", "key_1", events=(STATEMENT_DUE,))
        decision = office.remove("post")
        assert (of_alice(office), office.verbs.tell()) == ([], 0)
        [first, *_] = office.verbs.keep.of_decision(SENIOR, decision)
        with pytest.raises(BadInput, match="taken back"):
            office.verbs.keep.release(SENIOR, first.tracked.statement.id, "now")
        home.clock.advance(seconds=12)
        assert office.verbs.tell() == len(of_alice(office)) == 2
        assert home.house.verify().breaches == ()


@pytest.mark.both_databases
def test_a_platform_is_told_that_there_is_something_and_nothing_of_why(office: TellingOffice) -> None:
    """Ids and codes, once; where nobody asked for it, nothing is noted."""
    home = office.home
    office.remove("post")
    assert office.verbs.tell() == 0
    hook, _ = home.house.keep_webhooks.add("forum", "https://forum.example/x", "key_1", events=(STATEMENT_DUE,))
    assert (office.verbs.tell(), office.verbs.tell()) == (2, 0)
    with home.house.engine.connect() as connection:
        [body] = connection.execute(text("SELECT body FROM webhook_deliveries")).scalars()
    told = json.loads(bytes(body))
    statements = sorted(told["data"]["statements"], key=lambda each: each["code"])
    assert told["type"] == STATEMENT_DUE
    assert [(each["account"], each["code"]) for each in statements] == [
        ("alice", "account_warned"), ("alice", "item_removed")
    ]  # fmt: skip
    assert all(set(each) == {"id", "account", "code"} for each in statements)
    assert {each.tracked.state(home.clock.now()) for each in of_alice(office)} == {StatementState.TOLD}
    assert hook.id


def _tampered(office: TellingOffice, change: str) -> list[tuple[str, str]]:
    with office.home.house.engine.begin() as connection:
        connection.execute(text(change))
    return [(each.promise, each.detail) for each in office.home.house.verify().breaches]


@pytest.mark.both_databases
def test_the_audit_names_a_measure_of_which_nobody_is_told(office: TellingOffice) -> None:
    """P8: a row that was deleted by hand, and a delay that was changed to have no basis, or no end."""
    office.remove("post")
    for change, said in (
        ("UPDATE statements SET tell_us = tell_us + 86400000000", "telling waits without a basis"),
        ("UPDATE statements SET delay_basis = 'review_pending', tell_us = tell_us + 86400000000 * 40",
         "telling waits longer than its basis allows"),
    ):  # fmt: skip
        assert ("P8", said) in _tampered(office, change)
    breaches = _tampered(office, "DELETE FROM statements WHERE code = 'item_removed'")
    assert any(promise == "P8" and "is not told" in detail for promise, detail in breaches)


def test_a_decision_that_carries_on_what_another_one_held_is_told_with_that_one(home: Home) -> None:
    """Reversing one of two findings leaves measures of another, and the audit finds everybody told."""
    picture = home.upload(photo())
    home.submit("post", picture, author="alice")
    first = home.house.decide(asked(on("item", "post", MeasureKind.REMOVE), parts=ACTOR)).decision.id
    home.house.decide(asked(on("item", "post", MeasureKind.NO_ADS), parts=ACTOR))
    assert isinstance(first, str)
    assert measures(home, Subject.media(picture.id)) == ()
    assert home.house.verify().breaches == ()


def test_who_may_do_what_with_statements(home: Home) -> None:
    """Every verb as every role, as keys, and as nobody."""
    keep, nothing = TellingOffice(home).verbs.keep, StatementId("sta_none")
    now = home.clock.now()
    table = {
        "read": ({"read", "statements"}, lambda p: keep.read(p, nothing)),
        "of_account": ({"read", "statements"}, lambda p: keep.of_account(p, "x", None, 1)),
        "undelivered": ({"read", "statements"}, lambda p: keep.undelivered(p, 1)),
        "of_decision": ({"decide"}, lambda p: keep.of_decision(p, DecisionId("dec_none"))),
        "deliver": ({"statements"}, lambda p: keep.deliver(p, nothing, "mail")),
        "delay": ({"decide_senior"}, lambda p: keep.delay(p, nothing, now, B.PERSON_AT_RISK, "x")),
        "release": ({"decide_senior"}, lambda p: keep.release(p, nothing, "x")),
    }
    for verb, (takes, call) in table.items():
        for role in StaffRole:
            person = Principal("per_1", ROLE_SCOPES[role], SENIOR.person_id)
            assert _is_let_in(call, person) == bool(takes & ROLE_SCOPES[role]), (verb, role)
        assert _is_let_in(call, EVERY_KEY) == (takes != {"decide_senior"}), verb
        assert not _is_let_in(call, Principal("", frozenset())), verb


def _is_let_in(call: Any, principal: Principal) -> bool:
    try:
        call(principal)
    except Forbidden:
        return False
    except TutelaError:
        return True
    return True
