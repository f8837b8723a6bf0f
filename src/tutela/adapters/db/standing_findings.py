"""Read which findings of people stand about accounts and media; see `ports.decisions`."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Select, func, not_, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.decision_tables import finding_roles
from tutela.adapters.db.lists import among, rows_of
from tutela.core.ids import ClauseId, DecisionId
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.roles import Role

_REVERSAL = t.decisions.alias("reversal")
_HIDES_AN_ITEM = (MeasureKind.QUARANTINE, MeasureKind.REMOVE, MeasureKind.HOLD)

_OF_ACTORS = (
    select(
        finding_roles.c.account_id.label("id"),
        t.decisions.c.clause_id,
        func.min(t.decisions.c.id).label("decision_id"),
    )
    .join_from(finding_roles, t.decisions, t.decisions.c.id == finding_roles.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == finding_roles.c.decision_id)
    .where(
        among(finding_roles.c.account_id),
        finding_roles.c.role == Role.ACTOR.value,
        not_(among(finding_roles.c.decision_id, "but")),
        _REVERSAL.c.id.is_(None),
    )
    .group_by(finding_roles.c.account_id, t.decisions.c.clause_id)
)
_OF_CARRIERS = (
    select(
        t.item_media.c.media_id.label("id"),
        t.measures.c.clause_id,
        func.min(t.measures.c.decision_id).label("decision_id"),
    )
    .join_from(
        t.item_media,
        t.measures,
        (t.measures.c.subject_kind == SubjectKind.ITEM.value) & (t.measures.c.subject_id == t.item_media.c.item_id),
    )
    .where(
        among(t.item_media.c.media_id),
        t.measures.c.kind.in_([kind.value for kind in _HIDES_AN_ITEM]),
        t.measures.c.is_automated.is_(False),
        t.measures.c.ends_us.is_(None),
        t.measures.c.revoked_by.is_(None),
        not_(among(t.measures.c.decision_id, "but")),
    )
    .group_by(t.item_media.c.media_id, t.measures.c.clause_id)
)
_STATEMENTS: "dict[SubjectKind, Select[tuple[str, str, str]]]" = {
    SubjectKind.ACCOUNT: _OF_ACTORS,
    SubjectKind.MEDIA: _OF_CARRIERS,
}


class StandingFindingReads:
    """The part of `ports.store.Reader` about findings that stand."""

    _connection: Connection

    def found_elsewhere(
        self, subjects: Iterable[Subject], but: Collection[DecisionId]
    ) -> dict[tuple[Subject, ClauseId], DecisionId]:
        """Return one finding for each account whose actor it names and each media of an item that it hides."""
        wanted, found = list(subjects), {}
        for kind, statement in _STATEMENTS.items():
            ids = [subject.id for subject in wanted if subject.kind is kind]
            for row in rows_of(self._connection, statement, ids, but=sorted(but)):
                found[Subject(kind, row["id"]), ClauseId(row["clause_id"])] = DecisionId(row["decision_id"])
        return found
