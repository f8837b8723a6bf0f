"""Answers to cases: shown first, given once, and read by whoever may."""

from starlette.responses import Response

from tutela.api import case_bodies as bodies
from tutela.api.calls import Call, answer, encode, encoded_answer
from tutela.api.decisions import delay_of
from tutela.core.findings import Facts
from tutela.core.ids import CaseId
from tutela.flows.answer_case import AskedAnswer, GivenAnswer
from tutela.flows.repeat import Repeatable
from tutela.flows.tell_answer import foreseen_told, given_told


def answer_case(call: Call) -> Response:
    """Show what an answer would lead to, or give it: 201 when it settles the case, 202 when another one is awaited."""
    call.no_query()
    given = call.body(bodies.NewAnswer)
    asked = AskedAnswer(
        CaseId(call.part("id")),
        given.conclusion,
        Facts(given.reason.code, given.reason.line),
        given.context,
        given.clause,
        tuple((part.id, part.role) for part in given.accounts),
        given.version,
        given.outsider,
        delay_of(given.delay),
    )
    verb = call.house.answer_case
    if given.dry_run:
        return answer(foreseen_told(verb.foresee(call.caller, asked), call.house.clock.now()))

    def body(made: GivenAnswer) -> bytes:
        return encode(given_told(made))

    once = call.once(call.raw)
    if once is None:
        told = given_told(verb(call.caller, asked))
        return encoded_answer(encode(told), 201 if told["settled"] else 202, is_replay=False)
    request = Repeatable(once.owner, once.key, once.fingerprint, body)
    repeated = verb.once(call.caller, asked, request)
    is_settled = b'"settled":true' in repeated.body
    return encoded_answer(repeated.body, 201 if is_settled else 202, is_replay=repeated.is_replay)


def read_answers(call: Call) -> Response:
    """Tell the answers that whoever asks may read."""
    call.no_query()
    return answer(call.house.read_answers(call.caller, CaseId(call.part("id"))))
