"""What everybody may read: the figures of a year or half a year, each number with its bar, and the files behind."""

from starlette.responses import Response

from tutela.core.ids import TransparencyId
from tutela.core.transparency.bars import FULL, chart_of
from tutela.public.visits import GOES_BACK, Visit


def figures_page(visit: Visit) -> Response:
    """Show the newest edition, or the one that is asked for, with all others that were published."""
    editions = visit.house.report_figures.public()
    asked = visit.asked("edition")
    if not editions and not asked:
        return visit.page("figures-none.html")
    edition_id = TransparencyId(asked) if asked else editions[0].id
    edition, summary = visit.house.report_figures.public_summary(edition_id)
    return visit.page(
        "figures.html",
        edition=edition,
        editions=editions,
        charts=[chart_of(each) for each in summary["breakdowns"]],
        shares=summary["shares"],
        hours=summary["hours"],
        full=FULL,
    )


def files(visit: Visit) -> Response:
    """Send the files of an edition that was published."""
    edition_id = TransparencyId(visit.part("id"))
    edition, _ = visit.house.report_figures.public_summary(edition_id)
    package = visit.house.report_figures.public_package(edition_id)
    headers = {"Content-Disposition": f'attachment; filename="figures-{edition.period.label}-{edition.version}.zip"'}
    return visit.answer(Response(package, media_type="application/zip", headers=headers), GOES_BACK)
