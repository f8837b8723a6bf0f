"""Statements of reasons: every element of the law, and nobody in them."""

import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.reasons_strategies import CANARY, START, decided, measures, profiles, statement

from tutela.bootstrap.loading import load_policy, load_reason_words, load_reasons
from tutela.config import Settings
from tutela.core.dsa.words import Category, Keyword
from tutela.core.ids import ClauseId, DecisionId, MeasureId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.operator import OperatorProfile
from tutela.core.reasons import Automation, Decided, Ground, Origin, Reasons, reasons_of
from tutela.core.reasons.covering import TELLS_OF_AN_END, covered
from tutela.core.reasons.table_file import parse_reason_table
from tutela.core.reasons.wording import Audience, facts_in_words, worded
from tutela.core.reasons.words_file import SECTIONS, parse_words
from tutela.core.statements import Statement, StatementCode
from tutela.core.transparency.categories import keyword_in
from tutela.errors import Misconfigured

TABLE, WORDS = load_reasons(), load_reason_words()
CLAUSES = tuple(TABLE.rows)
DE = OperatorProfile(country="DE", user_regions=("DE",))
_FORMAL = re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b")
_FAMILIAR = re.compile(r"\b(?:[Dd]u|[Dd]ir|[Dd]ich|[Dd]ein(?:e[mnrs]?)?)\b")
_NUMBERS_TOLD = re.compile(r"\b(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}\b|[0-9]{1,2}:[0-9]{2}")


def the(reasons: Reasons, language: str = "en", audience: Audience = Audience.ADULT) -> str:
    """Return the text."""
    return worded(reasons, WORDS[language], audience).text


def by_person(code: StatementCode = StatementCode.ITEM_REMOVED, clause: str = "cse.depiction") -> Decided:
    """Return a decision of a person."""
    return Decided(code, ClauseId(clause), "2026-11-22", is_automated=False)


def on_item(kind: MeasureKind = MeasureKind.REMOVE, hours: float | None = None) -> Measure:
    """Return a measure on an item."""
    ends = None if hours is None else START + timedelta(hours=hours)
    return Measure(
        MeasureId("msr_1"), kind, Subject(SubjectKind.ITEM, "itm_1"), DecisionId("dec_1"), ClauseId("cse.depiction"),
        "2026-11-22", START, is_automated=False, ends_at=ends,
    )  # fmt: skip


@given(decided(CLAUSES), st.lists(measures()), profiles, st.sampled_from(sorted(WORDS)), st.sampled_from(Audience))
def test_no_statement_tells_an_id_a_date_or_anybodys_words(
    about: Decided, held: list[Measure], profile: OperatorProfile, language: str, audience: Audience
) -> None:
    """P8: no list, date, message, notifier or child can be recognised, whatever was decided."""
    reasons = reasons_of(about, held, TABLE, profile)
    for text in (the(reasons, language, audience), facts_in_words(reasons, WORDS[language]), repr(reasons)):
        assert CANARY not in text
    said = the(reasons, language, audience).replace(reasons.policy_version, "")
    assert not _NUMBERS_TOLD.search(said)


@given(decided(CLAUSES), st.lists(measures(), min_size=1), profiles)
def test_every_statement_has_every_element_of_the_law(
    about: Decided, held: list[Measure], profile: OperatorProfile
) -> None:
    """Article 17(3): restriction, circumstances, automation, ground with why, redress, and our rules' version."""
    reasons = reasons_of(about, held, TABLE, profile)
    assert {each.kind for each in reasons.restrictions} == {measure.kind for measure in held}
    assert bool(reasons.legal_ground) == (reasons.ground is Ground.ILLEGAL)
    assert reasons.redress is not None
    assert reasons.redress.appeal_days >= 183
    for language in WORDS:
        sections = worded(reasons, WORDS[language]).sections
        assert len(sections) == 4
        assert all(each.sentences for each in sections)
        assert reasons.policy_version in worded(reasons, WORDS[language]).policy


@given(st.lists(measures()), profiles)
def test_a_machine_never_says_that_the_law_was_broken(held: list[Measure], profile: OperatorProfile) -> None:
    """P11: what a machine holds is held on the terms of the service until people have looked."""
    for clause in CLAUSES:
        about = Decided(StatementCode.ITEM_UNDER_REVIEW, ClauseId(clause), "v", is_automated=True)
        assert reasons_of(about, held, TABLE, profile).ground is Ground.INCOMPATIBLE


