"""Act on misuse of appeals: warn first, then suspend for a time, each by a person with what was weighed recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tutela.core.appeals.misuse import (
    ConductNote,
    ConductStep,
    Criteria,
    MisuseRules,
    Weight,
    check_until,
    suspended_until,
    why_not_suspended,
    why_not_warned,
)
from tutela.core.appeals.rules import AppealRules
from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import AccountId
from tutela.core.permissions import Principal, demand_person
from tutela.errors import BadInput, NotForYou, UnknownAccount
from tutela.ports.appeals import AppealChanges, AppealCount
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.store import Reader, Store

MOST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a person says beside the numbers."""

    gravity: Weight
    intent: Weight
    reason: str


@dataclass(frozen=True, slots=True)
class ConductSeen:
    """How somebody's appeals went, and what was done about it."""

    count: AppealCount
    notes: tuple[ConductNote, ...]
    until: datetime | None  #: until when their appeals are not processed
    why_not_warned: str | None
    why_not_suspended: str | None


@dataclass(frozen=True, slots=True)
class KeepAppealConduct:
    """Warn, suspend and lift."""

    store: Store
    committer: Committer
    rules: Callable[[], AppealRules]
    clock: Clock

    def show(self, principal: Principal, account: str) -> ConductSeen:
        """Return how the appeals of an account went.

        Raises:
            tutela.errors.Forbidden: They lack the scope, or are no person.
            tutela.errors.UnknownAccount: There is none of that name.
        """
        demand_person(principal, "appeals")
        with self.store.read() as reader:
            return self._seen(reader, _account(reader, account))

    def warn(self, principal: Principal, account: str, weighed: Weighed) -> ConductNote:
        """Warn somebody that their appeals are manifestly unfounded.

        Raises:
            tutela.errors.BadInput: There are too few of them, or the reason is missing.
        """
        return self._step(principal, account, weighed, ConductStep.WARNED, None)

    def suspend(self, principal: Principal, account: str, weighed: Weighed, until: datetime) -> ConductNote:
        """Process no appeals of somebody for a time. What comes meanwhile is recorded, and answered with why.

        Raises:
            tutela.errors.BadInput: Nobody warned them before, nothing came since, or the time is no reasonable one.
        """
        return self._step(principal, account, weighed, ConductStep.SUSPENDED, until)

    def lift(self, principal: Principal, account: str, weighed: Weighed) -> ConductNote:
        """Process their appeals again.

        Raises:
            tutela.errors.BadInput: They are processed.
        """
        return self._step(principal, account, weighed, ConductStep.LIFTED, None)

    def _step(
        self, principal: Principal, account: str, weighed: Weighed, step: ConductStep, until: datetime | None
    ) -> ConductNote:
        demand_person(principal, "appeals")
        reason = weighed.reason.strip()
        if not reason or len(reason) > MOST_REASON:
            raise BadInput("say what was weighed", place="reason", remedy=f"In 1 to {MOST_REASON} characters.")
        now = self.clock.now()
        with self.store.read() as reader:
            account_id = _account(reader, account)
            if account_id in reader.own_accounts(principal.id):
                raise NotForYou("nobody decides about an account of their own", place="account")
            seen = self._seen(reader, account_id)
        if (why := _refusal(seen, step)) is not None:
            raise BadInput(why, place="account")
        if until is not None:
            check_until(until, now)
        criteria = Criteria(seen.count.unfounded, seen.count.decided, weighed.gravity, weighed.intent, reason)
        note = ConductNote(account_id, step, now, principal.id, criteria, until)
        payload: dict[str, JSON] = {
            "by": principal.id, "unfounded": criteria.unfounded, "decided": criteria.decided,
            "gravity": criteria.gravity.value, "intent": criteria.intent.value,
            "until": None if until is None else until.isoformat(),
        }  # fmt: skip
        event = AuditEvent(f"person:appeal_conduct:{step.value}", account_id, payload)
        self.committer.commit(Changeset(appeals=AppealChanges(conduct=(note,)), audit=(event,)))
        return note

    def _seen(self, reader: Reader, account_id: AccountId) -> ConductSeen:
        now, rules = self.clock.now(), self.rules().misuse
        notes = reader.appeal_conduct(account_id)
        since = now - rules.period.delta
        warned = max((each.at for each in notes if each.step is ConductStep.WARNED), default=since)
        count = reader.appeal_count(account_id, since, max(since, warned))
        return _weighed(count, tuple(notes), rules, now)


def _weighed(count: AppealCount, notes: tuple[ConductNote, ...], rules: MisuseRules, now: datetime) -> ConductSeen:
    numbers = Criteria(count.unfounded, count.decided, Weight.LOW, Weight.LOW, "")
    return ConductSeen(
        count,
        notes,
        suspended_until(notes, now),
        why_not_warned(numbers, rules),
        why_not_suspended(notes, count.unfounded_since, numbers, rules, now),
    )


def _refusal(seen: ConductSeen, step: ConductStep) -> str | None:
    if step is ConductStep.WARNED:
        return seen.why_not_warned
    if step is ConductStep.SUSPENDED:
        return seen.why_not_suspended
    return None if seen.until is not None else "appeals of this account are processed"


def _account(reader: Reader, account: str) -> AccountId:
    found = reader.accounts_by_platform_id([account]).get(account)
    if found is None:
        raise UnknownAccount(place="account")
    return found.id
