"""What may be sent about what incidents owe to authorities."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Identifier, Moment
from tutela.core.filing.dealings import LONGEST_REASON, LONGEST_REFERENCE
from tutela.core.filing.duty import ChildKnown, Explicitness, Imagery, Trait
from tutela.core.filing.sheets import MOST_PLACES

Country = Annotated[str, StringConstraints(min_length=2, max_length=2)]
Countries = Annotated[list[Country], Field(max_length=MOST_PLACES, description="ISO 3166-1 alpha-2.")]
Reason = Annotated[str, StringConstraints(max_length=LONGEST_REASON, pattern=r"^[^\x00]*$")]
Reference = Annotated[str, StringConstraints(max_length=LONGEST_REFERENCE, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Sheet(Body):
    """What laws ask of an incident. What is left out nobody knows, and it counts as the gravest it may be."""

    imagery: Annotated[Imagery, Field(strict=False)] = Imagery.UNKNOWN
    explicitness: Annotated[Explicitness, Field(strict=False)] = Explicitness.UNKNOWN
    child: Annotated[ChildKnown, Field(strict=False, description="Whether a real child can be told.")] = (
        ChildKnown.UNKNOWN
    )
    traits: list[Annotated[Trait, Field(strict=False)]] = Field(default_factory=list, max_length=len(Trait))
    suspects: Countries = Field(default_factory=list)
    children: Countries = Field(default_factory=list)
    published: Countries = Field(default_factory=list)
    example: ClassVar[Any] = {
        "imagery": "real", "explicitness": "explicit", "child": "unknown", "traits": [], "suspects": ["US"],
        "children": [], "published": ["US"],
    }  # fmt: skip


class Decline(Body):
    """Why an authority is not told."""

    reason: Reason
    example: ClassVar[Any] = {"reason": "A drawing without any real child; counsel agreed on 2 March."}


class Take(Body):
    """By when whoever asks will have told it; without a moment, until it is due."""

    due_at: Moment | None = None
    example: ClassVar[Any] = {"due_at": "2026-03-03T09:00:00Z"}


class ByHand(Body):
    """What proves that it was told."""

    reference: Annotated[Reference, Field(description="What the authority gave: a number, or who took it and how.")]
    filed_at: Moment
    example: ClassVar[Any] = {"reference": "K-2026-0042", "filed_at": "2026-03-02T15:30:00Z"}


class Confirm(Body):
    """Which version of the table was read."""

    version: Identifier
    example: ClassVar[Any] = {"version": "2026-11-22"}


class Owed(Body):
    """A page of incidents that owe something."""

    cursor: Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    limit: Annotated[int, Field(strict=False, ge=1, le=200)] = 50
