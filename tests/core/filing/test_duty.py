"""What must be told to whom: tables for operators in the United States, the European Union and the United Kingdom."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.filing.duty import (
    ChildKnown,
    Confirmation,
    Duty,
    DutyFacts,
    Explicitness,
    FoundBy,
    Imagery,
    Obligation,
    Trait,
    duty,
    is_confirmed,
    strictest,
)
from tutela.core.filing.duty_file import parse_duties
from tutela.core.filing.places import Places
from tutela.core.ids import ClauseId
from tutela.core.operator import OperatorProfile
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.core.roles import Role
from tutela.errors import Misconfigured

FILE = tomllib.loads(resources.files("tutela.policy").joinpath("duties.toml").read_text(encoding="utf-8"))
TABLE = parse_duties(FILE, place="duties.toml")
NOWHERE = Places()
US, UK, EU = (OperatorProfile(country, (country,)) for country in ("US", "GB", "DE"))
MUST, MAY, NONE = Obligation.MUST, Obligation.MAY, Obligation.NONE
REAL = {"imagery": Imagery.REAL, "explicitness": Explicitness.EXPLICIT}
SUGGESTIVE = {**REAL, "explicitness": Explicitness.SUGGESTIVE, "child": ChildKnown.NOT_IDENTIFIABLE}


def facts(clause: str, role: Role = Role.ACTOR, **fields: Any) -> DutyFacts:
    """Return what a person found about one account."""
    made = DutyFacts(ClauseId(f"cse.{clause}"), FoundBy.PERSON, frozenset({role}))
    return replace(made, **fields)


def answer(authority: str, found: DutyFacts, profile: OperatorProfile, places: Places = NOWHERE) -> Duty:
    """Return what one authority is owed."""
    return next(each for each in duty(found, profile, places, TABLE) if each.authority == authority)


OF_EACH_CLAUSE = [
    # clause, of an operator in: the US to NCMEC, the UK to the NCA, the EU to police
    ("depiction", REAL, MUST, MUST, MUST),
    ("depiction", {}, MUST, MUST, MUST),
    ("depiction", SUGGESTIVE, MAY, MUST, MAY),
    ("generated", {"imagery": Imagery.INDISTINGUISHABLE, "child": ChildKnown.NOT_IDENTIFIABLE}, MUST, MUST, MAY),
    ("generated", {"imagery": Imagery.INDISTINGUISHABLE, "child": ChildKnown.IDENTIFIABLE}, MUST, MUST, MUST),
    ("generated", {"imagery": Imagery.DRAWN}, MAY, MUST, MAY),
    ("generated", {"imagery": Imagery.DRAWN, "explicitness": Explicitness.SUGGESTIVE}, MAY, MAY, MAY),
    ("commentary", {}, MAY, MAY, MAY),
    ("commentary", {"traits": frozenset({Trait.TOWARDS_CHILD})}, MAY, MUST, MAY),
    ("links", {}, MUST, MUST, MUST),
    ("promotion", {}, MAY, MAY, MAY),
    ("promotion", {"traits": frozenset({Trait.ENCOURAGES})}, MAY, MUST, MAY),
    ("seeking", {}, MUST, MUST, MUST),
    ("commercial", {}, MUST, MUST, MUST),
    ("sending", {}, MAY, MUST, MUST),
    ("conversation", {}, MUST, MUST, MUST),
    ("coercion", {}, MUST, MUST, MUST),
    ("identifying", {}, MAY, MAY, MAY),
    ("normalising", {}, NONE, NONE, NONE),
    ("normalising", {"traits": frozenset({Trait.DANGER})}, MAY, MAY, MUST),
    ("normalising", {"traits": frozenset({Trait.PLANNED})}, MAY, NONE, NONE),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "found", "in_us", "in_uk", "in_eu"), OF_EACH_CLAUSE)
def test_each_clause_is_owed_what_the_law_of_the_place_says(
    clause: str, found: dict[str, Any], in_us: Obligation, in_uk: Obligation, in_eu: Obligation
) -> None:
    """Drawings, normalising and naming differ by law; the clause alone says nothing."""
    what = facts(clause, **found)

    assert answer("ncmec", what, US).obligation is in_us
    assert answer("nca", what, UK).obligation is in_uk
    assert answer("eu_police", what, EU).obligation is in_eu


def test_the_table_speaks_of_every_clause() -> None:
    """Each of the twelve is in the test above, so that a new row is looked at."""
    assert {f"cse.{row[0]}" for row in OF_EACH_CLAUSE} == set(ZERO_TOLERANCE_IDS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("clause", [str(each).removeprefix("cse.") for each in ZERO_TOLERANCE_IDS])
def test_the_part_of_an_account_changes_only_what_minors_do_among_peers(clause: str, role: Role) -> None:
    """Material is reported whoever passed it on; a child among children is weighed by a person."""
    among_peers = clause in {"conversation", "sending", "commentary"} and role in {
        Role.MINOR_PEER, Role.REPORTER, Role.NONE,
    }  # fmt: skip
    for name, profile in (("ncmec", US), ("nca", UK), ("eu_police", EU)):
        as_actor, as_role = answer(name, facts(clause), profile), answer(name, facts(clause, role), profile)
        assert as_role.obligation is (min(as_actor.obligation, MAY) if among_peers else as_actor.obligation)


def test_pressure_by_anybody_or_danger_is_no_matter_among_peers() -> None:
    """One actor among them, or danger, and it is owed again."""
    peers = frozenset({Role.MINOR_PEER, Role.REPORTER})

    assert answer("ncmec", facts("conversation", roles=peers), US).obligation is MAY
    assert answer("ncmec", facts("conversation", roles=peers | {Role.ACTOR}), US).obligation is MUST
    assert answer("ncmec", facts("conversation", roles=peers | {Role.COERCED}), US).obligation is MUST
    in_danger = facts("conversation", roles=peers, traits=frozenset({Trait.DANGER}))
    assert answer("eu_police", in_danger, EU).obligation is MUST


@pytest.mark.parametrize("profile", [US, UK, EU], ids=["US", "UK", "EU"])
@pytest.mark.parametrize("clause", [str(each).removeprefix("cse.") for each in ZERO_TOLERANCE_IDS])
def test_what_only_a_machine_noticed_obliges_nobody_yet(clause: str, profile: OperatorProfile) -> None:
    """Unviewed detections are never filed in bulk; it is no last answer, and the case stays open."""
    owed = duty(facts(clause, found_by=FoundBy.MACHINE), profile, NOWHERE, TABLE)

    assert strictest(owed) is NONE
    assert all(not each.is_final for each in owed if each.decided_by == "no_person_yet")
    if strictest(duty(facts(clause), profile, NOWHERE, TABLE)) is not NONE:
        assert any(not each.is_final for each in owed)


@pytest.mark.parametrize(
    ("authority", "profile", "places", "owed"),
    [
        ("ncmec", UK, NOWHERE, MAY),
        ("ncmec", EU, Places(suspects=("US",)), MAY),
        ("nca", US, NOWHERE, MAY),
        ("nca", US, Places(suspects=("GB",)), MUST),
        ("nca", US, Places(children=("uk",)), MUST),
        ("nca", US, Places(published=("FR",)), MAY),
        ("eu_police", US, NOWHERE, MAY),
        ("eu_police", OperatorProfile("US", ("US", "FR")), NOWHERE, MUST),
        ("eu_police", OperatorProfile("US", ("*",)), NOWHERE, MUST),
        ("au_police", OperatorProfile("AU", ("AU",)), NOWHERE, MAY),
        ("national", OperatorProfile("BR", ("BR",)), NOWHERE, MAY),
    ],
)
def test_whom_a_law_binds_follows_from_where_they_and_the_matter_are(
    authority: str, profile: OperatorProfile, places: Places, owed: Obligation
) -> None:
    """Whom it does not bind may tell all the same."""
    found = answer(authority, facts("coercion"), profile, places)

    assert found.obligation is owed
    assert ("does not bind" in found.reason) is (owed is MAY and authority in {"ncmec", "nca", "eu_police"})


def test_an_operator_who_recorded_no_country_is_bound_by_all() -> None:
    """A question left open on the checklist loses no report."""
    owed = duty(facts("coercion"), OperatorProfile(), NOWHERE, TABLE)

    assert {each.authority for each in owed if each.obligation is MUST} == {"ncmec", "nca", "eu_police"}


def test_whom_neither_law_nor_operator_names_needs_no_decision_of_its_own() -> None:
    """A person in the United States does not decide about every authority of the world; who lists one does."""
    listing = OperatorProfile("US", ("US",), authorities=("NCMEC", "National"))

    assert {each.authority for each in duty(facts("coercion"), US, NOWHERE, TABLE) if each.is_concerned} == {"ncmec"}
    listed = duty(facts("coercion"), listing, NOWHERE, TABLE)
    assert {each.authority for each in listed if each.is_concerned} == {"ncmec", "national"}
    assert answer("nca", facts("coercion"), US, Places(suspects=("GB",))).is_concerned


def test_what_the_foreign_agency_has_is_not_owed_to_the_nca_again() -> None:
    """The id of that report is the proof."""
    told = facts("coercion", reported_to={"ncmec": "900001"})

    assert answer("nca", told, UK).obligation is NONE
    assert answer("nca", told, UK).decided_by == "told_elsewhere"
    assert answer("nca", told, UK).is_final
    assert answer("ncmec", told, US).obligation is MUST


@pytest.mark.parametrize(("traits", "seconds"), [(frozenset(), 86_400), (frozenset({Trait.DANGER}), 3_600)])
def test_danger_shortens_the_time(traits: frozenset[Trait], seconds: int) -> None:
    """A day is the target; an hour where somebody is in danger."""
    found = answer("ncmec", facts("coercion", traits=traits), US)

    assert found.within is not None
    assert found.within.seconds == seconds
    assert answer("ncmec", facts("promotion", traits=traits), US).within is None


def test_a_clause_of_the_house_owes_nothing() -> None:
    """Not even in danger by itself: danger is raised on a case, and pages somebody."""
    spam = DutyFacts(ClauseId("spam.links"), FoundBy.PERSON, frozenset({Role.ACTOR}), traits=frozenset(Trait))

    owed = duty(spam, US, NOWHERE, TABLE)

    assert strictest(owed) is NONE
    assert all("none of the twelve" in each.reason for each in owed)


every_fact = st.builds(
    DutyFacts,
    st.sampled_from(ZERO_TOLERANCE_IDS),
    st.sampled_from(FoundBy),
    st.frozensets(st.sampled_from(Role)),
    st.sampled_from(Imagery),
    st.sampled_from(Explicitness),
    st.sampled_from(ChildKnown),
    st.frozensets(st.sampled_from(Trait)),
    st.dictionaries(st.sampled_from([each.id for each in TABLE.authorities]), st.just("1"), max_size=2),
)


@given(every_fact, st.sampled_from([US, UK, EU, OperatorProfile()]), st.sampled_from([NOWHERE, Places(("GB",))]))
def test_every_answer_has_a_reason_and_a_source(found: DutyFacts, profile: OperatorProfile, places: Places) -> None:
    """Whatever was found: one answer an authority, with a time exactly where it is owed."""
    owed = duty(found, profile, places, TABLE)

    assert [each.authority for each in owed] == [each.id for each in TABLE.authorities]
    assert all(each.reason and each.source and each.table_version == TABLE.version for each in owed)
    assert all((each.within is not None) is (each.obligation is MUST) for each in owed)


@given(every_fact, st.sampled_from([US, UK, EU]), st.randoms(use_true_random=False))
def test_the_order_of_rows_loses_no_duty(found: DutyFacts, profile: OperatorProfile, random: Any) -> None:
    """The strictest row that holds is the answer, wherever it stands."""
    rows = list(TABLE.rows)
    random.shuffle(rows)
    shuffled = replace(TABLE, rows=tuple(rows))

    asked = [duty(found, profile, NOWHERE, table) for table in (TABLE, shuffled)]
    assert [[each.obligation for each in owed] for owed in asked] == [[e.obligation for e in asked[0]]] * 2


@given(every_fact, st.sampled_from([US, UK, EU]))
def test_not_to_know_never_owes_less(found: DutyFacts, profile: OperatorProfile) -> None:
    """What nobody can tell of a picture counts as the gravest that it may be, except a child whom nobody knows."""
    unknown = replace(found, imagery=Imagery.UNKNOWN, explicitness=Explicitness.UNKNOWN)
    for known, guessed in zip(
        duty(found, profile, NOWHERE, TABLE), duty(unknown, profile, NOWHERE, TABLE), strict=True
    ):
        assert guessed.obligation >= known.obligation


def test_a_table_is_confirmed_by_its_version_and_text() -> None:
    """After an update it is confirmed anew."""
    said = Confirmation(TABLE.version, TABLE.checksum, "counsel", datetime(2026, 11, 26, tzinfo=UTC))

    assert is_confirmed(TABLE, said)
    assert not is_confirmed(TABLE, None)
    assert not is_confirmed(replace(TABLE, checksum="0"), said)
    assert not is_confirmed(TABLE, replace(said, by=" "))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": ""}, "version"),
        ({"row": [{**FILE["row"][0], "imagery": ["sketched"]}]}, "row 1.imagery"),
        ({"row": [{**FILE["row"][0], "authority": "nobody"}]}, "row 1.authority"),
        ({"row": [{**FILE["row"][0], "clauses": ["cse.unknown"]}]}, "row 1.clauses"),
        ({"row": [{**FILE["row"][0], "soruce": "a misspelling"}]}, "row 1.soruce"),
        ({"row": [FILE["row"][0], FILE["row"][0]]}, "duties.toml"),
        ({"exemption": [{**FILE["exemption"][0], "leaves": "perhaps"}]}, "exemption 1.leaves"),
        ({"authority": []}, "authority"),
    ],
)
def test_a_table_that_cannot_be_read_names_its_place(change: dict[str, Any], place: str) -> None:
    """A misspelt condition must never mean that a row always holds."""
    with pytest.raises(Misconfigured) as caught:
        parse_duties({**FILE, **change}, place="duties.toml")

    assert place in str(caught.value.place)
