"""Hold a report against every rule, with the bytes read back, the views as they are logged now, and the channel."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from tutela.core.filing.package import Conditions, EvidenceCheck, Override, Package
from tutela.core.filing.packing import Packed, pack
from tutela.core.filing.preflight import check
from tutela.core.filing.problems import Problem
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.report_file import ViewFacts, view_facts
from tutela.core.filing.terms import Terms
from tutela.core.ids import MediaId
from tutela.errors import VaultError
from tutela.flows.draw_up_report import CONTENT
from tutela.flows.read_known_case import LOOKS
from tutela.ports.clock import Clock
from tutela.ports.store import Store
from tutela.ports.vault import Vault
from tutela.ports.views import Views

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """A report as it would be sent, and what is wrong with it."""

    packed: Packed
    problems: tuple[Problem, ...]
    terms: Terms
    contents: Mapping[str, str] = field(default_factory=dict)  #: by key of a file: where it lies in the vault
    sizes: Mapping[str, int] = field(default_factory=dict)  #: in bytes, by key, of those that were read

    @property
    def package(self) -> Package:
        """Return what would be sent."""
        return self.packed.package


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Check reports."""

    store: Store
    views: Views
    vault: Vault
    terms: Callable[[str], Terms]
    clock: Clock

    def __call__(
        self, package: Package, authority: str, override: Override | None = None, *, reads_bytes: bool = True
    ) -> Checked:
        """Return *package* packed, with the views as they are now, and every problem.

        Args:
            package: As it is stored.
            authority: For whom.
            override: Why it is sent although it could say more.
            reads_bytes: Whether every file is read back and digested; otherwise nothing is said of the bytes.
        """
        now, terms = self.clock.now(), self.terms(authority)
        views = self._views(package)
        seen = _with_views(package, views)
        packed = pack(seen, Provenance(Origin.COMPUTED, now))
        contents = self._contents(packed.package)
        evidence = self._evidence(contents) if reads_bytes else {}
        evidence |= {
            key: EvidenceCheck(hashlib.md5(content, usedforsecurity=False).hexdigest(), len(content), now)
            for key, content in written(packed).items()
        }
        conditions = Conditions(
            now=now,
            channel=terms.channel,
            schema_url=terms.schema_url,
            features=terms.features,
            may_classify=terms.may_classify,
            evidence=evidence,
            views=views,
            least_complete_percent=terms.least_complete_percent,
            override=override,
        )
        found = check(packed.package, conditions, validate=terms.validate)
        if not reads_bytes:
            found = tuple(each for each in found if each.rule != "evidence")
        sizes = {key: each.size_bytes for key, each in evidence.items()}
        return Checked(packed, found, terms, contents, sizes)

    def _views(self, package: Package) -> dict[str, ViewFacts]:
        ids = [MediaId(each.key) for each in package.files if not each.key.startswith(CONTENT)]
        with self.store.read() as reader:
            media = reader.media_by_id(ids)
        return {key: view_facts(self.views.log_of(key, LOOKS), each) for key, each in media.items()}

    def _contents(self, package: Package) -> dict[str, str]:
        """Return where the bytes of each file lie that is in the vault."""
        keys = [each.key for each in package.files]
        with self.store.read() as reader:
            media = reader.media_by_id([MediaId(each) for each in keys if not each.startswith(CONTENT)])
        stored = {str(key): each.content_id for key, each in media.items() if each.content_id is not None}
        own = {each: each.removeprefix(CONTENT) for each in keys if each.startswith(CONTENT)}
        return {**stored, **own}

    def _evidence(self, contents: Mapping[str, str]) -> dict[str, EvidenceCheck]:
        found = {}
        for key, content_id in contents.items():
            try:
                found[key] = self._read_back(content_id)
            except VaultError as error:
                _log.error("report_evidence_unreadable", content=content_id, error_type=type(error).__name__)
        return found

    def _read_back(self, content_id: str) -> EvidenceCheck:
        digest, size = hashlib.md5(usedforsecurity=False), 0
        for chunk in self.vault.read(content_id):
            digest.update(chunk)
            size += len(chunk)
        return EvidenceCheck(digest.hexdigest(), size, self.clock.now())


def written(packed: Packed) -> dict[str, bytes]:
    """Return the contents of the files that packing has written, by key."""
    made = {hashlib.sha256(content).hexdigest(): content for content in (s.content() for s in packed.supplements)}
    return {f"supplement:{digest}": content for digest, content in made.items()}


def without_channel(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems of the report itself: that the channel is not ready keeps nobody from preparing one."""
    return tuple(each for each in problems if each.rule != "channel")


def _with_views(package: Package, views: Mapping[str, ViewFacts]) -> Package:
    files = tuple(
        replace(each, details=replace(each.details, views=views[each.key])) if each.key in views else each
        for each in package.files
    )
    return replace(package, files=files)
