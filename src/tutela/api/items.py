"""Submit items, one or many, and read them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import JSON, Call, Once, answer, encode, encoded_answer
from tutela.api.problems import body_of
from tutela.core import content
from tutela.core.content import Digests, PdqHash
from tutela.core.ids import AccountId, MediaId
from tutela.core.measures import Measure, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.errors import TooLarge, UnknownItem
from tutela.flows.answers_now import answered_now
from tutela.flows.refer import MediaReference
from tutela.flows.stand_at_door import PostedWith
from tutela.flows.submission import Author, Outcome, Rejected, Request, Submission, Submitted
from tutela.ports.committer import StoredItem
from tutela.ports.store import Reader

NOTICES = {Answer.HOLD: "under_review", Answer.REFUSE: "not_available"}
"""All that an author may be told: it names no list, no match and no person."""

UNKNOWN_QUALITY = 100
"""A hash that comes without its quality is looked up: a platform that leaves it out must not switch detection off."""


def submit(call: Call) -> Response:
    """Submit one item."""
    call.no_query()
    return submit_one(call, submission_of(call.body(bodies.Item)), call.once(call.raw))


def submit_one(call: Call, submission: Submission, once: Once | None) -> Response:
    """Answer about one item: 201 when it is new."""
    request = None if once is None else Request(once.owner, once.key, once.fingerprint, _encode_one)
    outcomes, body = call.house.submit([submission], request)
    if request is None:
        body = _encode_one(outcomes)
    _count(call, outcomes)
    is_new = orjson.loads(body)["new"]
    return encoded_answer(body, 201 if is_new else 200, is_replay=not outcomes)


def submit_batch(call: Call) -> Response:
    """Submit many items: each is answered on its own, in order."""
    call.no_query()
    batch = call.body(bodies.ItemBatch)
    if len(batch.items) > call.house.settings.batch_max_items:
        raise TooLarge(f"a batch may have {call.house.settings.batch_max_items} items at most", place="items")
    once = call.once(call.raw)
    told = partial(_encode_all, call.request_id)
    request = None if once is None else Request(once.owner, once.key, once.fingerprint, told)
    outcomes, body = call.house.submit([submission_of(each) for each in batch.items], request)
    if request is None:
        body = told(outcomes)
    _count(call, outcomes)
    return encoded_answer(body, 200, is_replay=not outcomes)


def submission_of(item: bodies.Item, uploaded: Iterable[MediaReference] = ()) -> Submission:
    """Return what the flow takes; *uploaded* media follow those that the item names."""
    return Submission(
        platform_id=item.id,
        author=author_of(item.author),
        kind=item.kind,
        text=item.text,
        media=(*map(_reference, item.media), *uploaded),
        contains=tuple(item.contains),
        channel=content.Channel() if item.channel is None else channel_of(item.channel),
        regions=tuple(item.regions),
        tags=tuple(item.tags),
        language=item.language,
        posted_with=PostedWith(tuple(item.links), item.device, item.network),
        recipient=None if item.recipient is None else author_of(item.recipient),
    )


def channel_of(where: bodies.Channel) -> content.Channel:
    """Return a place."""
    return content.Channel(where.kind, where.encrypted, where.conversation)


def author_of(who: bodies.Author) -> Author:
    """Return what a platform says about somebody."""
    return Author(who.id, age_of(who.age), tuple(who.regions), who.name)


def age_of(age: bodies.Age | None) -> content.Age:
    """Return an age; unknown when none was given."""
    return content.Age() if age is None else content.Age(age.band, age.provenance)


def _reference(given: bodies.MediaReference) -> MediaReference:
    if given.id is not None:
        return MediaReference(MediaId(given.id), is_held_by_platform=given.held_by_platform)
    digests = Digests(*(each.lower() if each else None for each in (given.md5, given.sha1, given.sha256)))
    quality = UNKNOWN_QUALITY if given.pdq_quality is None else given.pdq_quality
    turned = given.pdq_orientations or {}
    orientations = tuple(bytes.fromhex(turned[name]) for name in ORIENTATIONS) if turned else ()
    pdq = PdqHash(bytes.fromhex(given.pdq), quality, orientations=orientations) if given.pdq else None
    return MediaReference(None, digests, pdq, given.held_by_platform)


def _told(outcome: Submitted) -> dict[str, Any]:
    return {
        "id": outcome.platform_id,
        "answer": outcome.answer.value,
        "decision": outcome.decision_id,
        "notice": NOTICES.get(outcome.answer),
        "scanned": outcome.is_detected,
        "new": outcome.is_new,
    }


def _encode_one(outcomes: Sequence[Outcome]) -> bytes:
    [outcome] = outcomes
    if isinstance(outcome, Rejected):
        # Raised before anything is committed: what could not be used may be sent again under the same key.
        raise outcome.error
    return encode(_told(outcome))


def _encode_all(request_id: str, outcomes: Sequence[Outcome]) -> bytes:
    results = [
        {"id": each.platform_id, "error": body_of(each.error, request_id)}
        if isinstance(each, Rejected)
        else _told(each)
        for each in outcomes
    ]
    return encode({"results": results})


def _count(call: Call, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        name = "rejected" if isinstance(outcome, Rejected) else outcome.answer.value
        call.shared.metrics.items.labels(name).inc()
        for kind in () if isinstance(outcome, Rejected) else outcome.refused_by:
            call.shared.metrics.refused.labels(kind.value).inc()


def read_item(call: Call) -> Response:
    """Tell how an item stands."""
    call.no_query()
    name = call.part("id")
    with call.house.store.read() as reader:
        stored = answered_now(reader, [find(reader, name)], call.house.clock.now())[name]
        view = reader.item_views([name])[name]
        media = reader.media_by_id(stored.item.media_ids)
        measures = [measure for standing in view.standings for measure in standing.measures]
        names = _names(reader, stored, view.author_platform_id, measures)
    body = {
        "id": name,
        "author": view.author_platform_id,
        "answer": stored.answer.value,
        "decision": stored.decision_id,
        "submitted_at": stored.item.submitted_at,
        "kind": stored.item.kind,
        "media": [
            {"id": each, "scan": media[each].scan.value, "evidence": media[each].evidence.value}
            for each in stored.item.media_ids
        ],
        "measures": [_measure(measure, names) for measure in measures],
    }
    return Response(encode(body), media_type=JSON)


def find(reader: Reader, name: str) -> StoredItem:
    """Return the item of that platform id.

    Raises:
        tutela.errors.UnknownItem: It was never submitted.
    """
    stored = reader.items_by_platform_id([name]).get(name)
    if stored is None:
        raise UnknownItem(place="id")
    return stored


def _names(reader: Reader, stored: StoredItem, author: str, measures: Sequence[Measure]) -> Mapping[Subject, str]:
    """Return the platform's own names of what the measures are on."""
    quoted = {m.subject.id for m in measures if m.subject.kind is SubjectKind.ITEM} & set(stored.item.contains)
    inside = reader.items_by_id(item_id for item_id in stored.item.contains if item_id in quoted)
    names = {Subject.item(item_id): each.item.platform_id for item_id, each in inside.items()}
    authors = {AccountId(m.subject.id) for m in measures if m.subject.kind is SubjectKind.ACCOUNT}
    names |= {Subject.account(each.id): each.platform_id for each in reader.accounts_by_id(authors).values()}
    own = {Subject.item(stored.item.id): stored.item.platform_id, Subject.account(stored.item.account_id): author}
    return {**names, **own}


