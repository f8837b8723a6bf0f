"""The policy as data, and the floor under it."""

import copy
import dataclasses
import importlib.util
import itertools
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core import policy as p
from tutela.core.ids import ClauseId
from tutela.core.policy_file import parse_ceilings, parse_ordinary, parse_policy
from tutela.errors import BadInput, Misconfigured

ROOT = Path(__file__).parents[2]

MEASURES_THAT_ARE_BUILT = {
    "hold",
    "quarantine",
    "remove",
    "block_media",
    "exclude",
    "no_ads",
    "no_payout",
    "lock_pending_decision",
    "suspend",
}


def read(name: str) -> dict[str, Any]:
    """Return a shipped file, parsed anew, so that a test may spoil it."""
    return tomllib.loads(resources.files("tutela.policy").joinpath(name).read_text(encoding="utf-8"))


SHIPPED = parse_policy(read("zero-tolerance.toml"), place="zero-tolerance.toml")
CEILINGS = parse_ceilings(read("ceilings.toml"), place="ceilings.toml")

ORDINARY: dict[str, Any] = {
    "version": "1",
    "clause": [
        {
            "id": "spam.links",
            "kind": "content",
            "title": "Spam",
            "adult": "No spam.",
            "teen": "No spam, please.",
            "severity": "low",
            "zero_tolerance": False,
            "allowed": ["limit_reach", "remove"],
            "automation": {"visibility": "hold", "account": "none", "propagation": "none", "report": "none"},
            "duty_hint": "none",
        }
    ],
}


def ordinary(**changes: object) -> dict[str, Any]:
    """Return a file with one ordinary clause, changed."""
    file = copy.deepcopy(ORDINARY)
    file["clause"][0].update(changes)
    return file


ceilings = st.builds(
    p.Ceiling,
    st.sampled_from(p.VisibilityCeiling),
    st.sampled_from(p.AccountCeiling),
    st.sampled_from(p.PropagationCeiling),
    st.sampled_from(p.ReportCeiling),
)


# ------------------------------------------------------------------------------------------------------ the twelve


def test_the_shipped_file_holds_exactly_the_twelve() -> None:
    """No more, no fewer, in the order of the policy."""
    assert tuple(SHIPPED.clauses) == p.ZERO_TOLERANCE_IDS
    assert len(SHIPPED.zero_tolerance) == 12


def test_four_clauses_are_content_and_eight_behaviour() -> None:
    """The kinds are those of the policy that the complaint quotes."""
    kinds = [clause.kind for clause in SHIPPED.zero_tolerance]

    assert kinds == [p.ClauseKind.CONTENT] * 4 + [p.ClauseKind.BEHAVIOUR] * 8


@pytest.mark.parametrize("clause", SHIPPED.zero_tolerance, ids=lambda clause: clause.id)
def test_each_of_the_twelve_meets_the_floor(clause: p.Clause) -> None:
    """Demands, refusals, severity and version are those of promise P2."""
    assert p.weaknesses(clause) == ()
    assert clause.version == "2026-11-22"
    assert set(clause.allowed) >= MEASURES_THAT_ARE_BUILT


@pytest.mark.parametrize("clause", SHIPPED.zero_tolerance, ids=lambda clause: clause.id)
def test_the_text_for_teenagers_is_its_own_and_short(clause: p.Clause) -> None:
    """It is no copy of the adult text, and no sentence is longer than thirty words."""
    sentences = clause.teen.replace("?", ".").replace("!", ".").split(".")

    assert clause.teen != clause.adult
    assert max(len(sentence.split()) for sentence in sentences) <= 30


@pytest.mark.parametrize("missing", p.ZERO_TOLERANCE_IDS)
def test_a_policy_without_one_of_the_twelve_cannot_be_made(missing: ClauseId) -> None:
    """Each is named when it is missing."""
    rest = {clause_id: clause for clause_id, clause in SHIPPED.clauses.items() if clause_id != missing}

    with pytest.raises(Misconfigured, match=missing):
        p.Policy("x", rest)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"is_zero_tolerance": False}, "must be zero tolerance"),
        ({"severity": p.Severity.MEDIUM}, "severity"),
        ({"automation": p.NOTHING}, "open a case"),
        ({"demanded_on_content": ()}, "quarantine or remove"),
        ({"demanded_on_content": ("remove", "cover")}, "quarantine or remove"),
        ({"demanded_on_account": ("lock_until_verified",)}, "lock_pending_decision or suspend"),
        ({"lesser_refused": ("warn",)}, "refuse every lesser"),
        ({"allowed": ("remove", "suspend", "de_emphasise")}, "not allow a lesser"),
    ],
)
@pytest.mark.parametrize("clause_id", ["cse.depiction", "cse.normalising"])
def test_a_weakened_clause_is_refused(clause_id: str, change: dict[str, Any], said: str) -> None:
    """Whichever way it is weakened, even past the parser, no policy comes into being."""
    weak = dataclasses.replace(SHIPPED.clause(clause_id), **change)

    with pytest.raises(Misconfigured, match=said):
        p.Policy("x", {**SHIPPED.clauses, weak.id: weak})


