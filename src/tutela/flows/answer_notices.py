"""Answer notices once people have decided about what they name: nobody who told us waits for somebody to think of it.

What is read is what stands: the outcome of each item, past the time in which a decision may be taken back. A finding is
answered when it is made, not when the report about it is filed.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.audit import JSON, AuditEvent
from tutela.core.clocks import Signal
from tutela.core.ids import ItemId, MediaId
from tutela.core.measures import Subject
from tutela.core.messages import MessageKind
from tutela.core.notices.notice import Notice, NoticeMove, NoticeOutcome, NoticeState, after
from tutela.core.notices.outcomes import ItemOutcome, outcome_of
from tutela.core.operator import OperatorProfile
from tutela.errors import Conflict, IndexNotReady
from tutela.flows.find_copies import MAX_QUESTIONS, FindCopies, Question
from tutela.flows.notice_items import item_outcomes
from tutela.flows.take_notice import clocks_of, messages_of
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.notices import AnsweredItem, NoticeMoved, NoticePlace
from tutela.ports.store import Reader, Store

PAGE = 100


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: NoticeOutcome
    items: Mapping[ItemId, ItemOutcome]
    decisions: tuple[AnsweredItem, ...]
    removed: Mapping[MediaId, int]  #: media that are gone, with how many of the items that are named carry each


@dataclass(frozen=True, slots=True)
class AnswerNotices:
    """Answer what can be answered. Two at once answer each notice once: a move is planned from its version."""

    store: Store
    committer: Committer
    find_copies: FindCopies
    clock: Clock
    entropy: Entropy
    profile: Callable[[], OperatorProfile]

    def __call__(self, must_end: Callable[[], bool] = lambda: False) -> int:
        """Answer and return how many were."""
        return self._each("decided_notices", must_end) + self._each("overturned_notices", must_end)

    def _each(self, asked: str, must_end: Callable[[], bool]) -> int:
        done, place = 0, ""
        while not must_end():
            with self.store.read() as reader:
                page = getattr(reader, asked)(place, PAGE)
                now = self.clock.now()
                answered = [(each, self._answer(reader, each, now)) for each in page]
            for notice, answer in answered:
                done += self._tell(notice, answer, now)
            if len(page) < PAGE:
                return done
            place = page[-1].id
        return done

    def _answer(self, reader: Reader, notice: Notice, now: datetime) -> _Answer | None:
        if not notice.items:
            return self._about_accounts(reader, notice, now)
        outcomes = item_outcomes(reader, notice, now)
        outcome = outcome_of(outcomes.values())
        if outcome is None:
            return None
        gone = reader.items_by_id(each for each, what in outcomes.items() if what is ItemOutcome.REMOVED)
        removed = Counter(one for each in gone.values() for one in set(each.item.media_ids))
        decided = reader.answered_items(notice.items, notice.clause_id, now)
        return _Answer(outcome, outcomes, tuple(decided.values()), removed)

    def _about_accounts(self, reader: Reader, notice: Notice, now: datetime) -> _Answer | None:
        """Return what became of a notice about what somebody did: told is that it was acted on, never how."""
        closed = reader.closed_cases(notice.cases, now)
        if not closed or len(closed) < len(notice.cases):
            return None
        standings = reader.standings({Subject.account(each) for each in notice.accounts})
        held = (m for each in standings.values() for m in each.measures if m.holds_at(now))
        is_acted = any(not m.is_automated and m.clause_id == notice.clause_id for m in held)
        return _Answer(NoticeOutcome.ACTED if is_acted else NoticeOutcome.KEPT, {}, tuple(closed.values()), {})

    def _tell(self, notice: Notice, answer: _Answer | None, now: datetime) -> bool:
        """Tell an outcome. What was answered before is answered again where a decision was overturned since (P11)."""
        state = notice.state if notice.is_open else after(notice.state, NoticeMove.REOPEN)
        if answer is None:
            return not notice.is_open and self._open_again(notice, state)
        copies = self._copies(answer.removed)
        told = replace(
            notice, state=after(state, NoticeMove.ANSWER), outcome=answer.outcome, answered_at=now,
            copies=copies, version=notice.version + 1,
        )  # fmt: skip
        moved = NoticeMoved(
            notice, told, decisions=tuple(dict.fromkeys(each.decision_id for each in answer.decisions)),
            item_outcomes=answer.items, signals=signals_of(answer.outcome), at=now,
            messages=messages_of(told, (MessageKind.OUTCOME,), now, self.entropy),
        )  # fmt: skip
        try:
            self.committer.commit(Changeset(notice_moves=(moved,), audit=(answered_entry(moved),)))
        except Conflict:
            return False  # it has moved meanwhile: looked at again
        return True

    def _open_again(self, notice: Notice, state: NoticeState) -> bool:
        """Have a notice wait for people again: its answer was overturned, and nothing else is decided.

        The reversal itself has laid before a person what is hidden still; the notice is told to lie in that case.
        """
        now = self.clock.now()
        with self.store.read() as reader:
            authors = {each.item.account_id for each in reader.items_by_id(notice.items).values()}
            found = reader.open_cases(authors)
        now_open = {case.id for (_, clause_id), case in found.items() if clause_id == notice.clause_id}
        cases = tuple(sorted({*notice.cases, *now_open}))
        opened = replace(
            notice, state=state, outcome=None, answered_at=None, copies=None, cases=cases, version=notice.version + 1
        )  # fmt: skip
        since = replace(opened, received_at=now, valid_at=opened.valid_at and now)  # its clocks begin anew
        moved = NoticeMoved(notice, opened, clocks=clocks_of(since, self.profile(), None))
        told: dict[str, JSON] = {"by": "system", "outcome": None, "overturned": True, "cases": list(cases)}
        event = AuditEvent("system:notice:looked_at", notice.id, told)
        places = (NoticePlace(notice.id, cases=cases),)
        try:
            self.committer.commit(Changeset(notice_moves=(moved,), notice_places=places, audit=(event,)))
        except Conflict:
            return False
        return True

    def _copies(self, removed: Mapping[MediaId, int]) -> int | None:
        """Return how many other items carry the same pictures, identical or near; none where nobody can say yet."""
        media, others = list(removed), 0
        try:
            for start in range(0, len(media), MAX_QUESTIONS):
                asked = media[start : start + MAX_QUESTIONS]
                found = self.find_copies([Question(media_id=each) for each in asked], limit=1)
                pairs = zip(asked, found, strict=True)
                others += sum(max(copies.items - removed[each], 0) for each, copies in pairs)
        except IndexNotReady:
            return None
        return others


def signals_of(outcome: NoticeOutcome) -> frozenset[Signal]:
    """Return what an answer means to the clocks."""
    is_gone = outcome in {NoticeOutcome.REMOVED, NoticeOutcome.NOT_FOUND, NoticeOutcome.ELSEWHERE, NoticeOutcome.ACTED}
    return frozenset({Signal.DECIDED, Signal.REMOVED if is_gone else Signal.REFUSED})


def answered_entry(moved: NoticeMoved, by: str | None = None) -> AuditEvent:
    """Return the entry of an answer."""
    told: dict[str, JSON] = {
        "outcome": moved.after.outcome and moved.after.outcome.value,
        "items": [[item, outcome.value] for item, outcome in sorted(moved.item_outcomes.items())],
        "decisions": list(moved.decisions), "copies": moved.after.copies, "by": by,
    }  # fmt: skip
    return AuditEvent(f"{'system' if by is None else 'person'}:notice:answered", moved.after.id, told)
