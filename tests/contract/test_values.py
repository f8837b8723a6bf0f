"""Values come back from the database as they went in, and standing is what a recomputation gives."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import make
from core.strategies import smallest_scope
from laws import examples
from make import Desk
from tutela.adapters.db import case_rows, rows
from tutela.core.banks import Bank, Detection, Match, Member, SignalType
from tutela.core.cases import Case
from tutela.core.content import Account, Channel, Digests, Item, Media, PdqHash
from tutela.core.ids import AccountId, ItemId, MediaId
from tutela.core.measures import (
    ALLOWED_SUBJECTS,
    HIDING,
    TIMED_BLOCKS,
    Measure,
    MeasureKind,
    Standing,
    Subject,
    SubjectKind,
    kinds_of,
    still_current,
)
from tutela.core.plans import Answer
from tutela.core.policy import AccountCeiling, Ceiling, PropagationCeiling, ReportCeiling, VisibilityCeiling
from tutela.ports.changes import FeedPlace
from tutela.ports.committer import IdempotentAnswer, Revocation, StoredItem

# PostgreSQL's text holds no NUL and nobody's text holds half a surrogate pair; everything else must survive.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
EPOCHS = (datetime(1970, 1, 2), datetime(2400, 1, 1))  # noqa: DTZ001  # the zone comes by `timezones`
MOMENT = st.datetimes(*EPOCHS, timezones=st.just(UTC))
NUMBER = st.integers(0, 2**31 - 1)
AXES = (VisibilityCeiling, AccountCeiling, PropagationCeiling, ReportCeiling)
CEILING = st.builds(Ceiling, *(st.sampled_from(list(axis)) for axis in AXES))
HEX = st.binary(min_size=16, max_size=16).map(bytes.hex)
HASH = st.binary(min_size=32, max_size=32)
DIGESTS = st.builds(Digests, md5=HEX, sha1=st.none() | HEX, sha256=st.none() | HASH.map(bytes.hex))
HASHES = st.lists(
    st.builds(PdqHash, HASH, st.integers(0, 100), TEXT, st.lists(HASH, max_size=8).map(tuple)),
    unique_by=lambda each: each.rendering, max_size=3,
).map(lambda found: tuple(sorted(found, key=lambda each: each.rendering.encode())))  # fmt: skip
COMMON = {
    str: TEXT, datetime: MOMENT, int: NUMBER, Ceiling: CEILING, Digests: DIGESTS,
    str | None: st.none() | TEXT, int | None: st.none() | NUMBER,
    tuple[str, ...]: st.lists(TEXT, max_size=3).map(tuple),
}  # fmt: skip
for kind, strategy in COMMON.items():
    if isinstance(kind, type):
        st.register_type_strategy(kind, strategy)

FULL = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ACCOUNT = st.builds(Account, regions=COMMON[tuple[str, ...]])
MEDIA = st.builds(
    Media, digests=DIGESTS, hashes=HASHES, media_type=COMMON[str | None], width=COMMON[int | None],
    height=COMMON[int | None], size_bytes=st.none() | st.integers(0, 2**62), failure=COMMON[str | None],
    content_id=COMMON[str | None],
)  # fmt: skip
ITEM = st.builds(
    Item, text=COMMON[str | None], media_ids=st.just(()), contains=st.just(()),
    channel=st.builds(Channel, is_encrypted=st.booleans(), conversation=COMMON[str | None]),
    regions=COMMON[tuple[str, ...]], tags=st.sets(TEXT.filter(bool), max_size=3).map(sorted).map(tuple),
)  # fmt: skip
BANK = st.builds(
    Bank, threshold_bits=st.integers(0, 63), is_active=st.booleans(), may_keep=st.booleans(), may_share=st.booleans()
)
MEMBER = st.builds(
    Member,
    value=HEX,
    classification=COMMON[str | None],
    tags=COMMON[tuple[str, ...]],
    signal_type=st.just(SignalType.MD5),
)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@FULL
@given(
    account=ACCOUNT, media=MEDIA, item=ITEM, answer=st.sampled_from(Answer), bank=BANK, member=MEMBER, body=st.binary()
)
def test_what_goes_in_comes_out(  # noqa: PLR0917  # one value of each noun
    desk: Desk, account: Account, media: Media, item: Item, answer: Answer, bank: Bank, member: Member, body: bytes
) -> None:
    """Every field of what a platform and an operator say, through a real database."""
    account = replace(account, id=AccountId(make.new_id("account")), platform_id=make.new_id("account"))
    media = replace(
        media, id=MediaId(make.new_id("media")), digests=replace(media.digests, sha256=make.new_id("media"))
    )
    item = replace(
        item, id=ItemId(make.new_id("item")), platform_id=make.new_id("item"), account_id=account.id,
        media_ids=(media.id, media.id),
    )  # fmt: skip
    quoted = StoredItem(replace(item, contains=(), media_ids=()), answer, None, is_detected=False)
    item = replace(item, id=ItemId(make.new_id("item")), platform_id=make.new_id("item"), contains=(quoted.item.id,))
    bank = replace(bank, id=make.bank().id, name=make.new_id("bank"))
    member = replace(member, id=make.member(bank).id, bank_id=bank.id, is_active=True)
    stored = StoredItem(item, answer, None, is_detected=False)
    request = IdempotentAnswer(make.new_id("key"), "key", "print", body, make.AT)

    desk.commit(
        accounts=(account,),
        media=(media,),
        items=(quoted, stored),
        banks=(bank,),
        members=(member,),
        idempotency=request,
    )

    with desk.store.read() as reader:
        assert reader.accounts_by_id([account.id]) == {account.id: account}
        [found] = reader.media_by_id([media.id]).values()
        assert set(found.hashes) == set(media.hashes)
        assert replace(found, hashes=media.hashes) == media
        assert reader.items_by_platform_id([item.platform_id]) == {item.platform_id: stored}
        assert reader.bank_by_name(bank.name) == bank
        assert reader.members(bank.id) == [member]
        assert reader.idempotent(request.owner, "key") == request


def test_accounts_are_found_by_the_beginning_of_their_names(desk: Desk) -> None:
    """Capitals or not; what is a sign of patterns is a sign of names, and never more are told than were asked for."""
    names = ["Lake-1", "lake_2", "LAKE%3", "lake/4", "a lake", "lakes", "boat"]
    desk.commit(accounts=tuple(map(make.account, names)))

    with desk.store.read() as reader:
        told = {each: reader.accounts_beginning(each, 9) for each in ("LAKE", "lake_", "lake%", "LAKE/", "lake-1", "x")}
        assert len(reader.accounts_beginning("lake", 2)) == 2
    assert told == {
        "LAKE": sorted(["Lake-1", "lake_2", "LAKE%3", "lake/4", "lakes"]), "lake_": ["lake_2"], "lake%": ["LAKE%3"],
        "LAKE/": ["lake/4"], "lake-1": ["Lake-1"], "x": [],
    }  # fmt: skip


@given(moment=MOMENT)
def test_moments_are_kept_to_the_microsecond(moment: datetime) -> None:
    """No floating point on the way."""
    assert rows.from_us(rows.to_us(moment)) == moment


@given(case=st.builds(Case, closed_by=COMMON[str | None]))
def test_a_case_is_the_same_after_its_row(case: Case) -> None:
    """Rows are made and read in one place; this is that place."""
    assert case_rows.case(case_rows.case_row(case)) == case


@given(
    detection=st.builds(
        Detection,
        match=st.builds(Match, bank_id=COMMON[str | None], member_id=COMMON[str | None], resembles=COMMON[str | None]),
        is_suppressed=st.booleans(),
    )
)
def test_a_detection_is_the_same_after_its_row(detection: Detection) -> None:
    """What it was compared with, how near, under which version of the banks."""
    assert rows.detection(rows.detection_row(detection)) == detection


def _measures(kinds: list[tuple[MeasureKind, SubjectKind, int, int | None]]) -> Iterator[Measure]:
    now = datetime.now(UTC)
    for kind, on, start, length in kinds:
        starts_at = now + timedelta(hours=start)
        hours = min(length or 24, 168) if kind in TIMED_BLOCKS else length
        ends_at = None if hours is None else starts_at + timedelta(hours=hours)
        yield replace(
            make.measure(MeasureKind.EXCLUDE, Subject(SubjectKind.ACCOUNT, "x"), make.decision()),
            kind=kind,
            subject=Subject(on, f"{on.value}-{make.new_id('item')[-1]}"),
            starts_at=starts_at,
            ends_at=ends_at,
            scope=smallest_scope(kind),
        )


GRANT = st.sampled_from([(kind, on) for kind, allowed in ALLOWED_SUBJECTS.items() for on in sorted(allowed)]).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), st.integers(-5, 5), st.none() | st.integers(1, 9))
)


@FULL
@given(grants=st.lists(GRANT, min_size=1, max_size=8), revoked=st.sets(st.integers(0, 7)))
def test_standing_is_what_a_recomputation_of_all_measures_gives(
    desk: Desk, grants: list[tuple[MeasureKind, SubjectKind, int, int | None]], revoked: set[int]
) -> None:
    """For any grants, scheduled, over or in force, in any order, and any revocations of them."""
    because = make.decision()
    measures = [replace(each, decision_id=because.id, is_automated=False) for each in _measures(grants)]
    before = {each.subject for each in measures}
    with desk.store.read() as reader:
        earlier = reader.standings(before)
    desk.commit(decisions=(because,), measures=tuple(measures))
    ended = [measure for number, measure in enumerate(measures) if number in revoked]
    if ended:
        desk.commit(revocations=tuple(Revocation(each.id, each.subject, because.id) for each in ended))

    with desk.store.read() as reader:
        standings, changes = reader.standings(before), reader.changes(FeedPlace(), 1000).changes
    now = datetime.now(UTC)
    for subject, standing in standings.items():
        mine = [m for m in measures if m.subject == subject and m not in ended]
        wanted = still_current([*earlier[subject].measures, *mine], now)
        assert {m.id for m in still_current(standing.measures, now)} == {m.id for m in wanted}
        assert standing.kinds_at(now) == Standing(subject, 0, wanted).kinds_at(now)
        assert standing.version > earlier[subject].version
    nameless = {
        SubjectKind.ACCOUNT,
        SubjectKind.ITEM,
        SubjectKind.MEDIA,
    }  # of these the platform's names are not stored
    told = {change.subject: {m.id for m in change.own} for change in changes if change.subject in before}
    kept = {subject: {m.id for m in standing.measures} for subject, standing in standings.items()}
    assert told == {subject: ids for subject, ids in kept.items() if subject.kind not in nameless}


def test_the_bits_of_a_standing_say_what_its_measures_say(desk: Desk) -> None:
    """The bits are what verification and retention select by."""
    author, media = make.account(), make.media()
    item = make.item(author, media)
    because = make.decision()
    grant = make.measure(MeasureKind.HOLD, Subject.item(item.id), because)
    desk.commit(accounts=(author,), media=(media,), items=(make.stored(item),), decisions=(because,), measures=(grant,))

    with desk.engine.connect() as connection:
        bits = connection.exec_driver_sql("SELECT kinds FROM standing").scalar_one()
    assert kinds_of(bits) == {MeasureKind.HOLD}
    assert not HIDING.isdisjoint(kinds_of(bits))
