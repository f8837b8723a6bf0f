"""Evidence ends by proof: nothing that is held or whose time is not over; a kill changes nothing; no key opens it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from make import Home, md5, photo
from preserved import approved, drafted, finish
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.keys.signing import HeadSigner
from tutela.adapters.vault.local import LocalVault
from tutela.bootstrap.preserving import open_destroy_what_is_over
from tutela.core.content import EvidenceState, Media
from tutela.core.filing.certificates import commitment, read_certificate
from tutela.core.filing.destruction import Fate, Order, Wish
from tutela.core.filing.destructions import Destruction, DestructionState, Doomed
from tutela.core.filing.holds import HoldSource
from tutela.core.ids import DestructionId, EvidenceId, HoldId
from tutela.core.measures import Subject
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import Principal, at_machine
from tutela.errors import BadInput, Conflict, Forbidden, KeyMissing, NotForYou, StillKept, UnknownMedia, WrongKey
from tutela.flows.doom import Doom
from tutela.flows.keep_holds import NewHold
from tutela.flows.preserve import evidence_period
from tutela.flows.weigh_evidence import Weighed

ANN, BEN = at_machine("ann"), at_machine("ben")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def sealed(home: Home, name: str = "china") -> Media:
    """Return the media of a post that is sealed, and whose case is closed by hand in the table."""
    media = home.upload(photo(name))
    home.list(md5(media))
    home.submit(name, media)
    return home.media(media.id)


def over(home: Home, name: str = "china") -> Media:
    """Return sealed media that a person decided about and did not report, and whose year is over."""
    media = sealed(home, name)
    decide(home, name, "quarantine")
    close_cases(home)
    home.clock.advance(days=366)
    return media


def decide(home: Home, name: str, answer: str) -> None:
    """Store that a person decided about a post; what the decision does otherwise is tested elsewhere."""
    now_us = int(home.clock.now().timestamp() * 1_000_000)
    with home.house.store.read() as reader:
        item = reader.item_ids([name])[name]
    decision = home.house.entropy.new_id("decision")
    with home.house.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO decisions (id, item_id, source, policy_version, is_automated, at_us, decided_by)"
                " VALUES (:id, :item, 'person', '1', :no, :at, 'ann')"
            ),
            {"id": decision, "item": item, "no": False, "at": now_us},
        )
        connection.execute(
            text("INSERT INTO decision_answers (decision_id, item_id, answer, before) VALUES (:id, :item, :a, 'hold')"),
            {"id": decision, "item": item, "a": answer},
        )


def close_cases(home: Home) -> None:
    """Close every case."""
    with home.house.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET closed_by = (SELECT max(id) FROM decisions)"))


def clear(home: Home) -> None:
    """Let nothing be hidden any more."""
    with home.house.engine.begin() as connection:
        connection.execute(text("UPDATE standing SET kinds = 0"))


def ids(*media: Media) -> list[EvidenceId]:
    """Return them as evidence."""
    return [EvidenceId(each.id) for each in media]


def destroyed(home: Home, *media: Media) -> Destruction:
    """Have two people destroy it."""
    keep = home.house.destructions
    return keep.agree(BEN, keep.propose(ANN, ids(*media), "the year is over").id)


def the_transient_keys_end(home: Home) -> None:
    """Let the days pass after which no key is left from before it was sealed."""
    home.clock.advance(days=5)
    home.house.retain(OperatorProfile())


def hold(home: Home, media: Media, source: HoldSource = HoldSource.COURT) -> HoldId:
    """Place a hold."""
    new = NewHold(source, "1 K 7/26", "they ask for it", (media.id,), until=home.clock.now() + timedelta(days=90))
    return HoldId(home.house.holds.place(ANN, new).hold.id)


def test_two_people_destroy_what_is_over_and_a_certificate_proves_it(home: Home) -> None:
    """What, when, who, why, which holds were looked at, which keys are gone; verified with the key of the audit."""
    media = over(home)
    the_transient_keys_end(home)
    done = destroyed(home, media)

    assert done.state is DestructionState.PROVED
    stored = home.media(media.id)
    assert (stored.evidence, stored.content_id) == (EvidenceState.DESTROYED, None)
    read = read_certificate(home.house.destructions.certificate(ANN, done.id))
    signer = HeadSigner(home.house.keys)
    assert read.public_key == signer.public_key()
    assert signer.is_signed(read.body, read.signature)
    told = read.told
    assert (told["proposed_by"], told["agreed_by"], told["reason"], told["basis"]) == (
        "name:ann", "name:ben", "the year is over", "two_people"
    )  # fmt: skip
    [content] = told["contents"]
    own = evidence_period(media.content_id or "")
    assert (content["id"], content["kind"], content["key_destroyed"], content["earlier_keys_destroyed"]) == (
        media.id, "evidence.unreported", own, ["transient-2026-03-02"]
    )  # fmt: skip
    [doomed] = home.house.destructions.show(ANN, done.id).contents
    sha256 = media.digests.sha256 or ""
    assert read.has_content(doomed.salt, sha256)
    assert not read.has_content(doomed.salt, "0" * 64)
    assert sha256.encode() not in read.body
    assert content["commitment"] == commitment(doomed.salt, sha256).hex()


def test_whoever_proposed_it_does_not_agree(home: Home) -> None:
    """And what was declined is not agreed to any more."""
    media, keep = over(home), home.house.destructions
    proposed = keep.propose(ANN, ids(media), "the year is over")
    with pytest.raises(NotForYou):
        keep.agree(ANN, proposed.id)
    with pytest.raises(Conflict):
        keep.propose(BEN, ids(media), "once more")
    keep.decline(BEN, proposed.id)
    with pytest.raises(Conflict):
        keep.agree(BEN, proposed.id)
    assert home.media(media.id).evidence is EvidenceState.SEALED
    assert keep.propose(BEN, ids(media), "once more").state is DestructionState.PROPOSED


def test_only_people_who_may_preserve_destroy(home: Home) -> None:
    """A service's key never may, whatever it was given."""
    media = over(home)
    key = Principal("key_1", frozenset({"preserve"}))
    with pytest.raises(Forbidden):
        home.house.destructions.propose(key, ids(media), "the year is over")


