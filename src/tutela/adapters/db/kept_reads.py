"""Read what is kept as evidence, and what was done about it; see `ports.destructions.KeptReader`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select, union_all

from tutela.adapters.db import report_tables as r
from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.decision_tables import decision_answers
from tutela.adapters.db.destruction_tables import destruction_contents, destructions
from tutela.adapters.db.hold_tables import hold_contents, holds
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.report_evidence import IS_WRITTEN, ReportEvidenceReads
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core.filing.destructions import BEGUN
from tutela.core.filing.evidence_kinds import EvidenceFacts
from tutela.core.filing.holds import HoldSource
from tutela.core.filing.states import Environment, Phase
from tutela.core.ids import EvidenceId
from tutela.core.measures import HIDING, SubjectKind, bitmask
from tutela.core.plans import Answer, Source
from tutela.ports.holds import Part
from tutela.ports.reports import ReportState

_M, _G = t.media.c, r.filings.c
_REVERSAL = t.decisions.alias("later")
_IS_FINISHED = (_G.phase == Phase.FINISHED.value) & (_G.environment == Environment.PRODUCTION.value)
_IS_UNDER_WAY = _G.phase.in_([Phase.READY.value, Phase.OPEN.value, Phase.RETRACTING.value])
_WHEN_FINISHED = func.max(case((_IS_FINISHED, _G.finished_us))).label("finished_us")

_MEDIA = select(_M.id, _M.received_us, _M.content_id).where(among(_M.id), _M.content_id.is_not(None))
_CARRYING = (
    select(t.item_media.c.media_id, t.items.c.regions, t.accounts.c.regions.label("account_regions"))
    .join_from(t.item_media, t.items, t.items.c.id == t.item_media.c.item_id)
    .join(t.accounts, t.accounts.c.id == t.items.c.account_id)
    .where(among(t.item_media.c.media_id))
    .distinct()
)
_DECIDED = (
    select(t.item_media.c.media_id, func.max(t.decisions.c.at_us).label("at_us"),
           func.max(undo_windows.c.until_us).label("until_us"))
    .join_from(t.item_media, decision_answers, decision_answers.c.item_id == t.item_media.c.item_id)
    .join(t.decisions, t.decisions.c.id == decision_answers.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == t.decisions.c.id)
    .outerjoin(undo_parts, undo_parts.c.decision_id == t.decisions.c.id)
    .outerjoin(undo_windows, undo_windows.c.id == undo_parts.c.window_id)
    .where(
        among(t.item_media.c.media_id),
        t.decisions.c.source == Source.PERSON.value,
        decision_answers.c.answer != Answer.HOLD.value,
        _REVERSAL.c.id.is_(None),
    )
    .group_by(t.item_media.c.media_id)
)  # fmt: skip
_DETECTED = (
    select(t.item_media.c.media_id, func.min(t.detections.c.at_us).label("at_us"))
    .join_from(
        t.item_media,
        t.detections,
        (t.detections.c.item_id == t.item_media.c.item_id) & (t.detections.c.media_id == t.item_media.c.media_id),
    )
    .where(among(t.item_media.c.media_id))
    .group_by(t.item_media.c.media_id)
)
_IN_OPEN_CASES = (
    select(t.item_media.c.media_id)
    .join_from(t.item_media, t.case_items, t.case_items.c.item_id == t.item_media.c.item_id)
    .join(t.cases, t.cases.c.id == t.case_items.c.case_id)
    .where(among(t.item_media.c.media_id), t.cases.c.closed_by.is_(None))
    .distinct()
)
_HIDES = t.standing.c.kinds.bitwise_and(bitmask(HIDING)) != 0
_HIDDEN = union_all(
    select(t.standing.c.subject_id.label("media_id")).where(
        t.standing.c.subject_kind == SubjectKind.MEDIA.value, among(t.standing.c.subject_id), _HIDES
    ),
    select(t.item_media.c.media_id)
    .join_from(t.item_media, t.standing, t.standing.c.subject_id == t.item_media.c.item_id)
    .where(among(t.item_media.c.media_id), t.standing.c.subject_kind == SubjectKind.ITEM.value, _HIDES),
)
_IN_REPORTS = (
    select(r.report_files.c.content_id, _WHEN_FINISHED)
    .join_from(r.report_files, r.filings, _G.report_id == r.report_files.c.report_id)
    .where(among(r.report_files.c.content_id))
    .group_by(r.report_files.c.content_id)
)
_GOING_WITH = (
    select(r.report_files.c.content_id, r.report_files.c.report_id)
    .join_from(r.report_files, r.filings, _G.report_id == r.report_files.c.report_id)
    .where(among(r.report_files.c.content_id), _IS_UNDER_WAY)
)
_LAST_SAID = (
    select(func.max(t.audit_entries.c.at_us)).where(t.audit_entries.c.subject == r.reports.c.id).scalar_subquery()
)
_IS_UNFILED = or_(
    r.reports.c.state == ReportState.WITHDRAWN.value,
    _G.phase == Phase.ABANDONED.value,
    and_(_G.phase == Phase.FINISHED.value, _G.environment != Environment.PRODUCTION.value),
)
"""That a report ended and was never filed in earnest: nothing is said of one after its end."""

_REPORTS = (
    select(
        r.reports.c.id, r.reports.c.created_us, case((_IS_FINISHED, _G.finished_us)).label("finished_us"),
        case((_IS_UNDER_WAY, 1), else_=0).label("under_way"), case((_IS_UNFILED, _LAST_SAID)).label("ended_us"),
    )
    .outerjoin(r.filings, _G.report_id == r.reports.c.id)
    .where(among(r.reports.c.id), or_(_G.report_id.is_not(None), _IS_UNFILED))
)  # fmt: skip
_PRESERVED = (
    select(hold_contents.c.evidence_id, hold_contents.c.part, func.max(holds.c.starts_us).label("starts_us"))
    .join_from(hold_contents, holds, holds.c.id == hold_contents.c.hold_id)
    .where(
        among(hold_contents.c.evidence_id),
        holds.c.source == HoldSource.REPORT.value,
    )
    .group_by(hold_contents.c.evidence_id, hold_contents.c.part)
)
"""What was reported, by hand as well, where nothing but the hold says what: and what lies beside it."""

_ARE_GONE = (
    select(destruction_contents.c.evidence_id)
    .join_from(destruction_contents, destructions, destructions.c.id == destruction_contents.c.destruction_id)
    .where(destructions.c.state.in_([each.value for each in BEGUN]))
)
"""What is being destroyed, or was: the bytes and the key are gone, and rows stay."""

_WRITTEN = (
    select(r.report_files.c.content_id.label("evidence_id"), r.report_files.c.content_id)
    .join_from(r.report_files, r.filings, _G.report_id == r.report_files.c.report_id)
    .join(r.reports, r.reports.c.id == r.report_files.c.report_id)
    .outerjoin(t.media, _M.content_id == r.report_files.c.content_id)
    .where(
        or_(_IS_FINISHED, _IS_UNFILED), IS_WRITTEN, r.report_files.c.content_id > bindparam("after"),
        r.report_files.c.content_id.not_in(_ARE_GONE),
    )
    .distinct()
    .order_by(r.report_files.c.content_id)
    .limit(bindparam("limit"))
)  # fmt: skip
_FINISHED = (
    select(r.reports.c.id)
    .outerjoin(r.filings, _G.report_id == r.reports.c.id)
    .where(r.reports.c.id > bindparam("after"), or_(_IS_FINISHED, _IS_UNFILED), r.reports.c.id.not_in(_ARE_GONE))
    .order_by(r.reports.c.id)
    .limit(bindparam("limit"))
)
_UNFILED = (
    select(r.reports.c.id)
    .outerjoin(r.filings, _G.report_id == r.reports.c.id)
    .where(r.reports.c.id > bindparam("after"), _IS_UNFILED, r.reports.c.id.not_in(_ARE_GONE))
    .order_by(r.reports.c.id)
    .limit(bindparam("limit"))
)
_GONE_AMONG = _ARE_GONE.where(among(destruction_contents.c.evidence_id))
_WRITTEN_AMONG = (
    select(r.report_files.c.content_id)
    .join_from(r.report_files, t.media, _M.content_id == r.report_files.c.content_id, isouter=True)
    .where(among(r.report_files.c.content_id), IS_WRITTEN)
    .distinct()
)


class KeptReads(ReportEvidenceReads):
    """The part of `ports.store.Reader` about what is kept as evidence."""

    _connection: Connection

    def report_evidence_page(self, after: str, limit: int) -> list[tuple[EvidenceId, str | None]]:
        """Return what is kept of finished reports besides media: ids of the vault come before those of reports."""
        asked = {"after": after, "limit": limit}
        written = [(EvidenceId(each), str(each)) for each in self._connection.execute(_WRITTEN, asked).scalars()]
        if len(written) == limit:
            return [*written]
        rest = {"after": after, "limit": limit - len(written)}
        return [*written, *((EvidenceId(each), None) for each in self._connection.execute(_FINISHED, rest).scalars())]

    def unfiled_reports(self, after: str, limit: int) -> list[EvidenceId]:
        """Return reports that ended without being filed in earnest."""
        found = self._connection.execute(_UNFILED, {"after": after, "limit": limit}).scalars()
        return [EvidenceId(each) for each in found]

    def contents_of(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, str]:
        """Return where the bytes of each lie in the vault."""
        ids = list(evidence_ids)
        found = {EvidenceId(row["id"]): row["content_id"] for row in self._all(_MEDIA, ids)}
        written = {EvidenceId(row["content_id"]): row["content_id"] for row in self._all(_WRITTEN_AMONG, ids)}
        return {**written, **found}

    def evidence_facts(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, EvidenceFacts]:
        """Return what was done about each that is still kept."""
        ids = sorted(set(evidence_ids))
        media = {EvidenceId(row["id"]): row for row in self._all(_MEDIA, ids)}
        facts = dict(self._facts_of_media(media))
        facts.update(self._facts_of_written([each for each in ids if each not in media]))
        return facts

    def _facts_of_media(self, media: Mapping[EvidenceId, Any]) -> Iterator[tuple[EvidenceId, EvidenceFacts]]:
        ids = list(media)
        decided = {row["media_id"]: _later(row["at_us"], row["until_us"]) for row in self._all(_DECIDED, ids)}
        detected = {row["media_id"]: row["at_us"] for row in self._all(_DETECTED, ids)}
        is_open = {row["media_id"] for row in self._all(_IN_OPEN_CASES, ids)}
        hidden = {row["media_id"] for row in self._all(_HIDDEN, ids)}
        preserved = {(row["evidence_id"], row["part"]): row["starts_us"] for row in self._all(_PRESERVED, ids)}
        contents = [row["content_id"] for row in media.values()]
        reported = {row["content_id"]: row for row in self._all(_IN_REPORTS, contents)}
        going: dict[str, set[str]] = defaultdict(set)
        for row in self._all(_GOING_WITH, contents):
            going[row["content_id"]].add(row["report_id"])
        regions: dict[str, set[str]] = defaultdict(set)
        for row in self._all(_CARRYING, ids):
            regions[row["media_id"]] |= {*orjson.loads(row["regions"]), *orjson.loads(row["account_regions"])}
        for each, row in media.items():
            report = reported.get(row["content_id"])
            yield (
                each,
                EvidenceFacts(
                    received_at=rows.from_us(row["received_us"]),
                    reported_at=_moment(
                        _last(report["finished_us"] if report else None, preserved.get((each, Part.NAMED)))
                    ),
                    context_of_report_at=_moment(preserved.get((each, Part.CONTEXT))),
                    is_hidden=each in hidden,
                    decided_at=_moment(decided.get(each)),
                    detected_at=_moment(detected.get(each)),
                    is_open=each in is_open or bool(going[row["content_id"]]),
                    going_reports=frozenset(going[row["content_id"]]),
                    regions=frozenset(regions[each]),
                ),
            )

    def _facts_of_written(self, named: list[EvidenceId]) -> Iterator[tuple[EvidenceId, EvidenceFacts]]:
        """Yield the facts of reports; what was written for one lies under its key, and has the same."""
        ids = sorted(set(named) - {row["evidence_id"] for row in self._all(_GONE_AMONG, named)})
        report_of = self.reports_of_written(ids)
        facts = {row["id"]: _facts_of_report(row) for row in self._all(_REPORTS, {*ids, *report_of.values()})}
        yield from ((each, facts[of]) for each in ids if (of := report_of.get(each, each)) in facts)

    def _all(self, statement: "Select[Any] | Any", ids: Iterable[str]) -> list[rows.Row]:
        return list(rows_of(self._connection, statement, ids))


def _facts_of_report(row: rows.Row) -> EvidenceFacts:
    finished, ended = _moment(row["finished_us"]), _moment(row["ended_us"])
    going = frozenset({row["id"]} if row["under_way"] else ())
    return EvidenceFacts(
        rows.from_us(row["created_us"]), reported_at=finished, ended_at=ended,
        is_open=(finished or ended) is None or bool(going), going_reports=going,
    )  # fmt: skip


def _later(at_us: int, until_us: int | None) -> int:
    return max(at_us, until_us or 0)


def _last(*moments_us: int | None) -> int | None:
    return max((each for each in moments_us if each is not None), default=None)


def _moment(value: int | None) -> datetime | None:
    return None if value is None else rows.from_us(value)
