"""Looks of people, and what they decline, in the database; see `ports.exposure`."""

from datetime import datetime

from sqlalchemy import Engine, bindparam, case, delete, distinct, func, insert, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.exposure_tables import comforts, declined_clauses
from tutela.adapters.db.lists import among
from tutela.adapters.db.view_tables import views
from tutela.core.exposure import Blur, Comfort, LookTaken
from tutela.core.ids import ClauseId
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.core.views import Purpose
from tutela.ports.exposure import Together

_WITH_CASES = views.outerjoin(t.cases, t.cases.c.id == views.c.case_id)
_TAKEN = (views.c.opened_us >= bindparam("since"), views.c.purpose != Purpose.METADATA.value)
_LOOKS = (
    select(views.c.opened_us, views.c.revoked_us, t.cases.c.clause_id)
    .select_from(_WITH_CASES)
    .where(views.c.person_id == bindparam("person"), *_TAKEN)
    .order_by(views.c.opened_us)
)
_TOGETHER = (
    select(
        func.count(distinct(views.c.person_id)).label("people"),
        func.count().label("looks"),
        func.coalesce(func.sum(case((among(t.cases.c.clause_id, "grave"), 1), else_=0)), 0).label("severe"),
    )
    .select_from(_WITH_CASES)
    .where(*_TAKEN)
)
_DECLINED = select(declined_clauses.c.clause_id).where(declined_clauses.c.person_id == bindparam("person"))
_FORGET = delete(declined_clauses).where(declined_clauses.c.person_id == bindparam("of"))
_ADD = insert(declined_clauses)
_COMFORT = select(comforts.c.blur, comforts.c.is_grey).where(comforts.c.person_id == bindparam("person"))
_FORGET_COMFORT = delete(comforts).where(comforts.c.person_id == bindparam("of"))
_GRAVE = frozenset(ZERO_TOLERANCE_IDS)


class DatabaseExposure:
    """Read looks from the log of views, and keep what people decline, without an entry in the audit."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through *engine*."""
        self._engine = engine

    def looks_of(self, person: str, since: datetime) -> list[LookTaken]:
        """Return the looks that somebody opened."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_LOOKS, {"person": person, "since": rows.to_us(since)}).mappings().all()
        return [
            LookTaken(
                rows.from_us(row["opened_us"]),
                None if row["revoked_us"] is None else rows.from_us(row["revoked_us"]),
                row["clause_id"] in _GRAVE,
            )
            for row in found
        ]

    def together(self, since: datetime) -> Together:
        """Return what everybody saw."""
        asked = {"since": rows.to_us(since), "grave": sorted(_GRAVE)}
        with read_transaction(self._engine) as connection:
            row = connection.execute(_TOGETHER, asked).mappings().one()
        return Together(int(row["people"]), int(row["looks"]), int(row["severe"]))

    def declined(self, person: str) -> frozenset[ClauseId]:
        """Return what somebody declines."""
        with read_transaction(self._engine) as connection:
            return frozenset(ClauseId(each) for each in connection.execute(_DECLINED, {"person": person}).scalars())

    def decline(self, person: str, clauses: frozenset[ClauseId]) -> None:
        """Store what somebody declines."""
        with write_transaction(self._engine) as connection:
            connection.execute(_FORGET, {"of": person})
            if clauses:
                connection.execute(_ADD, [{"person_id": person, "clause_id": each} for each in sorted(clauses)])

    def comfort(self, person: str) -> Comfort:
        """Return how somebody wants to be shown things."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_COMFORT, {"person": person}).mappings().one_or_none()
        return Comfort() if row is None else Comfort(Blur(row["blur"]), bool(row["is_grey"]))

    def keep_comfort(self, person: str, comfort: Comfort) -> None:
        """Store how somebody wants to be shown things."""
        with write_transaction(self._engine) as connection:
            connection.execute(_FORGET_COMFORT, {"of": person})
            told = {"person_id": person, "blur": comfort.blur.value, "is_grey": comfort.is_grey}
            connection.execute(insert(comforts), told)
