"""What a user may try to keep a known (here: harmless) picture visible: the same thing sent again in another guise."""

from dataclasses import replace

import make
from make import Home, pdq, photo, submission
from tutela.core.banks import SignalType
from tutela.core.content import Channel, ChannelKind, Digests
from tutela.core.measures import Subject
from tutela.core.plans import Answer
from tutela.core.policy import Verification
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Rejected

MD5, SHA256 = "ab" * 16, "cd" * 32


def test_an_item_cannot_move_to_another_channel_after_nobody_could_look(home: Home) -> None:
    """A private item is published without a look; the same id in public must not be answered by that."""
    picture = home.upload(photo("china"))
    home.list(make.md5(picture))
    assert home.submit("a", picture, channel=Channel(ChannelKind.PRIVATE)).answer is Answer.PUBLISH

    [outcome] = home.submit_all(submission("a", picture))

    assert isinstance(outcome, Rejected)
    assert make.names([outcome]) == ["DuplicateItem"]


def test_an_item_cannot_quote_something_hidden_afterwards(home: Home) -> None:
    """What is quoted is part of the item: an edit is a new item."""
    picture = home.upload(photo("china"))
    home.list(make.md5(picture))
    home.submit("hidden", picture)
    home.submit("a", text="x", author="bob")

    [outcome] = home.submit_all(submission("a", text="x", author="bob", contains=("hidden",)))

    assert make.names([outcome]) == ["DuplicateItem"]


def test_a_refusal_is_never_softened_by_looking_again(home: Home) -> None:
    """An account that was locked posted it: no measure on the item says so, and no second look may publish it."""
    known, other = home.upload(photo("china")), home.upload(photo("flower"))
    home.list(make.md5(known))
    home.submit("locks", known)
    assert home.submit("while-locked", other).answer is Answer.REFUSE

    home.list(make.md5(other), name="one-source", verification=Verification.ONE_ANALYST)
    home.house.match_late()

    assert home.is_absent("while-locked")
    assert home.answer("while-locked") is Answer.REFUSE


def test_a_hash_that_comes_after_the_digest_is_looked_up(home: Home) -> None:
    """A digest alone was nothing known; with its hash, whoever carries it is held."""
    picture = home.upload(photo("china"))
    home.list(pdq(picture))
    bare = MediaReference(digests=Digests(sha256=SHA256))
    assert home.submit("first", bare).answer is Answer.PUBLISH

    told = replace(bare, pdq=replace(picture.hashes[0], orientations=()))
    done = home.submit("second", told, author="bob")

    home.house.follow_media()
    assert done.answer is Answer.HOLD
    assert home.is_absent("first")
    assert home.answer("first") is Answer.HOLD


def test_a_digest_that_comes_after_another_is_looked_up(home: Home) -> None:
    """A list of MD5 finds what was known by SHA-256 only."""
    home.list((SignalType.MD5, MD5))
    home.submit("first", MediaReference(digests=Digests(sha256=SHA256)))

    done = home.submit("second", MediaReference(digests=Digests(md5=MD5, sha256=SHA256)), author="bob")

    home.house.follow_media()
    assert done.answer is Answer.REFUSE
    assert home.is_absent("first")


def test_a_forged_md5_does_not_make_two_contents_one(home: Home) -> None:
    """Two contents of one MD5 can be made: the stronger digest decides, or the second would pass for the first."""
    picture = home.upload(photo("china"))
    home.list(pdq(picture))
    home.submit("harmless", MediaReference(digests=Digests(md5=MD5, sha256="12" * 32)))

    bad = MediaReference(digests=Digests(md5=MD5, sha256="34" * 32), pdq=replace(picture.hashes[0], orientations=()))

    assert home.submit("other", bad, author="bob").answer is Answer.HOLD
    assert not home.is_absent("harmless")


def test_a_hash_without_digests_may_come_any_number_of_times(home_anywhere: Home) -> None:
    """It is one media, whoever carries it."""
    home = home_anywhere
    picture = MediaReference(pdq=replace(home.upload(photo("brick")).hashes[0], orientations=()))

    answers = [home.submit(name, picture, author=name).answer for name in ("one", "two")]
    home.list((SignalType.PDQ, picture.pdq.hex if picture.pdq else None))
    home.house.match_late()

    assert answers == [Answer.PUBLISH, Answer.PUBLISH]
    assert home.is_absent("one")
    assert home.is_absent("two")


def test_one_digest_with_two_hashes_in_a_batch_is_one_media_with_both(home_anywhere: Home) -> None:
    """Neither keeps the batch out, and neither hash is lost."""
    home = home_anywhere
    known, other = home.upload(photo("china")), home.upload(photo("flower"))
    home.list(pdq(known))
    digests = Digests(sha256=SHA256)
    references = [
        MediaReference(digests=digests, pdq=replace(each.hashes[0], orientations=())) for each in (other, known)
    ]

    outcomes = home.submit_all(submission("a", *references), submission("b", references[0], author="bob"))

    assert make.names(outcomes) == ["hold", "hold"]
    with home.house.store.read() as reader:
        [media] = reader.media_by_digest(SignalType.SHA256, [SHA256])
    assert len(media.hashes) == 2
    assert home.kinds(Subject.media(media.id)) == set()
