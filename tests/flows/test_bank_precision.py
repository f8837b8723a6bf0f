"""How often banks were right: from matches, cases and what people found."""

import pytest

from answering import ADA, BEA, CYD, Office, person
from make import Home, md5, pdq, photo
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.permissions import StaffRole
from tutela.core.policy import MatchKind, Material, Verification
from tutela.core.precision import Precision
from tutela.core.reversals import Reversal
from tutela.core.roles import Role

OFFICE = Office
EXACT, NEAR = MatchKind.EXACT_DIGEST, MatchKind.NEAR


def list_all(home: Home) -> None:
    """Have one bank know a picture byte by byte, and another one its likeness."""
    known = home.upload(photo("china"))
    home.list(md5(known), name="exact")
    home.list(pdq(known), name="near", verification=Verification.ONE_ANALYST)


def post(office: Office, author: str, *, near: bool) -> None:
    """Post the picture, or a near copy of it."""
    office.home.submit(f"of-{author}", office.home.upload(photo("china", quality=60 if near else 90)), author=author)


def decide(office: Office, author: str, conclusion: Conclusion) -> DecisionId | None:
    """Decide the case of an author, by two people where it takes two; return what was decided."""
    case_id = office.case(author).id
    parts = ((author, Role.ACTOR),) if conclusion is Conclusion.VIOLATION else ()
    given = office.decide(BEA, case_id, conclusion, parts=parts)
    if given.settlement.answer is None:
        given = office.decide(CYD, case_id, conclusion, parts=parts)
    return next(iter(given.changeset.decisions), None) and given.changeset.decisions[0].id


def figures(office: Office) -> dict[str, dict[MatchKind, tuple[int, int]]]:
    """Return how many cases people confirmed and overturned, by bank and match."""
    found = office.home.house.read_figures(ADA, 7).banks
    return {
        name: {kind: (each.confirmed, each.overturned) for kind, each in kinds.items()} for name, kinds in found.items()
    }


def test_a_bank_is_right_where_people_find_what_it_says_and_it_stands(office_anywhere: Office) -> None:
    """Open cases say nothing; near and exact are apart; what is reversed was not right."""
    office, house = office_anywhere, office_anywhere.home.house
    list_all(office.home)
    for author in ("ann", "ben", "cem", "dan"):
        post(office, author, near=author != "dan")
    assert figures(office) == {}
    found = decide(office, "ann", Conclusion.VIOLATION)
    decide(office, "ben", Conclusion.NO_VIOLATION)
    assert figures(office) == {"near": {NEAR: (1, 1)}}
    decide(office, "dan", Conclusion.VIOLATION)
    # The bank of likenesses knows it as well, and a case counts once for each bank.
    assert figures(office) == {"near": {NEAR: (2, 1)}, "exact": {EXACT: (1, 0)}}

    with house.store.read() as reader:
        near, exact = (reader.bank_by_name(name) for name in ("near", "exact"))
        assert near is not None
        assert exact is not None
        assert reader.precision_of_bank(near.id) == {NEAR: Precision(2, 1)}
        assert reader.precision_of_bank(exact.id) == {EXACT: Precision(1, 0)}
    assert found is not None
    for who in ("per_eve", "per_fay"):
        house.reverse(Reversal(found, Facts("mistaken"), Decider(who), is_person=True))
    assert figures(office) == {"near": {NEAR: (1, 2)}, "exact": {EXACT: (1, 0)}}


def test_what_a_harmless_bank_suppresses_and_what_goes_without_accusation_is_no_confirmation(office: Office) -> None:
    """A removal under an ordinary clause is not what such a list says; a suppressed match speaks for nobody."""
    list_all(office.home)
    post(office, "ann", near=True)
    decide(office, "ann", Conclusion.AGE_INDETERMINATE)
    assert figures(office) == {"near": {NEAR: (0, 1)}}
    office.home.clock.advance(days=40)
    assert figures(office) == {}
    office.home.list(
        pdq(office.home.upload(photo("china", quality=60))), name="harmless", material=Material.SUPPRESSION
    )
    post(office, "ben", near=True)
    assert office.home.answer("of-ben").value == "refuse"  # what was removed is refused wherever it comes again
    assert figures(office) == {}


def test_precision_of_banks_is_for_who_oversees_banks(office: Office) -> None:
    """An administrator reads the figures of the work, and keeps no banks."""
    list_all(office.home)
    post(office, "ann", near=True)
    decide(office, "ann", Conclusion.NO_VIOLATION)
    house = office.home.house
    assert house.read_figures(person("pam", StaffRole.POLICY_ANALYST), 7).banks.keys() == {"near"}
    assert house.read_figures(person("adm", StaffRole.ADMINISTRATOR), 7).banks == {}


@pytest.mark.parametrize(
    ("confirmed", "overturned", "share", "at_least"),
    [(0, 0, None, None), (1, 0, 1.0, 0.207), (5, 0, 1.0, 0.566), (99, 1, 0.99, 0.946), (0, 9, 0.0, 0.0)],
)
def test_a_share_of_few_is_at_least_little(
    confirmed: int, overturned: int, share: float | None, at_least: float | None
) -> None:
    """One of one is no certainty. Source of the bounds: Wilson's score, 95 %."""
    found = Precision(confirmed, overturned)
    assert found.share == share
    assert found.at_least == (None if at_least is None else pytest.approx(at_least, abs=0.001))
