"""What a route is: who may call it, what it takes and what it answers."""

from dataclasses import dataclass

from tutela.api import answers, bodies
from tutela.api.calls import Serve, Work

OPEN = "open"
"""No key is needed."""

ANY_KEY = "any"
"""Any valid key will do, and anybody who is signed in."""

SIGNED_IN = "signed_in"
"""A person in a session of their own; no key will do."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route. Either `work`, in a thread, or `serve`, on the event loop."""

    method: str
    path: str
    scope: str
    summary: str
    work: Work | None = None
    serve: Serve | None = None
    body: type[bodies.Body] | None = None
    raw: tuple[str, ...] = ()  #: media types of a streamed body
    has_form: bool = False  #: also takes a form of the item and its files
    query: type[bodies.Body] = bodies.NoQuery
    answer: type[answers.Told] | None = None
    media_type: str = "application/json"  #: of the answer
    statuses: tuple[int, ...] = (200,)
    is_repeatable: bool = False  #: takes an Idempotency-Key
    is_for_people: bool = False  #: no key of a service will do, whatever its scopes
    has_head: bool = False  #: HEAD tells what GET would send
    other_scope: str = ""  #: that will do as well
    detail: str = ""
