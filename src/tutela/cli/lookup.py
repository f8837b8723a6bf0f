"""`tutela lookup`: ask the banks."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import click

from tutela.bootstrap import House
from tutela.cli import PARTLY
from tutela.cli.hashing import read_bounded
from tutela.cli.opening import Where, placed
from tutela.core.banks import Match
from tutela.core.content import Digests, EvidenceState, Media, PdqHash, ScanState
from tutela.core.ids import MediaId
from tutela.core.signals.digest import digests_of
from tutela.core.signals.pdq import parse_hex
from tutela.errors import BadInput

_DIGITS: Final = {32: "md5", 40: "sha1"}
_SHA256_OR_PDQ: Final = 64
_HEX: Final = re.compile(r"[0-9a-fA-F]+")


@click.command("lookup")
@click.argument("hashes_or_files", nargs=-1, required=True)
@placed
def lookup_command(where: Where, hashes_or_files: tuple[str, ...]) -> None:
    """Look hashes or pictures up in all active banks, one line each.

    32 hex digits are an MD5, 40 a SHA-1; 64 are looked up as SHA-256 and as PDQ. Anything else is a file. What cannot
    be read gets a line with `error`, and the exit status is 2.

    \b
    tutela lookup 9e107d9d372bb6826bd81d3542a419d6
    tutela lookup photo.jpg --json
    """  # noqa: D301  # \b is click's mark
    failed = 0
    with where.house() as house:
        house.load_indexes()
        for asked in hashes_or_files:
            record = _looked_up(house, asked)
            failed += "error" in record
            where.tell(record, _in_words(record))
    if failed:
        click.get_current_context().exit(PARTLY)


def _looked_up(house: House, asked: str) -> dict[str, Any]:
    try:
        media = _media_of(house, asked)
    except (OSError, BadInput) as error:
        return {"asked": asked, "error": _reason(error)}
    with house.store.read() as reader:
        findings = house.look_up(reader, [media])
        names = {bank.id: bank.name for bank in reader.banks()}
    matches = [_match(match, names) for match in findings.matches.get(media.id, ())]
    record = {
        "asked": asked,
        "matches": matches,
        "version": findings.known_seq,
        "harmless": media.id in findings.harmless,
        "lapsed": list(findings.lapsed),
    }
    # A picture that was not decoded was compared by digest only: never let that pass for a full answer.
    return {**record, "error": media.failure} if media.failure else record


def _reason(error: OSError | BadInput) -> str:
    if isinstance(error, BadInput):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "no such file, and not the 32, 40 or 64 hex digits of a hash"
    return (error.strerror or "cannot be read").lower()


def _media_of(house: House, asked: str) -> Media:
    if _HEX.fullmatch(asked) and len(asked) in _DIGITS:
        return _made(Digests(**{_DIGITS[len(asked)]: asked.lower()}), ())
    if _HEX.fullmatch(asked) and len(asked) == _SHA256_OR_PDQ:
        # Of unknown quality: whoever asks for a bare hash wants to know what is near it.
        return _made(Digests(sha256=asked.lower()), (PdqHash(parse_hex(asked), 100),))
    content = read_bounded(asked, house.settings.upload_max_bytes)
    scan = house.scanner.scan(content)
    return _made(digests_of(content), scan.hashes, scan.failure.value if scan.failure else None)


def _made(digests: Digests, hashes: tuple[PdqHash, ...], failure: str | None = None) -> Media:
    at = datetime.now(UTC)
    return Media(MediaId("asked"), digests, hashes, ScanState.HASH_ONLY, EvidenceState.NONE, at, failure=failure)


def _match(match: Match, names: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "bank": names.get(match.bank_id) if match.bank_id else None,
        "member": match.member_id,
        "signal_type": match.signal_type.value,
        "distance_bits": match.distance_bits,
        "threshold_bits": match.threshold_bits,
        "clause": match.clause_id,
        "orientation": match.orientation,
    }


def _in_words(record: Mapping[str, Any]) -> str:
    lines = [
        f"{record['asked']}: {match['bank'] or 'sealed here already'} ({match['clause']}), "
        f"{match['signal_type']}, {match['distance_bits']} of {match['threshold_bits']} bits"
        for match in record.get("matches", ())
    ]
    lines.extend(
        f"{record['asked']}: bank {name} was not asked, because its licence is over"
        for name in record.get("lapsed", ())
    )
    if "error" in record:
        lines.append(f"{record['asked']}: {record['error']}")
    return "\n".join(lines) or f"{record['asked']}: nothing known"
