"""What a found case owes: it stays until every authority was told, or somebody decided against it with a reason."""

import itertools
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

import make
from answering import ACTOR, ADA, BEA, CYD, OFFICER, REVIEWER, Office, opened, person, service
from laws import examples
from make import Home
from tutela.bootstrap.preserving import open_preserve_reported
from tutela.core.case_states import CaseState
from tutela.core.conclusions import Conclusion
from tutela.core.content import ChannelKind
from tutela.core.filing.duty import Imagery, Obligation
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet
from tutela.core.findings import Decider
from tutela.core.ids import CaseId
from tutela.core.operator import OperatorProfile
from tutela.core.roles import Role
from tutela.errors import BadInput, CaseMoved, Forbidden, NotForYou
from tutela.flows.read_duties import Duties
from tutela.ports.cases import EVERY_QUEUE
from tutela.ports.scanner import MediaScanner

OFFICE = Office
OFF = person("off", *OFFICER)
_numbers = itertools.count(1)
US = OperatorProfile(country="US", user_regions=("US",), services=(ChannelKind.PUBLIC,), authorities=("ncmec",))


def found(office: Office, profile: OperatorProfile = US) -> CaseId:
    """Have two people find a picture that a list knows, on a service of this operator."""
    office.people.append(OFF)
    office.home.house.profile.write(replace(office.home.house.profile.read(), **_told(profile)))
    office.post()
    case = office.case()
    office.decide(BEA, case.id, Conclusion.VIOLATION, parts=ACTOR)
    return case.id


def _told(profile: OperatorProfile) -> dict[str, object]:
    return {name: getattr(profile, name) for name in ("country", "user_regions", "services", "authorities")}


def owes(duties: Duties) -> dict[str, Obligation]:
    """Return what is owed to whom, as far as anybody is concerned."""
    return {line.duty.authority: line.duty.obligation for line in duties.lines if line.duty.is_concerned}


def test_a_found_case_stays_and_says_to_whom_it_must_be_told(office_anywhere: Office) -> None:
    """Ended by nobody: not by the finding, and not by the job that looks for what is done."""
    case_id = found(office_anywhere)
    duties = office_anywhere.home.house.duties

    told = duties.read(ADA, case_id)

    assert duties.close() == 0
    assert office_anywhere.state(case_id) is CaseState.OPEN
    assert owes(told) == {"ncmec": Obligation.MUST}
    assert told.must == ("ncmec",)
    assert told.found is not None
    assert told.due_at == told.found.found_at + timedelta(hours=24)
    assert [each.authority for each in told.unmet] == ["ncmec"]
    assert [each.case.id for each in duties.read.page(ADA).cases] == [case_id]


def test_what_was_filed_by_hand_ends_the_case_and_everything_verifies(office_anywhere: Office) -> None:
    """With its reference; the audit says what was told, and nothing is found by its verification."""
    case_id = found(office_anywhere)
    house = office_anywhere.home.house

    told = house.duties.file_by_hand(OFF, case_id, "ncmec", " 4711 ", house.clock.now())

    assert told.is_settled
    assert office_anywhere.state(case_id) is CaseState.DECIDED
    assert [each.reference for line in told.lines for each in line.dealt.by_hand] == ["4711"]
    assert house.duties.read.page(ADA).cases == ()
    assert house.verify().breaches == ()


def test_what_must_be_told_is_declined_by_nobody(office: Office) -> None:
    """Neither by an officer nor with the best of reasons (P4)."""
    case_id = found(office)

    with pytest.raises(Forbidden, match="must be told"):
        office.home.house.duties.decline(OFF, case_id, "ncmec", "It is late.")

    assert office.state(case_id) is CaseState.OPEN


def test_a_drawing_may_be_told_and_somebody_decides_with_a_reason(office: Office) -> None:
    """The sheet says what it is; the table answers anew; without a reason nothing is decided."""
    case_id = found(office)
    duties = office.home.house.duties
    drawn = DutySheet(case_id, imagery=Imagery.DRAWN)

    assert owes(duties.fill(ADA, drawn))["ncmec"] is Obligation.MAY
    assert office.state(case_id) is CaseState.OPEN
    with pytest.raises(BadInput, match="takes a reason"):
        duties.decline(ADA, case_id, "ncmec", "  ")
    told = duties.decline(ADA, case_id, "ncmec", "A drawing, and no real child.")

    assert told.is_settled
    assert office.state(case_id) is CaseState.DECIDED


