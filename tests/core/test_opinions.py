"""What is said of a bank member lowers what a machine makes of it, and nothing raises it."""

from datetime import UTC, datetime
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import strategies as make
from tutela.core.audit import AuditEvent
from tutela.core.banks import Bank
from tutela.core.bounds import CEILING_OF, HOLD_ONLY, REVIEW_ONLY, Bound, lowered
from tutela.core.ids import BankId, ClauseId, MemberId
from tutela.core.opinions import (
    SOURCE,
    Opinion,
    Said,
    bounds_of,
    ceiling_given,
    entry,
    is_locally_disputed,
    is_owed,
    person,
)
from tutela.core.policy import HIGHEST, Ceiling, MatchKind, Material, Verification

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEAR, EXACT = MatchKind.NEAR, MatchKind.EXACT_DIGEST
MEMBER = MemberId("mem_1")


def bank(
    material: Material = Material.APPARENT_CSAM,
    clause: str = "cse.depiction",
    verification: Verification = Verification.SEVERAL_ANALYSTS,
) -> Bank:
    """Return a bank."""
    name, made = ClauseId(clause), BankId("bnk_1")
    return Bank(made, "list", name, material, verification, "test", 31, HIGHEST, NOW)


def said(by: str, opinion: Opinion) -> Said:
    """Return an opinion."""
    return Said(MEMBER, by, opinion, NOW)


GRAVE = bank()
OTHER = bank(Material.EXPLOITATIVE, "minors.exploitative")
HARMLESS = bank(Material.SUPPRESSION)
P, N, D, S = Opinion.POSITIVE, Opinion.NEGATIVE, Opinion.DISPUTED, Opinion.SEED

TABLE = [
    pytest.param(GRAVE, EXACT, [], HIGHEST, id="nobody said anything"),
    pytest.param(GRAVE, NEAR, [], HIGHEST, id="nobody said anything of a likeness"),
    pytest.param(GRAVE, EXACT, [("ada", N)], HIGHEST, id="one no leaves identical bytes as they are"),
    pytest.param(GRAVE, EXACT, [("ada", N), ("bob", N)], REVIEW_ONLY, id="two people's no"),
    pytest.param(GRAVE, EXACT, [("ada", N), ("bob", D)], HIGHEST, id="a no and a doubt are not two noes"),
    pytest.param(GRAVE, EXACT, [(SOURCE, N), ("ada", N)], HOLD_ONLY, id="the source is none of our people"),
    pytest.param(GRAVE, EXACT, [("ada", N), ("bob", N), ("eve", P)], REVIEW_ONLY, id="a yes ends no dispute"),
    pytest.param(GRAVE, EXACT, [(SOURCE, N)], HOLD_ONLY, id="the source takes it back"),
    pytest.param(GRAVE, EXACT, [(SOURCE, D), ("ada", P)], HIGHEST, id="the source doubts, and one of us confirmed"),
    pytest.param(GRAVE, EXACT, [(SOURCE, S)], REVIEW_ONLY, id="a seed is no known material"),
    pytest.param(GRAVE, EXACT, [(SOURCE, S), ("ada", P)], HIGHEST, id="a seed that one of us confirmed"),
    pytest.param(GRAVE, NEAR, [(SOURCE, S)], REVIEW_ONLY, id="a likeness of a seed"),
    pytest.param(GRAVE, NEAR, [("ada", N)], REVIEW_ONLY, id="one no leaves a likeness to review"),
    pytest.param(GRAVE, NEAR, [("ada", N), ("bob", P)], REVIEW_ONLY, id="a no stays a no beside a yes"),
    pytest.param(GRAVE, NEAR, [(SOURCE, D)], REVIEW_ONLY, id="the source's doubt about a likeness"),
    pytest.param(GRAVE, NEAR, [(SOURCE, N), ("ada", P)], HIGHEST, id="the source's no against our yes"),
    pytest.param(GRAVE, NEAR, [("ada", P)], HIGHEST, id="a yes raises nothing"),
    pytest.param(OTHER, EXACT, [("ada", N)], REVIEW_ONLY, id="of ordinary lists one no is enough"),
    pytest.param(bank(Material.GENERATED), EXACT, [("ada", N)], HIGHEST, id="any of the twelve clauses needs two"),
    pytest.param(HARMLESS, EXACT, [("ada", N)], REVIEW_ONLY, id="one no, and known harmless clears nothing"),
]


@pytest.mark.parametrize(("of", "kind", "opinions", "ceiling"), TABLE)
def test_who_said_what_bounds_a_match(
    of: Bank, kind: MatchKind, opinions: list[tuple[str, Opinion]], ceiling: Ceiling
) -> None:
    """The table of matching.md, Banks."""
    assert ceiling_given([said(*each) for each in opinions], of, kind, HIGHEST) == ceiling


