"""Events: what somebody did, and when; and the kinds of events with their typed attributes. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.content import Channel, ChannelKind
from tutela.core.ids import AccountId, EventId, ItemId
from tutela.core.operator import EVERY_TECHNIQUE, Basis, Technique, techniques_in
from tutela.core.rules.facts import ATTRIBUTES, CLASSIFICATION, FACTS, Fact, Vocabulary
from tutela.core.rules.types import Type, Value
from tutela.core.units import Duration, microseconds_of
from tutela.errors import BadInput

CLOCK_SKEW = Duration(minutes=5)
"""How far ahead of us the platform's clock may be. What is said to happen later than that is refused."""

OLDEST = Duration(days=30)
"""How long ago an event may have happened: longer than the longest window of a counter."""

MAX_KINDS = 200
MAX_ATTRIBUTES = 50
MAX_ATTRIBUTE_TEXT = 1_000
MAX_ATTRIBUTE_TEXTS = 100
MAX_CODE = 64
"""Characters of a text that a kind which ships declares: a code, and nothing that somebody wrote."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event, and what beside the people and the place is said of it."""

    name: str
    says: str
    attributes: Mapping[str, Type] = field(default_factory=dict)
    has_recipient: bool = False  #: it is done to somebody, who must be named
    is_contact: bool = False  #: afterwards the two are no strangers any more
    is_communication: bool = False  #: the channel must be named: a message is public only where somebody says so
    is_refusal: bool = False  #: the author keeps the recipient away
    is_notice: bool = False  #: a participant tells of it: heard whatever the channel (P12)

    @property
    def is_quoting(self) -> bool:
        """Return whether what is written in it may be somebody else's words: whoever asks for help shows what came."""
        return self.is_notice or self.is_refusal


_NUMBER, _TEXT, _YES = Type.NUMBER, Type.TEXT, Type.BOOLEAN

POST, MESSAGE, REPORT = "post", "message", "report"

BUILT_IN: Mapping[str, EventKind] = {
    kind.name: kind
    for kind in (
        EventKind(POST, "something was posted for others to see; made by submitting an item"),
        EventKind(MESSAGE, "a message was sent to somebody, or into a group", is_contact=True, is_communication=True),
        EventKind("follow", "an account began to follow another", has_recipient=True),
        EventKind(
            "invite", "an account invited another to a place or a platform", {"is_elsewhere": _YES},
            has_recipient=True, is_contact=True,
        ),
        EventKind("mention", "an account pointed others at another one", has_recipient=True),
        EventKind("block", "an account blocked another", has_recipient=True, is_refusal=True),
        EventKind("refuse", "a request or a message of another was refused", has_recipient=True, is_refusal=True),
        EventKind("login", "somebody came in", {"is_new_device": _YES}),
        EventKind(
            "payment", "an account paid, or gave something, to another",
            {"amount": _NUMBER, "currency": _TEXT, "is_gift": _YES}, has_recipient=True, is_contact=True,
        ),
        EventKind("join", "an account came into a group or a room"),
        EventKind("leave", "an account left a group or a room"),
        EventKind("profile_change", "an account changed what others see of it", {"field": _TEXT}),
        EventKind(
            REPORT, "a participant told of what somebody did", {"about": _TEXT}, has_recipient=True, is_notice=True
        ),
        EventKind(
            CLASSIFICATION, "a classifier answered about what was written or posted; made when a rule asked for it"
        ),
    )
}  # fmt: skip
"""The kinds that ship. A platform declares others beside them."""

MADE_HERE = frozenset({POST, CLASSIFICATION})
"""Kinds that no platform tells."""

_CODES = frozenset(name for kind in BUILT_IN.values() for name in kind.attributes)


SAY_HOW_PUBLIC = 'Say `"channel": {"kind": "public"}`, or `group`, or `private`.'
"""What whoever names no channel is told."""


def must_say_channel(kind: EventKind, *, has_recipient: bool, is_written: bool) -> bool:
    """Return whether an event may have happened in private: public is only what somebody says is (P12)."""
    is_between_two = kind.is_contact and has_recipient
    return (kind.is_communication or is_between_two or is_written) and not kind.is_notice


def is_message(kind: str, channel: Channel, *, is_to_somebody: bool) -> bool:
    """Return whether a submitted item is written to somebody, and not posted for whoever comes by."""
    return kind == MESSAGE or is_to_somebody or channel.kind is ChannelKind.PRIVATE


def technique_of(fact: str, value: Value) -> Technique:
    """Return by what a fact of an event is read: what a platform declares as text may be what somebody wrote."""
    if fact in FACTS:
        return FACTS[fact].technique
    return _technique(fact.removeprefix(ATTRIBUTES), is_in_words=isinstance(value, str | tuple))


def _technique(attribute: str, *, is_in_words: bool) -> Technique:
    return Technique.TEXT if is_in_words and attribute not in _CODES else Technique.BEHAVIOUR


_NEVER_WRITTEN = frozenset(fact.name for fact in FACTS.values() if fact.technique is not Technique.TEXT or fact.is_ours)
"""Asked first: thirty facts of every event are among them."""


def is_written(fact: str, value: Value) -> bool:
    """Return whether a fact tells in words what somebody wrote."""
    return fact not in _NEVER_WRITTEN and isinstance(value, str | tuple) and technique_of(fact, value) is Technique.TEXT


