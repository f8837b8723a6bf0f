"""Each sealed content has a key of its own, and no key under which it lay before outlives its days."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from make import Home, md5, photo
from tutela.core.content import EvidenceState, Media
from tutela.core.operator import OperatorProfile
from tutela.errors import KeyMissing
from tutela.flows.give_own_keys import GiveOwnKeys
from tutela.flows.preserve import evidence_period
from tutela.flows.weigh import transient_period

DAY = "transient-2026-03-02"


def sealed(home: Home, name: str) -> Media:
    """Return the media of a post that is sealed."""
    media = home.upload(photo(name))
    home.list(md5(media))
    home.submit(name, media)
    stored = home.media(media.id)
    assert stored.evidence is EvidenceState.SEALED
    return stored


def plain(home: Home, media: Media) -> bytes:
    """Return the bytes as the vault gives them."""
    return b"".join(home.house.vault.read(media.content_id or ""))


def vault_folder(home: Home) -> Path:
    """Return where the vault keeps its files."""
    return home.house.settings.var / "vault"


def test_destroying_one_key_ends_one_content(home: Home) -> None:
    """What was sealed at the same time stays as it was."""
    first, second = sealed(home, "china"), sealed(home, "flower")
    home.house.keys.destroy_period(evidence_period(first.content_id or ""))

    with pytest.raises(KeyMissing):
        plain(home, first)
    assert plain(home, second) == photo("flower")


def test_a_manifest_from_before_it_was_sealed_opens_no_longer_than_its_days(home: Home, tmp_path: Path) -> None:
    """A backup of the vault from that hour holds it under the key of the day, which nothing that waits keeps alive."""
    waiting = home.upload(b"no picture at all")
    home.submit("waits", waiting)
    media = home.upload(photo("china"))
    shutil.copytree(vault_folder(home), tmp_path / "backup")
    home.list(md5(media))
    home.submit("china", media)
    assert home.house.vault.manifest(home.media(media.id).content_id or "").earlier == (DAY,)

    for _ in range(5):
        home.clock.advance(days=1)
        home.house.retain(OperatorProfile())

    assert home.house.keys.is_destroyed(DAY)
    assert plain(home, home.media(waiting.id)) == b"no picture at all"
    assert plain(home, home.media(media.id)) == photo("china")
    shutil.rmtree(vault_folder(home))
    shutil.copytree(tmp_path / "backup", vault_folder(home))
    with pytest.raises(KeyMissing):
        plain(home, home.media(media.id))


def test_what_cannot_be_carried_over_keeps_the_key_of_its_day(home: Home) -> None:
    """Its manifest may be damaged only here: a copy that is put back must still open."""
    waiting = home.upload(b"no picture at all")
    home.submit("waits", waiting)
    [manifest] = vault_folder(home).rglob("*.manifest")
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[:-4])

    home.clock.advance(days=5)
    home.house.retain(OperatorProfile())
    assert not home.house.keys.is_destroyed(DAY)

    manifest.write_bytes(whole)
    home.house.retain(OperatorProfile())
    assert home.house.keys.is_destroyed(DAY)
    assert plain(home, waiting) == b"no picture at all"


def test_keys_of_months_give_way_to_own_ones_and_are_destroyed(home: Home) -> None:
    """What an older version sealed opens as before, and none of it holds up the end of another."""
    media, month = sealed(home, "china"), "evidence-2026-03"
    vault, keys = home.house.vault, home.house.keys
    vault.move_period(media.content_id or "", month)
    assert plain(home, media) == photo("china")

    give = GiveOwnKeys(home.house.store, vault, keys)
    assert (give(), give()) == (1, 0)

    assert vault.manifest(media.content_id or "").period == evidence_period(media.content_id or "")
    assert keys.is_destroyed(month)
    assert plain(home, media) == photo("china")


def test_a_month_keeps_its_key_while_one_content_of_it_does_not_open(home: Home) -> None:
    """As with what waits: a whole copy in a backup may still need it."""
    media, month = sealed(home, "china"), "evidence-2026-03"
    home.house.vault.move_period(media.content_id or "", month)
    [manifest] = vault_folder(home).rglob("*.manifest")
    manifest.write_bytes(b"damaged")

    assert GiveOwnKeys(home.house.store, home.house.vault, home.house.keys)() == 0
    assert not home.house.keys.is_destroyed(month)


def test_what_no_record_names_gets_its_own_key_before_that_of_its_month_goes(home: Home) -> None:
    """Evidence of a database that was restored from an older backup stays readable; what was destroyed bars nothing."""
    vault, keys, month = home.house.vault, home.house.keys, "evidence-2026-03"
    ids = []
    for period in (month, "transient-2026-01-01"):
        with vault.receive(period=period, max_bytes=100) as writer:
            writer.write(b"harmless words")
            ids.append(writer.finish().content_id)
    keys.destroy_period("transient-2026-01-01")

    assert GiveOwnKeys(home.house.store, vault, keys)() == 1
    assert keys.is_destroyed(month)
    assert vault.manifest(ids[0]).period == evidence_period(ids[0])
    assert b"".join(vault.read(ids[0])) == b"harmless words"


def test_a_month_keeps_its_key_while_what_no_record_names_does_not_open(home: Home) -> None:
    """It may be whole in a backup."""
    month = "evidence-2026-03"
    with home.house.vault.receive(period=month, max_bytes=100) as writer:
        writer.write(b"harmless words")
        writer.finish()
    [manifest] = vault_folder(home).rglob("*.manifest")
    manifest.write_bytes(b"damaged")

    assert GiveOwnKeys(home.house.store, home.house.vault, home.house.keys)() == 0
    assert not home.house.keys.is_destroyed(month)


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_seal_that_was_killed_leaves_no_key_behind(home: Home, *, is_readable: bool) -> None:
    """It gave the content a key of its own and never said so: the bytes go in their time, and that key as well."""
    media, other = home.upload(photo("china")), home.upload(photo("flower"))
    home.submit("china", media, other)
    own = evidence_period(media.content_id or "")
    home.house.vault.move_period(media.content_id or "", own)
    if not is_readable:
        [manifest] = vault_folder(home).rglob(f"{media.content_id}*.manifest")
        manifest.write_bytes(b"damaged")
    home.clock.advance(days=2)
    home.house.retain(OperatorProfile())

    assert home.media(media.id).content_id is None
    assert home.house.keys.is_destroyed(own)
    assert not home.house.keys.is_destroyed(evidence_period(other.content_id or "")), "no tombstone for each upload"


def test_the_key_of_a_day_is_gone_within_three_days_of_the_end_of_the_transient_period(home: Home) -> None:
    """What docs/security/keys.md promises."""
    home.upload(photo("china"))
    received = home.clock.now()
    while not home.house.keys.is_destroyed(transient_period(received)):
        home.clock.advance(hours=12)
        home.house.retain(OperatorProfile())

    assert home.clock.now() - received <= timedelta(hours=24) + timedelta(days=3)
