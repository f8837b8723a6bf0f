"""The page of one decision: what it did, whether it stands, and its reversal from preview to commit."""

import hashlib
import json
import secrets
from collections import Counter
from typing import Any

from starlette.responses import Response

from tutela.console.deciding import MAX_LINE_CHARACTERS
from tutela.console.plan_lines import reversal_lines
from tutela.console.review import review_page
from tutela.console.visits import Visit
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.reversals import Reversal
from tutela.errors import BadInput
from tutela.flows.repeat import Repeatable
from tutela.flows.reverse import Reversed
from tutela.flows.tell_plan import reversal_told
from tutela.flows.tell_reasons import statement_told

REASONS = ("mistaken", "new_facts", "appeal", "rule_changed")
"""Why a decision is reversed, the usual one first."""

MEASURES_SHOWN = 50
STATEMENTS_SHOWN = 20
MAX_ONCE_CHARACTERS = 64
"""Twice what a page of ours sends."""


def decision_page(visit: Visit) -> Response:
    """Show a decision."""
    return _shown(visit)


def show_reversal(visit: Visit) -> Response:
    """Show what reversing would do. Nothing is written, and nobody learns whether somebody proposed it."""
    reversal = _asked(visit)
    told = reversal_told(visit.house.reverse.foresee(reversal.decision_id), visit.house.clock.now())
    return _shown(visit, plan={"told": told, "lines": reversal_lines(told), "once": secrets.token_hex(16)})


def reverse(visit: Visit) -> Response:
    """Reverse a decision, or record that one person would. The same form sent twice is one reversal."""
    reversal, once = _asked(visit), visit.said("once")
    if not 0 < len(once) <= MAX_ONCE_CHARACTERS or not once.isalnum():
        raise BadInput("this form is not whole", place="once", remedy="Show what it does again.")
    said = [[name, values] for name, values in sorted(visit.form.items()) if name != "csrf"]
    fingerprint = hashlib.sha256(json.dumps([reversal.decision_id, said]).encode()).hexdigest()

    def encoded(done: Reversed) -> bytes:
        return json.dumps({"is_done": done.proposal is None}).encode()

    request = Repeatable(visit.principal.id, f"console:{once}", fingerprint, encoded)
    answered = visit.house.reverse.once(reversal, request)
    done = "reversed" if json.loads(answered.body)["is_done"] else "proposed"
    return visit.go(f"/console/decisions/{reversal.decision_id}?done={done}")


def withdraw(visit: Visit) -> Response:
    """Withdraw what whoever asks proposed."""
    decision_id = DecisionId(visit.part("id"))
    visit.house.reverse.withdraw(decision_id, visit.principal.id)
    return visit.go(f"/console/decisions/{decision_id}?done=withdrawn_proposal")


def show_again(visit: Visit) -> Response:
    """Show the decision with what was chosen and written, whatever was wrong with it."""
    return _shown(visit)


def _shown(visit: Visit, plan: dict[str, Any] | None = None) -> Response:
    told = visit.house.show_decision(visit.principal, DecisionId(visit.part("id")))
    measures = told["measures"]
    statements = visit.house.statements.keep.of_decision(visit.principal, DecisionId(visit.part("id")))
    now = visit.house.clock.now()
    return review_page(
        visit,
        "decision.html",
        told=told,
        measures=measures[:MEASURES_SHOWN],
        more_measures=len(measures) - MEASURES_SHOWN,
        statements=[statement_told(each, now) for each in statements[:STATEMENTS_SHOWN]],
        more_statements=len(statements) - STATEMENTS_SHOWN,
        answers=Counter((each["before"], each["answer"]) for each in told["items"]),
        names=visit.house.cases.colleagues(visit.principal) if visit.principal.may("cases") else {},
        clauses=visit.house.policy.clauses,
        reasons=REASONS,
        plan=plan,
    )


def _asked(visit: Visit) -> Reversal:
    """Return the reversal that a form asks for.

    Raises:
        tutela.errors.BadInput: No reason was chosen, or the line is too long.
    """
    code, line, principal = visit.said("code"), visit.said("line").strip(), visit.principal
    if code not in REASONS:
        raise BadInput("say why it is reversed", place="code", remedy="Choose a reason from the list.")
    if len(line) > MAX_LINE_CHARACTERS or not line.isprintable():
        raise BadInput(f"a line has {MAX_LINE_CHARACTERS} characters at most", place="line", remedy="Write less.")
    decider = Decider(principal.id, is_senior=principal.may("decide_senior"))
    return Reversal(DecisionId(visit.part("id")), Facts(code, line), decider, is_person=True)