@given(st.lists(st.sampled_from(p.KNOWN_KINDS), unique=True), st.sampled_from(p.ZERO_TOLERANCE_IDS))
def test_no_demand_outside_the_two_answers_gets_through(kinds: list[str], clause_id: ClauseId) -> None:
    """Any set of demanded kinds either is a choice among the two answers or is refused."""
    clause = dataclasses.replace(SHIPPED.clauses[clause_id], demanded_on_content=tuple(kinds))
    is_strong = bool(kinds) and set(kinds) <= {"quarantine", "remove"}

    assert (p.weaknesses(clause) == ()) == is_strong


def test_a_policy_does_not_change_with_the_mapping_it_was_made_from() -> None:
    """The clauses are kept, not borrowed."""
    source = dict(SHIPPED.clauses)
    policy = p.Policy("x", source)
    source.clear()

    assert len(policy.clauses) == 12


def test_an_unknown_clause_is_bad_input() -> None:
    """And the identifier sent is not echoed."""
    with pytest.raises(BadInput) as caught:
        SHIPPED.clause("no.such")

    assert "no.such" not in str(caught.value)


# ------------------------------------------------------------------------------------------------- ordinary clauses


def test_an_ordinary_clause_stands_beside_the_twelve() -> None:
    """It keeps its own version, and the whole names both."""
    version, extra = parse_ordinary(ordinary(), place="house.toml")
    policy = p.merge(SHIPPED, extra, version=version)

    assert policy.clause("spam.links").version == "1"
    assert policy.version == "2026-11-22+1"
    assert policy.zero_tolerance == SHIPPED.zero_tolerance


def test_the_ordinary_clauses_that_ship_are_ordinary() -> None:
    """They merge, accuse of nothing and lock nobody out."""
    version, extra = parse_ordinary(read("ordinary.toml"), place="ordinary.toml")
    policy = p.merge(SHIPPED, extra, version=version)

    assert set(extra) == {"ops.unscanned", "minors.exploitative", "adults.intimate"} | {
        f"house.{name}" for name in ("spam", "conduct", "sensitive", "law", "age", "takeover")
    }
    assert {kind for clause in extra.values() for kind in clause.allowed} >= p.LESSER_KINDS
    for clause_id in extra:
        assert policy.clause(clause_id).automation.account is p.AccountCeiling.NONE
        assert policy.clause(clause_id).duty_hint is p.DutyHint.NONE


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "cse.depiction"},
        {"id": "cse.invented"},
        {"zero_tolerance": True},
        {"automation": {"visibility": "seal", "account": "none", "propagation": "none", "report": "none"}},
        {
            "automation": {
                "visibility": "hold",
                "account": "lock_pending_decision",
                "propagation": "none",
                "report": "none",
            }
        },
        {"automation": {"visibility": "hold", "account": "none", "propagation": "none", "report": "draft"}},
    ],
    ids=["replaces", "pretends", "claims", "seals", "locks", "drafts"],
)
def test_an_ordinary_file_cannot_take_what_belongs_to_the_twelve(changes: dict[str, Any]) -> None:
    """Neither id nor name nor power."""
    with pytest.raises(Misconfigured):
        parse_ordinary(ordinary(**changes), place="house.toml")


def test_a_merge_never_replaces_a_clause() -> None:
    """Not even past the parser."""
    soft = dataclasses.replace(SHIPPED.clause("cse.links"), title="soft")

    with pytest.raises(Misconfigured, match="exists already"):
        p.merge(SHIPPED, {soft.id: soft}, version="1")


# ------------------------------------------------------------------------------------------------------ the parser


