"""What may this viewer see here? Over a real server, from items that were submitted and measures that were decided."""

from datetime import timedelta
from typing import Any

import pytest

from api.measured import grant, lift
from tutela.core.measures import MeasureKind, SubjectKind
from tutela_client.scope import Scope

ITEM, ACCOUNT, TAG = SubjectKind.ITEM, SubjectKind.ACCOUNT, SubjectKind.TAG
ADULT, ANONYMOUS = {"account": "looker", "age": "adult", "countries": ["FR"]}, {"anonymous": True}


def post(api: Any, name: str, author: str = "writer", **more: Any) -> None:
    """Submit a text."""
    api.post("/v1/items", {"id": name, "author": {"id": author}, "text": "Good morning", **more})


def seen(api: Any, items: list[Any], *, viewer: Any = None, surface: str = "home", **more: Any) -> Any:
    """Ask about items."""
    return api.post("/v1/visibility", {"viewer": viewer or ADULT, "surface": surface, "items": items, **more})


def exposure(api: Any, item: Any, **more: Any) -> str:
    """Return how much of one item there is."""
    [verdict] = seen(api, [item], **more)["verdicts"].values()
    return str(verdict["exposure"])


def test_a_smaller_audience_is_followers_and_the_author(api: Any) -> None:
    """The platform says who follows; the author is known here, and told why."""
    post(api, "small-1", "small")
    granted = grant(api, MeasureKind.LIMIT_REACH, ITEM, "small-1")

    assert exposure(api, "small-1") == "absent"
    assert exposure(api, {"id": "small-1", "relation": "follower"}) == "show"
    assert exposure(api, {"id": "small-1", "relation": "blocked"}) == "absent"
    told = seen(api, ["small-1"], viewer={"account": "small"})["verdicts"]["small-1"]
    assert (told["exposure"], told["notices"]) == ("show", ["reach_limited"])
    assert told["reasons"] == [{"clause": granted.clause_id, "decision": granted.decision_id}]


@pytest.mark.parametrize(
    ("countries", "home", "is_shown"),
    [(["FR"], [], True), (["DE"], [], False), (["FR"], ["DE"], False), ([], [], False), (["XX"], [], False)],
)
def test_what_is_withheld_in_one_country_counts_by_request_and_by_account(
    api: Any, countries: list[str], home: list[str], *, is_shown: bool
) -> None:
    """Whoever is at home there sees no more from elsewhere; a place that nobody knows counts as every one."""
    name = f"withheld-{'-'.join(countries)}-{'-'.join(home)}"
    post(api, name)
    grant(api, MeasureKind.WITHHOLD, ITEM, name, scope=Scope(countries=frozenset({"DE"}), legal_basis="an order"))
    api.send("PUT", f"/v1/accounts/of-{name}", json={"regions": home})
    viewer = {"account": f"of-{name}", "age": "adult", "countries": countries}

    assert (exposure(api, name, viewer=viewer) == "show") is is_shown


@pytest.mark.parametrize(
    ("stored", "said", "is_shown"),
    [
        (None, "adult", True),
        ("unknown", "adult", True),
        ("adult", None, True),
        ("adult", "16_17", False),
        ("16_17", "adult", False),
        ("13_15", None, False),
        (None, None, False),
        ("adult", "unknown", False),
    ],
)
def test_who_is_stored_as_a_minor_is_not_made_an_adult_by_a_question(
    api: Any, stored: str | None, said: str | None, *, is_shown: bool
) -> None:
    """The younger of both counts, and nothing known is a minor."""
    name = f"gated-{stored}-{said}"
    post(api, name)
    grant(api, MeasureKind.AGE_GATE, ITEM, name)
    if stored is not None:
        api.send("PUT", f"/v1/accounts/of-{name}", json={"age": {"band": stored}})
    viewer = {"account": f"of-{name}", "countries": ["FR"]} | ({} if said is None else {"age": said})

    assert (exposure(api, name, viewer=viewer) == "show") is is_shown


