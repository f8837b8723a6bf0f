"""What people do with notices: read them, say what they are about, answer them where nothing is here, call back.

Nobody reads a notice about an account of their own: it would tell them who told. Where a claim supports a suspicion,
that nothing was found takes two people, the second not led by the first (P3). Reading what was told is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tutela.core.audit import AuditEvent
from tutela.core.case_moves import DangerOver
from tutela.core.ids import NoticeId, NotifierId
from tutela.core.messages import MessageKind
from tutela.core.notices.branches import is_claim
from tutela.core.notices.draft import NoticeDraft
from tutela.core.notices.misuse import COUNTED_FOR, Standing, standing_of
from tutela.core.notices.notice import Notice, NoticeMove, NoticeOutcome, NoticeState, after
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput, Conflict, Forbidden, UnknownNotifier
from tutela.flows.answer_notices import answered_entry, signals_of
from tutela.flows.look_at_notice import Look, LookAtNotice
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.flows.shown_notice import shown_notice
from tutela.flows.take_notice import messages_of
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.notices import NoticeMoved, NoticeRow, Warned
from tutela.ports.store import Store

NOT_HERE = frozenset({NoticeOutcome.NOT_FOUND, NoticeOutcome.ELSEWHERE})
"""What a person answers of whom nothing was found; everything else follows from what is decided about items."""

UNFOUNDED = frozenset({NoticeOutcome.KEPT, *NOT_HERE})
MAX_NAMED = 100
MAX_REASON_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with what somebody told."""

    row: NoticeRow
    drafts: tuple[NoticeDraft, ...]


