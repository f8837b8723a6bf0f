"""Decide again about items already stored: a hash was added, a scan succeeded, bytes that were asked for have come."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from tutela.core.banks import Detection
from tutela.core.content import Account, Media
from tutela.core.decisions import plan_item, plan_unknown
from tutela.core.ids import AccountId, ClauseId, ItemId, MediaId
from tutela.core.measures import Subject
from tutela.core.operator import OperatorProfile, may_detect
from tutela.core.plans import Answer, Plan, Sighting
from tutela.core.policy import Policy
from tutela.errors import CharterBreach, Conflict, TakenOver
from tutela.flows import quotas as over_quota
from tutela.flows.brake import Tally, alarm
from tutela.flows.enact import Ledger, new_grants
from tutela.flows.lingering import known_before, lingering_among
from tutela.flows.look_up import LookUp
from tutela.flows.quotas import QuotaTally
from tutela.flows.weigh import Facts, Weigh
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, MediaUpdate, RescanCount, StoredItem
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

_log = structlog.get_logger(__name__)

MAX_REPLANS = 20
"""Nobody waits for this flow, so it may try longer than a submission."""

CHUNK_ITEMS = 100
"""Items in one transaction: a hash that hits a million carriers must not stall submits."""


@dataclass(frozen=True, slots=True)
class Reconsider:
    """Decide again. Idempotent: what is in force already is not granted twice."""

    store: Store
    committer: Committer
    look_up: LookUp
    weigh: Weigh
    policy: Policy
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def __call__(
        self, media_ids: Iterable[MediaId], *, at_most: int | None = None, counted_as: RescanCount | None = None
    ) -> int:
        """Decide again about every item that carries one of *media_ids*; return how many changed.

        With *at_most* only about so many: for a caller who waits, while the rest is a job's. For the re-scan of
        *counted_as* the changed items are counted in the same transactions, so that no kill makes the count wrong.

        Raises:
            tutela.errors.TakenOver: Another process holds that re-scan by now; nothing more was decided.
        """
        with self.store.read() as reader:
            carriers = reader.carriers(media_ids)
        items = sorted({item_id for ids in carriers.values() for item_id in ids})[:at_most]
        chunks = (items[start : start + CHUNK_ITEMS] for start in range(0, len(items), CHUNK_ITEMS))
        return sum(self._chunk(chunk, counted_as) for chunk in chunks)

    def _chunk(self, item_ids: list[ItemId], counted_as: RescanCount | None) -> int:
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                changeset = self._plan(reader, item_ids)
                if counted_as is not None:
                    changeset = replace(changeset, rescan_count=replace(counted_as, items=len(changeset.decisions)))
            if not changeset.decisions and not changeset.media_updates:
                return 0
            try:
                self.committer.commit(changeset)
            except TakenOver:
                raise
            except Conflict:
                continue
            alarm(changeset.trips)
            over_quota.alarm(changeset.quotas)
            return len(changeset.decisions)
        raise Conflict("the banks change faster than stored items can be decided", remedy="It is tried again.")

    def _plan(self, reader: Reader, item_ids: list[ItemId]) -> Changeset:
        profile, now = self.profile(), self.clock.now()
        items = reader.items_by_id(item_ids)
        accounts = reader.accounts_by_id(stored.item.account_id for stored in items.values())
        media = reader.media_by_id(media_id for stored in items.values() for media_id in stored.item.media_ids)
        looked_at = {stored.item.id for stored in items.values() if self._may_look(stored, accounts, profile, now)}
        # Nothing is looked for in what nobody may look at, also where the answer would be thrown away (P12).
        asked = {each for item_id in looked_at for each in items[item_id].item.media_ids}
        findings = self.look_up(reader, [media[media_id] for media_id in sorted(asked)], is_stored=True)
        tally = Tally(now, self.entropy.new_id)
        tally.read(reader, findings, items)
        quotas = QuotaTally(now, self.weigh.limits())
        quotas.read(reader, findings)
        standings = reader.standings(_subjects(items, media))
        held = (measure for standing in standings.values() for measure in standing.measures)
        facts = Facts(
            standings, profile, now, tally, quotas,
            lingering_among(reader, held, now), known_before(standings.values(), findings.cleared),
        )  # fmt: skip
        ledger = Ledger(self.entropy, now, reader.open_cases(s.item.account_id for s in items.values()))
        laid = reader.laid_before(items)
        updates: dict[MediaId, MediaUpdate] = {}
        answers: dict[ItemId, Answer] = {}
        for stored in items.values():
            carried = [media[media_id] for media_id in stored.item.media_ids]
            weighed = self.weigh(stored.item, carried, findings, facts, is_looked_at=stored.item.id in looked_at)
            updates.update({update.media.id: update for update in weighed.sealed})
            sighting = weighed.sighting
            plan = _no_kinder(plan_item(sighting, policy_version=self.policy.version), stored.answer)
            if _changes_nothing(plan, sighting, stored, laid, reader):
                continue
            plan = self._enacted(ledger, plan, sighting)
            if not plan.does_nothing and plan.answer is not stored.answer:
                answers[stored.item.id] = plan.answer
        uses = quotas.uses(ledger.measures, ledger.detections)
        ledger.audit.extend((*tally.events, *quotas.events(uses)))
        return ledger.changeset(
            item_answers=answers,
            trips=tuple(tally.tripped.values()),
            quotas=uses,
            media_updates=tuple(updates.values()),
            expects_known_seq=findings.known_seq,
            expects_media=tuple(media.values()),
        )

    def _enacted(self, ledger: Ledger, plan: Plan, sighting: Sighting) -> Plan:
        """Take *plan* in and return it; one that breaks the charter becomes a hold, and stops no other item."""
        held = _no_kinder(plan_unknown(sighting, policy_version=self.policy.version), plan.answer)
        for each in (plan, held):
            try:
                ledger.enact(each, sighting)
            except CharterBreach:
                _log.error("plan_broke_charter", item=sighting.item_id)
            else:
                return each
        return Plan(plan.answer, plan.source, plan.policy_version, is_automated=True)

    def _may_look(
        self, stored: StoredItem, accounts: Mapping[AccountId, Account], profile: OperatorProfile, now: datetime
    ) -> bool:
        # As at submission: the author's regions count as well (P12).
        regions = (*stored.item.regions, *accounts[stored.item.account_id].regions)
        return stored.is_detected and may_detect(stored.item.channel, regions, profile.bases, now)


def _subjects(items: Mapping[ItemId, StoredItem], media: Mapping[MediaId, Media]) -> set[Subject]:
    subjects = {Subject.item(item_id) for item_id in items}
    subjects |= {Subject.account(stored.item.account_id) for stored in items.values()}
    return subjects | {Subject.media(media_id) for media_id in media}


def _no_kinder(plan: Plan, answered: Answer) -> Plan:
    """Return *plan* with a refusal left as it is.

    It may rest on who posted or on what was quoted, which only counts at submission; the platform has acted on it.
    """
    return replace(plan, answer=answered) if answered is Answer.REFUSE else plan


def _changes_nothing(
    plan: Plan, sighting: Sighting, stored: StoredItem, laid: Container[tuple[ItemId, ClauseId]], reader: Reader
) -> bool:
    """Return whether everything in *plan* was noticed, granted, laid before a person and answered before."""
    if plan.does_nothing:
        return True
    if plan.lifts or plan.answer is not stored.answer or any(new_grants(plan, sighting)):
        return False
    if any((case.item_id, case.clause_id) not in laid for case in plan.cases):
        return False
    before = {_noticed(detection) for detection in reader.detections(stored.item.id)}
    return all(_noticed(detection) in before for detection in plan.detections)


def _noticed(detection: Detection) -> tuple[object, ...]:
    """Return what makes a detection the same one: another member of the same bank is no news (decision 0004)."""
    match = detection.match
    return match.media_id, match.bank_id, match.resembles, match.kind