@pytest.mark.parametrize("wish", [Wish.TIME, Wish.ERASURE])
def test_nothing_is_destroyed_before_its_time_or_under_a_hold_whoever_asks(home: Home, wish: Wish) -> None:
    """A person who asks to be forgotten hurries nothing (GDPR Article 17(3)(b) and (e))."""
    media, keep = sealed(home), home.house.destructions
    with pytest.raises(StillKept, match="time is not over"):
        keep.propose(ANN, ids(media), "asked", wish)
    decide(home, "china", "quarantine")
    close_cases(home)
    with pytest.raises(StillKept, match="It is over on 2027-03-02"):
        keep.propose(ANN, ids(media), "asked", wish)
    home.clock.advance(days=366)
    placed = hold(home, media)
    with pytest.raises(StillKept, match=placed) as caught:
        keep.propose(ANN, ids(media), "asked", wish)
    assert caught.value.place == media.id
    home.clock.advance(days=90)
    assert keep.propose(ANN, ids(media), "asked", wish).state is DestructionState.PROPOSED


def test_a_hold_that_comes_after_the_proposal_wins(home: Home) -> None:
    """And once it is being destroyed, none can be placed."""
    media, keep = over(home), home.house.destructions
    proposed = keep.propose(ANN, ids(media), "the year is over")
    placed = hold(home, media)
    with pytest.raises(StillKept):
        keep.agree(BEN, proposed.id)
    contents = keep.doom(keep.due(ANN)[0])
    agreed = replace(proposed, state=DestructionState.DESTROYING, agreed_by="ben")
    with pytest.raises(Conflict, match=placed):
        keep.book.begin(agreed, contents, home.clock.now(), {})
    home.house.holds.release(ANN, placed, "they need it no more")
    keep.book.begin(agreed, contents, home.clock.now(), {})

    with pytest.raises(Conflict, match="being destroyed"):
        hold(home, media)


