"""`tutela bank opine`, `release-brake` and `change`: what our own people make of a bank and its members."""

from datetime import UTC, datetime
from typing import Any

import click

from tutela.cli.opening import Where, placed, table
from tutela.core.banks import MAX_THRESHOLD_BITS, SignalType
from tutela.core.brake import MAX_ACCOUNTS, MAX_WINDOW_HOURS
from tutela.core.ids import MemberId
from tutela.core.opinions import Opinion, is_locally_disputed, person
from tutela.errors import BadInput
from tutela.flows.keep_banks import BankChange, find, parse_value
from tutela.flows.keep_opinions import Judged, KeepOpinions
from tutela.flows.tell_precision import in_words, matches_told

_BY_ID = "id"
_TYPES = click.Choice([*(each.value for each in SignalType), _BY_ID])
MAX_NAME_CHARACTERS = 64
NEVER = "never"

in_bank = click.argument("name")
of_type = click.argument("signal_type", metavar="TYPE", type=_TYPES)
of_value = click.argument("value")
by_whom = click.option("--by", required=True, help="Your name: two different people must say no to identical bytes.")


@click.command("opine")
@in_bank
@of_type
@of_value
@click.argument("opinion", type=click.Choice([each.value for each in Opinion]))
@by_whom
@click.option("--classification", help="In your own words.")
@placed
def opine(  # noqa: PLR0913  # one argument for each thing that is said
    where: Where, name: str, signal_type: str, value: str, opinion: str, *, by: str, classification: str | None
) -> None:
    """Say what one member of a bank is worth; it replaces what you said before.

    One `negative` leaves likenesses of it to review, those of two people identical bytes as well. What is said can only
    lower what a match does. Where the list is somebody else's, its source is owed the feedback. TYPE may be `id`,
    with the id of the member.

    \b
    tutela bank opine hotline md5 9e107d9d372bb6826bd81d3542a419d6 negative --by "Ada" --classification "a landscape"
    """  # noqa: D301  # \b is click's mark
    with where.house() as house:
        member_id = _member(house.keep_opinions, name, signal_type, value)
        judged = house.keep_opinions.say(name, member_id, Opinion(opinion), by=sayer(by), classification=classification)
    where.tell(judged_record(judged), f"recorded: {opinion}{_in_words(judged)}")


@click.command("release-brake")
@in_bank
@of_type
@of_value
@by_whom
@placed
def release_brake(where: Where, name: str, signal_type: str, value: str, *, by: str) -> None:
    """Let a member that was braked act in full again; its accounts are counted anew.

    What was held meanwhile stays held until a person decides about it. Look at what it hit before you release it.
    TYPE may be `id`, with the id that the log and `tutela bank statistics` tell.
    """
    with where.house() as house:
        member_id = _member(house.keep_opinions, name, signal_type, value)
        judged = house.keep_opinions.release(name, member_id, by=sayer(by))
    where.tell(judged_record(judged), "released: it acts in full again")


@click.command("statistics")
@in_bank
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Members that are named.")
@placed
def statistics(where: Where, name: str, *, limit: int) -> None:
    """Tell what a bank holds and hits, how often it was right, and which members hit most. Ids only, no hashes."""
    with where.house() as house, house.store.read() as reader:
        bank = find(reader, name)
        counts, top = reader.bank_counts(bank.id), reader.members_by_hits(bank.id, None, limit)
        owed = reader.feedback_owed().get(bank.id, 0)
        judged = matches_told(reader.precision_of_bank(bank.id))
    last = counts.last_hit_at.isoformat(timespec="seconds") if counts.last_hit_at else None
    numbers = {
        **{f"active_{kind.value}": count for kind, count in counts.active.items()},
        "removed": counts.removed, "disputed": counts.disputed, "braked": counts.braked, "feedback_owed": owed,
        "items_hit": counts.items_hit, "accounts_hit": counts.accounts_hit, "last_hit_at": last,
    }  # fmt: skip
    members = [
        {
            "member": each.member_id, "items": each.items, "accounts": each.accounts,
            "last_at": each.last_at.isoformat(timespec="seconds"), "braked": "yes" if each.is_braked else "no",
        }
        for each in top
    ]  # fmt: skip
    lines = [f"{key:16}{'-' if value is None else value}" for key, value in numbers.items()]
    hits = table(members, ("member", "items", "accounts", "last_at", "braked"), empty="it hit nothing yet")
    right = [
        f"of the cases with {kind.replace('_', ' ')} matches people confirmed {each['confirmed']} and overturned "
        f"{each['overturned']}{in_words(each)}"
        for kind, each in judged.items()
    ]
    told = {"bank": name, **numbers, "judged": judged, "members": members}
    where.tell(told, "\n".join([*lines, "", *right, "", hits]))


