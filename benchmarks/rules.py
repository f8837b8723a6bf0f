"""Rules, in process on one core: our compiled conditions beside the same rules written as one plain function.

The peer is Osprey, whose engine is no library that could run here: its figures are as studied, on a machine like ours,
with the same load (see `rules_workload`). Before anything is timed, the effects of the first events are compared one by
one with those of the plain function.
"""

import gc
import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks.rules_workload import CHOICES, FLAGS, GROUP_RULES, NUMBERS, TEXTS, Condition, Workload, workload
from tutela.core.rules.check import Checked, check
from tutela.core.rules.compile import Program, compile_rules, rule_pieces
from tutela.core.rules.facts import Fact, Technique, Vocabulary
from tutela.core.rules.generate import slots_of
from tutela.core.rules.printing import quote
from tutela.core.rules.types import FactValues, Type

EVENTS: Final = 1000
COMPARED: Final = 100
ROUNDS: Final = 5
SECONDS: Final = 1.0
SIZES: Final = (100, 1000)
TO_REACH: Final = {100: 12_000, 1000: 1_500}  #: events a second
TO_REACH_COMPILE_S: Final = 2.0
TO_REACH_PIECE_MS: Final = 40.0

OSPREY_AS_STUDIED: Final = {100: 65, 1000: 4}
"""Events a second of its executor as shipped, on 2 cores of a like machine."""

NOTE: Final = (
    f"{EVENTS} events with 18 features, each rule 3 to 5 conditions, every fifth a pattern; best of {ROUNDS}. Beside "
    "Osprey 1.1.0, with gevent as shipped, from a parsed event to labels and verdicts; beside the "
    f"plain function the conditions alone. All effects of the first {COMPARED} events were the same"
)

Effects = list[tuple[str, str, tuple[str, ...]]]


def run() -> list[dict[str, Any]]:
    """Measure and return rows: events a second beside both, and what compiling takes."""
    rows = []
    for size in SIZES:
        load = workload(size, EVENTS)
        checked, seconds = _timed(lambda load=load: _checked(load))
        program, more = _timed(lambda checked=checked: compile_rules(checked))
        events = [_facts(event) for event in load.events]
        plain = _plain(load)
        _compare(program, plain, load)
        whole = _best(lambda event, program=program: _effects(program.run(_facts(event), ())), load.events)
        ours, ceiling = _best(lambda facts, program=program: program.run(facts, ()), events), _best(plain, load.events)
        rows += [
            _row(
                f"{size} rules, with effects / Osprey as studied",
                whole,
                OSPREY_AS_STUDIED[size],
                "events/s",
                TO_REACH[size],
            ),
            _row(f"{size} rules / one plain function", ours, ceiling, "events/s", None),
            _row(f"{size} rules checked and compiled", seconds + more, None, "s", TO_REACH_COMPILE_S),
            _row(f"{size} rules: longest call of compile", _longest_piece(checked), None, "ms", TO_REACH_PIECE_MS),
        ]
    rows[0]["note"] = NOTE
    return rows


def _row(what: str, ours: float, peer: float | None, unit: str, to_reach: float | None) -> dict[str, Any]:
    return {
        "what": f"rules: {what}",
        "ours": round(ours, 3) if unit != "events/s" else round(ours),
        "peer": None if peer is None else round(peer),
        "unit": unit,
        "ratio": None if peer is None else round(ours / peer, 2),
        "to_reach": to_reach,
    }


# ------------------------------------------------------------------------------------------------------------ our rules


def fact_of(feature: str) -> str:
    """Return the attribute that a feature is: `event.sender_age`."""
    return "event." + re.sub(r"(?<!^)(?=[A-Z]|(?<=[a-z])[0-9])", "_", feature).lower()


def vocabulary() -> Vocabulary:
    """Return the features of the load as attributes of events."""
    kinds = {
        **dict.fromkeys(NUMBERS, Type.NUMBER),
        **dict.fromkeys(FLAGS, Type.BOOLEAN),
        **dict.fromkeys((*CHOICES, *TEXTS), Type.TEXT),
    }
    read = {"Text": Technique.TEXT}
    return Vocabulary.of(
        Fact(fact_of(name), kind, "a feature of the load", read.get(name, Technique.BEHAVIOUR))
        for name, kind in kinds.items()
    )


