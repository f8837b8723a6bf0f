"""`tutela destruction`: end evidence by proof."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from tutela.bootstrap.preserving import is_signed_by, public_key_of
from tutela.cli import FAILED
from tutela.cli.acting import who
from tutela.cli.hold import MOMENT, as_somebody, said
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.filing.certificates import Certificate, read_certificate
from tutela.core.filing.destruction import Fate, Order, Wish
from tutela.core.filing.destructions import Destruction, DestructionState, Doomed
from tutela.core.ids import DestructionId, EvidenceId
from tutela.errors import BadInput, Misconfigured
from tutela.flows.keep_destructions import KeepDestructions
from tutela.flows.weigh_evidence import Weighed

_STATES = [each.value for each in DestructionState]
_CHUNK_BYTES = 1024 * 1024


@click.group("destruction")
def destruction_command() -> None:
    """End evidence by proof: propose, agree, order, and verify certificates."""


@destruction_command.command("due")
@click.option("--all", "is_all", is_flag=True, help="Everything that is kept, with what keeps it.")
@placed
def due(where: Where, *, is_all: bool) -> None:
    """List evidence whose time is over and that two people may destroy."""
    with where.house() as house:
        records = [_kept(each) for each in _everything(house.destructions) if is_all or each.fate is Fate.PROPOSED]
    columns = ("id", "kind", "since", "until", "fate")
    where.tell(records, table(records, columns, empty="nothing waits to be destroyed"))


@destruction_command.command("propose")
@click.argument("ids", nargs=-1)
@click.option("--due", "is_due", is_flag=True, help="Everything that `due` lists.")
@click.option("--reason", required=True, help="Why. It stands in the certificate.")
@click.option("--erasure", is_flag=True, help="Because somebody asks to be forgotten; it hurries nothing.")
@as_somebody
@placed
def propose(
    where: Where, ids: tuple[str, ...], reason: str, name: str | None, *, is_due: bool, erasure: bool
) -> None:  # fmt: skip
    """Propose that evidence is destroyed. Somebody else has to agree.

    \b
    tutela destruction propose med_01m7zt3q2xw9c5r8k4n6v0b1hd --reason "the year is over"
    """  # noqa: D301  # \b is click's mark
    if bool(ids) is is_due:
        raise click.UsageError("name what is to be destroyed, or say --due")
    with where.house() as house:
        keep = house.destructions
        wanted = [each.id for each in _everything(keep) if each.fate is Fate.PROPOSED] if is_due else list(ids)
        wish = Wish.ERASURE if erasure else Wish.TIME
        made = keep.propose(who(name), [EvidenceId(each) for each in wanted], reason, wish)
        contents = keep.book.contents(made.id)
    where.tell(_record(made, contents), f"{made.id} waits for a second person: {len(contents)} contents")


@destruction_command.command("agree")
@click.argument("destruction_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_somebody
@placed
def agree(where: Where, destruction_id: str, name: str | None, *, yes: bool) -> None:
    """Agree to what somebody else proposed, and destroy it. It cannot be undone."""
    with where.house() as house:
        keep = house.destructions
        contents = keep.show(who(name), DestructionId(destruction_id)).contents
        if not yes:
            click.confirm(f"Destroy {len(contents)} contents for good?", abort=True, err=True)
        done = keep.agree(who(name), DestructionId(destruction_id))
        contents = tuple(keep.book.contents(done.id))
    where.tell(_record(done, contents), _told(done, contents))


@destruction_command.command("decline")
@click.argument("destruction_id")
@as_somebody
@placed
def decline(where: Where, destruction_id: str, name: str | None) -> None:
    """End a proposal. Nothing is destroyed."""
    with where.house() as house:
        house.destructions.decline(who(name), DestructionId(destruction_id))
    where.tell({"id": destruction_id, "state": "declined"}, f"{destruction_id} is declined; nothing was destroyed")


@destruction_command.command("order")
@click.argument("ids", nargs=-1, required=True)
@click.option("--agency", required=True, help="Who orders it.")
@click.option("--reference", required=True, help="The number of the order.")
@click.option("--received", type=MOMENT, required=True, help="When it came, in UTC.")
@click.option(
    "--ends-hold", "ends", multiple=True, help="A hold that the order ends, or a report on its way. Repeatable."
)
@click.option("--reason", required=True, help="What the order says. It stands in the certificate.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_somebody
@placed
def order(  # noqa: PLR0913  # one argument an option
    where: Where, *, ids: tuple[str, ...], agency: str, reference: str, received: datetime, ends: tuple[str, ...],
    reason: str, name: str | None, yes: bool,
) -> None:  # fmt: skip
    """Destroy what an agency orders by law: one person, at once, with a certificate. It cannot be undone."""
    if not yes:
        click.confirm(f"Destroy {len(ids)} contents for good?", abort=True, err=True)
    ordered = Order(agency, reference, received.replace(tzinfo=UTC), frozenset(ends))
    with where.house() as house:
        keep = house.destructions
        done = keep.order(who(name), [EvidenceId(each) for each in ids], ordered, reason)
        contents = keep.book.contents(done.id)
    where.tell(_record(done, contents), _told(done, contents))


@destruction_command.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only those that are so far.")
@click.option("--after", default="", help="Only those behind this id.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@placed
def list_destructions(where: Where, state: str | None, after: str, limit: int) -> None:
    """List destructions, oldest first."""
    with where.house() as house:
        wanted = DestructionState(state) if state else None
        found = house.destructions.page(whoever(), after=after, limit=limit, state=wanted)
    records = [_record(each, ()) for each in found]
    columns = ("id", "basis", "state", "proposed_by", "agreed_by", "proved_at")
    where.tell(records, table(records, columns, empty="nothing was proposed or destroyed"))


@destruction_command.command("show")
@click.argument("destruction_id")
@placed
def show(where: Where, destruction_id: str) -> None:
    """Show a destruction, what it is about, and the salts by which it is proved which file was destroyed."""
    with where.house() as house:
        seen = house.destructions.show(whoever(), DestructionId(destruction_id))
    where.tell(_record(seen.destruction, seen.contents), _told(seen.destruction, seen.contents))


@destruction_command.command("certificate")
@click.argument("destruction_id")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@placed
def certificate(where: Where, destruction_id: str, file: Path) -> None:
    """Write the certificate of a destruction into the new FILE."""
    with where.house() as house:
        raw = house.destructions.certificate(whoever(), DestructionId(destruction_id))
    try:
        with file.open("xb") as writing:
            writing.write(raw)
    except FileExistsError:
        raise Misconfigured(
            "a certificate never overwrites a file", place=str(file), remedy="Name a new one."
        ) from None
    except OSError as error:
        raise Misconfigured("the certificate cannot be written", place=str(file)) from error
    where.tell({"id": destruction_id, "file": str(file), "sha256": sha256(raw).hexdigest()}, f"{file} is written")


@destruction_command.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--public-key", help="64 hex digits: verify without an installation.")
@click.option(
    "--content", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Was this file destroyed?"
)
@click.option("--salt", help="Of the content, from `tutela destruction show`.")
@placed
def verify(where: Where, file: Path, public_key: str | None, content: Path | None, salt: str | None) -> None:
    """Verify a certificate: by the key of this installation, or by a public key that you were given.

    With --content and --salt it also says whether a file is one of those that were destroyed. The exit status is 1
    when anything does not hold.
    """
    if (content is None) is not (salt is None):
        raise click.UsageError("--content and --salt belong together")
    read = read_certificate(_bytes(file))
    is_genuine = is_signed_by(_key(where, public_key), read.body, read.signature)
    is_content = None if content is None else read.has_content(_hex(salt or "", "--salt"), _digest(content))
    record = {"is_genuine": is_genuine, "is_content": is_content, "certificate": dict(read.told)}
    where.tell(record, _verdict(read, is_content, is_genuine=is_genuine))
    if not is_genuine or is_content is False:
        click.get_current_context().exit(FAILED)


def _key(where: Where, public_key: str | None) -> bytes:
    if public_key is not None:
        return _hex(public_key, "--public-key")
    with where.house() as house:
        return public_key_of(house)


def _verdict(read: Certificate, is_content: bool | None, *, is_genuine: bool) -> str:  # noqa: FBT001  # three answers
    told = read.told
    if not is_genuine:
        return "NOT GENUINE: this installation, or the holder of that key, did not sign it"
    lines = [
        f"genuine: {told['id']}, {len(told['contents'])} contents",
        f"destroyed {told['destroyed_at']}, proved {told['proved_at']}",
        f"by {told['proposed_by']} and {told['agreed_by']} ({told['basis']}): {told['reason']}",
    ]
    if is_content is not None:
        lines.append(
            "the file is one of them" if is_content else "the file is NOT one of them, or the salt is another's"
        )
    return "\n".join(lines)


def _everything(keep: KeepDestructions) -> Sequence[Weighed]:
    found, after, is_first = list[Weighed](), "", True
    while is_first or after:
        page, after = keep.due(whoever(), after=after)
        found += page
        is_first = False
    return found


def _kept(weighed: Weighed) -> dict[str, Any]:
    return {
        "id": weighed.id, "kind": weighed.kept.row.id, "since": said(weighed.kept.since), "until": said(weighed.until),
        "fate": weighed.fate.value, "against_limit": weighed.is_against_limit,
    }  # fmt: skip


def _record(made: Destruction, contents: Sequence[Doomed]) -> dict[str, Any]:
    return {
        "id": made.id, "basis": made.basis.value, "state": made.state.value, "reason": made.reason,
        "proposed_by": made.proposed_by, "proposed_at": said(made.proposed_at),
        "agreed_by": made.agreed_by, "agreed_at": said(made.agreed_at),
        "destroyed_at": said(made.destroyed_at), "proved_at": said(made.proved_at),
        "contents": [
            {
                "id": each.id, "kind": each.kind, "key": each.key, "earlier_keys": list(each.earlier),
                "salt": each.salt.hex(),
            }
            for each in contents
        ],
    }  # fmt: skip


def _told(made: Destruction, contents: Sequence[Doomed]) -> str:
    further = {
        DestructionState.DESTROYED: "; its certificate is made once the keys are gone under which it lay before",
        DestructionState.PROVED: f"; `tutela destruction certificate {made.id} FILE`",
    }
    lines = [f"{made.id} is {made.state.value}{further.get(made.state, '')}"]
    lines += [f"{each.id}  {each.kind}  {each.key or '-'}  {each.salt.hex() or '-'}" for each in contents]
    return "\n".join(lines)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misconfigured("the file cannot be read", place=str(file)) from error


def _digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as reading:
        while chunk := reading.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _hex(text: str, place: str) -> bytes:
    try:
        found = bytes.fromhex(text.strip())
    except ValueError:
        found = b""
    if len(found) != 32:  # noqa: PLR2004  # both, a key of Ed25519 and a salt, are 32 bytes
        raise BadInput("these are 64 hex digits", place=place)
    return found
