"""How decisions came about, as far as anything is recorded of it; see `ports.statements`."""

from collections.abc import Iterable

from sqlalchemy import Engine

from tutela.core.ids import DecisionId
from tutela.core.reasons.facts import Origin


class DatabaseOrigins:
    """Read it from notices and orders. Where there are none, everything came of our own looking."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    def origins(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, Origin]:  # noqa: ARG002  # nothing is recorded yet
        """Return how each came about that did not come of our own looking."""
        return {}
