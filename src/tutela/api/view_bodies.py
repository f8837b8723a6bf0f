"""What may be sent about views of evidence."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.bodies import Body, Cursor, Identifier
from tutela.core.views import ViewReason


class NewView(Body):
    """What somebody wants to look at, and why."""

    media: Identifier
    purpose: Literal["look", "full_look", "poster"] = "look"
    reason: ViewReason
    example: ClassVar[Any] = {"media": "med_01m7zt3q2xw9c5r8k4n6v0b1hd", "purpose": "look", "reason": "decide"}


class ViewsQuery(Body):
    """Where the page begins."""

    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class MetadataQuery(Body):
    """Why it is read, and how exactly the place is told."""

    reason: ViewReason = ViewReason.REPORT
    location: Literal["coarse", "exact"] = "coarse"
