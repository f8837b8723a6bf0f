"""Submit items: how one item travels.

Read what is stored, look its media up, let the core plan, seal what the plan is going to remove, and commit all of it
in one transaction. When something changed in between, plan again; when it keeps changing, hold rather than guess.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tutela.core.audit import AuditEvent
from tutela.core.content import Account, Age, ChannelKind, Item, Media, tag_of
from tutela.core.decisions import plan_item, plan_unknown
from tutela.core.door import refusing
from tutela.core.events import is_message
from tutela.core.ids import DecisionId, ItemId, MediaId
from tutela.core.measures import Measure, Standing, Subject
from tutela.core.operator import OperatorProfile, Technique, may_detect, regions_involved, techniques_in
from tutela.core.plans import Plan, Sighting
from tutela.core.policy import Policy
from tutela.errors import BadInput, Conflict, DuplicateItem, IdempotencyMismatch, IndexNotReady, UnknownItem
from tutela.flows import act_on_rules
from tutela.flows import quotas as over_quota
from tutela.flows.answers_now import answered_now
from tutela.flows.brake import Tally, alarm
from tutela.flows.enact import Ledger
from tutela.flows.fresh_accounts import FreshAccounts
from tutela.flows.lingering import held_for_a_person
from tutela.flows.look_up import Findings, LookUp
from tutela.flows.plan_rules import PlanRules, RuleWork
from tutela.flows.quotas import QuotaTally
from tutela.flows.refer import Referred, refer
from tutela.flows.rules_on_items import FreshItem, RulesOnItems
from tutela.flows.spot_words import SpotOnce
from tutela.flows.stand_at_door import Door, door_of
from tutela.flows.submission import Author, Outcome, Rejected, Request, Submission, Submitted
from tutela.flows.weigh import Facts, Weigh, media_changes
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, IdempotentAnswer, MediaUpdate, StoredItem
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20
"""Times a submission is planned again; a bank that changes faster than this holds the item instead.

Of known pictures posted at the same moment one is decided at a time, since each block makes more known: with 6, one of
four connections could lose to the others until it was held instead of refused.
"""

MAX_CONTAINED = 256
"""Items that one item may quote, those inside them included: bounds what one visibility verdict reads."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Take items in. Idempotent by the platform's item id, and by the request's key when it has one."""

    store: Store
    committer: Committer
    look_up: LookUp
    weigh: Weigh
    policy: Policy
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy
    rules: RuleWork
    fresh: FreshAccounts

    def __call__(
        self, submissions: Sequence[Submission], request: Request | None = None
    ) -> tuple[list[Outcome], bytes]:
        """Decide and record *submissions*; return the outcome of each, in order, and the encoded answer.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
            tutela.errors.Unavailable: Nothing was recorded and nothing may be published; try again.
        """
        spot = SpotOnce(self.rules.spot)
        for attempt in range(MAX_REPLANS + 1):
            with self.store.read() as reader:
                if request is not None and (before := reader.idempotent(request.owner, request.key)):
                    return [], _repeated(before, request)
                attempted = _Attempt(self, reader, spot, is_last=attempt == MAX_REPLANS)
                outcomes = attempted.decide(submissions)
            body = request.encode(outcomes) if request else b""
            try:
                self._commit(attempted, request, body)
            except Conflict:
                continue
            return outcomes, body
        raise Conflict("the same items are being written elsewhere without end", remedy="Try again.")

    def _commit(self, attempted: "_Attempt", request: Request | None, body: bytes) -> None:
        changeset = attempted.changeset()
        if request is not None:
            answer = IdempotentAnswer(request.owner, request.key, request.fingerprint, body, self.clock.now())
            changeset = replace(changeset, idempotency=answer)
        if not changeset.is_empty:
            self.committer.commit(changeset)
            alarm(changeset.trips)
            over_quota.alarm(changeset.quotas)
            act_on_rules.alarm(attempted.exceeded)


def _repeated(before: IdempotentAnswer, request: Request) -> bytes:
    if before.fingerprint != request.fingerprint:
        raise IdempotencyMismatch(remedy="Use a new key for a new request.")
    return before.body


