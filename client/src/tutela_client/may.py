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
    places: tuple[Holdings, ...] = ()  #: on the conversation, media, links, device and network that are used
    surface: str = "detail"  #: where the item is seen


def may(
    actor: Viewer, deed: Deed, *, now: datetime, table: EffectTable | None = None, is_explained: bool = False
) -> Permission:
    """Return whether *actor* may do it. Help, reports and appeals stay possible under every measure.

    A verb that nobody registered is refused. What is covered may be acted on only if the viewer may open it.
    """
    rows = table or shipped_table()
    if deed.verb in rows.always:
        return YES
    if deed.verb not in rows.verbs:
        return Permission(is_allowed=False, code="unknown_verb")
    asked = _Asked(actor, deed, now, rows, is_explained)
    answer = YES
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
        if self.deed.person is not None:
            yield from self._of_person(self.deed.person)
        if self.deed.item is not None:
            verdict = see_all(
                self.actor, self.deed.surface, [self.deed.item], now=self.now, table=self.table,
                is_explained=self.is_explained,
            )[0]  # fmt: skip
            yield self._of_sight(verdict)

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
        # Whoever is not known to be an adult counts as a minor, also where nobody says who is written to.
        is_for_minors = measure.kind == "block_messaging" and measure.scope.audience == "minors"
        return not (is_for_minors and self.deed.person is not None and self.deed.person.age == "adult")

    def _of_person(self, person: Person) -> Iterable[Permission]:
        """Yield what the other account's own measures keep from being done to it."""
        if person.relation == "blocked":
            causes = {Cause("", "relation.blocked")} if self.is_explained else ()
            yield Permission(is_allowed=False, code="blocked", causes=frozenset(causes))
        itself = Seen(person.account, person.account, person.relation, by_author=person.holdings)
        verdict = see_account(
            self.actor, IDENTITY, itself, now=self.now, table=self.table, is_explained=self.is_explained
        )
        if self.deed.verb in CONTACT:
            yield self._of_sight(verdict)
        elif self.deed.verb in verdict.disabled_actions:
            yield self._refused("action_disabled", verdict)

    def _of_sight(self, verdict: Verdict) -> Permission:
        """Return what may be done to something that is seen like this."""
        if verdict.exposure >= Exposure.PLACEHOLDER or (verdict.exposure is Exposure.COVER and not verdict.openable):
            return self._refused("not_available", verdict)
        if self.deed.verb in verdict.disabled_actions:
            return self._refused("action_disabled", verdict)
        return Permission(is_allowed=True, valid_until=verdict.valid_until)

    def _refused(self, code: str, verdict: Verdict) -> Permission:
        return Permission(is_allowed=False, code=code, valid_until=verdict.valid_until, causes=verdict.causes)
