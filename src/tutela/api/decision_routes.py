"""The routes of decisions by hand."""

from tutela.api import (
    decision_answers,
    decision_bodies,
    decisions,
)
from tutela.api.route import Route

ROUTES = (
    Route(
        "POST",
        "/v1/decisions",
        "decide",
        "Decide by hand",
        work=decisions.decide,
        body=decision_bodies.NewDecision,
        answer=decision_answers.DecisionPlan,
        statuses=(200, 201),
        is_repeatable=True,
        detail="With `dry_run` the plan is told and nothing is written. What the policy or the charter does not allow "
        "is refused with a sentence for each place. For an actor under a zero-tolerance clause nothing lesser than "
        "removal and a lock or suspension is an answer; whoever has another part is protected and loses nothing. That "
        "a child did it needs a key with `decide_senior` as well.",
    ),
    Route(
        "GET",
        "/v1/decisions/{id}",
        "decide",
        "Read a decision",
        work=decisions.read,
        answer=decision_answers.Decision,
    ),
    Route(
        "POST",
        "/v1/decisions/{id}/reversal",
        "decide",
        "Reverse a decision",
        work=decisions.reverse,
        body=decision_bodies.NewReversal,
        answer=decision_answers.ReversalPlan,
        statuses=(200, 201, 202),
        is_repeatable=True,
        detail="With `dry_run` it tells what ends, what others still hold, what is undone with it and what cannot be. "
        "A quarantine, and a suspicion that a match supports, is not lifted by one person: the first key's call is "
        "kept as a proposal (202), another key's does it. A decision that was reversed is not reversed again (409).",
    ),
    Route(
        "POST",
        "/v1/decisions/{id}/undo",
        "decide",
        "Take a decision back",
        work=decisions.undo,
        answer=decision_answers.Undone,
        detail="Within its window (`undo_until`), by whoever made it: what was before it is as it was, what waited for "
        "the end of the window is never told, and nothing that held before is lifted. Also of an answer to a case, by "
        "its id. Later it is refused (409): reverse it. So it is where others have gone on from it.",
    ),
)
