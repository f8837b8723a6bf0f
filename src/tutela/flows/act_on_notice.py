"""Do at once what a notice lets a machine do, and lay what it names before a person: one planning, one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core import charter
from tutela.core.audit import JSON, AuditEvent
from tutela.core.cases import Case, CaseDraft, CaseReason
from tutela.core.ids import AccountId, CaseId, DecisionId, ItemId
from tutela.core.measures import Standing, Subject, SubjectKind
from tutela.core.notices.branches import is_claim
from tutela.core.notices.notice import Notice
from tutela.core.notices.outcomes import GONE
from tutela.core.notices.provisional import NoticedItem, NoticeSight, plan_notice
from tutela.core.notices.weights import NO_RECORD, SOONEST, Record, due_within
from tutela.core.plans import Answer, Plan
from tutela.core.policy import Ceilings, Policy
from tutela.errors import CharterBreach
from tutela.flows.enact import Ledger, as_granted
from tutela.flows.locate_notice import Located
from tutela.ports.committer import StoredItem
from tutela.ports.decisions import Decision
from tutela.ports.entropy import Entropy
from tutela.ports.notices import NoticePlace
from tutela.ports.store import Reader

_URGENCY = {reason: position for position, reason in enumerate(CaseReason)}


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of it."""

    place: NoticePlace
    gone: tuple[ItemId, ...]  #: that people had removed before
    held: tuple[ItemId, ...]
    under_review: tuple[ItemId, ...]


