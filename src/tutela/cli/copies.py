"""`tutela copies`: who carries it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import click

from tutela.cli import PARTLY
from tutela.cli.opening import Where, placed, table
from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, MAX_THRESHOLD_BITS, SignalType
from tutela.core.ids import MediaId
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.errors import BadInput, MalformedHash
from tutela.flows.find_copies import Copies, Copy, CopyPlace, Question

_DIGITS: Final = {32: SignalType.MD5, 40: SignalType.SHA1, 64: SignalType.SHA256}
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_PICTURE: Final = 64
_COLUMNS: Final = ("media", "match", "distance_bits", "orientation", "item", "account", "answer", "measures")


@click.command("copies")
@click.argument("hashes", nargs=-1)
@click.option("--item", "items", multiple=True, help="Copies of all media of this item of the platform; repeatable.")
@click.option("--media", "media", multiple=True, help="Copies of media that is stored here, by its id; repeatable.")
@click.option(
    "--max-distance", type=click.IntRange(0, MAX_THRESHOLD_BITS), default=CUSTOMARY_THRESHOLD_BITS, show_default=True,
    help="How many bits a near copy may differ.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="Rows of each answer.")
@click.option("--cursor", help="`next` of the page before; for one question at a time.")
@placed
def copies_command(  # noqa: PLR0913  # each is an option of its own
    where: Where, hashes: tuple[str, ...], items: tuple[str, ...], media: tuple[str, ...],
    *, max_distance: int, limit: int, cursor: str | None,
) -> None:  # fmt: skip
    """Find stored media that are identical or near, and the items and accounts that carry them, nearest first.

    32 hex digits are an MD5, 40 a SHA-1; 64 are taken as SHA-256 and as PDQ; eight PDQ hashes with commas between them
    are the eight orientations of one picture, as `tutela hash` prints them. Each is a question of its own and gets an
    answer of its own; of one, the nearest 10,000 media and 100,000 carriers are taken up. What cannot be answered gets
    a line with `error`, and the exit status is 2. Nothing that is asked is kept or repeated.

    \b
    tutela copies 9e107d9d372bb6826bd81d3542a419d6
    tutela copies --item post-1001 --max-distance 20 --json
    """  # noqa: D301  # \b is click's mark
    asked = [
        *((f"hash {number}", _of_hash, value) for number, value in enumerate(hashes, start=1)),
        *((f"item {number}", _of_item, value) for number, value in enumerate(items, start=1)),
        *((f"media {number}", _of_media, value) for number, value in enumerate(media, start=1)),
    ]
    if not asked:
        raise click.UsageError("name a hash, an --item or a --media")
    if cursor is not None and len(asked) > 1:
        raise click.UsageError("a --cursor belongs to one question")
    after = None if cursor is None else _place(cursor)
    failed = 0
    with where.house() as house:
        house.load_indexes()
        for name, read, value in asked:
            try:
                question = replace(read(value), after=after)
                [found] = house.find_copies([question], max_distance_bits=max_distance, limit=limit)
            except BadInput as error:
                failed += 1
                where.tell({"question": name, "error": _reason(error)}, f"{name}: {_reason(error)}")
            else:
                record = {"question": name, **_record(found)}
                where.tell(record, _in_words(record))
    if failed:
        click.get_current_context().exit(PARTLY)


def _of_hash(value: str) -> Question:
    parts = value.split(",")
    if not all(_HEX.fullmatch(part) for part in parts):
        raise MalformedHash("only hex digits, nothing before or after")
    if len(parts) > 1:
        if len(parts) != len(ORIENTATIONS) or any(len(part) != _PICTURE for part in parts):
            raise MalformedHash("several are the eight orientations of one picture, 64 hex digits each")
        return Question(tuple(map(bytes.fromhex, parts)))
    if len(value) not in _DIGITS:
        raise MalformedHash("32, 40 or 64 hex digits")
    hashes = (bytes.fromhex(value),) if len(value) == _PICTURE else ()
    return Question(hashes, ((_DIGITS[len(value)], value.lower()),))


def _of_item(value: str) -> Question:
    return Question(item=value)


def _of_media(value: str) -> Question:
    return Question(media_id=MediaId(value))


def _place(cursor: str) -> CopyPlace:
    try:
        return CopyPlace.parse(cursor)
    except ValueError:
        raise BadInput("this is no cursor", place="--cursor", remedy="Give `next` of the page before.") from None


def _reason(error: BadInput) -> str:
    return " ".join(filter(None, (error.detail, error.remedy)))


def _record(found: Copies) -> dict[str, Any]:
    return {
        "media": found.media, "items": found.items, "accounts": found.accounts, "complete": found.is_complete,
        "copies": [_row(each) for each in found.page], "next": str(found.next) if found.next else None,
    }  # fmt: skip


def _row(copy: Copy) -> dict[str, Any]:
    carrier = copy.carrier
    return {
        "media": copy.media_id, "match": "identical" if copy.is_identical else "near",
        "distance_bits": copy.distance_bits, "orientation": copy.orientation,
        "item": carrier.platform_id if carrier else None, "account": carrier.account_platform_id if carrier else None,
        "answer": carrier.answer.value if carrier else None, "measures": list(copy.measures),
    }  # fmt: skip


def _in_words(record: Mapping[str, Any]) -> str:
    rows: Sequence[Mapping[str, Any]] = record["copies"]
    cells = [
        {name: "-" if row[name] in (None, []) else row[name] for name in _COLUMNS}
        | ({"measures": ",".join(row["measures"])} if row["measures"] else {})
        for row in rows
    ]
    counts = f"{record['media']} media, {record['items']} items, {record['accounts']} accounts"
    more = "" if record["complete"] else "; there are more than are counted here"
    lines = [f"{record['question']}: {counts}{more}", table(cells, _COLUMNS, empty="")]
    if record["next"]:
        lines.append(f"more with --cursor '{record['next']}'")
    return "\n".join(filter(None, lines))
