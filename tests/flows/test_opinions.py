"""What our own people and the sources say of members, in everything that is submitted or decided again."""

import pytest

from make import Home, pdq, photo
from tutela.core.banks import SignalType
from tutela.core.bounds import Bound
from tutela.core.content import Digests
from tutela.core.ids import MemberId
from tutela.core.measures import Subject
from tutela.core.opinions import Opinion, person
from tutela.core.policy import Material, Verification
from tutela.errors import BadInput, UnknownBank, UnknownMember
from tutela.flows.keep_opinions import Judged
from tutela.flows.read_rows import rows_of_csv, rows_of_json
from tutela.flows.refer import MediaReference
from tutela.ports.index import IndexName

LISTED = "ab" * 16


def say(home: Home, by: str, opinion: Opinion, value: str = LISTED, bank: str = "known") -> Judged:
    """Have somebody say something of an MD5."""
    member = home.house.keep_opinions.find(bank, SignalType.MD5, value)
    return home.house.keep_opinions.say(bank, member, opinion, by=person(by))


def named(value: str = LISTED) -> MediaReference:
    """Return media that is known by its MD5 alone."""
    return MediaReference(digests=Digests(md5=value))


def bounds(home: Home, name: str) -> list[frozenset[Bound]]:
    """Return what lowered each detection of an item."""
    with home.house.store.read() as reader:
        return [found.match.bounds for found in reader.detections(reader.items_by_platform_id([name])[name].item.id)]


def test_only_two_peoples_no_lowers_an_exact_match(home_anywhere: Home) -> None:
    """P3: the first no changes nothing, nor does the same person's second; another person's leaves it to review."""
    home = home_anywhere
    home.list((SignalType.MD5, LISTED))
    say(home, "Ada", Opinion.NEGATIVE)
    say(home, "ada ", Opinion.NEGATIVE)
    one = home.submit("one", named(), author="ann")
    say(home, "Grace", Opinion.NEGATIVE)
    # Another media of the same digest: what was sealed before stays sealed until a person decides.
    two = home.submit("two", MediaReference(digests=Digests(md5=LISTED, sha256="1" * 64)), author="bob")

    assert (one.answer.value, bounds(home, "one")) == ("refuse", [frozenset()])
    assert "lock_pending_decision" in home.kinds(Subject.account(account(home, "ann")))
    assert frozenset({Bound.DISPUTED}) in bounds(home, "two")
    assert home.kinds(Subject.account(account(home, "bob"))) == set()
    assert "quarantine" not in home.kinds(Subject.item(two.item_id))


def account(home: Home, name: str) -> str:
    """Return our id of an account."""
    with home.house.store.read() as reader:
        return reader.accounts_by_platform_id([name])[name].id


def test_one_no_leaves_a_likeness_to_review(home: Home) -> None:
    """The item is shown, a person looks, and it earns nothing meanwhile."""
    media = home.upload(photo("china"))
    home.list(pdq(media))
    with home.house.store.read() as reader:
        bank = reader.bank_by_name("known")
        assert bank is not None
        [member] = reader.members(bank.id)
    home.house.keep_opinions.say("known", member.id, Opinion.NEGATIVE, by=person("Ada"))

    done = home.submit("n1", home.upload(photo("china", width=300)))

    assert done.answer.value == "publish"
    assert bounds(home, "n1") == [frozenset({Bound.DOUBTED})]
    assert {"exclude", "no_ads", "no_payout"} <= home.kinds(Subject.item(done.item_id))


def test_of_two_members_the_sound_one_stands_for_its_bank(home: Home) -> None:
    """Denying the nearer of two neighbours must not clear what the other one knows."""
    media, copy = home.upload(photo("china")), home.upload(photo("china", width=160, quality=20))
    home.list(pdq(media), pdq(copy))
    with home.house.store.read() as reader:
        bank = reader.bank_by_name("known")
        assert bank is not None
        members = {member.value: member.id for member in reader.members(bank.id)}
    nearest = members[pdq(media)[1]]
    home.house.keep_opinions.say("known", nearest, Opinion.NEGATIVE, by=person("Ada"))

    assert home.submit("n1", media).answer.value == "hold"
    assert bounds(home, "n1") == [frozenset()]


def test_a_denied_member_is_cleared_by_a_harmless_bank(home: Home) -> None:
    """A suppression bank wins over likenesses, and over identical bytes only after two people's no."""
    home.list((SignalType.MD5, LISTED))
    home.list((SignalType.MD5, LISTED), name="harmless", material=Material.SUPPRESSION, verification=Verification.OWN)
    for name in ("Ada", "Ada"):
        say(home, name, Opinion.NEGATIVE)
    assert home.submit("one", named()).answer.value == "refuse"
    say(home, "Grace", Opinion.NEGATIVE)

    done = home.submit("two", MediaReference(digests=Digests(md5=LISTED, sha1="2" * 40)), author="bob")

    with home.house.store.read() as reader:
        by_list = [found for found in reader.detections(done.item_id) if found.match.bank_id]
    assert [found.is_suppressed for found in by_list] == [True]


