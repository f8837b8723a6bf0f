"""What may be asked about clocks and messages."""

from typing import Annotated

from pydantic import StringConstraints

from tutela.api.bodies import Body, Moment, PageQuery
from tutela.core.messages import MessageState
from tutela.flows.read_clocks import Due

_DUE, _STATES = ("|".join(each) for each in (Due, MessageState))


class ClocksQuery(PageQuery):
    """Which clocks that run."""

    due: Annotated[str, StringConstraints(pattern=f"^({_DUE})$")] = "today"  #: late ones are in each of them


class ClockFiguresQuery(Body):
    """Of which period; the last thirty days where nothing is said."""

    since: Moment | None = None
    until: Moment | None = None


class MessagesQuery(PageQuery):
    """Which messages; what is not given does not narrow."""

    state: Annotated[str, StringConstraints(pattern=f"^({_STATES})$")] | None = None