class _Attempt:
    """One planning of a batch from one snapshot."""

    def __init__(self, flow: Submit, reader: Reader, spot: SpotOnce, *, is_last: bool) -> None:
        self._flow, self._reader, self._spot, self._is_last = flow, reader, spot, is_last
        self._now = flow.clock.now()
        self._accounts: dict[str, Account] = {}
        self._new_accounts: dict[str, Account] = {}
        self._known: dict[str, StoredItem] = {}
        self._items: list[StoredItem] = []
        self._new_media: list[Media] = []
        self._media_updates: list[MediaUpdate] = []
        self._standings: dict[Subject, Standing] = {}
        self._read_media: Mapping[MediaId, Media] = {}
        self._ledger = Ledger(flow.entropy, self._now, {})
        self._findings: Findings | None = None
        self._tally = Tally(self._now, flow.entropy.new_id)
        self._quotas = QuotaTally(self._now, flow.weigh.limits(), is_exhausted=is_last)
        self._profile = flow.profile()
        self._rules = PlanRules(flow.rules, reader, self._ledger, self._quotas)
        self._fresh: list[FreshItem] = []

    def decide(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Plan every submission, in order."""
        named = {who.platform_id for s in submissions for who in (s.author, s.recipient) if who is not None}
        self._accounts = self._reader.accounts_by_platform_id(named)
        names = {s.platform_id for s in submissions} | {quoted for s in submissions for quoted in s.contains}
        stored = self._reader.items_by_platform_id(names)
        self._known = dict(answered_now(self._reader, stored.values(), self._now))
        referred = refer(self._reader, (m for s in submissions for m in s.media), self._flow.entropy, self._now)
        self._read_media = referred.stored
        self._new_media = referred.new
        self._media_updates = referred.updates
        self._look_up(submissions, referred)
        doors = [door_of(s.posted_with, s.text, s.channel.conversation) for s in submissions]
        self._read_standings(referred, doors)
        outcomes = [self._one(*each, referred) for each in zip(submissions, doors, strict=True)]
        return self._by_rules(outcomes)

    def _look_up(self, submissions: Sequence[Submission], referred: Referred) -> None:
        wanted = [
            referred.found[m] for s in submissions if self._is_detected(s) for m in s.media if m in referred.found
        ]
        if not wanted:
            return
        try:
            self._findings = self._flow.look_up(self._reader, wanted)
        except IndexNotReady:
            self._findings = None
        else:
            self._tally.read(self._reader, self._findings)
            self._quotas.read(self._reader, self._findings)

    def _read_standings(self, referred: Referred, doors: Sequence[Door]) -> None:
        accounts = [account.id for account in self._accounts.values()]
        subjects = [Subject.account(account_id) for account_id in accounts]
        subjects += [Subject.media(media.id) for media in referred.found.values()]
        subjects += [subject for stored in self._known.values() for subject in _hiding_subjects(stored.item)]
        subjects += [subject for door in doors for subject in door.subjects]
        self._standings = held_for_a_person(self._reader, self._reader.standings(subjects), self._now)
        if referred.found:
            self._ledger.open_cases.update(self._reader.open_cases(accounts))

    def _is_detected(self, submission: Submission) -> bool:
        # What is stored of the author counts as well: nobody leaves a region by not naming it (P12).
        return may_detect(submission.channel, self._regions(submission), self._profile.bases, self._now)

    def _regions(self, submission: Submission) -> tuple[str, ...]:
        who = [each for each in (submission.author, submission.recipient) if each is not None]
        known = {each.platform_id: self._known_account(each) for each in who}
        regions = ((*each.regions, *(found.regions if (found := known[each.platform_id]) else ())) for each in who)
        return regions_involved(submission.regions, regions)

    def _one(self, submission: Submission, door: Door, referred: Referred) -> Outcome:
        try:
            if door.problem is not None:
                raise door.problem
            if (stored := self._known.get(submission.platform_id)) is not None:
                return self._again(submission, stored, referred)
            media = [referred.get(reference) for reference in submission.media]
            item = self._item(submission, [each.id for each in media])
        except BadInput as error:
            return Rejected(submission.platform_id, error)
        is_detected = self._is_detected(submission)
        is_asked = self._may_ask_banks(media, is_detected=is_detected)
        around = self._around(submission, door)
        plan, sighting = self._plan(item, media, around, is_detected=is_detected, is_asked=is_asked)
        decision_id = self._enact(plan, sighting)
        refused_by = refusing(sighting)
        stored = StoredItem(item, plan.answer, decision_id, is_detected)
        self._known[item.platform_id] = stored
        is_answered = is_detected and is_asked and not refused_by
        self._fresh.append(self._fresh_item(submission, stored, plan, refused_by, is_answered=is_answered))
        kinds = tuple(sorted({measure.kind for measure in refused_by}))
        return Submitted(
            item.platform_id, item.id, plan.answer, decision_id, is_new=True, is_detected=is_detected, refused_by=kinds
        )

    def _by_rules(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Have the rules look at what is new; what they hold is held, and what is stricter already stays so."""
        accounts = (*self._accounts.values(), *self._new_accounts.values())
        opaque, entropy = self._flow.rules.opaque, self._flow.entropy
        look = RulesOnItems(self._reader, self._rules, opaque, entropy, self._now, self._spot)
        decided = look(self._fresh, accounts, self._standings)
        self._items = list(decided.values())
        self._ledger.audit.extend(
            _submitted(decided[each.stored.item.platform_id], each.refused_by) for each in self._fresh
        )
        return [_as_decided(outcome, decided) for outcome in outcomes]

    def _fresh_item(
        self, submission: Submission, stored: StoredItem, plan: Plan, refused_by: tuple[Measure, ...], *,
        is_answered: bool,
    ) -> FreshItem:  # fmt: skip
        """Return what rules are to see of a new item. Whom it is for is stored only where they may see it (P12)."""
        techniques = self._techniques(submission)
        to = submission.recipient if Technique.BEHAVIOUR in techniques else None
        to_id = None if to is None else self._account(to).id
        regions = self._regions(submission)
        return FreshItem(submission, stored, plan, refused_by, to_id, regions, techniques, is_answered=is_answered)

    def _techniques(self, submission: Submission) -> frozenset[Technique]:
        return techniques_in(submission.channel, self._regions(submission), self._profile.bases, self._now)

    @property
    def exceeded(self) -> frozenset[str]:
        """Return the rules that are at their quota."""
        return self._rules.exceeded

    def _enact(self, plan: Plan, sighting: Sighting) -> DecisionId | None:
        """Take a plan in; what comes behind it in the batch is answered as if it had come in a request of its own."""
        before = len(self._ledger.measures)
        decision_id = self._ledger.enact(plan, sighting)
        for measure in self._ledger.measures[before:]:
            known = self._standings.get(measure.subject) or Standing(measure.subject, 0)
            self._standings[measure.subject] = replace(known, measures=(*known.measures, measure))
        return decision_id

    def _contained(self, submission: Submission) -> tuple[Standing, ...]:
        """Return what is in force on the items that are quoted, and on their media: nobody quotes what is hidden."""
        quoted = [self._known[platform_id].item for platform_id in submission.contains]
        subjects = [subject for item in quoted for subject in _hiding_subjects(item)]
        return tuple(self._standings[subject] for subject in subjects if subject in self._standings)

    def _around(self, submission: Submission, door: Door) -> dict[str, Any]:
        """Return what the sighting of a new item says beside what it carries."""
        found, to = (self._standings[subject] for subject in door.subjects), submission.recipient
        return {
            "is_new": True,
            "is_post": submission.channel.kind is not ChannelKind.PRIVATE,
            "is_message": is_message(submission.kind, submission.channel, is_to_somebody=to is not None),
            "is_to_protected": to is not None and self._age(to).band.is_protected,
            "contained": self._contained(submission),
            "posted_with": tuple(standing for standing in found if standing.measures),
        }

    def _may_ask_banks(self, media: Sequence[Media], *, is_detected: bool) -> bool:
        """Return whether the banks say all there is to say: without media, or where nobody may look, it is nothing."""
        return not media or not is_detected or (self._findings is not None and not self._is_last)

    def _plan(
        self, item: Item, media: Sequence[Media], around: Mapping[str, Any], *, is_detected: bool, is_asked: bool
    ) -> tuple[Plan, Sighting]:
        findings = self._findings or Findings({}, frozenset(), 0)
        facts = Facts(self._standings, self._profile, self._now, self._tally, self._quotas)
        weighed = self._flow.weigh(item, media, findings, facts, is_looked_at=is_detected)
        self._media_updates.extend(weighed.sealed)
        decide = plan_item if is_asked else plan_unknown
        sighting = replace(weighed.sighting, **around)
        return decide(sighting, policy_version=self._flow.policy.version), sighting

    def _again(self, submission: Submission, stored: StoredItem, referred: Referred) -> Submitted:
        item = stored.item
        same_media = [referred.get(reference).id for reference in submission.media] == list(item.media_ids)
        author = self._known_account(submission.author)
        same = author is not None and author.id == item.account_id and submission.text == item.text and same_media
        # The channel says whether anybody may look (P12), what is quoted and tagged whether it may be shown (P1).
        same_place = submission.channel == item.channel and self._inside(submission) == item.contains
        same_kind = submission.kind == item.kind and _tags(submission) == item.tags
        if not same or not same_place or not same_kind:
            raise DuplicateItem(place="id", remedy="Give every item its own identifier; an edit is a new item.")
        return Submitted(
            item.platform_id, item.id, stored.answer, stored.decision_id, is_new=False, is_detected=stored.is_detected
        )

    def _item(self, submission: Submission, media_ids: Iterable[MediaId]) -> Item:
        # Before anybody is made an account: what is refused here must not have said who its author is.
        inside, tags = self._inside(submission), _tags(submission)
        return Item(
            id=ItemId(self._flow.entropy.new_id("item")),
            platform_id=submission.platform_id,
            account_id=self._account(submission.author).id,
            kind=submission.kind,
            text=submission.text,
            media_ids=tuple(media_ids),
            contains=inside,
            channel=submission.channel,
            regions=_said_regions(submission),
            submitted_at=self._now,
            tags=tags,
            language=submission.language,
        )

    def _inside(self, submission: Submission) -> tuple[ItemId, ...]:
        """Return what is quoted and all that it quotes in turn, so that a reader need not follow any chain."""
        if not self._known.keys() >= set(submission.contains):
            raise UnknownItem("an item that is quoted was never submitted", place="contains")
        quoted = [self._known[name].item for name in submission.contains]
        inside = dict.fromkeys(each for item in quoted for each in (item.id, *item.contains))
        if len(inside) > MAX_CONTAINED:
            raise BadInput(f"more than {MAX_CONTAINED} items are quoted, those inside them included", place="contains")
        return tuple(inside)

    def _known_account(self, author: Author) -> Account | None:
        return self._accounts.get(author.platform_id) or self._new_accounts.get(author.platform_id)

    def _age(self, author: Author) -> Age:
        known = self._known_account(author)
        return author.age if known is None else known.age

    def _account(self, author: Author) -> Account:
        found = self._known_account(author)
        if found is None:
            found = self._new_accounts[author.platform_id] = self._flow.fresh.of(author, self._now)
        return found

    def changeset(self) -> Changeset:
        """Return everything planned."""
        carried = frozenset(media_id for stored in self._items for media_id in stored.item.media_ids)
        used = {stored.item.account_id for stored in self._items}
        used |= {each.recipient_id for each in self._fresh if each.recipient_id is not None}
        new_media, updates = media_changes(self._new_media, self._media_updates, carried)
        findings = self._findings if carried and not self._is_last else None
        if not self._is_last:
            self._ledger.audit.extend(self._tally.events)
        uses = self._quotas.uses(self._ledger.measures, self._ledger.detections)
        self._ledger.audit.extend(self._quotas.events(uses))
        return self._ledger.changeset(
            accounts=tuple(account for account in self._new_accounts.values() if account.id in used),
            items=tuple(self._items),
            # Whoever trips the same brake first would refuse the last resort. Its hit is recorded: the next one trips.
            quotas=uses,
            trips=() if self._is_last else tuple(self._tally.tripped.values()),
            media=new_media,
            media_updates=updates,
            expects_known_seq=findings.known_seq if findings else None,
            **self._rules.changes(is_last=self._is_last),
            # More may become known of what was named by its digests, and its late match would miss this very item.
            expects_media=tuple(self._read_media[each] for each in sorted(carried & self._read_media.keys())),
        )


def _as_decided(outcome: Outcome, decided: Mapping[str, StoredItem]) -> Outcome:
    stored = decided.get(outcome.platform_id)
    if stored is None or isinstance(outcome, Rejected):
        return outcome
    return replace(outcome, answer=stored.answer, decision_id=stored.decision_id)


def _said_regions(submission: Submission) -> tuple[str, ...]:
    """Return every region that the platform names, of the item or its author: they count again whenever it is asked."""
    to = () if submission.recipient is None else submission.recipient.regions
    return tuple(dict.fromkeys((*submission.regions, *submission.author.regions, *to)))


def _tags(submission: Submission) -> tuple[str, ...]:
    """Return the tags as they are stored and compared: in order, each once."""
    tags = {tag_of(word) for word in submission.tags}
    if "" in tags:
        raise BadInput("a tag has nothing but its sign", place="tags")
    return tuple(sorted(tags))


def _submitted(stored: StoredItem, refused_by: Iterable[Measure]) -> AuditEvent:
    item = stored.item
    payload = {
        "account": item.account_id,
        "answer": stored.answer.value,
        "media": list(item.media_ids),
        "contains": list(item.contains),
        "refused_by": [measure.id for measure in refused_by],
    }
    return AuditEvent("platform:item:submitted", item.id, payload)


def _hiding_subjects(item: Item) -> tuple[Subject, ...]:
    return Subject.item(item.id), *(Subject.media(media_id) for media_id in item.media_ids)
