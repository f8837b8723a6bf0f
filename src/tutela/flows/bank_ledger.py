"""Gather what decisions write about the operator's own banks: what they enter, take out, put back, and rest on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tutela.core.audit import JSON, AuditEvent
from tutela.core.banks import Bank, Member
from tutela.core.ids import BankId, DecisionId, MemberId
from tutela.core.own_banks import Banking, make_bank
from tutela.core.reversals import ReversalKnown, ReversalPlan
from tutela.core.unbanking import relied_on
from tutela.flows.keep_banks import bank_event
from tutela.ports.banking import EntryGround, GroundEnd, Reground
from tutela.ports.decisions import Decision
from tutela.ports.entropy import Entropy

CREATED, EXTENDED = "system:bank:created", "person:bank:extended"
TAKEN_OUT, RETURNED = "person:bank:member_removed", "person:bank:member_returned"


@dataclass(slots=True)
class BankLedger:
    """What one changeset does with own banks. The entries of the audit tell ids, and no value."""

    entropy: Entropy
    banks: list[Bank] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    removals: list[Member] = field(default_factory=list)
    returns: list[Member] = field(default_factory=list)
    grounds: list[EntryGround] = field(default_factory=list)
    ends: list[GroundEnd] = field(default_factory=list)
    regrounds: list[Reground] = field(default_factory=list)
    expects: dict[MemberId, int] = field(default_factory=dict)
    audit: list[AuditEvent] = field(default_factory=list)

    def enter(self, banking: Banking | None, decision: Decision) -> Mapping[str, JSON]:
        """Enter what a finding does, and return what the entry of its decision tells of that."""
        if banking is None or not (banking.entries or banking.supports):
            return {}
        bank = banking.bank or self._make(banking, decision)
        made = [
            Member(MemberId(self.entropy.new_id("member")), bank.id, kind, value, decision.at)
            for kind, value in banking.entries
        ]
        self.members.extend(made)
        resting = [*(member.id for member in made), *banking.supports]
        self.grounds.extend(EntryGround(member_id, decision.id) for member_id in resting)
        self.expects.update(banking.relies_on)
        if made:
            self.audit.append(AuditEvent(EXTENDED, bank.id, {"decision": decision.id, "members": len(made)}))
        return {"banked": {"bank": bank.id, "entered": [each.id for each in made], "resting": [*resting]}}

    def _make(self, banking: Banking, decision: Decision) -> Bank:
        bank = make_bank(BankId(self.entropy.new_id("bank")), banking.clause_id, banking.ceiling, decision.at)
        self.banks.append(bank)
        self.audit.append(bank_event(CREATED, bank))
        return bank

    def take_out(self, plan: ReversalPlan, known: ReversalKnown, undoing: Mapping[DecisionId, Decision]) -> None:
        """Take out what rested on what is overturned, each by the decision that overturns it."""
        unbanks = plan.unbanks
        self.ends.extend(GroundEnd(member_id, ground, undoing[ground].id) for member_id, ground in unbanks.ends)
        self.removals.extend(each.member for each in unbanks.out)
        self.regrounds.extend(Reground(each, ground) for each, ground in plan.regrounds)
        self.expects.update(relied_on(known.banked))
        self._tell(TAKEN_OUT, self.removals, undoing[plan.overturned[0]].id)

    def put_back(self, members: Iterable[Member], by: Decision) -> None:
        """Put back what a decision that is taken back had taken out."""
        self.returns.extend(members)
        self._tell(RETURNED, self.returns, by.id)

    def _tell(self, kind: str, members: Iterable[Member], by: DecisionId) -> None:
        of: dict[BankId, list[JSON]] = {}
        for member in members:
            of.setdefault(member.bank_id, []).append(member.id)
        self.audit.extend(AuditEvent(kind, bank_id, {"decision": by, "members": ids}) for bank_id, ids in of.items())

    def unbanked_by(self, decision: Decision) -> Mapping[str, JSON]:
        """Return what the entry of a decision that overturns another one tells of it: what rests on that no more."""
        ended: list[JSON] = [each.member_id for each in self.ends if each.by == decision.id]
        return {"unbanked": ended} if ended else {}

    @property
    def parts(self) -> Mapping[str, object]:
        """Return the parts of a changeset."""
        return {
            "banks": tuple(self.banks),
            "members": tuple(self.members),
            "member_removals": tuple(self.removals),
            "member_returns": tuple(self.returns),
            "entry_grounds": tuple(self.grounds),
            "ground_ends": tuple(self.ends),
            "regrounds": tuple(self.regrounds),
            "expects_entries": self.expects,
        }
