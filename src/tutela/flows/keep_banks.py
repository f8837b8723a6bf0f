"""Create and change banks and their members."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from tutela.core.audit import JSON, AuditEvent
from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, MAX_THRESHOLD_BITS, Bank, Member, SignalType
from tutela.core.brake import BrakeLimit
from tutela.core.ids import BankId, ClauseId, MemberId
from tutela.core.licences import matches_anew
from tutela.core.opinions import SOURCE, Opinion, Said, entry
from tutela.core.own_banks import clause_of, is_ours, material_of, widest
from tutela.core.policy import ZERO_TOLERANCE_IDS, Ceiling, Ceilings, Material, Policy, Verification
from tutela.core.signals.digest import parse_digest
from tutela.core.signals.pdq import parse_hex
from tutela.errors import BadInput, Conflict, UnknownBank
from tutela.ports.clock import Clock
from tutela.ports.committer import BankUpdate, Changeset, Committer, IdempotentAnswer
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName
from tutela.ports.store import MemberHit, Reader, Store

T = TypeVar("T")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
MAX_TRIES = 5
LICENCE_YEARS = range(2000, 3000)
"""Years in which a licence may end: anything else is a slip of the pen, and dates at the ends of time do not add up."""


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
    brake: BrakeLimit = field(default_factory=BrakeLimit)
    licence_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BankChange:
    """What is to be changed about a bank; what is none stays as it is."""

    is_active: bool | None = None
    threshold_bits: int | None = None
    brake_accounts: int | None = None
    brake_window_hours: int | None = None
    licence_ends_at: datetime | None = None
    is_licence_open: bool = False  #: the licence has no end any more

    def of(self, bank: Bank) -> Bank:
        """Return *bank* as it will be.

        Raises:
            tutela.errors.BadInput: A number is out of bounds; the place names it.
        """
        ends_at = _utc(self.licence_ends_at) or bank.licence_ends_at
        return replace(
            bank,
            is_active=_or(self.is_active, bank.is_active),
            threshold_bits=_threshold(_or(self.threshold_bits, bank.threshold_bits)),
            brake=BrakeLimit(
                _or(self.brake_accounts, bank.brake.accounts), _or(self.brake_window_hours, bank.brake.window_hours)
            ),
            licence_ends_at=None if self.is_licence_open else ends_at,
        )


def _or(asked: T | None, before: T) -> T:
    return before if asked is None else asked


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise BadInput("a moment needs its offset from UTC, as in 2027-01-31T00:00:00Z", place="licence_ends_at")
    try:
        ends_at = moment.astimezone(UTC)
    except OverflowError:  # in UTC it is before the first year there is, or after the last
        ends_at = None
    if ends_at is None or ends_at.year not in LICENCE_YEARS:
        raise BadInput(
            f"a licence ends in the years {LICENCE_YEARS.start} to {LICENCE_YEARS.stop - 1}",
            place="licence_ends_at",
            remedy="As in 2027-01-31T00:00:00Z; leave it out, or take it away, where the licence has no end.",
        )
    return ends_at


@dataclass(frozen=True, slots=True)
class NewMember:
    """One signal to be banked."""

    signal_type: SignalType
    value: str  #: checked already, see `parse_value`
    classification: str | None = None
    tags: tuple[str, ...] = ()
    opinion: Opinion | None = None  #: of the source; being on its list is its word for it


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding members."""

    added: tuple[Member, ...]
    known: int  #: were there already
    opinions: int = 0  #: of the source, that are new or other than before


Signal = tuple[SignalType, str]


