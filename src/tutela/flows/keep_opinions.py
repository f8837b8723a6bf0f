"""Record what our own people say of bank members, and release members that were braked."""

from dataclasses import dataclass, replace

from tutela.core.audit import AuditEvent
from tutela.core.banks import Bank, Member, SignalType
from tutela.core.brake import Trip
from tutela.core.ids import MemberId
from tutela.core.opinions import Opinion, Said, entry, is_owed
from tutela.errors import BadInput, Conflict, UnknownMember
from tutela.flows.keep_banks import find
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.index import IndexName
from tutela.ports.store import Reader, Store

MAX_TRIES = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A member, and everything that is said of it."""

    bank: Bank
    member: Member
    said: tuple[Said, ...]
    trip: Trip | None  #: the last, open or released


@dataclass(frozen=True, slots=True)
class KeepOpinions:
    """Change what members are worth. Every change is audited and live at once for what is submitted after it."""

    store: Store
    committer: Committer
    clock: Clock

    def find(self, bank_name: str, signal_type: SignalType, value: str) -> MemberId:
        """Return the member of that value.

        Raises:
            tutela.errors.UnknownBank: There is no bank of that name.
            tutela.errors.UnknownMember: It is not in this bank.
        """
        with self.store.read() as reader:
            hits = reader.members_by_value(signal_type, [value], bank_id=find(reader, bank_name).id)
        if not hits:
            raise UnknownMember(place="value")
        return hits[0].member.id

    def read(self, bank_name: str, member_id: MemberId) -> Judged:
        """Return a member with everything that is said of it.

        Raises:
            tutela.errors.UnknownBank: There is no bank of that name.
            tutela.errors.UnknownMember: It is not in this bank.
        """
        with self.store.read() as reader:
            return _judged(reader, bank_name, member_id)

    def say(
        self, bank_name: str, member_id: MemberId, opinion: Opinion, *, by: str, classification: str | None = None
    ) -> Judged:
        """Record an opinion of one of our own people, in the place of an earlier one of the same sayer.

        Where the list is somebody else's, feedback to its source is owed from now on.

        Raises:
            tutela.errors.UnknownBank: There is no bank of that name.
            tutela.errors.UnknownMember: It is not in this bank.
        """
        before = self.read(bank_name, member_id)
        said = Said(member_id, by, opinion, self.clock.now(), classification, is_owed=is_owed(before.bank))
        self.committer.commit(Changeset(opinions=(said,), audit=(entry(said),)))
        return self.read(bank_name, member_id)

    def release(self, bank_name: str, member_id: MemberId, *, by: str) -> Judged:
        """Release the brake of a member: from now on it acts in full again, and its accounts are counted anew.

        What was held meanwhile stays held until a person decides about it.

        Raises:
            tutela.errors.UnknownBank: There is no bank of that name.
            tutela.errors.UnknownMember: It is not in this bank.
            tutela.errors.BadInput: It is not braked.
        """
        for _ in range(MAX_TRIES):
            with self.store.read() as reader:
                trip, seq = _judged(reader, bank_name, member_id).trip, reader.feed_seq(IndexName.KNOWN)
            if trip is None or not trip.is_open:
                raise BadInput("this member is not braked", place="member")
            released = replace(trip, released_at=self.clock.now(), released_by=by)
            event = AuditEvent("operator:member:released", member_id, {"brake": trip.id, "by": by})
            try:
                self.committer.commit(Changeset(releases=(released,), audit=(event,), expects_known_seq=seq))
            except Conflict:
                continue  # somebody else may have released it: one release, one entry
            return self.read(bank_name, member_id)
        raise Conflict("the banks are being changed elsewhere without end", remedy="Try again.")


def _judged(reader: Reader, bank_name: str, member_id: MemberId) -> Judged:
    bank = find(reader, bank_name)
    member = reader.member(bank.id, member_id)
    if member is None:
        raise UnknownMember(place="member", remedy="GET /v1/banks/{name}/members lists them.")
    said = reader.opinions([member_id]).get(member_id, ())
    return Judged(bank, member, said, reader.trips([member_id]).get(member_id))