def _written(condition: Condition) -> str:
    fact, value = fact_of(condition["feature"]), condition["value"]
    match condition["op"]:
        case "regex":
            return f"matches({fact}, {quote(value)})"
        case "in":
            return f"{fact} in [{', '.join(map(quote, value))}]"
        case operator:
            return f"{fact} {operator} {json.dumps(value)}"


def conditions(count: int) -> list[str]:
    """Return the conditions of the workload as they are written."""
    return [" and ".join(map(_written, rule)) for rule in workload(count, 1).rules]


def _checked(load: Workload) -> list[Checked]:
    words = vocabulary()
    return [check(" and ".join(map(_written, rule)), words) for rule in load.rules]


_FACTS: Final = {name: fact_of(name) for name in (*NUMBERS, *FLAGS, *CHOICES, *TEXTS)}


def _facts(event: dict[str, Any]) -> FactValues:
    return {_FACTS[name]: value for name, value in event.items()}


def _longest_piece(rules: Sequence[Checked]) -> float:
    """Return the milliseconds of the longest single call of Python's compiler: so long nobody else runs."""
    pieces = rule_pieces(rules, [()] * len(rules), slots_of(rule.expression for rule in rules))
    return max(_timed(lambda piece=piece: compile(piece.source, "rules", "exec"))[1] for piece in pieces) * 1000


# --------------------------------------------------------------------------------------------------- the plain function


def _plain(load: Workload) -> Callable[[dict[str, Any]], list[int]]:
    """Return the rules as somebody would write them for this load alone: nothing is ever unknown."""
    names: dict[str, Any] = {}

    def written(condition: Condition) -> str:
        feature, value = condition["feature"], condition["value"]
        if condition["op"] == "regex":
            name = f"search{len(names)}"
            names[name] = re.compile(value).search
            return f"{name}({feature}) is not None"
        return f"{feature} {condition['op']} {tuple(value) if condition['op'] == 'in' else value!r}"

    lines = ["def plain(event):", *(f" {name} = event[{name!r}]" for name in (*NUMBERS, *FLAGS, *CHOICES, *TEXTS))]
    lines.append(" found = []")
    for place, rule in enumerate(load.rules):
        lines.append(f" if {' and '.join(map(written, rule))}: found.append({place})")
    exec(compile("\n".join((*lines, " return found")), "plain", "exec"), names)  # noqa: S102  # the load is our own
    found: Callable[[dict[str, Any]], list[int]] = names["plain"]
    return found


def _compare(program: Program, plain: Callable[[dict[str, Any]], list[int]], load: Workload) -> None:
    for event in load.events[:COMPARED]:
        if _effects(program.run(_facts(event), ())) != _effects(plain(event)):
            raise SystemExit("the two do not raise the same effects: nothing was measured")


def _effects(fired: list[int]) -> Effects:
    """Return the label and the verdict of each group of which a rule fired, with the rules that did."""
    groups: dict[int, list[str]] = {}
    for place in fired:
        groups.setdefault(place // GROUP_RULES, []).append(f"R{place:04d}")
    return [
        effect
        for group, names in groups.items()
        for effect in (("label", f"label_{group:04d}", tuple(names)), ("verdict", "review", tuple(names)))
    ]


# --------------------------------------------------------------------------------------------------------------- timing


def _best(evaluate: Callable[[Any], Any], events: Sequence[Any]) -> float:
    """Return the most events a second of some rounds."""
    for event in events[:COMPARED]:
        evaluate(event)
    gc.collect()
    return max(_rate(evaluate, events) for _ in range(ROUNDS))


def _rate(evaluate: Callable[[Any], Any], events: Sequence[Any]) -> float:
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        for event in events[:COMPARED]:
            evaluate(event)
        events = (*events[COMPARED:], *events[:COMPARED])
        count += COMPARED
    return count / spent


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