def test_whoever_has_it_in_hand_has_not_told_it(office: Office) -> None:
    """A clock with a name breaks no promise and ends no case; when it runs out, it is an alarm again."""
    case_id = found(office)
    home = office.home
    duties = home.house.duties
    home.clock.advance(hours=20)
    assert duties.watch().unheld == 1

    told = duties.take(ADA, case_id, "ncmec")

    assert told.unmet == ()
    assert not told.is_settled
    assert office.state(case_id) is CaseState.OPEN
    assert (duties.watch().short, duties.watch().unheld) == (1, 0)
    home.clock.advance(hours=5)
    assert (duties.watch().late, duties.watch().unheld) == (1, 1)


def test_what_is_found_after_it_was_told_is_told_too(office_anywhere: Office) -> None:
    """A report says what was known when it was drawn up: a second finding owes anew, and its clock begins with it."""
    case_id = found(office_anywhere)
    home, duties = office_anywhere.home, office_anywhere.home.house.duties
    office_anywhere.post(name="another")
    duties.file_by_hand(OFF, case_id, "ncmec", "4711", home.clock.now())
    assert office_anywhere.state(case_id) is CaseState.OPEN, "a post that nobody has looked at lies in it (P3)"
    assert duties.close() == 0
    home.clock.advance(hours=5)
    office_anywhere.decide(CYD, case_id, Conclusion.VIOLATION, parts=ACTOR)

    told = duties.read(ADA, case_id)

    assert duties.close() == 0
    assert told.must == ("ncmec",)
    assert told.found is not None
    assert len(told.found.findings) == 2
    assert told.due_at == told.found.last_found_at + timedelta(hours=24)
    assert duties.file_by_hand(OFF, case_id, "ncmec", "4712", home.clock.now()).is_settled
    assert office_anywhere.state(case_id) is CaseState.DECIDED
    assert home.house.verify().breaches == ()


def test_a_case_that_is_about_what_others_found_owes_the_same(office_anywhere: Office) -> None:
    """Whoever answers what holds already changes nothing, and the case says what it is about."""
    office = office_anywhere
    first = found(office)
    house = office.home.house
    house.duties.file_by_hand(OFF, first, "ncmec", "4711", house.clock.now())
    office.home.clock.advance(hours=1)
    again = opened(office, "cse.depiction")
    office.decide(CYD, again, Conclusion.VIOLATION, parts=ACTOR)

    told = house.duties.read(ADA, again)

    assert again != first
    assert told.found is not None
    assert told.must == ("ncmec",)
    assert office.state(again) is CaseState.OPEN
    house.duties.file_by_hand(OFF, again, "ncmec", "4712", house.clock.now())
    assert office.state(again) is CaseState.DECIDED
    assert house.verify().breaches == ()


@pytest.mark.both_databases
def test_an_answer_that_changed_nothing_and_is_taken_back_leaves_nothing_owed(
    database_url: str, tmp_path: Path, scanner: MediaScanner
) -> None:
    """It said what the case is about; without it nobody has."""
    with make.house(tmp_path, scanner, url=database_url, undo_seconds=10) as home:
        office, house = Office(home), home.house
        house.duties.file_by_hand(OFF, found(office), "ncmec", "4711", house.clock.now())
        home.clock.advance(hours=1)
        assert house.duties.close() == 1
        again = opened(office, "cse.depiction")
        given = office.decide(CYD, again, Conclusion.VIOLATION, parts=ACTOR)
        assert house.duties.read(ADA, again).must == ("ncmec",)

        house.take_back(Decider(CYD.id), given.stored.answer.id)

        assert house.duties.read(ADA, again).found is None
        assert house.duties.read.page(ADA).cases == ()
        assert house.verify().breaches == ()