@click.command("change")
@in_bank
@click.option("--threshold-bits", type=click.IntRange(0, MAX_THRESHOLD_BITS), help="Of PDQ.")
@click.option("--brake-accounts", type=click.IntRange(1, MAX_ACCOUNTS), help="A member that hits more is braked.")
@click.option("--brake-window-hours", type=click.IntRange(1, MAX_WINDOW_HOURS), help="Within so many hours.")
@click.option("--licence-ends-at", help="As in 2027-01-31 or 2027-01-31T12:00:00+01:00; `never` takes the end away.")
@placed
def change(where: Where, name: str, *, licence_ends_at: str | None, **numbers: int | None) -> None:
    """Change a bank's threshold, its brake, or the end of its licence. What is not given stays as it is."""
    if licence_ends_at is None and not any(number is not None for number in numbers.values()):
        raise BadInput("nothing was given to change", remedy="See `tutela bank change --help`.")
    is_open = licence_ends_at == NEVER
    ends_at = None if is_open or licence_ends_at is None else moment(licence_ends_at)
    asked = BankChange(
        threshold_bits=numbers["threshold_bits"],
        brake_accounts=numbers["brake_accounts"],
        brake_window_hours=numbers["brake_window_hours"],
        licence_ends_at=ends_at,
        is_licence_open=is_open,
    )
    with where.house() as house:
        bank = house.keep_banks.change(name, asked)
    where.tell({"name": bank.name, "id": bank.id}, f"bank {name} changed; see `tutela bank show {name}`")


def _member(keep: KeepOpinions, bank_name: str, signal_type: str, value: str) -> MemberId:
    """Return the member of that value, or of that id, which is all that logs and statistics tell."""
    if signal_type == _BY_ID:
        return MemberId(value)
    kind = SignalType(signal_type)
    return keep.find(bank_name, kind, parse_value(kind, value))


def moment(text: str, place: str = "licence-ends-at") -> datetime:
    """Return a moment of the command line in UTC: a day begins at midnight UTC, a time needs its offset.

    Raises:
        tutela.errors.BadInput: It is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("not a day or a moment", place=place, remedy="As in 2027-01-31.") from None
    if found.tzinfo is None and found.time() == datetime.min.time():
        return found.replace(tzinfo=UTC)
    if found.tzinfo is None:
        raise BadInput("a time without its offset", place=place, remedy="As in 2027-01-31T12:00+01:00.")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise BadInput("not a moment of the years 2000 to 2999", place=place, remedy="As in 2027-01-31.") from None


def sayer(name: str) -> str:
    """Return who says something, by name.

    Raises:
        tutela.errors.BadInput: It is empty, too long, or holds what is no name.
    """
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise BadInput(f"a name is 1 to {MAX_NAME_CHARACTERS} printable characters", place="by")
    return person(name)


def judged_record(judged: Judged) -> dict[str, Any]:
    """Return a member and what is said of it, without its value."""
    return {
        "bank": judged.bank.name,
        "member": judged.member.id,
        "type": judged.member.signal_type.value,
        "disputed": is_locally_disputed(judged.said),
        "braked": judged.trip is not None and judged.trip.is_open,
        "opinions": [
            {
                "by": said.by, "opinion": said.opinion.value, "classification": said.classification,
                "at": said.at.isoformat(timespec="seconds"), "owed": said.is_owed,
            }
            for said in judged.said
        ],
    }  # fmt: skip


def _in_words(judged: Judged) -> str:
    if is_locally_disputed(judged.said):
        return "; two of you deny it, so that its matches are left to review"
    return "; its source is owed this feedback" if any(said.is_owed for said in judged.said) else ""
