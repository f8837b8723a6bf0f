"""The routes of the rota and of pages to those on it."""

from tutela.api import rota, rota_answers, rota_bodies
from tutela.api.route import Route

_ROTA, _CASES = "rota", "cases"

ROUTES = (
    Route(
        "GET",
        "/v1/rota",
        _CASES,
        "The rota",
        work=rota.read_rota,
        answer=rota_answers.Rota,
        other_scope=_ROTA,
        detail="Shifts that have not ended, and the gaps and overlaps of the next seven days.",
    ),
    Route(
        "GET", "/v1/rota/now", _CASES, "Who is on call", work=rota.read_now, answer=rota_answers.OnCallNow,
        other_scope=_ROTA,
    ),
    Route(
        "POST",
        "/v1/rota/shifts",
        _ROTA,
        "Put somebody on call",
        work=rota.add_shift,
        body=rota_bodies.NewShift,
        answer=rota_answers.Shift,
        statuses=(201,),
        detail="Times as clocks show them in `zone`, without an offset; kept in UTC. An hour that the zone has twice "
        "is covered both times; a time that it leaves out is refused.",
    ),
    Route(
        "DELETE",
        "/v1/rota/shifts/{id}",
        _ROTA,
        "Take a shift off the rota",
        work=rota.remove_shift,
        statuses=(204,),
        detail="Also one that runs: whoever has it is on call no more.",
    ),
    Route(
        "PUT",
        "/v1/rota/people/{id}",
        _ROTA,
        "Say where somebody is reached",
        work=rota.reach,
        body=rota_bodies.Reached,
        statuses=(204,),
        detail="The address is told by no route and is in no log and no audit.",
    ),
    Route(
        "GET",
        "/v1/pages",
        _CASES,
        "Pages about danger",
        work=rota.list_pages,
        answer=rota_answers.Pages,
        other_scope=_ROTA,
        detail="Those whose danger is not over, oldest first, with everybody who was woken.",
    ),
    Route(
        "POST",
        "/v1/pages/test",
        _ROTA,
        "Try whether a page would get out",
        work=rota.try_paging,
        body=rota_bodies.PageTest,
        answer=rota_answers.PageTested,
        detail="One test by each channel that is set up.",
    ),
    Route(
        "GET", "/v1/pages/{id}", _CASES, "Read a page", work=rota.read_page, answer=rota_answers.Page,
        other_scope=_ROTA,
    ),
    Route(
        "POST",
        "/v1/pages/{id}/acknowledge",
        _CASES,
        "Say that you have it",
        work=rota.acknowledge,
        answer=rota_answers.Page,
        other_scope=_ROTA,
        detail="Nobody else is woken for this case any more. With `cases` alone you can when you are on call or were "
        "woken for it. Who says it first stays the one who has it.",
    ),
)  # fmt: skip
