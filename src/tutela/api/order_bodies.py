"""What may be sent about orders."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Identifier, Moment, PageQuery
from tutela.core.dsa.words import Category
from tutela.flows.keep_orders import MOST_LETTERS, MOST_NAMED, MOST_TEXT

Short = Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=MOST_TEXT)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TEXT, strip_whitespace=True)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$|^$")]
Location = Annotated[str, StringConstraints(min_length=1, max_length=2083)]
CategoryName = Annotated[str, StringConstraints(pattern="^(" + "|".join(e.name.lower() for e in Category) + ")$")]

_RECEIVED = "2026-11-26T09:00:00Z"


class OrderQuery(PageQuery):
    """A page of orders: those that wait for something, or all."""

    all: bool = False


class NewOrder(Body):
    """An order as it came. What it does not say is left out, and told as missing."""

    kind: Literal["act", "information", "removal_notice", "preservation", "emergency"]
    wish: Literal["withhold", "remove", "restore", "keep", "tell"]
    authority: Short
    country: Country
    reference: Short
    received_at: Moment
    category: CategoryName = "protection_of_minors"
    legal_basis: Text = ""
    reasons: Text = ""
    redress: Text = ""
    answer_to: Text = ""
    language: Language = ""
    is_readable: bool = False
    locations: Annotated[list[Location], Field(max_length=MOST_NAMED)] = Field(default_factory=list)
    items: Annotated[list[Identifier], Field(max_length=MOST_NAMED)] = Field(default_factory=list)
    accounts: Annotated[list[Identifier], Field(max_length=MOST_NAMED)] = Field(default_factory=list)
    territory: Annotated[list[Country], Field(max_length=250)] = Field(default_factory=list)
    due_at: Moment | None = None
    is_secret: bool = False
    notifier: Identifier | None = None
    example: ClassVar[Any] = {
        "kind": "act", "wish": "withhold", "authority": "Landgericht Hamburg", "country": "DE",
        "reference": "324 O 7/26", "received_at": _RECEIVED, "legal_basis": "§ 1004 BGB",
        "reasons": "The court holds that the article infringes § 823 BGB.", "redress": "Objection within two weeks.",
        "answer_to": "the court", "language": "de", "is_readable": True, "items": ["post-1001"], "territory": ["DE"],
    }  # fmt: skip


class OrderVerified(Body):
    """What a call-back came to; `directory` is the official one that the number is from, never the letter."""

    way: Literal["called_back", "enrolled"] = "called_back"
    is_real: bool
    directory: Text = ""
    spoken_to: Text = ""
    example: ClassVar[Any] = {
        "is_real": True, "directory": "justice portal of the Land, looked up today", "spoken_to": "registry, Ms Berg",
    }  # fmt: skip


class OrderEffect(Body):
    """How it was done: what was handed out, why it is done despite something, or which reversals did it."""

    note: Text = ""
    despite: Text = ""
    decisions: Annotated[list[Identifier], Field(max_length=MOST_NAMED)] = Field(default_factory=list)
    example: ClassVar[Any] = {"despite": "redress is missing, and known from the law itself"}


class OrderDelay(Body):
    """Until when the recipient is not told, and by which law."""

    until: Moment
    basis: Reason
    example: ClassVar[Any] = {"until": "2027-02-28T00:00:00Z", "basis": "§ 101 StPO, as the order says"}


class OrderReason(Body):
    """Why."""

    reason: Reason
    example: ClassVar[Any] = {"reason": "the address leads to another service"}
