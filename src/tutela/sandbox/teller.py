"""How the pretend platform tells what its users do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tutela.sandbox.findings import Findings
from tutela.sandbox.happenings import POST, Happening
from tutela_client import Client, Observed

AT_ONCE = 250


class Teller:
    """Tell the server what happened, in order and in batches: events as events, what is posted as items."""

    def __init__(self, client: Client, findings: Findings) -> None:
        """Begin with nothing told."""
        self._client, self._findings = client, findings
        self._count = 0
        self._recorded = 0
        self._without_basis = 0
        self._posted = 0

    def tell(self, happenings: Sequence[Happening]) -> None:
        """Tell all of it; one that could not be used is a finding."""
        now = datetime.now(UTC)
        self._recorded = self._without_basis = self._posted = 0
        for start in range(0, len(happenings), AT_ONCE):
            some = [(self._name(), each) for each in happenings[start : start + AT_ONCE]]
            self._events([each.event(name, now) for name, each in some if each.kind != POST])
            self._posts([each.item(name) for name, each in some if each.kind == POST])

    def said(self, seconds: float) -> str:
        """Return what was told last, and how fast."""
        told = self._recorded + self._without_basis + self._posted
        return (
            f"{self._recorded} recorded, {self._posted} posts published, {told / seconds:.0f} a second;\n"
            f"          {self._without_basis} private ones where no basis lets anybody look: not counted, not kept"
        )

    def _name(self) -> str:
        self._count += 1
        return f"crowd-{self._count}"

    def _events(self, events: Sequence[Mapping[str, Any]]) -> None:
        if not events:
            return
        outcomes = self._client.observe_batch(events)
        observed = [each for each in outcomes if isinstance(each, Observed)]
        self._findings.expect(len(observed) == len(outcomes), "an event of the crowd could not be used")
        self._recorded += sum(each.recorded for each in observed)
        self._without_basis += sum(not each.recorded for each in observed)

    def _posts(self, items: Sequence[Mapping[str, Any]]) -> None:
        if not items:
            return
        answers = self._client.submit_batch(items)
        self._posted += sum(each.may_publish for each in answers)
        self._findings.expect(all(each.may_publish for each in answers), "a harmless post was not published")
