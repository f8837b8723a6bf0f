"""What may be asked about what rules did, and would do."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Cursor
from tutela.api.rule_bodies import RULE
from tutela.core.rules.rule import NAME
from tutela.core.rules.rule_yaml import MAX_FILE_BYTES

MAX_DAYS = 365
Span = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}[mhdw]$")]
RuleName = Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$")]


class Replay(Body):
    """What is tried: rules as in a file, and live ones that would not be there."""

    source: Annotated[str, StringConstraints(max_length=MAX_FILE_BYTES)] = ""
    without: Annotated[list[RuleName], Field(max_length=1000, default_factory=list)]
    since: Span = "7d"
    example: ClassVar[Any] = {"source": RULE, "since": "7d"}


class FiguresQuery(Body):
    """How far back."""

    since: Span = "7d"


class FiresQuery(Body):
    """Where a page begins and how long it is."""

    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
