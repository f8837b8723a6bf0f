"""Appeal by the link of a statement: what was told in neutral words, what somebody says to it, and how it ended.

Whoever has the link has the right to appeal for whom it is for, and sees nothing that was not told to them anyway.
"""

from starlette.responses import Response

from tutela.core.appeals.appeal import MOST_WORDS
from tutela.errors import AlreadyReversed, AppealMoved, AppealOpen, BadInput, UnknownAppeal, UnknownLink
from tutela.flows.show_appealed import Appealed
from tutela.flows.take_appeal import AskedAppeal
from tutela.public.visits import KEEPS_NOTHING, Visit

MAX_TOKEN_CHARACTERS = 200
SAID = frozenset({"taken", "withdrawn"})
"""What an address may say that was done."""


def appeal_page(visit: Visit) -> Response:
    """Show what a link is for."""
    done = visit.asked("done")
    return _shown(visit, done=done if done in SAID else "")


def send(visit: Visit) -> Response:
    """Take an appeal. Sent twice it is one."""
    text, contact = visit.said("words").replace("\r\n", "\n").strip(), visit.said("contact").strip()
    if not visit.is_from_here:
        return _shown(visit)
    asked = AskedAppeal(text, contact, visit.language, visit.said("new_facts") == "yes")
    try:
        visit.house.appeals.take.by_link(_token(visit), asked)
    except AppealOpen:
        pass  # it is theirs, and was sent before: the page shows it
    except AlreadyReversed:
        return _shown(visit)
    except UnknownLink:
        return _lost(visit)
    except BadInput as error:
        return _shown(visit, status=422, wrong="words" if error.place == "text" else "contact")
    return visit.go(visit.at(f"/appeal/{_token(visit)}?done=taken"))


def withdraw(visit: Visit) -> Response:
    """Withdraw the one that is open."""
    if not visit.is_from_here:
        return _shown(visit)
    try:
        visit.house.appeals.move.withdraw_by_link(_token(visit))
    except (UnknownAppeal, AppealMoved):
        return _shown(visit)  # it was answered, or withdrawn before: the page says so
    except UnknownLink:
        return _lost(visit)
    return visit.go(visit.at(f"/appeal/{_token(visit)}?done=withdrawn"))


def _shown(visit: Visit, *, status: int = 200, wrong: str = "", done: str = "") -> Response:
    try:
        shown = visit.house.appeals.by_link(_token(visit))
    except UnknownLink:
        return _lost(visit)
    latest = shown.appeals[-1] if shown.appeals else None
    return visit.page(
        "appeal.html",
        status,
        keeps=KEEPS_NOTHING,
        shown=shown,
        latest=latest,
        may_send=_may_send(shown),
        token=_token(visit),
        words=visit.said("words"),
        contact=visit.said("contact"),
        wrong=wrong,
        done=done,
        most=MOST_WORDS,
    )


def _may_send(shown: Appealed) -> bool:
    """Return whether something can be sent now: the decision stands, and nothing about it is open."""
    return shown.stands and shown.open is None


def _lost(visit: Visit) -> Response:
    return visit.page("appeal-lost.html", 404, keeps=KEEPS_NOTHING)


def _token(visit: Visit) -> str:
    return visit.part("token")[:MAX_TOKEN_CHARACTERS]
