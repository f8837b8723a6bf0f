"""Answer "may this account do that?": the same table refuses at write time what it hides at read time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tutela_client.in_force import Holdings, InForce
from tutela_client.see import Seen, see_account, see_all
from tutela_client.table import IDENTITY, EffectTable, shipped_table
from tutela_client.verdict import Cause, Exposure, Verdict
from tutela_client.viewer import Viewer

CONTACT = frozenset({"message", "mention", "follow", "invite", "suggest"})
"""What is done towards an account, and not with something that it wrote."""

ANONYMOUS = frozenset({"read", "sign_up", "log_in"})
"""What can be done without an account, beside what is always possible."""


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
    causes: frozenset[Cause] = frozenset()  #: what refused; only when explained

    @property
    def because(self) -> frozenset[str]:
        """Return the ids of the measures that refused; only when explained."""
        return frozenset(cause.measure for cause in self.causes if cause.measure)

    def join(self, other: "Permission") -> "Permission":
        """Return the stricter of both; of two refusals the code that comes first in the alphabet."""
        ends = [end for end in (self.valid_until, other.valid_until) if end is not None]
        codes = [each.code for each in (self, other) if not each.is_allowed]
        return Permission(
            self.is_allowed and other.is_allowed, min(codes, default=""), min(ends, default=None),
            self.causes | other.causes,
        )  # fmt: skip


YES = Permission(is_allowed=True)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody wants to do, to what, with what."""

    verb: str
    by: Holdings | None = None  #: on the account that acts
    item: Seen | None = None
    person: Person | None = None
    persons: tuple[Person, ...] = ()  #: everybody whom it reaches, where there may be more than one
    is_shared: bool = False  #: in a conversation: others than `person` may be there, as long as `persons` is empty
    places: tuple[Holdings, ...] = ()  #: on the conversation, media, links, device and network that are used
    surface: str = "detail"  #: where the item is seen


def may(
    actor: Viewer, deed: Deed, *, now: datetime, table: EffectTable | None = None, is_explained: bool = False
) -> Permission:
    """Return whether *actor* may do it. Help, reports and appeals stay possible under every measure.

    A verb that nobody registered is refused, and one of the platform's own counts as contact. Without an account one
    reads, signs up and logs in. What is covered may be acted on only if the viewer may open it.
    """
    rows = table or shipped_table()
    if deed.verb in rows.always:
        return YES
    if deed.verb not in rows.verbs:
        return Permission(is_allowed=False, code="unknown_verb")
    asked = _Asked(actor, deed, now, rows, is_explained)
    is_somebody = actor.account is not None or actor.is_staff or deed.verb in ANONYMOUS
    answer = YES if is_somebody else Permission(is_allowed=False, code="account_needed")
    for each in asked.answers():
        answer = answer.join(each)
    return answer


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question."""

    actor: Viewer
    deed: Deed
    now: datetime
    table: EffectTable
    is_explained: bool

    def answers(self) -> Iterator[Permission]:
        """Yield what each thing that is touched says."""
        for held in (self.deed.by, *self.deed.places):
            for measure in () if held is None else held.measures:
                yield from self._of_measure(measure)
        for person in self._persons:
            yield from self._of_person(person)
        if self.deed.item is not None:
            verdict = see_all(
                self.actor, self.deed.surface, [self.deed.item], now=self.now, table=self.table,
                is_explained=self.is_explained,
            )[0]  # fmt: skip
            yield self._of_sight(verdict)

    @property
    def _persons(self) -> tuple[Person, ...]:
        return (*(() if self.deed.person is None else (self.deed.person,)), *self.deed.persons)

    def _of_measure(self, measure: InForce) -> Iterable[Permission]:
        """Yield what a measure on who acts, or on what is used, keeps from being done."""
        if not measure.holds_at(self.now):
            if measure.starts_at > self.now:
                yield Permission(is_allowed=True, valid_until=measure.starts_at)
        elif self._refuses(measure):
            causes = {Cause(measure.id, f"kinds.{measure.kind}.refuses")} if self.is_explained else ()
            code = self.table.codes.get(measure.kind, "not_available")
            yield Permission(is_allowed=False, code=code, valid_until=measure.ends_at, causes=frozenset(causes))
        else:
            yield Permission(is_allowed=True, valid_until=measure.ends_at)

    def _refuses(self, measure: InForce) -> bool:
        """Return whether it takes the verb away; a kind that nobody knows takes every one."""
        if self.deed.verb not in self.table.refuses.get(measure.kind, self.table.verbs):
            return False
        is_for_minors = measure.kind == "block_messaging" and measure.scope.audience == "minors"
        return not (is_for_minors and self._are_adults())

    def _are_adults(self) -> bool:
        """Return whether all whom it reaches are known to be adults; nobody, or others whom nobody named, are not."""
        persons, is_all = self._persons, bool(self.deed.persons) or not self.deed.is_shared
        return bool(persons) and is_all and all(person.age == "adult" for person in persons)

    def _of_person(self, person: Person) -> Iterable[Permission]:
        """Yield what the other account's own measures keep from being done to it."""
        if person.relation == "blocked":
            causes = {Cause("", "relation.blocked")} if self.is_explained else ()
            yield Permission(is_allowed=False, code="blocked", causes=frozenset(causes))
        itself = Seen(person.account, person.account, person.relation, by_author=person.holdings)
        verdict = see_account(
            self.actor, IDENTITY, itself, now=self.now, table=self.table, is_explained=self.is_explained
        )
        if self.deed.verb in CONTACT or self._is_own_verb:
            yield self._of_sight(verdict)
        elif self._is_disabled(verdict):
            yield self._refused("action_disabled", verdict)

    def _of_sight(self, verdict: Verdict) -> Permission:
        """Return what may be done to something that is seen like this."""
        if verdict.exposure >= Exposure.PLACEHOLDER or (verdict.exposure is Exposure.COVER and not verdict.openable):
            return self._refused("not_available", verdict)
        if self._is_disabled(verdict):
            return self._refused("action_disabled", verdict)
        return Permission(is_allowed=True, valid_until=verdict.valid_until)

    @property
    def _is_own_verb(self) -> bool:
        return self.deed.verb not in shipped_table().verbs

    def _is_disabled(self, verdict: Verdict) -> bool:
        """Return whether the verb is off. One of the platform's own is wherever any contact is."""
        off = verdict.disabled_actions
        return self.deed.verb in off or (self._is_own_verb and not off.isdisjoint(CONTACT))

    def _refused(self, code: str, verdict: Verdict) -> Permission:
        return Permission(is_allowed=False, code=code, valid_until=verdict.valid_until, causes=verdict.causes)
