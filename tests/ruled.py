"""Rules and events for tests. Every word in them is harmless or invented."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from make import Home
from tutela.core.content import Age, AgeBand, AgeProvenance, Channel
from tutela.core.event_facts import Written
from tutela.core.events import BUILT_IN, vocabulary_of
from tutela.core.ids import AccountId, ClauseId
from tutela.core.policy import Severity
from tutela.core.rules.book import Book, RuleInForce
from tutela.core.rules.rule import Effect, OpenCase, Rule, RuleState
from tutela.flows.observe import Noted, Observation
from tutela.flows.submission import Author, Rejected
from tutela.ports.events import Fire

CLAUSE = ClauseId("cse.conversation")
ADULT, YOUNG, UNKNOWN = AgeBand.ADULT, AgeBand.FROM_13_TO_15, AgeBand.UNKNOWN
A_CASE = OpenCase("contact", Severity.HIGH, "reached {count}")
PUBLIC = Channel()


def rule(when: str, *then: Effect, name: str = "reaches-many", state: RuleState = RuleState.LIVE) -> Rule:
    """Return a rule. One that counts nothing says nothing of a count."""
    effects = tuple(
        replace(each, because="seen") if isinstance(each, OpenCase) and "count" not in when else each
        for each in then or (A_CASE,)
    )
    return Rule(name, CLAUSE, state, when, effects)


def use(home: Home, *rules: Rule) -> Book:
    """Have these rules, and no others, be in force from now on."""
    in_force = [RuleInForce(each, "1", each.state) for each in rules]
    book = Book.of(in_force, vocabulary_of(BUILT_IN))
    assert book.left_out == ()
    work = home.house.rule_work
    home.house.__dict__["rule_work"] = replace(work, book=lambda: book)
    for flow in ("observe", "submit", "classifying"):
        home.house.__dict__.pop(flow, None)  # they are wired once, on first use
    return book


def resettled(home: Home, **changed: Any) -> None:
    """Have other settings hold from now on."""
    home.house.settings = replace(home.house.settings, **changed)
    for wired in ("rule_work", "observe", "submit", "lay_waiting", "forget_events", "classifying"):
        home.house.__dict__.pop(wired, None)


def who(name: str, band: AgeBand = UNKNOWN, *regions: str) -> Author:
    """Return somebody as a platform names them."""
    provenance = AgeProvenance.UNKNOWN if band is UNKNOWN else AgeProvenance.DECLARED
    return Author(name, Age(band, provenance), regions)


def message(name: str, author: Author, recipient: Author | None, *, text: str | None = None, **more: Any) -> Noted:
    """Return a message, in public where nothing else is said."""
    written = None if text is None else Written(text)
    return Noted(name, "message", author, recipient, **{"channel": PUBLIC, "written": written, **more})


def event(name: str, kind: str, author: Author, recipient: Author | None = None, **more: Any) -> Noted:
    """Return an event of any kind."""
    return Noted(name, kind, author, recipient, **more)


def observe(home: Home, *noted: Noted) -> list[Observation]:
    """Tell events, none of which may be refused."""
    outcomes, _ = home.house.observe(noted)
    refused = [str(each.error) for each in outcomes if isinstance(each, Rejected)]
    assert refused == []
    return [each for each in outcomes if isinstance(each, Observation)]


def refusal(home: Home, noted: Noted) -> str:
    """Tell an event that is refused, and return what is said of it."""
    [outcome], _ = home.house.observe([noted])
    assert isinstance(outcome, Rejected), outcome
    return str(outcome.error)


def account(home: Home, name: str) -> AccountId:
    """Return our id of an account."""
    with home.house.store.read() as reader:
        return reader.accounts_by_platform_id([name])[name].id


def fires(home: Home, name: str = "reaches-many") -> list[Fire]:
    """Return the fires of a rule, the oldest first."""
    with home.house.store.read() as reader:
        return reader.fires_of_rule(name, "", 1000)[::-1]


def cases_about(home: Home, name: str) -> Mapping[str, datetime]:
    """Return the open cases about an account: clause, and by when somebody looks."""
    account_id = account(home, name)
    with home.house.store.read() as reader:
        found = reader.open_cases([account_id])
    return {clause: case.due_at for (_, clause), case in found.items()}
