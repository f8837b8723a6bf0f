"""What may be sent about the rota."""

from typing import Annotated, Any, ClassVar

from pydantic import NaiveDatetime, StringConstraints

from tutela.api.bodies import Body, Identifier
from tutela.core.paging import MAX_EMAIL_CHARACTERS

Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$", max_length=64)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=MAX_EMAIL_CHARACTERS)]


class NewShift(Body):
    """When somebody is on call, as clocks show it where they live."""

    person: Identifier
    starts: NaiveDatetime
    ends: NaiveDatetime
    zone: Zone = "UTC"
    example: ClassVar[Any] = {
        "person": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "starts": "2026-11-28T18:00:00",
        "ends": "2026-11-29T08:00:00",
        "zone": "Europe/Berlin",
    }


class Reached(Body):
    """Where somebody is reached; null forgets it."""

    email: Email | None
    example: ClassVar[Any] = {"email": "grace@tutela.example"}


class PageTest(Body):
    """Whither a mail is sent; without it the mail server is only signed in to."""

    email: Email | None = None
    example: ClassVar[Any] = {"email": "grace@tutela.example"}
