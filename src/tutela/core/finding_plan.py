"""From a person's finding to a plan: pure, previewable, and told whole before anything of it happens."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.cases import REVIEW_WITHIN, CaseReason
from tutela.core.decisions import NEAR_COPY_BITS
from tutela.core.finding_banks import banking
from tutela.core.finding_outcome import PROVISIONAL, answers, cases, closes, reports, statements
from tutela.core.finding_rules import Question, refusals
from tutela.core.findings import Ask, Finding, FindingPlan, FoundItem, FoundMedia, Known, Vocabulary
from tutela.core.ids import AccountId, DecisionId, ItemId, MediaId
from tutela.core.ladders import Outcome, remaining, strike_for
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import PRESERVED, SUSPICION_MEASURES, Grant
from tutela.core.policy import Clause, ClauseKind, Policy, PropagationCeiling
from tutela.core.reach import reaches_as_far
from tutela.core.strikes import Strike
from tutela.core.units import Duration

_REMOVING = frozenset({MeasureKind.QUARANTINE, MeasureKind.REMOVE})
_SPREADING = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})


def plan_finding(finding: Finding, known: Known, policy: Policy, words: Vocabulary) -> FindingPlan:
    """Return what *finding* would do, or why it is refused.

    Whoever asks only for what a person has granted under the same clause adds nothing, unless it reaches further. What
    a machine set is granted anew: it ends with the machine's decision, and a person's stays.
    """
    question = Question(finding, known, policy.clause(finding.clause_id))
    refused = refusals(question, words)
    if refused:
        return FindingPlan(finding, policy.version, refusals=refused)
    draft = _Draft(question)
    draft.grant_asked()
    draft.protect()
    draft.hide_media()
    if question.is_grave:
        draft.promote_nothing()
    else:
        draft.strike()
    return draft.plan(policy)


@dataclass(slots=True)
class _Draft:
    """A plan in the making."""

    question: Question
    grants: dict[Grant, None] = field(default_factory=dict)  #: in the order in which they were asked for
    news: set[Grant] = field(default_factory=set)  #: those that no person has granted as far
    holds_already: dict[Measure, None] = field(default_factory=dict)
    wanted: set[MediaId] = field(default_factory=set)
    strikes: list[Outcome] = field(default_factory=list)
    served: list[Ask] = field(default_factory=list)
    awaiting: dict[AccountId, None] = field(default_factory=dict)  #: locked until a second person agrees

    @property
    def finding(self) -> Finding:
        return self.question.finding

    @property
    def known(self) -> Known:
        return self.question.known

    @property
    def clause(self) -> Clause:
        return self.question.clause

    @property
    def now(self) -> datetime:
        return self.known.at

    # ------------------------------------------------------------------------------------------------------- grants

    def grant_asked(self) -> None:
        """Grant what is asked for; what removes is a hold until the bytes are preserved (P5).

        What suspends for good is a lock until a second person agrees, where no verified list knows the material (P3).
        """
        for ask in self.finding.asks:
            ends_at = self._end(ask)
            if ends_at is not None and ends_at <= (ask.starts_at or self.now):
                self.served.append(ask)
                continue
            kind = self._preserving(ask.kind, ask.subject)
            if self.question.awaits_second(ask):
                kind = MeasureKind.LOCK_PENDING_DECISION
                self.awaiting[AccountId(ask.subject.id)] = None
            near = NEAR_COPY_BITS if kind is MeasureKind.BLOCK_MEDIA else None
            self.grant(Grant(kind, ask.subject, self.clause.id, ends_at, None, near, ask.scope, ask.starts_at))

    def grant(self, grant: Grant) -> None:
        """Grant, and note whether a person has granted as much under the same clause already."""
        if grant.kind in PROVISIONAL:
            grant = replace(grant, review_by=self.now + REVIEW_WITHIN[CaseReason.DECISION_PENDING].delta)
        ended = {measure.id for measure in self.ends}
        for measure in self.known.standing(grant.subject).measures:
            is_ours = not measure.is_automated and measure.clause_id == grant.clause_id and measure.id not in ended
            # A warning is told and counted each time.
            if is_ours and grant.kind is not MeasureKind.WARN and reaches_as_far(measure, grant, self.now):
                self.holds_already[measure] = None
                if grant.subject not in self.known.settled:
                    self.grants[grant] = None
                return
        self.grants[grant] = None
        self.news.add(grant)

    def protect(self) -> None:
        """Protect everybody who is no suspect, whether or not it was asked for (P2)."""
        for account_id, role in self.finding.roles.items():
            subject = Subject.account(account_id)
            is_asked = any(ask.kind is MeasureKind.PROTECT for ask in self.finding.asks_on(subject))
            if role.is_protected and not is_asked:
                self.grant(Grant(MeasureKind.PROTECT, subject, self.clause.id))

    def hide_media(self) -> None:
        """Hide the media of what was found wherever else it is carried, as far as the clause spreads (P1).

        Under an ordinary clause too: whoever asked for an intimate image to go asked for every copy of it (TAKE IT
        DOWN Act, section 3(a)(3)).
        """
        if self.clause.automation.propagation is PropagationCeiling.NONE or not self._may_grant() >= _SPREADING:
            return
        for ask in self.finding.asks:
            if ask.subject.kind is SubjectKind.ITEM and self._spreads(ask):
                for media in self._meant(self.known.items[ItemId(ask.subject.id)]):
                    self._hide_everywhere(media)

    def _may_grant(self) -> frozenset[MeasureKind]:
        """Return the kinds that hide media, as far as the clause allows them; the twelve always do."""
        if self.question.is_grave:
            return _SPREADING
        return frozenset(kind for kind in _SPREADING if kind.value in self.clause.allowed)

    def _spreads(self, ask: Ask) -> bool:
        if ask.kind is MeasureKind.QUARANTINE:
            return self.question.holds_now(ask)
        is_content = self.clause.kind is ClauseKind.CONTENT
        return is_content and ask.kind is MeasureKind.REMOVE and self.question.holds_now(ask)

    def _meant(self, item: FoundItem) -> tuple[FoundMedia, ...]:
        """Return the media of an item that are named, or all of them where none is."""
        named = {ask.subject for ask in self.finding.asks if ask.subject.kind is SubjectKind.MEDIA}
        return tuple(each for each in item.media if each.standing.subject in named) or item.media

    def _hide_everywhere(self, media: FoundMedia) -> None:
        subject, clause = media.standing.subject, self.clause
        self.grant(Grant(self._preserving(MeasureKind.QUARANTINE, subject), subject, clause.id))
        if clause.kind is ClauseKind.CONTENT:  # what somebody did with a picture says nothing of those like it
            self.grant(Grant(MeasureKind.BLOCK_MEDIA, subject, clause.id, near_bits=NEAR_COPY_BITS))

    def promote_nothing(self) -> None:
        """Promote nothing of what was found, and pay nothing for it (P6)."""
        for subject in dict.fromkeys(ask.subject for ask in self.finding.asks):
            if subject.kind is SubjectKind.ITEM:
                for kind in SUSPICION_MEASURES:
                    self.grant(Grant(kind, subject, self.clause.id))

    def _preserving(self, kind: MeasureKind, subject: Subject) -> MeasureKind:
        """Return *kind*, or a hold where it would remove what is not preserved; the platform is asked for the bytes."""
        if kind not in _REMOVING:
            return kind
        missing = [each.media_id for each in self._media_of(subject) if each.evidence not in PRESERVED]
        self.wanted.update(missing)
        return MeasureKind.HOLD if missing else kind

    def _media_of(self, subject: Subject) -> tuple[FoundMedia, ...]:
        if subject.kind is SubjectKind.ITEM:
            return self.known.items[ItemId(subject.id)].media
        return (self.known.media[MediaId(subject.id)],) if subject.kind is SubjectKind.MEDIA else ()

    # --------------------------------------------------------------------------------------------- time and strikes

    @property
    def ends(self) -> tuple[Measure, ...]:
        """Return the measures of the decision that is replaced, as far as they are not over."""
        replaced = self.known.replaced
        measures = () if replaced is None else replaced.measures
        return tuple(m for m in measures if m.revoked_by is None and (m.ends_at is None or m.ends_at > self.now))

    def _end(self, ask: Ask) -> datetime | None:
        """Return when a timed measure ends: the time that was served under what it replaces counts."""
        if ask.ends_at is None or self.known.replaced is None:
            return ask.ends_at
        start = ask.starts_at or self.now
        lasts = Duration(seconds=(ask.ends_at - start).total_seconds())
        before = [m for m in self.known.replaced.measures if m.subject == ask.subject]
        return start + remaining(lasts, ask.kind, ask.scope, before, self.now).delta

    def strike(self) -> None:
        """Count the finding against whoever did it, and grant the rung that is met; never for what holds already."""
        if self.clause.strikes is None or not self.news:
            return
        for account_id in self.finding.actors():
            if Subject.account(account_id) in self.known.settled:
                continue
            outcome = strike_for(
                self.clause.strikes, self._standing_strikes(account_id), decision_id=DecisionId(""),
                account_id=account_id, clause_id=self.clause.id, at=self.now,
            )  # fmt: skip
            self.strikes.append(outcome)
            if outcome.rung is not None:
                self._climb(Subject.account(account_id), outcome)

    def _standing_strikes(self, account_id: AccountId) -> tuple[Strike, ...]:
        replaced = self.known.replaced
        strikes = self.known.accounts[account_id].strikes
        return tuple(s for s in strikes if replaced is None or s.decision_id != replaced.decision_id)

    def _climb(self, account: Subject, outcome: Outcome) -> None:
        rung = outcome.rung
        if rung is None:
            return
        met = Grant(rung.kind, account, self.clause.id, rung.ends_at(self.now), scope=rung.scope)
        if not any(_does_as_much(grant, met) for grant in self.grants):
            self.grant(met)

    # ---------------------------------------------------------------------------------------------------- the whole

    def plan(self, policy: Policy) -> FindingPlan:
        """Return the plan, with all that follows from what is granted."""
        # Of two decisions each keeps its own: undoing one must not end what the other one found.
        banked = banking(self.question, policy, self._meant) if self.question.is_grave else None
        is_news = bool(self.news) or (banked is not None and bool(banked.entries))
        grants = tuple(self.grants) if is_news else ()
        is_idle = not grants and not self.ends
        drafts = () if is_idle else cases(self.question, grants)
        return FindingPlan(
            finding=self.finding,
            policy_version=policy.version,
            grants=grants,
            holds_already=tuple(self.holds_already),
            ends=self.ends,
            stays=self._stays(),
            strikes=tuple(self.strikes),
            statements=statements(self.question, grants, self.ends),
            cases=drafts,
            closes=() if is_idle else closes(self.question, drafts),
            reports=() if is_idle else reports(self.question),
            answers=answers(self.question, grants, self.ends),
            evidence_wanted=tuple(sorted(self.wanted)),
            awaits_second=tuple(self.awaiting),
            served=tuple(self.served),
            banking=None if is_idle else banked,
        )

    def _stays(self) -> tuple[Measure, ...]:
        """Return what other decisions have in force on the subjects of this one."""
        subjects = dict.fromkeys(grant.subject for grant in self.grants)
        told = {measure.id for measure in (*self.ends, *self.holds_already)}
        measures = (m for subject in subjects for m in self.known.standing(subject).measures)
        return tuple(m for m in measures if m.holds_at(self.now) and m.id not in told)


def _does_as_much(grant: Grant, met: Grant) -> bool:
    """Return whether a person asks for as much as the ladder has."""
    if (grant.kind, grant.subject, grant.scope) != (met.kind, met.subject, met.scope) or grant.starts_at is not None:
        return False
    return grant.ends_at is None or (met.ends_at is not None and grant.ends_at >= met.ends_at)
