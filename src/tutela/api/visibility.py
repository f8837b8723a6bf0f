"""What may this viewer see here? One verdict an item, from one read."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.keys import require
from tutela.core.plans import Answer
from tutela.ports.store import ItemView
from tutela_client.see import STRICTEST, EffectTable, Viewer, see
from tutela_client.table import shipped_table
from tutela_client.verdict import Exposure, Verdict


def read_visibility(call: Call) -> Response:
    """Tell what a viewer may see of items on a surface."""
    call.no_query()
    question = call.body(bodies.VisibilityQuestion)
    if question.explain:
        require(call.caller, "detections")
    wanted = list(dict.fromkeys(question.items))
    with call.house.store.read() as reader:
        views = reader.item_views(wanted)
    asked = _Asked(question, call.house.clock.now())
    body = {
        "table_version": asked.table.version,
        "verdicts": {name: asked.about(views.get(name)) for name in wanted},
        "unknown": [name for name in wanted if name not in views],
    }
    return answer(body)


class _Asked:
    """One question; verdicts that many items share are made once."""

    def __init__(self, question: bodies.VisibilityQuestion, now: datetime) -> None:
        self.table: EffectTable = shipped_table()
        self._question, self._now = question, now
        # Staff see through the console, under a grant, and never through here.
        self._viewer = Viewer(account=question.viewer.account)
        self._clear = _body(Verdict(), is_explained=question.explain)
        self._absent = _body(STRICTEST, is_explained=question.explain)

    def about(self, view: ItemView | None) -> dict[str, Any]:
        """Return the verdict about one item; one that was never submitted is absent."""
        if view is None:
            return self._absent
        if not view.standings:
            return self._clear if view.answer is Answer.PUBLISH else self._absent
        return _body(self._verdict(view), is_explained=self._question.explain)

    def _verdict(self, view: ItemView) -> Verdict:
        measures = [m.for_reader() for standing in view.standings for m in standing.measures if m.revoked_by is None]
        viewer_class = self._viewer.class_for(view.author_platform_id)
        verdict = see(viewer_class, self._question.surface, measures, now=self._now, table=self.table)
        if view.answer is not Answer.PUBLISH and verdict.exposure < Exposure.PLACEHOLDER:
            # Nothing in force takes it off, and yet nobody ever let it be published.
            return verdict.join(STRICTEST)
        return verdict


def _body(verdict: Verdict, *, is_explained: bool) -> dict[str, Any]:
    body = {
        "exposure": verdict.exposure.name.lower(),
        "ads": verdict.ads,
        "earns": verdict.earns,
        "rank_factor": verdict.rank_factor,
        "openable": verdict.openable,
        "notices": sorted(verdict.notices),
        "valid_until": verdict.valid_until,
        "disabled_actions": sorted(verdict.disabled_actions),
    }
    if is_explained:
        body["because"] = sorted(verdict.because)
    return body