def test_a_quote_shows_no_more_than_what_it_quotes(api: Any) -> None:
    """Neither an item, nor a tag in it, nor its author; and what was lifted comes back."""
    post(api, "inner-1", "inner", tags=["#Inner-Lake"])
    post(api, "outer-1", "outer", contains=["inner-1"])
    assert exposure(api, "outer-1", surface="explore") == "show"

    granted = grant(api, MeasureKind.SUSPEND, ACCOUNT, "inner")
    assert exposure(api, "outer-1", surface="detail") == "absent"
    lift(api, granted)
    assert exposure(api, "outer-1", surface="detail") == "show"
    grant(api, MeasureKind.EXCLUDE, TAG, "inner-lake")
    assert (exposure(api, "outer-1", surface="explore"), exposure(api, "outer-1", surface="detail")) == (
        "absent", "show",
    )  # fmt: skip


def test_an_account_itself_is_asked_about_by_name(api: Any) -> None:
    """Its page, name and picture; one of which nothing is known has nothing in force, and is named."""
    post(api, "page-1", "page")
    grant(api, MeasureKind.HIDE_PROFILE, ACCOUNT, "page")
    asked = ["page", {"id": "reader-only", "relation": "blocked"}, "never-heard-of"]

    told = seen(api, ["page-1"], surface="profile", accounts=asked)

    assert {name: each["exposure"] for name, each in told["accounts"].items()} == {
        "page": "absent", "reader-only": "absent", "never-heard-of": "show",
    }  # fmt: skip
    assert told["unknown_accounts"] == ["reader-only", "never-heard-of"]
    own = seen(api, [], surface="profile", viewer={"account": "page"}, accounts=["page"])["accounts"]["page"]
    assert (own["exposure"], own["notices"]) == ("show", ["profile_hidden"])


def test_what_a_viewer_chose_not_to_see_is_hidden_for_that_viewer_alone(api: Any) -> None:
    """Words, tags, accounts and items; what is sensitive is covered when the platform says that it is."""
    post(api, "chosen-word", text="a Loud noise")
    post(api, "chosen-tag", tags=["#Loud"])
    post(api, "chosen-author", "loud-author")
    post(api, "chosen-none")
    choices = [
        {"kind": "mute_word", "value": "loud noise"}, {"kind": "mute_tag", "value": "LOUD"},
        {"kind": "mute_account", "value": "loud-author"}, {"kind": "cover_sensitive"},
    ]  # fmt: skip
    assert api.send("PUT", "/v1/accounts/quiet/choices", json={"choices": choices}).status_code == 204
    items = ["chosen-word", "chosen-tag", "chosen-author", "chosen-none"]

    told = seen(api, [*items[:3], {"id": "chosen-none", "sensitive": True}], viewer={"account": "quiet"})["verdicts"]

    assert [told[name]["exposure"] for name in items] == ["absent", "absent", "absent", "cover"]
    others = seen(api, items)["verdicts"]
    assert {others[name]["exposure"] for name in items} == {"show"}


def test_an_explanation_names_the_measure_and_the_row_that_acted(api: Any) -> None:
    """For those who may read detections; no viewer is told."""
    post(api, "explained-1")
    granted = grant(api, MeasureKind.COVER, ITEM, "explained-1", scope=Scope(reason="flashing"))

    told = seen(api, ["explained-1"], explain=True)["verdicts"]["explained-1"]

    assert told["because"] == [{"measure": granted.id, "row": "kinds.cover.everyone.*"}]
    assert "because" not in seen(api, ["explained-1"])["verdicts"]["explained-1"]


