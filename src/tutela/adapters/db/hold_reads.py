"""Read which holds keep what; see `ports.holds`."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, bindparam, func, select, text

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.hold_rows import hold_of
from tutela.adapters.db.hold_tables import IS_ACTIVE, RELEASED_BY, hold_contents, holds
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.report_evidence import MEDIA, ReportEvidenceReads
from tutela.core.filing.holds import Hold
from tutela.core.ids import CaseId, EvidenceId, ItemId, MediaId

_OF = (
    select(hold_contents.c.evidence_id, holds, RELEASED_BY)
    .join_from(hold_contents, holds, holds.c.id == hold_contents.c.hold_id)
    .where(among(hold_contents.c.evidence_id))
    .order_by(hold_contents.c.evidence_id, holds.c.id)
)
_TO_REVIEW = select(func.count()).select_from(holds).where(*IS_ACTIVE, holds.c.review_us <= bindparam("now"))


_ALL = 2**63 - 1
"""What both databases take as a limit and never reach."""

_OF_CONTENTS = select(t.media.c.id, t.media.c.content_id).where(among(t.media.c.content_id))
_IN_CASES = (
    select(t.case_items.c.item_id)
    .where(among(t.case_items.c.case_id))
    .distinct()
    .order_by(t.case_items.c.item_id)
    .limit(bindparam("limit"))
)
_TALKS = select(t.items.c.conversation).where(among(t.items.c.id), t.items.c.conversation.is_not(None)).distinct()
_IN_ITEMS = (
    select(t.item_media.c.media_id)
    .where(among(t.item_media.c.item_id))
    .distinct()
    .order_by(t.item_media.c.media_id)
    .limit(bindparam("limit"))
)
_IN_TALKS = (
    select(t.item_media.c.media_id)
    .join_from(t.item_media, t.items, t.items.c.id == t.item_media.c.item_id)
    .where(among(t.items.c.conversation), text("items.conversation IS NOT NULL"))
    .distinct()
    .order_by(t.item_media.c.media_id)
    .limit(bindparam("limit"))
)


class HoldReads(ReportEvidenceReads):
    """The part of `ports.store.Reader` about holds."""

    _connection: Connection

    def holds_of(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, tuple[Hold, ...]]:
        """Return every hold there ever was on each; a report is held with its files, and they as it is."""
        beside = self._under_one_key(evidence_ids)
        placed: dict[str, dict[str, Hold]] = defaultdict(dict)
        for row in rows_of(self._connection, _OF, {other for others in beside.values() for other in others}):
            placed[row["evidence_id"]][row["id"]] = hold_of(row)
        found = {each: {key: hold for other in others for key, hold in placed[other].items()}
                 for each, others in beside.items()}  # fmt: skip
        return {each: tuple(held[key] for key in sorted(held)) for each, held in found.items() if held}

    def _under_one_key(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, set[str]]:
        """Return each with those whose holds keep it too: destroying a report destroys what was written for it."""
        ids = list(evidence_ids)
        others = [each for each in ids if not each.startswith(MEDIA)]
        report_of = self.reports_of_written(others)
        files: dict[str, set[str]] = defaultdict(set)
        for each in self.evidence_of_reports({*others, *report_of.values()}):
            files[each.report_id].add(each.id)
        of = {each: report_of.get(each, each) for each in ids}
        return {each: {each, report, *files.get(report, ())} for each, report in of.items()}

    def media_of_contents(self, content_ids: Iterable[str]) -> dict[str, MediaId]:
        """Return the media of contents."""
        found = rows_of(self._connection, _OF_CONTENTS, content_ids)
        return {row["content_id"]: MediaId(row["id"]) for row in found}

    def items_of_cases(self, case_ids: Iterable[CaseId], limit: int | None = None) -> list[ItemId]:
        """Return the items that lie in cases."""
        found = rows_of(self._connection, _IN_CASES, case_ids, limit=limit or _ALL)
        return [ItemId(row["item_id"]) for row in islice(found, limit)]

    def media_in(self, item_ids: Iterable[ItemId], limit: int | None = None) -> list[MediaId]:
        """Return the media of items."""
        found = rows_of(self._connection, _IN_ITEMS, item_ids, limit=limit or _ALL)
        return [MediaId(each) for each in islice(dict.fromkeys(row["media_id"] for row in found), limit)]

    def media_around(self, item_ids: Iterable[ItemId], limit: int | None = None) -> list[MediaId]:
        """Return the media of items and of their conversations."""
        of = list(item_ids)
        talks = [row["conversation"] for row in rows_of(self._connection, _TALKS, of)]
        found = dict.fromkeys(row["media_id"] for row in rows_of(self._connection, _IN_ITEMS, of, limit=limit or _ALL))
        found |= dict.fromkeys(
            row["media_id"] for row in rows_of(self._connection, _IN_TALKS, talks, limit=limit or _ALL)
        )
        return [MediaId(each) for each in islice(found, limit)]

    def holds_to_review(self, now: datetime) -> int:
        """Return how many have to be looked at."""
        return int(self._connection.execute(_TO_REVIEW, {"now": rows.to_us(now)}).scalar_one())
