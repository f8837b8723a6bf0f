"""Quality: golden cases, and how well people agree."""

from datetime import UTC

from starlette.responses import Response

from tutela.api import quality_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.agreement import PairKind
from tutela.core.ids import CaseId, GoldenId
from tutela.core.looks import Golden
from tutela.flows.mark_golden import AskedGolden
from tutela.flows.read_agreement import AskedFigures, By, Figures
from tutela.flows.tell_quality import figures_told, golden_page_told, golden_told


def mark_golden(call: Call) -> Response:
    """Mark a case as golden."""
    call.no_query()
    given = call.body(asked.NewGolden)
    wanted = AskedGolden(
        CaseId(given.case), given.conclusion, given.reason, given.context, given.clause,
        tuple((part.id, part.role) for part in given.accounts),
    )  # fmt: skip
    golden = call.house.quality.mark(call.caller, wanted)
    return answer(_told(call, golden), 201)


def list_golden(call: Call) -> Response:
    """List golden cases."""
    page = call.query(asked.GoldenQuery)
    verb = call.house.quality.list
    found = golden_page_told(verb(call.caller, from_cursor(page.cursor), page.limit, with_withdrawn=page.withdrawn))
    return answer({**found, "next": None if found["next"] is None else to_cursor(found["next"])})


def withdraw_golden(call: Call) -> Response:
    """Withdraw a golden case."""
    call.no_query()
    reason = call.body(asked.GoldenWithdrawn).reason
    golden = call.house.quality.withdraw(call.caller, GoldenId(call.part("id")), reason)
    return answer(_told(call, golden))


def _told(call: Call, golden: Golden) -> dict[str, object]:
    return golden_told(golden, call.house.quality.list.names(call.caller, [golden]))


def read_agreement(call: Call) -> Response:
    """Tell the figures of everybody."""
    given = call.query(asked.FiguresQuery)
    return _figures(call.house.quality.agreement(call.caller, _asked(given, By(given.by), given.reviewer)))


def read_own(call: Call) -> Response:
    """Tell the figures of whoever asks."""
    given = call.query(asked.OwnFigures)
    return _figures(call.house.quality.agreement.own(call.caller, _asked(given, By.REVIEWER, None)))


def _asked(given: asked.OwnFigures, by: By, person: str | None) -> AskedFigures:
    return AskedFigures(
        by=by,
        since=None if given.since is None else given.since.astimezone(UTC),
        until=None if given.until is None else given.until.astimezone(UTC),
        clause=given.clause,
        kind=None if given.kind is None else PairKind(given.kind),
        person=person,
        after=from_cursor(given.cursor),
        limit=given.limit,
    )


def _figures(found: Figures) -> Response:
    told = figures_told(found)
    return answer({**told, "next": None if found.following is None else to_cursor(found.following)})