@dataclass(slots=True)
class ActOnNotice:
    """One planning about one notice; what is decided goes into its ledger."""

    reader: Reader
    policy: Policy
    ceilings: Ceilings
    entropy: Entropy
    now: datetime
    ledger: Ledger = field(init=False)
    urged: dict[CaseId, Case] = field(default_factory=dict)
    answers: dict[ItemId, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nothing decided."""
        self.ledger = Ledger(self.entropy, self.now, {})

    def __call__(self, notice: Notice, located: Located, *, is_danger: bool = False, may_hold: bool = True) -> Acted:
        """Decide what is done about what *notice* names, and lay it before a person.

        Raises:
            tutela.errors.CharterBreach: It would break a promise.
        """
        sight, gone = self._sight(notice, located, is_danger=is_danger, may_hold=may_hold)
        accounts = {each.account_id for each in sight.items} | set(located.accounts)
        self.ledger.open_cases.update(self.reader.open_cases(accounts))
        planned = plan_notice(sight, self.policy, self.ceilings)
        if breaches := charter.of_notice(planned, sight):
            raise CharterBreach(f"{breaches[0].promise}: {breaches[0].detail}", place=breaches[0].subject)
        for each, plan in planned:
            self._enact(notice, each, plan)
        for account in located.accounts:
            self._lay(self._about_account(notice, sight, account))
        if is_danger:
            self._raise_danger(notice, accounts)
        cases = [self.ledger.open_cases[one, notice.clause_id].id for one in sorted(accounts)]
        authors = {each.item.id: each.item.account_id for each in located.items}
        held = tuple(each.item_id for each, plan in planned if plan.grants)
        place = NoticePlace(notice.id, authors, tuple(sorted(accounts)), tuple(dict.fromkeys(cases)))
        return Acted(place, gone, held, tuple(each.item_id for each in sight.items))

    # ------------------------------------------------------------------------------------------------- what is seen

    def _sight(
        self, notice: Notice, located: Located, *, is_danger: bool, may_hold: bool
    ) -> tuple[NoticeSight, tuple[ItemId, ...]]:
        items = [each.item for each in located.items]
        media = {media_id for item in items for media_id in item.media_ids}
        subjects = {Subject.item(item.id) for item in items} | {Subject.account(item.account_id) for item in items}
        standings = self.reader.standings(subjects | {Subject.media(each) for each in media})
        kept = self.reader.kept_before([item.id for item in items], notice.clause_id)
        gone = tuple(each.item.id for each in located.items if self._is_gone(each, standings))
        noticed = tuple(
            NoticedItem(
                each.item.id, each.item.account_id, standings[Subject.item(each.item.id)],
                standings[Subject.account(each.item.account_id)], each.item.media_ids, each.answer,
                # Somebody enrolled says something new where people knew only what others said.
                is_cleared=each.item.id in kept and (kept[each.item.id] or not notice.is_enrolled),
            )
            for each in located.items
            if each.item.id not in gone
        )  # fmt: skip
        return NoticeSight(
            at=self.now, kind=notice.kind, is_enrolled=notice.is_enrolled, clause_id=notice.clause_id, items=noticed,
            media={each: standings[Subject.media(each)] for each in media},
            held_before=self.reader.held_by_notices(
                {each.account_id for each in noticed}, self.now,
                by_claims=is_claim(notice.kind, notice.clause_id, is_enrolled=notice.is_enrolled),
            ),
            may_hold=may_hold, has_held=notice.has_held,
            record=self._record(notice), is_whole=notice.valid_at is not None, is_urgent=notice.is_urgent,
            is_danger=is_danger,
        ), gone  # fmt: skip

    def _is_gone(self, stored: StoredItem, standings: Mapping[Subject, Standing]) -> bool:
        around = [Subject.item(stored.item.id), *(Subject.media(each) for each in stored.item.media_ids)]
        held = (m for each in around for m in standings[each].measures if m.holds_at(self.now))
        return any(m.kind in GONE and not m.is_automated for m in held)

    def _record(self, notice: Notice) -> Record:
        return NO_RECORD if notice.notifier_id is None else self.reader.notifier_record(notice.notifier_id)

    # ------------------------------------------------------------------------------------------------- what is done

    def _enact(self, notice: Notice, noticed: NoticedItem, plan: Plan) -> None:
        self.ledger.expect(noticed.item, noticed.account)
        for case in plan.cases:
            self._lay(case)
        held = {m.kind for m in noticed.item.measures if m.holds_at(self.now) and m.clause_id == notice.clause_id}
        grants = [
            grant for grant in plan.grants if grant.kind not in held or grant.subject.kind is not SubjectKind.ITEM
        ]
        if not grants:
            return
        decision = self._decide(noticed, plan)
        measures = [self.ledger.grant(grant, decision) for grant in grants]
        for told in plan.statements:
            self.ledger.tell(told, decision)
        if noticed.answer is Answer.PUBLISH and plan.answer is Answer.HOLD:
            self.answers[noticed.item_id] = Answer.HOLD
        payload: dict[str, JSON] = {
            "notice": notice.id, "item": noticed.item_id, "account": noticed.account_id, "answer": plan.answer.value,
            "clause": plan.clause_id, "policy_version": plan.policy_version, "automated": True,
            "granted": [as_granted(measure) for measure in measures],
        }  # fmt: skip
        self.ledger.audit.append(AuditEvent(f"{plan.source.value}:item:decided", decision.id, payload))

    def _decide(self, each: NoticedItem, plan: Plan) -> Decision:
        decision = Decision(
            id=DecisionId(self.entropy.new_id("decision")), item_id=each.item_id, account_id=each.account_id,
            source=plan.source, clause_id=plan.clause_id, policy_version=plan.policy_version, is_automated=True,
            at=self.now,
        )  # fmt: skip
        self.ledger.decisions.append(decision)
        return decision

    def _about_account(self, notice: Notice, sight: NoticeSight, account_id: AccountId) -> CaseDraft:
        is_soon = sight.is_urgent or sight.is_danger
        within = due_within(notice.kind, sight.record, is_held=False, is_urgent=is_soon)
        reason = CaseReason.CLAIM if sight.is_claim else CaseReason.NOTICE
        return CaseDraft(account_id, notice.clause_id, reason, None, self.now + within.delta)

    def _lay(self, draft: CaseDraft) -> None:
        """Lay something before a person: into the open case, which may become more urgent by it, or a new one."""
        key = draft.account_id, draft.clause_id
        known = self.ledger.open_cases.get(key)
        self.ledger.open(draft)
        if known is None:
            return
        reason = min(known.reason, draft.reason, key=_URGENCY.__getitem__)
        urged = replace(known, due_at=min(known.due_at, draft.due_at), reason=reason)
        if urged != known:
            self._put(urged)

    def _put(self, case: Case) -> None:
        """Have a case as it is to be: one that is opened here is opened so."""
        self.ledger.open_cases[case.account_id, case.clause_id] = case
        opened = [each.id for each in self.ledger.cases]
        if case.id in opened:
            self.ledger.cases[opened.index(case.id)] = case
        else:
            self.urged[case.id] = case

    def lay_again(self, notice: Notice, *, is_urgent: bool) -> NoticePlace:
        """Lay what a notice is about before a person again: more was said, and what was decided is no answer to it."""
        items = self.reader.items_by_id(notice.items)
        accounts = {each.item.account_id for each in items.values()} or set(notice.accounts)
        self.ledger.open_cases.update(self.reader.open_cases(accounts))
        within = due_within(notice.kind, self._record(notice), is_held=False, is_urgent=is_urgent)
        supports = is_claim(notice.kind, notice.clause_id, is_enrolled=notice.is_enrolled)
        reason = CaseReason.CLAIM if supports else CaseReason.NOTICE
        due_at = self.now + within.delta
        for item_id, stored in items.items():
            self._lay(CaseDraft(stored.item.account_id, notice.clause_id, reason, item_id, due_at))
        for account in () if items else sorted(accounts):
            self._lay(CaseDraft(account, notice.clause_id, reason, None, due_at))
        cases = tuple(dict.fromkeys(self.ledger.open_cases[one, notice.clause_id].id for one in sorted(accounts)))
        return NoticePlace(notice.id, cases=cases)

    def hasten(self, notice: Notice) -> None:
        """Have what a notice is about looked at now: somebody says since that they are in danger."""
        found = self.reader.open_cases(notice.accounts)
        self.ledger.open_cases.update(found)
        for (_, clause_id), case in found.items():
            if clause_id == notice.clause_id:
                self._put(replace(case, is_in_danger=True, due_at=min(case.due_at, self.now)))

    def _raise_danger(self, notice: Notice, accounts: set[AccountId]) -> None:
        """Put what it is about at the head of the queue, whoever told of it before: who is on call is paged."""
        for account in accounts:
            case = self.ledger.open_cases[account, notice.clause_id]
            self._put(replace(case, is_in_danger=True, due_at=min(case.due_at, self.now + SOONEST.delta)))
