"""What may be sent to decide in bulk."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from tutela.api.bodies import Body, Cursor, Identifier, Line, Moment, Region, Tag, Word
from tutela.core.bulks import BulkAsk, BulkMeasure, Target
from tutela.core.findings import Delay, Facts
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis
from tutela.flows.find_items import MAX_ITEMS, AskedFilter
from tutela_client.scope import Scope

MAX_LISTED = 10_000
MAX_MEASURES = 20
MAX_WORDS = 50
MAX_COUNTRIES = 250
MAX_TOLD = 1000

_Words = Annotated[list[Word], Field(max_length=MAX_WORDS)]


class BulkScope(Body):
    """How far a measure reaches; what is left out does not narrow it."""

    surfaces: _Words = Field(default_factory=list)
    actions: _Words = Field(default_factory=list)
    countries: Annotated[list[Region], Field(max_length=MAX_COUNTRIES)] = Field(default_factory=list)
    legal_basis: Line = ""
    audience: Line = ""
    verification: Line = ""
    reason: Line = ""
    closed: bool = False  #: a cover that no viewer may open


class BulkMeasureAsked(Body):
    """One measure, on each item or on whoever posted it."""

    kind: MeasureKind
    on: Target = Target.ITEM
    scope: BulkScope = BulkScope()
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class BulkDelay(Body):
    """Why nobody is told yet, and until when."""

    until: Moment
    basis: DelayBasis


class BulkFilter(Body):
    """Which stored items: an account, a tag or a clause at least, and since or until when they were submitted."""

    account: Identifier | None = None
    tag: Tag | None = None
    clause: Word | None = None  #: items that are, or were, in a case under it
    since: Moment | None = None
    until: Moment | None = None


class NewBulk(Body):
    """One finding about many items. Either `items` or `filter`, and either `dry_run` or `confirm_count`."""

    clause: Word
    code: Word  #: what was found, in the operator's own word for it
    line: Line = ""
    role: Role = Role.NONE  #: the part of whoever posted each
    measures: Annotated[list[BulkMeasureAsked], Field(max_length=MAX_MEASURES)] = Field(default_factory=list)
    delay: BulkDelay | None = None
    items: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_LISTED)] | None = None
    filter: BulkFilter | None = None
    dry_run: bool = False
    confirm_count: Annotated[int, Field(ge=0, le=MAX_ITEMS)] | None = None
    example: ClassVar[Any] = {
        "clause": "house.spam",
        "code": "link_farm",
        "role": "actor",
        "measures": [{"kind": "remove"}],
        "filter": {"tag": "cheap", "since": "2026-11-01T00:00:00Z"},
        "dry_run": True,
    }

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.items is None) == (self.filter is None):
            raise ValueError("name either `items` or a `filter`")
        if self.dry_run == (self.confirm_count is not None):
            raise ValueError("either `dry_run`, or `confirm_count`: how many items the dry run found")
        return self

    def ask(self) -> BulkAsk:
        """Return what is asked of each item."""
        measures = tuple(
            BulkMeasure(each.kind, each.on, scope_of(each.scope), each.starts_at, each.ends_at)
            for each in self.measures
        )
        delay = None if self.delay is None else Delay(self.delay.until, self.delay.basis)
        return BulkAsk(ClauseId(self.clause), Facts(self.code, self.line), measures, self.role, delay)

    def where(self) -> AskedFilter | None:
        """Return the filter."""
        wanted = self.filter
        if wanted is None:
            return None
        return AskedFilter(wanted.account, wanted.tag, wanted.clause, wanted.since, wanted.until)


class BulkQuery(Body):
    """Where a page of items begins and how long it is."""

    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_TOLD)] = 100


def scope_of(asked: BulkScope) -> Scope:
    """Return a scope as measures have it."""
    return Scope(
        surfaces=frozenset(asked.surfaces),
        actions=frozenset(asked.actions),
        countries=frozenset(asked.countries),
        legal_basis=asked.legal_basis,
        audience=asked.audience,
        verification=asked.verification,
        reason=asked.reason,
        is_closed=asked.closed,
    )
