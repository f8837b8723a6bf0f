"""Type one place of a report, add what is not there, or take something out."""

from typing import Any

from starlette.responses import Response

from tutela.console.report import OPEN, first_of_each_place, version_of, wrong_places
from tutela.console.report_form import PlaceForm, form_at, said_in, typed
from tutela.console.visits import Visit
from tutela.core.filing.drawing_up import KIND
from tutela.core.filing.editing import CLEAR
from tutela.core.filing.provenance import Origin, source_of
from tutela.core.filing.suggestions import SECTIONS
from tutela.errors import BadInput, Conflict, ReportMoved

LONGEST_PLACE = 200


def edit_page(visit: Visit) -> Response:
    """Show the form for one place."""
    preview = visit.house.drafting.preview(visit.principal, visit.part("id"))
    report, place = preview.report, _place(visit)
    if report.state not in OPEN:
        remedy = "After its approval nothing is changed; a correction is another report."
        raise Conflict("this report cannot be changed any more", place="report", remedy=remedy)
    form = form_at(report.package, place, _kind(visit))
    source = source_of(place, report.package.sources)
    return visit.page(
        "report-edit.html",
        report=report,
        form=form,
        place=place,
        source=source,
        is_told=source is not None and source.origin is Origin.PLATFORM and form.is_there,
        given=said_in(visit, form),
        wrong=wrong_places(visit),
        problems=first_of_each_place(each for each in preview.problems if _is_of(each.place, place)),
        is_kind=place == KIND,
        sections=SECTIONS,
        changed=visit.error.changed if isinstance(visit.error, ReportMoved) else None,
        names=visit.staff.names(visit.principal),
    )


def edit(visit: Visit) -> Response:
    """Keep what was typed, and go back to the report."""
    report = visit.house.drafting.preview(visit.principal, visit.part("id")).report
    form = form_at(report.package, _place(visit), _kind(visit))
    if not form.inputs:
        raise BadInput("choose a kind", place="kind", remedy="Choose one from the list.")
    return _changed(visit, form, typed(visit, form), "edited")


def clear(visit: Visit) -> Response:
    """Take something out of a report, and go back to it."""
    report = visit.house.drafting.preview(visit.principal, visit.part("id")).report
    place = _place(visit)
    is_whole_file = place.startswith("files.") and place.count(".") == 1
    form = None if is_whole_file else form_at(report.package, place)
    return _changed(visit, form, CLEAR, "cleared")


def _changed(visit: Visit, form: PlaceForm | None, value: Any, done: str) -> Response:
    place, overrides = _place(visit) if form is None else form.place, visit.said("override") == "yes"
    version, principal = version_of(visit), visit.principal
    visit.house.drafting.edit(principal, visit.part("id"), version, {place: value}, overrides=overrides)
    return visit.go(f"/console/reports/{visit.part('id')}?done={done}#at-{place}")


def _place(visit: Visit) -> str:
    said = visit.said("place") if visit.request.method == "POST" else visit.request.query_params.get("place", "")
    if not 0 < len(said) <= LONGEST_PLACE:
        raise BadInput("there is no such place in this report", place="place", remedy="Open it from the report.")
    return said


def _kind(visit: Visit) -> str:
    return visit.said("kind") if visit.request.method == "POST" else visit.request.query_params.get("kind", "")


def _is_of(problem: str, place: str) -> bool:
    return problem == place or problem.startswith(f"{place}.")
