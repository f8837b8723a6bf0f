"""Import a list of signals, a chunk at a time; a bad row is named and the rest still goes in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

from tutela.core.operator import OperatorProfile
from tutela.flows.foresee import Foresee, Hits
from tutela.flows.keep_banks import KeepBanks, NewMember, existing, find
from tutela.flows.leave_private import View
from tutela.flows.read_rows import Row
from tutela.flows.sift import Sift
from tutela.ports.clock import Clock
from tutela.ports.desk import Desk, ImportProgress
from tutela.ports.entropy import Entropy
from tutela.ports.index import SignalIndex
from tutela.ports.store import Store

CHUNK_ROWS = 1000


@dataclass(slots=True)
class ImportReport:
    """What came of an import, or would."""

    progress: ImportProgress
    sift: Sift  #: which rows were refused, or look odd
    opinions: int = 0  #: of the source, that are new or other than before
    hits: Hits = field(default_factory=Hits)  #: among everything that is stored


@dataclass(frozen=True, slots=True)
class ImportMembers:
    """Import into a bank, or preview what an import would hit. Idempotent: what is there already is counted."""

    store: Store
    keep_banks: KeepBanks
    desk: Desk
    stored: SignalIndex
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def __call__(
        self, bank_name: str, rows: Iterable[Row], *, is_preview: bool = False, accepts_flat: bool = False,
        on_progress: Callable[[ImportProgress], None] = lambda _: None,
    ) -> ImportReport:  # fmt: skip
        """Take *rows* in, a thousand at a time, each chunk durable before the next is read.

        With *accepts_flat* picture hashes of zeros or ones only go in as well.

        Raises:
            tutela.errors.UnknownBank: There is no bank of that name; nothing was read.
        """
        with self.store.read() as reader:
            bank = find(reader, bank_name)
        import_id = self.entropy.new_id("import")
        sift = Sift(accepts_flat)
        report = ImportReport(ImportProgress(import_id, bank.id, self.clock.now(), None, 0, 0, 0, 0), sift)
        foresee = Foresee(self.stored, bank, lambda: View(self.profile(), self.clock.now()))
        source = iter(rows)
        while chunk := list(islice(source, CHUNK_ROWS)):
            members = sift.sort(chunk)
            with self.store.read() as reader:
                foresee.look(reader, members)
            added, known = (self._preview if is_preview else self._add)(bank_name, members, report)
            self._count(report, chunk, added, known)
            if not is_preview:
                self.desk.put_import(report.progress)
            on_progress(report.progress)
        report.progress = replace(report.progress, ended_at=self.clock.now())
        if not is_preview:
            self.desk.put_import(report.progress)
        report.hits = foresee.hits
        return report

    def _add(self, bank_name: str, members: list[NewMember], report: ImportReport) -> tuple[int, int]:
        if not members:
            return 0, 0
        done = self.keep_banks.add(bank_name, members)
        report.opinions += done.opinions
        return len(done.added), done.known

    def _preview(self, bank_name: str, members: list[NewMember], report: ImportReport) -> tuple[int, int]:
        with self.store.read() as reader:
            fresh = report.sift.fresh - existing(reader, find(reader, bank_name), members).keys()
        return len(fresh), len(members) - len(fresh)

    def _count(self, report: ImportReport, chunk: list[Row], added: int, known: int) -> None:
        before = report.progress
        report.progress = replace(
            before,
            rows_read=before.rows_read + len(chunk),
            rows_added=before.rows_added + added,
            rows_known=before.rows_known + known,
            rows_rejected=report.sift.rejected,
        )
