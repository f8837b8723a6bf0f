"""What the server answers about events: what somebody did, told by the platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Observed:
    """One event that was told."""

    id: str  #: the platform's own identifier
    event: str | None  #: the server's; none where nothing was recorded
    recorded: bool  #: false where no law gives a basis for looking: nothing of it was counted or kept
    new: bool  #: false when this event was told before
    withheld: tuple[str, ...] = ()  #: what was not looked at for want of a basis: `behaviour`, `text`, `known_images`
    decision: str | None = None  #: that came of it at once; nothing for the users' eyes


@dataclass(frozen=True, slots=True)
class NotObserved:
    """One event of a batch that could not be used; the others went in. Telling it again as it is helps nobody."""

    id: str
    status: int
    detail: str
    place: str | None
    remedy: str | None


def observed_of(body: Mapping[str, Any]) -> Observed:
    """Return what is told about one event."""
    return Observed(
        id=body["id"],
        event=body.get("event"),
        recorded=body.get("recorded") is True,
        new=body.get("new") is True,
        withheld=tuple(body.get("withheld") or ()),
        decision=body.get("decision"),
    )


def observation_of(body: Mapping[str, Any]) -> Observed | NotObserved:
    """Return what is told about one event of a batch, or why it could not be used."""
    problem = body.get("error")
    if problem is None:
        return observed_of(body)
    detail = str(problem.get("detail") or problem.get("title") or "it could not be used")
    status = int(problem.get("status", 0))
    return NotObserved(body["id"], status, detail, problem.get("place"), problem.get("remedy"))
