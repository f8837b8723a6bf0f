"""Pages of rules: what there is and how well it does, one rule whole, and moving its versions on."""

from collections.abc import Sequence
from datetime import timedelta

from starlette.responses import Response

from tutela.console.forms import after_of, done_of
from tutela.console.visits import Visit
from tutela.core.permissions import Principal
from tutela.core.rules.comparing import compared
from tutela.core.rules.rule import Rule, RuleState
from tutela.core.rules.rule_states import VersionState, known_versions, moves_of, read_beside
from tutela.errors import BadInput, Conflict, RuleProblem
from tutela.flows.keep_rules import RuleRecord, states_of
from tutela.flows.move_rules import MoveRules
from tutela.flows.try_rules import Tried
from tutela.ports.rule_book import RuleMove, StoredRule

SPANS = {1: "1 day", 7: "7 days", 30: "30 days", 90: "90 days"}
"""Over which figures are asked, in days."""

USUAL_DAYS = 7
PAGE_FIRES = 10
MAX_REASON_CHARACTERS = 1000


def rules_page(visit: Visit) -> Response:
    """List every rule, with what waits for a second person first."""
    days = _days(visit)
    seen = visit.house.rules.oversee(visit.principal, timedelta(days=days))
    return visit.page(
        "rules.html",
        rules=seen,
        waiting=[each for each in seen if each.record.proposal],
        names=visit.staff.names(visit.principal),
        clauses=visit.house.policy.clauses,
        days=days,
        spans=SPANS,
        RuleState=RuleState,
    )


def rule_page(visit: Visit) -> Response:
    """Show one rule: what it says, what it did, and where it can go."""
    return _show(visit)


def run_tests(visit: Visit) -> Response:
    """Run the tests beside one version, and show what came of each."""
    version = _version(visit.house.rules.keep.read(visit.principal, visit.part("name")), visit.said("version"))
    return _show(visit, visit.house.rules.tries.test(visit.principal, version.source), version.version)


def move(visit: Visit) -> Response:
    """Move a version on, or propose it."""
    to, _, version = visit.said("move").partition(" ")
    if to not in set(RuleState) or not version:
        raise BadInput("say which version goes where", place="move", remedy="Choose one from the list.")
    reason = visit.said("line").strip()
    if not 0 < len(reason) <= MAX_REASON_CHARACTERS or not reason.isprintable():
        said = f"say why, in 1 to {MAX_REASON_CHARACTERS} characters on one line"
        raise BadInput(said, place="line", remedy="It stays with the rule for good.")
    moves: MoveRules = visit.house.rules.move
    try:
        came = moves.move(visit.principal, visit.part("name"), version, RuleState(to), reason)
    except Conflict as refused:
        if refused.place != "tests":
            raise
        return _without_tests(visit, refused, version)
    return visit.go(f"/console/rules/{visit.part('name')}?done={'moved' if isinstance(came, Sequence) else 'proposed'}")


def _without_tests(visit: Visit, refused: Conflict, version: str) -> Response:
    """Show what came of the tests of a version that goes no further, and where to write others."""
    remedy = "Below stands what came of them. Write a new version with tests that pass."
    visit.error = Conflict(refused.detail, place=refused.place, remedy=remedy)
    source = _version(visit.house.rules.keep.read(visit.principal, visit.part("name")), version).source
    return _show(visit, visit.house.rules.tries.test(visit.principal, source), version)


def approve(visit: Visit) -> Response:
    """Approve what somebody else proposed."""
    to = visit.said("to")
    if to not in set(RuleState):
        raise BadInput("say what is approved", place="to", remedy="Open the page anew.")
    visit.house.rules.move.approve(visit.principal, visit.part("name"), visit.said("version"), RuleState(to))
    return visit.go(f"/console/rules/{visit.part('name')}?done=approved")


def withdraw(visit: Visit) -> Response:
    """End a proposal without a move."""
    visit.house.rules.move.withdraw(visit.principal, visit.part("name"))
    return visit.go(f"/console/rules/{visit.part('name')}?done=withdrawn")


def _show(visit: Visit, tried: Sequence[Tried] = (), asked: str = "") -> Response:
    rules, principal, name = visit.house.rules, visit.principal, visit.part("name")
    record, days, before = rules.keep.read(principal, name), _days(visit), after_of(visit, "before")
    shown = _version(record, asked or visit.said("version") or visit.request.query_params.get("version", ""))
    history = rules.keep.history(principal, name)
    beside = _beside(record, shown, history)
    found = rules.fires.of_rule(principal, name, before, PAGE_FIRES + 1)
    return visit.page(
        "rule.html",
        record=record,
        shown=shown,
        written=_written(visit, shown),
        beside=beside,
        changes=[] if beside is None else compared(beside.source, shown.source),
        tried=tried,
        moves=[(each, moves_of(VersionState(each.version, each.state, each.clause))) for each in record.versions],
        figures=rules.fires.figures(principal, name, timedelta(days=days)),
        found=found,
        fires=found.fires[:PAGE_FIRES],
        older=found.fires[PAGE_FIRES - 1].id if len(found.fires) > PAGE_FIRES else "",
        is_first=not before,
        history=history,
        turned_down=[each for each in rules.keep.proposals(principal, name) if each.ended_at and not each.is_approved],
        names=visit.staff.names(principal),
        me=principal.id,
        may=_may(principal),
        clauses=visit.house.policy.clauses,
        days=days,
        spans=SPANS,
        done=done_of(visit, "rule_done"),
        is_saved=visit.request.query_params.get("done") == "saved",
    )


def _may(principal: Principal) -> frozenset[str]:
    return frozenset(scope for scope in ("rules", "rules_second", "cases") if principal.may(scope))


def _version(record: RuleRecord, wanted: str) -> StoredRule:
    """Return the version that is asked for: of none, what waits, what is in force, or the newest."""
    waits = record.proposal.version if record.proposal else ""
    chosen = next((each for each in record.versions if each.version == (wanted or waits)), None)
    if wanted and chosen is None:
        remedy = f"{known_versions(states_of(record))} Choose one from the list."
        raise BadInput("this rule has no such version", place="version", remedy=remedy)
    live = next((each for each in record.versions if each.state is RuleState.LIVE), record.versions[0])
    return chosen or live


def _beside(record: RuleRecord, shown: StoredRule, history: Sequence[RuleMove]) -> StoredRule | None:
    """Return the version beside which one is read; none where no other was ever in force."""
    went_live = [each.version for each in history if each.after is RuleState.LIVE]
    wanted = read_beside(states_of(record), went_live, shown.version)
    return next((each for each in record.versions if each.version == wanted), None)


def _written(visit: Visit, shown: StoredRule) -> Rule | None:
    """Return a version as it is read now; none where the words that it was written in are there no more."""
    try:
        return visit.house.rules.tries.one(shown.name, shown.source)[0].rule
    except RuleProblem:
        return None


def _days(visit: Visit) -> int:
    said = visit.request.query_params.get("days", "")
    return int(said) if said.isascii() and said.isdecimal() and int(said) in SPANS else USUAL_DAYS
