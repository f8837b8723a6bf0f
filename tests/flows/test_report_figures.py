"""Reports of figures in a real house: counted from what people and machines did, published, and corrected later."""

import csv
import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from flows.test_orders import called, new
from make import AT, Home, md5, photo
from tutela.core.findings import Decider, Facts
from tutela.core.ids import TransparencyId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.orders import OrderKind, Wish
from tutela.core.permissions import Principal, at_machine
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.core.transparency.csv_set import unpacked
from tutela.core.transparency.edition import Edition, EditionState
from tutela.core.transparency.period import Period
from tutela.core.transparency.validator import flaws
from tutela.errors import BadInput, Conflict, Forbidden, UnknownEdition
from tutela.flows.name_finding import Asked, AskedMeasure, On

ANN, BEA = at_machine("ann"), at_machine("bea")
YEAR, FIRST, SECOND = Period(2026), Period(2026, 1), Period(2026, 2)
OWN = "Number of measures taken at the provider's own initiative"


def removed(home: Home, name: str, author: str = "alice", clause: str = "house.spam") -> Any:
    """Take an item down by hand."""
    return home.house.decide(
        Asked(clause, Facts("x"), Decider("name:ann"), (AskedMeasure(MeasureKind.REMOVE, On(SubjectKind.ITEM, name)),),
              ((author, Role.ACTOR),))
    ).decision  # fmt: skip


def later(home: Home, moment: datetime) -> None:
    """Let time pass until a moment."""
    home.clock.advance(seconds=int((moment - home.clock.now()).total_seconds()))


