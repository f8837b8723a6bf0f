"""Decide by hand over real databases: what is shown is what is done, whole, once, and by whoever came first."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import make
from make import Home, md5, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.cases import CaseReason
from tutela.core.content import Digests, EvidenceState
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId, DecisionId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.core.policy import Material, Verification
from tutela.core.roles import Role
from tutela.errors import BadInput, HoldsAlready, Refused, TutelaError, UnknownAccount, UnknownItem, UnknownMedia
from tutela.flows.keep_banks import NewBank
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.flows.refer import MediaReference
from tutela.ports.committer import Changeset
from tutela.ports.decisions import Decision
from tutela_client.scope import Scope

K = MeasureKind
DAY = timedelta(days=1)
ADA, BEN = Decider("key_ada"), Decider("key_ben")


ACTOR = (("alice", Role.ACTOR),)


def on(kind: str, name: str, measure: MeasureKind, **more: Any) -> AskedMeasure:
    """Return one measure on a subject of the platform."""
    return AskedMeasure(measure, On(SubjectKind(kind), name), **more)


def asked(*measures: AskedMeasure, clause: str = "house.spam", **more: Any) -> Asked:
    """Return a finding as a person puts it."""
    return Asked(**{"clause": clause, "facts": Facts("seen"), "decider": ADA, "measures": measures, **more})


def answer(item: str, account: str) -> tuple[AskedMeasure, AskedMeasure]:
    """Return what answers a violation of one of the twelve."""
    return on("item", item, K.QUARANTINE), on("account", account, K.SUSPEND)


def account_of(home: Home, name: str) -> Subject:
    """Return an account of the platform as a subject."""
    with home.house.store.read() as reader:
        return Subject.account(reader.accounts_by_platform_id([name])[name].id)


def item_of(home: Home, name: str) -> Subject:
    """Return an item of the platform as a subject."""
    with home.house.store.read() as reader:
        return Subject.item(reader.items_by_platform_id([name])[name].item.id)


def decisions(home: Home, *ids: DecisionId | None) -> list[Decision]:
    """Return decisions by their ids."""
    with home.house.store.read() as reader:
        found = reader.decisions([each for each in ids if each])
    return [found[each] for each in ids if each]


def measures(home: Home, subject: Subject) -> tuple[Measure, ...]:
    """Return everything in force on a subject."""
    with home.house.store.read() as reader:
        return reader.standings([subject])[subject].measures


def test_what_is_shown_is_what_is_done(home_anywhere: Home) -> None:
    """The same plan; the dry run writes nothing and seals nothing; the audit and the rows agree."""
    home = home_anywhere
    picture = home.upload(photo())
    home.submit("post", picture, author="alice")
    home.submit("copy", picture, author="bob")
    wanted = asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR)

    seen = home.house.decide.foresee(wanted)
    assert home.media(picture.id).evidence is EvidenceState.RECEIVED
    assert (home.kinds(item_of(home, "post")), home.answer("post")) == (set(), Answer.PUBLISH)
    assert seen.also_hides == 1

    made = home.house.decide(wanted)
    assert made.foreseen.plan == seen.plan
    assert home.media(picture.id).evidence is EvidenceState.SEALED
    assert home.kinds(item_of(home, "post")) == {"quarantine", "exclude", "no_ads", "no_payout"}
    # No verified list knows it: one person locks, and two suspend (P3).
    assert home.kinds(account_of(home, "alice")) == {"lock_pending_decision"}
    assert home.kinds(Subject.media(picture.id)) == {"quarantine", "block_media"}
    assert home.answer("post") is Answer.REFUSE
    assert home.is_absent("copy")
    decision = made.decision
    assert (decision.decided_by, decision.is_automated) == ("key_ada", False)
    assert home.house.verify().breaches == ()


def test_every_later_carrier_is_hidden_and_rests_on_the_finding(home_anywhere: Home) -> None:
    """P1, P11: identical bytes refused, near copies held, each by a decision that names what it rests on."""
    home = home_anywhere
    home.submit("post", home.upload(photo()), author="alice")
    made = home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR))
    home.house.feed_indexes()
    same = home.submit("same", home.upload(photo()), author="bob")
    near = home.submit("near", home.upload(photo(quality=60)), author="carol")
    found = decisions(home, same.decision_id, near.decision_id)

    assert (same.answer, near.answer) == (Answer.REFUSE, Answer.HOLD)
    assert [each.rests_on for each in found] == [(made.decision.id,)] * 2
    assert home.house.verify().breaches == ()


def test_what_a_bank_found_itself_rests_on_nothing(home: Home) -> None:
    """One item, two media: what was derived is decided apart from what was found."""
    known, found = home.upload(photo("china")), home.upload(photo("flower"))
    home.submit("post", known, author="alice")
    made = home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR))
    home.house.keep_banks.create(
        NewBank("own", "cse.links", Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "test")
    )
    home.list(md5(found), name="own")
    home.submit("both", known, found, author="bob")
    held = measures(home, item_of(home, "both"))
    decided = decisions(home, *{each.decision_id for each in held})

    assert {each.clause_id: each.rests_on for each in decided} == {
        ClauseId("cse.depiction"): (made.decision.id,),
        ClauseId("cse.links"): (),
    }
    assert all(each.clause_id == by.clause_id for each in held for by in decided if by.id == each.decision_id)
    assert home.house.verify().breaches == ()


def test_what_nobody_keeps_is_held_until_its_bytes_come(home: Home) -> None:
    """P5: the platform sent digests; when the bytes come the item is quarantined, resting on the finding."""
    picture = photo()
    reference = MediaReference(digests=Digests(sha256=hashlib.sha256(picture).hexdigest()))
    home.submit("post", reference, author="alice")
    made = home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR))
    assert len(made.foreseen.plan.evidence_wanted) == 1
    assert "quarantine" not in home.kinds(item_of(home, "post"))
    assert home.is_absent("post")

    home.upload(picture)
    home.house.follow_media()
    assert "quarantine" in home.kinds(item_of(home, "post"))
    assert home.house.verify().breaches == ()


def test_media_that_is_blocked_is_kept_whatever_comes_of_its_item(home: Home) -> None:
    """P5: the item stays, its picture goes: the bytes are sealed as if the picture had been named alone."""
    picture = home.upload(photo())
    home.submit("post", picture, author="alice")
    home.house.decide(
        asked(
            on("item", "post", K.COVER), on("media", picture.id, K.BLOCK_MEDIA), clause="house.sensitive", parts=ACTOR
        )
    )
    assert home.media(picture.id).evidence is EvidenceState.SEALED
    assert home.kinds(Subject.media(picture.id)) == {"block_media"}
    assert home.house.verify().breaches == ()


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (asked(on("item", "none", K.REMOVE)), UnknownItem),
        (asked(on("account", "none", K.WARN)), UnknownAccount),
        (asked(on("media", "none", K.HOLD)), UnknownMedia),
        (asked(on("item", "post", K.REMOVE), parts=(("none", Role.ACTOR),)), UnknownAccount),
        (asked(on("item", "post", K.REMOVE), parts=(("alice", Role.ACTOR), ("alice", Role.NONE))), BadInput),
        (asked(on("network", "not a network", K.BLOCK_NETWORK)), BadInput),
        (asked(on("link", "no link", K.BLOCK_LINK)), BadInput),
        (asked(on("tag", "#", K.EXCLUDE)), BadInput),
        (asked(on("item", "post", K.REMOVE), clause="no.such"), BadInput),
        (asked(on("item", "post", K.REMOVE), replaces="dec_none"), BadInput),
        (asked(on("item", "post", K.LIMIT_REACH), clause="cse.links", parts=ACTOR), Refused),
    ],
)
def test_what_cannot_be_decided_changes_nothing(home: Home, wanted: Asked, error: type[TutelaError]) -> None:
    """And says where."""
    home.submit("post", home.upload(photo()), author="alice")
    before = home.house.store.read
    with before() as reader:
        seq = reader.change_seq()
    for decide in (home.house.decide.foresee, home.house.decide):
        if error is Refused and decide == home.house.decide.foresee:
            assert home.house.decide.foresee(wanted).plan.refusals
            continue
        with pytest.raises(error) as caught:
            decide(wanted)
        assert caught.value.place
    with before() as reader:
        assert reader.change_seq() == seq
    assert home.kinds(item_of(home, "post")) == set()


def test_the_same_again_is_told_to_hold_already(home: Home) -> None:
    """No second strike, no second statement."""
    home.submit("post", author="alice", text="buy now")
    wanted = asked(on("item", "post", K.REMOVE), parts=ACTOR)
    home.house.decide(wanted)
    with pytest.raises(HoldsAlready):
        home.house.decide(wanted)
    with home.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["alice"])["alice"].id
        assert len(reader.strikes([account])[account]) == 1


def test_strikes_climb_the_ladder_of_the_policy(home: Home) -> None:
    """A warning, one point, two: the rung comes with the decision, and is in force at once."""
    for number in range(3):
        home.submit(f"post-{number}", author="alice", text="buy now")
        home.house.decide(asked(on("item", f"post-{number}", K.REMOVE), parts=ACTOR))

    assert home.kinds(account_of(home, "alice")) == {"warn", "block_posting"}
    assert home.house.verify().breaches == ()


@pytest.mark.both_databases
def test_two_who_decide_at_once_both_count(
    new_database: Callable[[], str], tmp_path: Path, scanner: ChildScanner
) -> None:
    """Two processes on one account: nobody's strike is lost, and no case is opened twice."""
    url = new_database()
    with make.house(tmp_path / "one", scanner, url=url, writer="one") as one:
        for number in range(8):
            one.submit(f"post-{number}", author="alice", text="buy now")
        with make.house(tmp_path / "two", scanner, url=url, writer="two") as two:
            gate = threading.Barrier(8)

            def decide(number: int) -> Changeset:
                gate.wait()
                wanted = asked(on("item", f"post-{number}", K.HOLD), parts=ACTOR)
                return [one, two][number % 2].house.decide(wanted).written

            with ThreadPoolExecutor(8) as pool:
                written = list(pool.map(decide, range(8)))
        account = account_of(one, "alice")
        with one.house.store.read() as reader:
            strikes = reader.strikes([account.id])[account.id]  # type: ignore[index, list-item]  # an account's
            cases = reader.open_cases([account.id])  # type: ignore[list-item]  # an account's
        assert sorted(strike.points for strike in strikes) == [0, *[1] * 7]
        assert [case.reason for case in cases.values()] == [CaseReason.DECISION_PENDING]
        assert len({each.decisions[0].id for each in written}) == 8
        assert one.house.verify().breaches == ()


