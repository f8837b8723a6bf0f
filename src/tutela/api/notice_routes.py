"""The routes of notices."""

from tutela.api import notice_answers, notice_bodies, notices
from tutela.api.route import Route

ROUTES = (
    Route(
        "POST",
        "/v1/notices",
        "notices",
        "Hand in a notice",
        work=notices.hand_in,
        body=notice_bodies.NewNotice,
        answer=notice_answers.NoticeReceipt,
        statuses=(201,),
        is_repeatable=True,
        detail="Answered at once with a receipt; the clocks run from that moment, whatever is missing. What may be "
        "done before a person looks depends on who tells it: a key of an enrolled hotline, authority or flagger holds "
        "what it names; for anybody else one picture is hidden at once. Nothing is discarded: what is too fast waits.",
    ),
    Route(
        "GET",
        "/v1/notices",
        "desk",
        "List notices",
        work=notices.list_notices,
        query=notice_bodies.NoticesQuery,
        answer=notice_answers.NoticePage,
        detail="The newest first. What was told stays sealed.",
    ),
    Route(
        "GET",
        "/v1/notices/{id}",
        "desk",
        "One notice",
        work=notices.show_notice,
        answer=notice_answers.NoticeTold,
    ),
)
