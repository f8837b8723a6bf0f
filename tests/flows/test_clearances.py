"""Cleared material is not held again without new facts."""

import pytest

from make import Home, decision, md5, pdq, photo
from tutela.core.audit import AuditEvent
from tutela.core.clearances import clearance_of
from tutela.core.content import Media
from tutela.core.ids import ClauseId, DecisionId
from tutela.core.measures import Subject
from tutela.core.plans import Source
from tutela.core.policy import Material, Verification
from tutela.errors import Conflict
from tutela.flows.undo import as_cleared
from tutela.ports.committer import Changeset, Revocation
from tutela.ports.decisions import Decision

CLAUSE = ClauseId("cse.depiction")


def clearing(home: Home, name: str, **fields: object) -> Changeset:
    """Return what a decision of people writes that clears an item: what it ends, and what was known."""
    by = decision(source=Source.PERSON, is_automated=False, decided_by="ada", **fields)
    with home.house.store.read() as reader:
        item = reader.items_by_platform_id([name])[name].item
        subjects = [Subject.item(item.id), *(Subject.media(each) for each in item.media_ids)]
        standings = reader.standings(subjects)
        known = reader.detections(item.id)
    ends = tuple(Revocation(m.id, s, by.id) for s in subjects for m in standings[s].measures)
    clearance = clearance_of(item.id, CLAUSE, by.id, home.clock.now(), known)
    expects = {subject: standing.version for subject, standing in standings.items()}
    told = {"granted": [], "lifted": [end.measure_id for end in ends], "cleared": {item.id: as_cleared(clearance)}}
    entry = AuditEvent("person:item:decided", by.id, told)
    return Changeset(decisions=(by,), revocations=ends, clearances=(clearance,), expects=expects, audit=(entry,))


def clear(home: Home, name: str, **fields: object) -> Decision:
    """Have people clear an item."""
    written = clearing(home, name, **fields)
    home.house.committer.commit(written)
    return written.decisions[0]


def held(home: Home, name: str, *listed: object, verification: Verification = Verification.OWN) -> Media:
    """Have an item held for its match with a bank, and return its media."""
    media = home.upload(photo("china"))
    home.list(*(each(media) for each in listed), name="known", verification=verification)  # type: ignore[operator]  # md5 or pdq
    home.submit(name, media)
    assert home.is_absent(name)
    return media


def look_again(home: Home, media: Media) -> None:
    """Decide again about every carrier, as a re-scan does."""
    home.house.reconsider([media.id])
    home.house.match_late()


@pytest.mark.parametrize("listed", [md5, pdq])
def test_what_was_cleared_is_not_held_again_by_the_same_list(home_anywhere: Home, listed: object) -> None:
    """Not when it is scanned again, not when the same list names it once more, and not in another's post."""
    home = home_anywhere
    media = held(home, "cleared", listed)
    clear(home, "cleared")
    assert not home.is_absent("cleared")

    look_again(home, media)
    home.list((pdq(media)[0], f"{int(media.hashes[0].hex, 16) ^ 1:064x}"))
    look_again(home, media)
    other = home.submit("of-another", media, author="bob")

    assert not home.is_absent("cleared")
    assert other.answer.value == "publish"
    assert home.kinds(Subject.media(media.id)) == set()
    assert home.house.verify().breaches == ()


def test_another_list_is_a_new_fact(home_anywhere: Home) -> None:
    """Whoever cleared it did not know that."""
    home = home_anywhere
    media = held(home, "cleared", md5)
    clear(home, "cleared")
    home.list(md5(media), name="another", verification=Verification.SEVERAL_ANALYSTS)
    look_again(home, media)

    assert home.is_absent("cleared")
    assert "quarantine" in home.kinds(Subject.media(media.id))


def test_identical_bytes_are_a_new_fact_where_there_was_a_likeness(home: Home) -> None:
    """And not the other way round."""
    media = held(home, "cleared", pdq)
    clear(home, "cleared")
    home.list(md5(media))
    look_again(home, media)

    assert home.is_absent("cleared")


def test_a_likeness_is_no_news_beside_identical_bytes(home: Home) -> None:
    """People looked at the very bytes."""
    media = held(home, "cleared", md5)
    clear(home, "cleared")
    home.list(pdq(media))
    look_again(home, media)

    assert not home.is_absent("cleared")


def test_other_bytes_of_the_same_picture_were_not_cleared(home: Home) -> None:
    """A clearance is of what people saw."""
    held(home, "cleared", md5, pdq)
    clear(home, "cleared")
    near = home.submit("near", home.upload(photo("china", quality=60)))

    assert near.answer.value == "hold"
    assert not home.is_absent("cleared")


def test_a_list_of_another_clause_is_a_new_fact(home: Home) -> None:
    """What is no abuse material may still be an intimate image without consent."""
    media = held(home, "cleared", md5)
    clear(home, "cleared")
    home.list(md5(media), name="another", material=Material.OTHER)
    look_again(home, media)

    assert home.is_absent("cleared")


def test_reversing_the_clearance_lets_the_match_count_again(home: Home) -> None:
    """People may have been wrong as well."""
    media = held(home, "cleared", md5)
    by = clear(home, "cleared")
    home.house.committer.commit(Changeset(decisions=(decision(reverses=by.id, source=Source.PERSON),)))
    look_again(home, media)

    assert home.is_absent("cleared")


def test_a_submission_planned_before_the_clearance_is_planned_again(home: Home) -> None:
    """The version of the banks has moved: nobody is held for what was cleared while they posted."""
    held(home, "cleared", md5)
    with home.house.store.read() as reader:
        before = home.house.look_up(reader, []).known_seq
    clear(home, "cleared")

    with pytest.raises(Conflict):
        home.house.committer.commit(
            Changeset(decisions=(decision(id=DecisionId("dec_late")),), expects_known_seq=before)
        )


def test_a_clearance_planned_before_something_new_was_held_is_planned_again(home: Home) -> None:
    """Nobody clears what they have not seen."""
    media = held(home, "cleared", md5)
    early = clearing(home, "cleared")
    home.list(md5(media), name="another", verification=Verification.SEVERAL_ANALYSTS)
    look_again(home, media)

    with pytest.raises(Conflict):
        home.house.committer.commit(early)
    assert home.is_absent("cleared")
