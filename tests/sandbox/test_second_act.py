"""What the second act finds wrong when the server does not do what it must."""

from collections.abc import Iterator
from typing import Any

import pytest

from client.test_client import Scripted, serving
from tutela.sandbox.crowd import CAST, crowd
from tutela.sandbox.findings import Findings
from tutela.sandbox.second_act import show_found, show_ordinary
from tutela_client import Client


@pytest.fixture
def client() -> Iterator[Client]:
    """Return a client of a server by which everybody may do everything."""
    with (
        serving(Scripted(replies=[(200, {"allowed": True, "code": None})])) as script,
        Client(script.url, "tutela_nobody") as client,
    ):
        yield client


def case(account: str, queue: str) -> dict[str, Any]:
    """Return a case that is due within a day."""
    return {
        "id": "cas_1", "account": account, "kind": queue,
        "opened_at": "2026-11-22T08:30:00Z", "due_at": "2026-11-23T08:30:00Z",
    }  # fmt: skip


def test_who_is_not_laid_before_a_person_is_a_finding(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """And so is whoever may go on as before."""
    findings = Findings()
    show_found(client, [case(CAST.teacher.id, "grooming")], findings)

    assert f"{CAST.contacts_many.id} has no single case in grooming" in findings.wrong
    assert f"{CAST.contacts_many.id} may write to minors" in findings.wrong
    assert f"{CAST.teacher.id} has no single case in school" in findings.wrong
    assert CAST.teacher.id in capsys.readouterr().out


def test_an_ordinary_account_with_a_case_is_a_finding(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named."""
    findings = Findings()
    show_ordinary(client, [case(CAST.coach.id, "contact")], crowd(), findings)

    assert findings.wrong == [f"there are cases about ordinary accounts: {CAST.coach.id}"]
    assert ": 1 case" in capsys.readouterr().out


def test_where_nobody_else_has_a_case_all_is_well(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """The three and the teacher are no ordinary accounts here."""
    findings = Findings()
    show_ordinary(client, [case(each.id, "grooming") for each in CAST.sought], crowd(), findings)

    assert findings.wrong == []
    assert ": no case" in capsys.readouterr().out
