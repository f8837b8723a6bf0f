"""Strikes over HTTP."""

from datetime import timedelta
from typing import Any

from make import AT, decision
from tutela.core.ids import ClauseId
from tutela.core.strikes import Decay, DecayKind, Strike
from tutela.ports.committer import Changeset


def test_strikes_are_told_with_what_counts_now_and_what_comes_next(api: Any) -> None:
    """Frozen as they were: a halved one, a warning, a reversed one; and the rung that the points would reach."""
    api.send("PUT", "/v1/accounts/struck", json={})
    now = api.house.clock.now()
    with api.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["struck"])["struck"].id
    made = [decision() for _ in range(3)]
    quarter, clause = Decay(DecayKind.HALVES, 90), ClauseId("adults.intimate")
    strikes = tuple(
        Strike(each.id, account, clause, "people_shown", points, now - timedelta(days=days), quarter)
        for each, points, days in zip(made, (4, 0, 8), (100, 50, 10), strict=True)
    )
    reversal = decision(reverses=made[2].id)
    api.house.committer.commit(Changeset(decisions=(*made, reversal), strikes=strikes))
    told = api.get("/v1/accounts/struck/strikes", scope="read")

    assert told["points"] == 2
    assert told["ladders"] == [
        {"ladder": "people_shown", "points": 2, "next": {"points": 4, "kind": "suspend", "days": 14}}
    ]
    assert [(s["points"], s["points_now"], s["warning"], s["reversed_by"]) for s in told["strikes"]] == [
        (8, 0, False, reversal.id),
        (0, 0, True, None),
        (4, 2, False, None),
    ]
    assert told["strikes"][0]["less_at"] is None


def test_a_ladder_that_no_file_has_any_more_still_counts(api: Any) -> None:
    """What was frozen is counted; only what comes next cannot be said."""
    api.send("PUT", "/v1/accounts/struck-before", json={})
    with api.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["struck-before"])["struck-before"].id
    by = decision()
    strike = Strike(by.id, account, ClauseId("old.rule"), "old", 3, AT, Decay(DecayKind.EXPIRES, 3650))
    api.house.committer.commit(Changeset(decisions=(by,), strikes=(strike,)))

    assert api.get("/v1/accounts/struck-before/strikes")["ladders"] == [{"ladder": "old", "points": 3, "next": None}]


def test_an_account_without_strikes_has_none_and_an_unknown_one_is_404(api: Any) -> None:
    """Nothing is guessed."""
    api.send("PUT", "/v1/accounts/unstruck", json={})
    told = api.get("/v1/accounts/unstruck/strikes")

    assert (told["points"], told["ladders"], told["strikes"]) == (0, [], [])
    assert api.send("GET", "/v1/accounts/nobody-struck/strikes").status_code == 404