def test_an_order_is_carried_out_by_one_person_and_ends_only_the_holds_it_names(home: Home) -> None:
    """Never one of a court or of other police; the certificate says which."""
    media, keep = sealed(home), home.house.destructions
    own, court = hold(home, media, HoldSource.OWN), hold(home, media)
    order = Order("an agency", "2258B 7/26", AT, frozenset({own, court}))
    with pytest.raises(StillKept, match=court):
        keep.order(ANN, ids(media), order, "their letter")
    home.house.holds.release(BEN, court, "the court says so")
    with pytest.raises(StillKept, match=own):
        keep.order(ANN, ids(media), replace(order, ends_holds=frozenset()), "their letter")
    with pytest.raises(StillKept, match="agency and a reference"):
        keep.order(ANN, ids(media), replace(order, agency=" "), "their letter")

    done = keep.order(ANN, ids(media), order, "their letter")
    assert done.state is DestructionState.DESTROYED, "the key of the day on which it came is still there"
    the_transient_keys_end(home)
    assert keep.destroy.resume() == 1

    told = read_certificate(keep.certificate(ANN, done.id)).told
    assert told["order"] == {"agency": "an agency", "reference": "2258B 7/26", "received_at": AT.isoformat()}
    [content] = told["contents"]
    assert (set(content["holds_checked"]), content["holds_ended_by_order"]) == ({own, court}, [own])


def test_what_people_cleared_goes_by_itself_within_the_limit_of_the_region(home: Home) -> None:
    """At once where the law of the Union has it so; elsewhere after thirty days; never while it hides something."""
    media = sealed(home)
    job = open_destroy_what_is_over(home.house)
    decide(home, "china", "publish")
    close_cases(home)
    home.house.profile.write(OperatorProfile(user_regions=("DE",)))
    assert job() == 0, "a measure still hides it: a person proposes"
    home.house.profile.write(OperatorProfile(user_regions=("US",)))
    clear(home)
    assert job() == 0
    home.clock.advance(days=29)
    assert job() == 0
    placed = hold(home, media, HoldSource.OWN)
    home.clock.advance(days=2)
    assert job() == 0
    [seen] = home.house.destructions.due(ANN)[0]
    assert (seen.fate, seen.kept.row.id, seen.is_against_limit) == (Fate.KEPT_BY_HOLD, "evidence.cleared", True)
    home.house.holds.release(ANN, placed, "over")
    assert (job(), job()) == (1, 0)

    assert home.media(media.id).evidence is EvidenceState.DESTROYED
    assert home.house.keys.is_destroyed(evidence_period(media.content_id or ""))


def test_in_the_union_it_goes_at_once(home: Home) -> None:
    """The regions of the operator's users count where nobody knows where somebody is."""
    media = sealed(home)
    decide(home, "china", "publish")
    close_cases(home)
    clear(home)
    home.house.profile.write(OperatorProfile(user_regions=("US", "FR")))

    assert open_destroy_what_is_over(home.house)() == 1
    assert home.media(media.id).evidence is EvidenceState.DESTROYED


class KilledError(BaseException):
    """The process dies here."""


STEPS = ("commit", "destroy_period", "destroy", "destroyed", "prove")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_before", [True, False])
def test_a_kill_between_any_two_steps_is_taken_up_to_the_same_end(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: str, *, is_before: bool
) -> None:
    """Record, key, bytes, done, proof: whoever takes over finishes, and the certificate is the same as ever."""
    media, keep = over(home), home.house.destructions
    the_transient_keys_end(home)
    proposed = keep.propose(ANN, ids(media), "the year is over")
    owner: Any = {
        "commit": home.house.committer, "destroy_period": home.house.keys, "destroy": home.house.vault,
    }.get(step, keep.book)  # fmt: skip
    plain = getattr(owner, step)

    def dies(*given: Any, **named: Any) -> None:
        if not is_before:
            plain(*given, **named)
        raise KilledError

    monkeypatch.setattr(owner, step, dies)
    with pytest.raises(KilledError):
        keep.agree(BEN, proposed.id)
    monkeypatch.undo()
    keep.destroy.resume()

    stored = keep.book.destruction(proposed.id)
    assert stored is not None
    assert stored.state is DestructionState.PROVED
    assert list(home.house.vault.contents()) == []
    assert home.house.keys.is_destroyed(evidence_period(media.content_id or ""))
    assert home.media(media.id).evidence is EvidenceState.DESTROYED
    assert len(read_certificate(keep.certificate(ANN, proposed.id)).told["contents"]) == 1


