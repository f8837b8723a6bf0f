"""The routes by which a server is run and watched."""

from tutela.api import (
    bank_bodies,
    bodies,
    coverage,
    operate,
    operator_answers,
    quotas,
)
from tutela.api.route import ANY_KEY, OPEN, Route

ROUTES = (
    Route(
        "GET",
        "/v1/policy",
        ANY_KEY,
        "The policy in plain words",
        work=operate.read_policy,
        answer=operator_answers.Policy,
    ),
    Route(
        "GET",
        "/v1/profile",
        "operate",
        "The operator's profile",
        work=operate.read_profile,
        answer=operator_answers.Profile,
    ),
    Route(
        "PUT",
        "/v1/profile",
        "operate",
        "Record the operator's profile",
        work=operate.write_profile,
        body=bodies.Profile,
        answer=operator_answers.Profile,
    ),
    Route(
        "GET",
        "/v1/checklist",
        "operate",
        "What must be done",
        work=operate.read_checklist,
        answer=operator_answers.Checklist,
    ),
    Route(
        "GET",
        "/v1/coverage",
        "operate",
        "Which clauses have a detector that works",
        work=coverage.read_coverage,
        answer=coverage.Coverage,
    ),
    Route(
        "GET",
        "/v1/quotas",
        "operate",
        "What a machine may do in a day",
        work=quotas.read_quotas,
        answer=operator_answers.Quotas,
    ),
    Route(
        "PUT",
        "/v1/quotas",
        "operate",
        "Set what a machine may do in a day",
        work=quotas.set_quotas,
        body=bank_bodies.QuotaLimits,
        answer=operator_answers.Quotas,
        detail="Less or more than customary, up to the highest. What exceeds a quota is held and laid before a person; "
        "holding items is never limited.",
    ),
    Route(
        "GET",
        "/v1/status",
        "operate",
        "How the system is doing",
        work=operate.read_status,
        answer=operator_answers.Status,
    ),
    Route("GET", "/metrics", "operate", "Numbers for Prometheus", work=operate.read_metrics, media_type="text/plain"),
    Route("GET", "/healthz", OPEN, "Whether the process answers", serve=operate.live, answer=operator_answers.Live),
    Route(
        "GET",
        "/readyz",
        OPEN,
        "Whether questions can be answered",
        work=operate.ready,
        answer=operator_answers.Ready,
        statuses=(200, 503),
    ),
)
