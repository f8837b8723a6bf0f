"""Say a statement of reasons in a language: sentences of the language's own file, with few parts put in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil

from tutela.core.ids import ClauseId
from tutela.core.measures import SubjectKind
from tutela.core.policy import Clause
from tutela.core.reasons.facts import Ground, Restriction
from tutela.core.reasons.statement import Reasons
from tutela.core.units import Duration

_HOURS_TOLD = Duration(hours=72)
"""Up to this a time is told in hours, beyond in days."""

_DAY_SECONDS, _HOUR_SECONDS = 86_400, 3_600
DEFAULT_CLAUSE = "default"


class Audience(StrEnum):
    """To whom it is said."""

    ADULT = "adult"
    TEEN = "teen"


@dataclass(frozen=True, slots=True)
class Words:
    """All sentences of one language: by section, then by key."""

    language: str  #: a tag of BCP 47 in lower case
    said: Mapping[str, Mapping[str, str]]
    clauses: Mapping[str, Mapping[str, str]]  #: title, adult and teen, by clause
    teen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: what is said otherwise to a teenager

    def to(self, audience: Audience) -> "Words":
        """Return the sentences as they are said to somebody: where a language tells the ages apart, it does so here."""
        if audience is Audience.ADULT:
            return self
        return replace(self, said={name: {**said, **self.teen.get(name, {})} for name, said in self.said.items()})

    def say(self, section: str, key: str, **parts: object) -> str:
        """Return a sentence with its parts; each part stays on the line."""
        return self.said[section][key].format(**{name: _one_line(str(part)) for name, part in parts.items()})


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """A statement as somebody reads it."""

    language: str
    title: str
    greeting: str
    sections: tuple[Section, ...]
    policy: str

    @property
    def text(self) -> str:
        """Return all of it as plain text."""
        parts = [self.title, self.greeting]
        parts += ["\n".join((each.title, *(f"- {said}" for said in each.sentences))) for each in self.sections]
        return "\n\n".join((*parts, self.policy))


def worded(
    reasons: Reasons,
    words: Words,
    audience: Audience = Audience.ADULT,
    *,
    appeal_link: str | None = None,
    own_clause: Clause | None = None,
) -> Worded:
    """Return *reasons* in a language.

    Args:
        reasons: What is said.
        words: The language.
        audience: Whom it is said to.
        appeal_link: Where an appeal is handed in, if there is such a place.
        own_clause: A clause of the operator's own, which speaks for itself where no language has words for it.
    """
    words = words.to(audience)
    title, rule = _rule(reasons.clause_id, words, audience, own_clause)
    sections = [Section(words.say("section", "what"), (words.say("code", reasons.code), *_done(reasons, words)))]
    if reasons.restrictions:
        sections.append(Section(words.say("section", "why"), tuple(_why(reasons, words, title, rule))))
        sections.append(Section(words.say("section", "how"), tuple(_how(reasons, words))))
    if reasons.redress is not None:
        sections.append(Section(words.say("section", "redress"), tuple(_redress(reasons, words, appeal_link))))
    head = {key: words.say("head", key) for key in ("title", "greeting")}
    policy = words.say("head", "policy", version=reasons.policy_version)
    return Worded(words.language, head["title"], head["greeting"], tuple(sections), policy)


def facts_in_words(reasons: Reasons, words: Words) -> str:
    """Return the facts and circumstances in a few neutral sentences, as the EU Transparency Database gets them."""
    is_account = all(each.subject is SubjectKind.ACCOUNT for each in reasons.restrictions)
    said = [
        words.say("record", "account" if is_account else "content"),
        words.say("origin", reasons.origin),
        words.say("detection", "automatic" if reasons.is_detected_automatically else "by_people"),
        words.say("automation", reasons.automation),
    ]
    return " ".join(said)


def explained(
    reasons: Reasons, words: Words, audience: Audience = Audience.ADULT, own: Clause | None = None
) -> tuple[str, str]:
    """Return the title of the clause and why it is not allowed."""
    return _rule(reasons.clause_id, words, audience, own)


def _rule(clause_id: ClauseId, words: Words, audience: Audience, own: Clause | None) -> tuple[str, str]:
    known = words.clauses.get(clause_id)
    if known is None and own is not None:
        return own.title, own.teen if audience is Audience.TEEN else own.adult
    known = known or words.clauses[DEFAULT_CLAUSE]
    return known["title"], known[audience]


def _done(reasons: Reasons, words: Words) -> list[str]:
    return [" ".join(_restriction(each, words)) for each in reasons.restrictions]


def _restriction(each: Restriction, words: Words) -> list[str]:
    countries = ", ".join(each.countries)
    where = words.say("where", "countries", countries=countries) if countries else words.say("where", "everywhere")
    return [words.say("kind", each.kind), where, _how_long(each.lasts, words)]


def _how_long(lasts: Duration | None, words: Words) -> str:
    if lasts is None:
        return words.say("long", "open")
    if lasts <= _HOURS_TOLD:
        return words.say("long", "hours", count=max(1, ceil(lasts.seconds / _HOUR_SECONDS)))
    return words.say("long", "days", count=ceil(lasts.seconds / _DAY_SECONDS))


def _why(reasons: Reasons, words: Words, title: str, rule: str) -> list[str]:
    if reasons.ground is Ground.ILLEGAL:
        ground = words.say("ground", "illegal", legal=reasons.legal_ground or "")
    else:
        ground = words.say("ground", "incompatible")
    is_account = all(each.subject is SubjectKind.ACCOUNT for each in reasons.restrictions)
    fact = words.say("fact", "account" if is_account else "content")
    return [fact, words.say("ground", "rule", title=title), rule, ground]


def _how(reasons: Reasons, words: Words) -> list[str]:
    detection = words.say("detection", "automatic" if reasons.is_detected_automatically else "by_people")
    return [words.say("origin", reasons.origin), detection, words.say("automation", reasons.automation)]


def _redress(reasons: Reasons, words: Words, link: str | None) -> list[str]:
    redress = reasons.redress
    if redress is None:
        return []
    said = [words.say("redress", "appeal", days=redress.appeal_days)]
    if link is not None:
        said.append(words.say("redress", "appeal_link", link=link))
    if redress.out_of_court is not None:
        said.append(words.say("redress", "out_of_court", link=redress.out_of_court))
    return [*said, words.say("redress", "court")]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
