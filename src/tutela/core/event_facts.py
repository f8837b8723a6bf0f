"""What is known of an event when rules look at it: from what was sent with it, and from what came before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from tutela.core.content import Account, Channel
from tutela.core.events import is_written, technique_of
from tutela.core.links.reading import read
from tutela.core.operator import Technique
from tutela.core.rules.facts import ASKED_ABOUT, CLASSIFIER, FACTS, age_facts
from tutela.core.rules.types import FactValues, Value
from tutela.core.spotting import Spotted, spotted_facts
from tutela.core.subjects import links_in
from tutela.core.units import microseconds_of

BODY = "text.body"
"""What was written: read, and never recorded."""

MAX_LINKS = 100
"""Of one text, that rules see."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of whom an event tells, as they are known here."""

    account: Account
    labels: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()  #: kinds in force on the account
    findings: int = 0  #: by people, in force, that name this account as the actor


@dataclass(frozen=True, slots=True)
class Contact:
    """What happened between two people before, seen from the author of an event."""

    first_at: datetime | None = None  #: in either direction
    sent: int = 0
    received: int = 0
    is_refused: bool = False


STRANGERS = Contact()


@dataclass(frozen=True, slots=True)
class Written:
    """The text of an event, and the addresses that were named with it."""

    body: str | None = None
    links: Sequence[str] = ()
    language: str | None = None
    author_name: str | None = None  #: what the author is called where others see it; never a fact, never kept
    spotted: Spotted | None = None  #: by the banks of words; none where nobody looked


@dataclass(frozen=True, slots=True)
class Posted:
    """The item of an event, and what the banks said of it."""

    kind: str
    media: int = 0
    media_ids: tuple[str, ...] | None = None  #: none where nobody may compare them (P12)
    tags: tuple[str, ...] | None = None  #: none where nobody may read them (P12)
    quotes: int = 0
    answer: str | None = None  #: none where nobody may look (P12), or nobody could
    banks: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One event with everything that a rule may ask of it."""

    kind: str
    at: datetime
    channel: Channel
    regions: tuple[str, ...]
    author: Person
    recipient: Person | None = None
    contact: Contact = STRANGERS
    attributes: FactValues = field(default_factory=dict)  #: as facts
    written: Written | None = None  #: none where nobody may read it (P12)
    posted: Posted | None = None
    device: str | None = None  #: a keyed hash
    network: str | None = None  #: a keyed hash


def facts_of(told: Told, contact: Contact | None = None) -> dict[str, Value]:
    """Return the facts of an event; what is not known is not there.

    Args:
        told: The event.
        contact: What is between the two people, where it is another one by now.
    """
    at_us = microseconds_of(told.at)
    facts: dict[str, Value] = {
        "event.kind": told.kind,
        "event.at": at_us,
        "event.regions": told.regions,
        "channel.kind": told.channel.kind.value,
        **told.attributes,
        **_person("author", told.author, at_us),
    }
    if told.channel.conversation is not None:
        facts["channel.conversation"] = told.channel.conversation
    if told.recipient is not None:
        facts.update(_person("recipient", told.recipient, at_us))
        facts.update(_contact(contact or told.contact, at_us))
    if told.written is not None:
        facts.update(written_facts(told.written))
    if told.posted is not None:
        facts.update(_posted(told.posted))
    hashed = (("device.id", told.device), ("network.id", told.network))
    return {**facts, **{name: value for name, value in hashed if value is not None}}


def _person(whom: str, person: Person, at_us: int) -> dict[str, Value]:
    account = person.account
    known_us = microseconds_of(account.created_at)
    names = _NAMES[whom]
    values = (
        account.id, account.age.provenance.value, max(0, at_us - known_us), account.regions, person.labels,
        person.lists, person.measures, person.findings,
    )  # fmt: skip
    return {**dict(zip(names, values, strict=True)), **_ages(whom, account.age.band)}


_PARTS = ("id", "age_provenance", "account_age", "regions", "labels", "lists", "measures", "findings")
_NAMES = {whom: tuple(f"{whom}.{part}" for part in _PARTS) for whom in ("author", "recipient")}
_ages = lru_cache(age_facts)  # ten of them, and two are asked for with every event


def _contact(contact: Contact, at_us: int) -> dict[str, Value]:
    first_at = contact.first_at
    age_us = 0 if first_at is None else max(0, at_us - microseconds_of(first_at))
    return {
        "contact.is_first": first_at is None,
        "contact.age": age_us,
        "contact.sent": contact.sent,
        "contact.received": contact.received,
        "contact.is_refused": contact.is_refused,
    }


def written_facts(written: Written) -> dict[str, Value]:
    """Return the facts of a text."""
    body = written.body
    named = (*written.links, *(links_in(body) if body else ()))
    links, hosts = _addresses(named[:MAX_LINKS]) if named else ((), ())
    facts: dict[str, Value] = {"text.links": links, "text.hosts": hosts, "text.has_link": bool(links)}
    if body is not None:
        facts[BODY] = body
        facts["text.length"] = len(body)
    if written.language is not None:
        facts["text.language"] = written.language
    if written.spotted is not None:
        facts.update(spotted_facts(written.spotted))
    return facts


def _addresses(named: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return each address and each host once. What no browser opens is none."""
    links: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for each in named:
        try:
            link = read(each)
        except ValueError:
            continue
        links[link.address] = None
        if link.host:
            hosts[link.host] = None
    return tuple(links), tuple(hosts)


