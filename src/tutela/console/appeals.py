"""Pages of appeals: the queue, and one screen on which an appeal is decided, from the statement to the plan."""

import hashlib
import json
import secrets
from typing import Any

from starlette.responses import Response

from tutela.console.deciding import MAX_LINE_CHARACTERS
from tutela.console.forms import after_of, chosen, done_of
from tutela.console.moments import moment_of
from tutela.console.plan_lines import outcome_lines, reversal_lines
from tutela.console.time_left import time_left
from tutela.console.visits import Visit
from tutela.core.appeals.misuse import Weight
from tutela.core.appeals.states import DECIDED_BY_PEOPLE, Outcome
from tutela.core.findings import Facts
from tutela.core.ids import AppealId, MeasureId
from tutela.errors import BadInput
from tutela.flows.decide_appeal import AskedOutcome, GivenOutcome
from tutela.flows.keep_appeal_conduct import Weighed
from tutela.flows.read_appeals import outcome_told
from tutela.flows.repeat import Repeatable

PAGE_APPEALS = 50
MAX_ONCE_CHARACTERS = 64
"""Twice what a page of ours sends."""

REASONS = ("context", "mistaken", "new_facts", "rule_wrong", "decided_rightly")
"""Why somebody comes to an outcome."""


def appeals_page(visit: Visit) -> Response:
    """List appeals: those that are open, or all."""
    is_all, after = visit.request.query_params.get("all") == "yes", after_of(visit)
    found = visit.house.appeals.read.queue(visit.principal, after, PAGE_APPEALS + 1, everything=is_all)
    shown = found[:PAGE_APPEALS]
    return visit.page(
        "appeals.html",
        appeals=shown,
        is_all=is_all,
        is_first=not after,
        next_after=shown[-1]["id"] if len(found) > len(shown) else None,
        clauses=visit.house.policy.clauses,
        now=visit.house.clock.now(),
        left=time_left,
    )


def appeal_page(visit: Visit) -> Response:
    """Show an appeal."""
    return _shown(visit)


def claim(visit: Visit) -> Response:
    """Take it up."""
    visit.house.appeals.move.claim(visit.principal, _id(visit))
    return _back(visit, "claimed")


def release(visit: Visit) -> Response:
    """Give it back."""
    visit.house.appeals.move.release(visit.principal, _id(visit))
    return _back(visit, "released")


def accept(visit: Visit) -> Response:
    """Have it decided all the same."""
    visit.house.appeals.move.accept(visit.principal, _id(visit))
    return _back(visit, "accepted")


def show_plan(visit: Visit) -> Response:
    """Show what an answer would do. Nothing is written."""
    foreseen = visit.house.appeals.decide.foresee(visit.principal, _asked(visit))
    told = outcome_told(foreseen)
    return _shown(visit, plan={"told": told, "lines": outcome_lines(told), "once": secrets.token_hex(16)})


def answer(visit: Visit) -> Response:
    """Give an answer. The same form sent twice is one."""
    asked, once = _asked(visit), visit.said("once")
    if not 0 < len(once) <= MAX_ONCE_CHARACTERS or not once.isalnum():
        raise BadInput("this form is not whole", place="once", remedy="Show what it does again.")
    said = [[name, values] for name, values in sorted(visit.form.items()) if name != "csrf"]
    fingerprint = hashlib.sha256(json.dumps([asked.appeal_id, said]).encode()).hexdigest()

    def encoded(given: GivenOutcome) -> bytes:
        return json.dumps({"is_decided": given.is_decided}).encode()

    request = Repeatable(visit.principal.id, f"console:{once}", fingerprint, encoded)
    given = visit.house.appeals.decide.once(visit.principal, asked, request)
    return _back(visit, "decided" if json.loads(given.body)["is_decided"] else "answered")


def act_on_conduct(visit: Visit) -> Response:
    """Warn, suspend or lift."""
    account = visit.house.appeals.read.show(visit.principal, _id(visit))["account"]
    weighed = Weighed(chosen(visit, "gravity", Weight), chosen(visit, "intent", Weight), visit.said("why"))
    conduct, step = visit.house.appeals.conduct, visit.said("step")
    if step == "suspend":
        conduct.suspend(visit.principal, account, weighed, moment_of(visit.said("until"), "until"))
    elif step == "lift":
        conduct.lift(visit.principal, account, weighed)
    else:
        conduct.warn(visit.principal, account, weighed)
    return _back(visit, f"conduct_{step if step in {'suspend', 'lift'} else 'warn'}")


def _shown(visit: Visit, plan: dict[str, Any] | None = None) -> Response:
    told = visit.house.appeals.read.show(visit.principal, _id(visit))
    whole = told["plan"]
    return visit.page(
        "appeal.html",
        told=told,
        then=told["decision_shown"],
        is_mine=told["holder"] == visit.principal.id,
        overturning=[] if whole is None else reversal_lines(whole),
        plan=plan,
        outcomes=DECIDED_BY_PEOPLE,
        reasons=REASONS,
        chosen_ends=frozenset(visit.form.get("ends", [])),
        most_line=MAX_LINE_CHARACTERS,
        weights=tuple(Weight),
        conduct=visit.house.appeals.conduct.show(visit.principal, told["account"]),
        names=visit.staff.names(visit.principal),
        now=visit.house.clock.now(),
        left=time_left,
        done=done_of(visit, "appeal_done"),
    )


def _asked(visit: Visit) -> AskedOutcome:
    """Return the answer that a form asks for.

    Raises:
        tutela.errors.BadInput: No outcome or reason was chosen, or the line is too long.
    """
    outcome, code, line = chosen(visit, "outcome", Outcome), visit.said("code"), visit.said("line").strip()
    if code not in REASONS:
        raise BadInput("say why", place="code", remedy="Choose a reason from the list.")
    if len(line) > MAX_LINE_CHARACTERS or not line.isprintable():
        raise BadInput(f"a line has {MAX_LINE_CHARACTERS} characters at most", place="line", remedy="Write less.")
    ends = tuple(MeasureId(each) for each in visit.form.get("ends", [])) if outcome is Outcome.PARTLY else ()
    version = visit.said("version")
    return AskedOutcome(
        _id(visit), outcome, Facts(code, line), ends,
        is_unfounded=visit.said("unfounded") == "yes" and outcome is Outcome.UPHELD,
        version=int(version) if version.isdecimal() and len(version) < 10 else None,  # noqa: PLR2004  # a number of ours
    )  # fmt: skip


def _id(visit: Visit) -> AppealId:
    return AppealId(visit.part("id"))


def _back(visit: Visit, done: str) -> Response:
    return visit.go(f"/console/appeals/{visit.part('id')}?done={done}")
