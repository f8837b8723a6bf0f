"""Decide a case: see the plan, commit it, take it back. The server keeps nothing between the plan and the commit."""

import hashlib
import json
import secrets
from contextlib import suppress
from datetime import timedelta

from starlette.responses import Response

from tutela.console.case_page import DELAY_DAYS, FIELDS, NOTHING_GIVEN, back_to_case, show_case
from tutela.console.forms import chosen
from tutela.console.plan_lines import lines_at_once, plan_lines
from tutela.console.queue import go_to_next
from tutela.console.queue_filter import QueueFilter
from tutela.console.review import filter_of_visit
from tutela.console.visits import Visit
from tutela.core.conclusions import Conclusion, Context
from tutela.core.findings import Decider, Delay, Facts
from tutela.core.ids import CaseId
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis
from tutela.errors import BadInput, Refused, TutelaError
from tutela.flows.answer_case import AskedAnswer, GivenAnswer
from tutela.flows.repeat import Repeatable
from tutela.flows.tell_answer import foreseen_told, given_told

MAX_LINE_CHARACTERS = 200
MAX_VERSION_DIGITS = 18
"""Of what fits into 63 bits; and Python itself reads no number of thousands of digits."""


def show_plan(visit: Visit) -> Response:
    """Show what an answer would lead to. Nothing is written."""
    asked = asked_of(visit)
    verb, principal = visit.house.answer_case, visit.principal
    try:
        told = foreseen_told(verb.foresee(principal, asked), visit.house.clock.now())
    except Refused as refused:
        visit.error = refused
        return show_case(visit, given=_given(visit), refusals=refused.places)
    refusals = () if told["finding"] is None else told["finding"]["refusals"]
    plan = {"told": told, "lines": plan_lines(told), "at_once": lines_at_once(told), "once": secrets.token_hex(16)}
    return show_case(visit, given=_given(visit), plan=plan, refusals=refusals)


def answer_case(visit: Visit) -> Response:
    """Commit an answer, and open the next case. The same form sent twice is one answer."""
    asked = asked_of(visit)
    once = visit.said("once")
    if not 0 < len(once) <= 64 or not once.isalnum():  # noqa: PLR2004  # twice what a page of ours sends
        raise BadInput("this form is not whole", place="once", remedy="Show the plan again.")
    request = Repeatable(visit.principal.id, f"console:{once}", _fingerprint(visit), _encoded)
    answered = visit.house.answer_case.once(visit.principal, asked, request)
    if answered.is_replay:
        return back_to_case(visit)
    told = json.loads(answered.body)
    awaits = "awaits" if told["somebody_may_be_second"] else "awaits_nobody"
    done = told["look"] or ("settled" if told["settled"] else awaits)
    return go_to_next(visit, filter_of_visit(visit), done=done, of=visit.part("id"))


def show_case_again(visit: Visit) -> Response:
    """Show the case with what was chosen and written, whatever was wrong with it."""
    return show_case(visit, given=_given(visit))


def undo(visit: Visit) -> Response:
    """Take back what was decided a moment ago, let go of the case that was opened since, and go back."""
    principal = visit.principal
    decider = Decider(principal.id, is_senior=principal.may("decide_senior"))
    window = visit.house.take_back(decider, visit.said("undo")).window
    case_id = window.case_id or next((move.before.id for move in window.cases), None)
    if visit.said("here") not in {"", case_id}:
        with suppress(TutelaError):  # it may be nobody's by now; the lease ends by itself
            visit.house.cases.release(principal, CaseId(visit.said("here")))
    carried = QueueFilter(filter_of_visit(visit).carried)
    return visit.go(carried.address(f"/console/cases/{case_id}" if case_id else "/console/queue", done="undone"))


def asked_of(visit: Visit) -> AskedAnswer:
    """Return the answer that a form asks for.

    Raises:
        tutela.errors.BadInput: Something of it is missing, or is nothing that can be chosen; its place is named.
    """
    conclusion = chosen(visit, "conclusion", Conclusion)
    is_violation = conclusion is Conclusion.VIOLATION
    line, version = visit.said("line").strip(), visit.said("version")
    if len(line) > MAX_LINE_CHARACTERS or not line.isprintable():
        said = f"the line of a finding has {MAX_LINE_CHARACTERS} characters at most, on one line"
        raise BadInput(said, place="line", remedy="Write the rest as a note.")
    if not version.isdecimal() or len(version) > MAX_VERSION_DIGITS:
        raise BadInput("this form is not whole", place="version", remedy="Open the case anew.")
    return AskedAnswer(
        CaseId(visit.part("id")),
        conclusion,
        Facts(conclusion.value, line),
        chosen(visit, "context", Context) if visit.said("context") else None,
        (visit.said("violated") or None) if is_violation else None,
        _parts(visit) if is_violation else (),
        int(version),
        visit.said("outsider").strip() or None,
        _delay(visit),
    )


def _delay(visit: Visit) -> Delay | None:
    """Return why telling waits, and until when."""
    if not visit.said("delay"):
        return None
    basis = chosen(visit, "delay", DelayBasis)
    days = {str(each): each for each in DELAY_DAYS}.get(visit.said("delay_days"))
    if days is None:
        raise BadInput("say how long telling waits", place="delay_days", remedy="Choose one from the list.")
    return Delay(visit.house.clock.now() + timedelta(days=days), basis)


def _parts(visit: Visit) -> tuple[tuple[str, Role], ...]:
    """Return the part of each account that is named; the fields come in pairs."""
    accounts, said = visit.form.get("account", []), visit.form.get("role", [])
    if len(accounts) != len(said):
        raise BadInput("this form is not whole", place="account", remedy="Open the case anew.")
    named = [(account.strip(), role) for account, role in zip(accounts, said, strict=True) if account.strip()]
    try:
        parts = tuple((account, Role(role)) for account, role in named)
    except ValueError:
        raise BadInput("choose the part of each account", place="role", remedy="Choose one from the list.") from None
    return tuple((account, role) for account, role in parts if role is not Role.NONE)


def _given(visit: Visit) -> dict[str, object]:
    """Return what was chosen and written, so that no page loses it."""
    pairs = list(zip(visit.form.get("account", []), visit.form.get("role", []), strict=False))
    return {**NOTHING_GIVEN, **{name: visit.said(name) for name in FIELDS}, "parts": pairs}


def _fingerprint(visit: Visit) -> str:
    said = [[name, values] for name, values in sorted(visit.form.items()) if name != "csrf"]
    return hashlib.sha256(json.dumps([visit.part("id"), said]).encode()).hexdigest()


def _encoded(given: GivenAnswer) -> bytes:
    return json.dumps(given_told(given), default=str).encode()
