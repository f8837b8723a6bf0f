"""Findings that share one measure: undoing the one that holds it frees nobody whom another one names (P1, P2)."""

import orjson
import pytest

from flows.test_bulk import DEPICTION, REMOVE, K, account, asked, post, rows
from make import Home, photo
from tutela.core.bulks import BulkMeasure, Target
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.measures import Subject
from tutela.core.reversals import Reversal, plan_reversal
from tutela.errors import Conflict
from tutela.flows.trace import trace
from tutela.flows.undo import Undoer, undo
from tutela.ports.committer import Changeset
from tutela.ports.decisions import Bulk, BulkItem, BulkState


def test_whoever_is_the_actor_of_other_items_stays_out_when_one_finding_is_reversed(home_anywhere: Home) -> None:
    """P2: the first item's decision holds the one lock; undone, the next one takes it over, down to the last."""
    home = home_anywhere
    names = post(home, 3, authors=1)
    full = asked(REMOVE, BulkMeasure(K.LOCK_PENDING_DECISION, Target.AUTHOR), clause=DEPICTION, items=tuple(names))
    made = [DecisionId(each or "") for _, each in rows(home, home.house.decide_in_bulk(full, 3))]
    left = []
    for number, decision_id in enumerate(made, start=1):
        foreseen = home.house.reverse.foresee(decision_id)
        done = home.house.reverse(Reversal(decision_id, Facts("mistaken"), Decider("key_ben")))
        assert done.foreseen.plan == foreseen.plan
        assert {each.rests_on for each in foreseen.plan.carries} <= set(made[number:])
        left.append(home.kinds(account(home, "u0")))
        assert home.house.verify().breaches == ()

    assert left == [{"lock_pending_decision"}, {"lock_pending_decision"}, set()]


def test_a_picture_found_in_another_item_stays_hidden_when_one_finding_is_reversed(home_anywhere: Home) -> None:
    """P1: whoever carries it next is refused, and its near copies are held, until the last finding is undone."""
    home = home_anywhere
    picture = home.upload(photo("china"))
    for name in ("one", "two"):
        home.submit(name, picture, author=name)
    full = asked(REMOVE, BulkMeasure(K.LOCK_PENDING_DECISION, Target.AUTHOR), clause=DEPICTION, items=("one", "two"))
    made = [DecisionId(each or "") for _, each in rows(home, home.house.decide_in_bulk(full, 2))]
    left = []
    for decision_id in made:
        for by in ("key_ben", "key_eve"):
            home.house.reverse(Reversal(decision_id, Facts("mistaken"), Decider(by)))
        home.house.match_late()
        left.append(home.kinds(Subject.media(picture.id)))
        assert home.house.verify().breaches == ()

    assert left == [{"quarantine", "block_media"}, set()]
    assert not home.is_absent("two")


def test_a_lock_that_a_finding_comes_to_rely_on_meanwhile_is_not_ended(home: Home) -> None:
    """P2: the reversal was planned before the second finding was there, and is planned again."""
    names = post(home, 2, authors=1)
    full = asked(REMOVE, BulkMeasure(K.LOCK_PENDING_DECISION, Target.AUTHOR), clause=DEPICTION, items=tuple(names))
    with home.house.store.read() as reader:
        ids = [reader.items_by_platform_id([name])[name].item.id for name in names]
    bulk = Bulk(
        "blk_x", "key_ada", False, home.clock.now(), orjson.dumps(full.ask.as_json()), BulkState.RUNNING, 2  # noqa: FBT003  # a positional dataclass
    )  # fmt: skip
    kept = {bulk.id: tuple(BulkItem(at, each) for at, each in enumerate(ids))}
    home.house.committer.commit(Changeset(bulks=(bulk,), bulk_items=kept))
    run = home.house.run_bulks
    with home.house.store.read() as reader:
        home.house.committer.commit(run.plan(reader, bulk, kept[bulk.id][:1])[0])
    [first, _] = rows(home, bulk)
    decision_id = DecisionId(first[1] or "")
    with home.house.store.read() as reader:
        decision = reader.decisions([decision_id])[decision_id]
        traced = trace(reader, [decision], home.clock.now())
    who = Undoer(Decider("key_ben"), Facts("mistaken"), home.house.policy.version)
    stale = undo(plan_reversal(traced.known), traced, who, home.house.entropy)
    assert run.step(bulk.id)

    with pytest.raises(Conflict):
        home.house.committer.commit(stale)
    assert home.kinds(account(home, "u0")) == {"lock_pending_decision"}