sayers = st.sampled_from([SOURCE, "ada", "bob", "key_1"])
opinions = st.dictionaries(sayers, st.sampled_from(Opinion)).map(lambda found: [said(*each) for each in found.items()])
banks = st.sampled_from([GRAVE, OTHER, HARMLESS])
kinds = st.sampled_from(MatchKind)


@given(opinions, banks, kinds, make.ceilings, st.randoms())
def test_opinions_only_lower_a_ceiling_in_any_order(
    found: list[Said], of: Bank, kind: MatchKind, ceiling: Ceiling, random: "object"
) -> None:
    """No opinion lets a match do more than its bank, and it does not matter who spoke first."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random

    assert ceiling_given(found, of, kind, ceiling).is_within(ceiling)
    assert ceiling_given(shuffled, of, kind, ceiling) == ceiling_given(found, of, kind, ceiling)


@given(opinions, banks, kinds, make.ceilings, st.sampled_from(["cyd", "dan"]), st.sampled_from([N, D]))
def test_one_doubt_more_never_raises_a_ceiling(  # one fact each
    found: list[Said], of: Bank, kind: MatchKind, ceiling: Ceiling, by: str, doubt: Opinion
) -> None:
    """Nobody frees a picture to do more by denying it."""
    before = ceiling_given(found, of, kind, ceiling)

    assert ceiling_given([*found, said(by, doubt)], of, kind, ceiling).is_within(before)


@given(opinions, banks, kinds, make.ceilings, sayers)
def test_a_yes_that_becomes_a_no_never_raises_a_ceiling(
    found: list[Said], of: Bank, kind: MatchKind, ceiling: Ceiling, by: str
) -> None:
    """Whoever changes their mind replaces what they said before."""
    others = [each for each in found if each.by != by]
    yes, no = [*others, said(by, P)], [*others, said(by, N)]

    assert ceiling_given(no, of, kind, ceiling).is_within(ceiling_given(yes, of, kind, ceiling))


def test_the_same_person_twice_is_one_however_the_name_is_written() -> None:
    """P3: two people means two people."""
    same = [said(person(" Ada  Lovelace"), N), said(person("ada lovelace "), N)]

    assert not is_locally_disputed(same)
    assert is_locally_disputed([*same, said(person("Grace"), N)])


@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from([" ", "\t ", "\u00a0", "\u3000"]))
def test_no_way_of_writing_a_name_makes_another_person(name: str, form: str, space: str) -> None:
    """Accents apart or not, letters of full width, white space of any kind: nobody is two people (P3)."""
    written = normalize(form, f"Jos\u00e9 {name}").replace(" ", space)

    assert person(f"{written}{space}") == person(f"Jos\u00e9 {name}")
    assert normalize("NFKC", person(name)) == person(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jos\u00e9", "Jose\u0301"),
        ("JOSE\u0301", "jos\u00e9"),
        ("\u0390", "\u1fd3"),
        ("Stra\u00dfe", "STRASSE"),
        ("\uff21da", "ada"),
    ],
)
def test_the_same_name_in_two_spellings_is_one_person(one: str, other: str) -> None:
    """The accent within the letter or behind it, a letter that folds into several, full width."""
    assert person(one) == person(other)


@given(st.frozensets(st.sampled_from(Bound)), make.ceilings)
def test_bounds_meet_downwards(bounds: frozenset[Bound], ceiling: Ceiling) -> None:
    """Each names a ceiling, and all of them hold."""
    found = lowered(ceiling, bounds)

    assert found.is_within(ceiling)
    assert all(found.is_within(CEILING_OF[bound]) for bound in bounds)


def test_every_bound_leaves_accounts_other_items_and_reports_alone() -> None:
    """P11: nobody is condemned on the word of a member in doubt."""
    for ceiling in CEILING_OF.values():
        assert (ceiling.account, ceiling.propagation, ceiling.report) == (0, 0, 0)


def test_feedback_is_owed_to_others_and_not_to_ourselves() -> None:
    """Our own bank needs no letter."""
    assert is_owed(GRAVE)
    assert not is_owed(bank(verification=Verification.OWN))


def test_an_opinion_has_an_entry_that_says_everything_and_no_value() -> None:
    """The audit names ids; the hash stays in its bank."""
    event = entry(Said(MEMBER, "key_1", N, NOW, "a landscape"))

    assert event == AuditEvent(
        "operator:member:opined",
        MEMBER,
        {"by": "key_1", "opinion": "negative", "classification": "a landscape", "at_us": 1_795_348_800_000_000},
    )
    assert entry(said(SOURCE, S)).kind == "source:member:opined"
    assert bounds_of([], GRAVE, EXACT) == frozenset()
