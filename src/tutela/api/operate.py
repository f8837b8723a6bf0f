"""What an operator asks: profile, checklist, status, metrics, policy, health."""

from dataclasses import asdict
from datetime import UTC, datetime

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.quotas import used_body
from tutela.core.operator import Basis, OperatorProfile
from tutela.core.units import Duration
from tutela.errors import TutelaError
from tutela.flows.keep_profile import to_json
from tutela.flows.take_stock import Stock, take_stock
from tutela.ports.index import IndexName


def read_policy(call: Call) -> Response:
    """Tell the clauses in plain words."""
    call.no_query()
    policy = call.house.policy
    clauses = [
        {
            "id": clause.id,
            "version": clause.version,
            "kind": clause.kind.value,
            "title": clause.title,
            "adult": clause.adult,
            "teen": clause.teen,
            "severity": clause.severity.name.lower(),
            "zero_tolerance": clause.is_zero_tolerance,
        }
        for clause in policy.clauses.values()
    ]
    return answer({"version": policy.version, "clauses": clauses})


def read_profile(call: Call) -> Response:
    """Tell the operator's profile."""
    call.no_query()
    return answer(to_json(call.house.profile.read()))


def write_profile(call: Call) -> Response:
    """Record the operator's profile."""
    call.no_query()
    asked = call.body(bodies.Profile)
    profile = OperatorProfile(
        country=asked.country,
        user_regions=tuple(asked.user_regions),
        services=tuple(asked.services),
        has_encrypted_channels=asked.has_encrypted_channels,
        people=asked.people,
        authorities=tuple(asked.authorities),
        lists=tuple(asked.lists),
        on_call=asked.on_call,
        is_report_only=asked.is_report_only,
        is_small_enterprise=asked.is_small_enterprise,
        transient_period=Duration(hours=asked.transient_hours),
        bases=tuple(
            Basis(b.region, b.channel, b.technique, b.legal_basis, b.reference, b.starts_at, b.ends_at)
            for b in asked.bases
        ),
    )
    call.house.profile.write(profile)
    return answer(to_json(profile))


def read_checklist(call: Call) -> Response:
    """Tell what must be done before anybody is protected."""
    call.no_query()
    return answer({"lines": [{"line": line, "done": is_done} for line, is_done in call.house.checklist().items()]})


def _stock(call: Call) -> tuple[Stock, dict[str, int], dict[str, str]]:
    indexes = {IndexName.KNOWN: call.house.known, IndexName.STORED: call.house.stored}
    with call.house.store.read() as reader:
        # The database names its tables by a kind of text that cannot be a key of JSON.
        counts = {str(noun): count for noun, count in reader.counts().items()}
        names = {str(bank.id): bank.name for bank in reader.banks()}
        return take_stock(reader, indexes, call.house.index_states(), call.house.clock.now()), counts, names


def read_status(call: Call) -> Response:
    """Tell how the system is doing."""
    call.no_query()
    stock, counts, names = _stock(call)
    body = {
        "counts": counts,
        "open_cases": stock.open_cases,
        "overdue": {"measures": stock.overdue.measures, "oldest": stock.overdue.oldest},
        "cases": asdict(stock.case_alarms),
        "danger": asdict(call.house.on_call.stock()),
        "quotas": used_body(stock.quotas_used, names, call.house.quotas.limits()),
        "changes": stock.change_seq,
        "indexes": [
            {
                "name": each.name.value,
                "entries": each.entries,
                "version": each.version,
                "lag": each.lag,
                "segments": each.state.segments,
                "tail": each.state.tail,
                "changed_at": _moment(each.state.changed_at),
                "scrubbed_at": _moment(each.state.scrubbed_at),
                "damaged": each.state.damaged,
            }
            for each in stock.indexes
        ],
        "jobs": [{"name": job.name, "failures": job.failures} for job in call.house.jobs],
        "webhooks": asdict(call.house.webhooks.stock()),
    }
    return answer(body)


def _moment(unix_seconds: float | None) -> str | None:
    return None if unix_seconds is None else datetime.fromtimestamp(unix_seconds, UTC).isoformat(timespec="seconds")


def read_metrics(call: Call) -> Response:
    """Tell everything that is counted, for Prometheus."""
    call.no_query()
    indexes = {IndexName.KNOWN: call.house.known, IndexName.STORED: call.house.stored}
    with call.house.store.read() as reader:
        stock = take_stock(reader, indexes, call.house.index_states(), call.house.clock.now())
    metrics = call.shared.metrics
    metrics.waiting_polls.set(call.shared.watch.waiting)
    return Response(metrics.text(call.house, stock), media_type="text/plain; version=0.0.4; charset=utf-8")


async def live(call: Call) -> Response:
    """Tell that the process answers."""
    del call
    return answer({"status": "live"})


def reasons_not_ready(call: Call) -> list[str]:
    """Return why questions cannot be answered; empty when they can."""
    reasons = call.house.why_not_ready()
    try:
        with call.house.store.read() as reader:
            reader.change_seq()
    except TutelaError:
        reasons.append("the database does not answer")
    return reasons


def ready(call: Call) -> Response:
    """Tell whether questions can be answered."""
    reasons = reasons_not_ready(call)
    headers = {"Retry-After": "2"} if reasons else None
    return answer({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200, headers)
