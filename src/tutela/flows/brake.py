"""Count the accounts that each bank member hits, and brake those that hit too many (P11)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from tutela.core.audit import AuditEvent
from tutela.core.banks import Bank, Detection, Match
from tutela.core.bounds import Bound
from tutela.core.brake import Trip, trips
from tutela.core.content import Item
from tutela.core.decisions import counts
from tutela.core.ids import AccountId, BankId, ItemId, MemberId
from tutela.flows.look_up import Findings
from tutela.ports.store import Reader

_log = structlog.get_logger(__name__)
_BRAKED = frozenset({Bound.BRAKED})


@dataclass(slots=True)
class Tally:
    """Which accounts each member has hit: those that are recorded, and those of the plan in the making.

    Two processes that plan at the same moment do not see each other's hits, so that a member may hit as many accounts
    above its limit as there are items in flight. When one of them commits the trip, the version of the banks moves, and
    whatever was planned before it is planned again.
    """

    now: datetime
    new_id: Callable[[str], str]
    banks: dict[BankId, Bank] = field(default_factory=dict)
    accounts: dict[MemberId, set[AccountId]] = field(default_factory=lambda: defaultdict(set))
    met: set[tuple[ItemId, MemberId]] = field(default_factory=set)  #: hits of stored items that were noticed before
    tripped: dict[MemberId, Trip] = field(default_factory=dict)  #: by the plan in the making

    def read(self, reader: Reader, findings: Findings, stored: Iterable[ItemId] = ()) -> None:
        """Read what is recorded of the members in *findings*: nothing where none matched.

        Args:
            reader: The snapshot of the plan.
            findings: What its media match.
            stored: Items that are decided again; what was noticed in them before is no new hit.
        """
        members = {member_id for member_id in findings.members if not _is_braked(findings, member_id)}
        if not members:
            return
        self.banks = {bank.id: bank for bank in reader.banks()}
        self.met = reader.met(stored)
        bank_of = {m.member_id: m.bank_id for found in findings.matches.values() for m in found}
        for member_id in sorted(members):
            bank_id = bank_of[member_id]
            if bank_id is not None:
                bank = self.banks[bank_id]
                # One more than the limit trips, and how many more there are changes nothing.
                most = bank.brake.accounts + 1
                since = self._since(findings, member_id, bank)
                self.accounts[member_id] = reader.accounts_hit(bank_id, member_id, since, most)

    def _since(self, findings: Findings, member_id: MemberId, bank: Bank) -> datetime:
        """Return from when hits count: the window, and not before a person last released the member."""
        trip = findings.trips.get(member_id)
        released = trip.released_at if trip else None
        start = bank.brake.starts_at(self.now)
        return start if released is None else max(start, released)

    def bounded(self, item: Item, detections: Sequence[Detection]) -> tuple[Detection, ...]:
        """Return *detections* with the ceilings of members that this item brakes lowered, and count its account."""
        return tuple(
            replace(each, match=self._match(item, each.match)) if counts(each) else each for each in detections
        )

    def _match(self, item: Item, match: Match) -> Match:
        if match.member_id is None or match.bank_id is None or Bound.BRAKED in match.bounds:
            return match
        if match.member_id not in self.tripped and not self._trips(item, match.member_id, match.bank_id):
            return match
        return match.bounded(_BRAKED)

    def _trips(self, item: Item, member_id: MemberId, bank_id: BankId) -> bool:
        if (item.id, member_id) in self.met:
            return False
        hit = self.accounts[member_id]
        hit.add(item.account_id)
        if not trips(len(hit), self.banks[bank_id].brake):
            return False
        self.tripped[member_id] = Trip(self.new_id("brake"), member_id, bank_id, self.now, len(hit))
        return True

    @property
    def events(self) -> tuple[AuditEvent, ...]:
        """Return the audit entries of the brakes that tripped."""
        return tuple(
            AuditEvent(
                "system:member:braked",
                trip.member_id,
                {"brake": trip.id, "bank": trip.bank_id, "accounts": trip.accounts},
            )
            for trip in self.tripped.values()
        )


def _is_braked(findings: Findings, member_id: MemberId) -> bool:
    trip = findings.trips.get(member_id)
    return trip is not None and trip.is_open


def alarm(tripped: Iterable[Trip]) -> None:
    """Log each brake that tripped, once it is committed."""
    for trip in tripped:
        _log.error("member_braked", member=trip.member_id, bank=trip.bank_id, accounts=trip.accounts)
