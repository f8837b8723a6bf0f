"""Read the figures of the work: what came in, how long it waits and takes, what came of it, and how right it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tutela.core.case_figures import CaseFigures, figures_of
from tutela.core.permissions import Principal, demand_one
from tutela.core.policy import MatchKind
from tutela.core.precision import Precision
from tutela.flows.oversee_banks import JUDGING, KEEPING
from tutela.flows.read_agreement import AskedFigures, Figures, ReadAgreement
from tutela.ports.cases import CaseAlarms
from tutela.ports.clock import Clock
from tutela.ports.events import Judged
from tutela.ports.store import Reader, Store

SCOPES = ("quality", "operate")
MOST_CASES = 20_000
"""Of which one reads: the newest. That they are not all is said."""

LONGEST_DAYS = 90


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """The figures of a stretch of time that ends now."""

    since: datetime
    until: datetime
    cases: CaseFigures
    is_cut: bool  #: more cases were opened than are read
    alarms: CaseAlarms
    oldest_opened_at: datetime | None  #: of all open cases; none where none is
    agreement: Figures | None  #: none for whoever does not keep quality
    rules: Mapping[str, Judged]  #: what people decided about whom they met, by name; none for whoever reads no rules
    banks: Mapping[str, Mapping[MatchKind, Precision]]  #: by name and match; none for whoever oversees no banks


@dataclass(frozen=True, slots=True)
class ReadFigures:
    """Read figures. None is of a person."""

    store: Store
    clock: Clock
    agreement: ReadAgreement

    def __call__(self, principal: Principal, days: int) -> WorkFigures:
        """Return the figures of the last *days*, today included.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand_one(principal, SCOPES)
        now = self.clock.now()
        first = (now - timedelta(days=min(days, LONGEST_DAYS) - 1)).date()
        since = datetime(first.year, first.month, first.day, tzinfo=UTC)
        may_read_rules = principal.may("rules") or principal.may("rules_second")
        with self.store.read() as reader:
            judged = reader.judged_by_rule(since) if may_read_rules else {}
            banks = _by_name(reader, since) if principal.may(KEEPING) or principal.may(JUDGING) else {}
            fates = reader.case_fates(since, MOST_CASES + 1)
            alarms, oldest = reader.case_alarms(now), reader.oldest_open_case()
        kept = fates[:MOST_CASES]
        begins = kept[-1].opened_at.date() if len(fates) > MOST_CASES else first
        agreed = self.agreement(principal, AskedFigures(since=since, until=now)) if principal.may("quality") else None
        return WorkFigures(
            since, now, figures_of(kept, begins, now.date()), len(fates) > MOST_CASES, alarms, oldest, agreed,
            {name: each for name, each in judged.items() if each.found + each.cleared}, banks,
        )  # fmt: skip


def _by_name(reader: Reader, since: datetime) -> Mapping[str, Mapping[MatchKind, Precision]]:
    found = reader.precision_by_bank(since, MOST_CASES)
    return {bank.name: found[bank.id] for bank in reader.banks() if bank.id in found}
