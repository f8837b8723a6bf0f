"""What an answer would lead to, in lines that are read in a breath: of what the server foresees, and of no rule."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tutela.console.words import say

Told = Mapping[str, Any]


def plan_lines(foreseen: Told) -> list[str]:
    """Return a line for each thing that happens, the gravest first; none where nothing does."""
    finding, ends = foreseen["finding"], foreseen["ends"]
    lines = [] if finding is None else [*_finding(finding)]
    if ends is not None:
        lines += _ends(ends)
    if foreseen["notices"] and (finding is not None or ends is not None):
        lines.append(_number(foreseen["notices"], "notice") + " answered")
    # What is said of each of many items is said once, with their number.
    counted = [line if count == 1 else f"{line} ({count} times)" for line, count in Counter(lines).items()]
    return counted or ["Nothing changes: nothing was held, and nothing is."]


def lines_at_once(foreseen: Told) -> list[str]:
    """Return a line for each thing that a first answer holds until another person has answered; none where nothing."""
    return list(_measures(foreseen["at_once"], ""))


def reversal_lines(told: Told) -> list[str]:
    """Return a line for each thing that a reversal of a decision does, the gravest first."""
    lines = [*_measures(told["ends"], "ends: "), *_measures(told["carries"], "taken over by another finding: ")]
    lines += [f"{each['account']}: {_strike(each['points'])} counts no more" for each in told["strikes"]]
    lines += _told_anew(told["items"])
    lines += _messages(told["messages"])
    if others := len(told["overturned"]) - 1:
        lines.append(f"decisions that rested on nothing else, and end with it: {others}")
    if told["kept"]:
        lines.append(f"decisions that rest on it and on other ground, and stay: {len(told['kept'])}")
    lines += [*_staying(told)]
    lines += [*_out_of_banks(told["bank_entries"])]
    if told["cleared"]:
        lines.append(f"{_number(len(told['cleared']), 'item')} not held again for the same facts")
    if told["closes"]:
        lines.append(_number(len(told["closes"]), "case") + " closed: nothing is left in it")
    lines += [f"cannot be undone: {each}" for each in told["cannot_undo"]]
    return lines or ["Nothing changes: nothing of it holds any more."]


def outcome_lines(told: Told) -> list[str]:
    """Return a line for each thing that an outcome of an appeal does, the gravest first."""
    lines = [*_measures(told["ends"], "ends: ")]
    if told["strikes"]:
        lines.append(_number(told["strikes"], "strike") + " counted no more")
    lines += [*_told_anew(told["items"]), *_messages(told["messages"])]
    lines += [*_measures(told["stays"], "stays: "), *_out_of_banks(told["bank_entries"])]
    lines += [f"cannot be undone: {each}" for each in told["cannot_undo"]]
    return lines or ["Nothing changes: nothing of it holds any more."]


def _told_anew(items: Iterable[Told]) -> Iterator[str]:
    back = [each for each in items if each["answer"] != each["before"]]
    if back:
        yield f"the platform is told anew of {_number(len(back), 'item')}"


def _out_of_banks(entries: Iterable[Told]) -> Iterator[str]:
    for each in entries:
        yield f"{each['out']} entries leave the bank {each['bank']}; {each['stays']} stay by other decisions"


def _finding(told: Told) -> Iterator[str]:
    yield from _measures(told["grants"], "")
    yield from _measures(told["already"], "holds already: ")
    if told["also_hides"]:
        yield f"{told['also_hides']} other items carry the same media, and go with it"
    for each in told["strikes"]:
        counted = _strike(each["points"]) + ("" if each["points"] else " that counts nothing")
        met = f", which brings: {say('measure', each['meets'])}" if each["meets"] else ""
        yield f"{each['account']}: {counted} ({each['before']} before, {each['after']} after){met}"
    if told["reports"]:
        yield _number(told["reports"], "report") + " drafted for a person to look at"
    if told["evidence_wanted"]:
        yield f"{len(told['evidence_wanted'])} media are held until their bytes have come"
    if told["bank"] is not None:
        yield from _bank(told["bank"])
    yield from _rest(told)


def _strike(points: int) -> str:
    return f"a strike of {points}" if points else "a warning"


def _rest(told: Told) -> Iterator[str]:
    yield from _messages(told["messages"])
    yield from (f"a person looks by {_day(each['due_at'])}: {say('reason', each['reason'])}" for each in told["cases"])
    if told["stays"]:
        yield _by_others(len(told["stays"]), "earlier measure")
    if told["closes"]:
        yield "the case ends"


def _ends(told: Told) -> Iterator[str]:
    yield from _measures(told["measures"], "ends: ")
    if told["held"]:
        yield "ends: what is held until it is decided"
    yield from _told_anew(told["items"])
    yield from _messages(told["messages"])
    yield from _staying(told)
    yield from _out_of_banks(told["bank_entries"])
    yield from (f"cannot be undone: {each}" for each in told["cannot_undo"])


def _measures(told: Iterable[Told], before: str) -> Iterator[str]:
    """Yield a line for each kind of measure: five hundred items under the same one are a number."""
    counted = Counter((each["kind"], each["subject"]["kind"], each["ends_at"], _name(each["subject"])) for each in told)
    for (kind, subject, ends_at, name), count in counted.items():
        until = f", until {_day(ends_at)}" if ends_at else ", for good" if kind == "suspend" else ""
        what = name or (f"the {say('subject', subject)}" if count == 1 else f"{count} {say('subject', subject)}s")
        yield f"{before}{what}: {say('measure', kind)}{until}"


def _name(subject: Told) -> str:
    """Return the name of an account, which is worth reading; items and media are counted."""
    return f"account {subject['id']}" if subject["kind"] == "account" else ""


def _messages(told: Iterable[Told]) -> Iterator[str]:
    for each in told:
        late = f" (waits until {_day(each['tell_at'])})" if each["delayed_for"] else ""
        yield f"{each['account']} is told: {each['code'].replace('_', ' ')}{late}"


def _bank(told: Told) -> Iterator[str]:
    if told["obstacle"]:
        yield f"nothing is entered into the bank {told['name']}: {told['obstacle']}"
    elif told["entries"]:
        yield f"{_number(told['entries'], 'entry', 'entries')} into the bank {told['name']}"


def _staying(told: Told) -> Iterator[str]:
    """Yield what a reversal does not end: what other decisions hold, and the same picture in posts of others."""
    hidden = {each["subject"]["id"] for each in told["stays"] if each["subject"]["kind"] == "media"}
    if hidden:
        yield f"{_number(len(hidden), 'picture')} stays hidden everywhere by another decision, until that one ends"
    if others := len([each for each in told["stays"] if each["subject"]["kind"] != "media"]):
        yield _by_others(others, "measure")
    if count := told["elsewhere"]:
        what = (
            "1 other item with the same picture stays"
            if count == 1
            else f"{count} other items with the same picture stay"
        )
        yield f"{what} hidden: each lies in a case of its own"


def _by_others(count: int, what: str) -> str:
    return f"{_number(count, what)} by other decisions {'stays' if count == 1 else 'stay'}"


def _number(count: int, word: str, words: str = "") -> str:
    return f"{count} {word}" if count == 1 else f"{count} {words or word + 's'}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
