"""What a planning does with rules, whether events were told or items submitted: look, decide, and gather the writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.content import Account
from tutela.core.event_facts import Person, to_keep, written_down
from tutela.core.ids import AccountId, EventId
from tutela.core.measures import Standing, Subject
from tutela.core.operator import withheld
from tutela.core.rules.book import Book
from tutela.core.rules.types import FactValues
from tutela.core.spotting import Spotted, kept_of
from tutela.flows.act_on_rules import Acted, ActOnRules, RuleLimits
from tutela.flows.ask_classifiers import ASKING_NOBODY, AskClassifiers, Asking
from tutela.flows.enact import Ledger
from tutela.flows.look_with_rules import LookWithRules, Noticed, Seen
from tutela.flows.opaque import Opaque
from tutela.flows.quotas import QuotaTally
from tutela.ports.counting import CounterRow
from tutela.ports.entropy import Entropy
from tutela.ports.events import Label, Observed, RecordedEvent
from tutela.ports.store import Reader

Seal = Callable[[FactValues, EventId, datetime], bytes]
"""Seal what was written in an event that was received at a moment."""

Standings = Callable[[Subject], Standing]


@dataclass(frozen=True, slots=True)
class RuleWork:
    """What every planning with rules needs."""

    book: Callable[[], Book]  #: the rules in force
    opaque: Opaque
    bounds: RuleLimits
    entropy: Entropy
    spot: Callable[..., Spotted]  #: see `spot_words.SpotWords`
    seal: Seal | None = None  #: none where the operator keeps no text
    asking: Asking = ASKING_NOBODY


class PlanRules:
    """One planning with rules from one snapshot."""

    def __init__(self, work: RuleWork, reader: Reader, ledger: Ledger, quotas: QuotaTally) -> None:
        """Plan with the rules that are in force now, all of it with the same ones."""
        self._work, self._reader, self._ledger = work, reader, ledger
        self._look = LookWithRules(reader, work.book(), work.opaque)
        self._ask = AskClassifiers(reader, work.asking, work.entropy, ledger.now)
        self._act = ActOnRules(reader, ledger, work.bounds, work.entropy, ledger.now, quotas, self._ask)
        self._acted: list[Acted] = []

    def __call__(self, events: Sequence[Noticed], standing: Standings) -> list[Acted]:
        """Return what came of each event, in order."""
        self._acted = self._act(self._look(events), standing) if events else []
        self._ledger.audit.extend(self._ask.audit())
        return self._acted

    def changes(self, *, is_last: bool) -> Mapping[str, object]:
        """Return what is written beside the ledger, by the names of `Changeset`.

        Args:
            is_last: The last resort of a planning insists on no counter: it is as exact as the last reading.
        """
        look = self._look
        return {
            "observed": self._observed(),
            "counted": tuple(look.counted),
            "counters": tuple(self._touched()),
            "expects_counts": {} if is_last else dict(look.expects),
            "case_updates": tuple(self._act.urged.values()),
        }

    @property
    def exceeded(self) -> frozenset[str]:
        """Return the rules that are at their quota."""
        return frozenset(self._act.exceeded | self._ask.exceeded)

    def _touched(self) -> Iterable[CounterRow]:
        counted = {each.counter_id: each for each in self._look.counted}
        for use in self._look.book.program.counters:
            if use.id in counted:
                yield CounterRow(use.id, use.kind, counted[use.id].window_us, use.text, self._ledger.now)

    def _observed(self) -> Observed | None:
        if not self._look.seen:
            return None
        recorded = [self._recorded(*each) for each in zip(self._look.seen, self._acted, strict=True)]
        contacts = [each.noticed.contact for each in self._look.seen if each.noticed.contact is not None]
        return Observed(
            tuple(recorded), tuple(contacts), tuple(self._act.labels), fires=tuple(self._act.fires),
            questions=tuple(self._ask.questions),
        )  # fmt: skip

    def _recorded(self, seen: Seen, acted: Acted) -> RecordedEvent:
        event, techniques = seen.noticed.event, seen.noticed.techniques
        kept = to_keep(seen.kept, self._work.opaque.word)
        written = seen.noticed.told.written
        spots = None if written is None else kept_of(written.spotted)
        return RecordedEvent(event, kept, self._sealed(seen), acted.decision_id, withheld(techniques), spots)

    def _sealed(self, seen: Seen) -> bytes | None:
        event, seal = seen.noticed.event, self._work.seal
        written = None if seal is None else written_down(seen.facts)
        return seal(written, event.id, event.received_at) if seal is not None and written else None


def people(
    reader: Reader, accounts: Iterable[Account], standings: Mapping[Subject, Standing], now: datetime
) -> dict[AccountId, Person]:
    """Return each account as rules see it: its labels, what is in force on it, and what people found before."""
    known = {account.id: account for account in accounts}
    labels, findings = reader.labels(known, now), reader.findings_on(known)
    found = {}
    for account_id, account in known.items():
        standing = standings.get(Subject.account(account_id))
        measures = () if standing is None else tuple(sorted(kind.value for kind in standing.kinds_at(now)))
        mine = labels.get(account_id, ())
        found[account_id] = Person(
            account, _names(mine, is_list=False), _names(mine, is_list=True), measures, findings.get(account_id, 0)
        )
    return found


def _names(labels: Iterable[Label], *, is_list: bool) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label.label for label in labels if label.is_list is is_list))
