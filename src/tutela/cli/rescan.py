"""`tutela rescan`: all that is stored against the banks."""

import sys
import time
from dataclasses import dataclass, field
from typing import Any

import click

from tutela.bootstrap import open_rescan
from tutela.cli.opening import Where, placed
from tutela.flows.rescan import SHARD_MEDIA, RescanStored
from tutela.ports.rescans import Outcome, Rescan

_MINUTE = 60


@click.command("rescan")
@click.option(
    "--new/--all", "is_new", default=True,
    help="Members added since the last re-scan, and all of banks changed since (the default), or all members.",
)  # fmt: skip
@click.option("--bank", help="Only members of this bank.")
@click.option("--processes", type=click.IntRange(1, 256), help="Processes that compare.  [default: one a core]")
@click.option(
    "--shard", type=click.IntRange(1, 1_000_000), default=SHARD_MEDIA, show_default=True,
    help="Stored media compared at once; the position is written down after each.",
)  # fmt: skip
@click.option(
    "--ray",
    metavar="ADDRESS",
    help="Compare on the Ray cluster of this machine instead: auto, or HOST:PORT of its head.",
)
@click.option("--resume", is_flag=True, help="Go on with the one that did not end, as it was begun.")
@click.option("--abandon", is_flag=True, help="Forget the one that did not end; what it decided stays.")
@click.option("--dry-run", is_flag=True, help="Only count; decide nothing.")
@placed
def rescan_command(  # noqa: PLR0913  # each is an option of its own
    where: Where, bank: str | None,
    *, is_new: bool, processes: int | None, shard: int, ray: str | None, resume: bool, abandon: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Compare every stored hash with the members of the banks, and decide about what is found.

    A running server finds items for members that are added beside it by itself. This is for much at once: a list that
    went in while no server ran, or a look over everything. May run beside a server; submits go on. What is found is
    decided about as if the member had been there, in small steps.

    \b
    tutela rescan --dry-run
    tutela rescan --all --bank hotline
    tutela rescan --resume
    """  # noqa: D301  # \b is click's mark
    if resume and (abandon or bank or dry_run or not is_new):
        raise click.UsageError(
            "--resume goes on with what was begun: give only --processes, --ray, --shard and --json with it"
        )
    if ray is not None and processes is not None:
        raise click.UsageError("--processes are of this machine, --ray compares elsewhere: give one of them")
    with where.house() as house:
        rescan = open_rescan(house, processes=processes or 0, ray=ray, shard_media=shard)
        if abandon:
            left = rescan.abandon()
            where.tell(_record(left), f"{left.id} is forgotten; what it decided stays")
            return
        if not dry_run:  # deciding asks the index of what is known: from its file, instead of the whole feed
            house.load_indexes()
        done = _run(rescan, bank, is_new=is_new, resume=resume, dry_run=dry_run)
    where.tell(_record(done), _in_words(done))


def _run(rescan: RescanStored, bank: str | None, *, is_new: bool, resume: bool, dry_run: bool) -> Rescan:
    pace = _Pace()
    try:
        if resume:
            return rescan.resume(pace.tell)
        return rescan(bank=bank, is_whole=not is_new, is_dry=dry_run, tell=pace.tell)
    finally:
        pace.end()


@dataclass(slots=True)
class _Pace:
    """Tell on a terminal's standard error how far it is, how fast, and how long it will take."""

    begun: float = field(default_factory=time.monotonic)
    first: Rescan | None = None

    def tell(self, now: Rescan) -> None:
        """Tell where it stands, in place of what was told before."""
        if self.first is None:
            self.first, self.begun = now, time.monotonic()
        if not sys.stderr.isatty():
            return
        seconds = max(time.monotonic() - self.begun, 1e-6)
        rate = (now.tally.hashes - self.first.tally.hashes) / seconds
        media_rate = (now.tally.media - self.first.tally.media) / seconds
        left = (now.media_total - now.tally.media) / media_rate if media_rate else None
        told = f"{now.tally.media:,} of {now.media_total:,} media, {rate:,.0f} hashes/s, {_time(left)} left"
        click.echo(f"\r{told:78}", err=True, nl=False)

    def end(self) -> None:
        """Leave the line that was told last."""
        if self.first is not None and sys.stderr.isatty():
            click.echo("", err=True)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    return f"{seconds:.0f} s" if seconds < _MINUTE else f"{seconds / _MINUTE:.0f} min"


def _record(rescan: Rescan) -> dict[str, Any]:
    tally, outcome = rescan.tally, rescan.outcome or Outcome(0, 0, 0, 0)
    return {
        "rescan": rescan.id, "dry_run": rescan.scope.is_dry, "shards": tally.shards, "media": tally.media,
        "stored_hashes": tally.hashes, "members": tally.members, "pairs": tally.pairs,
        "hits": {"media": outcome.media, "items": outcome.items, "accounts": outcome.accounts},
        "changed": outcome.changed,
    }  # fmt: skip


def _in_words(rescan: Rescan) -> str:
    tally, outcome = rescan.tally, rescan.outcome or Outcome(0, 0, 0, 0)
    hits = f"{outcome.media:,} media, {outcome.items:,} items, {outcome.accounts:,} accounts"
    changed = (
        "nothing was decided" if rescan.scope.is_dry else f"{outcome.changed:,} items decided otherwise than before"
    )
    return (
        f"{tally.hashes:,} stored hashes against {tally.members:,} members: {tally.pairs:,} pairs\n"
        f"hit: {hits}; {changed}"
    )
