"""The promises about entries of the operator's own banks, asked before a finding or a reversal is committed: P3, P11.

Who may enter what is said here again, and not taken from the table of remedies: a mistake there must not excuse itself.
"""

from collections.abc import Iterable

from tutela.core.charter import Breach
from tutela.core.findings import FindingPlan, FoundItem, Known
from tutela.core.measures import Subject
from tutela.core.plans import ZERO_TOLERANCE
from tutela.core.policy import ClauseKind, Policy, Verification
from tutela.core.remedies import Evidence
from tutela.core.reversals import ReversalKnown, ReversalPlan


def entered(plan: FindingPlan, known: Known, policy: Policy) -> Iterable[Breach]:
    """Yield what is wrong with what a finding enters: too few people, another clause, or what nobody looked at."""
    banking, clause_id = plan.banking, plan.finding.clause_id
    if banking is None or not (banking.entries or banking.supports):
        return
    others = set(plan.finding.agreed_by) - {plan.finding.decider.id}
    if not others and not (plan.finding.agreed_by and plan.finding.is_single_operator):
        yield Breach("P3", banking.name, "one person would enter into a bank what no verified list knows")
    others_said = plan.finding.agreed_on
    if not others_said or any(policy.clause(each).kind is not ClauseKind.CONTENT for each in others_said):
        yield Breach("P3", banking.name, "one person alone would say that what is shown is forbidden")
    if clause_id not in ZERO_TOLERANCE or policy.clause(clause_id).kind is not ClauseKind.CONTENT:
        yield Breach("P11", banking.name, "something would be entered that is not shown to be forbidden")
    bank = banking.bank
    if bank is not None and (bank.clause_id != clause_id or bank.verification is not Verification.OWN):
        yield Breach("P11", bank.id, "something would be entered into a bank of another kind")
    yield from _what_nobody_found(plan, known)


def _what_nobody_found(plan: FindingPlan, known: Known) -> Iterable[Breach]:
    own, banking = known.own, plan.banking
    if own is None or banking is None:
        return
    named = {ask.subject for ask in plan.finding.asks}
    novel = [i for i in known.items.values() if Subject.item(i.item_id) in named and i.evidence is Evidence.NOVEL]
    carried = {signal for item in novel for signal in _carried(item, known)}
    if not carried.issuperset(banking.entries):
        yield Breach("P11", banking.name, "something would be entered that is no novel material of this finding")
    by_hand = {each.member_id for each in own.held.values() if not each.rests_on}
    if not by_hand.isdisjoint(banking.supports):
        yield Breach("P11", banking.name, "what the operator put there would end with a decision")


def _carried(item: FoundItem, known: Known) -> Iterable[tuple[object, ...]]:
    signals = {} if known.own is None else known.own.signals
    return (signal for media in item.media for signal in signals.get(media.media_id, ()))


def taken_out(plan: ReversalPlan, known: ReversalKnown) -> Iterable[Breach]:
    """Yield entries that would stay by what is undone alone, or go though another decision supports them."""
    gone = {*plan.overturned}
    out = {each.member.id for each in plan.unbanks.out}
    ended = set(plan.unbanks.ends)
    for member_id, banked in known.banked.items():
        rested = banked.rests_on & gone
        if any((member_id, ground) not in ended for ground in rested):
            yield Breach("P11", member_id, "an entry would rest on a decision that is undone")
        is_left = banked.member.is_active and rested and banked.rests_on <= gone
        if is_left and member_id not in out:
            yield Breach("P11", member_id, "an entry would stay in a bank though all that it rested on is undone")
        if member_id in out and not is_left:
            yield Breach(
                "P11", member_id, "an entry would go that another decision supports, or the operator put there"
            )
