"""What a platform waits for reads no whole table: it is as quick after a year as on the first day."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from answering import ADA, BEA, Office
from evidence import open_case
from login import join, quick_passwords
from make import AT, CLAUSE, Home, house, md5, pdq, photo, submission
from tutela.adapters.db.view_records import untold_views
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.twins.pages import PageTwin
from tutela.adapters.twins.webhooks import ReceiverTwin
from tutela.bootstrap.paging import open_on_call
from tutela.core.bulks import BulkAsk, BulkMeasure
from tutela.core.case_moves import DangerOver, SkipReason
from tutela.core.case_states import CaseState
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.permissions import SCOPES, Principal, StaffRole
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.core.verifications import VerificationKind
from tutela.core.view_log import Span
from tutela.core.views import MediaState, Purpose, ViewReason
from tutela.core.webhooks import DeliveryState, Outcome
from tutela.errors import GrantRevoked
from tutela.flows.bulk import AskedInBulk
from tutela.flows.find_items import AskedFilter
from tutela.flows.keep_rota import NewShift
from tutela.flows.list_cases import AskedList
from tutela.flows.look_up_hashes import LookUpHashes
from tutela.flows.open_view import PartAsked
from tutela.ports.cases import CaseFilter
from tutela.ports.changes import FeedPlace
from tutela.ports.store import Reader
from tutela.ports.views import ViewFilter
from tutela_client.viewer import Choice, Viewer

SMALL = {
    "counters",
    "shipped_rules",
    "banks",
    "audit_chains",
    "checkpoints",
    "settings",
    "brakes",
    "json_each",
    "asked",
    "inside",
    "webhooks",
    "case_queues",
    "answers",
    "laid",
    "people",
    "media_faults",
}
"""Tables of a few rows, or of what is wrong just now; and what is asked, with all that is inside it."""

OPEN = (
    "ix_bulks_open",
    "ix_cases_queue",
    "ix_cases_order",
    "ix_cases_awaiting",
    "ix_settlements_open",
    "uq_pages_open",
    "ix_looks_open",
    "ix_quality_samples_open",
    "ix_golden_cases_held",
)
"""Indexes in which there is only what has not ended."""

Asked = tuple[str, Any]


@contextmanager
def noted(home: Home) -> Iterator[list[Asked]]:
    """Note every statement that is run, with what it was asked."""
    asked: list[Asked] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's
        asked.append((statement, parameters[0] if many else parameters))

    event.listen(home.house.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(home.house.engine, "before_cursor_execute", note)


def scanned(home: Home, asked: list[Asked]) -> set[tuple[str, str]]:
    """Return which tables are read from end to end, and by which statement."""
    found = set()
    with home.house.engine.connect() as connection:
        for statement, parameters in asked:
            if not statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                continue
            for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                table = re.match(r"SCAN (\w+)", step)
                if (
                    table
                    and table[1] not in SMALL
                    and "CONSTANT" not in step
                    and not any(index in step for index in OPEN)
                ):
                    found.add((table[1], statement[:200]))
    return found


def test_no_submit_or_look_up_reads_a_whole_table(home: Home) -> None:
    """Clean and known, near and identical, new and again; and what is asked before showing."""
    listed, other = home.upload(photo("china")), home.upload(photo("flower"))
    home.list(md5(listed), pdq(listed))
    with noted(home) as asked:
        home.submit("known", listed)
        home.submit("near", home.upload(photo("china", quality=60)))
        home.submit("clean", other)
        home.submit("clean", other)
        home.submit("text")
        LookUpHashes(home.house.store, home.house.known, home.clock)([md5(other), pdq(listed)])  # type: ignore[list-item]  # both are known
        with home.house.store.read() as reader:
            _before_showing(reader)

    assert len(asked) > 50
    assert scanned(home, asked) == set()


def _before_showing(reader: Reader) -> None:
    reader.item_views(["known", "near", "clean"])
    viewer = Viewer("alice", choices=(Choice("mute_word", "noise"),))
    reader.seen(["known", "near", "clean"], viewer, AT)
    reader.looking("alice", ["bob"], AT)
    reader.sample_under_measures(None, 2)
    page = reader.changes(FeedPlace(), 2)
    while not page.is_complete:
        page = reader.changes(page.following, 2)


def test_no_step_of_a_late_match_or_an_import_reads_a_whole_table(home: Home) -> None:
    """A list of a million goes in by a thousand: what each thousand reads must not grow with what is there."""
    posted = home.upload(photo("china"))
    home.submit("posted", posted)
    home.list(name="known")
    with noted(home) as asked:
        home.list(md5(posted), pdq(posted))
        home.house.match_late()
        home.house.follow_media()

    assert scanned(home, asked) == set()
    assert home.is_absent("posted")


def test_no_step_of_a_delivery_reads_a_whole_table(home: Home) -> None:
    """A log of a million deliveries must cost the next one nothing; nor those who look at it, or forget some."""
    home.house.sender = twin = ReceiverTwin()
    keep = home.house.keep_webhooks
    webhook, _ = keep.add("", "https://forum.example/", "test", from_start=True)
    with noted(home) as asked:
        for answer in (Outcome(500), Outcome(204), Outcome(410)):
            twin.answer(webhook.url, lambda _, answer=answer: answer)
            home.submit(f"unscanned-{answer.status}", home.upload(b"no picture"))
            home.clock.advance(hours=1)
            for claimed in home.house.deliver.begin():
                home.house.deliver.finish(claimed)
        for state in (None, DeliveryState.DELIVERED):
            keep.page(webhook.id, state, 10, 10)
        keep.test(webhook.id)
        keep.send_dead_again(webhook.id, "test")
        home.house.webhooks.stock()
        home.clock.advance(days=60)
        home.house.forget_deliveries()
        keep.remove(webhook.id, "test")
        home.house.forget_deliveries()

    assert [post.id for post in twin.came[webhook.url]][:2] == [twin.came[webhook.url][0].id] * 2
    assert scanned(home, asked) == set()


def test_no_look_at_strikes_quotas_or_review_clocks_reads_a_whole_table(home: Home) -> None:
    """They are asked at every match, for every status, and by a job every minute."""
    media = home.upload(photo("china"))
    home.list(md5(media))
    submitted = home.submit("posted", media)
    with home.house.store.read() as reader, noted(home) as asked:
        account = reader.accounts_by_platform_id(["alice"])["alice"].id
        now = home.clock.now()
        reader.strikes([account])
        reader.cleared([media.id], now)
        reader.verification(account, VerificationKind.EMAIL, now)
        reader.quotas_used(now.date(), ["bnk_1"])
        reader.quotas_used(now.date())
        reader.overdue(now)
        reader.held_unasked(now, 10)

    assert submitted.is_new
    assert len(asked) == 8
    assert scanned(home, asked) == set()


def test_no_step_of_a_decision_in_bulk_reads_a_whole_table(home: Home) -> None:
    """However many items, findings and bulks there are: shown, begun, decided on with, followed and cancelled."""
    names = [f"bulk-{number}" for number in range(120)]
    home.submit_all(*[submission(name, author=name[-1], tags=("bulk",)) for name in names])
    home.submit("carrier", home.upload(photo("china")), tags=("bulk",))
    ask = BulkAsk(ClauseId("house.spam"), Facts("found"), (BulkMeasure(MeasureKind.REMOVE),), Role.ACTOR)
    filters = [
        AskedFilter(tag="bulk"), AskedFilter(account="1", since=AT), AskedFilter(clause="house.spam"),
        AskedFilter(account="1", tag="bulk", clause="house.spam", since=AT, until=AT),
    ]  # fmt: skip
    flow = home.house.decide_in_bulk
    with noted(home) as asked:
        for where in filters:
            flow.foresee(AskedInBulk(ask, Decider("key"), where=where))
        flow(AskedInBulk(ask, Decider("key"), tuple(names[:3])), 3)
        bulk = flow(AskedInBulk(ask, Decider("key"), where=filters[0]), 121)
        home.house.run_bulks.step(bulk.id)
        flow.cancel(bulk.id, "key")
        home.house.run_bulks()
        with home.house.store.read() as reader:
            reader.bulk_items(bulk.id, 50, 100)

    assert scanned(home, asked) == set()


def test_no_undo_reads_a_whole_table(tmp_path: Path, scanner: ChildScanner) -> None:
    """However many windows there were: opened, told of, waited for, taken back, forgotten."""
    with house(tmp_path, scanner, undo_seconds=9) as home:
        home.house.sender = ReceiverTwin()
        office = Office(home)
        office.post(near=True)
        home.house.keep_webhooks.add("", "https://forum.example/", "test")
        home.clock.advance(minutes=1)
        case_id = office.case().id
        with noted(home) as asked:
            given = office.decide(ADA, case_id, Conclusion.NO_VIOLATION).stored.answer
            home.house.cases.read(ADA, case_id)
            home.house.deliver.begin()
            home.house.take_back(Decider(ADA.id), given.id)
            office.answer(ADA, case_id, Conclusion.NO_VIOLATION)
            home.clock.advance(minutes=1)
            second = office.decide(BEA, case_id, Conclusion.NO_VIOLATION).stored.answer
            home.submit("copy", home.upload(photo("china", quality=60)), author="bob")
            home.submit("copy", home.upload(photo("china", quality=60)), author="bob")
            home.house.enact_settled()
            home.house.follow_reversals()
            home.house.take_back(Decider(BEA.id), second.id)
            home.clock.advance(days=3)
            assert home.house.forget_windows() == 1

        assert len(asked) > 60
        assert scanned(home, asked) == set()


def test_no_look_at_evidence_reads_a_whole_table(home: Home) -> None:
    """Millions of looks lie behind the next one, its log, and the verification of all of them."""
    home.house.passwords = quick_passwords()
    film = home.upload(b"\0\0\0\x20ftypisom" + bytes(1000))
    home.submit("film", film)
    case, me = open_case(home.house, "film", "alice"), join(home.house, "looker", StaffRole.CHILD_SAFETY_OFFICER)
    evidence = home.house.evidence
    with noted(home) as asked:
        token = evidence.grant(me.principal, case, film.id, Purpose.FULL_LOOK, ViewReason.QUALITY).token
        evidence.grant.media_of(me.principal, case)
        opened = evidence.open(me.principal, token, PartAsked())
        evidence.open.check(me.principal, opened)
        evidence.open.sent(opened, Span(0, 10))
        evidence.open.cut(opened, GrantRevoked())
        for state in (MediaState.DAMAGED, MediaState.WHOLE):
            evidence.views.note_state(film.id, state, home.clock.now())
        for wanted in (ViewFilter(), ViewFilter(media_id=film.id), ViewFilter(case_id=case)):
            assert len(evidence.keep.page(me.principal, wanted)) == 1
        evidence.keep.seen(me.principal, film.id)
        evidence.keep.give_back(me.principal, token)
        evidence.faults()
        assert [each for page in untold_views(home.house.engine) for each in page] == []

    assert scanned(home, asked) == set()


def test_no_work_on_cases_reads_a_whole_table(home: Home) -> None:
    """Opened, listed, taken, kept, given back, annotated, decided, watched: however many cases there ever were."""
    media = home.upload(photo("china"))
    home.list(md5(media))
    home.submit("known", media)
    who, verbs = Principal("per_1", frozenset(SCOPES)), home.house.cases
    with noted(home) as asked:
        home.submit("again", media)
        verbs.own.add(who, ["alice"])
        verbs.own.read(who)
        for queue in (CaseFilter(), CaseFilter(CLAUSE, "und", "post"), CaseFilter(language="de")):
            verbs.next(who, queue)
        case_id = verbs.next(Principal("per_2", who.scopes), CaseFilter()).shown.case.id  # type: ignore[union-attr]  # there is one
        other = Principal("per_2", who.scopes)
        verbs.renew(other, case_id)
        verbs.note(other, case_id, "Seen")
        verbs.notes(other, case_id, "", 10)
        verbs.skip(other, case_id, SkipReason.OTHER)
        verbs.claim(other, case_id)
        verbs.danger(other, case_id, is_in_danger=True)
        verbs.queues(other)
        verbs.list(other, AskedList(), None, 10)
        verbs.list(other, AskedList(CaseFilter(CLAUSE), CaseState.CLAIMED, "alice", is_mine=True), None, 10)
        home.house.watch_clocks()
        with home.house.store.read() as reader:
            reader.case_items_since(case_id, 1, 10)

    assert len(asked) > 60
    assert scanned(home, asked) == set()


def test_no_step_of_a_person_reads_a_whole_table(home: Home) -> None:
    """Coming in, enrolling, being asked at every request, signing out, forgetting: however many sessions there were."""
    home.house.passwords = quick_passwords()
    staff = home.house.staff
    with noted(home) as asked:
        ada = join(home.house, "ada", StaffRole.ADMINISTRATOR)
        ada.enrol_totp()
        home.clock.advance(minutes=2)
        signed = staff.sign_in.by_code(ada.sign_in().secret, ada.code(), ada.arrival)
        staff.keep_sessions.check(signed.secret, ada.visitor)
        ada.prove()
        codes = staff.recover.new_codes(ada.principal)
        staff.recover.by_code(ada.sign_in().secret, codes[0], ada.arrival)
        key, secret = staff.keep_tokens.create(ada.principal, "script", ["operate"])
        home.house.keep_keys.check(secret)
        staff.keep_tokens.own(ada.principal)
        staff.keep_tokens.revoke(ada.principal, key.id)
        staff.keep_sessions.own(ada.principal)
        staff.enrol_passkey.remove(ada.principal, ada.passkey.id.hex())
        bob = join(home.house, "bob", StaffRole.AUDITOR, is_enrolled=False)
        staff.keep_people.change_roles(ada.principal, bob.id, ["reviewer"])
        staff.recover.start_over(ada.principal, bob.id)
        staff.keep_people.end(ada.principal, bob.id)
        staff.keep_sessions.revoke_others(ada.principal)
        staff.keep_sessions.forget()

    assert len(asked) > 100
    assert scanned(home, asked) == set()


def test_no_step_of_paging_reads_a_whole_table(home: Home) -> None:
    """A look every two seconds, for years, beside all the shifts and pages there ever were."""
    home.house.passwords = quick_passwords()
    home.submit("danger")
    case, twin = open_case(home.house, "danger", "alice"), PageTwin()
    anna, verbs = join(home.house, "anna", StaffRole.CHILD_SAFETY_OFFICER), open_on_call(home.house, [twin])
    begun = home.clock.now().replace(tzinfo=None)
    with noted(home) as asked:
        verbs.keep.reach(anna.principal, anna.id, "anna@tutela.example")
        shift = verbs.keep.add(anna.principal, NewShift(anna.id, begun, begun.replace(hour=23)))
        home.house.cases.danger(anna.principal, case, is_in_danger=True)
        verbs.page()
        verbs.page()
        verbs.stock()
        [page] = verbs.read.open(anna.principal)
        verbs.acknowledge(anna.principal, page.id)
        home.house.cases.danger(anna.principal, case, is_in_danger=False, over=DangerOver.SAFE)
        verbs.page.pages.end(page.id, home.clock.now())
        verbs.page()
        verbs.keep.remove(anna.principal, shift.id)

    assert len(twin.sent) == 1
    assert scanned(home, asked) == set()


def test_no_work_on_own_banks_reads_a_whole_table(home: Home) -> None:
    """Entered by two, found again, supported, taken back, overturned, verified: however much is in them."""
    office, dan = Office(home), Decider("per_dan")
    home.list(pdq(home.upload(photo("china"))))
    for name in ("alice", "bob"):
        home.submit(f"by-{name}", home.upload(photo("china", quality=60)), author=name)
    with noted(home) as asked:
        decisions = []
        for name in ("alice", "bob"):
            for who in (ADA, BEA):
                case = office.case(name)
                given = office.decide(who, case.id, Conclusion.VIOLATION, parts=((name, Role.ACTOR),))
            decisions.append(given.changeset.decisions[0].id)
        home.submit("copy", home.upload(photo("china", quality=55)), author="carol")
        home.house.match_late()
        for decision_id in decisions:
            home.house.reverse.foresee(decision_id)
            home.house.reverse(Reversal(decision_id, Facts("seen"), Decider("per_cyd"), is_person=True))
            home.house.reverse(Reversal(decision_id, Facts("seen"), dan, is_person=True))
    tables = {name for statement, _ in asked for name in ("entry_grounds", "members") if name in statement}

    assert tables == {"entry_grounds", "members"}
    assert scanned(home, asked) == set()
