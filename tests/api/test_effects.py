"""The table of effects over HTTP: a client in another process answers from the same one."""

from typing import Any

from tutela_client.table import EffectTable


def test_the_table_is_told_whole_and_makes_the_same_table(api: Any) -> None:
    """What a client builds from the answer has the version, the effects and the refusals of the server's own."""
    told = EffectTable(api.get("/v1/effects", scope="read"))
    own = api.house.effects

    assert (told.version, told.surfaces, told.always) == (own.version, own.surfaces, own.always)
    assert told.kinds == own.kinds
    assert told.refuses == own.refuses
    for kind in own.kinds:
        for surface in (*own.surfaces, "a-surface-nobody-registered"):
            assert told.effect(kind, "other_minor", surface) == own.effect(kind, "other_minor", surface)


def test_the_table_is_told_only_to_readers(api: Any) -> None:
    """A key that submits does not read."""
    assert api.send("GET", "/v1/effects", scope="submit").status_code == 403


def tried(api: Any, own: Any, **more: Any) -> Any:
    """Send a table to be tried."""
    return api.send("POST", "/v1/visibility/simulate", json={"effects": own, **more}, scope="operate")


def test_another_table_is_tried_on_what_is_stored(api: Any) -> None:
    """A surface that is registered anew shows what was hidden there; nothing is changed by asking."""
    media = api.upload(b"no picture to be tried")
    api.post("/v1/items", {"id": "tried-1", "author": {"id": "eve"}, "media": [{"id": media["id"]}]})
    kinds = {"hold": {"author": {"*": {"exposure": "absent", "ads": False, "earns": False, "notice": "under_review"}}}}
    told = tried(api, {"version": "house-1", "kinds": kinds}, items=50, surfaces=["feed"]).json()

    assert (told["before"], told["after"]) == (api.house.effects.version, f"{api.house.effects.version}+house-1")
    assert told["changes"] == {"reworded": told["changed"]}
    difference = told["differences"][0]
    assert (difference["viewer"], difference["before"]["notices"], difference["after"]["notices"]) == (
        "author",
        [],
        ["under_review"],
    )
    assert api.get("/v1/effects")["version"] == told["before"]
    assert api.send("POST", "/v1/visibility/simulate", json={"effects": {}}, scope="read").status_code == 403


def test_a_table_that_breaks_the_charter_is_refused_with_its_place(api: Any) -> None:
    """And one with a hole; what was sent is not repeated."""
    answers = [
        tried(api, {"version": "1", "kinds": {"hold": {"staff": {"review": {"exposure": "show"}}}}}),
        tried(api, {"version": "1", "kinds": {"cover": {"everyone": {"*": {"exposure": "SECRET"}}}}}),
        tried(api, {}),
        tried(api, {"version": "1", "kinds": {"cover": {"code": [[[["SECRET"]]]]}}}),
        tried(api, {"version": "1", "surfaces": {f"s-{number}": "feed" for number in range(30)}}, items=200),
    ]

    assert [answer.status_code for answer in answers] == [422] * 5
    assert [answer.json()["errors"][0]["place"] for answer in answers] == [
        "effects.kinds.hold",
        "effects.kinds.cover.everyone.*.exposure",
        "effects.version",
        "effects.kinds.cover.code",
        "items",
    ]
    assert "charter (P1)" in answers[0].json()["errors"][0]["message"]
    assert "SECRET" not in "".join(answer.text for answer in answers)
