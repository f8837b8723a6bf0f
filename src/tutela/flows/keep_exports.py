"""Hand evidence out to police: one person asks for a package, another approves it, and then it is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutela.core.filing.custody import Custody
from tutela.core.filing.exports import Export, ExportState
from tutela.core.ids import CaseId, EvidenceId, ExportId, MediaId, ReportId
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import demand_proof
from tutela.errors import BadInput, Conflict, NotForYou, UnknownCase, UnknownExport, UnknownMedia
from tutela.flows.keep_holds import MOST_LETTERS, MOST_REASON
from tutela.flows.own_evidence import refuse_own_evidence
from tutela.flows.pack_export import PackExport
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.exports import ExportBook
from tutela.ports.store import Reader, Store

MOST_CONTENTS = 10_000
"""In one package."""

MOST_KEY_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class NewExport:
    """What somebody wants to hand out, and to whom."""

    agency: str
    reference: str
    reason: str
    key: str  #: of the agency: a line of age or SSH, or a block of OpenPGP
    media: tuple[MediaId, ...] = ()
    cases: tuple[CaseId, ...] = ()  #: the media of the items in them, and nothing beside those
    reports: tuple[ReportId, ...] = ()  #: with their files


@dataclass(frozen=True, slots=True)
class ExportSeen:
    """An export with what it is about."""

    export: Export
    contents: tuple[EvidenceId, ...]


@dataclass(frozen=True, slots=True)
class KeepExports:
    """Every verb of an export."""

    store: Store
    book: ExportBook
    pack: PackExport
    clock: Clock
    entropy: Entropy

    def request(self, principal: Principal, new: NewExport) -> Export:
        """Ask for a package; a second person has to approve it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do; a service's key never may.
            tutela.errors.BadInput: It names nothing, too much, no agency, no reference, no reason, or no usable key.
            tutela.errors.UnknownMedia: One of them does not exist; as `UnknownCase`.
            tutela.errors.NotForYou: One of them is about an account of their own.
        """
        demand(principal, "preserve")
        _check(new)
        recipient = self.pack.encryptor.recipient(new.key)
        with self.store.read() as reader:
            contents = _contents(reader, new)
        for report_id in new.reports:
            if self.pack.reported.book.line(report_id) is None:
                raise UnknownMedia("There is no report of that identifier.", place=report_id)
        self._refuse_own(principal, contents)
        made = Export(
            ExportId(self.entropy.new_id("export")), new.agency.strip(), new.reference.strip(), new.reason.strip(),
            recipient, principal.id, self.clock.now(),
        )  # fmt: skip
        self.book.request(made, contents)
        return made

    def approve(self, principal: Principal, export_id: ExportId) -> Export:
        """Approve what somebody else asked for: who has compared the key with what the agency says.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.MustProve: The last proof of who asks is too old.
            tutela.errors.NotForYou: They asked for it themselves, or it is about an account of their own.
            tutela.errors.UnknownExport: There is none.
            tutela.errors.Conflict: It waits no more.
        """
        demand(principal, "preserve")
        demand_proof(principal, self.clock.now())
        before = self._waiting(export_id)
        if before.requested_by == principal.id:
            raise NotForYou("a second person approves, not whoever asked for it", place="id")
        self._refuse_own(principal, self.book.contents(export_id))
        return self._ended(before, ExportState.APPROVED, principal)

    def decline(self, principal: Principal, export_id: ExportId) -> Export:
        """End a request; nothing is handed out.

        Raises:
            tutela.errors.UnknownExport: There is none.
            tutela.errors.Conflict: It waits no more.
        """
        demand(principal, "preserve")
        return self._ended(self._waiting(export_id), ExportState.DECLINED, principal)

    def make(self, principal: Principal, export_id: ExportId, target: Path) -> Export:
        """Write the package into the new file *target*; may be done again, and each time is in the audit.

        Raises:
            tutela.errors.MustProve: The last proof of who asks is too old.
            tutela.errors.NotForYou: It is about an account of their own.
            tutela.errors.UnknownExport: There is none.
            tutela.errors.Conflict: Nobody has approved it, or *target* exists.
            tutela.errors.ContentDamaged: Material turned out to be damaged on the way; nothing remains.
        """
        demand(principal, "preserve")
        demand_proof(principal, self.clock.now())
        before = self._stored(export_id)
        if before.state not in {ExportState.APPROVED, ExportState.MADE}:
            raise Conflict(f"nobody has approved this: it is {before.state.value}", place="id")
        contents = self.book.contents(export_id)
        self._refuse_own(principal, contents)
        self.book.begin(before, principal.id)  # first: whatever becomes of the file, the audit knows who had it made
        sealed = self.pack(before, contents, target)
        after = replace(
            before, state=ExportState.MADE, made_by=principal.id, made_at=self.clock.now(),
            sha256=sealed.sha256, size_bytes=sealed.size_bytes,
        )  # fmt: skip
        self.book.change(before, after)
        return self._stored(export_id)

    def custody(self, principal: Principal, ids: Sequence[EvidenceId]) -> Custody:
        """Return the chain of custody of media and reports, for whoever reads it here.

        Raises:
            tutela.errors.NotForYou: One of them is about an account of their own: it names who looked at it.
        """
        demand(principal, "preserve")
        self._refuse_own(principal, ids)
        self.pack.signing.seal_heads()
        return self.pack.custody.custody_of(ids, ())

    def page(self, principal: Principal, *, after: str = "", limit: int = 100) -> list[Export]:
        """Return exports by id."""
        demand(principal, "preserve")
        return self.book.page(after, limit)

    def show(self, principal: Principal, export_id: ExportId) -> ExportSeen:
        """Return one with what it is about.

        Raises:
            tutela.errors.UnknownExport: There is none.
        """
        demand(principal, "preserve")
        return ExportSeen(self._stored(export_id), tuple(self.book.contents(export_id)))

    def _refuse_own(self, principal: Principal, contents: Sequence[EvidenceId]) -> None:
        with self.store.read() as reader:
            refuse_own_evidence(reader, principal, contents)

    def _ended(self, before: Export, state: ExportState, principal: Principal) -> Export:
        after = replace(before, state=state, approved_by=principal.id, approved_at=self.clock.now())
        self.book.change(before, after)
        return self._stored(before.id)

    def _waiting(self, export_id: ExportId) -> Export:
        found = self._stored(export_id)
        if found.state is not ExportState.REQUESTED:
            raise Conflict(f"this waits no more: it is {found.state.value}", place="id", remedy="Read it again.")
        return found

    def _stored(self, export_id: ExportId) -> Export:
        found = self.book.export(export_id)
        if found is None:
            raise UnknownExport(place="id")
        return found


def _contents(reader: Reader, new: NewExport) -> list[EvidenceId]:
    if missing := set(new.media) - reader.media_by_id(new.media).keys():
        raise UnknownMedia(place=min(missing))
    for case_id in new.cases:
        if reader.case_of(case_id) is None:
            raise UnknownCase(place=case_id)
    in_cases = reader.media_in(reader.items_of_cases(new.cases, MOST_CONTENTS + 1), MOST_CONTENTS + 1)
    found = [EvidenceId(each) for each in dict.fromkeys((*new.media, *in_cases, *new.reports))]
    if not found:
        raise BadInput(
            "It names nothing that could be handed out.", place="media", remedy="Name media, cases, reports."
        )
    if len(found) > MOST_CONTENTS:
        raise BadInput(f"One package has at most {MOST_CONTENTS} contents.", place="media", remedy="Make several.")
    return found


def _check(new: NewExport) -> None:
    for place, text, most in (
        ("agency", new.agency, MOST_LETTERS), ("reference", new.reference, MOST_LETTERS),
        ("reason", new.reason, MOST_REASON), ("key", new.key, MOST_KEY_CHARACTERS),
    ):  # fmt: skip
        if not text.strip():
            raise BadInput("It must be there.", place=place, remedy="Enter what the agency's letter says.")
        if len(text) > most:
            raise BadInput(f"It has at most {most} characters.", place=place)
