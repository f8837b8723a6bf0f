"""Draw up a report about a case: read what is known, write the conversation down sealed, store the draft."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tutela.core.filing.conversation import transcript
from tutela.core.filing.drawing_up import draw_up, draw_up_batch
from tutela.core.filing.known_case import KnownCase, KnownItem, Letterhead, Line, Transcript
from tutela.core.filing.report_key import report_period
from tutela.core.ids import CaseId, ReportId
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput, Conflict, VaultError
from tutela.flows.read_duties import workable
from tutela.flows.read_known_case import ReadKnownCase, merged
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.reports import ReportAudit, ReportBook, ReportKind, ReportLine, ReportState, StoredReport
from tutela.ports.store import Reader, Store
from tutela.ports.vault import Manifest, Vault

MAX_SUPPLEMENT_BYTES = 64 * 1024 * 1024
"""Of one file that is written here."""

CONTENT = "content:"
"""How the key of a file begins that was written here; where it lies in the vault follows."""

UNFINISHED = frozenset({ReportState.DRAFT, ReportState.PREPARED})


@dataclass(frozen=True, slots=True)
class DrawUpReport:
    """Draw up reports."""

    store: Store
    read: ReadKnownCase
    book: ReportBook
    vault: Vault
    letterhead: Callable[[str], Letterhead]
    clock: Clock
    entropy: Entropy
    authorities: frozenset[str]  #: that the table of duties knows, those who take it by hand included

    def __call__(
        self, principal: Principal, case_ids: Sequence[CaseId], authority: str, *, as_batch: bool = False
    ) -> StoredReport:
        """Store and return the draft of a report about one case, or about several that are one and the same.

        Args:
            principal: Who draws it up.
            case_ids: The first one is what it is about.
            authority: For whom.
            as_batch: One file that many accounts shared, with their identifiers alone.

        Raises:
            tutela.errors.Forbidden: They draw up no reports.
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.BadInput: No person's finding stands, it is no batch, or there is no such authority.
            tutela.errors.Conflict: A report about one of the cases is being drawn up already.
        """
        demand(principal, "reports")
        if not case_ids:
            raise BadInput("It is about no case.", place="cases", remedy="Name the case.")
        if authority not in self.authorities:
            remedy = f"Name one of {', '.join(sorted(self.authorities))}."
            raise BadInput("There is no such authority.", place="authority", remedy=remedy)
        self._refuse_second(case_ids, authority)
        with self.store.read() as reader:
            known = self.known(reader, principal, case_ids, authority)
        report_id, now = ReportId(self.entropy.new_id("report")), self.clock.now()
        head = self.letterhead(authority)
        written: tuple[Transcript, ...] = ()
        if as_batch:
            package = draw_up_batch(known, head)
        else:
            draw_up(known, head)  # whatever refuses it does so before anything is written
            written = tuple(self._transcripts(known, report_id))
            package = draw_up(replace(known, transcripts=written), head)
        report = StoredReport(
            report_id, authority, tuple(dict.fromkeys(case_ids)), package, now, principal.id,
            account_id=known.accounts[0].account.id,
        )  # fmt: skip
        try:
            self.book.add(
                report, ReportAudit("drawn_up", principal.id, {"batch": as_batch, "files": len(package.files)})
            )
        except BaseException:
            self._forget(written)
            raise
        return report

    def known(self, reader: Reader, principal: Principal, case_ids: Sequence[CaseId], authority: str) -> KnownCase:
        """Return what is known of the cases, as one; see `__call__` for what it raises."""
        cases = [workable(reader, principal, each) for each in dict.fromkeys(case_ids)]
        return merged(self.read(reader, each, authority) for each in cases)

    def _refuse_second(self, case_ids: Sequence[CaseId], authority: str) -> None:
        for lines in self.book.of_cases(case_ids).values():
            for line in lines:
                is_same = line.authority == authority and line.kind is ReportKind.ORIGINAL
                if is_same and line.state in UNFINISHED and not self._is_told(line):
                    remedy = "Edit that one, or withdraw it first."
                    raise Conflict("a report about this case is being drawn up already", place=line.id, remedy=remedy)

    def _is_told(self, line: ReportLine) -> bool:
        """Return whether a person told it by hand: then it stays as it was told, and there may be more to tell."""
        return any(each.authority == line.authority for each in self.read.before.told_by_hand([line.id]))

    def _transcripts(self, known: KnownCase, report_id: ReportId) -> Iterator[Transcript]:
        """Write down each conversation of which the platform told what was said around the items, and seal it."""
        around: dict[str, list[KnownItem]] = defaultdict(list)
        for each in known.items:
            if known.facts_of(each.item).around:
                around[each.item.channel.conversation or each.item.platform_id].append(each)
        for conversation, items in around.items():
            lines = list(_lines(known, conversation, items))
            manifest = seal_written(self.vault, transcript(lines), report_id)
            md5 = manifest.digests.md5 or ""
            yield Transcript(f"{CONTENT}{manifest.content_id}", md5, len(dict.fromkeys(lines)), conversation)

    def _forget(self, written: Sequence[Transcript]) -> None:
        for each in written:
            with suppress(VaultError):  # what stays is found as an orphan
                self.vault.destroy(each.key.removeprefix(CONTENT))


def seal_written(vault: Vault, content: bytes, report_id: ReportId) -> Manifest:
    """Seal a file that was written for a report, under the report's own key."""
    with vault.receive(period=report_period(report_id), max_bytes=MAX_SUPPLEMENT_BYTES) as writer:
        writer.write(content)
        return writer.finish()


def _lines(known: KnownCase, conversation: str, items: Sequence[KnownItem]) -> Iterator[Line]:
    # What is reported and was said there stands in it, too, once and marked as such.
    reported = [
        Line(known.facts_of(each.item).posted_at, _author(known, each), each.item.text, each.item.platform_id)
        for each in known.items
        if each.item.text and (each.item.channel.conversation or each.item.platform_id) == conversation
    ]
    said = {(line.by, line.text) for line in reported}
    told = [Line.of(line) for each in items for line in known.facts_of(each.item).around]
    yield from (line for line in told if (line.by, line.text) not in said)
    yield from reported


def _author(known: KnownCase, each: KnownItem) -> str:
    account = known.account_of(each.item)
    return "an account without a part in it" if account is None else account.account.platform_id
