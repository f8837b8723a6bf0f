"""Answer the appeals whose decision was reversed or replaced by another way: nobody waits for what is over."""

from dataclasses import dataclass

from tutela.core.appeals.appeal import Ended, moved
from tutela.core.appeals.states import AppealMove, Outcome
from tutela.core.audit import AuditEvent
from tutela.errors import Conflict
from tutela.flows.appeal_messages import message_of
from tutela.ports.appeals import AppealChanges, AppealMoved
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.store import Store

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class FollowAppeals:
    """Answer what was overtaken. A kill anywhere loses nothing: what is open still is found again."""

    store: Store
    committer: Committer
    clock: Clock
    entropy: Entropy

    def __call__(self) -> int:
        """Answer all that were overtaken, and return how many."""
        done = 0
        while True:
            changes = self._planned()
            if not changes:
                return done
            for changeset in changes:
                try:
                    self.committer.commit(changeset)
                except Conflict:
                    continue  # somebody was quicker: it is looked at again
                done += 1

    def _planned(self) -> list[Changeset]:
        now = self.clock.now()
        with self.store.read() as reader:
            by = reader.appeals_overtaken(AT_ONCE, now)
            found, said = reader.appeals(by), reader.findings(by.values())
        planned = []
        for appeal_id, appeal in found.items():
            record = said.get(by[appeal_id])
            is_reversed = record is not None and record.is_reversal
            outcome = Outcome.OVERTURNED if is_reversed else Outcome.OVERTAKEN
            after = moved(
                appeal, AppealMove.OVERTAKE, "", now, ended=Ended(outcome, now, None, reversal_id=by[appeal_id])
            )  # fmt: skip
            payload = {"outcome": outcome.value, "by": None, "reversal": by[appeal_id]}
            event = AuditEvent("system:appeal:overtaken", appeal_id, payload)
            changes = AppealChanges(moves=(AppealMoved(appeal, after, now),))
            told = (message_of(after, self.entropy),)
            planned.append(Changeset(appeals=changes, messages=told, audit=(event,)))
        return planned
