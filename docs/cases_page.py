"""The page of states and moves of a case, written from the table that decides."""  # noqa: INP001  # a script beside the pages it writes

from collections.abc import Iterable

from tutela.core.case_moves import SENTENCES, Barred, HoldReason, SkipReason
from tutela.core.case_states import CLOCKS, ENDS, MEANING, RULES, By, CaseState, Clock, Move, Rule
from tutela.core.cases import LEASE, LONGEST_HOLD, SKEW, SOON

STATES = {
    CaseState.OPEN: "waits for somebody to take it",
    CaseState.CLAIMED: "somebody works on it",
    CaseState.ON_HOLD: "waits for something until a moment",
    CaseState.AWAITING_SECOND: "one person has answered; another one must, without seeing that answer",
    CaseState.CLAIMED_SECOND: "somebody works on the second answer",
    CaseState.AWAITING_THIRD: "the two answers differ; a third person settles it",
    CaseState.CLAIMED_THIRD: "somebody works on the answer that settles it",
    CaseState.DECIDED: "a decision ended it",
}
_CLOCKS = {Clock.DUE: "due time", Clock.LEASE: "lease", Clock.HOLD: "end of the hold"}
_BY = {By.ANYBODY: "anybody", By.HOLDER: "who holds it", By.CLOCK: "the clock", By.SYSTEM: "what happens elsewhere"}


def cases_page() -> str:
    """Return docs/reference/cases.md."""
    parts = [
        "# States and moves of a case",
        "<!-- Written by ./dev docs from src/tutela/core/case_states.py. Change that, not this page. -->",
        "What is not in this table cannot be done. The moves that somebody may make now come with every case.",
        "## States",
        _table(("state", "what it means", "clocks that run"), _states()),
        _times(),
        "## Moves",
        _table(("move", "what it does"), ((_code(move), MEANING[move]) for move in Move)),
        "## The table",
        "*Not own*: not for a case about an account of one's own. *Not again*: not for whoever gave an answer to it.",
        _table(("from", "move", "to", "by", "scopes", "barred"), map(_row, RULES)),
        "## Why a move is refused",
        _table(("`why`", "what it says"), ((_code(each), SENTENCES[each]) for each in Barred)),
        "## Reasons",
        f"For a skip: {_codes(SkipReason)}. For a hold: {_codes(HoldReason)}.",
    ]
    return "\n\n".join(parts) + "\n"


def _times() -> str:
    return (
        f"A lease is {LEASE.seconds / 60:.0f} minutes and begins anew with every renewal. A hold is "
        f"{LONGEST_HOLD.delta.days} days at most. Both end by themselves: nothing has to run for that. What would run "
        f"for longer than it ever may, and {SKEW.seconds / 60:.0f} minutes for clocks that differ, comes of a clock "
        "that was set back and does not run at all. A case that nobody works on is raised "
        f"{SOON.seconds / 3600:.0f} hours before it is due."
    )


def _states() -> list[tuple[str, ...]]:
    return [
        (_code(state), STATES[state], ", ".join(_CLOCKS[clock] for clock in CLOCKS[state]) or "none: the end")
        for state in CaseState
        if state in ENDS or CLOCKS[state]
    ]


def _row(rule: Rule) -> tuple[str, ...]:
    barred = [word for is_so, word in ((rule.bars_own, "not own"), (rule.bars_answered, "not again")) if is_so]
    scopes = " ".join(_code(scope) for scope in sorted(rule.scopes))
    return _code(rule.source), _code(rule.move), _code(rule.target), _BY[rule.by], scopes, ", ".join(barred)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _codes(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


def _code(word: str) -> str:
    return f"`{word}`"
