"""What this face needs of the house."""

from typing import Protocol

from tutela.config import Settings
from tutela.flows.read_coverage import ReadCoverage
from tutela.flows.staff import Staff
from tutela.ports.clock import Clock


class HouseLike(Protocol):  # every member is an attribute of `bootstrap.House`, described there
    """The house as this face sees it."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102  # see the class
    @property
    def clock(self) -> Clock: ...  # noqa: D102  # see the class
    @property
    def staff(self) -> Staff: ...  # noqa: D102  # see the class
    @property
    def read_coverage(self) -> ReadCoverage: ...  # noqa: D102  # see the class
