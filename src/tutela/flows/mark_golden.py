"""Mark a decided case as golden: its answer is held to be right, and others are measured by it."""

from dataclasses import dataclass

from tutela.core.audit import JSON, SALT_BYTES, AuditEvent, commit_to
from tutela.core.case_answers import CaseAnswer
from tutela.core.cases import Case
from tutela.core.conclusions import SHIPPED_CLAUSE, Conclusion, Context, misfit
from tutela.core.findings import Facts
from tutela.core.ids import CaseAnswerId, CaseId, ClauseId, DecisionId, GoldenId
from tutela.core.looks import TARNISHED, Candidate, Golden, speaks_of, tarnish
from tutela.core.permissions import Principal, demand
from tutela.core.policy import Policy
from tutela.core.roles import Role
from tutela.errors import BadInput, Conflict, NotForYou, UnknownClause
from tutela.flows.move_case import actor_of, shown_case
from tutela.flows.name_finding import roles_of
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.quality import QualityChanges, StoredGolden
from tutela.ports.store import Reader, Store


@dataclass(frozen=True, slots=True)
class AskedGolden:
    """A case with the answer that is held to be right, as somebody names them."""

    case_id: CaseId
    conclusion: Conclusion
    reason: str
    context: Context | None = None
    clause: str | None = None  #: the case's own, or what ships for the conclusion, where none is named
    parts: tuple[tuple[str, Role], ...] = ()  #: of accounts, by the platform's names


@dataclass(frozen=True, slots=True)
class MarkGolden:
    """Mark a case. The audit holds who did, and a salted commitment to the answer; the answer is in nobody's sight."""

    store: Store
    committer: Committer
    policy: Policy
    clock: Clock
    entropy: Entropy

    def __call__(self, principal: Principal, asked: AskedGolden) -> Golden:
        """Mark a case, and return it.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.BadInput: It cannot be golden, or the answer is none.
            tutela.errors.Conflict: It is golden already.
        """
        demand(principal, "quality")
        demand(principal, "cases")
        with self.store.read() as reader:
            shown, actor = shown_case(reader, asked.case_id), actor_of(reader, principal)
            case = shown.case
            if case.account_id in actor.own_accounts:
                raise NotForYou("nobody decides about an account of their own", place="case")
            answer = self._answer(reader, principal, case, asked)
            candidate = _candidate(reader, case, shown.item_count)
            if (tarnished := tarnish(candidate, answer)) is not None or case.closed_by is None:
                sentence = TARNISHED[tarnished] if tarnished else "it is not decided"
                raise BadInput(sentence, place="case", remedy="Mark another one, or what was decided of this one.")
            if reader.golden_of(case.id) is not None:
                raise Conflict("it is golden already", place="case", remedy="Withdraw it first.")
        golden = Golden(GoldenId(self.entropy.new_id("golden")), case, case.closed_by, answer, asked.reason)
        salt = self.entropy.token(SALT_BYTES)
        told = _marked(golden, salt)
        changes = QualityChanges(golden=(StoredGolden(golden, salt),))
        self.committer.commit(Changeset(quality=changes, audit=(told,)))
        return golden

    def _answer(self, reader: Reader, principal: Principal, case: Case, asked: AskedGolden) -> CaseAnswer:
        if (sentence := misfit(asked.conclusion, asked.context)) is not None:
            raise BadInput(sentence, place="context")
        clause = asked.clause or SHIPPED_CLAUSE.get(asked.conclusion) or case.clause_id
        if clause not in self.policy.clauses:
            raise UnknownClause(place="clause", remedy="GET /v1/policy lists them.")
        answer = CaseAnswer(
            id=CaseAnswerId(self.entropy.new_id("case_answer")),
            case_id=case.id,
            series=0,
            place=1,
            by=principal.id,
            at=self.clock.now(),
            conclusion=asked.conclusion,
            clause_id=ClauseId(clause),
            facts=Facts("golden"),
            roles=roles_of(reader, asked.parts),
            context=asked.context,
            is_senior=principal.may("decide_senior"),
        )
        if not speaks_of(case, answer):
            raise BadInput("a violation names the part of the account of the case", place="accounts")
        return answer


def _candidate(reader: Reader, case: Case, item_count: int) -> Candidate:
    decision: DecisionId | None = case.closed_by
    is_reversed = decision is not None and bool(reader.reversed([decision]))
    settled = reader.settlements_of(case.id)
    answers = {stored.answer.id: stored.answer for stored in reader.case_answers(case.id)}
    standing = answers.get(settled[-1].answer_id) if settled else None
    return Candidate(case, item_count, is_reversed, standing)


def _marked(golden: Golden, salt: bytes) -> AuditEvent:
    answer = golden.answer
    said: dict[str, JSON] = {
        "conclusion": answer.conclusion.value,
        "context": answer.context.value if answer.context else None,
        "clause": answer.clause_id,
        "roles": {str(account_id): role.value for account_id, role in sorted(answer.roles.items())},
        "reason": golden.reason,
    }
    payload: dict[str, JSON] = {"by": answer.by, "golden": golden.id, "commitment": commit_to(said, salt).hex()}
    return AuditEvent("person:golden:marked", golden.case.id, payload)
