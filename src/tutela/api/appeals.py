"""Appeals over HTTP: for platforms that hand them in, and for people who decide them in a session of their own."""

from typing import Any

from starlette.responses import Response

from tutela.api import appeal_bodies as asked
from tutela.api.calls import Call, answer, encode, encoded_answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.api.problems import InvalidRequest
from tutela.core.appeals.misuse import Weight
from tutela.core.appeals.states import Outcome
from tutela.core.findings import Facts
from tutela.core.ids import AppealId, DecisionId, MeasureId, StatementId
from tutela.flows.decide_appeal import AskedOutcome, GivenOutcome
from tutela.flows.keep_appeal_conduct import Weighed
from tutela.flows.read_appeals import outcome_told
from tutela.flows.repeat import Repeatable
from tutela.flows.take_appeal import AskedAppeal, Taken
from tutela.ports.appeals import AppealFilter


def take(call: Call) -> Response:
    """Take an appeal: 201."""
    call.no_query()
    given = call.body(asked.NewAppeal)
    wanted = AskedAppeal(
        given.text, given.email or "", given.language or "", given.new_facts, given.account,
        None if given.decision is None else DecisionId(given.decision),
        None if given.statement is None else StatementId(given.statement),
    )  # fmt: skip
    verbs = call.house.appeals

    def body(taken: Taken) -> bytes:
        return encode(verbs.read.told_of(taken))

    once = call.once(call.raw)
    if once is None:
        return encoded_answer(body(verbs.take(call.caller, wanted)), 201, is_replay=False)
    told = verbs.take.once(call.caller, wanted, Repeatable(once.owner, once.key, once.fingerprint, body))
    return encoded_answer(told.body, 201, is_replay=told.is_replay)


def list_appeals(call: Call) -> Response:
    """List appeals."""
    query = call.query(asked.AppealsQuery)
    decision_id = None if query.decision is None else DecisionId(query.decision)
    wanted = AppealFilter(decision_id=decision_id, is_open=query.open)
    after = from_cursor(query.cursor)
    found = call.house.appeals.read.page(call.caller, query.account, wanted, after, query.limit + 1)
    shown = found[: query.limit]
    following = to_cursor(shown[-1]["id"]) if len(found) > len(shown) else None
    return answer({"appeals": shown, "next": following})


def read_one(call: Call) -> Response:
    """Tell how one stands."""
    call.no_query()
    return answer(call.house.appeals.read.one(call.caller, _id(call)))


def withdraw(call: Call) -> Response:
    """Withdraw one."""
    call.no_query()
    call.house.appeals.move.withdraw(call.caller, _id(call))
    return read_one(call)


def show(call: Call) -> Response:
    """Show all that one is decided from."""
    call.no_query()
    return answer(call.house.appeals.read.show(call.caller, _id(call)))


def claim(call: Call) -> Response:
    """Take one to decide it."""
    call.no_query()
    call.house.appeals.move.claim(call.caller, _id(call))
    return show(call)


def release(call: Call) -> Response:
    """Give one back."""
    call.no_query()
    call.house.appeals.move.release(call.caller, _id(call))
    return show(call)


def accept(call: Call) -> Response:
    """Have one decided that was set aside."""
    call.no_query()
    call.house.appeals.move.accept(call.caller, _id(call))
    return show(call)


def decide(call: Call) -> Response:
    """Show what an answer would do, or give it: 201 then, and 202 while another person has to answer."""
    call.no_query()
    given = call.body(asked.Answer)
    wanted = AskedOutcome(
        _id(call), Outcome(given.outcome), Facts(given.reason, given.line), tuple(map(MeasureId, given.ends)),
        given.unfounded, given.version,
    )  # fmt: skip
    decide_one = call.house.appeals.decide
    if given.dry_run:
        foreseen = decide_one.foresee(call.caller, wanted)
        return answer({"dry_run": True, "appeal": wanted.appeal_id, "decided": False, **outcome_told(foreseen)})

    def body(done: GivenOutcome) -> bytes:
        told = {"dry_run": False, "appeal": wanted.appeal_id, "decided": done.is_decided}
        return encode({**told, **outcome_told(done.foreseen)})

    once = call.once(call.raw)
    if once is None:
        done = decide_one(call.caller, wanted)
        return encoded_answer(body(done), 201 if done.is_decided else 202, is_replay=False)
    told = decide_one.once(call.caller, wanted, Repeatable(once.owner, once.key, once.fingerprint, body))
    return encoded_answer(told.body, 201 if b'"decided":true' in told.body else 202, is_replay=told.is_replay)


def read_conduct(call: Call) -> Response:
    """Tell how the appeals of an account went."""
    call.no_query()
    return answer(_conduct(call))


def act_on_conduct(call: Call) -> Response:
    """Warn, suspend or lift."""
    call.no_query()
    given = call.body(asked.Conduct)
    weighed = Weighed(Weight(given.gravity), Weight(given.intent), given.reason)
    account, conduct = call.part("id"), call.house.appeals.conduct
    if (given.step == "suspend") != (given.until is not None):
        raise InvalidRequest([{"place": "until", "message": "a suspension has an end, and nothing else has one"}])
    if given.step == "warn":
        conduct.warn(call.caller, account, weighed)
    elif given.until is not None:
        conduct.suspend(call.caller, account, weighed, given.until)
    else:
        conduct.lift(call.caller, account, weighed)
    return answer(_conduct(call), 201)


def revoke_links(call: Call) -> Response:
    """Make every link worthless that was given away."""
    call.no_query()
    return answer({"generation": call.house.appeals.links.revoke_all(call.caller)})


def _conduct(call: Call) -> dict[str, Any]:
    seen = call.house.appeals.conduct.show(call.caller, call.part("id"))
    return {
        "account": call.part("id"),
        "decided": seen.count.decided,
        "unfounded": seen.count.unfounded,
        "suspended_until": seen.until,
        "why_not_warned": seen.why_not_warned,
        "why_not_suspended": seen.why_not_suspended,
        "steps": [
            {
                "step": each.step.value, "at": each.at, "by": each.by, "until": each.until,
                "unfounded": each.criteria.unfounded, "decided": each.criteria.decided,
                "gravity": each.criteria.gravity.value, "intent": each.criteria.intent.value,
                "reason": each.criteria.reason,
            }
            for each in seen.notes
        ],
    }  # fmt: skip


def _id(call: Call) -> AppealId:
    return AppealId(call.part("id"))
