"""Random histories: every measure is told, every record keeps the database's rules, and nobody is in any of it."""

import json
from random import Random

import pytest

from flows.test_decide import asked, on
from flows.test_orders import ANN, verified
from flows.test_undo import reverse
from make import Home, md5, photo, submission
from noticing import Noticing
from telling import PROFILE, READER, SENIOR, TellingOffice
from tutela.core.dsa.validator import breaches
from tutela.core.ids import DecisionId
from tutela.core.measures import MeasureKind as K
from tutela.core.reasons import Origin
from tutela.core.roles import Role
from tutela.errors import TutelaError

ON_ITEM = (K.LIMIT_REACH, K.REMOVE, K.NO_ADS, K.NO_PAYOUT, K.EXCLUDE, K.HOLD)
ON_ACCOUNT = (K.BLOCK_POSTING, K.SUSPEND, K.WARN)
STEPS = 25


def step(home: Home, dice: Random, made: list[DecisionId]) -> None:
    """Do one thing at random; what the house refuses is no part of the history."""
    name, author = f"post-{dice.randrange(12)}", f"author-{dice.randrange(4)}"
    what = dice.choice(("post", "picture", "decide", "decide", "account", "reverse", "wait"))
    if what == "post":
        home.submit_all(submission(name, author=author, text="a hill", language=dice.choice(("de", "en-GB", None))))
    elif what == "picture":
        picture = home.upload(photo(dice.choice(("china", "flower")), width=dice.choice((200, 300))))
        home.submit_all(submission(f"{name}-picture", picture, author=author))
    elif what == "decide":
        with home.house.store.read() as reader:
            item = reader.items_by_platform_id([name]).get(name)
            owner = item and reader.accounts_by_id([item.item.account_id])[item.item.account_id].platform_id
        parts = ((owner or author, Role.ACTOR),)
        until = home.clock.now().replace(year=2030) if dice.random() < 0.5 else None
        measure = on("item", name, dice.choice(ON_ITEM), ends_at=until)
        made.append(home.house.decide(asked(measure, parts=parts, clause=dice.choice(CLAUSES))).decision.id)
    elif what == "account":
        measure = on("account", author, dice.choice(ON_ACCOUNT))
        parts = ((author, Role.ACTOR),)
        made.append(home.house.decide(asked(measure, parts=parts, clause=dice.choice(CLAUSES))).decision.id)
    elif what == "reverse" and made:
        reverse(home, made.pop(dice.randrange(len(made))))
    else:
        home.clock.advance(hours=dice.randrange(1, 400))


CLAUSES = ("house.spam", "house.conduct", "adults.intimate", "minors.exploitative")


@pytest.mark.parametrize("seed", range(4))
def test_after_any_history_everybody_is_told_and_every_record_keeps_the_rules(home: Home, seed: int) -> None:
    """P8, Articles 17 and 24(5): a statement for each measure, a record or a reason for none for each statement."""
    dice, office, made = Random(seed), TellingOffice(home), list[DecisionId]()  # noqa: S311  # no secret
    home.house.profile.write(PROFILE)
    home.list(md5(home.upload(photo("china", width=200))))
    done = 0
    for _ in range(STEPS * 3):
        try:
            step(home, dice, made)
        except TutelaError:
            continue
        done += 1
        home.clock.advance(seconds=1)
    assert done > STEPS
    assert [each for each in home.house.verify().breaches if each.promise == "P8"] == []
    home.clock.advance(days=31)
    office.verbs.draw_up()
    records = [json.loads(body) for (body,) in office.rows("body")]
    assert records
    assert all(breaches(each) == () for each in records)
    assert not any(
        word in json.dumps({**each, "puid": ""}) for each in records for word in ("author-", "post-", "hill")
    )
    with home.house.engine.connect() as connection:
        undecided = connection.exec_driver_sql("SELECT COUNT(*) FROM statements WHERE record IS NULL").scalar_one()
    assert undecided == 0
    for number in range(4):
        try:
            told, _ = office.verbs.keep.of_account(READER, f"author-{number}", None, 1000)
        except TutelaError:
            continue
        for each in told:
            assert office.verbs.keep.read(READER, each.tracked.statement.id).worded.text


@pytest.mark.both_databases
def test_what_came_of_a_notice_is_told_as_such_and_by_nobody(home_anywhere: Home) -> None:
    """No machine noticed it; who told is nowhere; the database gets Article 16, and a person's answer too."""
    desk, office = Noticing(home_anywhere), TellingOffice(home_anywhere)
    home_anywhere.house.profile.write(PROFILE)
    desk.posted("holiday")
    desk.tell("holiday", words="zq7 this is me", age_said="13_15")
    home_anywhere.clock.advance(days=31)
    [told] = office.verbs.keep.of_account(READER, "alice", None, 10)[0]
    assert told.reasons.origin is Origin.NOTICE
    assert not told.reasons.is_detected_automatically
    text = office.verbs.keep.read(READER, told.tracked.statement.id).worded.text
    assert "Somebody told us about it. We do not say who." in text
    assert "zq7" not in text
    decision = home_anywhere.house.decide(
        asked(on("item", "holiday", K.QUARANTINE), on("account", "alice", K.SUSPEND), clause="cse.depiction",
              parts=(("alice", Role.ACTOR),))
    ).decision.id  # fmt: skip
    assert office.verbs.keep.of_decision(SENIOR, decision)
    office.verbs.draw_up()
    records = [json.loads(body) for (body,) in office.rows("body")]
    assert {each["source_type"] for each in records} >= {"SOURCE_ARTICLE_16"}
    assert home_anywhere.house.verify().breaches == ()


@pytest.mark.both_databases
def test_what_an_authority_ordered_is_told_as_such_and_not_sent(home_anywhere: Home) -> None:
    """Article 17(5): the recipient hears that it was ordered, and where it holds; the database hears nothing."""
    office = TellingOffice(home_anywhere)
    home_anywhere.house.profile.write(PROFILE)
    home_anywhere.submit("a")
    done = home_anywhere.house.orders.effect.give(ANN, verified(home_anywhere))
    [decision] = done.progress.decisions
    told = office.verbs.keep.of_decision(SENIOR, decision)
    assert {each.reasons.origin for each in told} == {Origin.ORDER}
    home_anywhere.clock.advance(days=366)
    office.verbs.draw_up()
    assert office.rows() == []
    assert home_anywhere.house.verify().breaches == ()