def test_what_somebody_holds_in_their_hands_does_not_end_under_them(office: Office) -> None:
    """Whoever has taken the case gives it back, or answers it; then it ends."""
    case_id = found(office)
    house = office.home.house
    office.claim(CYD, case_id)

    told = house.duties.file_by_hand(OFF, case_id, "ncmec", "4711", house.clock.now())

    assert told.is_settled
    assert office.state(case_id) is CaseState.CLAIMED
    house.cases.release(CYD, case_id)
    assert house.duties.close() == 1
    assert office.state(case_id) is CaseState.DECIDED


def test_what_may_still_be_taken_back_ends_no_case(tmp_path: Path, scanner: MediaScanner) -> None:
    """A finding within its ten seconds is as if it had never been made; then the job ends what was told."""
    with make.house(tmp_path, scanner, undo_seconds=10) as home:
        office = Office(home)
        case_id = found(office)
        duties = home.house.duties

        assert duties.file_by_hand(OFF, case_id, "ncmec", "4711", home.clock.now()).is_settled

        assert (duties.close(), office.state(case_id)) == (0, CaseState.OPEN)
        home.clock.advance(seconds=60)
        assert (duties.close(), office.state(case_id)) == (1, CaseState.DECIDED)


def test_what_is_done_about_an_authority_is_done_by_somebody(office: Office) -> None:
    """The key of a service has no name that could stand beside a clock, whatever it may do."""
    case_id = found(office)
    duties, key = office.home.house.duties, service("robot", scopes=("reports", "file"))

    for verb in (
        lambda: duties.fill(key, DutySheet(case_id)),
        lambda: duties.take(key, case_id, "ncmec"),
        lambda: duties.decline(key, case_id, "nca", "A reason."),
        lambda: duties.file_by_hand(key, case_id, "ncmec", "1", office.home.clock.now()),
    ):
        with pytest.raises(Forbidden):
            verb()
    assert duties.read(key, case_id).dealings == ()


@pytest.mark.parametrize("change", ["imagery = 'drawn'", "children = 'GB'", "said_by = 'per_eve'"])
def test_a_sheet_that_was_changed_by_nobody_shows(home_anywhere: Home, change: str) -> None:
    """What it is and where it leads decides who must be told: it is as somebody said it last."""
    case_id = found(Office(home_anywhere))
    house = home_anywhere.house
    for imagery in (Imagery.DRAWN, Imagery.REAL):
        house.duties.fill(ADA, DutySheet(case_id, imagery=imagery))
    assert house.verify().breaches == ()

    with house.engine.begin() as connection:
        connection.execute(text(f"UPDATE duty_sheets SET {change}"))  # noqa: S608  # the table of this test

    assert ("P9", case_id) in {(each.promise, each.subject) for each in house.verify().breaches}


def test_an_operator_whom_no_law_binds_and_who_lists_nobody_owes_nothing(office: Office) -> None:
    """The reason of the table is enough: the case ends by the job, and nobody decides about every authority."""
    somewhere = OperatorProfile(country="BR", user_regions=("BR",), services=(ChannelKind.PUBLIC,))
    case_id = found(office, somewhere)

    assert office.home.house.duties.close() == 1
    assert office.state(case_id) is CaseState.DECIDED
    assert office.home.house.verify().breaches == ()


def test_a_link_with_another_country_binds(office: Office) -> None:
    """Where the child is, as somebody learns later, makes another authority one that must be told."""
    case_id = found(office)

    told = office.home.house.duties.fill(ADA, DutySheet(case_id, places=Places(children=("uk",))))

    assert set(owes(told)) > {"ncmec"}
    assert told.sheet.places.children == ("GB",)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        pytest.param(REVIEWER, Forbidden, id="reviewer"),
        pytest.param(ADA, Forbidden, id="senior reviewer: only an officer files"),
    ],
)
def test_only_who_may_file_files(office: Office, who: object, error: type[Exception]) -> None:
    """Filing by hand stops a clock of the law."""
    case_id = found(office)

    with pytest.raises(error):
        office.home.house.duties.file_by_hand(who, case_id, "ncmec", "1", office.home.clock.now())  # type: ignore[arg-type]  # principals


