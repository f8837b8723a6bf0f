"""A load for engines of rules that belongs to none of them: rules over 16 features, and events.

The same seed makes the same rules and events as in the study of Osprey, so that its figures and ours are of one load;
`python -m benchmarks.rules_workload FOLDER RULES EVENTS [SEED]` writes it for another engine.
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SEED: Final = 7
GROUP_RULES: Final = 5
MOST_WORDS: Final = 40

NUMBERS: Final = {
    "SenderAge": ("sender.age", 13, 60),
    "RecipientAge": ("recipient.age", 10, 60),
    "AccountAgeDays": ("sender.account_age_days", 0, 2000),
    "ThreadLength": ("dm.thread_length", 0, 200),
    "Recipients24h": ("counts.dm_recipients_24h", 0, 80),
    "Minors24h": ("counts.minors_contacted_24h", 0, 30),
    "Notices30d": ("counts.notices_30d", 0, 6),
    "MessageLength": ("message.length", 0, 400),
}
FLAGS: Final = {
    "HasLink": "message.has_link",
    "HasImage": "message.has_image",
    "FirstContact": "dm.first_contact",
    "Verified": "sender.verified",
}
CHOICES: Final = {
    "Language": ("message.lang", ("en", "es", "de", "fr", "pt", "ru")),
    "Country": ("sender.country", ("US", "GB", "DE", "BR", "IN", "JP")),
    "Client": ("sender.client", ("ios", "android", "web", "bot")),
}
TEXTS: Final = {"Text": "message.text", "SenderId": "sender.id", "RecipientId": "recipient.id"}
WORDS: Final = (
    "hello", "how", "are", "you", "today", "game", "code", "free", "gift", "meet", "school", "cat", "dog", "run",
    "fast", "brown", "fox", "sun", "rain", "river", "stone", "paper", "green", "table", "lamp", "music", "train",
    "bread", "window", "garden", "letter",
)  # fmt: skip

Condition = dict[str, Any]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Workload:
    """Rules, each a list of conditions that must all hold, and the events that they run on."""

    rules: list[list[Condition]]
    events: list[Event]  #: the feature by its name


def workload(rule_count: int, event_count: int, seed: int = SEED) -> Workload:
    """Return the load of *seed*."""
    dice = random.Random(seed)  # noqa: S311  # a load that is the same on every machine, nothing secret
    rules = [_rule(dice, number) for number in range(rule_count)]
    return Workload(rules, [_event(dice) for _ in range(event_count)])


def _rule(dice: random.Random, number: int) -> list[Condition]:
    found = [_bound(dice, name) for name in dice.sample(sorted(NUMBERS), 2)]
    found.append({"op": "==", "feature": dice.choice(sorted(FLAGS)), "value": dice.random() < 1 / 2})
    if number % 2 == 0:
        name = dice.choice(sorted(CHOICES))
        found.append({"op": "in", "feature": name, "value": sorted(dice.sample(list(CHOICES[name][1]), 2))})
    if number % 5 == 0:
        words = "|".join(dice.sample(WORDS, 4))
        found.append({"op": "regex", "feature": "Text", "value": rf"\b({words})\b"})
    return found


def _bound(dice: random.Random, name: str) -> Condition:
    _, low, high = NUMBERS[name]
    quarter = (high - low) // 4
    value = dice.randint(low + quarter, high - quarter)
    return {"op": dice.choice([">=", "<"]), "feature": name, "value": value}


def _event(dice: random.Random) -> Event:
    people = {"SenderId": f"u{dice.randrange(5000)}", "RecipientId": f"u{dice.randrange(5000)}"}
    numbers = {name: dice.randint(low, high) for name, (_, low, high) in NUMBERS.items()}
    flags = {name: dice.random() < 1 / 2 for name in FLAGS}
    choices = {name: dice.choice(values) for name, (_, values) in CHOICES.items()}
    text = " ".join(dice.choice(WORDS) for _ in range(dice.randint(4, MOST_WORDS)))
    return {**people, **numbers, **flags, **choices, "Text": text}


# ------------------------------------------------------------------------------------------------- as files for others


def paths() -> dict[str, tuple[str, str]]:
    """Return where each feature lies in an event as others read it, and its type."""
    found = {name: (path, "int") for name, (path, _, _) in NUMBERS.items()}
    found |= {name: (path, "bool") for name, path in FLAGS.items()}
    found |= {name: (path, "str") for name, (path, _) in CHOICES.items()}
    return found | {name: (path, "str") for name, path in TEXTS.items()}


def write(load: Workload, folder: Path) -> None:
    """Write `rules.json` and `events.jsonl`."""
    names = [f"R{number:04d}" for number in range(len(load.rules))]
    spec = {
        "features": {name: [f"$.{path}", kind] for name, (path, kind) in paths().items()},
        "rules": [{"name": name, "when_all": rule} for name, rule in zip(names, load.rules, strict=True)],
        "groups": [
            {
                "rules_any": names[first : first + GROUP_RULES],
                "label": f"label_{first // GROUP_RULES:04d}",
                "verdict": "review",
            }
            for first in range(0, len(names), GROUP_RULES)
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    (folder / "events.jsonl").write_text("".join(_lines(load.events)), encoding="utf-8")


def _lines(events: list[Event]) -> Iterator[str]:
    places = {name: path.split(".") for name, (path, _) in paths().items()}
    for number, event in enumerate(events, start=1):
        nested: dict[str, Any] = {}
        for name, value in event.items():
            parent, leaf = places[name]
            nested.setdefault(parent, {})[leaf] = value
        yield json.dumps({"id": number, "name": "message_sent", "data": nested}) + "\n"


def main() -> None:
    """Write what the command line asks for."""
    folder, rules, events, *seed = sys.argv[1:]
    write(workload(int(rules), int(events), int(seed[0]) if seed else SEED), Path(folder))


if __name__ == "__main__":
    main()
