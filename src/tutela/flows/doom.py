"""Write down what a destruction takes: the one key of each content, and the keys under which it lay before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tutela.core.content import Digests, Media
from tutela.core.filing.certificates import SALT_BYTES, commitment
from tutela.core.filing.destruction import Order
from tutela.core.filing.destructions import Doomed
from tutela.core.filing.holds import FROM_OUTSIDE
from tutela.core.filing.report_key import report_period
from tutela.core.ids import MediaId, ReportId
from tutela.errors import VaultError
from tutela.flows.give_own_keys import is_shared
from tutela.flows.preserve import evidence_period
from tutela.flows.weigh import TRANSIENT
from tutela.flows.weigh_evidence import Weighed
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store
from tutela.ports.vault import Manifest, Vault


@dataclass(frozen=True, slots=True)
class _Lies:
    """Under which keys a content lies and lay; without a manifest where nobody can read it any more."""

    key: str
    earlier: tuple[str, ...]
    manifest: Manifest | None = None


@dataclass(frozen=True, slots=True)
class Doom:
    """Prepare contents for destruction. What still shares a key gets its own first, which changes nothing else."""

    store: Store
    vault: Vault
    keys: KeyRing
    entropy: Entropy

    def __call__(self, wanted: Sequence[Weighed], order: Order | None = None) -> list[Doomed]:
        """Return each with everything that its certificate has to say."""
        ids = [each.id for each in wanted]
        with self.store.read() as reader:
            contents = reader.contents_of(ids)
            media = reader.media_by_id(MediaId(each) for each in ids)
            report_of = reader.reports_of_written(ids)
        return [self._one(each, contents.get(each.id), media, report_of.get(each.id), order) for each in wanted]

    def _one(
        self, weighed: Weighed, content_id: str | None, media: Mapping[MediaId, Media], report_id: ReportId | None,
        order: Order | None,
    ) -> Doomed:  # fmt: skip
        holds = tuple(hold.id for hold in weighed.kept.holds)
        ended = _ended(weighed, order)
        if content_id is None:
            key = report_period(ReportId(weighed.id))
            return Doomed(weighed.id, weighed.kept.row.id, None, key, holds=holds, ended_holds=ended)
        stored = media.get(MediaId(weighed.id))
        lies = self._own_key(content_id) if report_id is None else self._report_key(content_id, report_id)
        digests = lies.manifest.digests if lies.manifest else stored.digests if stored else Digests()
        size = lies.manifest.size_bytes if lies.manifest else stored.size_bytes if stored else None
        salt = self.entropy.token(SALT_BYTES)
        committed = commitment(salt, digests.sha256) if digests.sha256 else None
        return Doomed(
            weighed.id, weighed.kept.row.id, content_id, lies.key, lies.earlier, size, salt, committed, holds, ended
        )

    def _own_key(self, content_id: str) -> _Lies:
        own = evidence_period(content_id)
        try:
            manifest = self.vault.manifest(content_id)
            if manifest.period != own:
                manifest = self.vault.move_period(content_id, own)
        except VaultError:
            return _Lies(own, self._shared())  # nobody can say where it lay: none of these may be left
        return _Lies(own, self._shared() if manifest.earlier is None else manifest.earlier, manifest)

    def _report_key(self, content_id: str, report_id: ReportId) -> _Lies:
        """Return what was written for a report as it is: it goes with the report, whose key is destroyed with it.

        An older version gave it a key of its own when its end was prepared, and that end may not have begun.
        """
        own, of_report = evidence_period(content_id), report_period(report_id)
        try:
            manifest = self.vault.manifest(content_id)
        except VaultError:
            key = own if own in self.keys.periods() else of_report
            return _Lies(key, tuple(sorted({*self._shared(), of_report} - {key})))
        key = own if manifest.period == own else of_report
        before = self._shared() if manifest.earlier is None else manifest.earlier
        return _Lies(key, tuple(sorted({*before, manifest.period, of_report} - {key})), manifest)

    def _shared(self) -> tuple[str, ...]:
        return tuple(each for each in self.keys.periods() if each.startswith(TRANSIENT) or is_shared(each))


def _ended(weighed: Weighed, order: Order | None) -> tuple[str, ...]:
    if order is None:
        return ()
    ends: Iterable[str] = (
        hold.id for hold in weighed.kept.holds if hold.id in order.ends_holds and hold.source not in FROM_OUTSIDE
    )
    return tuple(ends)
