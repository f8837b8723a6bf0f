"""When something went wrong: in plain words, with a way on. What operators read of an error is not shown here."""

from starlette.responses import Response

from tutela.errors import BadInput, NoPage, TooLarge, TooManyCodes, TutelaError, Unavailable
from tutela.public.visits import Visit
from tutela.statuses import status_of

_SAID: tuple[tuple[type[TutelaError], str], ...] = (
    (NoPage, "no_page"),
    (TooLarge, "too_large"),
    (TooManyCodes, "too_many"),
    (Unavailable, "not_now"),
    (BadInput, "not_read"),
)
"""The first that fits; anything else is a mistake of ours."""


def problem_page(visit: Visit, error: TutelaError) -> Response:
    """Return the page that says what is wrong, and what to do."""
    said = next((name for kind, name in _SAID if isinstance(error, kind)), "broke")
    return visit.page("problem.html", status_of(error), said=said, help=visit.house.public_desk.help.of(""))