def test_a_case_is_closed_by_the_finding_that_looks_at_the_last_of_it(home_anywhere: Home) -> None:
    """Held twice under an ordinary clause; the first decision leaves it open."""
    home = home_anywhere
    for name in ("one", "two"):
        home.submit(name, author="alice", text="buy now")
        home.house.decide(asked(on("item", name, K.HOLD)))

    def open_cases() -> int:
        with home.house.store.read() as reader:
            return reader.open_case_count()

    assert open_cases() == 1
    home.house.decide(asked(on("item", "one", K.REMOVE)))
    assert open_cases() == 1
    home.house.decide(asked(on("item", "two", K.REMOVE)))
    assert open_cases() == 0
    assert home.house.verify().breaches == ()


def test_a_second_look_makes_an_open_case_due_within_a_day(home: Home) -> None:
    """P3: also where a case with more time was open."""
    picture = home.upload(photo())
    home.list(md5(picture), verification=Verification.OWN)
    home.submit("post", picture, author="alice")
    home.clock.advance(hours=2)
    home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR))
    with home.house.store.read() as reader:
        [case] = reader.open_cases([account_of(home, "alice").id]).values()  # type: ignore[list-item]  # an account's

    assert case.reason is CaseReason.SECOND_LOOK
    assert case.due_at <= home.clock.now() + DAY


