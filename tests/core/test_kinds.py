"""What each kind of measure does to what is seen, in the words of the design, for each class of viewer and surface."""

import itertools

import pytest

from core.sight import FRANCE, GERMANY, SURFACES, UNKNOWN, WHO, shown
from core.strategies import NOW
from tutela.core.measures import ALLOWED_SUBJECTS, HIDING, MeasureKind, SubjectKind
from tutela_client.in_force import Holdings, InForce
from tutela_client.scope import Scope
from tutela_client.see import Seen, see_all
from tutela_client.table import SPREADING, STRICTEST, shipped_table
from tutela_client.verdict import CLEAR, Exposure
from tutela_client.viewer import CLASSES, Viewer

KNOWN = sorted(shipped_table().surfaces)
LOOKED_FOR = ("home", "profile", "permalink", "thread", "direct_message", "thumbnail")
VIEWERS = ("follower_adult", "follower_minor", "other_adult", "other_minor")
SHOW, LOWER, COVER, PLACEHOLDER, ABSENT = Exposure


def exposures(kind: str, viewers: tuple[str, ...], where: tuple[str, ...], **scope: object) -> set[Exposure]:
    """Return how much these viewers see on these surfaces under one measure."""
    return {shown(kind, viewer, surface, **scope).exposure for viewer, surface in itertools.product(viewers, where)}


@pytest.mark.parametrize("kind", sorted(HIDING))
def test_what_hides_hides_from_everybody_everywhere(kind: str) -> None:
    """P1: the author and staff are not exempt, media by direct address and previews are surfaces like any other."""
    for viewer, surface in itertools.product(CLASSES, SURFACES):
        verdict = shown(kind, viewer, surface)
        assert (verdict.exposure, verdict.ads, verdict.earns, verdict.openable) == (ABSENT, False, False, False)


@pytest.mark.parametrize(
    ("kind", "code"), [("hold", "under_review"), ("quarantine", "not_available"), ("block_media", "not_available")]
)
def test_an_author_learns_in_appeal_that_something_is_hidden_and_nothing_about_it(kind: str, code: str) -> None:
    """A neutral code, on that surface only, and still nothing to see."""
    assert shown(kind, "author", "author_appeal").notices == {code}
    assert {shown(kind, "author", surface).notices for surface in LOOKED_FOR} == {frozenset()}
    assert {shown(kind, viewer, "author_appeal").notices for viewer in (*VIEWERS, "staff")} == {frozenset()}


def test_a_removal_leaves_a_placeholder_and_a_reason() -> None:
    """For the author everywhere, for others where a gap would confuse; never the item itself, for nobody."""
    assert exposures("remove", ("author",), SURFACES) == {PLACEHOLDER}
    assert exposures("remove", VIEWERS, ("permalink", "thread")) == {PLACEHOLDER}
    assert exposures("remove", VIEWERS, ("home", "explore", "thumbnail", "preview")) == {ABSENT}
    assert exposures("remove", CLASSES, SURFACES) == {PLACEHOLDER, ABSENT}
    assert shown("remove", "author", "home").notices == {"removed_author"}
    assert shown("remove", "other_minor", "permalink").notices == {"removed"}


@pytest.mark.parametrize("kind", ["exclude", "lock_pending_decision"])
def test_what_is_under_suspicion_is_promoted_nowhere(kind: str) -> None:
    """P6: out of everything that spreads, for everybody, without ads; there for who looks for it."""
    spreading = tuple(name for name, group in shipped_table().surfaces.items() if group in SPREADING)

    assert exposures(kind, CLASSES, (*spreading, UNKNOWN)) == {ABSENT}
    assert exposures(kind, CLASSES, LOOKED_FOR) == {SHOW}
    assert not any(shown(kind, viewer, surface).ads for viewer, surface in itertools.product(CLASSES, SURFACES))


