"""People who answer cases, for tests: with roles, accounts of their own and a house that knows who may be second."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from make import Home, md5, pdq, photo
from tutela.core.case_states import CaseState
from tutela.core.cases import Case, CaseDraft, CaseReason
from tutela.core.conclusions import Conclusion, Context
from tutela.core.findings import Facts
from tutela.core.ids import CaseId, ClauseId, PersonId
from tutela.core.measures import Subject
from tutela.core.permissions import Principal, StaffRole, scopes_of
from tutela.core.roles import Role
from tutela.flows.answer_case import AskedAnswer, GivenAnswer
from tutela.flows.enact import Ledger
from tutela.flows.who_may_second import WhoMaySecond

SENIOR = (StaffRole.SENIOR_REVIEWER,)
OFFICER = (StaffRole.CHILD_SAFETY_OFFICER,)
ACTOR = (("alice", Role.ACTOR),)


def person(name: str, *roles: StaffRole) -> Principal:
    """Return a person with these roles; a senior reviewer unless said otherwise."""
    return Principal(f"per_{name}", scopes_of(roles or SENIOR), PersonId(f"per_{name}"))


def service(name: str, *, scopes: Iterable[str] = ("cases", "decide", "second", "decide_senior")) -> Principal:
    """Return the key of a service."""
    return Principal(f"key_{name}", frozenset(scopes))


ADA, BEA, CYD = (person(name) for name in ("ada", "bea", "cyd"))
REVIEWER = person("rob", StaffRole.REVIEWER)


@dataclass(slots=True)
class Office:
    """A house with people, and the few sentences that tests say to it."""

    home: Home
    people: list[Principal] = field(default_factory=lambda: [ADA, BEA, CYD, REVIEWER])

    def __post_init__(self) -> None:
        """Let the house know them."""
        self.home.house.__dict__["who_may_second"] = WhoMaySecond(self.home.house.desk, lambda: self.people)

    def work_alone(self) -> None:
        """Let the operator be one person."""
        profile = self.home.house.profile
        profile.write(replace(profile.read(), people="solo"))
        self.people = self.people[:1]

    def post(self, *, near: bool = False, name: str = "post", author: str = "alice") -> None:
        """Post a picture that a verified list knows, or one that is only near to it."""
        known = self.home.upload(photo("china"))
        self.home.list(pdq(known) if near else md5(known))
        picture = self.home.upload(photo("china", quality=60)) if near else known
        self.home.submit(name, picture, author=author)

    def case(self, author: str = "alice", clause: str = "cse.depiction") -> Case:
        """Return the newest case about an account."""
        with self.home.house.store.read() as reader:
            account = reader.accounts_by_platform_id([author])[author]
            found = reader.open_cases([account.id])
        return next(case for (_, of), case in found.items() if of == clause)

    def read(self, case_id: CaseId) -> Case:
        """Return a case, ended or not."""
        with self.home.house.store.read() as reader:
            found = reader.case_of(case_id)
        assert found is not None
        return found

    def state(self, case_id: CaseId) -> CaseState:
        """Return where a case stands."""
        return self.read(case_id).state_at(self.home.clock.now())

    def claim(self, who: Principal, case_id: CaseId) -> None:
        """Take a case."""
        self.home.house.cases.claim(who, case_id)

    def answer(self, who: Principal, case_id: CaseId, conclusion: Conclusion, **more: Any) -> GivenAnswer:
        """Answer a case that somebody holds."""
        return self.home.house.answer_case(who, asked(case_id, conclusion, **more))

    def decide(self, who: Principal, case_id: CaseId, conclusion: Conclusion, **more: Any) -> GivenAnswer:
        """Take a case and answer it."""
        self.claim(who, case_id)
        return self.answer(who, case_id, conclusion, **more)

    def account(self, name: str = "alice") -> set[str]:
        """Return what is in force on an account."""
        with self.home.house.store.read() as reader:
            account = reader.accounts_by_platform_id([name])[name]
        return self.home.kinds(Subject.account(account.id))

    def item(self, name: str = "post") -> set[str]:
        """Return what is in force on an item."""
        with self.home.house.store.read() as reader:
            found = reader.items_by_platform_id([name])[name]
        return self.home.kinds(Subject.item(found.item.id))


def asked(case_id: CaseId, conclusion: Conclusion, **more: Any) -> AskedAnswer:
    """Return an answer as it is asked for: under a violation Alice did it."""
    parts = ACTOR if conclusion is Conclusion.VIOLATION else ()
    context: Context | None = more.pop("context", None)
    return AskedAnswer(case_id, conclusion, Facts("seen"), context, **{"parts": parts, **more})


def opened(office: Office, clause: str = "cse.commentary") -> CaseId:
    """Return a case that was opened without any match, as a rule or a notice opens one."""
    house = office.home.house
    with house.store.read() as reader:
        item = reader.items_by_platform_id(["post"])["post"].item
    ledger = Ledger(house.entropy, house.clock.now(), {})
    due = house.clock.now() + timedelta(days=1)
    ledger.open(CaseDraft(item.account_id, ClauseId(clause), CaseReason.LISTED_ELSEWHERE, item.id, due))
    house.committer.commit(ledger.changeset())
    return ledger.cases[0].id
