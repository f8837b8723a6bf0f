"""Measures of one's own choice on what lies in a case, beside its answer: seen as a plan, then decided."""

import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from tutela.console.case_page import DELAY_DAYS
from tutela.console.deciding import MAX_LINE_CHARACTERS, MAX_VERSION_DIGITS
from tutela.console.plan_lines import plan_lines
from tutela.console.queue_filter import QueueFilter
from tutela.console.review import filter_of_visit, review_page
from tutela.console.visits import Visit
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId
from tutela.core.measures import ALLOWED_SUBJECTS, SCOPE_DEMANDED, MeasureKind, SubjectKind
from tutela.core.roles import Role
from tutela.errors import BadInput, Refused
from tutela.flows.decide import Made
from tutela.flows.lay_out_case import CaseLayout
from tutela.flows.name_finding import Asked, AskedMeasure, On, OnCase
from tutela.flows.repeat import Repeatable
from tutela.flows.tell_plan import plan_told

MAX_ITEMS = 100
"""On which one form puts measures: as many as one decision takes; more are decided in bulk."""

MAX_ONCE_CHARACTERS = 64
OFFERED = tuple(kind for kind in MeasureKind if kind not in SCOPE_DEMANDED)
"""A kind that says nothing without a scope is decided over the API, where the scope can be said."""

ON = (SubjectKind.ACCOUNT, SubjectKind.ITEM)


def measures_page(visit: Visit) -> Response:
    """Show which measures there are."""
    return _shown(visit)


def show_plan(visit: Visit) -> Response:
    """Show what the measures would do. Nothing is written."""
    laid = _laid(visit)
    foreseen = visit.house.decide.foresee(_asked(visit, laid))
    told = plan_told(foreseen, visit.house.clock.now())
    plan = {"lines": plan_lines({"finding": told, "ends": None, "notices": 0}), "once": secrets.token_hex(16)}
    return _shown(visit, plan=plan, refusals=[each["message"] for each in told["refusals"]])


def decide(visit: Visit) -> Response:
    """Decide it, and go back to the case. The same form sent twice is one decision."""
    asked, once = _asked(visit, _laid(visit)), visit.said("once")
    if not 0 < len(once) <= MAX_ONCE_CHARACTERS or not once.isalnum():
        raise BadInput("this form is not whole", place="once", remedy="Show the plan again.")
    said = [[name, values] for name, values in sorted(visit.form.items()) if name != "csrf"]
    fingerprint = hashlib.sha256(json.dumps([visit.part("id"), said]).encode()).hexdigest()

    def encoded(made: Made) -> bytes:
        return json.dumps({"closes": [case.id for case in made.foreseen.plan.closes]}).encode()

    request = Repeatable(visit.principal.id, f"console:{once}", fingerprint, encoded)
    try:
        answered = visit.house.decide.once(asked, request)
    except Refused as refused:
        visit.error = refused
        return _shown(visit, refusals=[sentence for _, sentence in refused.places])
    is_over = visit.part("id") in json.loads(answered.body)["closes"]
    carried = QueueFilter(filter_of_visit(visit).carried)
    done = "settled" if is_over else "measured"
    return visit.go(carried.address(f"/console/cases/{visit.part('id')}", done=done))


def _laid(visit: Visit) -> CaseLayout:
    return visit.house.cases.lay_out(visit.principal, CaseId(visit.part("id")))


def _shown(visit: Visit, plan: dict[str, Any] | None = None, refusals: list[str] | None = None) -> Response:
    laid = _laid(visit)
    return review_page(
        visit,
        "measures.html",
        laid=laid,
        case=laid.seen.shown.case,
        wanted=QueueFilter(filter_of_visit(visit).carried),
        clauses={name: each for name, each in visit.house.policy.clauses.items() if not each.is_zero_tolerance},
        offered={on: [kind for kind in OFFERED if on in ALLOWED_SUBJECTS[kind]] for on in ON},
        chosen=visit.form.get("measure", []),
        days=DELAY_DAYS,
        roles=list(Role),
        plan=None if refusals else plan,
        refusals=refusals or (),
    )


def _asked(visit: Visit, laid: CaseLayout) -> Asked:
    """Return the decision that a form asks for.

    Raises:
        tutela.errors.BadInput: Something of it is missing, or is nothing that can be chosen; its place is named.
    """
    line, version, days = visit.said("line").strip(), visit.said("version"), visit.said("days")
    if len(line) > MAX_LINE_CHARACTERS or not line.isprintable():
        raise BadInput(f"a line has {MAX_LINE_CHARACTERS} characters at most", place="line", remedy="Write less.")
    if not version.isdecimal() or len(version) > MAX_VERSION_DIGITS or days not in {"", *map(str, DELAY_DAYS)}:
        raise BadInput("this form is not whole", place="version", remedy="Open the case anew.")
    ends_at = visit.house.clock.now() + timedelta(days=int(days)) if days else None
    principal = visit.principal
    return Asked(
        visit.said("clause"),
        Facts("by_hand", line),
        Decider(principal.id, is_senior=principal.may("decide_senior")),
        tuple(AskedMeasure(kind, on, ends_at=ends_at) for kind, on in _measures(visit, laid)),
        ((laid.account.platform_id, _role(visit)),),
        on_case=OnCase(principal, CaseId(visit.part("id")), int(version)),
    )


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.said("role"))
    except ValueError:
        raise BadInput("choose the part of the account", place="role", remedy="Choose one from the list.") from None


def _measures(visit: Visit, laid: CaseLayout) -> list[tuple[MeasureKind, On]]:
    offered = {f"{on}:{kind}": (on, kind) for on in ON for kind in OFFERED if on in ALLOWED_SUBJECTS[kind]}
    found: list[tuple[MeasureKind, On]] = []
    for said in visit.form.get("measure", []):
        if said not in offered:
            raise BadInput("there is no such measure", place="measure", remedy="Choose from the list.")
        on, kind = offered[said]
        items = [each.stored.item.platform_id for each in laid.items]
        names = [laid.account.platform_id] if on is SubjectKind.ACCOUNT else items
        found += [(kind, On(on, name)) for name in names]
    if not 0 < len(found) <= MAX_ITEMS:
        remedy = "Choose at least one, and decide about very many items in bulk."
        raise BadInput(f"one decision takes 1 to {MAX_ITEMS} measures", place="measure", remedy=remedy)
    return found
