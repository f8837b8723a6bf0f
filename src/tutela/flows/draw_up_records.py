"""Make the record of each statement that may be told, for the EU Transparency Database; or note why there is none."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from tutela.core.dsa.channel import TransparencyChannel
from tutela.core.dsa.record import PUID_BYTES, NotSent, Telling, TransparencyRecord, must_send, record_of
from tutela.core.dsa.validator import breaches
from tutela.core.ids import StatementId
from tutela.core.operator import OperatorProfile
from tutela.core.policy import Policy
from tutela.core.reasons.wording import Words
from tutela.flows.gather_reasons import Gathered, GatherReasons
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.statements import NewRecord, StatementBook

MOST_DRAWN = 200
"""Statements in one read."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DrawUpRecords:
    """Draw up, oldest first."""

    book: StatementBook
    gather: GatherReasons
    english: Words
    policy: Policy
    profile: Callable[[], OperatorProfile]
    channel: Callable[[], TransparencyChannel]
    clock: Clock
    entropy: Entropy

    def __call__(self) -> int:
        """Draw up what is due; return how many statements were gone through.

        Before the operator has said where they are, nobody knows whether the law asks for it, and everything waits.
        """
        profile, count = self.profile(), 0
        if not profile.is_recorded:
            return 0
        while due := self.book.unrecorded(self.clock.now(), MOST_DRAWN):
            if must_send(profile):
                made = {each.tracked.statement.id: self._made(each) for each in self.gather(due)}
            else:
                made = {each.statement.id: NotSent.EXEMPT for each in due}
            self._keep(made)
            count += len(due)
            if len(due) < MOST_DRAWN:
                break
        return count

    def _made(self, gathered: Gathered) -> TransparencyRecord | NotSent:
        own = self.policy.clauses.get(gathered.reasons.clause_id)
        telling = Telling(self.english, own, self.channel().terms_url or None)
        puid = self.entropy.token(PUID_BYTES).hex()
        made = record_of(gathered.reasons, gathered.measures, gathered.about, telling, puid)
        if isinstance(made, TransparencyRecord) and (wrong := breaches(made.as_json())):
            # Kept and sent all the same: the database's word counts, and whatever it refuses is on the checklist.
            statement = gathered.tracked.statement.id
            _log.error("transparency_record_breaks_a_rule", statement=statement, fields=[each.field for each in wrong])
        return made

    def _keep(self, made: Mapping[StatementId, TransparencyRecord | NotSent]) -> None:
        records = [
            NewRecord(key, each.puid, str(each.values["application_date"]), json.dumps(each.as_json()).encode())
            for key, each in made.items()
            if isinstance(each, TransparencyRecord)
        ]
        not_sent = {key: each for key, each in made.items() if isinstance(each, NotSent)}
        self.book.record(records, not_sent, self.clock.now())
