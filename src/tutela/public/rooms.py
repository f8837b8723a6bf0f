"""What this face needs of the house."""

from typing import Protocol

from tutela.config import Settings
from tutela.flows.on_call import OnCall
from tutela.flows.public_desk import PublicDesk
from tutela.flows.report_figures import ReportFigures
from tutela.flows.verbs_of_appeals import AppealVerbs
from tutela.flows.verbs_of_notices import NoticeVerbs
from tutela.ports.clock import Clock


class HouseLike(Protocol):  # every member is an attribute of `bootstrap.House`, described there
    """The house as this face sees it."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102  # see the class
    @property
    def clock(self) -> Clock: ...  # noqa: D102  # see the class
    @property
    def notices(self) -> NoticeVerbs: ...  # noqa: D102  # see the class
    @property
    def appeals(self) -> AppealVerbs: ...  # noqa: D102  # see the class
    @property
    def report_figures(self) -> ReportFigures: ...  # noqa: D102  # see the class
    @property
    def on_call(self) -> OnCall: ...  # noqa: D102  # see the class
    @property
    def public_desk(self) -> PublicDesk: ...  # noqa: D102  # see the class
