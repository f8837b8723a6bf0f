"""A house in which all is drawn and every next case may be golden, for tests of quality."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from answering import ADA, REVIEWER, Office, opened, person
from make import Home
from tutela.adapters.db import tables as t
from tutela.adapters.db.enforcement_tables import strikes
from tutela.adapters.db.quality_tables import looks
from tutela.core.cases import Case, CaseDraft, CaseReason, Purpose
from tutela.core.conclusions import Conclusion
from tutela.core.ids import CaseId, ClauseId, GoldenId
from tutela.core.looks import SAMPLE_AFTER
from tutela.core.permissions import Principal, StaffRole
from tutela.core.sampling import THOUSAND, Sampling
from tutela.flows.enact import Ledger
from tutela.flows.mark_golden import AskedGolden
from tutela.flows.move_case import CaseSeen
from tutela.flows.read_agreement import AskedFigures, By
from tutela.ports.cases import CaseFilter, ListFilter

C = Conclusion
EVERYWHERE = CaseFilter()
SAM = person("sam", StaffRole.REVIEWER)


class Quality(Office):
    """An office in which every decision of one person is drawn, and every next case is golden where one can be."""

    def __init__(self, home: Home) -> None:
        """Draw all."""
        super().__init__(home)
        self.people.append(SAM)
        house = home.house
        sampling = Sampling(b"all", dict.fromkeys(house.policy.clauses, THOUSAND))
        house.__dict__["answer_case"] = replace(house.answer_case, sampling=sampling)

    def decided(self, conclusion: C = C.NO_VIOLATION, by: Principal = REVIEWER, **more: Any) -> CaseId:
        """Return a case that one person decided, as a rule or a notice opened it."""
        self.home.submit("post", author="alice")
        case_id = opened(self, more.pop("clause", "cse.commentary"))
        self.decide(by, case_id, conclusion, **more)
        return case_id

    def look(self) -> Case:
        """Lay what was drawn, and return the one look there is."""
        self.home.clock.advance(seconds=SAMPLE_AFTER.seconds)
        assert self.home.house.quality.lay() == 1
        return self.looks()[0]

    def looks(self) -> list[Case]:
        """Return the open looks."""
        return [each for each in self.open() if each.purpose is not Purpose.WORK]

    def open(self) -> list[Case]:
        """Return all open cases."""
        wanted = ListFilter(self.home.clock.now())
        with self.home.house.store.read() as reader:
            return [each.case for each in reader.open_cases_page(None, 100, wanted)]

    def ended(self, case_id: CaseId) -> str | None:
        """Return how a look ended."""
        with self.home.house.engine.connect() as connection:
            found: str | None = connection.execute(select(looks.c.ended).where(looks.c.case_id == case_id)).scalar()
        return found

    def figures(self, by: By = By.CLAUSE, who: Principal = ADA, **more: Any) -> dict[tuple[str, str], tuple[int, int]]:
        """Return how many agree, of how many, by key and kind."""
        found = self.home.house.quality.agreement(who, AskedFigures(by, until=self.soon(), **more))
        return {(row.key, row.kind.value): (row.figure.agreed, row.figure.of) for row in found.rows}

    def soon(self) -> Any:
        """Return a moment after now, so that what was just answered is before it."""
        return self.home.clock.now() + timedelta(seconds=1)

    def mark(self, case_id: CaseId, conclusion: C = C.NO_VIOLATION, who: Principal = ADA) -> GoldenId:
        """Mark a case as golden."""
        return self.home.house.quality.mark(who, AskedGolden(case_id, conclusion, "as the agency confirmed")).id

    def next(self, who: Principal = SAM, rate: int = THOUSAND) -> CaseSeen | None:
        """Take the next case where as many are golden as *rate* says."""
        verb = self.home.house.cases.next
        given = replace(self.home.house.quality.give, rate=rate)
        return replace(verb, give=given)(who, EVERYWHERE)

    def counts(self) -> tuple[int, ...]:
        """Return how much there is of what anybody would notice."""
        tables = (t.decisions, t.measures, t.statements, t.report_drafts, strikes, t.members)
        with self.home.house.engine.connect() as connection:
            return tuple(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)

    def changes(self) -> int:
        """Return the last number of the change feed."""
        with self.home.house.engine.connect() as connection:
            return connection.execute(select(func.max(t.standing.c.change_seq))).scalar_one() or 0


def waiting_beside(office: Quality, name: str) -> CaseId:
    """Return a case about another item, as a rule or a notice opens one."""
    house = office.home.house
    with house.store.read() as reader:
        item = reader.items_by_platform_id([name])[name].item
    ledger = Ledger(house.entropy, house.clock.now(), {})
    due = house.clock.now() + timedelta(hours=48)
    ledger.open(CaseDraft(item.account_id, ClauseId("cse.commentary"), CaseReason.LISTED_ELSEWHERE, item.id, due))
    house.committer.commit(ledger.changeset())
    return ledger.cases[0].id
