"""Every verb about duties, reports, channels and evidence, as every role and as nobody: deny by default."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import pytest

from flows.test_who_may import ABOUT_REPORTS
from make import Home
from tutela.core.filing.sheets import DutySheet
from tutela.core.ids import CaseId, PersonId
from tutela.core.permissions import ROLE_SCOPES, Principal, StaffRole
from tutela.errors import Forbidden

GROUPS = ("duties", "drafting", "filing", "holds", "destructions", "exports", "orders", "protect_endangered")
FOR_THE_SYSTEM = frozenset({"Deal.new"})
"""What other verbs call once they have asked who it is."""

IN_TEST_CASES = frozenset({"CaseWork.move"})
"""What these stand on and has its table there."""

TABLE: dict[str, str] = {
    "ApproveReport.__call__": "file",
    "AskForFacts.by_hand": "reports",
    "CheckChannel.check": "file",
    "ConfirmDuties.__call__": "file",
    "CorrectReport.__call__": "reports",
    "Deal.commit": "reports",
    "DeclineDuty.__call__": "reports",
    "DrawUpReport.__call__": "reports",
    "EditReport.__call__": "reports",
    "EditReport.withdraw": "reports",
    "EndReports.abandon": "file",
    "EndReports.retry": "file",
    "EndReports.take_note": "file",
    "FileByHand.__call__": "file",
    "FillDutySheet.__call__": "reports",
    "FindReport.__call__": "reports",
    "FindReport.line": "file or reports",
    "FindReport.open_one": "reports",
    "KeepChannel.all": "file or reports",
    "KeepChannel.disable": "file",
    "KeepChannel.enable": "file",
    "KeepChannel.one": "file or reports",
    "KeepChannel.set": "file",
    "KeepDestructions.agree": "preserve",
    "KeepDestructions.certificate": "preserve",
    "KeepDestructions.decline": "preserve",
    "KeepDestructions.due": "preserve",
    "KeepDestructions.order": "preserve",
    "KeepDestructions.page": "preserve",
    "KeepDestructions.propose": "preserve",
    "KeepDestructions.show": "preserve",
    "KeepExports.approve": "preserve",
    "KeepExports.custody": "preserve",
    "KeepExports.decline": "preserve",
    "KeepExports.make": "preserve",
    "KeepExports.page": "preserve",
    "KeepExports.request": "preserve",
    "KeepExports.show": "preserve",
    "KeepFacts.see": "facts or reports",
    "KeepFacts.tell": "facts",
    "EffectOrders.foresee": "orders",
    "EffectOrders.give": "orders",
    "KeepOrders.acknowledge": "orders",
    "KeepOrders.decline": "orders",
    "KeepOrders.delay": "orders",
    "KeepOrders.inform": "orders",
    "KeepOrders.page": "orders",
    "KeepOrders.register": "orders",
    "KeepOrders.show": "orders",
    "KeepOrders.tell": "orders",
    "KeepOrders.verify": "orders",
    "KeepOrders.withdraw": "orders",
    "KeepHolds.extend": "preserve",
    "KeepHolds.on_media": "preserve",
    "KeepHolds.page": "preserve",
    "KeepHolds.place": "preserve",
    "KeepHolds.release": "preserve",
    "KeepHolds.review": "preserve",
    "KeepHolds.show": "preserve",
    "KeepSchema.fetch": "file",
    "KeepSchema.put": "file",
    "KeepSchema.see": "file",
    "LayOutByHand.__call__": "reports",
    "PrepareReport.__call__": "reports",
    "PreviewReport.__call__": "file or reports",
    "ProtectEndangered.__call__": "cases and decide",
    "ReadDuties.__call__": "reports",
    "ReadDuties.page": "reports",
    "ReadReports.one": "file or reports",
    "ReadReports.page": "file or reports",
    "ReadReports.steps": "file or reports",
    "TakeDuty.__call__": "reports",
}
"""Which scopes each takes: one of several, or all of several."""

SAID: dict[str, tuple[Any, ...]] = {
    "Deal.commit": ("reports", "none", "none"),
    "FillDutySheet.__call__": (DutySheet(CaseId("cas_none")),),
}
"""What is handed in where a word would not do: what is named in it is not there."""

Verb = Callable[..., Any]


def verbs(found: Any, seen: set[int]) -> Iterator[tuple[str, str, Verb]]:
    """Yield each public method that takes a principal first, of a flow and all that it stands on, with its module.

    What is yielded needs a principal, and is about nothing that exists.
    """
    if id(found) in seen or not is_dataclass(found) or not type(found).__module__.startswith("tutela.flows."):
        return
    seen.add(id(found))
    for method, function in vars(type(found)).items():
        parameters = list(inspect.signature(function).parameters.values()) if inspect.isfunction(function) else []
        is_public = not method.startswith("_") or method == "__call__"
        name = f"{type(found).__name__}.{method}"
        if is_public and len(parameters) > 1 and parameters[1].annotation is Principal and name not in FOR_THE_SYSTEM:
            yield name, type(found).__module__.rpartition(".")[2], _about_nothing(name, found, method, parameters[2:])
    for field in fields(found):
        yield from verbs(getattr(found, field.name), seen)


def _about_nothing(name: str, found: Any, method: str, parameters: list[inspect.Parameter]) -> Verb:
    needed = [each for each in parameters if each.default is each.empty]
    named = {each.name: "none" for each in needed if each.kind is each.KEYWORD_ONLY}
    said = SAID.get(name, ("none",) * (len(needed) - len(named)))
    return lambda principal: partial(getattr(found, method), **named)(principal, *said)


@pytest.fixture
def reached(home: Home) -> dict[str, tuple[str, Verb]]:
    """Return each verb that is reached from what a house opens, with its module."""
    found = (each for group in GROUPS for each in verbs(getattr(home.house, group), set()))
    return {name: (module, verb) for name, module, verb in found if name not in IN_TEST_CASES}


def is_let_in(verb: Verb, principal: Principal) -> bool:
    """Return whether a call got past the question who asks."""
    try:
        verb(principal)
    except Forbidden:
        return False
    except Exception:  # noqa: BLE001  # nothing is there, or a word is no argument: who hears of that was let in
        return True
    return True


def may(takes: str, scopes: frozenset[str]) -> bool:
    """Return what the table says of somebody with these scopes."""
    return all(each in scopes for each in takes.split(" and ")) or any(each in scopes for each in takes.split(" or "))


def test_every_verb_about_reports_and_evidence_is_in_the_table(reached: dict[str, tuple[str, Verb]]) -> None:
    """Write a line for a new one; the modules are those that the other table leaves to this one."""
    assert reached.keys() == TABLE.keys()
    assert {module for module, _ in reached.values()} == ABOUT_REPORTS


def test_who_has_the_scope_and_nobody_else_is_let_in(home: Home, reached: dict[str, tuple[str, Verb]]) -> None:
    """Deny by default, in the flow itself, before it does anything: no page and no route can forget it."""
    for verb, takes in TABLE.items():
        _, call = reached[verb]
        enough = frozenset(takes.replace(" and ", " or ").split(" or "))
        for scopes in (frozenset[str](), enough, *map(ROLE_SCOPES.__getitem__, StaffRole)):
            principal = Principal("per_somebody", scopes, PersonId("per_somebody"), proven_at=home.clock.now())
            assert is_let_in(call, principal) == may(takes, scopes), (verb, scopes)
