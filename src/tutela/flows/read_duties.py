"""Read what an incident owes to each authority, what was done about it, and by when the rest is due."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.core.cases import Case
from tutela.core.filing.closing import Dealt, Owed, Unmet, is_settled, must_be_filed, unmet
from tutela.core.filing.dealings import Dealing, dealt
from tutela.core.filing.duty import Duty, DutyTable, Obligation, duty
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet, Incident, duty_facts
from tutela.core.ids import AccountId, CaseId
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import Principal, demand
from tutela.core.roles import Role
from tutela.errors import BadInput, NotForYou
from tutela.flows.move_case import actor_of, shown_case
from tutela.flows.read_roles import roles_found
from tutela.ports.clock import Clock
from tutela.ports.duties import FoundCase
from tutela.ports.store import Reader, Store

MOST_ITEMS = 500
"""Items of a case of which it is read where they were posted: a few say as much as thousands."""

PAGE_CASES = 50


@dataclass(frozen=True, slots=True)
class OwedDuty:
    """What one authority is owed, and how that stands."""

    duty: Duty
    dealt: Dealt
    found_at: datetime | None  #: since when something is found that they do not have; none where nobody has found it
    due_at: datetime | None  #: by when it must be told; none where it need not be
    is_open: bool  #: nothing was filed, and nobody decided against it

    def is_late(self, now: datetime) -> bool:
        """Return whether it should have been told by now."""
        return self.is_open and self.due_at is not None and now >= self.due_at


@dataclass(frozen=True, slots=True)
class Duties:
    """Everything that an incident owes."""

    case: Case
    found: FoundCase | None  #: none where no person has found it yet
    sheet: DutySheet
    told_places: Places  #: by the platform
    lines: tuple[OwedDuty, ...]
    dealings: tuple[Dealing, ...]
    owed: Owed

    def line(self, authority: str) -> OwedDuty:
        """Return what one authority is owed.

        Raises:
            tutela.errors.BadInput: The table knows no such authority.
        """
        found = next((each for each in self.lines if each.duty.authority == authority), None)
        if found is None:
            known = ", ".join(each.duty.authority for each in self.lines)
            raise BadInput("There is no such authority.", place="authority", remedy=f"Name one of {known}.")
        return found

    @property
    def unmet(self) -> tuple[Unmet, ...]:
        """Return what keeps the case open."""
        return unmet(self.owed)

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is owed any more to anybody."""
        return self.found is not None and is_settled(self.owed)

    @property
    def due_at(self) -> datetime | None:
        """Return when the first of what must be told is due."""
        return min((line.due_at for line in self.lines if line.is_open and line.due_at), default=None)

    @property
    def must(self) -> tuple[str, ...]:
        """Return the authorities that must have it and do not yet."""
        return tuple(
            line.duty.authority for line in self.lines if line.is_open and line.duty.obligation is Obligation.MUST
        )


@dataclass(frozen=True, slots=True)
class OwedPage:
    """Some of the incidents that owe something, and where the next page begins."""

    cases: tuple[Duties, ...]
    following: str | None


@dataclass(frozen=True, slots=True)
class ReadDuties:
    """Read duties. They are computed when they are read: a table or profile that changed is never out of date."""

    store: Store
    table: DutyTable
    profile: Callable[[], OperatorProfile]
    clock: Clock

    def __call__(self, principal: Principal, case_id: CaseId) -> Duties:
        """Return what an incident owes.

        Raises:
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand(principal, "reports")
        with self.store.read() as reader:
            return self.of(reader, workable(reader, principal, case_id))

    def page(self, principal: Principal, after: str = "", limit: int = PAGE_CASES) -> OwedPage:
        """Return what is owed by the next open cases of which a finding stands, in order of their ids.

        Cases about an account of *principal* are left out.
        """
        demand(principal, "reports")
        with self.store.read() as reader:
            own = reader.own_accounts(principal.id)
            page = reader.found_cases(after, limit)
            cases = tuple(self.of_found(reader, each) for each in page if each.case.account_id not in own)
        return OwedPage(cases, page[-1].case.id if len(page) == limit else None)

    def of(self, reader: Reader, case: Case) -> Duties:
        """Return what *case* owes."""
        return self._of(reader, case, reader.found_case(case.id))

    def of_found(self, reader: Reader, found: FoundCase) -> Duties:
        """Return what a case owes of which it was read already that it is found."""
        return self._of(reader, found.case, found)

    def _of(self, reader: Reader, case: Case, found: FoundCase | None) -> Duties:
        sheet = reader.duty_sheet(case.id)
        done = reader.dealings([case.id]).get(case.id, ())
        filings = reader.filings_of_cases([case.id]).get(case.id, {})
        done_about = dealt(done, filings, None if found is None else found.last_found_at)
        incident = _incident(reader, case, found, done_about)
        facts, places = duty_facts(incident, sheet)
        duties = duty(facts, self.profile(), places, self.table)
        owed = Owed(duties, done_about)
        still = set(must_be_filed(owed))
        lines = tuple(_line(each, owed, found, is_owed=each.authority in still) for each in duties)
        return Duties(case, found, sheet, incident.places, lines, done, owed)


def workable(reader: Reader, principal: Principal, case_id: CaseId) -> Case:
    """Return a case for whoever deals with what it owes.

    Raises:
        tutela.errors.UnknownCase: There is none of that identifier.
        tutela.errors.NotForYou: It is about an account of theirs.
    """
    case = shown_case(reader, case_id).case
    if case.account_id in actor_of(reader, principal).own_accounts:
        raise NotForYou("nobody works on a case about an account of their own", place="case")
    return case


def _line(duty_: Duty, owed: Owed, found: FoundCase | None, *, is_owed: bool) -> OwedDuty:
    done = owed.dealt.get(duty_.authority, Dealt())
    since = None if found is None else found.first_after(done.told_at)
    due_at = None if since is None or duty_.within is None else since + duty_.within.delta
    is_open = is_owed or not is_settled(Owed((duty_,), owed.dealt))
    return OwedDuty(duty_, done, since, due_at, is_open)


def _incident(reader: Reader, case: Case, found: FoundCase | None, done: Mapping[str, Dealt]) -> Incident:
    roles = roles_found(reader, () if found is None else found.decision_ids)
    return Incident(
        clause_id=case.clause_id,
        found_at=None if found is None else found.found_at,
        roles=frozenset(roles.values()),
        is_in_danger=case.is_in_danger,
        places=_places(reader, case, roles),
        reported_to=_reported(done),
    )


def _reported(done: Mapping[str, Dealt]) -> Mapping[str, str]:
    """Return the authorities that were told everything through an interface, with the number that they gave."""
    counted = {name: [each for each in of.filings if each.counts_as_filed] for name, of in done.items() if of.is_filed}
    return {authority: filings[-1].report_id or "" for authority, filings in counted.items() if filings}


def _places(reader: Reader, case: Case, roles: Mapping[AccountId, Role]) -> Places:
    accounts = reader.accounts_by_id({case.account_id, *roles})
    items = reader.items_by_id(reader.all_case_items(case.id, MOST_ITEMS))
    suspects = [each for each in accounts.values() if not roles.get(each.id, Role.ACTOR).is_protected]
    children = [each for each in accounts.values() if roles.get(each.id, Role.NONE).is_protected]
    return Places(
        suspects=_regions(each.regions for each in suspects),
        children=_regions(each.regions for each in children),
        published=_regions(each.item.regions for each in items.values()),
    )


def _regions(of: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({region for regions in of for region in regions}))