def test_destroyed_bytes_open_with_no_key_that_remains_not_from_a_backup_either(home: Home, tmp_path: Path) -> None:
    """Neither bytes nor wrapped key: of the vault before and after it was sealed, the database, its WAL, a copy."""
    early, late = tmp_path / "early", tmp_path / "late"
    media = home.upload(photo("china"))
    kept = home.upload(photo("flower"))
    vault_folder = home.house.settings.var / "vault"
    shutil.copytree(vault_folder, early)
    home.list(md5(media))
    home.submit("china", media)
    media = home.media(media.id)
    decide(home, "china", "quarantine")
    close_cases(home)
    shutil.copytree(vault_folder, late)
    database = Path(str(home.house.engine.url.database))
    copy = tmp_path / "copy.db"
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    home.submit("waits", kept, text="x")
    home.clock.advance(days=366)
    home.house.retain(OperatorProfile())
    done = destroyed(home, media)
    assert done.state is DestructionState.PROVED

    keys = FileKeyRing(home.house.settings.keys_folder, home.house.settings.keys_folder / "master.key")
    content_id, manifests = media.content_id or "", []
    for folder in (early, late):
        manifests += [path.read_bytes() for path in folder.rglob(f"{content_id}.manifest")]
        restored = LocalVault(folder, keys, home.clock, home.house.entropy)
        with pytest.raises(KeyMissing):
            b"".join(restored.read(content_id))
    assert len(manifests) == 2
    wrapped = list(wrapped_keys(manifests))
    for period in (*keys.periods(), "evidence-2026-03"):
        for each in wrapped:
            with pytest.raises((WrongKey, KeyMissing)):
                keys.unwrap(period, each, context=b"tutela vault 1 " + content_id.encode())
    needles = [photo("china")[at : at + 48] for at in (100, 2000)] + wrapped
    places = [
        database,
        Path(f"{database}-wal"),
        copy,
        *home.house.settings.var.rglob("*"),
        *early.rglob("*"),
        *late.rglob("*"),
    ]
    for path in places:
        if path.is_file():
            read = path.read_bytes()
            found = [needle for needle in needles if needle in read or needle.hex().encode() in read]
            assert not found or path.suffix == ".manifest", path
    assert not list(vault_folder.rglob(f"{content_id}*"))


def wrapped_keys(manifests: list[bytes]) -> Iterator[bytes]:
    """Yield the wrapped key of each manifest."""
    import json  # noqa: PLC0415  # only here

    for manifest in manifests:
        yield bytes.fromhex(json.loads(manifest.split(b"\n")[0])["wrapped_key"])


def test_the_same_bytes_that_come_again_are_taken_in_and_sealed_anew(home: Home) -> None:
    """What was destroyed is met again: it is evidence once more, under another key."""
    media = over(home)
    the_transient_keys_end(home)
    destroyed(home, media)
    again = home.upload(photo("china"))
    home.submit("again", again)

    stored = home.media(media.id)
    assert stored.evidence is EvidenceState.SEALED
    assert stored.content_id not in {None, media.content_id}
    assert "quarantine" in home.kinds(Subject.media(media.id)) or home.is_absent("again")
    assert home.house.vault.manifest(stored.content_id or "").period == evidence_period(stored.content_id or "")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (
            "UPDATE destruction_contents SET evidence_id = 'med_other'",
            "what was destroyed is not what it was decided about",
        ),
        ("UPDATE destructions SET certificate = X'00'", "a certificate is not the one that was made"),
        ("DELETE FROM destruction_contents", "what was destroyed is not what it was decided about"),
    ],
)
def test_a_destruction_that_is_changed_in_the_table_shows(home: Home, damage: str, told: str) -> None:
    """Nothing is called destroyed that nobody decided to destroy."""
    media = sealed(home)
    order = Order("an agency", "7/26", AT)
    home.house.destructions.order(ANN, ids(media), order, "their letter")
    the_transient_keys_end(home)
    home.house.destructions.destroy.resume()
    assert home.house.verify().breaches == ()

    with home.house.engine.begin() as connection:
        connection.execute(text(damage))

    assert told in {each.detail for each in home.house.verify().breaches}


def test_bytes_that_are_only_called_destroyed_show(home: Home) -> None:
    """As when somebody writes it into the table."""
    media = sealed(home)
    with home.house.engine.begin() as connection:
        connection.execute(text("UPDATE media SET evidence = 'destroyed', content_id = NULL"))

    assert ("P5", media.id, "said to be destroyed, and no destruction says so") in {
        (each.promise, each.subject, each.detail) for each in home.house.verify().breaches
    }


