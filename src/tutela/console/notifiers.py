"""The page of those whose trade it is to tell us: whom we have enrolled, after making sure that it is them."""

from starlette.responses import Response

from tutela.console.forms import chosen, done_of
from tutela.console.visits import Visit
from tutela.core.ids import NotifierId
from tutela.core.notices.branches import ENROLLABLE, NoticeKind
from tutela.flows.enrol_notifiers import MAX_CHARACTERS, NewNotifier


def notifiers_page(visit: Visit) -> Response:
    """List who is enrolled, and who was."""
    return _shown(visit, "")


def enrol(visit: Visit) -> Response:
    """Enrol somebody, and show their key once."""
    new = NewNotifier(
        chosen(visit, "kind", NoticeKind), visit.said("name"), visit.said("country").strip().upper(),
        visit.said("checked_by"),
    )  # fmt: skip
    _, secret = visit.house.notices.enrol.enrol(visit.principal, new)
    return _shown(visit, secret)


def end(visit: Visit) -> Response:
    """End an enrolment."""
    visit.house.notices.enrol.end(visit.principal, NotifierId(visit.said("notifier")))
    return visit.go("/console/notifiers?done=ended")


def _shown(visit: Visit, secret: str) -> Response:
    return visit.page(
        "notifiers.html",
        notifiers=visit.house.notices.enrol.all(visit.principal),
        kinds=sorted(ENROLLABLE),
        secret=secret,
        is_tried=visit.error is not None and visit.error.place != "notifier",
        most=MAX_CHARACTERS,
        names=visit.staff.names(visit.principal),
        done=done_of(visit, "notifier_done"),
    )
