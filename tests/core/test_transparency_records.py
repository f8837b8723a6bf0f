"""Records for the EU Transparency Database: each passes its rules, and each single breach is found."""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.reasons_strategies import CANARY, START, decided, measures, profiles

from tutela.bootstrap.loading import load_reason_words, load_reasons
from tutela.core.dsa.fields import AT_LEAST_ONE, BY_NAME, CONDITIONS, FIELDS, Form
from tutela.core.dsa.mapping import WORDS as KINDS
from tutela.core.dsa.mapping import Part
from tutela.core.dsa.record import About, NotSent, Telling, TransparencyRecord, must_send, record_of
from tutela.core.dsa.sheets import Sheet, read, written
from tutela.core.dsa.validator import Wrong, breaches
from tutela.core.dsa.words import EEA, ContentType, Keyword
from tutela.core.ids import ClauseId, DecisionId, MeasureId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.operator import OperatorProfile
from tutela.core.reasons import Decided, Origin, reasons_of
from tutela.core.statements import StatementCode
from tutela.errors import BadInput
from tutela_client.scope import EVERYTHING, Scope

TABLE, ENGLISH = load_reasons(), load_reason_words()["en"]
CLAUSES = (*TABLE.rows, ClauseId("board.own"))
TELLING = Telling(ENGLISH)
PUID = "hV3_x-9"
DE = OperatorProfile(country="DE", user_regions=("DE",))
NOTHING = About()

abouts = st.builds(
    About,
    types=st.sets(st.sampled_from([ContentType.TEXT, ContentType.IMAGE, ContentType.VIDEO, ContentType.OTHER])).map(
        frozenset
    ),
    posted_on=st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    language=st.sampled_from([None, "de", "en-GB", "tlh", "zh-hant-tw", ""]),
)


def a_measure(kind: MeasureKind, on: SubjectKind, *, days: int | None = None, scope: Scope = EVERYTHING) -> Measure:
    """Return a measure of the third of March."""
    return Measure(
        MeasureId("msr_1"), kind, Subject(on, "x"), DecisionId("dec_1"), ClauseId("house.spam"), "v", START,
        is_automated=False, ends_at=None if days is None else START + timedelta(days=days), scope=scope,
    )  # fmt: skip


def record(
    *held: Measure, origin: Origin = Origin.OWN_INITIATIVE, about: About = NOTHING
) -> TransparencyRecord | NotSent:  # frozen
    """Return the record of a person's decision."""
    what = Decided(StatementCode.ITEM_RESTRICTED, ClauseId("house.spam"), "v", is_automated=False, origin=origin)
    return record_of(reasons_of(what, held, TABLE, DE), held, about, TELLING, PUID)


@given(decided(CLAUSES), st.lists(measures(), min_size=1, max_size=6), profiles, abouts)
def test_every_record_passes_every_rule_and_names_nobody(
    about: Decided, held: list[Measure], profile: OperatorProfile, what: About
) -> None:
    """Article 24(5): no personal data; and the database takes each."""
    made = record_of(reasons_of(about, held, TABLE, profile), tuple(held), what, TELLING, PUID)
    if isinstance(made, NotSent):
        ordered = about.origin is Origin.ORDER
        assert (made is NotSent.ORDERED) == ordered
        return
    assert breaches(made.as_json()) == ()
    assert CANARY not in repr(made.as_json())


@given(decided(CLAUSES), st.lists(measures(), min_size=1, max_size=6), profiles, abouts, st.sampled_from(Sheet))
def test_what_is_exported_comes_back_whole(
    about: Decided, held: list[Measure], profile: OperatorProfile, what: About, sheet: Sheet
) -> None:
    """JSON lines and CSV."""
    made = record_of(reasons_of(about, held, TABLE, profile), tuple(held), what, TELLING, PUID)
    records = [] if isinstance(made, NotSent) else [made.as_json(), {**made.as_json(), "puid": "b"}]
    assert read(b"".join(written(records, sheet)), sheet) == records


