"""The eleven files: what must hold of them does, whatever happened; and what is wrong with one is found."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.transparency.histories import TABLE, entries, histories
from core.transparency.test_figures import HISTORY
from tutela.core.transparency import Counted, Entered, Period, csv_set, dated, figures_of, flaws, packed
from tutela.core.transparency.csv_set import unpacked
from tutela.core.transparency.forms import FORMS, IDENTIFICATION
from tutela.core.transparency.sheets import PUBLISHED_ON, Drawn

GOLDEN = Path(__file__).parents[2] / "golden" / "transparency"
AT = datetime(2027, 2, 20, tzinfo=UTC)
ENTERED = Entered(
    "Lakes Ltd", "Lakes", "desk@lakes.example", {"summary": 'We look,\nand people decide; "always".'},
    {"2026-01": {"TOTAL": 100, "DE": 40}, "2026-02": {"TOTAL": 200}}, 3, 0, {"de": 2, "en": 3},
    {"total": 1, "upheld": 1},
)  # fmt: skip


def drawn(counted: Counted = HISTORY, entered: Entered = ENTERED, period: str = "2026", **more: object) -> Drawn:
    """Return what a report is drawn up from."""
    made = Drawn(Period.parse(period), entered, figures_of(counted, TABLE), AT)
    return replace(made, **more)  # type: ignore[arg-type]  # of any field


def rows(content: bytes) -> list[list[str]]:
    """Return the rows of a file."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@settings(deadline=None, max_examples=40)
@given(histories, entries, st.sampled_from(["2026", "2026-H1", "2024-H2"]))
def test_every_history_gives_files_that_may_be_published(counted: Counted, entered: Entered, period: str) -> None:
    """Columns, types and sums, whatever happened and whatever was entered."""
    assert flaws(csv_set(drawn(counted, entered, period))) == ()


@settings(deadline=None, max_examples=20)
@given(histories, entries, st.dates())
def test_publishing_changes_the_day_and_nothing_else(counted: Counted, entered: Entered, day: date) -> None:
    """One cell of one file; on the day of its drawing not a byte."""
    files = csv_set(drawn(counted, entered))
    assert dated(packed(files), AT.date()) == packed(files)
    published = unpacked(dated(packed(files), day))
    assert flaws(published) == ()
    assert {name for name in files if published[name] != files[name]} <= {IDENTIFICATION.file}
    before, after = rows(files[IDENTIFICATION.file]), rows(published[IDENTIFICATION.file])
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [(old[:-1], new) for old, new in changed] == [(new[:-1], [*new[:-1], day.isoformat()]) for _, new in changed]
    assert all(PUBLISHED_ON in new for _, new in changed)


def test_a_period_without_anything_gives_every_row_with_zeros() -> None:
    """Headers and rows are those of any other; every count is 0, and no median is."""
    empty, full = csv_set(drawn(Counted(), Entered())), csv_set(drawn())
    assert flaws(empty) == ()
    for form in FORMS[2:6]:
        assert len(rows(empty[form.file])) == len(rows(full[form.file]))
        assert {value for row in rows(empty[form.file])[1:] for value in row if value.isdecimal()} == {"0"}


def test_the_files_are_the_golden_ones() -> None:
    """Byte for byte; what they come to was counted by hand in `test_figures`."""
    files = csv_set(drawn())
    assert {each.name for each in GOLDEN.iterdir()} == set(files)
    for name, content in files.items():
        assert content == (GOLDEN / name).read_bytes(), name