def test_a_provision_is_named_by_the_operators_country() -> None:
    """A German operator names the German law, a French one the directive, a Brazilian one the law of its place."""
    said = {
        country: reasons_of(by_person(), [on_item()], TABLE, OperatorProfile(country=country)).legal_ground
        for country in ("DE", "FR", "BR")
    }
    assert said["DE"] is not None
    assert "184b" in said["DE"]
    assert said["FR"] is not None
    assert "2011/93/EU" in said["FR"]
    assert said["BR"] is not None
    assert "where the service is established" in said["BR"]


def test_who_must_not_take_part_out_of_court_is_not_said_to() -> None:
    """Article 19: a small enterprise names appeal and court, a large one in the Union the certified bodies too."""
    small = OperatorProfile(country="DE", is_small_enterprise=True)
    assert "out of court" in the(reasons_of(by_person(), [on_item()], TABLE, DE))
    text = the(reasons_of(by_person(), [on_item()], TABLE, small))
    assert "out of court" not in text
    assert "court" in text
    outside = OperatorProfile(country="BR", user_regions=("BR",))
    assert "out of court" not in the(reasons_of(by_person(), [on_item()], TABLE, outside))


@pytest.mark.parametrize(
    ("how", "automation"),
    [
        ({"is_automated": True}, Automation.FULLY),
        ({"is_automated": True, "rests_on_people": True}, Automation.PARTIALLY),
        ({"is_automated": False, "is_bulk": True}, Automation.PARTIALLY),
        ({"is_automated": False}, Automation.NOT_AUTOMATED),
    ],
)
def test_how_far_a_machine_decided(how: dict[str, bool], automation: Automation) -> None:
    """Wholly by itself, after people about the same, or not at all."""
    about = Decided(StatementCode.ITEM_REMOVED, ClauseId("x"), "v", **how)  # type: ignore[arg-type]  # names of flags
    assert about.automation is automation


@pytest.mark.parametrize(
    ("hours", "said"), [(None, "no end of its own"), (0.5, "1 hours"), (72, "72 hours"), (73, "4 days")]
)
def test_how_long_it_lasts_is_told_in_lengths(hours: float | None, said: str) -> None:
    """A duration, and never a date."""
    assert said in the(reasons_of(by_person(), [on_item(hours=hours)], TABLE, DE))


def test_a_teenager_is_told_in_other_words() -> None:
    """The clause is explained for somebody of fourteen."""
    reasons = reasons_of(by_person(), [on_item()], TABLE, DE)
    assert the(reasons) != the(reasons, audience=Audience.TEEN)


def test_a_clause_of_the_operators_own_speaks_for_itself() -> None:
    """No row and no words: it breaks the terms, in the words of the clause."""
    clause = load_policy(Settings()).clause("house.spam")
    reasons = reasons_of(by_person(clause="board.offtopic"), [on_item()], TABLE, DE)
    assert reasons.ground is Ground.INCOMPATIBLE
    text = worded(reasons, WORDS["en"], own_clause=clause).text
    assert clause.title in text
    assert clause.adult in text


def test_a_notice_is_told_and_not_whose() -> None:
    """Each origin has its own sentence, and none of them a part for a name."""
    about = by_person(clause="house.spam")
    texts = {the(reasons_of(replace(about, origin=each), [on_item()], TABLE, DE)) for each in Origin}
    assert len(texts) == len(Origin)


@given(st.lists(measures(), max_size=6), st.sets(st.sampled_from(StatementCode), min_size=1))
def test_each_measure_is_told_by_exactly_one_statement_of_its_side(
    held: list[Measure], codes: set[StatementCode]
) -> None:
    """Where anybody is told of the account, its measures are covered once; of content likewise."""
    told = [statement(code, number=number) for number, code in enumerate(sorted(codes))]
    for measure in held:
        found: list[Statement] = [each for each in told if measure in covered(each, told, held)]
        is_account = measure.subject.kind is SubjectKind.ACCOUNT
        side = [s for s in told if s.code not in TELLS_OF_AN_END and s.code.value.startswith("account_") == is_account]
        assert len(found) == (1 if side else 0)


def test_the_sale_of_a_child_is_filed_as_trafficking() -> None:
    """The form has these keywords under violence alone; under another category they would be counted as "other"."""
    row = TABLE.row(ClauseId("cse.commercial"))
    assert row.category is Category.VIOLENCE
    assert keyword_in(row.category, row.keywords) is Keyword.HUMAN_TRAFFICKING


