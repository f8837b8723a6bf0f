"""What takes two people takes two: nothing about oneself, no order after one's own release, a proof before the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from flows.test_destructions import ANN, AT, BEN, clear, close_cases, decide, destroyed, hold, ids, over, sealed
from make import Home, photo
from preserved import files_of, finished
from tutela.bootstrap.preserving import open_destroy_what_is_over
from tutela.core.content import EvidenceState, Media
from tutela.core.filing.destruction import Fate, Order
from tutela.core.filing.destructions import DestructionState
from tutela.core.filing.holds import HoldSource
from tutela.core.ids import AccountId, DestructionId, EvidenceId, ExportId, HoldId, PersonId, SessionId
from tutela.core.permissions import Principal, scopes_of
from tutela.core.permissions import StaffRole as Role
from tutela.errors import MustProve, NotForYou
from tutela.flows.keep_exports import NewExport
from tutela.flows.keep_holds import NewHold
from tutela.ports.cases import OwnAccount
from tutela.ports.committer import Changeset

ORDER = Order("an agency", "7/26", AT)
KEY = str(pyrage.x25519.Identity.generate().to_public())
OFFICER = Principal("per_1", scopes_of([Role.CHILD_SAFETY_OFFICER]), PersonId("per_1"), SessionId("ses_1"))


def export(home: Home, *media: Media, by: Principal = ANN) -> ExportId:
    """Ask for a package."""
    new = NewExport("an agency", "7/26", "their letter", KEY, tuple(each.id for each in media))
    return home.house.exports.request(by, new).id


def author(home: Home, name: str) -> AccountId:
    """Return who posted something."""
    with home.house.store.read() as reader:
        [item] = reader.items_by_platform_id([name]).values()
    return item.item.account_id


@pytest.mark.parametrize("source", [HoldSource.COURT, HoldSource.POLICE])
def test_whoever_released_what_others_asked_for_does_not_order_it_away(home: Home, source: HoldSource) -> None:
    """Somebody else does, also years later; two people destroy it as ever."""
    media, other = over(home), over(home, "flower")
    for each in (media, other):
        home.house.holds.release(ANN, hold(home, each, source), "they wrote that it is over")
    home.clock.advance(days=800)

    keep = home.house.destructions
    with pytest.raises(NotForYou) as caught:
        keep.order(ANN, ids(media), ORDER, "their letter")
    assert caught.value.place == media.id
    assert keep.order(BEN, ids(media), ORDER, "their letter").state is not DestructionState.PROPOSED
    assert destroyed(home, other).state is not DestructionState.PROPOSED


def test_a_hold_of_our_own_may_be_released_and_ordered_away_by_one_person(home: Home) -> None:
    """Nobody outside asked for it."""
    media = over(home)
    home.house.holds.release(ANN, hold(home, media, HoldSource.OWN), "no need any more")
    assert home.house.destructions.order(ANN, ids(media), ORDER, "their letter").agreed_by == ANN.id


def test_what_one_person_released_for_a_court_ends_by_two_and_never_by_itself(home: Home) -> None:
    """Also what was cleared, which goes by itself otherwise."""
    media, other = sealed(home), sealed(home, "flower")
    for name in ("china", "flower"):
        decide(home, name, "visible")
    close_cases(home)
    clear(home)
    home.house.holds.release(ANN, hold(home, media), "the court says so")
    home.clock.advance(days=31)

    assert open_destroy_what_is_over(home.house)() == 1
    assert home.media(other.id).evidence is EvidenceState.DESTROYED
    fates = {each.id: each.fate for each in home.house.destructions.due(BEN)[0]}
    assert fates[EvidenceId(media.id)] is Fate.PROPOSED
    assert destroyed(home, media).agreed_by == BEN.id


def proposed(home: Home, media: Media) -> DestructionId:
    """Have Ann propose it, where nobody has."""
    taken = home.house.destructions.book.in_destruction(ids(media))
    return taken[ids(media)[0]] if taken else home.house.destructions.propose(ANN, ids(media), "over").id


def approved(home: Home, media: Media) -> ExportId:
    """Have two people agree on a package."""
    return home.house.exports.approve(BEN, export(home, media)).id


def placed(home: Home, who: Principal, media: Media) -> HoldId:
    """Hold something for a day."""
    until = home.clock.now() + timedelta(days=1)
    new = NewHold(HoldSource.OWN, "1", "why", (media.id,), until=until)
    return HoldId(home.house.holds.place(who, new).hold.id)


Call = Callable[[Home, Principal, Media, Path], object]
PROVEN: dict[str, Call] = {
    "agree": lambda home, who, media, _: home.house.destructions.agree(who, proposed(home, media)),
    "order": lambda home, who, media, _: home.house.destructions.order(who, ids(media), ORDER, "letter"),
    "approve": lambda home, who, media, _: home.house.exports.approve(who, export(home, media)),
    "make": lambda home, who, media, to: home.house.exports.make(who, approved(home, media), to / "package"),
}
"""What cannot be taken back."""

DECIDES: dict[str, Call] = {
    **PROVEN,
    "place": lambda home, who, media, _: placed(home, who, media),
    "release": lambda home, who, media, _: home.house.holds.release(who, hold(home, media), "over"),
    "extend": lambda home, who, media, _: home.house.holds.extend(
        who, hold(home, media), home.clock.now() + timedelta(days=900), "longer"
    ),
    "propose": lambda home, who, media, _: home.house.destructions.propose(who, ids(media), "over"),
    "decline": lambda home, who, media, _: home.house.destructions.decline(who, proposed(home, media)),
    "request": lambda home, who, media, _: export(home, media, by=who),
    "custody": lambda home, who, media, _: home.house.exports.custody(who, ids(media)),
}
"""Every verb that decides about evidence."""


@pytest.mark.parametrize("verb", DECIDES)
def test_nobody_decides_about_evidence_on_an_account_of_their_own(home: Home, tmp_path: Path, verb: str) -> None:
    """The refusal names it; about everything else they decide as ever."""
    media, other = over(home), home.upload(photo("coffee"))
    home.submit("coffee", other, author="bob")
    owns = OwnAccount(OFFICER.id, author(home, "china"), home.clock.now())
    home.house.committer.commit(Changeset(own_accounts=(owns,)))
    officer = replace(OFFICER, proven_at=home.clock.now())

    with pytest.raises(NotForYou) as caught:
        DECIDES[verb](home, officer, media, tmp_path)
    assert caught.value.place == media.id
    assert home.media(media.id).evidence is EvidenceState.SEALED
    assert placed(home, officer, other)


def test_a_report_about_an_account_of_ones_own_is_not_for_its_owner_either(home: Home) -> None:
    """Nor is what was written for it."""
    report_id = finished(home.house, [sealed(home)], [b"harmless words"])
    [written] = files_of(home.house, report_id).values()
    with home.house.store.read() as reader:
        own = [author(home, "china")]
        assert reader.evidence_about(own, [written, EvidenceId(report_id)]) == {written, EvidenceId(report_id)}
        assert reader.evidence_about([AccountId("acc_none")], [written, EvidenceId(report_id)]) == set()


@pytest.mark.parametrize("verb", PROVEN)
def test_what_cannot_be_taken_back_takes_a_fresh_proof(home: Home, tmp_path: Path, verb: str) -> None:
    """A browser that was left open destroys nothing and hands nothing out."""
    media = over(home)
    with pytest.raises(MustProve):
        PROVEN[verb](home, replace(OFFICER, proven_at=home.clock.now() - timedelta(minutes=5)), media, tmp_path)
    assert home.media(media.id).evidence is EvidenceState.SEALED
    assert PROVEN[verb](home, replace(OFFICER, proven_at=home.clock.now()), media, tmp_path)
