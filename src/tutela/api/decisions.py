"""Decisions by hand: shown first, made once, read, and undone."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
from starlette.responses import Response

from tutela.api import decision_bodies as bodies
from tutela.api.calls import Call, answer, encode, encoded_answer
from tutela.api.problems import InvalidRequest
from tutela.core.findings import Decider, Delay, Facts
from tutela.core.ids import CaseId, DecisionId
from tutela.core.reversals import Reversal
from tutela.flows.decide import Made
from tutela.flows.name_finding import Asked, AskedMeasure, On, OnCase
from tutela.flows.read_decision import read_decision
from tutela.flows.repeat import Repeatable
from tutela.flows.reverse import Reversed
from tutela.flows.tell_answer import refuse_blinded
from tutela.flows.tell_plan import plan_told, reversal_told, undone_told
from tutela_client.scope import EVERYTHING, Scope

SENIOR = "decide_senior"


def decide(call: Call) -> Response:
    """Show what a decision would do, or make it: 201 then."""
    call.no_query()
    given = call.body(bodies.NewDecision)
    asked = replace(asked_of(given, decider_of(call)), on_case=_on_case(call, given))
    if given.dry_run:
        return answer(plan_told(call.house.decide.foresee(asked), call.house.clock.now()))

    def body(made: Made) -> bytes:
        return encode(plan_told(made.foreseen, call.house.clock.now(), made.written))

    once = call.once(call.raw)
    if once is None:
        return encoded_answer(body(call.house.decide(asked)), 201, is_replay=False)
    told = call.house.decide.once(asked, Repeatable(once.owner, once.key, once.fingerprint, body))
    return encoded_answer(told.body, 201, is_replay=told.is_replay)


def _on_case(call: Call, given: bodies.NewDecision) -> OnCase | None:
    if given.case is not None:
        return OnCase(call.caller, CaseId(given.case), given.case_version)
    if given.case_version is not None:
        raise InvalidRequest([{"place": "case_version", "message": "it says nothing without `case`"}])
    return None


def read(call: Call) -> Response:
    """Tell about one decision."""
    call.no_query()
    with call.house.store.read() as reader:
        refuse_blinded(reader, call.caller, DecisionId(call.part("id")), call.house.clock.now())
        return answer(read_decision(reader, DecisionId(call.part("id")), call.house.clock.now()))


def reverse(call: Call) -> Response:
    """Show what undoing a decision would do, or do it: 201 then, and 202 while it waits for a second person."""
    call.no_query()
    given = call.body(bodies.NewReversal)
    decision_id = DecisionId(call.part("id"))
    if given.dry_run:
        return answer(reversal_told(call.house.reverse.foresee(decision_id), call.house.clock.now()))
    by_person = call.caller.person_id is not None
    facts = Facts(given.reason.code, given.reason.line)
    reversal = Reversal(decision_id, facts, decider_of(call), is_person=by_person)

    def body(done: Reversed) -> bytes:
        return encode(reversal_told(done.foreseen, call.house.clock.now(), done))

    once = call.once(call.raw)
    if once is None:
        done = call.house.reverse(reversal)
        return encoded_answer(body(done), 202 if done.proposal else 201, is_replay=False)
    told = call.house.reverse.once(reversal, Repeatable(once.owner, once.key, once.fingerprint, body))
    is_proposed = orjson.loads(told.body)["reversal"] is None
    return encoded_answer(told.body, 202 if is_proposed else 201, is_replay=told.is_replay)


def undo(call: Call) -> Response:
    """Take back what whoever asks decided within the last seconds."""
    call.no_query()
    return answer(undone_told(call.house.take_back(decider_of(call), call.part("id"))))


def decider_of(call: Call) -> Decider:
    """Return the key that asks as the person who decides."""
    return Decider(call.caller.id, is_senior=SENIOR in call.caller.scopes)


def asked_of(given: bodies.NewDecision, decider: Decider) -> Asked:
    """Return what the flow takes."""
    return Asked(
        clause=given.clause,
        facts=Facts(given.reason.code, given.reason.line),
        decider=decider,
        measures=tuple(
            AskedMeasure(
                each.kind, On(each.on.kind, each.on.id), scope_of(each.scope), _utc(each.starts_at), _utc(each.ends_at)
            )
            for each in given.measures
        ),
        parts=tuple((part.id, part.role) for part in given.accounts),
        replaces=given.replaces,
        delay=delay_of(given.delay),
    )


def delay_of(given: bodies.Delay | None) -> Delay | None:
    """Return why telling waits."""
    return None if given is None else Delay(given.until.astimezone(UTC), given.basis)


def scope_of(given: bodies.MeasureScope | None) -> Scope:
    """Return how far a measure reaches."""
    if given is None:
        return EVERYTHING
    return Scope(
        surfaces=frozenset(given.surfaces),
        actions=frozenset(given.actions),
        countries=frozenset(given.countries),
        legal_basis=given.legal_basis,
        audience=given.audience,
        verification=given.verification,
        reason=given.reason,
        is_closed=given.closed,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