def whole() -> dict[str, Any]:
    """Return a record that has every field that goes together."""
    made = record(
        a_measure(MeasureKind.REMOVE, SubjectKind.ITEM, days=3),
        a_measure(MeasureKind.NO_PAYOUT, SubjectKind.ITEM, days=4),
        a_measure(MeasureKind.READ_ONLY, SubjectKind.ACCOUNT, days=5),
        a_measure(MeasureKind.SUSPEND, SubjectKind.ACCOUNT, days=6),
        origin=Origin.NOTICE,
        about=About(frozenset({ContentType.TEXT}), date(2026, 1, 1), "de"),
    )
    assert isinstance(made, TransparencyRecord)
    return {
        **made.as_json(), "account_type": "ACCOUNT_TYPE_PRIVATE", "category_addition": ["STATEMENT_CATEGORY_VIOLENCE"],
        "decision_ground_reference_url": "https://board.example/terms", "content_id": {"EAN-13": "4006381333931"},
        "incompatible_content_illegal": "No", "source_identity": "A house",
    }  # fmt: skip


def wrongs(record: dict[str, Any]) -> set[tuple[str, Wrong]]:
    """Return what the validator finds."""
    return {(each.field, each.wrong) for each in breaches(record)}


def test_a_record_with_everything_passes() -> None:
    """The ground of the tests below."""
    assert wrongs(whole()) == set()


_BAD: dict[Form, list[tuple[Any, Wrong]]] = {
    Form.WORD: [("NOTHING", Wrong.UNKNOWN_WORD), (7, Wrong.WRONG_FORM)],
    Form.WORDS: [([], Wrong.WRONG_FORM), ("x", Wrong.WRONG_FORM), (["NOTHING"], Wrong.UNKNOWN_WORD)],
    Form.TEXT: [("", Wrong.WRONG_FORM), (" ", Wrong.WRONG_FORM), ("x" * 5001, Wrong.TOO_LONG), (7, Wrong.WRONG_FORM)],
    Form.ADDRESS: [("board.example", Wrong.WRONG_FORM), (f"https://{'x' * 500}", Wrong.TOO_LONG)],
    Form.DATE: [
        ("2026-02-30", Wrong.WRONG_FORM), ("02.03.2026", Wrong.WRONG_FORM), ("2038-01-02", Wrong.TOO_LATE),
        ("20260302", Wrong.WRONG_FORM),
    ],
    Form.LANGUAGE: [("de", Wrong.UNKNOWN_WORD), ("DEU", Wrong.UNKNOWN_WORD), ("QQ", Wrong.UNKNOWN_WORD)],
    Form.KEY: [("a b", Wrong.WRONG_FORM), ("ä", Wrong.WRONG_FORM), ("x" * 501, Wrong.TOO_LONG), ("", Wrong.WRONG_FORM)],
    Form.PRODUCT: [({"EAN-13": "12"}, Wrong.WRONG_FORM), ({}, Wrong.WRONG_FORM), ("4006381333931", Wrong.WRONG_FORM)],
}  # fmt: skip


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_wrong_value_is_found_at_its_field(field: Any) -> None:
    """Of every field, each way in which it can be wrong."""
    for value, wrong in _BAD[field.form]:
        assert (field.name, wrong) in wrongs({**whole(), field.name: value}), value
    if field.form is Form.WORDS:
        twice = [field.known[0], field.known[0]]
        assert (field.name, Wrong.TWICE) in wrongs({**whole(), field.name: twice})
    if field.earliest is not None:
        before = (field.earliest - timedelta(days=1)).isoformat()
        assert wrongs({**whole(), field.name: before}) == {(field.name, Wrong.TOO_EARLY)}
        assert wrongs({**whole(), field.name: field.earliest.isoformat()}) == set()
    if field.most:
        longest = "https://" + "x" * (field.most - 8) if field.form is Form.ADDRESS else "x" * field.most
        assert (field.name, Wrong.TOO_LONG) not in wrongs({**whole(), field.name: longest})
        assert (field.name, Wrong.TOO_LONG) in wrongs({**whole(), field.name: longest + "x"})


@pytest.mark.parametrize("name", [field.name for field in FIELDS if field.is_required])
def test_each_missing_field_is_found(name: str) -> None:
    """Left out, or none."""
    for lacking in ({k: v for k, v in whole().items() if k != name}, {**whole(), name: None}):
        assert (name, Wrong.MISSING) in wrongs(lacking)


@pytest.mark.parametrize("rule", CONDITIONS, ids=lambda rule: rule.field)
def test_each_condition_is_asked_both_ways(rule: Any) -> None:
    """Where the other value is, the field must be; where it is not, it must not."""
    good = whole()
    value = [rule.value] if BY_NAME[rule.other].form is Form.WORDS else rule.value
    given = deepcopy(good)
    given[rule.other] = value
    given.pop(rule.field, None)
    assert ((rule.field, Wrong.MISSING) in wrongs(given)) == rule.is_required
    other = next(word for word in BY_NAME[rule.other].known if word != rule.value)
    given[rule.other] = [other] if isinstance(value, list) else other
    given[rule.field] = "x" if BY_NAME[rule.field].form is Form.TEXT else BY_NAME[rule.field].known[0]
    assert (rule.field, Wrong.DOES_NOT_GO_WITH) in wrongs(given)


