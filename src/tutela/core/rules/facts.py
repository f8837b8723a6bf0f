"""The facts that a rule may ask for: the whole table. What is not here, or declared by the platform, does not exist."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tutela.core.content import AgeBand, AgeProvenance, ChannelKind
from tutela.core.operator import Technique as Technique  # noqa: PLC0414  # what a fact is read by belongs to the facts
from tutela.core.rules.types import FactValues, Type, Value


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that may be known of an event."""

    name: str  #: dotted
    type: Type
    says: str
    technique: Technique = Technique.BEHAVIOUR
    choices: tuple[str, ...] = ()  #: the only values there are; a comparison with another is a mistake
    is_ours: bool = False  #: made here of what was written, and no word of it

    @property
    def is_written(self) -> bool:
        """Return whether it may hold words that somebody wrote."""
        return self.technique is Technique.TEXT and self.type in {Type.TEXT, Type.TEXTS} and not self.is_ours


_PEOPLE = (
    ("id", Type.TEXT, "who", ()),
    ("age_band", Type.TEXT, "how old they are taken to be", tuple(AgeBand)),
    ("age_provenance", Type.TEXT, "how the age is known", tuple(AgeProvenance)),
    ("is_minor", Type.BOOLEAN, "whether they are under 18; unknown where no age is", ()),
    ("is_adult", Type.BOOLEAN, "whether they are 18 or older; unknown where no age is", ()),
    ("is_protected", Type.BOOLEAN, "whether they get the protection of a minor: also whoever's age is unknown", ()),
    ("account_age", Type.DURATION, "for how long the account has been known here", ()),
    ("regions", Type.TEXTS, "where they are", ()),
    ("labels", Type.TEXTS, "the labels on the account that are in force", ()),
    ("lists", Type.TEXTS, "the lists that the account is on", ()),
    ("measures", Type.TEXTS, "the kinds of measure in force on the account", ()),
    ("findings", Type.NUMBER, "decisions of people, in force, that the account violated a clause", ()),
)


def _people() -> Iterator[Fact]:
    for whom, said in (("author", "of who did it"), ("recipient", "of whom it was done to")):
        for name, kind, says, choices in _PEOPLE:
            yield Fact(f"{whom}.{name}", kind, f"{says}, {said}", choices=tuple(map(str, choices)))


_TEXT, _IMAGES = Technique.TEXT, Technique.KNOWN_IMAGES


NAMES_FOUND = "text.names"
"""How many protected names count: nothing but a case may rest on it (P11)."""


def _spotted() -> Iterator[Fact]:
    """Yield what is spotted in a text: recorded as it is, for it is no word that somebody wrote."""
    for name, kind, says in (
        ("banks", Type.TEXTS, "the banks of words of which something is in it"),
        ("clauses", Type.TEXTS, "the clauses of these banks"),
        ("names", Type.NUMBER, "how many protected names are in it, beside something else that was found"),
        ("likeness", Type.TEXTS, "keys of which nearly identical texts share one; none of a short text"),
        ("is_disguised", Type.BOOLEAN, "whether a word or a link in it is written so that machines do not find it"),
        ("has_shortener", Type.BOOLEAN, "whether there is a link in it whose end nobody sees"),
        (
            "language_found",
            Type.TEXT,
            "its language as it was recognised, where the platform says none and a bank asks",
        ),
    ):
        yield Fact(f"text.{name}", kind, says, _TEXT, is_ours=True)


FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("event.kind", Type.TEXT, "what happened"),
        Fact("event.at", Type.TIME, "when"),
        Fact("channel.kind", Type.TEXT, "how public the place is", choices=tuple(map(str, ChannelKind))),
        Fact("channel.conversation", Type.TEXT, "the platform's own name of the conversation, room or group"),
        Fact("event.regions", Type.TEXTS, "where it happened and everybody involved is"),
        *_people(),
        Fact("contact.is_first", Type.BOOLEAN, "whether nothing happened between the two before, in either direction"),
        Fact("contact.age", Type.DURATION, "since the first that happened between the two"),
        Fact("contact.sent", Type.NUMBER, "messages from the author to the recipient before this event"),
        Fact("contact.received", Type.NUMBER, "messages from the recipient to the author before this event"),
        Fact("contact.is_refused", Type.BOOLEAN, "whether the recipient has blocked or refused the author before"),
        Fact("text.body", Type.TEXT, "what was written", _TEXT),
        Fact("text.length", Type.NUMBER, "its characters", _TEXT),
        Fact("text.links", Type.TEXTS, "the addresses in it, in the form in which browsers compare them", _TEXT),
        Fact("text.hosts", Type.TEXTS, "the hosts of these addresses", _TEXT),
        Fact("text.has_link", Type.BOOLEAN, "whether there is an address in it", _TEXT),
        Fact("text.language", Type.TEXT, "its language as the platform says, as a tag of BCP 47 in lower case"),
        *_spotted(),
        Fact("item.kind", Type.TEXT, "what kind of thing was posted, as the platform calls it"),
        Fact("item.media", Type.NUMBER, "how many media it carries"),
        Fact("item.has_media", Type.BOOLEAN, "whether it carries media"),
        Fact("item.media_ids", Type.TEXTS, "which media it carries", _IMAGES),
        Fact("item.tags", Type.TEXTS, "its tags", _TEXT),
        Fact("item.quotes", Type.NUMBER, "how many items it quotes"),
        Fact("item.banks", Type.TEXTS, "the banks in which its media was found", _IMAGES),
        Fact("item.clauses", Type.TEXTS, "the clauses of these banks", _IMAGES),
        Fact("item.answer", Type.TEXT, "what the banks answered", _IMAGES, choices=("publish", "hold", "refuse")),
        Fact("device.id", Type.TEXT, "the device, as a keyed hash: only whether two are the same can be told"),
        Fact("network.id", Type.TEXT, "the network, as a keyed hash"),
        # In words of the operator's own, whatever was read for them: see `event_facts.recalled`.
        Fact("classifier.id", Type.TEXT, "which classifier answered"),
        Fact("classifier.asked_about", Type.TEXT, "what it was asked about", choices=("text", "image")),
        Fact("classifier.score", Type.NUMBER, "its highest score of any label, from 0 to 1"),
        Fact("classifier.labels", Type.TEXTS, "its labels whose score reached the operator's threshold"),
        Fact("classifier.clauses", Type.TEXTS, "the clauses of these labels"),
    )
}
"""Every fact that ships, by name."""

CLASSIFICATION = "classification"
"""The kind of event that a classifier's answer is."""

CLASSIFIER = "classifier."
"""How the facts begin that a classifier's answer brings."""

ASKED_ABOUT = f"{CLASSIFIER}asked_about"

ATTRIBUTES = "event."
"""How the facts begin that a kind of event declares: `event.amount`."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules may ask for here: the facts that ship, and the attributes that kinds of events declare."""

    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, attributes: Iterable[Fact] = (), kinds: Iterable[str] = ()) -> "Vocabulary":
        """Return the facts that ship with *attributes* beside them; of *kinds* of events, where they are named."""
        kind = FACTS["event.kind"]
        named = {kind.name: replace(kind, choices=tuple(kinds))}
        return cls({**FACTS, **named, **{fact.name: fact for fact in attributes}})


MINORS = frozenset({AgeBand.UNDER_13, AgeBand.FROM_13_TO_15, AgeBand.FROM_16_TO_17})


def age_facts(whom: str, band: AgeBand) -> dict[str, Value]:
    """Return what a band says of *whom* (`author`, `recipient`). Of an unknown age neither is known (P2, P11)."""
    is_known = band is not AgeBand.UNKNOWN
    return {
        f"{whom}.age_band": band.value,
        f"{whom}.is_minor": band in MINORS if is_known else None,
        f"{whom}.is_adult": band is AgeBand.ADULT if is_known else None,
        f"{whom}.is_protected": band.is_protected,
    }


def with_derived(facts: FactValues) -> dict[str, Value]:
    """Return *facts* of a test with what follows from them: ages from their band, counts from lists."""
    found: dict[str, Value] = dict(facts)
    for whom in ("author", "recipient"):
        band = facts.get(f"{whom}.age_band")
        if isinstance(band, str):
            found = {**age_facts(whom, AgeBand(band)), **found}
    for one, many in (("text.has_link", "text.links"), ("item.has_media", "item.media_ids")):
        values = facts.get(many)
        if isinstance(values, tuple):
            found.setdefault(one, bool(values))
    return found
