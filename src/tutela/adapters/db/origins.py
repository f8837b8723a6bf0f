"""How decisions came about, read from notices and orders; see `ports.statements`."""

from collections.abc import Iterable

from sqlalchemy import Engine, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.decision_tables import findings
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.notice_tables import notice_decisions, notices
from tutela.adapters.db.order_tables import order_decisions, orders
from tutela.core.ids import DecisionId, ItemId
from tutela.core.notices.branches import NoticeKind
from tutela.core.orders.kinds import FOUND_BY_ORDER
from tutela.core.plans import Source
from tutela.core.reasons.facts import Origin

_ENROLLED = {
    NoticeKind.TRUSTED_FLAGGER.value: Origin.TRUSTED_FLAGGER,
    NoticeKind.HOTLINE.value: Origin.OTHER_NOTIFICATION,
    NoticeKind.AUTHORITY.value: Origin.OTHER_NOTIFICATION,
    NoticeKind.COURT_ORDER.value: Origin.ORDER,
}
"""What the word of somebody counts as who is enrolled; whoever merely says so has told us as everybody may."""

_ORDER = (Origin.OWN_INITIATIVE, Origin.NOTICE, Origin.OTHER_NOTIFICATION, Origin.TRUSTED_FLAGGER, Origin.ORDER)
"""What binds more comes later."""

_NOTICED = (Source.NOTICE.value, Source.CLAIM.value)
_OF_NOTICES = (
    select(notice_decisions.c.decision_id, notices.c.kind, notices.c.is_enrolled)
    .join(notices, notices.c.id == notice_decisions.c.notice_id)
    .where(among(notice_decisions.c.decision_id))
)
_OF_ORDERS = select(order_decisions.c.decision_id).where(among(order_decisions.c.decision_id)).distinct()
# Written with the decision itself: it is there even where a fall came before the register had heard of the decision.
_FOUND_BY_ORDER = (
    select(findings.c.decision_id)
    .join(orders, orders.c.id == findings.c.line)
    .where(among(findings.c.decision_id), findings.c.code == FOUND_BY_ORDER)
)
_BY_NOTICE = select(t.decisions.c.id).where(among(t.decisions.c.id), t.decisions.c.source.in_(_NOTICED))
_BY_MACHINE = (
    select(t.decisions.c.item_id)
    .where(
        among(t.decisions.c.item_id),
        t.decisions.c.source.in_((Source.MATCH.value, Source.SCAN.value, Source.RULE.value)),
    )
    .distinct()
)


class DatabaseOrigins:
    """Read it. Where neither a notice nor an order is recorded, it came of our own looking."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    def noticed_by_machine(self, item_ids: Iterable[ItemId]) -> frozenset[ItemId]:
        """Return the items about which a list, the scanner or a rule ever led to a decision."""
        with read_transaction(self._engine) as connection:
            return frozenset(ItemId(row["item_id"]) for row in rows_of(connection, _BY_MACHINE, item_ids))

    def origins(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, Origin]:
        """Return how each came about; of several ways the one that binds most: an order before a notice."""
        ids = sorted(set(decision_ids))
        found: dict[DecisionId, Origin] = {}
        with read_transaction(self._engine) as connection:
            told = [(row["id"], Origin.NOTICE) for row in rows_of(connection, _BY_NOTICE, ids)]
            told += [
                (row["decision_id"], _ENROLLED.get(row["kind"], Origin.NOTICE) if row["is_enrolled"] else Origin.NOTICE)
                for row in rows_of(connection, _OF_NOTICES, ids)
            ]
            told += [(row["decision_id"], Origin.ORDER) for row in rows_of(connection, _OF_ORDERS, ids)]
            told += [(row["decision_id"], Origin.ORDER) for row in rows_of(connection, _FOUND_BY_ORDER, ids)]
        for decision_id, origin in told:
            known = found.get(DecisionId(decision_id), Origin.OWN_INITIATIVE)
            found[DecisionId(decision_id)] = max(known, origin, key=_ORDER.index)
        return found