def test_an_exclusion_may_be_from_some_surfaces_only() -> None:
    """Those of its scope, by group or by name; a name that nobody registered may mean any."""
    search = {"surfaces": frozenset({"search"})}

    assert exposures("exclude", VIEWERS, ("search", "hashtag", UNKNOWN), **search) == {ABSENT}
    assert exposures("exclude", VIEWERS, ("explore", "trends", "home"), **search) == {SHOW}
    assert shown("exclude", surface="explore", **search) == CLEAR
    assert exposures("exclude", VIEWERS, ("home",), surfaces=frozenset({"home"})) == {ABSENT}
    assert exposures("exclude", VIEWERS, ("timeline",), surfaces=frozenset({"home"})) == {SHOW}
    assert exposures("exclude", VIEWERS, ("explore",), surfaces=frozenset({"no-such-surface"})) == {ABSENT}


def test_nothing_is_earned_and_advertised_as_the_kind_says() -> None:
    """Nothing else changes in what is seen."""
    for viewer, surface in itertools.product(CLASSES, KNOWN):
        no_ads, no_payout = shown("no_ads", viewer, surface), shown("no_payout", viewer, surface)
        # What is absent earns nothing, whatever took it away.
        assert (no_ads.ads, no_ads.earns) == (False, no_ads.exposure is not Exposure.ABSENT)
        assert (no_payout.ads, no_payout.earns, no_payout.exposure) == (True, False, SHOW)
        assert no_ads.exposure is (ABSENT if surface == "ads" else SHOW)


def test_a_limited_item_reaches_followers_and_nobody_else() -> None:
    """And followers on no surface that spreads; who follows a link is told why, the author always."""
    followers, strangers = ("follower_adult", "follower_minor"), ("other_adult", "other_minor")

    assert exposures("limit_reach", followers, LOOKED_FOR) == {SHOW}
    assert exposures("limit_reach", followers, SPREADING) == {ABSENT}
    assert exposures("limit_reach", strangers, ("home", "profile", "thread", "thumbnail", *SPREADING)) == {ABSENT}
    assert exposures("limit_reach", strangers, ("permalink", "direct_message")) == {PLACEHOLDER}
    assert exposures("limit_reach", ("author", "staff"), tuple(set(KNOWN) - {"ads"})) == {SHOW}
    assert shown("limit_reach", "other_adult", "permalink").notices == {"followers_only"}
    assert {shown("limit_reach", "author", surface).notices for surface in LOOKED_FOR} == {frozenset({"reach_limited"})}


def test_a_limit_may_also_keep_followers_from_the_surfaces_it_names() -> None:
    """Beside what it does anyway; the author still finds it."""
    replies = {"surfaces": frozenset({"replies"})}

    assert exposures("limit_reach", VIEWERS, ("thread", "replies"), **replies) == {ABSENT}
    assert shown("limit_reach", "follower_adult", "home", **replies).exposure is SHOW
    assert shown("limit_reach", "author", "thread", **replies).exposure is SHOW


def test_what_is_de_emphasised_is_lower_and_never_absent() -> None:
    """Ranked lower where things are ranked, collapsed among replies; nobody is kept from it."""
    assert exposures("de_emphasise", CLASSES, SURFACES) == {SHOW, LOWER}
    assert exposures("de_emphasise", VIEWERS, ("home", "explore", "search", "thread")) == {LOWER}
    assert all(shown("de_emphasise", viewer, "home").rank_factor < 1 for viewer in VIEWERS)
    assert exposures("de_emphasise", VIEWERS, ("permalink", "profile", "direct_message")) == {SHOW}
    assert shown("de_emphasise", "author", "home").rank_factor == 1


