"""Record verifications of accounts."""

from datetime import UTC

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.flows.record_verification import RecordVerification


def record_verification(call: Call) -> Response:
    """Record one, and end the locks that waited for it: 201 when it is new."""
    call.no_query()
    asked = call.body(bodies.NewVerification)
    house = call.house
    record = RecordVerification(house.store, house.committer, house.policy, house.clock, house.entropy)
    verified = record(call.part("id"), asked.kind, asked.at.astimezone(UTC), asked.age)
    body = {
        "id": verified.account.platform_id,
        "kind": verified.verification.kind.value,
        "at": verified.verification.at,
        "decision": verified.verification.decision_id,
        "still_demanded": verified.still_demanded,
        "new": verified.is_new,
    }
    return answer(body, 201 if verified.is_new else 200)
