"""Record that the platform has verified who holds an account, and end the locks that waited for it."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.audit import JSON, AuditEvent
from tutela.core.charter import of_verification
from tutela.core.content import Account, Age, AgeBand, AgeProvenance
from tutela.core.ids import AccountId, DecisionId, StatementId
from tutela.core.measures import Measure, Standing, Subject
from tutela.core.plans import Source
from tutela.core.policy import Policy
from tutela.core.statements import Statement, StatementCode
from tutela.core.verifications import MAX_AHEAD, Verification, VerificationKind, ended_by, still_demanded
from tutela.errors import BadInput, CharterBreach, Conflict
from tutela.flows.enact import microseconds
from tutela.flows.keep_accounts import found
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, Revocation
from tutela.ports.decisions import Decision
from tutela.ports.entropy import Entropy
from tutela.ports.store import Store

MAX_REPLANS = 6
"""Times it is planned again while others write about the same account."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of a verification."""

    account: Account
    verification: Verification
    is_new: bool
    still_demanded: tuple[str, ...]  #: verifications that keep the account locked


@dataclass(frozen=True, slots=True)
class RecordVerification:
    """Record verifications. Idempotent by account, kind and time."""

    store: Store
    committer: Committer
    policy: Policy
    clock: Clock
    entropy: Entropy

    def __call__(self, platform_id: str, kind: VerificationKind, at: datetime, band: AgeBand | None = None) -> Verified:
        """Record it, end what it ends by a decision of its own, and say what still locks the account.

        Args:
            platform_id: The platform's name of the account.
            kind: What was checked.
            at: When it was passed.
            band: The age that was assured by it; only with `age`.

        Raises:
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
            tutela.errors.BadInput: The time is still to come, or an age comes with another kind.
        """
        if band is not None and kind is not VerificationKind.AGE:
            raise BadInput("only a verification of age tells an age", place="age")
        for _ in range(MAX_REPLANS):
            planned = self._plan(platform_id, kind, at, band)
            if not planned.is_new:
                return planned.told
            try:
                self.committer.commit(planned.changeset)
            except Conflict:
                continue
            return planned.told
        raise Conflict("this account is being written elsewhere without end", remedy="Try again.")

    def _plan(self, platform_id: str, kind: VerificationKind, at: datetime, band: AgeBand | None) -> "_Planned":
        now = self.clock.now()
        if at > now + MAX_AHEAD.delta:
            raise BadInput("nobody passes a verification in the future", place="at")
        with self.store.read() as reader:
            account = found(reader, platform_id)
            subject = Subject.account(account.id)
            standing = reader.standings([subject])[subject]
            before = reader.verification(account.id, kind, at)
        if before is not None:
            told = Verified(account, before, is_new=False, still_demanded=still_demanded(standing.measures, now))
            return _Planned(told, Changeset())
        verification = Verification(account.id, kind, at, now)
        ends = ended_by(verification, standing.measures)
        if breaches := of_verification(ends, verification):
            raise CharterBreach(f"{breaches[0].promise}: {breaches[0].detail}", place=breaches[0].subject)
        decision = self._decision(account, ends[0]) if ends else None
        verification = replace(verification, decision_id=decision.id if decision else None)
        changeset = self._changeset(verification, standing, ends, decision, band)
        left = still_demanded((m for m in standing.measures if m not in ends), now)
        return _Planned(Verified(account, verification, is_new=True, still_demanded=left), changeset)

    def _decision(self, account: Account, ended: Measure) -> Decision:
        return Decision(
            id=DecisionId(self.entropy.new_id("decision")),
            item_id=None,
            account_id=account.id,
            source=Source.VERIFICATION,
            clause_id=ended.clause_id,
            policy_version=self.policy.version,
            is_automated=True,
            at=self.clock.now(),
        )

    def _changeset(
        self, verification: Verification, standing: Standing, ends: tuple[Measure, ...], decision: Decision | None,
        band: AgeBand | None,
    ) -> Changeset:  # fmt: skip
        account_id = verification.account_id
        entries = [AuditEvent("platform:account:verified", account_id, as_verified(verification))]
        age = None if band is None else Age(band, AgeProvenance.ASSURED)
        if age is not None:
            entries.append(AuditEvent("platform:account:recorded", account_id, {"age_band": age.band.value}))
        if decision is not None:
            entries.append(_entry(decision, ends))
        return Changeset(
            verifications=(verification,),
            account_ages={} if age is None else {account_id: age},
            decisions=(decision,) if decision else (),
            revocations=tuple(Revocation(m.id, m.subject, decision.id) for m in ends) if decision else (),
            statements=tuple(self._statement(decision, m) for m in _by_clause(ends)) if decision else (),
            audit=tuple(entries),
            expects={standing.subject: standing.version},
        )

    def _statement(self, decision: Decision, ended: Measure) -> Statement:
        return Statement(
            id=StatementId(self.entropy.new_id("statement")),
            decision_id=decision.id,
            account_id=decision.account_id or AccountId(ended.subject.id),
            clause_id=ended.clause_id,
            code=StatementCode.ACCOUNT_VERIFIED,
            policy_version=decision.policy_version,
            is_automated=True,
            tell_at=decision.at,
        )


@dataclass(frozen=True, slots=True)
class _Planned:
    told: Verified
    changeset: Changeset

    @property
    def is_new(self) -> bool:
        """Return whether there is anything to write."""
        return self.told.is_new


def as_verified(verification: Verification) -> dict[str, JSON]:
    """Return a verification as its audit entry tells it."""
    return {
        "kind": verification.kind.value,
        "at_us": microseconds(verification.at),
        "recorded_us": microseconds(verification.recorded_at),
        "decision": verification.decision_id,
    }


def _by_clause(ends: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Return one of the ended locks for each clause: nobody is told the same twice."""
    return tuple({measure.clause_id: measure for measure in ends}.values())


def _entry(decision: Decision, ends: tuple[Measure, ...]) -> AuditEvent:
    payload = {
        "account": decision.account_id,
        "clause": decision.clause_id,
        "policy_version": decision.policy_version,
        "automated": True,
        "granted": [],
        "lifted": [measure.id for measure in ends],
    }
    return AuditEvent(f"{decision.source.value}:account:decided", decision.id, payload)
