"""Have the rules look at submitted items, as events like any other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.content import Account, ChannelKind
from tutela.core.event_facts import Person, Posted, Told, Written
from tutela.core.events import BUILT_IN, MESSAGE, POST, Event, is_message
from tutela.core.ids import AccountId, EventId
from tutela.core.measures import Measure, Standing, Subject
from tutela.core.operator import Technique
from tutela.core.plans import Plan
from tutela.flows.act_on_rules import Acted
from tutela.flows.look_with_rules import Noticed, contact_of
from tutela.flows.opaque import Opaque
from tutela.flows.plan_rules import PlanRules, people
from tutela.flows.spot_words import SpotOnce
from tutela.flows.submission import Submission
from tutela.ports.committer import StoredItem
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class FreshItem:
    """One item that is new, as the banks answered it."""

    submission: Submission
    stored: StoredItem
    plan: Plan
    refused_by: tuple[Measure, ...]
    recipient_id: AccountId | None
    regions: tuple[str, ...]
    techniques: frozenset[Technique]
    is_answered: bool  #: by the banks: they could be asked, and nothing at the door came before them

    def posted(self, banks: Mapping[str, str]) -> Posted:
        """Return what rules see of it; of what the banks said only where somebody may ask them (P12)."""
        item, matches = self.stored.item, [detection.match for detection in self.plan.detections]
        return Posted(
            kind=item.kind,
            media=len(item.media_ids),
            media_ids=item.media_ids if Technique.KNOWN_IMAGES in self.techniques else None,
            tags=item.tags if Technique.TEXT in self.techniques else None,
            quotes=len(self.submission.contains),
            answer=self.stored.answer.value if self.is_answered else None,
            banks=tuple(sorted({banks[m.bank_id] for m in matches if m.bank_id and m.bank_id in banks})),
            clauses=tuple(sorted({match.clause_id for match in matches})),
        )

    def decided(self, acted: Acted) -> StoredItem:
        """Return the item with what rules made of it, where that is stricter."""
        if acted.decision_id is None:
            return self.stored
        return replace(self.stored, answer=acted.answer, decision_id=self.stored.decision_id or acted.decision_id)


@dataclass(frozen=True, slots=True)
class RulesOnItems:
    """Look at the new items of one planning."""

    reader: Reader
    rules: PlanRules
    opaque: Opaque
    entropy: Entropy
    now: datetime
    spot: SpotOnce

    def __call__(
        self, fresh: Sequence[FreshItem], accounts: Iterable[Account], standings: Mapping[Subject, Standing]
    ) -> dict[str, StoredItem]:
        """Return each item as it is stored, by the platform's id.

        Args:
            fresh: The new items, in order.
            accounts: Their authors and recipients.
            standings: What is in force, as the planning read it.
        """
        if not fresh:
            return {}
        who, banks = people(self.reader, accounts, standings, self.now), self._banks(fresh)
        looked_at = [each for each in fresh if Technique.BEHAVIOUR in each.techniques]
        noticed = [self._noticed(each, who, banks) for each in looked_at]
        acted = iter(self.rules(noticed, lambda subject: standings.get(subject) or Standing(subject, 0)))
        return dict(self._decided(fresh, acted))

    def _decided(self, fresh: Sequence[FreshItem], acted: Iterator[Acted]) -> Iterator[tuple[str, StoredItem]]:
        for each in fresh:
            is_looked_at = Technique.BEHAVIOUR in each.techniques
            yield each.stored.item.platform_id, each.decided(next(acted)) if is_looked_at else each.stored

    def _banks(self, fresh: Sequence[FreshItem]) -> dict[str, str]:
        is_found = any(each.plan.detections for each in fresh)
        return {bank.id: bank.name for bank in self.reader.banks()} if is_found else {}

    def _noticed(self, fresh: FreshItem, who: Mapping[AccountId, Person], banks: Mapping[str, str]) -> Noticed:
        """Return the event that the submission is: a message where it is written to somebody, else a post."""
        said, item = fresh.submission, fresh.stored.item
        is_written_to = is_message(item.kind, item.channel, is_to_somebody=said.recipient is not None)
        kind = BUILT_IN[MESSAGE if is_written_to else POST]
        event = Event(
            id=EventId(self.entropy.new_id("event")),
            kind=kind.name,
            at=item.submitted_at,
            received_at=item.submitted_at,
            author_id=item.account_id,
            recipient_id=fresh.recipient_id,
            channel=item.channel,
            item_id=item.id,
        )
        posted_with, opaque = said.posted_with, self.opaque
        is_read = Technique.TEXT in fresh.techniques
        told = Told(
            kind.name, event.at, item.channel, fresh.regions, who[item.account_id],
            None if fresh.recipient_id is None else who[fresh.recipient_id],
            written=self._read(fresh) if is_read else None,
            posted=fresh.posted(banks),
            device=opaque.device(posted_with.device),
            network=opaque.network(posted_with.network),
        )  # fmt: skip
        is_public = item.channel.kind is ChannelKind.PUBLIC
        return Noticed(event, told, fresh.techniques, contact_of(event, kind), is_public, fresh.stored.answer)

    def _read(self, fresh: FreshItem) -> Written:
        """Return what was written, read by the banks of words. Called only where somebody may read it (P12)."""
        said = fresh.submission
        written = Written(said.text, said.posted_with.links, said.language, said.author.name)
        return self.spot(written, has_known_media=bool(fresh.plan.detections))
