"""What may this viewer see here, and may this account do that? Each from one read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from tutela.api import sight_bodies as bodies
from tutela.api.calls import Call, answer
from tutela.core.measures import Subject, SubjectKind
from tutela.core.onlookers import Onlooker
from tutela.core.permissions import demand
from tutela.core.subjects import of_device, of_link, of_network
from tutela.errors import BadInput
from tutela.flows.permit import Towards, Wanted
from tutela.flows.show import Look
from tutela.ports.store import Tie
from tutela_client.verdict import Cause, Verdict

EXPLAINS = "detections"
"""The scope that explanations need as well: they name measures and so what was noticed."""


def read_visibility(call: Call) -> Response:
    """Tell what a viewer may see of items and accounts on a surface."""
    call.no_query()
    question = call.body(bodies.VisibilityQuestion)
    if question.explain:
        demand(call.caller, EXPLAINS)
    items, ties = _named(question.items)
    accounts, account_ties = _named(question.accounts)
    look = Look(_onlooker(question.viewer), question.surface, items, accounts, ties, account_ties, question.explain)
    shown = call.house.show(look)
    told = _Encoded(is_explained=question.explain)
    return answer(
        {
            "table_version": call.house.effects.version,
            "verdicts": told.of_all(shown.items),
            "unknown": shown.unknown,
            "accounts": told.of_all(shown.accounts),
            "unknown_accounts": shown.unknown_accounts,
        }
    )


def read_permission(call: Call) -> Response:
    """Tell whether an account may do something."""
    call.no_query()
    question = call.body(bodies.PermissionQuestion)
    if question.explain:
        demand(call.caller, EXPLAINS)
    items, ties = _named([] if question.item is None else [question.item])
    person = question.account
    permission = call.house.permit(
        Wanted(
            actor=_onlooker(question.actor),
            verb=question.verb,
            item=items[0] if items else None,
            tie=ties.get(items[0], Tie()) if items else Tie(),
            towards=None if person is None else _towards(person),
            reaches=tuple(map(_towards, question.accounts)),
            uses=tuple(_uses(question)),
            surface=question.surface,
            is_explained=question.explain,
        )
    )
    body: dict[str, Any] = {
        "allowed": permission.is_allowed,
        "code": permission.code or None,
        "valid_until": permission.valid_until,
        "table_version": call.house.effects.version,
    }
    if question.explain:
        body["because"] = _causes(permission.causes)
    return answer(body)


def _onlooker(viewer: bodies.Viewer) -> Onlooker:
    return Onlooker(viewer.account, viewer.age, frozenset(viewer.countries))


def _towards(person: bodies.ActedOn) -> Towards:
    return Towards(person.id, person.relation, person.age)


def _named(
    asked: "Sequence[str | bodies.LookedAt | bodies.LookedAtAccount]",
) -> tuple[tuple[str, ...], dict[str, Tie]]:
    """Return each name once, and what is said of those of which anything is."""
    ties: dict[str, Tie] = {}
    names: list[str] = []
    for each in asked:
        if isinstance(each, str):
            names.append(each)
        else:
            names.append(each.id)
            ties[each.id] = Tie(each.relation, isinstance(each, bodies.LookedAt) and each.sensitive)
    return tuple(dict.fromkeys(names)), ties


def _uses(question: bodies.PermissionQuestion) -> Iterable[Subject]:
    if question.conversation is not None:
        yield Subject(SubjectKind.CONVERSATION, question.conversation)
    if question.device is not None:
        yield from _reached(of_device, question.device, "device")
    yield from (Subject(SubjectKind.MEDIA, each) for each in question.media)
    for number, link in enumerate(question.links):
        yield from _reached(of_link, link, f"links.{number}")
    if question.network is not None:
        yield from _reached(of_network, question.network, "network")


def _reached(read: Callable[[str], tuple[Subject, ...]], said: str, place: str) -> tuple[Subject, ...]:
    try:
        return read(said)
    except ValueError as error:
        raise BadInput(str(error), place=place) from None


class _Encoded:
    """Verdicts as JSON: most items of an answer share a few, and each of those is encoded once."""

    def __init__(self, *, is_explained: bool) -> None:
        self._is_explained = is_explained
        self._known: dict[int, orjson.Fragment] = {}

    def of_all(self, verdicts: Mapping[str, Verdict]) -> dict[str, orjson.Fragment]:
        """Return each verdict as it is told, by name."""
        known = self._known
        return {name: known.get(id(verdict)) or self._encode(verdict) for name, verdict in verdicts.items()}

    def _encode(self, verdict: Verdict) -> orjson.Fragment:
        # By identity: the caller holds every verdict until the answer is made, so no other one can get its place.
        body = orjson.dumps(_body(verdict, is_explained=self._is_explained), option=orjson.OPT_UTC_Z)
        return self._known.setdefault(id(verdict), orjson.Fragment(body))


def _body(verdict: Verdict, *, is_explained: bool) -> dict[str, Any]:
    reasons = sorted((reason.clause, reason.decision) for reason in verdict.reasons)
    body: dict[str, Any] = {
        "exposure": verdict.exposure.name.lower(),
        "ads": verdict.ads,
        "earns": verdict.earns,
        "rank_factor": verdict.rank_factor,
        "openable": verdict.openable,
        "notices": sorted(verdict.notices),
        "reasons": [{"clause": clause, "decision": decision} for clause, decision in reasons],
        "valid_until": verdict.valid_until,
        "disabled_actions": sorted(verdict.disabled_actions),
    }
    if is_explained:
        body["because"] = _causes(verdict.causes)
    return body


def _causes(causes: Iterable[Cause]) -> list[dict[str, str | None]]:
    return [{"measure": cause.measure or None, "row": cause.row} for cause in sorted(causes)]
