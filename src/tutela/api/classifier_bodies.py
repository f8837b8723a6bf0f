"""What may be sent about links."""

from typing import Annotated, Any, ClassVar

from pydantic import StringConstraints

from tutela.api.bodies import Body
from tutela.core.links import MAX_LINK_CHARACTERS

Link = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LINK_CHARACTERS)]


class LinkToExpand(Body):
    """A link that leads elsewhere."""

    url: Link
    example: ClassVar[Any] = {"url": "https://short.example/a1"}
