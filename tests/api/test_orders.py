"""The register of orders over HTTP: people in a session of their own, from the post to the statement of effect."""

from typing import Any

import pytest

from api.conftest import Api
from api.test_preserving import officer, sent
from login import Member
from make import submission
from tutela.core.permissions import StaffRole

ORDER = {
    "kind": "act", "wish": "withhold", "authority": "Court of the lake", "country": "DE", "reference": "7 O 1/26",
    "received_at": "2026-03-02T09:00:00Z", "legal_basis": "§ 1004", "reasons": "it infringes", "language": "de",
    "is_readable": True, "items": ["of-orders"], "territory": ["DE"], "answer_to": "the court",
}  # fmt: skip


@pytest.fixture(scope="module")
def ann(served: Api) -> Member:
    """Return a child-safety officer, where an item is that orders name."""
    served.house.submit([submission("of-orders")], None)
    return officer(served, "ann-of-orders")


def test_an_order_from_the_post_to_the_statement_of_effect(api: Api, ann: Member) -> None:
    """Each step once; what it lacks is named; the effect is a decision that the platform hears of."""
    order = sent(api, ann, "POST", "/v1/orders", 201, **ORDER)
    where = f"/v1/orders/{order['id']}"
    assert sent(api, ann, "POST", "/v1/orders", 409, **ORDER)["type"].endswith("conflict")
    assert [each["id"] for each in sent(api, ann, "GET", "/v1/orders")["orders"]] == [order["id"]]
    shown = sent(api, ann, "GET", where)
    assert ([each["id"] for each in shown["missing"]], shown["conflicts"]) == (["redress"], [])
    assert "seek redress" in shown["receipt"]
    sent(api, ann, "POST", f"{where}/acknowledge")
    refused = sent(api, ann, "POST", f"{where}/effect", 409, despite="known")
    assert "nobody has verified" in refused["detail"]
    assert sent(api, ann, "POST", f"{where}/verify", 422, is_real=True)["place"] == "directory"
    sent(api, ann, "POST", f"{where}/verify", is_real=True, directory="the directory of courts", spoken_to="registry")
    plan = sent(api, ann, "POST", f"{where}/preview")["plan"]
    assert [each["kind"] for each in plan["grants"]] == ["withhold"]
    assert sent(api, ann, "POST", f"{where}/effect", 422, note="")["place"] == "despite"
    done = sent(api, ann, "POST", f"{where}/effect", despite="redress is known from the law")
    assert (done["state"], len(done["decisions"])) == ("effective", 1)
    sent(api, ann, "POST", f"{where}/tell")
    sent(api, ann, "POST", f"{where}/delay", until="2999-01-01T00:00:00Z", basis="§ 101")
    sent(api, ann, "POST", f"{where}/inform")
    assert sent(api, ann, "POST", f"{where}/withdraw", reason="letter of today")["state"] == "withdrawn"
    history = [each["step"] for each in sent(api, ann, "GET", where)["history"]]
    assert history == ["received", "acknowledged", "verified", "effect", "told", "delayed", "informed", "withdrawn"]
    assert sent(api, ann, "GET", "/v1/orders")["orders"] == []
    assert sent(api, ann, "GET", "/v1/orders?all=true")["orders"][0]["informed_at"] is not None


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"country": "Germany"}, "country"), ({"territory": ["de"]}, "territory.0"), ({"kind": "wish"}, "kind"),
        ({"authority": " "}, "authority"), ({"items": ["nothing"]}, "items.0"), ({"wish": "keep"}, "wish"),
        ({"reasons": "x" * 10_001}, "reasons"), ({"items": ["x"] * 501}, "items"), ({"category": "x"}, "category"),
        ({"received_at": "yesterday"}, "received_at"), ({"received_at": "2999-01-01T00:00:00Z"}, "received_at"),
        ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_bad_input_names_its_place(api: Api, ann: Member, fields: dict[str, Any], place: str) -> None:
    """Nothing is stored of it."""
    status = 404 if place.startswith("items.") else 422
    refused = sent(api, ann, "POST", "/v1/orders", status, **{**ORDER, "reference": "other", **fields})
    told = refused.get("place") or refused["errors"][0]["place"]
    assert told == place or place in str(refused)


def test_a_false_order_and_one_that_is_not_there(api: Api, ann: Member) -> None:
    """409 for whatever is tried with the first, 404 for the second; a reviewer sees neither."""
    order = sent(api, ann, "POST", "/v1/orders", 201, **{**ORDER, "reference": "false"})
    where = f"/v1/orders/{order['id']}"
    sent(api, ann, "POST", f"{where}/verify", is_real=False, directory="the directory", spoken_to="registry")
    sent(api, ann, "POST", f"{where}/effect", 409, despite="x")
    sent(api, ann, "POST", f"{where}/decline", 409, reason="x")
    sent(api, ann, "GET", "/v1/orders/ord_none", 404)
    bob = officer(api, "bob-of-orders", StaffRole.REVIEWER)
    sent(api, bob, "GET", where, 403)
    sent(api, bob, "GET", "/v1/orders", 403)