def test_a_cover_has_a_reason_and_opens_unless_its_scope_closes_it() -> None:
    """What spreads shows no cover and so shows nothing; the author is told."""
    covered, closed = shown("cover", reason="sensitive"), shown("cover", is_closed=True)

    assert (covered.exposure, covered.openable, covered.notices) == (COVER, True, {"covered", "covered:sensitive"})
    assert (closed.exposure, closed.openable) == (COVER, False)
    assert exposures("cover", VIEWERS, LOOKED_FOR) == {COVER}
    assert exposures("cover", VIEWERS, ("trends", "push", "preview", "ads", UNKNOWN)) == {ABSENT}
    assert shown("cover", "author", reason="sensitive").exposure is SHOW


def test_disabled_actions_are_those_of_the_scope_or_all_of_them() -> None:
    """For everybody; a report, an appeal and help can never be among them."""
    every = {"reply", "share", "quote", "react", "save", "copy_link"}

    for viewer in CLASSES:
        assert shown("disable_actions", viewer, actions=frozenset({"share"})).disabled_actions == {"share"}
        assert shown("disable_actions", viewer).disabled_actions == every
        assert shown("disable_actions", viewer, actions=shipped_table().always) == CLEAR


def test_an_age_gate_is_for_those_who_are_known_to_be_adults() -> None:
    """Of whom the age is unknown is a minor; the author sees it anyhow."""
    minors, adults = ("follower_minor", "other_minor"), ("follower_adult", "other_adult", "staff", "author")

    assert exposures("age_gate", adults, SURFACES) == {SHOW}
    assert exposures("age_gate", minors, SURFACES) == {PLACEHOLDER, ABSENT}
    assert exposures("age_gate", minors, ("permalink", "profile", "thread")) == {PLACEHOLDER}
    assert shown("age_gate", "other_minor", "permalink").notices == {"age_restricted"}


def withheld_from(countries: frozenset[str], *, listed: frozenset[str] = GERMANY) -> bool:
    """Return whether an item withheld where *listed* says is hidden from an adult stranger who is in *countries*."""
    scope = Scope(countries=listed, legal_basis="a law")
    item = Seen("post-1", "ada", own=Holdings([InForce("msr_1", "withhold", NOW, scope=scope)], NOW))
    verdict = see_all(Viewer("dee", "adult", countries), "home", [item], now=NOW)[0]
    assert verdict == CLEAR or verdict.exposure is ABSENT
    return verdict != CLEAR


@pytest.mark.parametrize(
    ("countries", "is_withheld"),
    [
        (FRANCE, False),
        (GERMANY, True),
        (FRANCE | GERMANY, True),
        (frozenset({"de"}), True),
        (frozenset(), True),
        (frozenset({"XX"}), True),
        (frozenset({"FR", "T1"}), True),
        (frozenset({""}), True),
    ],
)
def test_what_is_withheld_is_hidden_in_the_listed_countries(countries: frozenset[str], *, is_withheld: bool) -> None:
    """Either of both places counts, and a place that is not known, of any of them, counts as every country."""
    assert withheld_from(countries) is is_withheld


@pytest.mark.parametrize("listed", [frozenset(), frozenset({"ZZ"}), frozenset({"DE", "Germany"})])
def test_a_withholding_with_a_country_that_is_none_reaches_everywhere(listed: frozenset[str]) -> None:
    """What nobody understands narrows nothing."""
    assert withheld_from(FRANCE, listed=listed)


def test_a_withholding_names_its_legal_basis_where_a_placeholder_is() -> None:
    """To whoever it is withheld from; staff review it."""
    scope = {"countries": FRANCE, "legal_basis": "a law"}

    assert shown("withhold", "other_adult", "permalink", **scope).notices == {
        "withheld_in_country",
        "legal_basis:a law",
    }
    assert shown("withhold", "author", "home", **scope).exposure is PLACEHOLDER
    assert shown("withhold", "author", "author_appeal", **scope).exposure is SHOW
    assert shown("withhold", "staff", "review", **scope).exposure is SHOW


