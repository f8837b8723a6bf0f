"""What viewers choose not to see, over HTTP."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tutela_client import Cache, Choice, Client, Exposure, Post, Viewer

PATH = "/v1/accounts/viewer%2F1/choices"


def put(api: Any, *choices: dict[str, Any], **more: Any) -> Any:
    """Set choices."""
    return api.send("PUT", PATH, json={"choices": list(choices)}, **more)


def test_choices_are_set_told_in_pages_and_deleted(api: Any) -> None:
    """Of an account that nobody else knows of; none of it is in the audit."""
    before = api.house.verify().entries
    assert (
        put(api, {"kind": "hide_item", "value": "post-1"}, {"kind": "mute_word", "value": "Ström"}).status_code == 204
    )
    put(api, {"kind": "cover_sensitive"}, {"kind": "mute_account", "value": "ben", "ends_at": "2999-01-01T00:00:00Z"})
    told, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{PATH}?limit=1" + (f"&cursor={cursor}" if cursor else ""))
        told += page["choices"]
        cursor = page["next"]

    assert [(each["kind"], each["value"]) for each in told] == [
        ("cover_sensitive", ""),
        ("hide_item", "post-1"),
        ("mute_account", "ben"),
        ("mute_word", "ström"),
    ]
    assert told[2]["ends_at"] == "2999-01-01T00:00:00Z"
    assert api.send("DELETE", f"{PATH}?kind=mute_word&value=STR%C3%96M").status_code == 204
    assert len(api.get(PATH)["choices"]) == 3
    assert api.send("DELETE", PATH).status_code == 204
    assert api.get(PATH) == {"choices": [], "next": None}
    assert api.house.verify().entries == before


@pytest.mark.parametrize(
    "choice",
    [
        {"kind": "mute_everything", "value": "x"},
        {"kind": "hide_item"},
        {"kind": "hide_item", "value": "x" * 201},
        {"kind": "hide_item", "value": "x", "ends_at": "2020-01-01T00:00:00Z"},
        {"kind": "hide_item", "value": "x", "ends_at": "tomorrow"},
        {"kind": "cover_sensitive", "value": "x"},
        {"kind": "mute_word", "value": "a\nb"},
        {"kind": "mute_word", "value": "a", "reason": "b"},
    ],
)
def test_an_odd_choice_is_refused_by_its_place(api: Any, choice: dict[str, Any]) -> None:
    """And what was sent is not repeated."""
    answer = put(api, {"kind": "hide_item", "value": "post-2"}, choice)

    assert answer.status_code == 422
    places = [each["place"] for each in answer.json().get("errors") or []] or [answer.json()["place"]]
    assert all(place.startswith("choices.1") for place in places)
    assert api.get(PATH)["choices"] == []


@pytest.mark.parametrize("query", ["cursor=x", "cursor=aGlkZQ", "kind=other", "limit=0"])
def test_an_odd_page_is_refused(api: Any, query: str) -> None:
    """A cursor that was not told here begins nowhere."""
    assert api.send("GET", f"{PATH}?{query}").status_code == 422


def test_a_value_is_deleted_by_its_kind(api: Any) -> None:
    """A value alone may be an item, an account or a word."""
    assert api.send("DELETE", f"{PATH}?value=post-1").json()["place"] == "kind"


def test_what_viewers_choose_has_a_scope_of_its_own_and_is_not_logged(api: Any, logs: list[Any]) -> None:
    """Whoever shows feeds need not be able to read what people do not want to see."""
    assert put(api, {"kind": "mute_word", "value": "invented"}, scope="read").status_code == 403
    put(api, {"kind": "mute_word", "value": "invented"})
    api.send("DELETE", PATH)

    assert logs
    assert "invented" not in str(logs)


def test_the_client_keeps_choices_and_the_server_and_the_cache_hide_by_them(api: Any, tmp_path: Path) -> None:
    """Set once, counted in every answer; personal, and gone when they are deleted."""
    for name, author in (("chosen-1", "chosen-ann"), ("chosen-2", "chosen-ben")):
        api.post("/v1/items", {"id": name, "author": {"id": author}, "text": "Rain all day"})
    posts = [Post("chosen-1", "chosen-ann", text="Rain all day"), Post("chosen-2", "chosen-ben", text="Rain all day")]
    with Client(f"http://127.0.0.1:{api.port}", api.keys["all"]) as client, Cache(client, tmp_path / "cache") as cache:
        assert cache.wait_until_ready(10)

        def shown() -> list[list[str]]:
            chosen = client.choices("chooser/1")
            by_server = client.visibility("chooser/1", "feed", [post.id for post in posts])
            by_cache = cache.see(Viewer("chooser/1", choices=chosen), "feed", posts)
            verdicts = zip(posts, by_cache, strict=True)
            return [
                [post.id for post in posts if by_server.is_shown(post.id)],
                [post.id for post, verdict in verdicts if verdict.exposure is Exposure.SHOW],
            ]

        client.choose("chooser/1", [Choice("mute_account", "chosen-ann")])
        assert shown() == [["chosen-2"]] * 2
        client.choose("chooser/1", [Choice("mute_word", "RAIN", datetime.now(UTC) + timedelta(hours=1))])
        assert shown() == [[]] * 2
        client.drop_choices("chooser/1", "mute_word", "rain")
        assert shown() == [["chosen-2"]] * 2
        client.drop_choices("chooser/1")
        assert shown() == [["chosen-1", "chosen-2"]] * 2
