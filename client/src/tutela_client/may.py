"""Answer "may this account do that?": the same table refuses at write time what it hides at read time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela_client.in_force import Holdings, InForce
from tutela_client.see import Seen, see_all
from tutela_client.table import EffectTable, shipped_table
from tutela_client.verdict import Exposure
from tutela_client.viewer import Viewer

CONTACT = frozenset({"message", "mention", "follow", "invite"})
"""What strangers may not do towards a protected account."""

REFUSING_PLACES = frozenset({"block_link", "block_device", "block_network", "block_media"})
"""Kinds on what is used, and not on who uses it."""


@dataclass(frozen=True, slots=True)
class Person:
    """The account that something is done to."""

    account: str
    age: str = "unknown"
    relation: str = "none"  #: of whoever acts to this account
    holdings: Holdings | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether it may be done; if not, a neutral code for the platform's own words."""

    is_allowed: bool
    code: str = ""
    valid_until: datetime | None = None  #: ask again then
    because: frozenset[str] = frozenset()  #: measure ids; for explain only

    def join(self, other: "Permission") -> "Permission":
        """Return the stricter of both; of two refusals the code that comes first in the alphabet."""
        ends = [end for end in (self.valid_until, other.valid_until) if end is not None]
        codes = [each.code for each in (self, other) if not each.is_allowed]
        return Permission(
            self.is_allowed and other.is_allowed, min(codes, default=""), min(ends, default=None),
            self.because | other.because,
        )  # fmt: skip


YES = Permission(is_allowed=True)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody wants to do, to what, with what."""

    verb: str
    by: Holdings | None = None  #: on the account that acts
    item: Seen | None = None
    person: Person | None = None
    places: tuple[Holdings, ...] = ()  #: on the conversation, links, device and network that are used
    surface: str = "detail"  #: where the item is seen


def may(actor: Viewer, deed: Deed, *, now: datetime, table: EffectTable | None = None) -> Permission:
    """Return whether *actor* may do it. Help, reports and appeals stay possible under every measure.

    A verb that nobody registered is refused. What is covered may be acted on only if the viewer may open it.
    """
    rows = table or shipped_table()
    if deed.verb in rows.always:
        return YES
    if deed.verb not in rows.verbs:
        return Permission(is_allowed=False, code="unknown_verb")
    answer = YES
    for measure, is_in_force in _measures(deed.by, now):
        answer = answer.join(_of_actor(measure, deed, rows) if is_in_force else _later(measure))
    for place in deed.places:
        for measure, is_in_force in _measures(place, now):
            answer = answer.join(_of_place(measure, deed, rows) if is_in_force else _later(measure))
    if deed.person is not None:
        answer = answer.join(_of_person(deed, deed.person, now, rows))
    return answer if deed.item is None else answer.join(_of_item(actor, deed, deed.item, now, rows))


def _measures(held: Holdings | None, now: datetime) -> Iterable[tuple[InForce, bool]]:
    for measure in () if held is None else held.measures:
        if measure.holds_at(now) or measure.starts_at > now:
            yield measure, measure.holds_at(now)


def _later(measure: InForce) -> Permission:
    return Permission(is_allowed=True, valid_until=measure.starts_at)


def _refused(code: str, measure: InForce) -> Permission:
    return Permission(is_allowed=False, code=code, valid_until=measure.ends_at, because=frozenset({measure.id}))


def _of_actor(measure: InForce, deed: Deed, table: EffectTable) -> Permission:
    if deed.verb not in table.refuses.get(measure.kind, table.verbs):
        return Permission(is_allowed=True, valid_until=measure.ends_at)
    for_minors_only = measure.kind == "block_messaging" and measure.scope.audience == "minors"
    if for_minors_only and deed.person is not None and deed.person.age == "adult":
        return Permission(is_allowed=True, valid_until=measure.ends_at)
    return _refused(measure.kind, measure)


def _of_place(measure: InForce, deed: Deed, table: EffectTable) -> Permission:
    """Return what a measure on a conversation, link, device or network keeps from being done."""
    if deed.verb in table.refuses.get(measure.kind, table.verbs):
        return _refused(measure.kind, measure)
    return Permission(is_allowed=True, valid_until=measure.ends_at)


def _of_person(deed: Deed, person: Person, now: datetime, table: EffectTable) -> Permission:
    if person.relation == "blocked":
        return Permission(is_allowed=False, code="blocked")
    answer = YES
    for measure, is_in_force in _measures(person.holdings, now):
        is_stranger = person.relation not in {"author", "follower"}
        if not is_in_force:
            answer = answer.join(_later(measure))
        elif measure.kind == "protect" and is_stranger and deed.verb in CONTACT:
            answer = answer.join(_refused("protected", measure))
        elif measure.kind == "suspend" and deed.verb in CONTACT & table.verbs:
            answer = answer.join(_refused("not_available", measure))
    return answer


def _of_item(actor: Viewer, deed: Deed, item: Seen, now: datetime, table: EffectTable) -> Permission:
    verdict = see_all(actor, deed.surface, [item], now=now, table=table)[0]
    because, until = verdict.because, verdict.valid_until
    if verdict.exposure >= Exposure.PLACEHOLDER or (verdict.exposure is Exposure.COVER and not verdict.openable):
        return Permission(is_allowed=False, code="not_available", valid_until=until, because=because)
    if deed.verb in verdict.disabled_actions:
        return Permission(is_allowed=False, code="action_disabled", valid_until=until, because=because)
    return Permission(is_allowed=True, valid_until=until)