def test_a_replacement_ends_what_was_before_and_is_no_way_around_a_second_person(home: Home) -> None:
    """Time served counts; the strike of the first counts no more; a quarantine is not replaced away."""
    home.submit("post", author="alice", text="buy now")
    until = home.clock.now() + 6 * DAY
    first = home.house.decide(asked(on("account", "alice", K.READ_ONLY, ends_at=until), parts=ACTOR))
    home.clock.advance(days=2)
    again = asked(
        on("account", "alice", K.BLOCK_POSTING, ends_at=home.clock.now() + 3 * DAY),
        replaces=first.decision.id, parts=ACTOR,
    )  # fmt: skip
    home.house.decide(again)
    account = account_of(home, "alice")
    [timed] = [each for each in measures(home, account) if each.kind is K.BLOCK_POSTING]

    assert home.kinds(account) == {"block_posting", "warn"}
    assert timed.ends_at == home.clock.now() + DAY
    with pytest.raises(TutelaError, match="reversed"):
        home.house.decide(again)
    grave = home.house.decide(asked(*answer("post", "alice"), clause="cse.commentary", parts=ACTOR))
    with pytest.raises(Refused, match="Nobody ends that decision alone"):
        home.house.decide(asked(on("item", "post", K.EXCLUDE), replaces=grave.decision.id))
    assert home.house.verify().breaches == ()


def test_measures_on_everything_else_are_named_as_the_platform_names_them(home: Home) -> None:
    """A tag in any case, a domain, an address, a range, a conversation, a device."""
    week = home.clock.now() + 6 * DAY
    home.house.decide(
        asked(
            on("tag", "#Lake", K.LIMIT_REACH), on("link", "EXAMPLE.org.", K.BLOCK_LINK),
            on("link", "https://Example.org/a?b=1#c", K.BLOCK_LINK),
            on("network", "203.0.113.9/24", K.BLOCK_NETWORK, ends_at=week),
            on("device", "d-1", K.BLOCK_DEVICE, ends_at=week),
            on("conversation", "c-1", K.BLOCK_MESSAGING, scope=Scope(audience="minors")),
        )
    )  # fmt: skip

    assert home.kinds(Subject(SubjectKind.TAG, "lake")) == {"limit_reach"}
    assert home.kinds(Subject(SubjectKind.LINK, "example.org")) == {"block_link"}
    assert home.kinds(Subject(SubjectKind.LINK, "example.org/a?b=1")) == {"block_link"}
    assert home.kinds(Subject(SubjectKind.NETWORK, "203.0.113.0/24")) == {"block_network"}
    assert home.kinds(Subject(SubjectKind.DEVICE, "d-1")) == {"block_device"}
    assert home.kinds(Subject(SubjectKind.CONVERSATION, "c-1")) == {"block_messaging"}
    assert home.house.verify().breaches == ()
