"""What may be sent about people."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body
from tutela.core.people import MAX_NAME_CHARACTERS
from tutela.core.permissions import SCOPES, StaffRole

Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME_CHARACTERS)]
Roles = Annotated[list[StaffRole], Field(min_length=1, max_length=len(StaffRole))]


class NewPerson(Body):
    """Who is invited, and what for."""

    login: Annotated[str, StringConstraints(min_length=2, max_length=63)]
    name: Name
    roles: Roles
    example: ClassVar[Any] = {"login": "grace", "name": "Grace", "roles": ["reviewer"]}


class OtherRoles(Body):
    """Every role that somebody has from now on."""

    roles: Roles
    example: ClassVar[Any] = {"roles": ["senior_reviewer"]}


class NewToken(Body):
    """What a token of one's own may do."""

    name: Name
    scopes: Annotated[list[str], Field(min_length=1, max_length=len(SCOPES))]
    example: ClassVar[Any] = {"name": "nightly figures", "scopes": ["read"]}
