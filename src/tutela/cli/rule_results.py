"""`tutela rules replay`, `figures`, `explain` and `bench`: what rules would do, what they did, how fast they are."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.cli.rules import read_files, rules_command, tries_here
from tutela.core.events import BUILT_IN
from tutela.core.ids import CaseId, DecisionId
from tutela.core.rules.book import Book, RuleInForce
from tutela.core.rules.facts import with_derived
from tutela.core.rules.rule import RuleState
from tutela.core.rules.types import Value
from tutela.errors import BadInput
from tutela.flows.replay_rules import MAX_EVENTS, Candidate
from tutela.flows.tell_precision import in_words
from tutela.flows.tell_rules import figures_told, fires_told, replay_told, span_of

_SINCE = click.option("--since", default="7d", show_default=True, help="How far back, as 90m, 24h, 7d or 2w.")
_RULE_COLUMNS = ("rule", "fires", "accounts", "cases", "measures", "precision")
_FIGURE_COLUMNS = ("version", "outcome", "fires", "accounts", "cases", "last_at")
SHOWN = 20
"""Cases, and samples, that are printed; all are in the JSON, as far as it goes."""

BENCH_SECONDS = 2.0


@rules_command.command("replay")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@_SINCE
@click.option("--without", multiple=True, help="A live rule that would not be there; may be given several times.")
@click.option("--most", type=click.IntRange(1, MAX_EVENTS), default=MAX_EVENTS, help="Events, the newest, at most.")
@placed
def replay(where: Where, files: tuple[Path, ...], since: str, without: tuple[str, ...], most: int) -> None:
    """Say what would have been otherwise with the rules in FILES or folders, each in place of the live one of its name.

    \b
    tutela rules replay --since 7d new/
    """  # noqa: D301  # \b is click's mark
    if not files and not without:
        raise BadInput("nothing would be otherwise", remedy="Name files of rules, or --without a live one.")
    source = "\n".join(file.read_text(encoding="utf-8") for file in read_files(files))
    candidate = Candidate(source, span_of(since, "--since"), without)
    with where.house() as house:
        told = replay_told(house.rules.replay(whoever(), candidate, most=most, on_progress=_tell_progress))
    _end_progress()
    where.tell(json.loads(orjson.dumps(told)), _replayed(told))


def _tell_progress(seen: int, recorded: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{seen:,} of {recorded:,} events", err=True, nl=False)


def _end_progress() -> None:
    if sys.stderr.isatty():
        click.echo("", err=True)


def _replayed(told: Mapping[str, Any]) -> str:
    lines = [f"{told['events']:,} events since {told['since']:%Y-%m-%d %H:%M}, {told['warmed_up']:,} before them"]
    if told["cut"]:
        lines.append("more are recorded than were looked at: the newest were")
    if told["without_text"]:
        unknown = ", ".join(told["unknown_without_text"])
        lines.append(f"of {told['without_text']:,} the text is not kept: {unknown} and texts of your own are unknown")
    if told["without_basis"]:
        lines.append(f"{told['without_basis']:,} more were left out: no basis lets anybody look at them any more")
    same = f"; laid before people already, by other rules: {told['cases_by_others_count']}"
    cases = f"cases: {told['cases_won_count']} more, {told['cases_lost_count']} fewer"
    lines.append(cases + (same if told["cases_by_others_count"] else ""))
    lines.append(f"accounts: {told['accounts_won_count']} more, {told['accounts_lost_count']} fewer")
    lines.append(f"measures: {told['measures_before']} before, {told['measures_after']} after")
    changed = [each for each in told["rules"] if not each["same"]]
    lines.append(table([_changed(each) for each in changed], _RULE_COLUMNS, empty="no rule would do anything else"))
    for sign, cases in (("+", told["cases_won"]), ("-", told["cases_lost"])):
        lines += [f"{sign} {case['account']} under {case['clause']}" for case in cases[:SHOWN]]
    for each in changed:
        lines += [f"{each['rule']}: {sample['account']} {sample['because']}" for sample in each["samples"][:SHOWN]]
    return "\n".join(lines)


def _changed(change: Mapping[str, Any]) -> dict[str, Any]:
    before, after = change["before"] or {}, change["after"] or {}
    sides = {name: f"{before.get(name, '-')} -> {after.get(name, '-')}" for name in _RULE_COLUMNS[1:5]}
    judged = change["judged"]
    precision = "-" if judged is None or judged["precision"] is None else f"{judged['precision']:.0%}"
    return {"rule": change["rule"], **sides, "precision": precision}


@rules_command.command("figures")
@click.argument("name")
@_SINCE
@placed
def figures(where: Where, name: str, since: str) -> None:
    """Say what a rule did, by version and outcome, the shadow included; and how often people found it right."""
    with where.house() as house:
        found = house.rules.fires.figures(whoever(), name, span_of(since, "--since"))
    told = json.loads(orjson.dumps(figures_told(name, since, found)))
    words = [table(told["rows"], _FIGURE_COLUMNS, empty="it did not fire")]
    if (judged := told["judged"]) is not None:
        known = f"people found {judged['found']} of the accounts it met to be right, and {judged['cleared']} not"
        words.append(known + in_words(judged))
    where.tell(told, "\n".join(words))


@rules_command.command("explain")
@click.argument("id")
@placed
def explain(where: Where, id: str) -> None:  # noqa: A002  # as the argument is called
    """Say which rules led to a decision, or saw what lies in a case, and what each part of them came to."""
    with where.house() as house:
        fires = house.rules.fires
        is_case = id.startswith("cas_")
        found = fires.of_case(whoever(), CaseId(id)) if is_case else fires.of_decision(whoever(), DecisionId(id))
    told = json.loads(orjson.dumps(fires_told(found)))
    where.tell({"fires": told}, "\n\n".join(map(_explained, told)) or "no rule had a part in it")


def _explained(fire: Mapping[str, Any]) -> str:
    lines = [f"{fire['rule']} {fire['version']} at {fire['at']}: {fire['outcome']}; {fire['because'] or 'no reason'}"]
    lines += [f"  {json.dumps(part['value']):>12}  {part['text']}" for part in fire["parts"]]
    lines += [f"  {line}" for line in _spotted(fire["spotted"])]
    return "\n".join(lines)


def _spotted(told: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield where an entry of a bank of words hit, and by which disguise; never any words."""
    if told is None:
        return
    for spot in told["spots"]:
        places = ", ".join(f"{start} to {end}" for start, end in spot["spans"]) or "beside the text"
        steps = f"; undone: {', '.join(spot['steps'])}" if spot["steps"] else ""
        share = "" if spot["share"] is None else f"; {spot['share']:.0%} of it"
        yield f"{spot['bank']} ({spot['clause']}) entry {spot['entry']} at {places}{steps}{share}"
    if told["unasked"]:
        yield f"not asked: {', '.join(told['unasked'])}"
    if not told["complete"]:
        yield "the text was too long to be looked at as a whole"


