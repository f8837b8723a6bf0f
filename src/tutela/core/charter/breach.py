"""What is found when a promise is broken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """One promise broken, and where."""

    promise: str
    subject: str  #: an id of ours
    detail: str
