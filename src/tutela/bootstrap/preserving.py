"""Wire what keeps evidence, destroys it by proof, and hands it out."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tutela.adapters.db.custody import DatabaseCustody
from tutela.adapters.db.destructions import DatabaseDestructions
from tutela.adapters.db.exports import DatabaseExports
from tutela.adapters.db.filed_by_hand import DatabaseFiledByHand
from tutela.adapters.db.finished_reports import DatabaseFinishedReports
from tutela.adapters.db.holds import DatabaseHolds
from tutela.adapters.keys.signing import HeadSigner
from tutela.adapters.keys.signing import is_signed_by as is_signed_by  # noqa: PLC0414  # for the command line
from tutela.adapters.packages import leftovers
from tutela.adapters.packages.either import EitherEncryptor
from tutela.bootstrap.loading import load_retention
from tutela.flows.destroy import Destroy, Seal
from tutela.flows.destroy_what_is_over import DestroyWhatIsOver
from tutela.flows.doom import Doom
from tutela.flows.end_unfiled_reports import EndUnfiledReports
from tutela.flows.give_own_keys import GiveOwnKeys
from tutela.flows.keep_destructions import KeepDestructions
from tutela.flows.keep_exports import KeepExports
from tutela.flows.keep_holds import KeepHolds
from tutela.flows.pack_export import PackExport, Reported, Signing
from tutela.flows.preserve_reported import PreserveReported
from tutela.flows.seal_held import SealHeld
from tutela.worker import Job

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


PACKAGES_STAY = timedelta(days=1)
"""How long a package may take to be sent, by the clock of the files; one that is cut off is made again."""


def public_key_of(house: "House") -> bytes:
    """Return the public key of what signs audit heads, certificates and reports of custody."""
    return HeadSigner(house.keys).public_key()


def open_holds(house: "House") -> KeepHolds:
    """Return the verbs of holds for *house*."""
    book = DatabaseHolds(house.engine, house.chain, house.clock)
    return KeepHolds(house.store, book, open_seal_held(house), house.clock, house.entropy)


def open_seal_held(house: "House") -> SealHeld:
    """Return what seals what is held."""
    return SealHeld(house.store, house.committer, house.vault, house.profile.read, house.clock)


def open_preserve_reported(house: "House") -> PreserveReported:
    """Return what begins the year of the law."""
    book = DatabaseHolds(house.engine, house.chain, house.clock)
    reported = (DatabaseFinishedReports(house.engine), DatabaseFiledByHand(house.engine))
    return PreserveReported(house.store, book, reported, open_seal_held(house), house.clock, house.entropy)


def open_destroy(house: "House") -> Destroy:
    """Return what carries destructions out."""
    signer = HeadSigner(house.keys)
    return Destroy(
        house.store, DatabaseDestructions(house.engine, house.chain, house.clock), house.committer, house.vault,
        house.keys, house.clock, Seal(house.keys.fingerprint(), signer.sign, signer.public_key()),
    )  # fmt: skip


def open_destructions(house: "House") -> KeepDestructions:
    """Return the verbs of destructions for *house*."""
    destroy = open_destroy(house)
    doom = Doom(house.store, house.vault, house.keys, house.entropy)
    return KeepDestructions(
        house.store, destroy.book, doom, destroy, load_retention(), house.profile.read, house.clock, house.entropy
    )


def open_destroy_what_is_over(house: "House") -> DestroyWhatIsOver:
    """Return what destroys that which ends by itself."""
    keep = house.destructions
    return DestroyWhatIsOver(
        keep.store, keep.book, keep.doom, keep.destroy, keep.table, keep.profile, keep.clock, keep.entropy
    )


def open_end_unfiled_reports(house: "House") -> EndUnfiledReports:
    """Return what ends reports that were never filed in earnest."""
    destroy = house.destructions.destroy
    return EndUnfiledReports(
        house.store,
        house.filing.book,
        destroy.book,
        destroy,
        load_retention(),
        house.profile.read,
        house.clock,
        house.entropy,
    )


def open_exports(house: "House") -> KeepExports:
    """Return the verbs of exports for *house*."""
    engine, chain, clock, signer = house.engine, house.chain, house.clock, HeadSigner(house.keys)
    filing = house.filing
    reported = Reported(filing.book, filing.filings, filing.channels.channel)
    signing = Signing(signer.sign, signer.public_key(), house.sealer.seal)
    pack = PackExport(
        house.store, house.vault, reported, DatabaseCustody(engine), EitherEncryptor(), signing, clock
    )  # fmt: skip
    return KeepExports(house.store, DatabaseExports(engine, chain, clock), pack, clock, house.entropy)


def preserving_jobs(house: "House") -> list[Job]:
    """Return what is done in the background; wired when it first runs."""

    def give_own_keys() -> int:
        return GiveOwnKeys(house.store, house.vault, house.keys)()

    def preserve_reported() -> int:
        return open_preserve_reported(house)()

    def destroy_what_is_over() -> int:
        return open_destroy_what_is_over(house)()

    def end_unfiled_reports() -> int:
        return open_end_unfiled_reports(house)()

    def resume_destructions() -> int:
        return house.destructions.destroy.resume()

    def seal_held() -> int:
        return open_seal_held(house)()

    def sweep_packages() -> int:
        return leftovers.sweep_packages(house.settings.var, datetime.now(UTC) - PACKAGES_STAY)

    return [
        Job("give_own_keys", give_own_keys, pause_seconds=3600.0),
        Job("preserve_reported", preserve_reported, pause_seconds=5.0, follows_commits=True),
        Job("destroy_what_is_over", destroy_what_is_over, pause_seconds=600.0),
        Job("end_unfiled_reports", end_unfiled_reports, pause_seconds=3600.0),
        Job("resume_destructions", resume_destructions, pause_seconds=60.0),
        Job("seal_held", seal_held, pause_seconds=60.0),
        Job("sweep_packages", sweep_packages, pause_seconds=3600.0),
    ]
