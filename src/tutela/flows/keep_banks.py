"""Create and change banks and their members."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tutela.core.audit import JSON, AuditEvent
from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, MAX_THRESHOLD_BITS, Bank, Member, SignalType
from tutela.core.ids import BankId, ClauseId, MemberId
from tutela.core.policy import Ceiling, Ceilings, MatchKind, Material, Policy, Verification, ceiling_for
from tutela.core.signals.digest import parse_digest
from tutela.core.signals.pdq import parse_hex
from tutela.errors import BadInput, Conflict, UnknownBank
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName
from tutela.ports.store import Changeset, Committer, IdempotentAnswer, MemberHit, Reader, Store

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
MAX_TRIES = 5


@dataclass(frozen=True, slots=True)
class NewBank:
    """What an operator says about a bank."""

    name: str
    clause_id: str
    material: Material
    verification: Verification
    source: str
    threshold_bits: int = CUSTOMARY_THRESHOLD_BITS
    ceiling: Ceiling | None = None  #: less than the source allows; never more
    may_keep: bool = True
    may_share: bool = False


@dataclass(frozen=True, slots=True)
class NewMember:
    """One signal to be banked."""

    signal_type: SignalType
    value: str  #: checked already, see `parse_value`
    classification: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding members."""

    added: tuple[Member, ...]
    known: int  #: were there already


def parse_value(signal_type: SignalType, text: str) -> str:
    """Return the value of a signal as it is stored.

    Raises:
        tutela.errors.MalformedHash: It is not exactly the hex digits of its type.
    """
    return parse_hex(text).hex() if signal_type is SignalType.PDQ else parse_digest(signal_type.value, text)