def _drop(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda file: file["clause"][0].pop(key)


def _put(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda file: file["clause"][0].update({key: value})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.pop("version"), "house.toml.version: `version` is missing."),
        (lambda file: file.update(clause=[]), "house.toml.clause: `clause` must be one table or more"),
        (
            lambda file: file.update(clauses=1),
            "house.toml.clauses: `clauses` is not known here. Did you mean `clause`?",
        ),
        (lambda file: file["clause"].append(file["clause"][0]), "The id `spam.links` is used twice."),
        (_drop("teen"), "house.toml: clause 1 (spam.links).teen: `teen` is missing."),
        (_put("title", " "), "house.toml: clause 1 (spam.links).title: `title` must be text."),
        (_put("kind", "contents"), "must be one of content, behaviour. Did you mean `content`?"),
        (_put("zero_tolerance", 0), "`zero_tolerance` must be true or false."),
        (_put("severity", ["low"]), "`severity` must be one of low, medium, high, critical."),
        (_put("allowed", ["lockdown"]), "house.toml: clause 1 (spam.links).allowed: `allowed` must be one of"),
        (_put("allowed", []), "`allowed` must be a list that is not empty."),
        (_put("allowed", ["remove", "remove"]), "`allowed` names something twice."),
        (_put("demanded", {"content": ["warn"]}), "(spam.links).demanded: `warn` is demanded but not allowed."),
        (_put("lesser_refused", ["remove"]), "`remove` is allowed and refused at once."),
        (_put("automaton", {}), "`automaton` is not known here. Did you mean `automation`?"),
        (_put("automation", {}), "(spam.links).automation.visibility: `visibility` is missing."),
    ],
)
def test_every_error_names_its_place(spoil: Callable[[dict[str, Any]], object], said: str) -> None:
    """File, clause and key; and the nearest word where there is one."""
    file = ordinary()
    spoil(file)

    with pytest.raises(Misconfigured) as caught:
        parse_ordinary(file, place="house.toml")

    assert said in str(caught.value)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(ORDINARY["clause"][0])), json)
def test_any_value_in_any_key_is_parsed_or_refused_with_a_place(key: str, value: object) -> None:
    """A strange file ends in a policy or in one error that says where, and in nothing else."""
    try:
        parse_ordinary(ordinary(**{key: value}), place="house.toml")
    except Misconfigured as error:
        assert error.place is not None  # noqa: PT017  # either outcome is right; only another error is wrong


@pytest.mark.parametrize("key", ["demanded", "lesser_refused", "allowed", "severity"])
def test_a_clause_of_its_own_cannot_undercut_what_all_share(key: str) -> None:
    """A clause may replace a shared value, and the floor still holds."""
    weaker: dict[str, object] = {
        "demanded": {"content": ["hold"], "account": ["hide_profile"]},
        "lesser_refused": ["warn"],
        "allowed": ["remove", "suspend", "limit_reach", "lock_pending_decision", "quarantine"],
        "severity": "low",
    }
    file = read("zero-tolerance.toml")
    file["clause"][4][key] = weaker[key]

    with pytest.raises(Misconfigured, match=r"cse\.promotion"):
        parse_policy(file, place="zero-tolerance.toml")


# ---------------------------------------------------------------------------------------------------- the ceilings


@given(ceilings, ceilings, ceilings)
def test_meeting_ceilings_is_commutative_associative_and_idempotent(a: p.Ceiling, b: p.Ceiling, c: p.Ceiling) -> None:
    """The order in which table, clause and bank are asked never matters."""
    assert a.meet(b) == b.meet(a)
    assert a.meet(b).meet(c) == a.meet(b.meet(c))
    assert a.meet(a) == a
    assert a.meet(p.HIGHEST) == a
    assert a.meet(p.NOTHING) == p.NOTHING


@given(ceilings, ceilings)
def test_a_meeting_is_never_higher_than_either(a: p.Ceiling, b: p.Ceiling) -> None:
    """And it is the highest that is not."""
    met = a.meet(b)

    assert met.is_within(a)
    assert met.is_within(b)
    assert all(met.visibility >= other.visibility for other in (a, b)) == (a.visibility == b.visibility)


def words(ceiling: p.Ceiling) -> str:
    """Return a ceiling as one line of the table in the design."""
    steps = (ceiling.visibility, ceiling.account, ceiling.propagation, ceiling.report)
    return " ".join(step.name.lower() for step in steps)