def test_a_hidden_profile_hides_no_items() -> None:
    """Page, name and picture are absent for everyone but the owner and staff."""
    assert exposures("hide_profile", VIEWERS, ("home", "explore", "search", "permalink", "thread")) == {SHOW}
    assert exposures("hide_profile", VIEWERS, ("profile", "identity")) == {ABSENT}
    assert exposures("hide_profile", ("author", "staff"), tuple(KNOWN)) == {SHOW}


@pytest.mark.parametrize(
    "kind",
    [
        "block_posting", "block_messaging", "read_only", "lock_until_verified", "warn", "block_device", "block_network",
    ],
)  # fmt: skip
def test_what_keeps_an_account_from_acting_changes_nothing_in_what_is_seen(kind: str) -> None:
    """Its items stay as their own measures say."""
    for viewer, surface in itertools.product(CLASSES, SURFACES):
        assert shown(kind, viewer, surface) == CLEAR


def test_a_locked_account_keeps_its_items_and_earns_nothing_meanwhile() -> None:
    """Until a person decides."""
    verdict = shown("lock_pending_decision", surface="permalink")

    assert (verdict.exposure, verdict.ads, verdict.earns) == (SHOW, False, False)


def test_a_suspended_account_is_gone_for_everybody_and_may_still_be_heard() -> None:
    """The person concerned finds everything where an appeal is made; staff where cases are reviewed."""
    assert exposures("suspend", VIEWERS, SURFACES) == {ABSENT}
    assert exposures("suspend", ("author", "staff"), LOOKED_FOR) == {ABSENT}
    assert shown("suspend", "author", "author_appeal").exposure is SHOW
    assert shown("suspend", "staff", "review").exposure is SHOW
    assert shown("suspend", "author", "home").notices == {"suspended"}
    assert not any(shown("suspend", viewer, surface).earns for viewer, surface in itertools.product(CLASSES, SURFACES))


def test_protection_takes_nothing_away() -> None:
    """Only strangers may not make contact; the account is shown where help is."""
    contact = {"message", "mention", "follow", "invite", "suggest"}

    assert exposures("protect", CLASSES, SURFACES) == {SHOW}
    for surface in SURFACES:
        assert {shown("protect", viewer, surface) for viewer in ("follower_adult", "follower_minor", "staff")} == {
            CLEAR
        }
        assert shown("protect", "other_adult", surface).disabled_actions == contact
        author = shown("protect", "author", surface)
        assert (author.notices, author.ads, author.earns, author.disabled_actions) == (
            {"help_is_here"}, True, True, frozenset(),
        )  # fmt: skip


def test_what_carries_a_blocked_link_is_absent_and_its_author_is_told() -> None:
    """Refused at submission from then on; this is for what was there before."""
    assert exposures("block_link", (*VIEWERS, "staff"), SURFACES) == {ABSENT}
    assert shown("block_link", "author", "home").notices == {"link_blocked"}


def test_the_table_answers_for_every_kind_and_for_nothing_else() -> None:
    """A kind that it does not know hides everything, so a missing one is seen at once."""
    assert set(shipped_table().kinds) == {kind.value for kind in MeasureKind}
    for viewer, surface in itertools.product(CLASSES, SURFACES):
        assert shown("a_kind_of_tomorrow", viewer, surface) == STRICTEST


@pytest.mark.parametrize("kind", [kind for kind in MeasureKind if SubjectKind.ACCOUNT in ALLOWED_SUBJECTS[kind]])
def test_what_holds_for_an_account_holds_for_its_items(kind: str) -> None:
    """As its row says: the same verdict as on the item, through the author."""
    held = Holdings([InForce("msr_1", kind, NOW)], NOW)

    for viewer, surface in itertools.product(CLASSES, SURFACES):
        who, relation = WHO[viewer]
        on_item = Seen("post-1", "ada", relation, own=held)
        by_author = Seen("post-1", "ada", relation, by_author=held)
        assert see_all(who, surface, [on_item], now=NOW) == see_all(who, surface, [by_author], now=NOW)
