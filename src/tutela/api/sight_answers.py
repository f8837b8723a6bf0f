"""What is answered about sight and deeds; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told

_EXAMPLE = {
    "exposure": "show",
    "ads": True,
    "earns": True,
    "rank_factor": 1.0,
    "openable": True,
    "notices": [],
    "reasons": [],
    "valid_until": None,
    "disabled_actions": [],
}


class Reason(Told):
    """Why something of the viewer's own is restricted."""

    clause: str
    decision: Annotated[str, Field(description="What an appeal is against.")]


class Cause(Told):
    """One thing that acted."""

    measure: Annotated[str | None, Field(description="Null for a block, a choice, or an item that was never let out.")]
    row: Annotated[str, Field(description="The place in the table of effects.")]


class Verdict(Told):
    """What this viewer may see of one item or account here, and what else holds for it."""

    exposure: Literal["show", "lower", "cover", "placeholder", "absent"]
    ads: bool
    earns: bool
    rank_factor: float
    openable: bool
    notices: Annotated[list[str], Field(description="Neutral codes, for words of your own.")]
    reasons: Annotated[list[Reason], Field(description="For the author only; never of what is sealed or held.")]
    valid_until: Annotated[datetime | None, Field(description="Ask again then; null means until the next change.")]
    disabled_actions: list[str]
    because: Annotated[list[Cause] | None, Field(description="Only with explain; never for viewers.")] = None


class Visibility(Told):
    """One verdict for everything that was asked about; what was never submitted is absent."""

    table_version: str
    verdicts: Annotated[dict[str, Verdict], Field(description="Of the items.")]
    unknown: Annotated[list[str], Field(description="Items that were never submitted.")]
    accounts: dict[str, Verdict]
    unknown_accounts: Annotated[list[str], Field(description="Nothing is known of them, so nothing can be in force.")]
    example: ClassVar[Any] = {
        "table_version": "2026-11-26",
        "verdicts": {"post-1001": _EXAMPLE},
        "unknown": [],
        "accounts": {"user-7": _EXAMPLE},
        "unknown_accounts": [],
    }


class Permission(Told):
    """Whether it may be done."""

    allowed: bool
    code: Annotated[str | None, Field(description="Why not, in a neutral word for words of your own.")]
    valid_until: Annotated[datetime | None, Field(description="Ask again then; null means until the next change.")]
    table_version: str
    because: Annotated[list[Cause] | None, Field(description="Only with explain; never for whoever asks to act.")] = (
        None
    )
    example: ClassVar[Any] = {
        "allowed": False,
        "code": "block_messaging",
        "valid_until": "2026-11-29T08:30:00Z",
        "table_version": "2026-11-26",
    }