@rules_command.command("bench")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@placed
def bench(where: Where, files: tuple[Path, ...]) -> None:
    """Measure how many events a second the rules in FILES look at here, on the events of their own tests."""
    tries = tries_here(where)
    rules = [checked.rule for file in read_files(files) for _, checked in tries.read(file.read_bytes())]
    events = [_facts(test.given) for rule in rules for test in rule.tests]
    events = events or [{"event.kind": kind} for kind in BUILT_IN]
    begun = time.perf_counter()
    book = Book.of([RuleInForce(rule, "bench", RuleState.LIVE) for rule in rules], tries.bounds.vocabulary)
    compiled = time.perf_counter() - begun
    rate = _rate(book, events)
    told = {
        "rules": len(rules), "events": len(events), "compile_seconds": round(compiled, 4), "events_per_second": rate,
    }  # fmt: skip
    words = f"{len(rules)} rules compiled in {compiled * 1000:.0f} ms, {rate:,} events/s, counters left out"
    where.tell(told, words)


def _facts(given: Mapping[str, Any]) -> dict[str, Value]:
    return with_derived(given)


def _rate(book: Book, events: Sequence[Mapping[str, Value]]) -> int:
    counts: list[float | None] = [None] * len(book.program.counters)
    begun, looked_at = time.perf_counter(), 0
    while time.perf_counter() - begun < BENCH_SECONDS:
        for facts in events:
            book.program.asked(facts)
            book.program.run(facts, counts)
        looked_at += len(events)
    return round(looked_at / (time.perf_counter() - begun))
