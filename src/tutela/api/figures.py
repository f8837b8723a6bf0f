"""Reports of figures over HTTP: draw up, publish, correct, enter, and hand out."""

from starlette.responses import Response

from tutela.api import figure_bodies as asked
from tutela.api.calls import Call, answer
from tutela.core.ids import TransparencyId
from tutela.core.transparency.period import Period
from tutela.flows.tell_figures import edition_told, owed_told


def list_editions(call: Call) -> Response:
    """List editions, and what has to come out next."""
    call.no_query()
    verbs = call.house.report_figures
    return answer({
        "editions": [edition_told(each) for each in verbs.all(call.caller)],
        "owed": [owed_told(each) for each in verbs.owed(call.caller)],
    })  # fmt: skip


def draw_up(call: Call) -> Response:
    """Draw one up."""
    call.no_query()
    period = Period.parse(call.body(asked.PeriodAsked).period)
    return answer(edition_told(call.house.report_figures.draw_up(call.caller, period)), 201)


def correct(call: Call) -> Response:
    """Draw up a correction."""
    call.no_query()
    new = call.body(asked.Correction)
    edition = call.house.report_figures.correct(call.caller, Period.parse(new.period), new.reason)
    return answer(edition_told(edition), 201)


def show(call: Call) -> Response:
    """Tell about one edition."""
    call.no_query()
    edition, summary = call.house.report_figures.show(call.caller, TransparencyId(call.part("id")))
    return answer({**edition_told(edition), "summary": dict(summary)})


def publish(call: Call) -> Response:
    """Publish one."""
    call.no_query()
    return answer(edition_told(call.house.report_figures.publish(call.caller, TransparencyId(call.part("id")))))


def export(call: Call) -> Response:
    """Send the files of one."""
    call.no_query()
    package = call.house.report_figures.package(call.caller, TransparencyId(call.part("id")))
    return Response(package, media_type="application/zip")


def enter_identification(call: Call) -> Response:
    """Enter who provides what."""
    call.no_query()
    new = call.body(asked.Identification)
    call.house.report_figures.enter_identification(
        call.caller, provider=new.provider, service=new.service, contact=new.contact, is_very_large=new.is_very_large
    )
    return Response(status_code=204)


def enter_text(call: Call) -> Response:
    """Enter one text."""
    call.no_query()
    call.house.report_figures.enter_text(call.caller, call.part("key"), call.body(asked.QualitativeText).text)
    return Response(status_code=204)


def enter_recipients(call: Call) -> Response:
    """Enter the recipients of a month."""
    call.no_query()
    counts = call.body(asked.MonthlyRecipients).counts
    call.house.report_figures.enter_recipients(call.caller, call.part("month"), counts)
    return Response(status_code=204)


def enter_people(call: Call) -> Response:
    """Enter who moderates."""
    call.no_query()
    new = call.body(asked.Moderators)
    call.house.report_figures.enter_people(call.caller, new.internal, new.external, new.by_language)
    return Response(status_code=204)


def enter_disputes(call: Call) -> Response:
    """Enter what came of the disputes of a period."""
    call.no_query()
    counts = call.body(asked.Disputes).counts
    call.house.report_figures.enter_disputes(call.caller, Period.parse(call.part("period")), counts)
    return Response(status_code=204)