def test_a_verdict_says_until_when_it_is_good(api: Any) -> None:
    """The end of what is in force, or the start of what is not yet."""
    post(api, "timed-1")
    ends_at = api.house.clock.now() + timedelta(hours=3)
    grant(api, MeasureKind.DE_EMPHASISE, ITEM, "timed-1", ends_at=ends_at)

    told = seen(api, ["timed-1"])["verdicts"]["timed-1"]

    assert (told["exposure"], told["rank_factor"]) == ("lower", 0.2)
    assert told["valid_until"] == ends_at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"surface": "Home Page"}, "surface"),
        ({"viewer": {"account": "a", "age": "old"}}, "viewer.age"),
        ({"viewer": {"account": "a", "countries": ["Germany"]}}, "viewer.countries.0"),
        ({"viewer": {"account": "a", "countries": ["de"]}}, "viewer.countries.0"),
        ({"items": [{"id": "a", "relation": "friend"}]}, "items.0.object.relation"),
        ({"items": ["a", {"id": "a", "relation": "follower"}]}, "body"),
        ({"viewer": {"anonymous": True}, "items": [{"id": "a", "relation": "author"}]}, "body"),
        ({"items": [str(number) for number in range(501)]}, "items"),
        ({"accounts": [""]}, "accounts.0.name"),
        ({"more": 1}, "more"),
    ],
)
def test_what_means_nothing_is_refused_with_its_place(api: Any, change: dict[str, Any], place: str) -> None:
    """And without repeating it."""
    asked = {"viewer": {"account": "a"}, "surface": "home", "items": [], **change}
    answer = api.send("POST", "/v1/visibility", json=asked)

    assert (answer.status_code, answer.json()["place"]) == (422, place)


def test_a_surface_that_nobody_registered_gets_the_strictest_of_all(api: Any) -> None:
    """A platform may show something in a new place before the table knows it; nothing restricted is there."""
    post(api, "new-place-1")
    assert exposure(api, "new-place-1", surface="a_new_place") == "show"

    grant(api, MeasureKind.EXCLUDE, ITEM, "new-place-1")

    assert (exposure(api, "new-place-1", surface="a_new_place"), exposure(api, "new-place-1")) == ("absent", "show")


@pytest.mark.parametrize("fixture", ["served", pytest.param("served_on_postgresql", marks=pytest.mark.postgresql)])
def test_five_hundred_items_and_accounts_are_answered_at_once(request: pytest.FixtureRequest, fixture: str) -> None:
    """Each has its own verdict, in whatever company."""
    api = request.getfixturevalue(fixture)
    batch = [
        {"id": f"many-{n}", "author": {"id": f"many-{n}"}, "text": "Good morning", "tags": ["many"],
         "contains": [] if n < 2 else [f"many-{n - 2}"] if n < 100 else []}
        for n in range(500)
    ]  # fmt: skip
    api.post("/v1/items/batch", {"items": batch})
    grant(api, MeasureKind.REMOVE, ITEM, "many-80")
    grant(api, MeasureKind.HIDE_PROFILE, ACCOUNT, "many-7")

    names = [f"many-{n}" for n in range(500)]
    told = seen(api, names, accounts=names)

    absent = [name for name in names if told["verdicts"][name]["exposure"] != "show"]
    assert absent == [f"many-{n}" for n in range(80, 100, 2)]
    assert [name for name in names if told["accounts"][name]["exposure"] != "show"] == ["many-7"]


def test_a_viewer_whom_nobody_knows_is_not_the_author_whose_id_it_is_called_by(api: Any) -> None:
    """The platform's names and our ids are not of one space."""
    post(api, "named-1", "named-by-id")
    with api.house.store.read() as reader:
        ours = reader.accounts_by_platform_id(["named-by-id"])["named-by-id"].id
    grant(api, MeasureKind.REMOVE, SubjectKind.ITEM, "named-1")
    told = seen(api, ["named-1"], viewer={"account": ours, "age": "adult"})["verdicts"]["named-1"]

    assert (told["exposure"], told["reasons"]) == ("absent", [])
