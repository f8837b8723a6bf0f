"""What a file says of its making: who took it with what, when and where."""

from dataclasses import dataclass

COARSE_DECIMALS = 1
"""About ten kilometres: enough to know which police are concerned, and no address of a child."""

MAX_TAGS = 200
MAX_VALUE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Location:
    """Where it was taken, in degrees."""

    latitude: float
    longitude: float

    @property
    def coarse(self) -> "Location":
        """Return the place rounded to about ten kilometres."""
        return Location(round(self.latitude, COARSE_DECIMALS), round(self.longitude, COARSE_DECIMALS))


@dataclass(frozen=True, slots=True)
class PictureMetadata:
    """What a file says. Nobody has proved any of it: it can be written by anybody."""

    tags: tuple[tuple[str, str], ...] = ()  #: name and value, without those of the location
    location: Location | None = None