@pytest.mark.parametrize(
    ("material", "verification", "match", "expected"),
    [
        ("apparent_csam", "several_analysts", "exact_digest", "seal lock_pending_decision identical_sealed draft"),
        ("apparent_csam", "several_analysts", "near", "hold none none none"),
        ("apparent_csam", "one_analyst", "exact_digest", "hold none identical_held none"),
        ("apparent_csam", "own", "exact_digest", "hold none identical_held none"),
        ("apparent_csam", "users", "exact_digest", "hold none identical_held none"),
        ("apparent_csam", "users", "near", "hold none none none"),
        ("generated", "several_analysts", "exact_digest", "hold none identical_held none"),
        ("exploitative", "several_analysts", "exact_digest", "hold none identical_held none"),
        ("adult_intimate", "users", "exact_digest", "hold none identical_held none"),
        ("other", "own", "near", "hold none none none"),
        ("suppression", "several_analysts", "exact_digest", "none none none none"),
    ],
)
def test_the_ceiling_of_each_kind_of_match(material: str, verification: str, match: str, expected: str) -> None:
    """The table of the design, row by row."""
    ceiling = p.ceiling_for(p.Material(material), p.Verification(verification), p.MatchKind(match), CEILINGS)

    assert words(ceiling) == expected


@pytest.mark.parametrize(
    ("row", "expected", "hours"),
    [
        ("machine_guess", "case block_messaging none none", (72, None)),
        ("open_notice", "hold none none none", (None, 24)),
        ("enrolled_notice", "hold none identical_held none", (None, None)),
    ],
)
def test_the_ceiling_of_each_source_that_is_no_bank(
    row: str, expected: str, hours: tuple[int | None, int | None]
) -> None:
    """With the hours after which a measure ends, or a person must have decided."""
    found = CEILINGS.row(row)

    assert words(found.ceiling) == expected
    assert (found.account_max_hours, found.decide_within_hours) == hours


EVERY_MATCH = list(itertools.product(p.Material, p.Verification, p.MatchKind))


@pytest.mark.parametrize(("material", "verification", "match"), EVERY_MATCH)
def test_only_verified_identical_apparent_csam_reaches_an_account(
    material: p.Material, verification: p.Verification, match: p.MatchKind
) -> None:
    """Of all descriptions a match can have, one seals, locks and drafts."""
    ceiling = p.ceiling_for(material, verification, match, CEILINGS)
    is_the_one = (material, verification, match) == ("apparent_csam", "several_analysts", "exact_digest")

    assert (ceiling == p.HIGHEST) == is_the_one
    assert (ceiling.account == p.AccountCeiling.NONE) != is_the_one
    assert (ceiling.report == p.ReportCeiling.NONE) != is_the_one


@pytest.mark.parametrize(("material", "verification"), list(itertools.product(p.Material, p.Verification)))
def test_a_likeness_never_does_more_than_identical_bytes(material: p.Material, verification: p.Verification) -> None:
    """Nor does a list that fewer people checked."""
    near = p.ceiling_for(material, verification, p.MatchKind.NEAR, CEILINGS)
    exact = p.ceiling_for(material, verification, p.MatchKind.EXACT_DIGEST, CEILINGS)
    best = p.ceiling_for(material, p.Verification.SEVERAL_ANALYSTS, p.MatchKind.EXACT_DIGEST, CEILINGS)

    assert near.is_within(exact)
    assert exact.is_within(best)


def test_a_table_that_leaves_a_match_unanswered_is_refused() -> None:
    """So is one that answers twice."""
    for rows in (CEILINGS.rows[1:], (*CEILINGS.rows, dataclasses.replace(CEILINGS.rows[0], id="again"))):
        with pytest.raises(Misconfigured, match="apparent_csam, several_analysts, exact_digest"):
            p.Ceilings("x", rows)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"account_max_hours": 0}, "source 1 (verified_exact).account_max_hours: `account_max_hours` must be a whole"),
        ({"material": ["csam"]}, "source 1 (verified_exact).material: `material` must be one of apparent_csam"),
        ({"ceiling": {}}, "source 1 (verified_exact).ceiling.visibility: `visibility` is missing"),
        ({"id": "near"}, "The id `near` is used twice."),
    ],
)
def test_a_spoilt_ceiling_table_names_the_place(changes: dict[str, Any], said: str) -> None:
    """A table is refused with the row and the key."""
    file = read("ceilings.toml")
    file["source"][0].update(changes)

    with pytest.raises(Misconfigured) as caught:
        parse_ceilings(file, place="ceilings.toml")

    assert said in str(caught.value)


def test_an_unknown_row_is_a_misconfiguration() -> None:
    """A source without a row must never mean a source without a bound."""
    with pytest.raises(Misconfigured, match="oracle"):
        CEILINGS.row("oracle")


# ----------------------------------------------------------------------------------------------- the reference page


def test_the_reference_page_says_what_the_data_says() -> None:
    """Run `./dev docs` when this fails."""
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)

    written = (ROOT / "docs" / "reference" / "policy.md").read_text(encoding="utf-8")

    assert written == build.policy_page(build.shipped_policy(), build.shipped_ceilings(), build.shipped_quotas())