@dataclass(frozen=True, slots=True)
class Removed:
    """What came of taking members out."""

    removed: tuple[Member, ...]
    unknown: int  #: were not there


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
            brake=new.brake,
            licence_ends_at=_utc(new.licence_ends_at),
        )
        _refuse_reserved(bank)
        answer = remember(bank) if remember else None
        event = bank_event("operator:bank:created", bank)
        self.committer.commit(Changeset(banks=(bank,), audit=(event,), idempotency=answer))
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
        highest = widest(new.material, new.verification, self.ceilings)
        if new.ceiling is None:
            return highest
        if not new.ceiling.is_within(highest):
            raise BadInput("the ceiling is above what this source may do", place="ceiling", remedy="Lower it.")
        return new.ceiling

    def change(self, name: str, change: BankChange, *, by: str = "") -> Bank:
        """Switch a bank on or off, move its threshold or brake, or the end of its licence. Reversible.

        Args:
            name: Of the bank.
            change: What is changed.
            by: Who does so, for the audit; nobody is named where a key or the command line does.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: A number is out of bounds; the place names it.
        """
        for _ in range(MAX_TRIES):
            with self.store.read() as reader:
                before, seq = find(reader, name), reader.feed_seq(IndexName.KNOWN)
            bank = change.of(before)
            update = BankUpdate(bank, matches_anew=matches_anew(before, bank, self.clock.now()))
            event = bank_event("operator:bank:changed", bank)
            if by:
                event = replace(event, payload={**event.payload, "by": by})
            changes = Changeset(bank_updates=(update,), audit=(event,), expects_known_seq=seq)
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
                there = existing(reader, bank, members)
                before = reader.opinions(there.values()) if any(member.opinion for member in members) else {}
            fresh = list({(m.signal_type, m.value): m for m in members}.values())
            fresh = [member for member in fresh if (member.signal_type, member.value) not in there]
            members_made = tuple(self._member(bank, member) for member in fresh)
            ids = {**there, **{(member.signal_type, member.value): member.id for member in members_made}}
            said = self._said(members, ids, before)
            added = Added(members_made, len(members) - len(members_made), len(said))
            answer = remember(added) if remember else None
            if not added.added and not said and answer is None:
                return added
            event = AuditEvent("operator:bank:extended", bank.id, {"members": len(added.added)})
            audit = (event, *map(entry, said))
            try:
                self.committer.commit(Changeset(members=members_made, opinions=said, audit=audit, idempotency=answer))
            except Conflict:
                continue
            return added
        raise Conflict("this bank is being extended elsewhere without end", remedy="Try again.")

    def _said(
        self,
        members: Iterable[NewMember],
        ids: Mapping[tuple[SignalType, str], MemberId],
        before: Mapping[MemberId, Sequence[Said]],
    ) -> tuple[Said, ...]:
        """Return what the source says now and did not say before; by listing a member it says yes."""
        said: dict[MemberId, Said] = {}
        for member in members:
            member_id = ids[member.signal_type, member.value]
            known = next((each.opinion for each in before.get(member_id, ()) if not each.is_own), Opinion.POSITIVE)
            if member.opinion is not None:
                said.pop(member_id, None)
                if member.opinion is not known:
                    at = self.clock.now()
                    said[member_id] = Said(member_id, SOURCE, member.opinion, at, member.classification)
        return tuple(said.values())

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
        removed = self.remove_all(name, [(signal_type, value)]).removed
        if not removed:
            raise BadInput("that signal is not in this bank", place="value")
        return removed[0]

    def remove_all(self, name: str, signals: Iterable[Signal]) -> Removed:
        """Take members out, all in one transaction; one that is not there changes nothing. Idempotent.

        Of a bank that may not be kept the values are erased; the audit never held any.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
        """
        asked = set(signals)
        with self.store.read() as reader:
            bank = find(reader, name)
            members = [hit.member for hit in _hits(reader, bank, asked)]
        if members:
            event = AuditEvent("operator:bank:member_removed", bank.id, {"members": [member.id for member in members]})
            erased = () if bank.may_keep else tuple(member.id for member in members)
            removals = tuple(members)
            self.committer.commit(Changeset(member_removals=removals, member_erasures=erased, audit=(event,)))
        return Removed(tuple(members), len(asked) - len(members))


def _refuse_reserved(bank: Bank) -> None:
    """Refuse a bank by whose name nothing could be entered of what two people find here."""
    clause = clause_of(bank.name)
    if clause in ZERO_TOLERANCE_IDS and not is_ours(bank, clause):
        raise BadInput(
            "a bank of this name is for what two people find here under that clause",
            place="name",
            remedy=f"Name it otherwise, or make it of {clause}, `{material_of(clause)}`, `own`, and kept.",
        )


def find(reader: Reader, name: str) -> Bank:
    """Return the bank of that name.

    Raises:
        tutela.errors.UnknownBank: There is none.
    """
    bank = reader.bank_by_name(name)
    if bank is None:
        raise UnknownBank(place="bank", remedy="GET /v1/banks and `tutela bank list` list them.")
    return bank


def existing(reader: Reader, bank: Bank, members: Iterable[NewMember]) -> dict[tuple[SignalType, str], MemberId]:
    """Return the members of *bank* that are there already, by type and value."""
    hits = _hits(reader, bank, ((member.signal_type, member.value) for member in members))
    return {(hit.member.signal_type, hit.member.value): hit.member.id for hit in hits}


def _hits(reader: Reader, bank: Bank, signals: Iterable[Signal]) -> list[MemberHit]:
    by_type: Mapping[SignalType, list[str]] = {kind: [] for kind in SignalType}
    for signal_type, value in signals:
        by_type[signal_type].append(value)
    return [
        hit
        for signal_type, values in by_type.items()
        for hit in reader.members_by_value(signal_type, values, bank_id=bank.id)
    ]


def _threshold(bits: int) -> int:
    if not 0 <= bits <= MAX_THRESHOLD_BITS:
        raise BadInput(f"a threshold is 0 to {MAX_THRESHOLD_BITS} bits", place="threshold_bits")
    return bits


def bank_event(kind: str, bank: Bank) -> AuditEvent:
    """Return an audit entry that tells how *bank* is set up."""
    body: dict[str, JSON] = {
        "name": bank.name,
        "clause": bank.clause_id,
        "active": bank.is_active,
        "threshold": bank.threshold_bits,
        "brake_accounts": bank.brake.accounts,
        "brake_window_hours": bank.brake.window_hours,
        "licence_ends": bank.licence_ends_at.isoformat() if bank.licence_ends_at else None,
    }
    return AuditEvent(kind, bank.id, body)