def test_nobody_deals_with_what_is_about_themselves(office: Office) -> None:
    """Neither reads, nor declines, nor files."""
    case_id = found(office)
    house = office.home.house
    house.cases.own.add(OFF, ["alice"])

    for verb in (house.duties.read, lambda who, case: house.duties.take(who, case, "ncmec")):
        with pytest.raises(NotForYou):
            verb(OFF, case_id)
    assert house.duties.read.page(OFF).cases == ()


def test_bad_input_names_its_place(office: Office) -> None:
    """An authority that is none, a country that is none, no reference, a time to come, a clock that is over."""
    case_id = found(office)
    duties, now = office.home.house.duties, office.home.clock.now()
    for place, ask in (
        ("authority", lambda: duties.take(ADA, case_id, "meadow")),
        ("places.children", lambda: duties.fill(ADA, DutySheet(case_id, places=Places(children=("XX",))))),
        ("reference", lambda: duties.file_by_hand(OFF, case_id, "ncmec", " ", now)),
        ("filed_at", lambda: duties.file_by_hand(OFF, case_id, "ncmec", "1", now + timedelta(hours=1))),
        ("due_at", lambda: duties.take(ADA, case_id, "ncmec", now)),
    ):
        with pytest.raises(BadInput) as raised:
            ask()
        assert raised.value.place == place
        assert raised.value.remedy


def test_what_has_ended_is_not_dealt_with_again(office: Office) -> None:
    """What comes later is a new finding, or a correction."""
    case_id = found(office)
    house = office.home.house
    house.duties.file_by_hand(OFF, case_id, "ncmec", "4711", house.clock.now())

    with pytest.raises(CaseMoved):
        house.duties.fill(ADA, DutySheet(case_id, imagery=Imagery.DRAWN))


def test_a_case_that_nobody_has_found_yet_is_answered_with_not_final(office: Office) -> None:
    """A machine alone obliges nobody, and nobody may decline what no person has seen (P11)."""
    office.post()
    case = office.case()
    office.home.house.profile.write(replace(office.home.house.profile.read(), **_told(US)))
    duties = office.home.house.duties

    told = duties.read(ADA, case.id)

    assert not told.is_settled
    assert {each.sentence for each in told.unmet} == {"No person has found it yet."}
    with pytest.raises(BadInput, match="No person has found it yet"):
        duties.decline(ADA, case.id, "ncmec", "A reason.")
    assert duties.read.page(ADA).cases == ()


def test_a_case_that_is_closed_by_hand_and_a_filing_that_nobody_made_show(home_anywhere: Home) -> None:
    """Whoever writes into the database hides no duty."""
    case_id = found(Office(home_anywhere))
    house = home_anywhere.house
    found_case = house.duties.read(ADA, case_id).found
    assert found_case is not None
    with house.engine.begin() as connection:
        connection.execute(
            text("UPDATE cases SET state = 'decided', closed_by = :by WHERE id = :id"),
            {"by": found_case.decision_ids[0], "id": case_id},
        )
        connection.execute(
            text(
                "INSERT INTO dealings (id, case_id, authority, kind, done_by, at_us, noted_us, reason, reference, salt)"
                " VALUES ('dlg_1', :id, 'ncmec', 'by_hand', 'per_off', 1, 1, '', '4711', :salt)"
            ),
            {"id": case_id, "salt": b"0" * 32},
        )

    breaches = {(each.promise, each.subject) for each in house.verify().breaches}

    assert ("P4", case_id) in breaches
    assert ("P9", case_id) in breaches


