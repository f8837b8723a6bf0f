"""What is answered about reports of figures."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-02-20T12:00:00Z"
_EDITION = {
    "id": "trn_01m7zt3q2xw9c5r8k4n6v0b1hd", "period": "2025", "version": 1, "state": "published", "drawn_at": _AT,
    "drawn_by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd", "published_at": _AT, "correction": "", "sha256": "9f" * 32,
    "size_bytes": 18233, "due_at": "2026-03-01T00:00:00Z", "kept_until": "2031-02-20T12:00:00Z",
}  # fmt: skip


class Edition(Told):
    """An edition of a report."""

    id: str
    period: str
    version: int
    state: Annotated[str, Field(description="`draft`, `published` or `superseded`.")]
    drawn_at: datetime
    drawn_by: str
    published_at: datetime | None
    correction: Annotated[str, Field(description="Why it was drawn up after one was published.")]
    sha256: Annotated[str, Field(description="Of the package.")]
    size_bytes: int
    due_at: datetime
    kept_until: datetime | None
    example: ClassVar[Any] = _EDITION


class Owed(Told):
    """The report that has to come out."""

    period: str
    due_at: datetime
    is_published: bool
    is_late: bool


class Editions(Told):
    """Every edition, the newest first, and what has to come out."""

    editions: list[Edition]
    owed: list[Owed]
    example: ClassVar[Any] = {
        "editions": [_EDITION],
        "owed": [{"period": "2025", "due_at": "2026-03-01T00:00:00Z", "is_published": True, "is_late": False}],
    }


class EditionShown(Edition):
    """An edition with what is told of it in public: small numbers are hidden there."""

    summary: dict[str, Any]
    example: ClassVar[Any] = {
        **_EDITION,
        "summary": {
            "period": "2025", "shares": {"error": 2.5, "agreement": None}, "hours": {"notice": 3.5},
            "breakdowns": [{"id": "ground", "total": 120, "parts": {"law": 20, "terms": 100}, "few": []}],
        },
    }  # fmt: skip