@pytest.mark.parametrize("reason", ["", "x" * 2001])
def test_a_destruction_without_its_reason_is_refused(home: Home, reason: str) -> None:
    """As is one that names nothing, or what is not here."""
    keep = home.house.destructions
    with pytest.raises(BadInput):
        keep.propose(ANN, [EvidenceId("med_none")], reason)
    with pytest.raises(BadInput):
        keep.propose(ANN, [], "over")
    with pytest.raises(UnknownMedia):
        keep.propose(ANN, [EvidenceId("med_none")], "over")
    with pytest.raises(BadInput):
        keep.show(ANN, DestructionId("dst_none"))


def test_what_has_no_bytes_any_more_is_not_destroyed_once_more(home: Home) -> None:
    """Neither what was destroyed, nor what went by itself: a certificate would say what is not so."""
    media, fleeting, keep = over(home), home.upload(photo("flower")), home.house.destructions
    the_transient_keys_end(home)
    destroyed(home, media)
    order = Order("an agency", "7/26", AT)
    for gone in (media, home.media(fleeting.id)):
        with pytest.raises(UnknownMedia):
            keep.order(ANN, ids(gone), order, "their letter")


def reopen(home: Home, media: Media) -> None:
    """Open its case again."""
    assert media.content_id
    with home.house.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET closed_by = NULL"))


def report(home: Home, media: Media) -> None:
    """Approve a report with it, in a case that is closed again."""
    reopen(home, media)
    approved(home.house, drafted(home.house, [media]))
    close_cases(home)


@pytest.mark.parametrize("happens", [reopen, report])
@pytest.mark.parametrize("way", ["agree", "order"])
def test_what_was_done_about_it_a_moment_ago_is_seen(
    home: Home, way: str, happens: Callable[[Home, Media], None]
) -> None:  # fmt: skip
    """A case or a report that came between the look and the intent: nothing is destroyed."""
    media, keep = over(home), home.house.destructions

    class Meanwhile(Doom):
        """The real one, while which something else happens."""

        def __call__(self, wanted: Sequence[Weighed], order: Order | None = None) -> list[Doomed]:
            happens(home, media)
            return keep.doom(wanted, order)

    busy = replace(keep, doom=Meanwhile(keep.store, keep.doom.vault, keep.doom.keys, keep.entropy))
    proposed = keep.propose(ANN, ids(media), "the year is over") if way == "agree" else None
    order = Order("an agency", "7/26", AT)
    with pytest.raises(Conflict, match="meanwhile"):
        busy.agree(BEN, proposed.id) if proposed else busy.order(ANN, ids(media), order, "their letter")
    assert home.media(media.id).evidence is EvidenceState.SEALED
    if proposed is not None:
        with pytest.raises(StillKept):
            keep.agree(BEN, proposed.id)


def test_an_order_waits_until_a_report_with_it_is_finished(home: Home) -> None:
    """An open case does not hold it up; what is on its way to the authority does, and the report itself as well."""
    media, keep, order = sealed(home), home.house.destructions, Order("an agency", "7/26", AT)
    going = approved(home.house, drafted(home.house, [media], [b"harmless words"]))
    for wanted in (ids(media), [EvidenceId(going.id)]):
        with pytest.raises(StillKept, match="on its way"):
            keep.order(ANN, wanted, order, "their letter")
    finish(home.house, going)
    assert keep.order(ANN, ids(media), order, "their letter").agreed_by == ANN.id


def test_an_order_that_names_the_report_does_not_wait_for_it(home: Home) -> None:
    """An authority that does not answer for days cannot hold up what the law orders at once."""
    media, keep = sealed(home), home.house.destructions
    going = approved(home.house, drafted(home.house, [media]))
    order = Order("an agency", "7/26", AT, frozenset({going.id}))
    assert keep.order(ANN, ids(media), order, "their letter").agreed_by == ANN.id
    assert home.media(media.id).evidence is EvidenceState.DESTROYED


def test_what_has_lost_its_manifest_waits_for_every_key_under_which_it_may_have_lain(home: Home) -> None:
    """A copy of it in a backup opens with the key of its day: no certificate before that is gone."""
    media, keep = sealed(home), home.house.destructions
    decide(home, "china", "quarantine")
    close_cases(home)
    home.house.vault.destroy(media.content_id or "")
    done = keep.order(ANN, ids(media), Order("an agency", "7/26", AT), "their letter")
    assert done.state is DestructionState.DESTROYED

    the_transient_keys_end(home)
    assert keep.destroy.resume() == 1
    [content] = read_certificate(keep.certificate(ANN, done.id)).told["contents"]
    assert content["earlier_keys_destroyed"] == ["transient-2026-03-02"]
