"""The standing of an account as the server tells it. What an answer lacks is read as the strictest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

WIDEST = "everyone"
_AUDIENCES = (WIDEST, "adults_only", "nobody")
_REACHES = ("normal", "lowered", "followers_only", "nobody")


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account may do now, how far it and its items reach, and what its holder may be told now."""

    id: str
    may_post: bool
    may_message: str  #: `everyone`, `adults_only` or `nobody`
    may_log_in: bool
    may_advertise: bool
    is_read_only: bool
    locked: Mapping[str, Any] | None  #: reason, verifications, since, review_by, decisions
    suspended: Mapping[str, Any] | None  #: since, until, permanent, decisions
    hidden_in: Mapping[str, tuple[str, ...]]  #: country to legal bases
    is_profile_hidden: bool
    reach: str  #: `normal`, `lowered`, `followers_only` or `nobody`
    excluded_from: frozenset[str]  #: surface groups on which nothing of it appears
    is_protected: bool  #: strangers cannot reach it
    is_age_gated: bool  #: shown to known adults only
    cover: Mapping[str, Any] | None  #: reasons, openable
    earning: str  #: `normal` or `escrow`
    has_ads: bool
    warnings: int
    always: frozenset[str]  #: verbs that stay possible under everything
    statements: tuple[Mapping[str, Any], ...]
    valid_until: datetime | None  #: ask again then; none means until the next change
    table_version: str

    @property
    def may_message_minors(self) -> bool:
        """Return whether messages to minors, and to those of unknown age, are possible."""
        return self.may_message == WIDEST


def standing_of(body: Mapping[str, Any]) -> Standing:
    """Return the standing of an account; who is not said to be free to do something is not."""
    until = body.get("valid_until")
    return Standing(
        id=body["id"],
        may_post=body.get("may_post") is True,
        may_message=_word(body.get("may_message"), _AUDIENCES),
        may_log_in=body.get("may_log_in") is True,
        may_advertise=body.get("may_advertise") is True,
        is_read_only=body.get("read_only") is not False,
        locked=body.get("locked"),
        suspended=body.get("suspended"),
        hidden_in={each["country"]: tuple(each["legal_bases"]) for each in body.get("hidden_in") or ()},
        is_profile_hidden=body.get("profile_hidden") is not False,
        reach=_word(body.get("reach"), _REACHES),
        excluded_from=frozenset(body.get("excluded_from") or ()),
        is_protected=body.get("protected") is not False,
        is_age_gated=body.get("age_gated") is not False,
        cover=body.get("cover"),
        earning="normal" if body.get("earning") == "normal" else "escrow",
        has_ads=body.get("ads") is True,
        warnings=int(body.get("warnings") or 0),
        always=frozenset(body.get("always") or ()),
        statements=tuple(body.get("statements") or ()),
        valid_until=datetime.fromisoformat(until) if until else None,
        table_version=str(body.get("table_version") or ""),
    )


def _word(said: Any, words: tuple[str, ...]) -> str:
    """Return a word as it was said; for one that is not known here the last, which is the strictest."""
    return said if said in words else words[-1]
