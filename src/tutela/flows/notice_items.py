"""How the items that a notice names stand at this moment."""

from datetime import datetime

from tutela.core.ids import ItemId
from tutela.core.measures import Subject
from tutela.core.notices.notice import Notice
from tutela.core.notices.outcomes import ItemOutcome, ItemSeen, outcome_of_item
from tutela.ports.store import Reader


def item_outcomes(reader: Reader, notice: Notice, now: datetime) -> dict[ItemId, ItemOutcome]:
    """Return what was done about each item, as far as people have decided."""
    items = reader.items_by_id(notice.items)
    media = {media_id for each in items.values() for media_id in each.item.media_ids}
    standings = reader.standings({Subject.item(each) for each in items} | {Subject.media(each) for each in media})
    decided = reader.answered_items(notice.items, notice.clause_id, now)
    found = {}
    for item_id, stored in items.items():
        around = (Subject.item(item_id), *(Subject.media(each) for each in stored.item.media_ids))
        at = decided[item_id].at if item_id in decided else None
        seen = ItemSeen(item_id, tuple(standings[each] for each in around), at)
        found[item_id] = outcome_of_item(seen, notice.told_at, now)
    return found
