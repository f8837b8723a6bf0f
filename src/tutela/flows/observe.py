"""Observe events: what somebody did, told by the platform.

Read what is stored, let the rules in force look, let the core plan what follows, and commit event, counters, contacts,
cases and measures in one transaction. Beyond public channels an event of which no basis speaks is neither evaluated nor
counted nor recorded (P12); what a participant tells us always is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.content import Account, Channel
from tutela.core.event_facts import Person, Told, Written
from tutela.core.events import (
    MADE_HERE,
    POST,
    SAY_HOW_PUBLIC,
    Event,
    EventKind,
    check_attributes,
    moment_of,
    must_say_channel,
    techniques_for,
)
from tutela.core.ids import AccountId, DecisionId, EventId
from tutela.core.measures import Standing, Subject
from tutela.core.operator import OperatorProfile, Technique, regions_involved, withheld
from tutela.core.quotas import Limits
from tutela.core.rules.types import Value
from tutela.errors import BadInput, Conflict, DuplicateEvent
from tutela.flows import act_on_rules
from tutela.flows import quotas as over_quota
from tutela.flows.enact import Ledger
from tutela.flows.fresh_accounts import FreshAccounts
from tutela.flows.look_with_rules import Noticed, contact_of
from tutela.flows.plan_rules import PlanRules, RuleWork, people
from tutela.flows.quotas import QuotaTally
from tutela.flows.repeat import Repeatable
from tutela.flows.spot_words import SpotOnce
from tutela.flows.submission import Author, Rejected
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.events import KnownEvent
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20
"""Times events are planned again. A counter that grows past a threshold faster than this is taken as it is then: the
next event sees what the others added."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One event as a platform tells it."""

    platform_id: str
    kind: str
    author: Author
    recipient: Author | None = None
    at: datetime | None = None  #: now, where it is not said
    channel: Channel | None = None  #: public, where it is not said; a message must say it
    regions: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    written: Written | None = None
    device: str | None = None
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What the platform is told about one event."""

    platform_id: str
    event_id: EventId | None  #: none where nothing was recorded
    is_new: bool
    withheld: tuple[str, ...] = ()  #: techniques that had no basis: what they would have shown was not looked at
    decision_id: DecisionId | None = None


Outcome = Observation | Rejected


@dataclass(frozen=True, slots=True)
class Observe:
    """Take events in. Idempotent by the platform's event id, and by the request's key when it has one."""

    store: Store
    committer: Committer
    work: RuleWork
    kinds: Callable[[], Mapping[str, EventKind]]
    profile: Callable[[], OperatorProfile]
    limits: Callable[[], Limits]
    clock: Clock
    entropy: Entropy
    fresh: FreshAccounts

    def __call__(
        self, noted: Sequence[Noted], request: "Repeatable[Sequence[Outcome]] | None" = None
    ) -> tuple[list[Outcome], bytes]:
        """Evaluate and record *noted*; return what is told about each, in order, and the encoded answer.

        Raises:
            tutela.flows.repeat.RepeatedError: This request was answered before.
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
            tutela.errors.Unavailable: Nothing was recorded; try again.
        """
        spot = SpotOnce(self.work.spot)
        for attempt in range(MAX_REPLANS + 1):
            with self.store.read() as reader:
                if request is not None:
                    request.check(reader)
                attempted = _Attempt(self, reader, spot, is_last=attempt == MAX_REPLANS)
                outcomes = attempted.decide(noted)
            body = request.encode(outcomes) if request else b""
            changeset = attempted.changeset()
            if request is not None:
                changeset = replace(changeset, idempotency=request.remembered(body, self.clock.now()))
            try:
                if not changeset.is_empty:
                    self.committer.commit(changeset)
            except Conflict:
                continue
            over_quota.alarm(changeset.quotas)
            act_on_rules.alarm(attempted.exceeded)
            return outcomes, body
        raise Conflict("the same events are being written elsewhere without end", remedy="Try again.")


class _Attempt:
    """One planning of a batch from one snapshot."""

    def __init__(self, flow: Observe, reader: Reader, spot: SpotOnce, *, is_last: bool) -> None:
        self._flow, self._reader, self._spot, self._is_last = flow, reader, spot, is_last
        self._now, self._profile, self._kinds = flow.clock.now(), flow.profile(), flow.kinds()
        self._ledger = Ledger(flow.entropy, self._now, {})
        self._quotas = QuotaTally(self._now, flow.limits(), is_exhausted=is_last)
        self._rules = PlanRules(flow.work, reader, self._ledger, self._quotas)
        self._accounts: dict[str, Account] = {}
        self._new: dict[str, Account] = {}
        self._standings: Mapping[Subject, Standing] = {}
        self._people: dict[AccountId, Person] = {}
        self._known: dict[str, KnownEvent] = {}

    def decide(self, noted: Sequence[Noted]) -> list[Outcome]:
        """Plan every event, in order."""
        self._known = self._reader.events_by_platform_id(each.platform_id for each in noted)
        named = {who.platform_id for each in noted for who in (each.author, each.recipient) if who is not None}
        self._accounts = self._reader.accounts_by_platform_id(named)
        stored = list(self._accounts.values())
        self._standings = self._reader.standings(Subject.account(account.id) for account in stored)
        self._people = people(self._reader, stored, self._standings, self._now)
        outcomes: list[Outcome] = []
        noticed: dict[int, Noticed] = {}
        for place, each in enumerate(noted):
            outcomes.append(self._one(each, place, noticed))
        acted = self._rules(list(noticed.values()), self._standing)
        for (place, seen), done in zip(noticed.items(), acted, strict=True):
            decided = Observation(
                noted[place].platform_id, seen.event.id, is_new=True, withheld=withheld(seen.techniques),
                decision_id=done.decision_id,
            )  # fmt: skip
            outcomes[place] = decided
        return outcomes

    def _standing(self, subject: Subject) -> Standing:
        return self._standings.get(subject) or Standing(subject, 0)

    def _one(self, noted: Noted, place: int, noticed: dict[int, Noticed]) -> Outcome:
        """Take one event in, to be looked at with the others; or say what is told about it already."""
        try:
            kind = self._kind(noted)
            known = self._known.get(noted.platform_id)
            if known is not None:
                if known.kind != kind.name:
                    raise DuplicateEvent(place="id", remedy="Give every event its own identifier.")
                return Observation(
                    noted.platform_id, known.event_id, is_new=False, withheld=known.withheld,
                    decision_id=known.decision_id,
                )  # fmt: skip
            found = self._noticed(noted, kind)
        except BadInput as error:
            return Rejected(noted.platform_id, error)
        if found is None:
            return Observation(noted.platform_id, None, is_new=True, withheld=withheld(frozenset()))
        noticed[place] = found
        self._known[noted.platform_id] = KnownEvent(found.event.id, kind.name, None, withheld(found.techniques))
        return Observation(noted.platform_id, found.event.id, is_new=True)

    def _kind(self, noted: Noted) -> EventKind:
        kind = self._kinds.get(noted.kind)
        if kind is None:
            known = ", ".join(name for name in self._kinds if name not in MADE_HERE)
            raise BadInput("there is no kind of event of this name", place="kind", remedy=f"Declared: {known}.")
        if kind.name == POST:
            raise BadInput("what is posted is submitted as an item", place="kind", remedy="Use POST /v1/items.")
        if kind.name in MADE_HERE:
            raise BadInput("an event of this kind is made here, and told by nobody", place="kind")
        if kind.has_recipient and noted.recipient is None:
            raise BadInput(f"an event of kind {kind.name} is done to somebody", place="recipient")
        if noted.recipient is not None and noted.recipient.platform_id == noted.author.platform_id:
            raise BadInput("nobody does this to themselves", place="recipient")
        has_recipient, is_written = noted.recipient is not None, noted.written is not None
        if noted.channel is None and must_say_channel(kind, has_recipient=has_recipient, is_written=is_written):
            told = "what is written or sent to somebody says how public its channel is"
            raise BadInput(told, place="channel", remedy=SAY_HOW_PUBLIC)
        return kind

    def _noticed(self, noted: Noted, kind: EventKind) -> Noticed | None:
        """Return the event as far as it may be looked at; none where no basis lets anybody (P12)."""
        at, channel = moment_of(noted.at, self._now), noted.channel or Channel()
        who = [each for each in (noted.author, noted.recipient) if each is not None]
        others = [noted.regions] if noted.regions else []
        regions = regions_involved((), [*others, *map(self._regions, who)])
        techniques = techniques_for(kind, channel, regions, self._profile.bases, self._now)
        attributes = check_attributes(kind, noted.attributes, techniques)
        if Technique.BEHAVIOUR not in techniques:
            return None
        author = self._person(noted.author)
        recipient = None if noted.recipient is None else self._person(noted.recipient)
        opaque = self._flow.work.opaque
        event = Event(
            id=EventId(self._flow.entropy.new_id("event")),
            kind=kind.name,
            at=at,
            received_at=self._now,
            author_id=author.account.id,
            recipient_id=None if recipient is None else recipient.account.id,
            channel=channel,
            platform_id=noted.platform_id,
        )
        told = Told(
            kind.name, at, channel, regions, author, recipient,
            attributes=attributes,
            written=self._read(noted, kind) if Technique.TEXT in techniques else None,
            device=opaque.device(noted.device),
            network=opaque.network(noted.network),
        )  # fmt: skip
        return Noticed(event, told, techniques, contact_of(event, kind), is_quoting=kind.is_quoting)

    def _read(self, noted: Noted, kind: EventKind) -> Written | None:
        """Return what was written, read by the banks of words. Called only where somebody may read it (P12).

        What may be quoted is not held against whoever quotes it (P11): of that the banks say nothing.
        """
        written = noted.written
        return (
            written
            if written is None or kind.is_quoting
            else self._spot(replace(written, author_name=noted.author.name))
        )

    def _regions(self, who: Author) -> tuple[str, ...]:
        known = self._accounts.get(who.platform_id) or self._new.get(who.platform_id)
        return (*who.regions, *(known.regions if known is not None else ()))

    def _person(self, who: Author) -> Person:
        account = self._accounts.get(who.platform_id) or self._new.get(who.platform_id)
        if account is None:
            account = self._new[who.platform_id] = self._flow.fresh.of(who, self._now)
        return self._people.setdefault(account.id, Person(account))

    @property
    def exceeded(self) -> frozenset[str]:
        """Return the rules that are at their quota."""
        return self._rules.exceeded

    def changeset(self) -> Changeset:
        """Return everything planned."""
        uses = self._quotas.uses(self._ledger.measures, ())
        self._ledger.audit.extend(self._quotas.events(uses))
        changes = self._rules.changes(is_last=self._is_last)
        return self._ledger.changeset(accounts=tuple(self._new.values()), quotas=uses, **changes)  # type: ignore[arg-type]  # `changes` names no media
