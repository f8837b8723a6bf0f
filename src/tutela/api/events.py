"""Observe events, one or many; their kinds; labels; and the register of bases."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.responses import Response

from tutela.api import event_bodies as asked
from tutela.api.bodies import PageQuery
from tutela.api.calls import Call, answer, encode, encoded_answer
from tutela.api.items import author_of, channel_of
from tutela.api.paging import from_cursor, to_cursor
from tutela.api.problems import body_of
from tutela.core.event_facts import Written
from tutela.core.events import BUILT_IN
from tutela.core.operator import is_in_force, lapses_soon, unwatched
from tutela.core.rules.rule import NAME, NAME_IS
from tutela.errors import BadInput, TooLarge
from tutela.flows.keep_event_kinds import kind_of, kind_told
from tutela.flows.keep_labels import NewLabel
from tutela.flows.observe import Noted, Outcome
from tutela.flows.repeat import Repeatable, RepeatedError
from tutela.flows.submission import Rejected
from tutela.ports.events import Label


def observe(call: Call) -> Response:
    """Observe one event."""
    call.no_query()
    return _observe(call, [noted_of(call.body(asked.Event))], _encode_one)


def observe_batch(call: Call) -> Response:
    """Observe many events: each is answered on its own, in order."""
    call.no_query()
    batch = call.body(asked.EventBatch)
    if len(batch.events) > call.house.settings.batch_max_items:
        raise TooLarge(f"a batch may have {call.house.settings.batch_max_items} events at most", place="events")
    return _observe(call, [noted_of(each) for each in batch.events], partial(_encode_all, call.request_id))


def _observe(call: Call, noted: Sequence[Noted], told: Any) -> Response:
    once = call.once(call.raw)
    if once is None:
        outcomes, _ = call.house.observe(noted)
        _count(call, outcomes)
        return encoded_answer(told(outcomes), 200, is_replay=False)
    try:
        outcomes, body = call.house.observe(noted, Repeatable(once.owner, once.key, once.fingerprint, told))
    except RepeatedError as before:
        return encoded_answer(before.body, 200, is_replay=True)
    _count(call, outcomes)
    return encoded_answer(body, 200, is_replay=False)


def _count(call: Call, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Rejected):
            name = "rejected"
        elif outcome.event_id is None:
            name = "no_basis"
        else:
            name = "recorded" if outcome.is_new else "repeated"
        call.shared.metrics.events.labels(name).inc()


def noted_of(event: asked.Event) -> Noted:
    """Return what the flow takes."""
    is_written = event.text is not None or event.links or event.language is not None
    return Noted(
        platform_id=event.id,
        kind=event.kind,
        author=author_of(event.author),
        recipient=None if event.recipient is None else author_of(event.recipient),
        at=event.at,
        channel=None if event.channel is None else channel_of(event.channel),
        regions=tuple(event.regions),
        attributes={
            name: tuple(value) if isinstance(value, list) else value for name, value in event.attributes.items()
        },
        written=Written(event.text, tuple(event.links), event.language) if is_written else None,
        device=event.device,
        network=event.network,
    )


def _told(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Rejected):
        # Raised before anything is committed: what could not be used may be sent again under the same key.
        raise outcome.error
    return {
        "id": outcome.platform_id,
        "event": outcome.event_id,
        "recorded": outcome.event_id is not None,
        "new": outcome.is_new,
        "withheld": list(outcome.withheld),
        "decision": outcome.decision_id,
    }


def _encode_one(outcomes: Sequence[Outcome]) -> bytes:
    return encode(_told(outcomes[0]))


def _encode_all(request_id: str, outcomes: Sequence[Outcome]) -> bytes:
    results = [
        {"id": each.platform_id, "error": body_of(each.error, request_id)}
        if isinstance(each, Rejected)
        else _told(each)
        for each in outcomes
    ]
    return encode({"results": results})


# ----------------------------------------------------------------------------------------------------- kinds of events


def read_kinds(call: Call) -> Response:
    """Tell every kind of event."""
    call.no_query()
    kinds = call.house.event_kinds.all().values()
    return answer({"kinds": [{**kind_told(kind), "ships": kind.name in BUILT_IN} for kind in kinds]})


def declare_kinds(call: Call) -> Response:
    """Replace the kinds that the platform declares."""
    call.no_query()
    given = call.body(asked.EventKinds)
    call.house.event_kinds.declare([kind_of(kind.model_dump()) for kind in given.kinds])
    kinds = call.house.event_kinds.all().values()
    return answer({"kinds": [{**kind_told(kind), "ships": kind.name in BUILT_IN} for kind in kinds]})


# -------------------------------------------------------------------------------------------------------------- labels


def read_labels(call: Call) -> Response:
    """Tell the labels on an account, and the lists that it is on."""
    call.no_query()
    name = call.part("id")
    return answer({"labels": [_label(each, name) for each in call.house.labels.of(call.caller, name)], "next": None})


def put_label(call: Call) -> Response:
    """Set a label."""
    return _set_label(call, is_list=False)


def put_on_list(call: Call) -> Response:
    """Put an account on a list."""
    return _set_label(call, is_list=True)


def _set_label(call: Call, *, is_list: bool) -> Response:
    call.no_query()
    given, account = call.body(asked.NewLabel), call.part("id")
    new = NewLabel(account, _label_name(call), is_list, given.because, given.ends_at)
    return answer(_label(call.house.labels.set(call.caller, new), account))


def remove_label(call: Call) -> Response:
    """Take a label off."""
    call.no_query()
    call.house.labels.take_off(call.caller, call.part("id"), _label_name(call), is_list=False)
    return Response(status_code=204)


def take_off_list(call: Call) -> Response:
    """Take an account off a list."""
    call.no_query()
    call.house.labels.take_off(call.caller, call.part("id"), _label_name(call), is_list=True)
    return Response(status_code=204)


def read_list(call: Call) -> Response:
    """Tell who is on a list, by pages."""
    query = call.query(PageQuery)
    labels, who = call.house.labels.on_list(call.caller, _label_name(call), from_cursor(query.cursor), query.limit + 1)
    shown = labels[: query.limit]
    following = to_cursor(shown[-1].account_id) if len(labels) > len(shown) else None
    told = [_label(each, who[each.account_id].platform_id) for each in shown]
    return answer({"labels": told, "next": following})


def _label_name(call: Call) -> str:
    name = call.part("label")
    if not NAME.fullmatch(name):
        raise BadInput(f"a label is {NAME_IS}", place="label")
    return name


def _label(label: Label, account: str) -> dict[str, Any]:
    return {
        "account": account,
        "label": label.label,
        "list": label.is_list,
        "set_by": label.set_by,
        "because": label.because,
        "since": label.since,
        "ends_at": label.ends_at,
    }


# --------------------------------------------------------------------------------------------------- register of bases


def read_bases(call: Call) -> Response:
    """Tell the register of bases, and where nothing is looked at for want of one."""
    call.no_query()
    profile, now = call.house.profile.read(), call.house.clock.now()
    bases = [
        {
            "region": basis.region,
            "channel": basis.channel.value,
            "technique": basis.technique,
            "legal_basis": basis.legal_basis,
            "reference": basis.reference,
            "from": basis.starts_at,
            "to": basis.ends_at,
            "in_force": is_in_force(basis, now),
            "lapses_soon": lapses_soon((basis,), now) and lapses_soon(profile.bases, now),
        }
        for basis in profile.bases
    ]
    missing = [
        {"channel": each.channel.value, "technique": each.technique.value, "regions": list(each.regions)}
        for each in unwatched(profile, now)
    ]
    return answer({"bases": bases, "unwatched": missing})