@dataclass(frozen=True, slots=True)
class WorkOnNotice:
    """The verbs."""

    store: Store
    committer: Committer
    look: LookAtNotice
    secrets: NoticeSecrets
    clock: Clock
    entropy: Entropy
    has_second: Callable[[], bool]  #: whether anybody else could confirm

    def read(self, principal: Principal, notice_id: NoticeId) -> Told:
        """Return a notice with what was told, and record that it was read.

        Raises:
            tutela.errors.Forbidden: They do not work with notices.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.UnknownNotice: There is none.
            tutela.errors.KeyMissing: The key that opens it is not there.
        """
        demand(principal, "desk")
        with self.store.read() as reader:
            row = shown_notice(reader, principal, notice_id)
            drafts = self.secrets.read_told(notice_id, reader.sealed_notice(notice_id))
        self.committer.commit(Changeset(audit=(AuditEvent("person:notice:read", notice_id, {"by": principal.id}),)))
        return Told(row, drafts)

    def locate(
        self, principal: Principal, notice_id: NoticeId, items: tuple[str, ...], accounts: tuple[str, ...] = ()
    ) -> Notice:
        """Say what a notice is about, by the platform's own ids. Acted on as if it had been named at once.

        Raises:
            tutela.errors.Forbidden: They do not work with notices.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.UnknownNotice: There is none.
            tutela.errors.BadInput: Nothing of what they name is known here.
        """
        demand(principal, "desk")
        before = self._mine(principal, notice_id)
        if not 0 < len(items) + len(accounts) <= MAX_NAMED:
            raise BadInput(f"name 1 to {MAX_NAMED} items or accounts", place="items")
        also = NoticeDraft(before.branch, items=items, names=accounts)
        found = self.look(notice_id, Look(principal.id, also))
        if set(found.items) == set(before.items) and set(found.accounts) == set(before.accounts):
            raise BadInput("nothing of this is known here, or all of it was found before", place="items")
        return found

    def answer(self, principal: Principal, notice_id: NoticeId, outcome: NoticeOutcome) -> Notice:
        """Answer a notice of which nothing was found; where it is a claim another person confirms it.

        Raises:
            tutela.errors.Forbidden: They do not work with notices, or are the key of a service.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.UnknownNotice: There is none.
            tutela.errors.BadInput: Another outcome than those two.
            tutela.errors.Conflict: What it is about was found, or it is answered, or moved at this moment.
        """
        demand(principal, "desk")
        if not principal.is_person:
            raise Forbidden("people answer notices, and no key of a service")
        if outcome not in NOT_HERE:
            raise BadInput("it is answered by what is decided about its items", place="outcome",
                           remedy="Without any it is not_found or elsewhere.")  # fmt: skip
        notice = self._mine(principal, notice_id)
        if notice.state is not NoticeState.UNLOCATED:
            raise Conflict("only a notice of which nothing was found is answered so", place="notice")
        moved = self._answered(principal, notice, outcome)
        event = (
            answered_entry(moved, principal.id)
            if moved.after.outcome is not None
            else AuditEvent("person:notice:proposed", notice.id, {"by": principal.id})
        )
        self.committer.commit(Changeset(notice_moves=(moved,), audit=(event,)))
        return moved.after

    def _answered(self, principal: Principal, notice: Notice, outcome: NoticeOutcome) -> NoticeMoved:
        now = self.clock.now()
        changed = replace(notice, version=notice.version + 1)
        needs_two = is_claim(notice.kind, notice.clause_id, is_enrolled=notice.is_enrolled) and self.has_second()
        is_second = notice.proposed_by not in {None, principal.id} and notice.proposed_outcome is outcome
        if needs_two and not is_second:
            if notice.proposed_by == principal.id:
                raise Conflict("another person confirms this", place="notice", remedy="Leave it to a colleague.")
            first = replace(changed, proposed_by=principal.id, proposed_outcome=outcome, proposed_at=now)
            return NoticeMoved(notice, first)
        done = replace(changed, state=after(notice.state, NoticeMove.ANSWER), outcome=outcome, answered_at=now)
        told = messages_of(done, (MessageKind.OUTCOME,), now, self.entropy)
        return NoticeMoved(notice, done, signals=signals_of(outcome), at=now, messages=told)

    def end_danger(self, principal: Principal, notice_id: NoticeId, over: DangerOver) -> Notice:
        """Say that nobody is in danger any more: nobody is woken for it. Irreversible here; what is added is heard.

        Raises:
            tutela.errors.Forbidden: They do not work with notices, or are the key of a service.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.UnknownNotice: There is none.
            tutela.errors.Conflict: It says of nobody that they are in danger, or has moved at this moment.
        """
        demand(principal, "desk")
        if not principal.is_person:
            raise Forbidden("people say so, and no key of a service")
        notice = self._mine(principal, notice_id)
        if not notice.is_urgent:
            raise Conflict("nobody is in danger by this notice", place="notice")
        moved = NoticeMoved(notice, replace(notice, is_urgent=False, version=notice.version + 1))
        event = AuditEvent("person:notice:danger_over", notice.id, {"by": principal.id, "over": over.value})
        self.committer.commit(Changeset(notice_moves=(moved,), audit=(event,)))
        return moved.after

    def call_back(
        self, principal: Principal, notice_id: NoticeId, notifier_id: NotifierId | None, how: str
    ) -> Notice:  # fmt: skip
        """Record that whoever speaks for an organisation was called back: as whom they count, or that it was not them.

        Args:
            principal: Who called.
            notice_id: Which notice.
            notifier_id: Who it was, enrolled before; none where nobody there knew of it.
            how: Which number, of which directory.

        Raises:
            tutela.errors.Forbidden: They enrol nobody.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.UnknownNotice: There is none.
            tutela.errors.UnknownNotifier: Nobody is enrolled under that identifier any more.
            tutela.errors.BadInput: Nothing says how.
        """
        demand(principal, "enrol")
        _check_reason("how", how)
        self._mine(principal, notice_id)
        with self.store.read() as reader:
            notifier = None if notifier_id is None else reader.notifier_of(notifier_id)
        if notifier_id is not None and (notifier is None or notifier.ended_at is not None):
            raise UnknownNotifier(place="notifier")

        def counts_as(notice: Notice) -> Notice:
            if notifier is None:
                return replace(notice, wants_call_back=False)
            return replace(
                notice, wants_call_back=False, kind=notifier.kind, is_enrolled=True, notifier_id=notifier.id
            )  # fmt: skip

        return self.look(notice_id, Look(principal.id, counts_as=counts_as, is_all_anew=notifier is not None))

    def mark_unfounded(self, principal: Principal, notice_id: NoticeId, reason: str) -> Notice:
        """Say that an answered notice was manifestly unfounded; who goes on is warned, then slowed, never unheard.

        Raises:
            tutela.errors.Forbidden: They do not work with notices, or are the key of a service.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.UnknownNotice: There is none.
            tutela.errors.BadInput: No reason is given.
            tutela.errors.Conflict: It is not answered, or it was right.
        """
        demand(principal, "desk")
        if not principal.is_person:
            raise Forbidden("people say so, and no key of a service")
        _check_reason("reason", reason)
        notice = self._mine(principal, notice_id)
        if notice.outcome not in UNFOUNDED:
            raise Conflict(
                "only a notice that was answered, and was not right, is manifestly unfounded", place="notice"
            )
        now = self.clock.now()
        with self.store.read() as reader:
            source = reader.notice_source(notice_id) or b""
            conduct = reader.source_conduct(source, now - COUNTED_FOR.delta)
        conduct = replace(conduct, manifestly_unfounded=conduct.manifestly_unfounded + 1)
        is_warned = conduct.warned_at is None and standing_of(conduct) is Standing.WARNED
        warned = Warned(source, now, principal.id) if is_warned else None
        moved = NoticeMoved(
            notice, replace(notice, version=notice.version + 1), is_manifestly_unfounded=True, warned=warned
        )  # fmt: skip
        event = AuditEvent("person:notice:unfounded", notice.id, {"by": principal.id, "warned": is_warned})
        self.committer.commit(Changeset(notice_moves=(moved,), audit=(event,)))
        return moved.after

    def _mine(self, principal: Principal, notice_id: NoticeId) -> Notice:
        with self.store.read() as reader:
            return shown_notice(reader, principal, notice_id).notice


def _check_reason(place: str, reason: str) -> None:
    if not 0 < len(reason.strip()) <= MAX_REASON_CHARACTERS:
        raise BadInput(f"say it in 1 to {MAX_REASON_CHARACTERS} characters", place=place)