def _measure(measure: Measure, names: Mapping[Subject, str]) -> dict[str, Any]:
    return {
        "id": measure.id,
        "kind": measure.kind.value,
        "subject": {"kind": measure.subject.kind.value, "id": names.get(measure.subject, measure.subject.id)},
        "clause": measure.clause_id,
        "starts_at": measure.starts_at,
        "ends_at": measure.ends_at,
        "review_by": measure.review_by,
        "automated": measure.is_automated,
    }


def read_detections(call: Call) -> Response:
    """Tell what was noticed about an item."""
    call.no_query()
    with call.house.store.read() as reader:
        found = reader.detections(find(reader, call.part("id")).item.id)
        banks = {bank.id: bank.name for bank in reader.banks()}
    detections = [
        {
            "id": each.id,
            "media": each.match.media_id,
            "bank": banks.get(each.match.bank_id) if each.match.bank_id else None,
            "signal_type": each.match.signal_type.value,
            "match": each.match.kind.value,
            "distance_bits": each.match.distance_bits,
            "threshold_bits": each.match.threshold_bits,
            "orientation": each.match.orientation,
            "rendering": each.match.rendering,
            "clause": each.match.clause_id,
            "ceiling": ceiling_body(each.match.ceiling),
            "suppressed": each.is_suppressed,
            "members_hit": each.match.members_hit,
            "at": each.at,
        }
        for each in found
    ]
    return answer({"detections": detections})


def ceiling_body(ceiling: Any) -> dict[str, str]:
    """Return a ceiling as it is told: its four axes by name."""
    axes = ("visibility", "account", "propagation", "report")
    return {axis: getattr(ceiling, axis).name.lower() for axis in axes}