def test_the_table_covers_every_clause_that_ships() -> None:
    """A clause without a row, and a row without a clause, are refused when the table is loaded."""
    parsed = tomllib.loads(resources.files("tutela.policy").joinpath("statements.toml").read_text("utf-8"))
    with pytest.raises(Misconfigured) as missing:
        parse_reason_table(parsed, place="t", clauses=[*CLAUSES, ClauseId("house.new")])
    assert missing.value.place == "house.new"
    with pytest.raises(Misconfigured) as unknown:
        parse_reason_table(parsed, place="t", clauses=CLAUSES[1:])
    assert unknown.value.place == CLAUSES[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ground": "incompatible"}, "exactly where"),
        ({"legal": {"EU": "x"}}, "`EU` and `*`"),
        ({"legal": {"EU": "x", "*": "y", "de": "z"}}, "two capital letters"),
        ({"legal": {"EU": "x" * 501, "*": "y"}}, "500"),
        ({"category": "nothing"}, "must be one of"),
        ({"keywords": ["csam"]}, "must be one of"),
        ({"category": "protection_of_minors", "keywords": ["human_trafficking"]}, "`violence`"),
        ({"colour": "red"}, "not known here"),
    ],
)
def test_a_row_that_says_nothing_whole_is_refused(change: dict[str, object], said: str) -> None:
    """The error names the place."""
    row = {"id": "a", "ground": "illegal", "category": "violence", "legal": {"EU": "x", "*": "y"}, **change}
    with pytest.raises(Misconfigured) as error:
        parse_reason_table(
            {"version": "1", "redress": {"appeal_days": 183, "out_of_court": {"EU": "x"}}, "clause": [row]}, place="t"
        )
    assert said in error.value.detail
    assert "clause 1" in (error.value.place or "")


def test_nobody_has_less_than_six_months_to_appeal() -> None:
    """Article 20(1)."""
    row = {"id": "a", "ground": "incompatible", "category": "violence"}
    with pytest.raises(Misconfigured):
        parse_reason_table(
            {"version": "1", "redress": {"appeal_days": 182, "out_of_court": {"EU": "x"}}, "clause": [row]}, place="t"
        )


@pytest.mark.parametrize("language", sorted(WORDS))
@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_a_language_that_lacks_a_sentence_is_refused(language: str, section: str) -> None:
    """A missing sentence, and one with another part, are named."""
    parsed = tomllib.loads(resources.files("tutela.policy").joinpath(f"statements/{language}.toml").read_text("utf-8"))
    key = SECTIONS[section][0]
    lacking = {**parsed, section: {name: said for name, said in parsed[section].items() if name != key}}
    other = {**parsed, section: {**parsed[section], key: "{account}"}}
    for broken in (lacking, other):
        with pytest.raises(Misconfigured) as error:
            parse_words(broken, place=language, clauses=CLAUSES)
        assert str(key) in (error.value.place or "")


@pytest.mark.parametrize("teen", [
    {"code": {"item_removed": "{account} of yours"}}, {"code": {"item_gone": "It is gone."}},
    {"record": {"content": "A post."}}, {"redress": {"appeal_link": "Here."}},
], ids=["part", "key", "section", "part left out"])  # fmt: skip
def test_what_is_said_otherwise_to_a_teenager_is_checked_as_all_else(teen: dict[str, object]) -> None:
    """A sentence that nobody says, or with other parts, is named by its place."""
    parsed = tomllib.loads(resources.files("tutela.policy").joinpath("statements/de.toml").read_text("utf-8"))
    with pytest.raises(Misconfigured) as error:
        parse_words({**parsed, "teen": teen}, place="de", clauses=CLAUSES)
    assert "teen" in (error.value.place or "")


@given(decided(CLAUSES), st.lists(measures()), profiles)
def test_a_teenager_is_told_in_german_as_one_talks_to_them(
    about: Decided, held: list[Measure], profile: OperatorProfile
) -> None:
    """By du in every sentence, and an adult by Sie in all of the same."""
    reasons = reasons_of(about, held, TABLE, profile)
    link = "https://lakes.example/a"
    teen, adult = (
        worded(reasons, WORDS["de"], each, appeal_link=link).text for each in (Audience.TEEN, Audience.ADULT)
    )
    assert _FORMAL.findall(teen) == []
    assert _FAMILIAR.search(teen)
    assert _FAMILIAR.findall(adult) == []