@dataclass(frozen=True, slots=True)
class KeepBanks:
    """Change what is known. Every change is audited and live at once for what is submitted after it."""

    store: Store
    committer: Committer
    policy: Policy
    ceilings: Ceilings
    clock: Clock
    entropy: Entropy

    def create(self, new: NewBank, remember: Callable[[Bank], IdempotentAnswer] | None = None) -> Bank:
        """Create a bank whose ceiling is what its source, its material and its clause allow, or less.

        Args:
            new: What the operator says about it.
            remember: The answer to keep for a repetition of this request, committed with the bank.

        Raises:
            tutela.errors.BadInput: The name, clause, threshold or ceiling cannot be; the place is named.
            tutela.errors.Conflict: There is a bank of that name.
        """
        if not _NAME.fullmatch(new.name):
            raise BadInput("a bank's name is 1 to 64 of a-z, 0-9, dot, dash, underscore", place="name")
        bank = Bank(
            id=BankId(self.entropy.new_id("bank")),
            name=new.name,
            clause_id=self._clause(new.clause_id),
            material=new.material,
            verification=new.verification,
            source=new.source,
            threshold_bits=_threshold(new.threshold_bits),
            ceiling=self._ceiling(new),
            created_at=self.clock.now(),
            may_keep=new.may_keep,
            may_share=new.may_share,
        )
        answer = remember(bank) if remember else None
        self.committer.commit(Changeset(banks=(bank,), audit=(_event("created", bank),), idempotency=answer))
        return bank

    def _clause(self, clause_id: str) -> ClauseId:
        if clause_id not in self.policy.clauses:
            raise BadInput(
                "there is no clause of that id",
                place="clause",
                remedy="GET /v1/policy and docs/reference/policy.md list them.",
            )
        return ClauseId(clause_id)

    def _ceiling(self, new: NewBank) -> Ceiling:
        """Return the most that any match with this bank may do: its exact matches may do more than its near ones."""
        kinds = [ceiling_for(new.material, new.verification, kind, self.ceilings) for kind in MatchKind]
        widest = Ceiling(
            max(c.visibility for c in kinds),
            max(c.account for c in kinds),
            max(c.propagation for c in kinds),
            max(c.report for c in kinds),
        )
        if new.ceiling is None:
            return widest
        if not new.ceiling.is_within(widest):
            raise BadInput("the ceiling is above what this source may do", place="ceiling", remedy="Lower it.")
        return new.ceiling

    def change(self, name: str, *, is_active: bool | None = None, threshold_bits: int | None = None) -> Bank:
        """Switch a bank on or off, or move its threshold. Reversible.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
        """
        for _ in range(MAX_TRIES):
            with self.store.read() as reader:
                bank, seq = find(reader, name), reader.feed_seq(IndexName.KNOWN)
            if is_active is not None:
                bank = replace(bank, is_active=is_active)
            if threshold_bits is not None:
                bank = replace(bank, threshold_bits=_threshold(threshold_bits))
            changes = Changeset(bank_updates=(bank,), audit=(_event("changed", bank),), expects_known_seq=seq)
            try:
                self.committer.commit(changes)
            except Conflict:
                continue  # somebody else changed a bank: theirs must not be written over
            return bank
        raise Conflict("the banks are being changed elsewhere without end", remedy="Try again.")

    def add(
        self, name: str, members: Sequence[NewMember], remember: Callable[[Added], IdempotentAnswer] | None = None
    ) -> Added:
        """Add members; one that is there already changes nothing. Idempotent.

        Args:
            name: Of the bank.
            members: What to add.
            remember: The answer to keep for a repetition of this request, committed with the members.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
        """
        for _ in range(MAX_TRIES):
            with self.store.read() as reader:
                bank = find(reader, name)
                there = _existing(reader, bank, members)
            fresh = list({(m.signal_type, m.value): m for m in members}.values())
            fresh = [member for member in fresh if (member.signal_type, member.value) not in there]
            members_made = tuple(self._member(bank, member) for member in fresh)
            added = Added(members_made, len(members) - len(members_made))
            answer = remember(added) if remember else None
            if not added.added and answer is None:
                return added
            event = AuditEvent("operator:bank:extended", bank.id, {"members": len(added.added)})
            try:
                self.committer.commit(Changeset(members=added.added, audit=(event,), idempotency=answer))
            except Conflict:
                continue
            return added
        raise Conflict("this bank is being extended elsewhere without end", remedy="Try again.")

    def _member(self, bank: Bank, new: NewMember) -> Member:
        return Member(
            id=MemberId(self.entropy.new_id("member")),
            bank_id=bank.id,
            signal_type=new.signal_type,
            value=new.value,
            added_at=self.clock.now(),
            classification=new.classification,
            tags=new.tags,
        )

    def remove(self, name: str, signal_type: SignalType, value: str) -> Member:
        """Take a member out. What was decided from it stays until a person decides otherwise.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: It is not in this bank.
        """
        with self.store.read() as reader:
            bank = find(reader, name)
            hits = reader.members_by_value(signal_type, [value], bank_id=bank.id)
        if not hits:
            raise BadInput("that signal is not in this bank", place="value")
        member = hits[0].member
        event = AuditEvent("operator:bank:member_removed", bank.id, {"member": member.id})
        self.committer.commit(Changeset(member_removals=(member,), audit=(event,)))
        return member


def find(reader: Reader, name: str) -> Bank:
    """Return the bank of that name.

    Raises:
        tutela.errors.UnknownBank: There is none.
    """
    bank = reader.bank_by_name(name)
    if bank is None:
        raise UnknownBank(place="bank", remedy="GET /v1/banks and `tutela bank list` list them.")
    return bank


def _existing(reader: Reader, bank: Bank, members: Iterable[NewMember]) -> set[tuple[SignalType, str]]:
    by_type: Mapping[SignalType, list[str]] = {kind: [] for kind in SignalType}
    for member in members:
        by_type[member.signal_type].append(member.value)
    hits: list[MemberHit] = []
    for signal_type, values in by_type.items():
        hits.extend(reader.members_by_value(signal_type, values, bank_id=bank.id))
    return {(hit.member.signal_type, hit.member.value) for hit in hits}


def _threshold(bits: int) -> int:
    if not 0 <= bits <= MAX_THRESHOLD_BITS:
        raise BadInput(f"a threshold is 0 to {MAX_THRESHOLD_BITS} bits", place="threshold_bits")
    return bits


def _event(action: str, bank: Bank) -> AuditEvent:
    body: dict[str, JSON] = {
        "name": bank.name,
        "clause": bank.clause_id,
        "active": bank.is_active,
        "threshold": bank.threshold_bits,
    }
    return AuditEvent(f"operator:bank:{action}", bank.id, body)