def test_what_we_doubt_is_harmless_clears_nothing(home: Home) -> None:
    """A poisoned list of harmless pictures must not hide what other lists know."""
    media = home.upload(photo("china"))
    home.list(pdq(media))
    home.list(pdq(media), name="harmless", material=Material.SUPPRESSION, verification=Verification.OWN)
    with home.house.store.read() as reader:
        bank = reader.bank_by_name("harmless")
        assert bank is not None
        [member] = reader.members(bank.id)
    assert home.submit("clear", media).answer.value == "publish"

    home.house.keep_opinions.say("harmless", member.id, Opinion.NEGATIVE, by=person("Ada"))

    assert home.submit("held", media).answer.value == "hold"


def test_a_seed_opens_a_case_until_somebody_of_ours_confirms_it(home: Home) -> None:
    """What was posted meanwhile is decided again, as if the member had come then."""
    rows = rows_of_csv(["type,value,opinion\n", f"md5,{LISTED},seed\n"])
    home.list()
    assert home.house.import_members("known", rows).opinions == 1
    assert home.submit("one", named()).answer.value == "publish"
    home.house.match_late()
    assert home.answer("one").value == "publish"

    say(home, "Ada", Opinion.POSITIVE)
    home.house.match_late()

    assert home.is_absent("one")
    assert "lock_pending_decision" in home.kinds(Subject.account(account(home, "alice")))


def test_a_source_that_takes_its_word_back_holds_and_locks_nobody(home: Home) -> None:
    """Nobody loses an account on the word of a list that denies its own entry."""
    home.list((SignalType.MD5, LISTED))
    again = rows_of_json([f'{{"type": "md5", "value": "{LISTED}", "opinion": "negative"}}'])
    assert home.house.import_members("known", again).progress.rows_known == 1

    done = home.submit("one", named())

    assert done.answer.value == "hold"
    assert bounds(home, "one") == [frozenset({Bound.RETRACTED})]
    assert home.kinds(Subject.account(account(home, "alice"))) == set()


@pytest.mark.both_databases
def test_a_later_opinion_replaces_the_earlier_one_and_both_are_in_the_audit(home_anywhere: Home) -> None:
    """One opinion a sayer and member; what it replaced is history, and verification knows it."""
    home = home_anywhere
    home.list((SignalType.MD5, LISTED))
    say(home, "Ada", Opinion.NEGATIVE)
    judged = say(home, "Ada", Opinion.POSITIVE)

    assert [(said.opinion, said.is_owed) for said in judged.said] == [(Opinion.POSITIVE, True)]
    with home.house.store.read() as reader:
        assert list(reader.feedback_owed().values()) == [1]
    assert home.house.verify().breaches == ()


def test_an_import_that_says_the_same_again_writes_nothing(home: Home) -> None:
    """By listing a member its source says yes; only what is new or other is kept."""
    lines = ["type,value,opinion\n", f"md5,{LISTED},positive\n", f"md5,{'cd' * 16},disputed\n", f"md5,{'ef' * 16},\n"]
    home.list()
    first = home.house.import_members("known", rows_of_csv(lines))
    again = home.house.import_members("known", rows_of_csv(lines))
    wrong = home.house.import_members("known", rows_of_csv(["type,value,opinion\n", f"md5,{LISTED},maybe\n"]))

    assert (first.opinions, again.opinions) == (1, 0)
    assert [error.line for error in wrong.sift.errors] == [2]


def test_what_is_said_of_nothing_is_refused(home: Home) -> None:
    """The place is named; nothing was recorded."""
    home.list((SignalType.MD5, LISTED))

    with pytest.raises(UnknownMember):
        say(home, "Ada", Opinion.NEGATIVE, value="0" * 32)
    with pytest.raises(UnknownBank):
        say(home, "Ada", Opinion.NEGATIVE, bank="none")
    with pytest.raises(UnknownMember):
        home.house.keep_opinions.say("known", MemberId("mem_x"), Opinion.NEGATIVE, by="name:ada")
    with pytest.raises(BadInput, match="not braked"):
        home.house.keep_opinions.release(
            "known", home.house.keep_opinions.find("known", SignalType.MD5, LISTED), by="name:ada"
        )


def test_a_signal_that_came_back_has_no_opinions_of_its_first_time(home: Home) -> None:
    """It is another member: whoever denied the old one says so again."""
    home.list((SignalType.MD5, LISTED))
    say(home, "Ada", Opinion.NEGATIVE)
    home.house.keep_banks.remove("known", SignalType.MD5, LISTED)
    home.list((SignalType.MD5, LISTED))

    assert (
        home.house.keep_opinions.read("known", home.house.keep_opinions.find("known", SignalType.MD5, LISTED)).said
        == ()
    )


def test_what_was_decided_before_an_opinion_came_is_planned_again(home: Home) -> None:
    """A plan made from the ceiling before is not committed after it."""
    home.list((SignalType.MD5, LISTED))
    with home.house.store.read() as reader:
        seq = reader.feed_seq(IndexName.KNOWN)
    say(home, "Ada", Opinion.NEGATIVE)

    with home.house.store.read() as reader:
        assert reader.feed_seq(IndexName.KNOWN) > seq
