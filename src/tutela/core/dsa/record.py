"""Make the record of a statement: no personal data, no words of anybody, and a key of our own that says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tutela.core.dsa.fields import (
    EARLIEST_APPLICATION,
    EARLIEST_CONTENT,
    FIELDS,
    ISO_639_1,
    LATEST,
    MOST_EXPLANATION,
    MOST_WORDS,
)
from tutela.core.dsa.mapping import END_DATE_OF, Part, Restricted, restricted
from tutela.core.dsa.words import (
    EEA,
    AutomatedDecision,
    ContentType,
    DecisionGround,
    Keyword,
    SourceType,
    YesNo,
)
from tutela.core.measures import Measure
from tutela.core.operator import OperatorProfile
from tutela.core.policy import Clause
from tutela.core.reasons.facts import Automation, Ground, Origin
from tutela.core.reasons.statement import Reasons
from tutela.core.reasons.wording import Words, explained, facts_in_words

PUID_BYTES = 20
"""Of a key: 160 random bits, so that no two platforms' and no two of ours meet."""

ACCOUNT_WORD = "Account"
"""What a statement is about that is about no content."""

_SOURCE = {
    Origin.OWN_INITIATIVE: SourceType.VOLUNTARY,
    Origin.NOTICE: SourceType.ARTICLE_16,
    Origin.TRUSTED_FLAGGER: SourceType.TRUSTED_FLAGGER,
    Origin.OTHER_NOTIFICATION: SourceType.OTHER_NOTIFICATION,
}
_AUTOMATED = {
    Automation.FULLY: AutomatedDecision.FULLY,
    Automation.PARTIALLY: AutomatedDecision.PARTIALLY,
    Automation.NOT_AUTOMATED: AutomatedDecision.NOT_AUTOMATED,
}


class NotSent(StrEnum):
    """Why there is no record of a statement."""

    NOTHING_RESTRICTED = "nothing_restricted"  #: a warning, help, an end; or only outside of the EEA
    ORDERED = "ordered"  #: by an authority: Article 17 does not ask for it (17(5))
    EXEMPT = "exempt"  #: the operator is a micro or small enterprise, or serves nobody in the EEA
    EARLIER = "earlier"  #: told before records were made here


@dataclass(frozen=True, slots=True)
class About:
    """What a statement is about, as far as the database asks."""

    types: frozenset[ContentType] = frozenset()  #: of the content; none where it is about an account only
    posted_on: date | None = None  #: the earliest content, or when the account became known
    language: str | None = None  #: a tag of BCP 47


@dataclass(frozen=True, slots=True)
class TransparencyRecord:
    """One record: what is left out is not sent."""

    values: Mapping[str, Any]

    @property
    def puid(self) -> str:
        """Return its key."""
        return str(self.values["puid"])

    def as_json(self) -> dict[str, Any]:
        """Return it in the order of the fields."""
        return {field.name: self.values[field.name] for field in FIELDS if field.name in self.values}


@dataclass(frozen=True, slots=True)
class Telling:
    """In which words a record is made, and where the terms stand."""

    words: Words
    own_clause: Clause | None = None
    terms_url: str | None = None


def must_send(profile: OperatorProfile) -> bool:
    """Return whether Article 24(5) asks this operator for its statements."""
    places = {profile.country, *profile.user_regions}
    return not profile.is_small_enterprise and ("*" in places or not places.isdisjoint(EEA))


def record_of(
    reasons: Reasons, measures: tuple[Measure, ...], about: About, telling: Telling, puid: str
) -> TransparencyRecord | NotSent:
    """Return the record of a statement, or why there is none."""
    if reasons.origin is Origin.ORDER:
        return NotSent.ORDERED
    found = restricted(measures)
    if found is None:
        return NotSent.NOTHING_RESTRICTED
    values = {
        **_decision(found),
        **_ground(reasons, telling),
        **_content(reasons, about, found),
        "territorial_scope": list(found.countries),
        "application_date": _within(found.applied_on, EARLIEST_APPLICATION).isoformat(),
        "decision_facts": facts_in_words(reasons, telling.words),
        "source_type": _SOURCE[reasons.origin].value,
        "automated_detection": (YesNo.YES if reasons.is_detected_automatically else YesNo.NO).value,
        "automated_decision": _AUTOMATED[reasons.automation].value,
        "puid": puid,
    }
    return TransparencyRecord(values)


def _decision(found: Restricted) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part, said in found.words.items():
        values[part.value] = list(said) if part is Part.VISIBILITY else said[0]
        if part in found.ends:
            values[END_DATE_OF[part]] = found.ends[part].isoformat()
    return values


def _ground(reasons: Reasons, telling: Telling) -> dict[str, Any]:
    title, rule = explained(reasons, telling.words, own=telling.own_clause)
    values: dict[str, Any] = {"category": reasons.category.value}
    if reasons.keywords:
        values["category_specification"] = [each.value for each in reasons.keywords]
    if Keyword.OTHER in reasons.keywords:
        values["category_specification_other"] = title[:MOST_WORDS]
    if telling.terms_url is not None:
        values["decision_ground_reference_url"] = telling.terms_url
    if reasons.ground is Ground.ILLEGAL:
        return {
            **values,
            "decision_ground": DecisionGround.ILLEGAL.value,
            "illegal_content_legal_ground": (reasons.legal_ground or title)[:MOST_WORDS],
            "illegal_content_explanation": rule[:MOST_EXPLANATION],
        }
    return {
        **values,
        "decision_ground": DecisionGround.INCOMPATIBLE.value,
        "incompatible_content_ground": title[:MOST_WORDS],
        "incompatible_content_explanation": rule[:MOST_EXPLANATION],
    }


def _content(reasons: Reasons, about: About, found: Restricted) -> dict[str, Any]:
    types = set(about.types)
    if Keyword.CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE in reasons.keywords and types:
        types.add(ContentType.SYNTHETIC_MEDIA)
    posted_on = min(about.posted_on or found.applied_on, found.applied_on)
    values: dict[str, Any] = {
        "content_type": sorted(each.value for each in types) or [ContentType.OTHER.value],
        "content_date": _within(posted_on, EARLIEST_CONTENT).isoformat(),
    }
    if not types or ContentType.OTHER in types:
        values["content_type_other"] = "Other content" if types else ACCOUNT_WORD
    language = (about.language or "").partition("-")[0].upper()
    return {**values, "content_language": language} if language in ISO_639_1 else values


def _within(day: date, earliest: date) -> date:
    return min(max(day, earliest), LATEST)
