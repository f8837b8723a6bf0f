"""The routes of decisions in bulk."""

from tutela.api import bulk, bulk_answers, bulk_bodies
from tutela.api.route import Route

_SCOPE = "decide"

ROUTES = (
    Route(
        "POST",
        "/v1/decisions/bulk",
        _SCOPE,
        "Decide about many items",
        work=bulk.decide_in_bulk,
        body=bulk_bodies.NewBulk,
        answer=bulk_answers.NewBulk,
        statuses=(200, 202),
        is_repeatable=True,
        detail="A list of up to 10,000 items, or what a filter finds, up to 100,000. First with `dry_run`, which "
        "writes nothing; then with the `count` that it told as `confirm_count`. Where more than a tenth has come or "
        "gone since, it is refused with both numbers (409). Each item gets a decision of its own, as if it had been "
        "decided alone; an account is struck once. Up to 100 items are decided at once, more in the background. "
        "Whether a child did it is for a key with `decide_senior`.",
    ),
    Route(
        "GET",
        "/v1/decisions/bulk/{id}",
        _SCOPE,
        "How far a decision in bulk has come",
        work=bulk.read_bulk,
        query=bulk_bodies.BulkQuery,
        answer=bulk_answers.BulkProgress,
    ),
    Route(
        "POST",
        "/v1/decisions/bulk/{id}/cancel",
        _SCOPE,
        "Cancel a decision in bulk",
        work=bulk.cancel_bulk,
        answer=bulk_answers.Bulk,
        detail="What was decided stays decided; nothing more is.",
    ),
)