def _posted(posted: Posted) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "item.kind": posted.kind,
        "item.media": posted.media,
        "item.has_media": posted.media > 0,
        "item.quotes": posted.quotes,
    }
    if posted.media_ids is not None:
        facts["item.media_ids"] = posted.media_ids
    if posted.tags is not None:
        facts["item.tags"] = posted.tags
    if posted.answer is not None:
        facts |= {"item.answer": posted.answer, "item.banks": posted.banks, "item.clauses": posted.clauses}
    return facts


def to_keep(facts: FactValues, opaque: Callable[[str], str]) -> dict[str, Value]:
    """Return the facts of an event as they are recorded: without its text, and of what else was written only equality.

    Args:
        facts: As rules saw them.
        opaque: A keyed hash. What counters count is still the same when the event is looked at again.
    """
    return {
        name: _hashed(value, opaque) if is_written(name, value) else value
        for name, value in facts.items()
        if name != BODY
    }


UNKNOWN_LATER = tuple(fact.name for fact in FACTS.values() if fact.is_written)
"""What of a text that was not kept nobody knows when its event is looked at again; and texts that a platform declares.

The rest of what was read is recorded as it was seen: how long it was, whether there was a link in it, what banks found.
"""


def _hashed(value: Value, opaque: Callable[[str], str]) -> Value:
    return tuple(map(opaque, value)) if isinstance(value, tuple) else opaque(str(value))


def written_down(facts: FactValues) -> dict[str, Value]:
    """Return those of *facts* that tell what somebody wrote: what is sealed where the operator keeps texts."""
    return {name: value for name, value in facts.items() if value and is_written(name, value)}


def technique_asked(about: str) -> Technique:
    """Return by what a classifier looks at a text or a picture, and so by what its answer is read (P12)."""
    return Technique.TEXT if about == "text" else Technique.KNOWN_IMAGES


@dataclass(frozen=True, slots=True)
class Recalled:
    """A recorded event as it is looked at again."""

    facts: FactValues  #: as rules read them
    counted: FactValues  #: as counters are kept by them: of what was written and is not kept, keyed hashes


def recalled(kept: FactValues, techniques: frozenset[Technique], unsealed: FactValues | None) -> Recalled:
    """Return a recorded event as far as it may be looked at now (P12).

    What a hash stands for is unknown to a rule: compared with a word it would be another one, and that would be false.

    Args:
        kept: As it was recorded.
        techniques: That have a basis now.
        unsealed: What was written, where it is kept and may be read.
    """
    asked = kept.get(ASKED_ABOUT)
    is_answer_hidden = asked is not None and technique_asked(str(asked)) not in techniques
    allowed = {
        name: value
        for name, value in kept.items()
        if technique_of(name, value) in techniques and not (is_answer_hidden and name.startswith(CLASSIFIER))
    }
    known = {name: value for name, value in allowed.items() if not is_written(name, value)}
    if unsealed is None:
        return Recalled(known, allowed)
    whole = {**known, **unsealed}
    return Recalled(whole, whole)


def kept_facts(stored: Mapping[str, object]) -> dict[str, Value]:
    """Return the facts of a recorded event as rules take them: lists were tuples before they were written as JSON."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}  # type: ignore[misc]  # JSON of what `to_keep` made