def test_one_of_the_four_parts_is_needed_and_what_is_unknown_is_named() -> None:
    """And nobody is named who told nothing."""
    bare = {name: value for name, value in whole().items() if name not in AT_LEAST_ONE}
    assert {(name, Wrong.MISSING) for name in AT_LEAST_ONE} <= wrongs(bare)
    for name in AT_LEAST_ONE:
        assert (name, Wrong.MISSING) not in wrongs({**bare, name: whole()[name]})
    assert wrongs({**whole(), "user_name": "x"}) == {("user_name", Wrong.UNKNOWN_FIELD)}
    assert wrongs({**whole(), "source_type": "SOURCE_VOLUNTARY"}) == {("source_identity", Wrong.DOES_NOT_GO_WITH)}


def test_every_kind_of_measure_has_its_words() -> None:
    """None is forgotten, and each word is one of the database."""
    assert set(KINDS) == set(MeasureKind)
    assert all(told is None or told[1] in BY_NAME[told[0].value].known for told in KINDS.values())
    assert len(Keyword) == 69
    assert len(EEA) == 30


def test_withholding_is_told_where_it_holds_and_not_at_all_elsewhere() -> None:
    """Only countries of the European Economic Area; a measure beside it that holds everywhere widens it again."""
    only = a_measure(
        MeasureKind.WITHHOLD, SubjectKind.ITEM, scope=Scope(countries=frozenset({"DE", "US"}), legal_basis="x")
    )
    made = record(only)
    assert isinstance(made, TransparencyRecord)
    assert made.values["territorial_scope"] == ["DE"]
    abroad = a_measure(
        MeasureKind.WITHHOLD, SubjectKind.ITEM, scope=Scope(countries=frozenset({"US"}), legal_basis="x")
    )
    assert record(abroad) is NotSent.NOTHING_RESTRICTED
    wide = record(only, a_measure(MeasureKind.REMOVE, SubjectKind.ITEM))
    assert isinstance(wide, TransparencyRecord)
    assert wide.values["territorial_scope"] == sorted(EEA)


def test_an_end_is_told_where_all_of_a_part_end() -> None:
    """The last of them; none where one goes on, or beyond what the database can say."""
    for days, said in (((3, 5), "2026-03-07"), ((3, None), None), ((3, 9000), None)):
        made = record(*(a_measure(MeasureKind.REMOVE, SubjectKind.ITEM, days=each) for each in days))
        assert isinstance(made, TransparencyRecord)
        assert made.values.get("end_date_visibility_restriction") == said


def test_a_warning_and_an_order_are_not_sent() -> None:
    """A word restricts nobody, and what an authority ordered is told to the authority."""
    assert record(a_measure(MeasureKind.WARN, SubjectKind.ACCOUNT)) is NotSent.NOTHING_RESTRICTED
    assert record(a_measure(MeasureKind.REMOVE, SubjectKind.ITEM), origin=Origin.ORDER) is NotSent.ORDERED


def test_who_must_send() -> None:
    """Whoever is in the European Economic Area or serves somebody there, unless it is small."""
    assert must_send(DE)
    assert must_send(OperatorProfile(country="US", user_regions=("US", "FR")))
    assert must_send(OperatorProfile(country="US", user_regions=("*",)))
    assert not must_send(OperatorProfile(country="US", user_regions=("US",)))
    assert not must_send(OperatorProfile(country="DE", user_regions=("DE",), is_small_enterprise=True))


@given(st.binary(max_size=300), st.sampled_from(Sheet))
def test_a_file_of_anything_is_read_or_refused(data: bytes, sheet: Sheet) -> None:
    """Never anything else."""
    try:
        read(data, sheet)
    except BadInput:
        return


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.dates().map(str),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*BY_NAME, "x"]), anything))
def test_the_validator_survives_anything(record: dict[str, Any]) -> None:
    """A breach has a field that is known, or is named as unknown."""
    for each in breaches(record):
        assert each.field in BY_NAME or each.wrong is Wrong.UNKNOWN_FIELD


def test_parts_are_named_as_fields() -> None:
    """The four parts are fields of their own."""
    assert {each.value for each in Part} == set(AT_LEAST_ONE)