def table(home: Home, edition: Edition, file: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a file of an edition."""
    content = unpacked(home.house.report_figures.package(ANN, edition.id))[file]
    head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    return head, rows


def total(home: Home, edition: Edition, file: str, header: str, category: str = "TOTAL") -> str:
    """Return one cell."""
    head, rows = table(home, edition, file)
    [row] = [each for each in rows if category in each[3:6] and "KEYWORD" not in each[3]][:1]
    return row[head.index(header)]


@pytest.mark.both_databases
def test_a_year_is_counted_from_what_was_done_and_nothing_else(home_anywhere: Home) -> None:
    """By hand: a machine holds one item; people remove two, reverse one, take one back; a court withholds one."""
    home = home_anywhere
    assert home.clock.now() == AT
    picture = home.upload(photo("china"))
    home.list(md5(picture))
    home.submit("seen", picture)
    for name in ("a", "b", "c"):
        home.submit(name)
    first, second = removed(home, "a"), removed(home, "b")
    home.house.reverse(Reversal(second.id, Facts("mistaken"), Decider("name:bea")))
    order_id = home.house.orders.keep.register(ANN, new(home, items=("c",))).order.id
    home.clock.advance(hours=2)
    home.house.orders.keep.acknowledge(ANN, order_id)
    called(home, order_id)
    home.clock.advance(hours=2)
    home.house.orders.effect.give(ANN, order_id)
    false = home.house.orders.keep.register(ANN, new(home, items=(), reference="false")).order.id
    called(home, false, is_real=False)
    later(home, YEAR.ends_at + timedelta(days=1))
    home.submit("d")
    removed(home, "d")  # of the next year

    edition = home.house.report_figures.draw_up(ANN, YEAR)
    files = unpacked(home.house.report_figures.package(ANN, edition.id))
    assert flaws(files) == ()
    with home.house.engine.connect() as connection:
        machine = connection.execute(
            text("SELECT count(*) FROM measures m JOIN decisions d ON d.id = m.decision_id WHERE d.is_automated")
        ).scalar_one()
    assert machine > 0
    assert total(home, edition, "6_own_initiative_TC.csv", OWN) == str(machine + 2)
    assert total(home, edition, "6_own_initiative_TC.csv", "Visibility restriction Removal") == "2"
    assert total(home, edition, "5_own_initiative_illegal.csv", OWN) == "0"
    acts = "Number of orders to act against illegal content received"
    assert total(home, edition, "3_member_states_orders.csv", acts) == "1"
    effect = "Median time to give effect to the order to act against illegal content"
    assert total(home, edition, "3_member_states_orders.csv", effect) == "4.0"
    head, rows = table(home, edition, "8_automated_means.csv")
    told = {(each[4], each[5]): each[6] for each in rows}
    assert told["Number of measures solely taken by automated means", "Total number"] == str(machine)
    assert told["Possible rate of error of the automated means", "Total number"] == "0.0"
    assert head[6] == "Value"
    assert first.id.encode() not in b"".join(files.values())
    assert home.house.verify().breaches == ()


def test_what_was_taken_back_within_its_window_was_never_done(home: Home) -> None:
    """Nobody was told of it, and no figure does."""
    home.submit("a")
    made = removed(home, "a")
    with home.house.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO undo_windows (id, opened_by, at_us, until_us, has_lingering, body, undone_us)"
                 " VALUES ('w', 'name:ann', 1, 2, false, '{}', 2)")
        )  # fmt: skip
        connection.execute(text("INSERT INTO undo_parts (decision_id, window_id) VALUES (:id, 'w')"), {"id": made.id})
    later(home, YEAR.ends_at)
    assert total(home, home.house.report_figures.draw_up(ANN, YEAR), "6_own_initiative_TC.csv", OWN) == "0"


def test_a_decision_that_is_overturned_late_is_in_the_correction_alone(home: Home) -> None:
    """The first edition stays as it was, byte for byte; the second says why it is there."""
    picture = home.upload(photo("china"))
    home.list(md5(picture))
    home.submit("a", picture)
    later(home, YEAR.ends_at)
    verbs = home.house.report_figures
    first = verbs.draw_up(ANN, YEAR)
    with pytest.raises(BadInput, match="Nothing is published"):
        verbs.correct(ANN, YEAR, "too early")
    verbs.publish(BEA, first.id)
    before = verbs.package(ANN, first.id)
    with home.house.engine.begin() as connection:  # a person's reversal, as its row says
        connection.execute(
            text("INSERT INTO decisions (id, source, policy_version, is_automated, at_us, decided_by, reverses)"
                 " SELECT 'dec_late', 'person', '1', false, at_us + 1, 'name:bea', id FROM decisions"
                 " WHERE is_automated LIMIT 1")
        )  # fmt: skip
        connection.execute(
            text("UPDATE measures SET revoked_by = 'dec_late' WHERE decision_id ="
                 " (SELECT reverses FROM decisions WHERE id = 'dec_late')")
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO findings (decision_id, code, line, is_senior, is_reversal)"
                 " VALUES ('dec_late', 'x', '', false, true)")
        )  # fmt: skip
    with pytest.raises(BadInput, match="is a correction"):
        verbs.draw_up(ANN, YEAR)
    with pytest.raises(BadInput, match="its reason"):
        verbs.correct(ANN, YEAR, " ")
    second = verbs.correct(ANN, YEAR, "an appeal was decided late")
    assert [each.id for each in verbs.public()] == [first.id]
    verbs.publish(ANN, second.id)

    def error(edition: Edition) -> str:
        _, rows = table(home, edition, "8_automated_means.csv")
        return next(each[6] for each in rows if each[4] == "Possible rate of error of the automated means")

    assert (error(first), error(second)) == ("0.0", "100.0")
    assert verbs.package(ANN, first.id) == before
    assert [(each.version, each.state, each.correction) for each in verbs.all(ANN)] == [
        (2, EditionState.PUBLISHED, "an appeal was decided late"), (1, EditionState.PUBLISHED, "")
    ]  # fmt: skip
    _, told = table(home, second, "1_report_identification.csv")
    assert ["All", "(service)", "Reason of the correction", "an appeal was decided late"] in told


def test_a_period_without_anything_is_a_report_all_the_same(home: Home) -> None:
    """Of a leap year, and half of it: every row, every count 0."""
    later(home, datetime(2029, 1, 1, tzinfo=UTC))
    for period in (Period(2028), Period(2028, 1)):
        edition = home.house.report_figures.draw_up(ANN, period)
        assert flaws(unpacked(home.house.report_figures.package(ANN, edition.id))) == ()
        assert total(home, edition, "4_notices.csv", "Number of notices received") == "0"
        assert edition.sha256 == hashlib.sha256(home.house.report_figures.package(ANN, edition.id)).hexdigest()


def test_a_draft_is_superseded_and_what_is_published_is_not(home: Home) -> None:
    """Nobody reads a draft from outside; nothing is published twice; what is owed is told."""
    home.submit("a")
    verbs = home.house.report_figures
    with pytest.raises(BadInput, match="not over"):
        verbs.draw_up(ANN, YEAR)
    later(home, YEAR.ends_at)
    draft, better = verbs.draw_up(ANN, YEAR), verbs.draw_up(ANN, YEAR)
    assert (verbs.show(ANN, draft.id)[0].state, better.version) == (EditionState.SUPERSEDED, 2)
    for hidden in (draft.id, better.id, TransparencyId("trn_none")):
        with pytest.raises(UnknownEdition):
            verbs.public_summary(hidden)
        with pytest.raises(UnknownEdition):
            verbs.public_package(hidden)
    with pytest.raises(Conflict):
        verbs.publish(ANN, draft.id)
    [owed] = verbs.owed(ANN)
    assert (owed.period, owed.is_published, owed.is_late) == (YEAR, False, False)
    later(home, YEAR.due_at)
    assert verbs.owed(ANN)[0].is_late
    published = verbs.publish(ANN, better.id)
    assert published.kept_until == datetime(2032, 3, 1, tzinfo=UTC)
    with pytest.raises(Conflict):
        verbs.publish(ANN, better.id)
    assert verbs.owed(ANN)[0].is_published
    assert verbs.public_summary(better.id)[1]["period"] == "2026"
    assert home.house.verify().breaches == ()


def test_nobody_owes_a_report_of_a_time_before_they_began_and_a_small_enterprise_none(home: Home) -> None:
    """The checklist says when one is late, until it is published."""
    verbs = home.house.report_figures
    assert home.clock.now() == AT
    home.submit("a")
    [first] = verbs.owed(ANN)
    assert (first.period, first.is_late) == (YEAR, False)
    later(home, YEAR.due_at)
    assert "figures_published" in home.house.checklist()
    profile = home.house.profile.read()
    home.house.profile.write(replace(profile, is_small_enterprise=True))
    assert verbs.owed(ANN) == ()
    assert "figures_published" not in home.house.checklist()
    verbs.enter_identification(ANN, provider="a", service="b", contact="c", is_very_large=True)
    assert [each.period for each in verbs.owed(ANN)] == [SECOND]
    verbs.publish(ANN, verbs.draw_up(ANN, SECOND).id)
    assert "figures_published" not in home.house.checklist()


def test_what_the_operator_enters_is_in_the_files(home: Home) -> None:
    """Who provides what, texts, recipients on the average of the months, moderators; what is no number is refused."""
    verbs = home.house.report_figures
    verbs.enter_identification(ANN, provider="Lakes Ltd", service="Lakes", contact="desk@lakes.example")
    verbs.enter_text(ANN, "summary", "People decide.")
    verbs.enter_text(ANN, "training", "A week.")
    verbs.enter_recipients(ANN, "2026-01", {"TOTAL": 100, "DE": 10})
    verbs.enter_recipients(ANN, "2026-02", {"TOTAL": 300})
    verbs.enter_recipients(ANN, "2026-02", {"TOTAL": 200})
    verbs.enter_people(ANN, 3, 1, {"de": 2})
    verbs.enter_disputes(ANN, YEAR, {"total": 1, "upheld": 1})
    verbs.enter_disputes(ANN, Period(2027), {"total": 5, "upheld": 5})
    later(home, YEAR.ends_at)
    edition = verbs.draw_up(ANN, YEAR)
    assert total(home, edition, "10_AMAR.csv", "Value") == "150"
    _, texts = table(home, edition, "11_qualitative.csv")
    assert [each[4] for each in texts if each[4]] == ["People decide.", "A week."]
    _, complaints = table(home, edition, "7_appeals_and_recidivism.csv")
    disputes = "Number of disputes submitted to out-of-court dispute settlement bodies"
    assert {each[5]: each[6] for each in complaints if disputes in each and each[6]} == {
        "Total number": "1", "Decisions upheld": "1",
    }  # fmt: skip
    _, people = table(home, edition, "9_human_resources.csv")
    assert [each[6] for each in people] == ["3", "1", "4", "2"]
    for wrong in (
        lambda: verbs.enter_recipients(ANN, "2026-13", {}),
        lambda: verbs.enter_recipients(ANN, "2026-01", {"US": 1}),
        lambda: verbs.enter_recipients(ANN, "2026-01", {"DE": -1}),
        lambda: verbs.enter_text(ANN, "poem", "x"),
        lambda: verbs.enter_text(ANN, "summary", "x" * 20_001),
        lambda: verbs.enter_people(ANN, -1, 0, {}),
        lambda: verbs.enter_people(ANN, 1, 0, {"german": 1}),
        lambda: verbs.enter_disputes(ANN, YEAR, {"won": 1}),
        lambda: verbs.enter_identification(ANN, provider="", service="x", contact="y"),
    ):
        with pytest.raises(BadInput):
            wrong()


def test_an_edition_that_was_changed_quietly_shows(home: Home) -> None:
    """Its package, that it was published, and that it is gone (P9)."""
    later(home, YEAR.ends_at)
    edition = home.house.report_figures.draw_up(ANN, YEAR)
    for statement, said in (
        ("UPDATE transparency_editions SET state = 'published'", "nobody published"),
        ("UPDATE transparency_editions SET state = 'draft', package = x'78'", "not the one"),
        ("DELETE FROM transparency_editions", "is gone"),
    ):
        with home.house.engine.begin() as connection:
            connection.execute(text(statement))
        assert any(said in each.detail for each in home.house.verify().breaches), statement
    assert edition.version == 1


def test_what_is_published_says_the_day_on_which_it_was(home_anywhere: Home) -> None:
    """Drawn up, looked at for three weeks, published: the audit knows both packages."""
    home = home_anywhere
    later(home, YEAR.ends_at)
    verbs = home.house.report_figures
    draft = verbs.draw_up(ANN, YEAR)
    home.clock.advance(days=21)
    published = verbs.publish(BEA, draft.id)
    assert published.sha256 != draft.sha256
    _, rows = table(home, published, "1_report_identification.csv")
    [day] = [each[-1] for each in rows if "Date of the publication of the report" in each]
    assert day == home.clock.now().date().isoformat() != draft.drawn_at.date().isoformat()
    assert home.house.verify().breaches == ()
    with home.house.engine.begin() as connection:
        connection.execute(text("UPDATE transparency_editions SET package = :package"), {"package": b"x"})
    assert any("not the one" in each.detail for each in home.house.verify().breaches)


def test_a_draft_that_was_changed_quietly_is_not_published(home: Home) -> None:
    """Whoever publishes is told, and everybody reads what they read before."""
    later(home, YEAR.ends_at)
    draft = home.house.report_figures.draw_up(ANN, YEAR)
    with home.house.engine.begin() as connection:
        connection.execute(text("UPDATE transparency_editions SET package = x'78'"))
    with pytest.raises(Conflict, match="not as it was drawn up"):
        home.house.report_figures.publish(ANN, draft.id)
    assert home.house.report_figures.public() == []


def test_who_may_do_what_with_reports(home: Home) -> None:
    """Analysts and officers draw up and publish, auditors read; nobody else does either."""
    later(home, YEAR.ends_at)
    verbs = home.house.report_figures
    edition = verbs.draw_up(ANN, YEAR)
    auditor, nobody = Principal("per_1", frozenset({"audit"})), Principal("per_2", frozenset({"cases", "decide"}))
    assert verbs.all(auditor) == [edition]
    assert verbs.package(auditor, edition.id)
    for principal in (auditor, nobody):
        for verb in (
            lambda who: verbs.draw_up(who, YEAR), lambda who: verbs.correct(who, YEAR, "x"),
            lambda who: verbs.publish(who, edition.id), lambda who: verbs.enter_text(who, "summary", "x"),
            lambda who: verbs.enter_recipients(who, "2026-01", {}), lambda who: verbs.enter_people(who, 1, 0, {}),
            lambda who: verbs.enter_disputes(who, YEAR, {}),
            lambda who: verbs.enter_identification(who, provider="a", service="b", contact="c"),
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                verb(principal)
    for read in (
        verbs.all,
        verbs.owed,
        lambda who: verbs.show(who, edition.id),
        lambda w: verbs.package(w, edition.id),
    ):
        with pytest.raises(Forbidden):
            read(nobody)


def test_orders_of_a_kind_that_the_form_has_not_are_in_no_file(home: Home) -> None:
    """A removal notice from outside the Union, and a letter to preserve."""
    register = home.house.orders.keep.register
    register(ANN, new(home, items=(), kind=OrderKind.PRESERVATION, wish=Wish.KEEP))
    register(ANN, new(home, items=(), kind=OrderKind.REMOVAL_NOTICE, wish=Wish.REMOVE, country="AU"))
    later(home, YEAR.ends_at)
    edition = home.house.report_figures.draw_up(ANN, YEAR)
    _, rows = table(home, edition, "3_member_states_orders.csv")
    assert {value for each in rows for value in each[6:13] if value} == {"0"}