def test_the_checklist_asks_for_counsel_and_tells_what_is_late(office: Office) -> None:
    """Confirmed is this very version and no other."""
    case_id = found(office)
    house = office.home.house
    confirm = house.duties.confirm
    assert not confirm.is_confirmed()
    with pytest.raises(BadInput, match="not the version"):
        confirm(OFF, "1999-01-01")

    confirm(OFF, confirm.table.version)

    assert confirm.is_confirmed()
    assert house.duties.watch().is_quiet
    office.home.clock.advance(days=2)
    assert not house.duties.watch().is_quiet
    assert house.duties.read(ADA, case_id).lines[0].is_late(house.clock.now())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sheet", "take", "decline", "file", "job", "wait"]),
        st.sampled_from(["ncmec", "nca", "eu_police"]),
        st.sampled_from(Imagery),
        st.sampled_from(["US", "GB", "DE"]),
    ),
    max_size=8,
)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_order_of_what_people_do_ends_a_case_that_owes_something(
    office: Office, steps: list[tuple[str, str, Imagery, str]]
) -> None:
    """P4, asked of the table itself: whatever must be told was filed, whatever is left open was decided."""
    author = f"author-{next(_numbers)}"
    office.home.house.profile.write(replace(office.home.house.profile.read(), **_told(US)))
    office.post(name=author, author=author)
    case_id = office.case(author).id
    house, filed, declined = office.home.house, set[str](), set[str]()
    if steps and steps[0][0] != "wait":
        office.decide(BEA, case_id, Conclusion.VIOLATION, parts=((author, Role.ACTOR),))
    for step, authority, imagery, country in steps:
        with suppress(BadInput, Forbidden, CaseMoved):
            if step == "sheet":
                house.duties.fill(ADA, DutySheet(case_id, imagery=imagery, places=Places(children=(country,))))
            elif step == "take":
                house.duties.take(ADA, case_id, authority)
            elif step == "decline":
                house.duties.decline(ADA, case_id, authority, "A reason.")
                declined.add(authority)
            elif step == "file":
                house.duties.file_by_hand(OFF, case_id, authority, "1", house.clock.now())
                filed.add(authority)
            elif step == "wait":
                office.home.clock.advance(hours=1)
            else:
                house.duties.close()
        if office.state(case_id) is CaseState.DECIDED:
            owed = owes(house.duties.read(ADA, case_id))
            assert {each for each, duty in owed.items() if duty is Obligation.MUST} <= filed
            assert set(owed) <= filed | declined


def test_what_was_drawn_up_is_laid_out_as_an_authority_without_an_interface_asks(office: Office) -> None:
    """In its order, with everything that is known; one with an interface is none of them."""
    case_id = found(office)
    house = office.home.house
    report = house.drafting.draw_up(ADA, [case_id], "eu_police")

    laid = house.duties.lay_out(ADA, report.id, "eu_police")

    assert [each.title for each in laid.sections][: len(laid.form.sections)] == [t.title for t in laid.form.sections]
    assert "alice" in laid.text
    with pytest.raises(BadInput) as raised:
        house.duties.lay_out(ADA, report.id, "ncmec")
    assert raised.value.place == "authority"
    with pytest.raises(Forbidden):
        house.duties.lay_out(REVIEWER, report.id, "eu_police")


def test_a_found_case_is_offered_to_nobody_before_something_new_lies_in_it(office_anywhere: Office) -> None:
    """Whoever asks for the next case decides; what is left of this one is to tell. A new item is looked at."""
    found(office_anywhere)
    cases = office_anywhere.home.house.cases
    assert cases.next(ADA, EVERY_QUEUE) is None

    office_anywhere.post(name="another")

    taken = cases.next(ADA, EVERY_QUEUE)
    assert taken is not None
    assert taken.shown.case.clause_id == "cse.depiction"


def test_what_was_filed_by_hand_is_kept_for_a_calendar_year(office_anywhere: Office) -> None:
    """From the moment at which it was told; once, however often somebody looks; with what lies in its case."""
    case_id = found(office_anywhere)
    house = office_anywhere.home.house
    told = house.duties.file_by_hand(OFF, case_id, "ncmec", "4711", house.clock.now())
    filed = told.dealings[-1]

    assert open_preserve_reported(house)() == 1
    assert open_preserve_reported(house)() == 0

    with house.store.read() as reader:
        [item] = reader.items_by_id(reader.all_case_items(case_id, 10)).values()
    [picture] = item.item.media_ids
    [hold] = house.holds.on_media(OFF, picture)
    assert (hold.reference, hold.until) == (filed.id, filed.at.replace(year=filed.at.year + 1))
