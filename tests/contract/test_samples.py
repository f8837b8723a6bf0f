"""A sample of what is under measures: the newest change first, page by page, on both databases."""

from collections.abc import Iterator

import pytest

import make
from make import Desk
from tutela.core.ids import AccountId
from tutela.core.measures import MeasureKind, Subject, SubjectKind


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def test_a_sample_holds_an_item_for_each_subject_under_measures(desk: Desk) -> None:
    """Through the item itself, its media, its author and its tags; an account that posted nothing has none."""
    ada, ben, cas = (make.account() for _ in range(3))
    media, tag = make.media(), f"lake-{make.new_id('item')}"
    plain, under, carrying = make.item(ada), make.item(ada), make.item(ada, media)
    tagged, written = make.item(ada, tags=(tag,)), make.item(ben)
    posted = (plain, under, carrying, tagged, written)
    desk.commit(accounts=(ada, ben, cas), media=(media,), items=tuple(make.stored(each) for each in posted))
    subjects = [
        Subject.item(under.id), Subject.media(media.id), Subject(SubjectKind.TAG, tag), Subject.account(ben.id),
        Subject.account(AccountId(cas.id)),
    ]  # fmt: skip
    for subject in subjects:
        decision = make.decision(is_automated=False)
        kind = MeasureKind.HOLD if subject.kind is SubjectKind.MEDIA else MeasureKind.EXCLUDE
        desk.commit(decisions=(decision,), measures=(make.measure(kind, subject, decision),))

    with desk.store.read() as reader:
        whole = reader.sample_under_measures(None, 100)
        pages = [reader.sample_under_measures(None, 2)]
        while pages[-1]:
            pages.append(reader.sample_under_measures(pages[-1][-1].seq, 2))

    mine = [each.platform_id for each in whole][:4]
    assert mine == [each.platform_id for each in (written, tagged, carrying, under)]
    assert plain.platform_id not in [each.platform_id for each in whole]
    assert [each for page in pages for each in page] == whole
    assert [each.seq for each in whole] == sorted((each.seq for each in whole), reverse=True)