def test_the_history_is_counted_again_from_the_files_alone() -> None:
    """By another way than the one that made them: cells that a reader would look up."""
    files = {name: rows(content) for name, content in csv_set(drawn()).items()}

    def cell(file: str, header: str, *is_in: str) -> str:
        head, *body = files[file]
        [row] = [each for each in body if all(word in each for word in is_in)]
        return row[head.index(header)]

    own = "Number of measures taken at the provider's own initiative"
    minors, material = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"
    assert cell("5_own_initiative_illegal.csv", own, minors) == cell("5_own_initiative_illegal.csv", own, material)
    assert cell("5_own_initiative_illegal.csv", own, "TOTAL") == "7"
    assert cell("6_own_initiative_TC.csv", own, "TOTAL") == "12"
    assert cell("6_own_initiative_TC.csv", "Visibility restriction Removal", "TOTAL") == "4"
    assert cell("4_notices.csv", "Median time to take action", "TOTAL") == "6.0"
    acts = "Number of orders to act against illegal content received"
    head, *orders = files["3_member_states_orders.csv"]
    of = {(each[3], each[5]): each[head.index(acts)] for each in orders if "KEYWORD" not in each[3]}
    assert (of["TOTAL", "TOTAL"], of["TOTAL", "DE"], of["STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "FR"]) == ("2", "2", "0")
    error = cell("8_automated_means.csv", "Value", "Possible rate of error of the automated means")
    accuracy = cell("8_automated_means.csv", "Value", "Accuracy of the automated means - Accuracy")
    assert (error, accuracy) == ("25.0", "90.0")
    amar = cell("10_AMAR.csv", "Value", "TOTAL")
    assert amar == "150"


def test_nobody_is_in_the_files() -> None:
    """No id of ours, and no word but those of the form and of the operator."""
    told = b"".join(csv_set(drawn()).values())
    for prefix in (b"acc_", b"itm_", b"dec_", b"per_", b"ntc_", b"apl_", b"ord_", b"cas_"):
        assert prefix not in told


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("5_own_initiative_illegal.csv", b"Applicability", b"applicability", "the header is another one"),
        ("5_own_initiative_illegal.csv", b",TOTAL,,7,", b",TOTAL,,8,", "not the sum"),
        ("5_own_initiative_illegal.csv", b",TOTAL,,7,6,", b",TOTAL,,7,x,", "not a whole"),
        ("5_own_initiative_illegal.csv", b",TOTAL,,7,6,", b",TOTAL,,7,9,", "more were detected"),
        ("4_notices.csv", b",TOTAL,,4,1,", b",TOTAL,,4,5,", "more come from trusted flaggers"),
        ("3_member_states_orders.csv", b",TOTAL,,DE,2,", b",TOTAL,,DE,1,", "the total is not the sum"),
        ("3_member_states_orders.csv", b",TOTAL,,TOTAL,2,", b",TOTAL,,TOTAL,3,", "not the sum of the Member States"),
        ("7_appeals_and_recidivism.csv", b",Decisions upheld,1,", b",Decisions upheld,9,", "more were decided"),
        ("8_automated_means.csv", b"\r\n", b"\n", "otherwise than by CRLF"),
        ("11_qualitative.csv", b"We look", b"\xff", "no UTF-8"),
        ("1_report_identification.csv", b"All,Lakes,Name", b"All,,Name", "Service is empty"),
        ("2_categories_names.csv", b"TOTAL,", b"TOTAL,x,", "columns and not"),
    ],
)
def test_what_is_wrong_with_a_file_is_found(file: str, old: bytes, new: bytes, said: str) -> None:
    """Each by a sentence."""
    files = csv_set(drawn())
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    assert any(said in each.sentence for each in flaws(files)), flaws(files)


def test_a_file_that_is_missing_or_too_many_is_found() -> None:
    """By its name."""
    files = csv_set(drawn())
    del files["4_notices.csv"]
    files["4_notes.csv"] = b""
    assert [(each.file, each.sentence) for each in flaws(files)] == [
        ("4_notices.csv", "it is missing"), ("4_notes.csv", "no file of a report is called so")
    ]  # fmt: skip


def test_the_same_report_is_the_same_package() -> None:
    """Whenever it is packed: its digest says which edition somebody has."""
    assert packed(csv_set(drawn())) == packed(csv_set(drawn()))
    assert unpacked(packed(csv_set(drawn()))) == csv_set(drawn())


def test_a_correction_says_so() -> None:
    """With its version, its reason and when the one before came out."""
    told = csv_set(drawn(version=2, correction="an appeal came late", previous_at=AT))["1_report_identification.csv"]
    assert b"Version of the report,2" in told
    assert b"an appeal came late" in told
    assert b"latest previous report,2027-02-20" in told
