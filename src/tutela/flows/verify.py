"""Verify that the records were not changed quietly, and that the charter holds for what is stored."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tutela.core import charter
from tutela.core.charter import Breach
from tutela.core.content import EvidenceState
from tutela.core.ids import MediaId
from tutela.errors import VaultError
from tutela.ports.audit import AuditReader
from tutela.ports.clock import Clock
from tutela.ports.store import ItemView, Store
from tutela.ports.vault import Vault
from tutela_client.table import EffectTable


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and everything that was found."""

    entries: int
    seals: int
    measures: int
    items: int
    contents: int
    breaches: tuple[Breach, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verify:
    """Go through everything. Reads only; memory does not grow with history."""

    store: Store
    audit: AuditReader
    vault: Vault
    clock: Clock
    effects: EffectTable

    def __call__(
        self, *, read_contents: bool = True, on_progress: Callable[[str, int], None] | None = None
    ) -> Verified:
        """Verify chains, seals, measures, visibility and evidence.

        Args:
            read_contents: Also decrypt every sealed content and compare its digests.
            on_progress: Called with the part and how much of it was done.
        """
        tell = on_progress or (lambda _part, _done: None)
        chains = self.audit.verify(lambda done: tell("audit", done))
        breaches = [*chains.breaches]
        breaches.extend(self.audit.differences(self.clock.now(), lambda done: tell("records", done)))
        measures, items, contents = 0, 0, 0
        try:
            for page in self.audit.measures():
                measures += len(page)
                breaches.extend(charter.of_measures(page))
                tell("measures", measures)
            for views in self.audit.hidden_items():
                items += len(views)
                breaches.extend(self._visible(views))
                tell("items", items)
        except ValueError:
            # No measure of ours is like that: somebody wrote it by hand. What was found before is told all the same.
            breaches.append(Breach("P9", "measures", "a measure is stored that could never have been granted"))
        for breach in self._evidence(read_contents=read_contents):
            contents += 1
            breaches.extend(breach)
            tell("contents", contents)
        return Verified(chains.entries, chains.seals, measures, items, contents, tuple(breaches), chains.notes)

    def _evidence(self, *, read_contents: bool) -> Iterator[tuple[Breach, ...]]:
        """P5: what is recorded as sealed is there, whole, and opens."""
        with self.store.read() as reader:
            states = [each for each in reader.evidence_states() if each[2] is EvidenceState.SEALED]
        for media_id, content_id, _ in states:
            yield tuple(self._sealed(media_id, content_id, read_contents=read_contents))

    def _sealed(self, media_id: MediaId, content_id: str | None, *, read_contents: bool) -> Iterable[Breach]:
        with self.store.read() as reader:
            digests = reader.media_by_id([media_id])[media_id].digests
        try:
            if self.vault.manifest(content_id or "").digests.sha256 != digests.sha256:
                yield Breach("P5", media_id, "what is sealed is another content")
            if read_contents:
                for _ in self.vault.read(content_id or ""):
                    pass
        except VaultError as error:
            yield Breach("P5", media_id, f"sealed evidence does not open: {error}")

    def _visible(self, views: Iterable[ItemView]) -> Iterable[Breach]:
        for view in views:
            own, *carried = view.standings
            yield from charter.of_visibility(view.item, own, carried, self.effects)
