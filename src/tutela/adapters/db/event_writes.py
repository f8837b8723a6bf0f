"""Write what is kept of events, inside the group's transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, case, delete, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db.classification_writes import ask, settle
from tutela.adapters.db.event_tables import account_labels, account_ties, contacts, events, rule_fires
from tutela.adapters.db.many import write_many
from tutela.adapters.db.rows import maybe_us, to_us
from tutela.core.spotting import spots_told
from tutela.core.ties import ties_of
from tutela.errors import Conflict
from tutela.ports.events import ContactChange, Fire, FireLaid, FireOutcome, Label, Observed, RecordedEvent

_EVENTS, _FIRES = insert(events), insert(rule_fires)
_DAY_US = 86_400_000_000


def _meet(dialect: Any) -> Any:
    """Return what adds one event to what is known between two people; what happened first stays first."""
    new = (statement := dialect.insert(contacts)).excluded
    first, refused = contacts.c.first_us, contacts.c.refused_us
    earlier = case((first.is_(None), new.first_us), (new.first_us < first, new.first_us), else_=first)
    return statement.on_conflict_do_update(
        index_elements=["pair"],
        set_={
            "first_us": earlier,
            "last_us": case((new.last_us > contacts.c.last_us, new.last_us), else_=contacts.c.last_us),
            "sent": contacts.c.sent + new.sent,
            "refused_us": func.coalesce(refused, new.refused_us),
        },
    )


def _label(dialect: Any) -> Any:
    """Return what sets a label anew, or for longer; by whom it was set first stays."""
    new = (statement := dialect.insert(account_labels)).excluded
    ends = account_labels.c.ends_us
    later = case((ends.is_(None) | new.ends_us.is_(None), None), (new.ends_us > ends, new.ends_us), else_=ends)
    return statement.on_conflict_do_update(
        index_elements=["account_id", "label", "is_list", "set_by"],
        set_={"ends_us": later, "because": new.because},
    )


def _tie(dialect: Any) -> Any:
    """Return what ties an account to something; once a day at most is anything written again."""
    new = (statement := dialect.insert(account_ties)).excluded
    return statement.on_conflict_do_update(
        index_elements=["kind", "value", "account_id"],
        set_={"last_us": new.last_us},
        where=new.last_us > account_ties.c.last_us + _DAY_US,
    )


_TIE = {"sqlite": _tie(sqlite), "postgresql": _tie(postgresql)}
_MEET = {"sqlite": _meet(sqlite), "postgresql": _meet(postgresql)}
_LABEL = {"sqlite": _label(sqlite), "postgresql": _label(postgresql)}
_UNLABEL = delete(account_labels).where(
    *(account_labels.c[name] == bindparam(f"b_{name}") for name in ("account_id", "label", "is_list", "set_by"))
)
_LAY = (
    update(rule_fires)
    .where(
        rule_fires.c.id == bindparam("b_id"),
        rule_fires.c.outcome == FireOutcome.OVER_QUOTA.value,
        rule_fires.c.case_id.is_(None),
    )
    .values(case_id=bindparam("b_case"), laid_us=bindparam("b_us"))
)


def run_observed(connection: Connection, observed: Iterable[Observed]) -> None:
    """Write what was observed, in order.

    Raises:
        tutela.errors.Conflict: A fire was laid before a person, or an answer recorded, by another process.
    """
    every = list(observed)
    dialect = connection.dialect.name
    write_many(connection, _EVENTS, [event_row(each) for one in every for each in one.events])
    write_many(connection, _TIE[dialect], _tied([each for one in every for each in one.events]))
    write_many(connection, _MEET[dialect], _met([each for one in every for each in one.contacts]))
    write_many(connection, _FIRES, [_fire_row(each) for one in every for each in one.fires])
    for one in every:
        # What is set anew is taken off first, so that another reason and another end replace what was there.
        for label in one.label_removals:
            row = _label_row(label)
            connection.execute(_UNLABEL, {f"b_{n}": row[n] for n in ("account_id", "label", "is_list", "set_by")})
        write_many(connection, _LABEL[dialect], list(map(_label_row, one.labels)))
        for laid in one.laid:
            _lay(connection, laid)
        settle(connection, one.settled)
    ask(connection, (question for one in every for question in one.questions))


def _lay(connection: Connection, laid: FireLaid) -> None:
    if connection.execute(_LAY, {"b_id": laid.fire_id, "b_case": laid.case_id, "b_us": to_us(laid.at)}).rowcount != 1:
        raise Conflict("what a rule saw was laid before a person meanwhile")


def event_row(recorded: RecordedEvent) -> dict[str, Any]:
    """Return the row of an event."""
    event = recorded.event
    return {
        "id": event.id,
        "platform_id": event.platform_id,
        "kind": event.kind,
        "at_us": to_us(event.at),
        "received_us": to_us(event.received_at),
        "author_id": event.author_id,
        "recipient_id": event.recipient_id,
        "item_id": event.item_id,
        "channel_kind": event.channel.kind.value,
        "conversation": event.channel.conversation,
        "facts": orjson.dumps(recorded.facts).decode(),
        "sealed": recorded.sealed,
        "decision_id": recorded.decision_id,
        "withheld": " ".join(recorded.withheld),
        "spots": None if recorded.spots is None else orjson.dumps(spots_told(recorded.spots)).decode(),
    }


def _tied(recorded: Iterable[RecordedEvent]) -> list[Mapping[str, Any]]:
    """Return the rows of what these events tie, each once and in one order for all processes."""
    latest: dict[tuple[str, str, str], int] = {}
    for each in recorded:
        at_us = to_us(each.event.received_at)
        for tie, account in ties_of(each.event, each.facts):
            key = (tie.kind.value, tie.value, account)
            latest[key] = max(at_us, latest.get(key, at_us))
    return [
        {"kind": kind, "value": value, "account_id": account, "last_us": at_us}
        for (kind, value, account), at_us in sorted(latest.items())
    ]


def pair_of(author_id: str, recipient_id: str) -> str:
    """Return the key of what one person did to another. Ids of ours hold no slash."""
    return f"{author_id}/{recipient_id}"


def _met(changes: Iterable[ContactChange]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for change in changes:
        at_us = to_us(change.at)
        rows.append({
            "pair": pair_of(change.author_id, change.recipient_id),
            "first_us": at_us if change.is_contact else None,
            "last_us": at_us,
            "sent": int(change.is_message),
            "refused_us": at_us if change.is_refusal else None,
        })  # fmt: skip
    return rows


def _label_row(label: Label) -> dict[str, Any]:
    return {
        "account_id": label.account_id,
        "label": label.label,
        "is_list": label.is_list,
        "set_by": label.set_by,
        "because": label.because,
        "since_us": to_us(label.since),
        "ends_us": maybe_us(label.ends_at),
    }


def _fire_row(fire: Fire) -> dict[str, Any]:
    return {
        "id": fire.id,
        "rule": fire.rule,
        "version": fire.version,
        "clause_id": fire.clause_id,
        "event_id": fire.event_id,
        "account_id": fire.account_id,
        "at_us": to_us(fire.at),
        "outcome": fire.outcome.value,
        "because": fire.because,
        "queue": fire.queue,
        "severity": fire.severity,
        "trace": orjson.dumps(list(fire.trace)).decode(),
        "case_id": fire.case_id,
        "decision_id": fire.decision_id,
        "laid_us": None,
    }
