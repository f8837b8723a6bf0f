"""Read what lies under a report: its files, and which of them were written for it and share its key."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, not_, select

from tutela.adapters.db import report_tables as r
from tutela.adapters.db import tables as t
from tutela.adapters.db.lists import among, rows_of
from tutela.core.ids import AccountId, CaseId, EvidenceId, ReportId
from tutela.ports.destructions import ReportEvidence

MEDIA = "med_"
"""How the key of a file begins that a platform sent; anything else was written here."""

IS_WRITTEN = t.media.c.id.is_(None) & not_(r.report_files.c.file_key.startswith(MEDIA, autoescape=True))
"""That a file was written here, joined with the media that lies there. Media that were destroyed lie nowhere."""

_F = r.report_files.c
_FILES = select(_F.report_id, _F.content_id, _F.file_key, t.media.c.id.label("media_id")).join_from(
    r.report_files, t.media, t.media.c.content_id == _F.content_id, isouter=True
)
_OF_REPORTS = _FILES.where(among(_F.report_id)).order_by(_F.report_id, _F.position)
_WRITTEN = _FILES.where(among(_F.content_id), IS_WRITTEN)
_AMONG = select(r.reports.c.id).where(among(r.reports.c.id))
_POSTED_BY = (
    select(t.item_media.c.media_id.label("id"))
    .join_from(t.item_media, t.items, t.items.c.id == t.item_media.c.item_id)
    .where(among(t.item_media.c.media_id), t.items.c.account_id == bindparam("account"))
    .distinct()
)
_TOLD_OF = (
    select(r.report_cases.c.report_id.label("id"))
    .join_from(r.report_cases, t.cases, t.cases.c.id == r.report_cases.c.case_id)
    .where(among(r.report_cases.c.report_id), t.cases.c.account_id == bindparam("account"))
    .distinct()
)
_ABOUT = select(r.report_cases.c.report_id).where(among(r.report_cases.c.case_id)).distinct()


class ReportEvidenceReads:
    """The part of `ports.store.Reader` about what lies under reports."""

    _connection: Connection

    def reports_about(self, case_ids: Iterable[CaseId]) -> list[ReportId]:
        """Return every report about cases."""
        found = {row["report_id"] for row in rows_of(self._connection, _ABOUT, case_ids)}
        return [ReportId(each) for each in sorted(found)]

    def reports_among(self, report_ids: Iterable[ReportId]) -> set[ReportId]:
        """Return those that exist."""
        return {ReportId(row["id"]) for row in rows_of(self._connection, _AMONG, report_ids)}

    def evidence_about(
        self, account_ids: Iterable[AccountId], evidence_ids: Iterable[EvidenceId]
    ) -> set[EvidenceId]:  # fmt: skip
        """Return what accounts posted, or what tells of them."""
        ids, found = list(evidence_ids), set[EvidenceId]()
        for account_id in account_ids:
            report_of = self.reports_of_written(ids)
            posted = {row["id"] for row in rows_of(self._connection, _POSTED_BY, ids, account=account_id)}
            asked = {*ids, *report_of.values()}
            told = {row["id"] for row in rows_of(self._connection, _TOLD_OF, asked, account=account_id)}
            found |= {each for each in ids if each in posted or each in told or report_of.get(each) in told}
        return found

    def evidence_of_reports(self, report_ids: Iterable[str]) -> list[ReportEvidence]:
        """Return the files of reports."""
        found = []
        for row in rows_of(self._connection, _OF_REPORTS, report_ids):
            media_id = row["media_id"] or (row["file_key"] if row["file_key"].startswith(MEDIA) else None)
            evidence_id = EvidenceId(media_id or row["content_id"])
            found.append(ReportEvidence(ReportId(row["report_id"]), evidence_id, is_written=media_id is None))
        return found

    def reports_of_written(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, ReportId]:
        """Return for which report each was written."""
        found = rows_of(self._connection, _WRITTEN, evidence_ids)
        return {EvidenceId(row["content_id"]): ReportId(row["report_id"]) for row in found}
