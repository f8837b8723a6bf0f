"""The page of reports of figures: what is due, every edition, what is told of one in public; publish and correct."""

from starlette.responses import Response

from tutela.console.forms import done_of
from tutela.console.time_left import time_left
from tutela.console.visits import Visit
from tutela.core.ids import TransparencyId
from tutela.core.transparency.bars import FULL, chart_of
from tutela.core.transparency.period import Period
from tutela.core.transparency.sheets import TEXTS
from tutela.flows.report_figures import MOST_TEXT

WHERE = "/console/figures"
_DECIMAL = 10


def figures_page(visit: Visit) -> Response:
    """List editions, and what has to come out."""
    verbs = visit.house.report_figures
    entered = verbs.entered()
    return visit.page(
        "figures.html",
        editions=verbs.all(visit.principal),
        owed=verbs.owed(visit.principal),
        entered=entered,
        texts=tuple(TEXTS),
        missing=[key for key in TEXTS if not entered.texts.get(key)],
        may_write=visit.principal.may("transparency"),
        tried=visit.request.url.path.rpartition("/")[2] if visit.error is not None else "",
        most_text=MOST_TEXT,
        names=visit.staff.names(visit.principal),
        now=visit.house.clock.now(),
        left=time_left,
        done=done_of(visit, "figures_done"),
    )


def edition_page(visit: Visit) -> Response:
    """Show what an edition tells in public."""
    edition, summary = visit.house.report_figures.show(visit.principal, _id(visit))
    return visit.page(
        "edition.html",
        edition=edition,
        summary=summary,
        charts=[chart_of(each) for each in summary["breakdowns"]],
        full=FULL,
        may_write=visit.principal.may("transparency"),
        names=visit.staff.names(visit.principal),
        done=done_of(visit, "figures_done"),
    )


def files(visit: Visit) -> Response:
    """Send the files of an edition."""
    edition, _ = visit.house.report_figures.show(visit.principal, _id(visit))
    package = visit.house.report_figures.package(visit.principal, edition.id)
    headers = {"Content-Disposition": f'attachment; filename="figures-{edition.period.label}-{edition.version}.zip"'}
    return visit.answer(Response(package, media_type="application/zip", headers=headers))


def draw_up(visit: Visit) -> Response:
    """Draw one up."""
    edition = visit.house.report_figures.draw_up(visit.principal, Period.parse(visit.said("period")))
    return visit.go(f"{WHERE}/{edition.id}?done=drawn_up")


def correct(visit: Visit) -> Response:
    """Draw up a correction."""
    period = Period.parse(visit.said("period"))
    edition = visit.house.report_figures.correct(visit.principal, period, visit.said("reason"))
    return visit.go(f"{WHERE}/{edition.id}?done=corrected")


def publish(visit: Visit) -> Response:
    """Publish one."""
    edition = visit.house.report_figures.publish(visit.principal, _id(visit))
    return visit.go(f"{WHERE}/{edition.id}?done=published")


def enter(visit: Visit) -> Response:
    """Enter who provides what."""
    visit.house.report_figures.enter_identification(
        visit.principal, provider=visit.said("provider"), service=visit.said("service"),
        contact=visit.said("contact"), is_very_large=visit.said("is_very_large") == "yes",
    )  # fmt: skip
    return visit.go(f"{WHERE}?done=entered")


def enter_text(visit: Visit) -> Response:
    """Enter one text."""
    visit.house.report_figures.enter_text(visit.principal, visit.said("key"), visit.said("text"))
    return visit.go(f"{WHERE}?done=entered")


def enter_recipients(visit: Visit) -> Response:
    """Enter the recipients of a month."""
    counts = {}
    for line in visit.said("recipients").splitlines():
        scope, _, count = line.replace("=", " ").strip().partition(" ")
        if scope:
            said = count.strip()
            counts[scope.upper()] = int(said) if said.isascii() and said.isdecimal() and len(said) <= _DECIMAL else -1
    visit.house.report_figures.enter_recipients(visit.principal, visit.said("month"), counts)
    return visit.go(f"{WHERE}?done=entered")


def _id(visit: Visit) -> TransparencyId:
    return TransparencyId(visit.part("id"))
