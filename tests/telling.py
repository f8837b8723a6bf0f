"""A house that tells people of measures, and sends what it told to the stand-in of the EU Transparency Database."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from flows.test_decide import ACTOR, asked, on
from make import Home
from tutela.core.content import ChannelKind
from tutela.core.dsa.channel import ChannelChange
from tutela.core.filing.states import Environment
from tutela.core.ids import DecisionId, PersonId
from tutela.core.measures import MeasureKind
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, Principal, StaffRole
from tutela.flows.verbs_of_statements import StatementVerbs
from tutela.sandbox.transparency.server import Sandbox

PLATFORM = Principal("key_platform", frozenset({"statements"}))
READER = Principal("key_reader", frozenset({"read"}))
SENIOR = Principal("per_ada", ROLE_SCOPES[StaffRole.SENIOR_REVIEWER], PersonId("per_ada"))
OFFICER = Principal("per_ann", ROLE_SCOPES[StaffRole.CHILD_SAFETY_OFFICER], PersonId("per_ann"))
EVERY_KEY = Principal("key_all", frozenset(SCOPES) - PEOPLE_ONLY)
PROFILE = OperatorProfile(country="DE", user_regions=("DE", "FR"), services=(ChannelKind.PUBLIC,))


@dataclass(frozen=True)
class TellingOffice:
    """The house, and what tests say to it."""

    home: Home
    sandbox: Sandbox | None = None

    @property
    def verbs(self) -> StatementVerbs:
        """Return the verbs of statements."""
        return self.home.house.statements

    def remove(self, name: str, *kinds: MeasureKind, author: str = "alice", **more: Any) -> DecisionId:
        """Post something and have a person remove it."""
        self.home.submit(name, author=author, text="buy now", language="de-AT")
        wanted = asked(
            *(on("item", name, kind) for kind in kinds or (MeasureKind.REMOVE,)), parts=((author, ACTOR[0][1]),), **more
        )
        return self.home.house.decide(wanted).decision.id

    def remove_all(self, count: int, first: int = 0) -> None:
        """Have a person remove so many things, of an author each."""
        for number in range(first, first + count):
            self.remove(f"post-{number}", author=f"author-{number}")

    def set_up(self, environment: Environment = Environment.TEST) -> None:
        """Say who runs this, set the channel up to the stand-in, check it, and switch it on."""
        assert self.sandbox is not None
        self.home.house.profile.write(PROFILE)
        flow = self.verbs.transparency
        change = ChannelChange(environment=environment, base_url=self.sandbox.url, terms_url="https://board.example/t")
        flow.set(OFFICER, change, self.sandbox.token)
        flow.check(OFFICER)
        flow.enable(OFFICER)

    def submit(self) -> int:
        """Draw up what is due and send it."""
        self.verbs.draw_up()
        return self.verbs.submit(lambda: False)

    def stored(self) -> list[dict[str, Any]]:
        """Return what the stand-in has."""
        assert self.sandbox is not None
        return list(self.sandbox.database.stored.values())

    def rows(self, what: str = "*") -> list[Any]:
        """Return columns of all records, by key."""
        with self.home.house.engine.connect() as connection:
            asked = text(f"SELECT {what} FROM transparency_records ORDER BY puid")  # noqa: S608  # columns of a test
            return [tuple(row) for row in connection.execute(asked)]
