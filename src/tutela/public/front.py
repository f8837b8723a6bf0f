"""The first page, and how to clear what a browser remembers."""

from starlette.responses import Response

from tutela.core.notices.branches import Branch
from tutela.public.visits import Visit

BRANCHES: tuple[Branch, ...] = (
    Branch.IT_SHOWS_ME,
    Branch.IT_SHOWS_MY_CHILD,
    Branch.THREATENED,
    Branch.SAW_SOMETHING,
    Branch.ADULT_INTIMATE,
    Branch.AUTHORITY,
)
"""In the order in which they stand: who is hurt comes first."""


def address_of(branch: Branch) -> str:
    """Return a way in as it stands in an address."""
    return branch.value.replace("_", "-")


def front_page(visit: Visit) -> Response:
    """Ask what somebody comes to say."""
    signed = visit.asked("c")
    context = visit.house.public_desk.forms.read_link(signed)
    if "language" not in visit.request.path_params:
        visit = visit.in_language(context.language)
    is_signed = bool(context.item_link or context.back)
    ways = [(each.value, address_of(each)) for each in BRANCHES]
    return visit.page(
        "front.html", ways=ways, context=context, signed=signed if is_signed else "", back_link=context.back
    )  # fmt: skip


def traces_page(visit: Visit) -> Response:
    """Say how to clear what a browser remembers of a visit."""
    return visit.page("traces.html")
