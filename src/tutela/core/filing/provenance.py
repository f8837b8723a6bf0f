"""Where each field of a report comes from: a fact of the platform, computed here, or typed by somebody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import PersonId


class Origin(StrEnum):
    """Who says so."""

    PLATFORM = "platform"  #: told by the platform about its own accounts and items
    COMPUTED = "computed"  #: by Tutela: digests, views, times of decisions
    TYPED = "typed"  #: by a person here
    SETTINGS = "settings"  #: of the channel: who reports, how process is served


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of one field, or of all below it."""

    origin: Origin
    at: datetime  #: when it was told, computed or typed
    by: PersonId | None = None  #: whoever typed it


Sources = Mapping[str, Provenance]
"""By place, such as `suspects.0` or `incident.at`; the nearest one above a field is its own."""


def source_of(place: str, sources: Sources) -> Provenance | None:
    """Return where the field at *place* comes from; none where nobody said."""
    return next((sources[each] for each in _upwards(place) if each in sources), None)


def _upwards(place: str) -> Iterator[str]:
    while place:
        yield place
        place = place.rpartition(".")[0]
