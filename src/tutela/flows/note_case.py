"""Write and read what those who work on a case tell each other."""

from dataclasses import dataclass, replace

from tutela.core.audit import SALT_BYTES, AuditEvent, commit_to
from tutela.core.case_states import ENDS
from tutela.core.cases import Case
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.errors import NotForYou
from tutela.flows.move_case import CaseWork, actor_of, shown_case
from tutela.flows.repeat import Answered, Repeatable, RepeatedError
from tutela.ports.cases import CaseNote
from tutela.ports.committer import Changeset
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class Notes:
    """A page of notes, and whether some are kept from whoever reads."""

    notes: tuple[CaseNote, ...]
    following: str | None
    are_all: bool = True


@dataclass(frozen=True, slots=True)
class NoteCase:
    """Write a note. The audit holds who wrote which, and a salted commitment to it; nothing of what it says."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId, text: str) -> CaseNote:
        """Write a note and return it.

        Raises:
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        return self._write(principal, case_id, text, None)[0]

    def once(self, principal: Principal, case_id: CaseId, text: str, request: Repeatable[CaseNote]) -> Answered:
        """Write a note, or answer as the same request was answered before.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
        """
        try:
            return Answered(self._write(principal, case_id, text, request)[1])
        except RepeatedError as repeated:
            return Answered(repeated.body, is_replay=True)

    def _write(
        self, principal: Principal, case_id: CaseId, text: str, request: Repeatable[CaseNote] | None
    ) -> tuple[CaseNote, bytes]:
        demand(principal, "cases")
        with self.work.store.read() as reader:
            if request is not None:
                request.check(reader)
            _workable(reader, principal, case_id)
        salt, now = self.work.entropy.token(SALT_BYTES), self.work.clock.now()
        note = CaseNote(self.work.entropy.new_id("note"), case_id, principal.id, now, text, salt)
        commitment = commit_to({"text": text}, salt).hex()
        event = AuditEvent("person:case:noted", case_id, {"by": note.by, "note": note.id, "commitment": commitment})
        changeset, body = Changeset(case_notes=(note,), audit=(event,)), b""
        if request is not None:
            body = request.encode(note)
            changeset = replace(changeset, idempotency=request.remembered(body, now))
        self.work.committer.commit(changeset)
        return note, body


@dataclass(frozen=True, slots=True)
class ReadNotes:
    """Read notes. Whoever may yet give another answer does not read those of the people who gave theirs (P3)."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId, after: str, limit: int) -> Notes:
        """Return the next notes, oldest first.

        Raises:
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand(principal, "cases")
        with self.work.store.read() as reader:
            case = _workable(reader, principal, case_id)
            found = reader.case_notes(case_id, after, limit + 1)
            is_looking = case_id in reader.looking_at(principal.id, self.work.clock.now())
        page = found[:limit]
        hidden = _blinding(case, principal)
        kept = () if is_looking else tuple(note for note in page if note.by not in hidden)
        return Notes(kept, page[-1].id if len(found) > limit else None, are_all=len(kept) == len(page))


def _workable(reader: Reader, principal: Principal, case_id: CaseId) -> Case:
    case = shown_case(reader, case_id).case
    if case.account_id in actor_of(reader, principal).own_accounts:
        raise NotForYou("nobody works on a case about an account of their own", place="case")
    return case


def _blinding(case: Case, principal: Principal) -> frozenset[str]:
    """Return whose notes would tell *principal* an answer before they give their own."""
    if case.state in ENDS or principal.id in case.answered_by:
        return frozenset()
    return frozenset(case.answered_by)
