"""Read what is kept of events; see `ports.events`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, or_, select, tuple_

from tutela.adapters.db.decision_tables import finding_roles
from tutela.adapters.db.event_tables import account_labels, contacts, events
from tutela.adapters.db.event_writes import pair_of
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.adapters.db.tables import decisions
from tutela.core.content import Channel, ChannelKind
from tutela.core.event_facts import Contact, kept_facts
from tutela.core.events import Event
from tutela.core.ids import AccountId, DecisionId, EventId, ItemId
from tutela.core.roles import Role
from tutela.core.spotting import KeptSpots, spots_recalled
from tutela.ports.events import EventPlace, KnownEvent, Label, Met, RecordedEvent

_KNOWN = select(
    events.c.id, events.c.platform_id, events.c.kind, events.c.decision_id, events.c.withheld
).where(among(events.c.platform_id))  # fmt: skip
_CONTACTS = select(contacts).where(among(contacts.c.pair))
_HOLDS = or_(account_labels.c.ends_us.is_(None), account_labels.c.ends_us > bindparam("now"))
_LABELS = (
    select(account_labels)
    .where(among(account_labels.c.account_id), _HOLDS)
    .order_by(account_labels.c.account_id, account_labels.c.label)
)
_ON_LIST = (
    select(account_labels)
    .where(
        account_labels.c.is_list, account_labels.c.label == bindparam("label"), _HOLDS,
        account_labels.c.account_id > bindparam("after"),
    )
    .order_by(account_labels.c.account_id)
    .limit(bindparam("limit"))
)  # fmt: skip
_REVERSAL = decisions.alias("reversal")
_FINDINGS = (
    select(finding_roles.c.account_id, func.count(finding_roles.c.decision_id.distinct()).label("findings"))
    .join_from(finding_roles, decisions, decisions.c.id == finding_roles.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == finding_roles.c.decision_id)
    .where(
        among(finding_roles.c.account_id),
        finding_roles.c.role == Role.ACTOR.value,
        _REVERSAL.c.id.is_(None),
    )
    .group_by(finding_roles.c.account_id)
)
_IN_TIME = (events.c.received_us >= bindparam("since"), events.c.received_us < bindparam("until"))
_PLACE = (
    select(events.c.received_us, events.c.id)
    .where(events.c.received_us >= bindparam("since"))
    .order_by(events.c.received_us, events.c.id)
    .offset(bindparam("before"))
    .limit(1)
)
_RECORDED = (
    select(events)
    .where(*_IN_TIME, tuple_(events.c.received_us, events.c.id) > tuple_(bindparam("at_us"), bindparam("after")))
    .order_by(events.c.received_us, events.c.id)
    .limit(bindparam("limit"))
)
_COUNT = select(func.count()).select_from(events).where(*_IN_TIME)
_EVENT = select(events).where(events.c.id == bindparam("id"))
_SPOTS = select(events.c.id, events.c.spots).where(among(events.c.id), events.c.spots.is_not(None))

MET_EVENTS = 1000
"""Events of one account that are looked through for whom it turned to: the newest."""

_NEWEST = (
    select(events.c.recipient_id, events.c.kind, events.c.received_us)
    .where(events.c.author_id == bindparam("author"))
    .order_by(events.c.received_us.desc())
    .limit(MET_EVENTS)
    .subquery("newest")
)
_MET = (
    select(
        _NEWEST.c.recipient_id,
        _NEWEST.c.kind,
        func.count().label("times"),
        func.max(_NEWEST.c.received_us).label("last"),
    )
    .where(_NEWEST.c.recipient_id.is_not(None))
    .group_by(_NEWEST.c.recipient_id, _NEWEST.c.kind)
)


def recorded_event(row: Row) -> RecordedEvent:
    """Return the event of a row. Whether a channel was encrypted is not asked: none of those is recorded (P12)."""
    event = Event(
        id=EventId(row["id"]),
        kind=row["kind"],
        at=from_us(row["at_us"]),
        received_at=from_us(row["received_us"]),
        author_id=AccountId(row["author_id"]),
        recipient_id=AccountId(row["recipient_id"]) if row["recipient_id"] else None,
        channel=Channel(ChannelKind(row["channel_kind"]), conversation=row["conversation"]),
        platform_id=row["platform_id"],
        item_id=ItemId(row["item_id"]) if row["item_id"] else None,
    )
    decision = DecisionId(row["decision_id"]) if row["decision_id"] else None
    facts = kept_facts(orjson.loads(row["facts"]))
    spots = None if row["spots"] is None else spots_recalled(orjson.loads(row["spots"]))
    return RecordedEvent(event, facts, row["sealed"], decision, tuple(row["withheld"].split()), spots)


def _label(row: Row) -> Label:
    ends_at = None if row["ends_us"] is None else from_us(row["ends_us"])
    return Label(
        AccountId(row["account_id"]), row["label"], bool(row["is_list"]), row["set_by"], row["because"],
        from_us(row["since_us"]), ends_at,
    )  # fmt: skip


class EventReads:
    """The part of `ports.events.EventReader` about events, contacts and labels."""

    _connection: Connection

    def events_by_platform_id(self, platform_ids: Iterable[str]) -> dict[str, KnownEvent]:
        """Return the events that were told before and are recorded, by the platform's id."""
        found: dict[str, KnownEvent] = {}
        for row in rows_of(self._connection, _KNOWN, platform_ids):
            decision = DecisionId(row["decision_id"]) if row["decision_id"] else None
            withheld = tuple(row["withheld"].split())
            found[row["platform_id"]] = KnownEvent(EventId(row["id"]), row["kind"], decision, withheld)
        return found

    def contacts(self, pairs: Iterable[tuple[AccountId, AccountId]]) -> dict[tuple[AccountId, AccountId], Contact]:
        """Return what is known between each pair, seen from the first of both; nothing for strangers."""
        wanted = set(pairs)
        keys = [pair_of(*each) for one, other in wanted for each in ((one, other), (other, one))]
        rows = {row["pair"]: row for row in rows_of(self._connection, _CONTACTS, keys)}
        found = {}
        for one, other in wanted:
            out, back = rows.get(pair_of(one, other)), rows.get(pair_of(other, one))
            if out is not None or back is not None:
                found[one, other] = _contact(out, back)
        return found

    def labels(self, account_ids: Iterable[AccountId], now: datetime) -> dict[AccountId, list[Label]]:
        """Return the labels and lists in force on each account that has any."""
        found: dict[AccountId, list[Label]] = {}
        for row in rows_of(self._connection, _LABELS, account_ids, now=to_us(now)):
            found.setdefault(AccountId(row["account_id"]), []).append(_label(row))
        return found

    def on_list(self, name: str, now: datetime, after: str, limit: int) -> list[Label]:
        """Return the next accounts on a list, in order of their id."""
        asked = {"label": name, "now": to_us(now), "after": after, "limit": limit}
        return [_label(row) for row in self._connection.execute(_ON_LIST, asked).mappings()]

    def findings_on(self, account_ids: Iterable[AccountId]) -> dict[AccountId, int]:
        """Return how many findings of people stand that name each account as the actor; none where there is none."""
        found = rows_of(self._connection, _FINDINGS, account_ids)
        return {AccountId(row["account_id"]): row["findings"] for row in found}

    def recorded_events(
        self, since: datetime, until: datetime, after: EventPlace | None, limit: int
    ) -> list[RecordedEvent]:
        """Return the next recorded events, in the order in which they came."""
        place = after or EventPlace(-1, "")
        asked: dict[str, Any] = {
            "since": to_us(since), "until": to_us(until), "at_us": place.at_us, "after": place.id, "limit": limit,
        }  # fmt: skip
        return [recorded_event(row) for row in self._connection.execute(_RECORDED, asked).mappings()]

    def recorded_count(self, since: datetime, until: datetime) -> int:
        """Return how many events are recorded that came in this stretch of time."""
        return self._connection.execute(_COUNT, {"since": to_us(since), "until": to_us(until)}).scalar_one()

    def recorded_place(self, since: datetime, skipped: int) -> EventPlace:
        """Return the place behind the first *skipped* events, one at least, of those that came from *since* on."""
        row = self._connection.execute(_PLACE, {"since": to_us(since), "before": skipped - 1}).one()
        return EventPlace(*row)

    def event(self, event_id: EventId) -> RecordedEvent | None:
        """Return one recorded event."""
        row = self._connection.execute(_EVENT, {"id": event_id}).mappings().first()
        return None if row is None else recorded_event(row)

    def met_by(self, account_id: AccountId) -> list[Met]:
        """Return whom an account turned to in its newest events, the last one first."""
        kinds: dict[AccountId, dict[str, int]] = {}
        last: dict[AccountId, int] = {}
        for recipient, kind, times, last_us in self._connection.execute(_MET, {"author": account_id}):
            met = AccountId(recipient)
            kinds.setdefault(met, {})[kind] = times
            last[met] = max(last_us, last.get(met, 0))
        in_order = sorted(kinds, key=lambda each: (-last[each], each))
        return [Met(each, dict(sorted(kinds[each].items())), from_us(last[each])) for each in in_order]

    def spots_of(self, event_ids: Iterable[EventId]) -> dict[EventId, KeptSpots]:
        """Return what was spotted in the texts of recorded events, where anything was."""
        found = rows_of(self._connection, _SPOTS, event_ids)
        return {EventId(row["id"]): spots_recalled(orjson.loads(row["spots"])) for row in found}


def _contact(out: Row | None, back: Row | None) -> Contact:
    firsts = [row["first_us"] for row in (out, back) if row is not None and row["first_us"] is not None]
    return Contact(
        first_at=from_us(min(firsts)) if firsts else None,
        sent=0 if out is None else out["sent"],
        received=0 if back is None else back["sent"],
        is_refused=back is not None and back["refused_us"] is not None,
    )
