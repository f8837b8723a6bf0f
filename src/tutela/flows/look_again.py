"""Say what one person alone found and no verified list knows, and have another one look where it was filed so (P3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from tutela.core.audit import AuditEvent
from tutela.core.case_states import ENDS, CaseState
from tutela.core.cases import REVIEW_WITHIN, CaseDraft, CaseReason
from tutela.core.ids import CaseId, DecisionId, ReportId
from tutela.core.plans import Answer
from tutela.core.remedies import Evidence
from tutela.flows.enact_finding import HandLedger
from tutela.flows.read_evidence import read_evidence
from tutela.ports.clock import Clock
from tutela.ports.committer import Committer
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

_FREE = frozenset({CaseState.OPEN, CaseState.CLAIMED, CaseState.ON_HOLD, *ENDS})
"""In the others a second answer is awaited already, and it must not be told what the first one was."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Ask for another person."""

    store: Store
    committer: Committer
    clock: Clock
    entropy: Entropy

    def found_alone(self, case_ids: Iterable[CaseId]) -> tuple[CaseId, ...]:
        """Return the cases of which one person alone found something that no verified list knows."""
        with self.store.read() as reader:
            return tuple(each for each in case_ids if self._is_alone(reader, each))

    def within_a_day(self, case_ids: Iterable[CaseId], report_id: ReportId) -> None:
        """Have another person look at these cases within a day, in a new case where one has ended."""
        now = self.clock.now()
        with self.store.read() as reader:
            cases = [case for case in map(reader.case_of, case_ids) if case is not None and case.state in _FREE]
            ledger = HandLedger(self.entropy, now, reader.open_cases(case.account_id for case in cases))
        due_at = now + REVIEW_WITHIN[CaseReason.SECOND_LOOK].delta
        for case in cases:
            draft = CaseDraft(case.account_id, case.clause_id, CaseReason.SECOND_LOOK, None, due_at)
            ledger.open(draft)
            ledger.urge(draft)
            looks = ledger.open_cases[case.account_id, case.clause_id].id
            ledger.audit.append(AuditEvent("system:case:filed_alone", looks, {"report": report_id}))
        self.committer.commit(ledger.written())

    def _is_alone(self, reader: Reader, case_id: CaseId) -> bool:
        found = reader.found_case(case_id)
        if found is None or reader.agreed_by_two(found.decision_ids):
            return False
        # An operator of one person looks twice, a day apart, or has an outsider look.
        if any(each.is_single_operator and each.enacted_at for each in reader.settlements_of(case_id)):
            return False
        return not self._is_listed(reader, found.decision_ids)

    def _is_listed(self, reader: Reader, findings: Iterable[DecisionId]) -> bool:
        answers = reader.answers_by(findings)
        items = reader.items_by_id({each.item_id for each in answers if each.answer is not Answer.PUBLISH})
        evidence = read_evidence(reader, items.values(), self.clock.now())
        return bool(evidence) and set(evidence.values()) == {Evidence.VERIFIED_LIST}
