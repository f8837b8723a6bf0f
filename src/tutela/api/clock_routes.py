"""The routes of clocks and messages."""

from tutela.api import clock_answers, clock_bodies, clocks
from tutela.api.route import Route

ROUTES = (
    Route(
        "GET", "/v1/clocks", "cases", "By when people must be answered", work=clocks.list_clocks,
        query=clock_bodies.ClocksQuery, answer=clock_answers.ClocksTold,
        detail="Clocks of notices, appeals and orders that run, the first due first: late ones, and what is due within "
        "24 hours, unless `due` says `all`, `late` or `breached`. Every time is in UTC; nothing pauses a clock.",
    ),
    Route(
        "GET", "/v1/clocks/figures", "cases", "Clocks kept and missed", work=clocks.read_figures,
        query=clock_bodies.ClockFiguresQuery, answer=clock_answers.ClockFiguresTold,
        detail="Of those that began in the period, a year at most.",
    ),
    Route(
        "GET", "/v1/messages", "desk", "Messages to the people who asked", work=clocks.list_messages,
        query=clock_bodies.MessagesQuery, answer=clock_answers.MessagesTold,
        detail="The newest first. Of `bounced` and `expired` ones only the page tells the answer: somebody wanted to "
        "be written to and was not.",
    ),
    Route(
        "POST", "/v1/messages/{id}/bounced", "desk", "Note that a mail came back", work=clocks.note_bounce,
        statuses=(204,),
        detail="A mail server may take a mail and send it back later. The identifier stands in the `Message-ID` of "
        "what came back. No more mail goes there about the same; the answer stands on the page.",
    ),
)  # fmt: skip
