"""Keep the labels on accounts and who is on a list, as people set them; rules set theirs with an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.audit import JSON, AuditEvent
from tutela.core.content import Account
from tutela.core.ids import AccountId
from tutela.core.permissions import Principal, demand, demand_one
from tutela.errors import BadInput
from tutela.flows.keep_accounts import found
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.events import Label, Observed
from tutela.ports.store import Store

READS = ("rules", "cases")


@dataclass(frozen=True, slots=True)
class NewLabel:
    """A label as somebody sets it."""

    account: str  #: the platform's id
    label: str
    is_list: bool
    because: str
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeepLabels:
    """Set, read and take off labels."""

    store: Store
    committer: Committer
    clock: Clock

    def set(self, principal: Principal, new: NewLabel) -> Label:
        """Set a label, or set it anew with another reason; one by a rule stays beside it. Reversible.

        Raises:
            tutela.errors.UnknownAccount: There is no account of that name.
            tutela.errors.BadInput: It would have ended already.
        """
        demand(principal, "rules")
        now = self.clock.now()
        if new.ends_at is not None and new.ends_at <= now:
            raise BadInput("a label ends later than now", place="ends_at")
        with self.store.read() as reader:
            account = found(reader, new.account)
        label = Label(account.id, new.label, new.is_list, principal.id, new.because, now, new.ends_at)
        event = self._entry("person:label:set", label)
        self.committer.commit(Changeset(observed=Observed(label_removals=(label,), labels=(label,)), audit=(event,)))
        return label

    def take_off(self, principal: Principal, account: str, name: str, *, is_list: bool) -> int:
        """Take a label off, whoever set it; return how many had set it. Idempotent."""
        demand(principal, "rules")
        now = self.clock.now()
        with self.store.read() as reader:
            who = found(reader, account)
            here = reader.labels([who.id], now).get(who.id, ())
        gone = tuple(each for each in here if each.label == name and each.is_list is is_list)
        if gone:
            events = tuple(self._entry("person:label:taken_off", each) for each in gone)
            self.committer.commit(Changeset(observed=Observed(label_removals=gone), audit=events))
        return len(gone)

    def of(self, principal: Principal, account: str) -> Sequence[Label]:
        """Return the labels in force on an account, and the lists that it is on."""
        demand_one(principal, READS)
        with self.store.read() as reader:
            who = found(reader, account)
            return reader.labels([who.id], self.clock.now()).get(who.id, [])

    def on_list(
        self, principal: Principal, name: str, after: str, limit: int
    ) -> tuple[Sequence[Label], dict[AccountId, Account]]:
        """Return the next accounts on a list, and who they are."""
        demand_one(principal, READS)
        with self.store.read() as reader:
            labels = reader.on_list(name, self.clock.now(), after, limit)
            return labels, reader.accounts_by_id(label.account_id for label in labels)

    def _entry(self, kind: str, label: Label) -> AuditEvent:
        told: dict[str, JSON] = {"label": label.label, "list": label.is_list, "set_by": label.set_by}
        return AuditEvent(kind, label.account_id, told)
