"""Say what a platform is answered about items now: what would show one again is answered when nobody takes it back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from tutela.core.finding_outcome import stricter
from tutela.ports.committer import StoredItem
from tutela.ports.store import Reader


def answered_now(reader: Reader, stored: Iterable[StoredItem], now: datetime) -> Mapping[str, StoredItem]:
    """Return items by the platform's names, each with the answer that it has now."""
    items = list(stored)
    before = reader.answers_held_back([each.item.id for each in items], now) if items else {}
    return {
        each.item.platform_id: replace(each, answer=stricter(each.answer, before.get(each.item.id, each.answer)))
        for each in items
    }