def techniques_for(
    kind: EventKind | None, channel: Channel, regions: Iterable[str], bases: Iterable[Basis], now: datetime
) -> frozenset[Technique]:
    """Return how an event may be looked at (P12). What somebody tells us of their own conversation always may be."""
    is_notice = kind is not None and kind.is_notice
    return EVERY_TECHNIQUE if is_notice else techniques_in(channel, regions, bases, now)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody did."""

    id: EventId
    kind: str
    at: datetime  #: as the platform says, never later than it was received
    received_at: datetime
    author_id: AccountId
    recipient_id: AccountId | None
    channel: Channel
    platform_id: str | None = None  #: none of a submitted item, which has its own
    item_id: ItemId | None = None

    @property
    def at_us(self) -> int:
        """Return when it happened, as rules and counters take it."""
        return microseconds_of(self.at)

    @property
    def received_us(self) -> int:
        """Return when it came, as events are ordered by."""
        return microseconds_of(self.received_at)


def kinds_here(declared: Iterable[EventKind]) -> dict[str, EventKind]:
    """Return every kind there is when a platform declares some more.

    Raises:
        tutela.errors.BadInput: One cannot be used; the place names it.
    """
    found, types = dict(BUILT_IN), {n: t for kind in BUILT_IN.values() for n, t in kind.attributes.items()}
    for kind in declared:
        place = f"kinds.{kind.name}"
        if kind.name in found:
            raise BadInput("there is a kind of this name already", place=place, remedy="Give yours another name.")
        if not _NAME.fullmatch(kind.name):
            raise BadInput("a name is lower-case letters, digits and _, and begins with a letter", place=place)
        for name, attribute in kind.attributes.items():
            _check_attribute(name, attribute, types, f"{place}.attributes.{name}")
            types[name] = attribute
        if len(kind.attributes) > MAX_ATTRIBUTES:
            raise BadInput(f"a kind has {MAX_ATTRIBUTES} attributes at most", place=place)
        found[kind.name] = kind
    if len(found) > MAX_KINDS:
        raise BadInput(f"there are {MAX_KINDS} kinds at most", place="kinds")
    return found


def _check_attribute(name: str, attribute: Type, types: Mapping[str, Type], place: str) -> None:
    if not _NAME.fullmatch(name):
        raise BadInput("a name is lower-case letters, digits and _, and begins with a letter", place=place)
    if f"{ATTRIBUTES}{name}" in FACTS:
        raise BadInput("a fact of this name is known of every event", place=place, remedy="Give yours another name.")
    if attribute not in {Type.BOOLEAN, Type.NUMBER, Type.TEXT, Type.TEXTS}:
        raise BadInput("an attribute is a boolean, a number, a text or a list of texts", place=place)
    if types.get(name, attribute) is not attribute:
        raise BadInput(
            f"another kind has an attribute of this name, and it is a {types[name]}", place=place,
            remedy="Rules ask for it by its name alone, so it has one type; give yours another name.",
        )  # fmt: skip


def vocabulary_of(kinds: Mapping[str, EventKind]) -> Vocabulary:
    """Return what rules may ask for when there are these kinds."""
    attributes: dict[str, Fact] = {}
    for kind in kinds.values():
        for name, attribute in kind.attributes.items():
            says = f"said of an event of kind {kind.name}"
            technique = _technique(name, is_in_words=attribute in {Type.TEXT, Type.TEXTS})
            attributes.setdefault(name, Fact(f"{ATTRIBUTES}{name}", attribute, says, technique))
    return Vocabulary.of(attributes.values(), kinds)


def check_attributes(kind: EventKind, given: Mapping[str, Value], techniques: frozenset[Technique]) -> dict[str, Value]:
    """Return the attributes of an event as facts, as far as they may be read (P12).

    Raises:
        tutela.errors.BadInput: One is not declared, or is of another type; the place names it.
    """
    found: dict[str, Value] = {}
    for name, value in given.items():
        wanted = kind.attributes.get(name)
        place = f"attributes.{name}"
        if wanted is None:
            known = ", ".join(kind.attributes) or "none"
            raise BadInput(f"{kind.name} declares no such attribute", place=place, remedy=f"Declared: {known}.")
        if not _is_of(value, wanted):
            raise BadInput(f"this must be a {wanted}", place=place)
        if isinstance(value, str) and name in _CODES and len(value) > MAX_CODE:
            raise BadInput(f"this is a code of {MAX_CODE} characters at most", place=place)
        fact = f"{ATTRIBUTES}{name}"
        if technique_of(fact, value) in techniques:
            found[fact] = value
    return found


def _is_of(value: Value, wanted: Type) -> bool:
    if wanted is Type.BOOLEAN:
        return isinstance(value, bool)
    if wanted is Type.NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if wanted is Type.TEXT:
        return isinstance(value, str) and len(value) <= MAX_ATTRIBUTE_TEXT
    is_list = isinstance(value, tuple) and len(value) <= MAX_ATTRIBUTE_TEXTS
    return is_list and all(isinstance(each, str) and len(each) <= MAX_ATTRIBUTE_TEXT for each in value)  # type: ignore[union-attr]  # a tuple, as was just asked


def moment_of(said: datetime | None, now: datetime) -> datetime:
    """Return when an event happened: as the platform says, and never later than now.

    Raises:
        tutela.errors.BadInput: It lies further ahead than any clock is wrong, or too long ago.
    """
    if said is None or now < said <= now + CLOCK_SKEW.delta:
        return now
    if said > now:
        raise BadInput("an event cannot happen later than now", place="at", remedy="Set the platform's clock.")
    if said < now - OLDEST.delta:
        days = int(OLDEST.delta.days)
        raise BadInput(f"an event is told within {days} days", place="at", remedy="Leave it out: nothing counts it.")
    return said
