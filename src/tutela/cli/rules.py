"""`tutela rules`: written in files, tried beside them, kept in versions, moved on by one person or two."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from tutela.bootstrap.loading import load_ceilings, load_policy
from tutela.bootstrap.ruling import rule_bounds
from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.rules.problems import place_of, render
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_states import known_versions
from tutela.core.rules.rule_writing import source_of
from tutela.core.rules.rule_yaml import MAX_FILE_BYTES, text_of
from tutela.core.rules.testing import passes_tests, run_tests
from tutela.errors import BadInput, RuleChanged, RuleProblem
from tutela.flows.keep_rules import states_of
from tutela.flows.tell_rules import test_told
from tutela.flows.try_rules import Tried, TryRules
from tutela.ports.rule_book import EndedProposal, Proposal, RuleMove, StoredRule

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
_NAME = click.argument("name")
_STATE = click.Choice([state.value for state in RuleState])
_COLUMNS = ("name", "version", "state", "clause", "written_by")
_HISTORY_COLUMNS = ("at", "what", "version", "from", "to", "by", "reason")


@click.group("rules")
def rules_command() -> None:
    """Write rules, try them on their tests, and move them on. `check` and `test` need no installation."""


@rules_command.command("check")
@_FILES
@placed
def check(where: Where, files: tuple[Path, ...]) -> None:
    """Say what is wrong with rules in FILES or folders of them. The exit status is 1 when anything is."""
    read = list(_read(where, files))
    problems = [problem for _, found in read if isinstance(found, list) for problem in found]
    rules = sum(len(found) for _, found in read if isinstance(found, tuple))
    words = "\n\n".join(problem["shown"] for problem in problems) or f"{_count(rules, 'rule')} may be used"
    told = [{name: value for name, value in problem.items() if name != "shown"} for problem in problems]
    where.tell({"rules": rules, "problems": told}, words)
    if problems:
        click.get_current_context().exit(FAILED)


@rules_command.command("test")
@_FILES
@placed
def run(where: Where, files: tuple[Path, ...]) -> None:
    """Run the tests beside the rules in FILES or folders. The exit status is 1 when one does not come as expected."""
    tried: list[Tried] = []
    shown: list[str] = []
    for _, found in _read(where, files):
        if isinstance(found, list):
            shown += [problem["shown"] for problem in found]
        else:
            tried += [Tried(checked.rule.name, run_tests(checked)) for _, checked in found]
    record = [
        {
            "rule": each.rule, "passed": each.is_passed,
            "tests": [test_told(one) for one in each.outcomes],
        }
        for each in tried
    ]  # fmt: skip
    where.tell({"rules": record, "problems": len(shown)}, "\n\n".join([*shown, *map(_outcome, tried)]))
    if shown or not all(passes_tests(each.outcomes) for each in tried):
        click.get_current_context().exit(FAILED)


@rules_command.command("list")
@placed
def list_rules(where: Where) -> None:
    """List rules with those of their versions that are not retired, and what waits for somebody."""
    with where.house() as house:
        found = house.rules.keep.list(whoever())
    lines = [_line(version) for each in found for version in each.versions]
    waiting = [_waiting(each.proposal) for each in found if each.proposal]
    told = table(lines, _COLUMNS, empty="there is no rule")
    proposals = [{"name": each.name, **_proposal(each.proposal)} for each in found if each.proposal]
    where.tell({"rules": lines, "proposals": proposals}, "\n".join((told, *waiting)))


@rules_command.command("show")
@_NAME
@click.option("--version", help="Which; else the newest.")
@placed
def show(where: Where, name: str, version: str | None) -> None:
    """Print a version of a rule as it was written."""
    with where.house() as house:
        found = house.rules.keep.read(whoever(), name)
    one = next((each for each in found.versions if version in {None, each.version}), None)
    if one is None:
        remedy = known_versions(states_of(found))
        raise BadInput("this rule has no such version", place="--version", remedy=remedy)
    where.tell({**_line(one), "source": one.source}, one.source.rstrip("\n"))


@rules_command.command("put")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--from", "made_from", help="The version from which this was written; none of a new rule.")
@placed
def put(where: Where, file: Path, made_from: str | None) -> None:
    """Write the rules of FILE as new drafts.

    With several rules in the file, --from cannot be said, and all of them must be new.
    """
    with where.house() as house:
        tries = house.rules.tries
        read = tries.read(_bytes(file))
        if made_from is not None and len(read) > 1:
            raise BadInput("there are several rules in this file", place="--from", remedy="Write one a file.")
        vocabulary = tries.bounds.vocabulary
        try:
            stored = [
                house.rules.keep.put(whoever(), written.rule.name, source_of(written, vocabulary), made_from)
                for written, _ in read
            ]
        except RuleChanged as changed:
            raise _with_option(changed, house.staff.names(whoever())) from None
    lines = [_line(each) for each in stored]
    where.tell({"rules": lines}, "\n".join(f"{each.name}: version {each.version} is a draft" for each in stored))


def _with_option(changed: RuleChanged, names: Mapping[str, str]) -> RuleChanged:
    """Return the same with the name of whoever wrote meanwhile, and the option that says that theirs was read."""
    told = changed.detail if changed.by is None else changed.detail.replace(changed.by, _who(changed.by, names))
    option = f"then `--from {changed.newest}`" if changed.newest else "then without `--from`"
    return RuleChanged(told, place="--from", remedy=f"Read it, and write yours from it: {option}.")


@rules_command.command("move")
@_NAME
@click.argument("version")
@click.argument("to", type=_STATE)
@click.option("--reason", required=True, help="Why: whoever approves reads it.")
@placed
def move(where: Where, name: str, version: str, to: str, reason: str) -> None:
    """Move a version on, or propose it where somebody else has to approve."""
    with where.house() as house:
        came = house.rules.move.move(whoever(), name, version, RuleState(to), reason)
    if isinstance(came, Proposal):
        where.tell({"moves": [], "proposal": _proposal(came)}, _waiting(came))
    else:
        _tell_moves(where, came)


@rules_command.command("approve")
@_NAME
@click.argument("version")
@click.argument("to", type=_STATE)
@placed
def approve(where: Where, name: str, version: str, to: str) -> None:
    """Approve what somebody else proposed.

    Who somebody is, is taken from the environment (LOGNAME), and no role is checked: whoever has the account that owns
    the folder may take any name. Where two people must mean something, they approve in the console.
    """
    with where.house() as house:
        came = house.rules.move.approve(whoever(), name, version, RuleState(to))
    _tell_moves(where, came)


@rules_command.command("withdraw")
@_NAME
@placed
def withdraw(where: Where, name: str) -> None:
    """Withdraw a proposal, or turn it down."""
    with where.house() as house:
        ended = house.rules.move.withdraw(whoever(), name)
    where.tell({"name": name, **_proposal(ended)}, f"{name}: version {ended.version} stays in {ended.before}")


@rules_command.command("history")
@_NAME
@placed
def history(where: Where, name: str) -> None:
    """Tell what was proposed, approved, turned down and moved, the oldest first."""
    with where.house() as house:
        moves = house.rules.keep.history(whoever(), name)
        proposals = house.rules.keep.proposals(whoever(), name)
        names = house.staff.names(whoever())
    record = {"moves": [_move(each) for each in moves], "proposals": [_ended(each) for each in proposals]}
    lines = sorted((*map(_moved_line, moves), *_proposed_lines(proposals)), key=lambda line: line["at"])
    told = [{**line, "by": _who(line["by"], names)} for line in lines]
    where.tell(record, table(told, _HISTORY_COLUMNS, empty="this rule was never moved"))


def _moved_line(move: RuleMove) -> dict[str, Any]:
    return {**_move(move), "what": "moved" if move.proposed_by is None else "approved"}


def _proposed_lines(proposals: Sequence[EndedProposal]) -> Iterator[dict[str, Any]]:
    """Yield each proposal, and its end where it was withdrawn; one that was approved is told by its move."""
    for each in proposals:
        yield {**_proposal(each.proposal), "what": "proposed"}
        if each.ended_at is not None and not each.is_approved:
            at = each.ended_at.isoformat(timespec="seconds")
            by = each.ended_by or each.proposal.by
            what = "withdrawn" if by == each.proposal.by else "turned down"
            yield {**_proposal(each.proposal), "what": what, "at": at, "by": by, "reason": ""}


def _ended(each: EndedProposal) -> dict[str, Any]:
    ended_at = each.ended_at.isoformat(timespec="seconds") if each.ended_at else None
    outcome = "waits" if each.ended_at is None else "approved" if each.is_approved else "withdrawn"
    return {**_proposal(each.proposal), "outcome": outcome, "ended_at": ended_at, "ended_by": each.ended_by}


def tries_here(where: Where) -> TryRules:
    """Return what reads rules without an installation: of kinds of events, those that ship."""
    return TryRules(rule_bounds(load_policy(where.settings()), load_ceilings()))


def _read(where: Where, files: tuple[Path, ...]) -> Iterator[tuple[Path, Any]]:
    """Yield each file with its rules as a tuple, or with a list of what is wrong with it."""
    tries = tries_here(where)
    for file in read_files(files):
        source = _bytes(file)
        try:
            yield file, tuple(tries.read(source))
        except RuleProblem as error:
            yield file, _problems(error, source, file)


def read_files(files: tuple[Path, ...]) -> Iterator[Path]:
    """Yield each file, and those in folders in order of their names."""
    for file in files:
        yield from sorted(file.rglob("*.yaml")) if file.is_dir() else (file,)


def _bytes(file: Path) -> bytes:
    """Return what is in a file; of one that is too large, enough to be refused."""
    with file.open("rb") as opened:
        return opened.read(MAX_FILE_BYTES + 1)


def _problems(error: RuleProblem, source: bytes, file: Path) -> list[dict[str, Any]]:
    try:
        text = text_of(source)
    except RuleProblem:
        text = source[:MAX_FILE_BYTES].decode("utf-8", "replace")
    found = []
    for each in error.problems:
        line, column = place_of(each.start, text)
        shown = render(each, text, str(file))  # type: ignore[arg-type]  # a positioned mistake is all it needs
        told = {"file": str(file), "line": line, "column": column, "message": each.message, "hint": each.hint}
        found.append({**told, "shown": shown})
    return found


def _outcome(tried: Tried) -> str:
    if not tried.outcomes:
        return f"{tried.rule}: FAILED, it has no tests. Write some beside it: without them it goes nowhere but a draft."
    lines = [f"{tried.rule}: {'ok' if tried.is_passed else 'FAILED'}, {_count(len(tried.outcomes), 'test')}"]
    for one in tried.outcomes:
        where = f'line {one.line}, "{one.test}"'
        if not one.is_passed:
            lines += [f"  {where}: expected {one.expected}, came {one.came}", *(f"    {each}" for each in one.told)]
        else:
            lines += [f"  {where}: passed; {each}" for each in one.told]
    return "\n".join(lines)


def _who(by: str, names: Mapping[str, str]) -> str:
    """Return who somebody is by name, where people know it."""
    return names.get(by, by.removeprefix("name:"))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _line(rule: StoredRule) -> dict[str, Any]:
    at = rule.written_at.isoformat(timespec="seconds") if rule.written_at else None
    return {
        "name": rule.name, "version": rule.version, "state": rule.state.value, "clause": rule.clause,
        "written_by": rule.written_by, "written_at": at, "made_from": rule.made_from,
    }  # fmt: skip


def _waiting(proposal: Proposal) -> str:
    approve = f"tutela rules approve {proposal.name} {proposal.version} {proposal.to}"
    return f"{proposal.name}: version {proposal.version} waits for somebody else to approve: `{approve}`"


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "version": proposal.version, "from": proposal.before.value, "to": proposal.to.value, "by": proposal.by,
        "at": proposal.at.isoformat(timespec="seconds"), "reason": proposal.reason,
    }  # fmt: skip


def _move(move: RuleMove) -> dict[str, Any]:
    return {
        "version": move.version, "from": move.before.value, "to": move.after.value, "by": move.by,
        "at": move.at.isoformat(timespec="seconds"), "reason": move.reason, "proposed_by": move.proposed_by,
    }  # fmt: skip


def _tell_moves(where: Where, moves: Any) -> None:
    told = [f"{each.name}: version {each.version} went from {each.before} to {each.after}" for each in moves]
    where.tell({"moves": [_move(each) for each in moves], "proposal": None}, "\n".join(told))
