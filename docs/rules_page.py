"""The page about the form of a rule, from the tables that read, check and move rules."""  # noqa: INP001  # beside build.py

from collections.abc import Iterable

from tutela.bootstrap.ruling import load_shipped_rules, rule_bounds
from tutela.core.conduct import DUE_WITHIN, REPEATED_WITHIN
from tutela.core.events import (
    BUILT_IN,
    CLOCK_SKEW,
    MADE_HERE,
    MAX_ATTRIBUTES,
    MAX_KINDS,
    OLDEST,
    POST,
    EventKind,
    must_say_channel,
    vocabulary_of,
)
from tutela.core.policy import Ceilings, Policy, Severity
from tutela.core.rules import check_counters, counting, rule, rule_effects, rule_file, rule_given, rule_yaml
from tutela.core.rules.check_counters import COUNTERS
from tutela.core.rules.facts import FACTS, Fact
from tutela.core.rules.functions import FUNCTIONS, Function
from tutela.core.rules.lexer import MAX_DIGITS
from tutela.core.rules.operations import ARITHMETIC
from tutela.core.rules.problems import MAX_PROBLEMS
from tutela.core.rules.rule import OpenCase, RuleState
from tutela.core.rules.rule_effects import Bounds
from tutela.core.rules.rule_states import MOVES, Takes
from tutela.core.rules.shipped import ShippedRule
from tutela.core.rules.syntax import ARITHMETIC as SIGNS
from tutela.core.rules.syntax import COMPARISONS, MEMBERSHIPS
from tutela.core.rules.types import MICROSECONDS
from tutela.core.units import Duration

_INTRODUCTION = """\
What may stand in a file of rules, and nothing else. How to write one: [write a rule](../how-to/write-a-rule.md). Why it
is as it is: [rules](../explanation/rules.md)."""

_FILE = f"""\
A file is a list of rules in YAML, UTF-8, at most {rule_yaml.MAX_FILE_BYTES // 1024} KiB and {rule_file.MAX_RULES:,}
rules. Anchors, aliases, tags and directives are refused, and so is a key that stands twice.

All mistakes that can be found are told at once, up to {MAX_PROBLEMS} of them, each with its line and column. Where a
line stands in the wrong column, or a bracket or quote is never closed, nobody can say what the rest of the file means:
that is told alone. Of a condition that is no expression, that is told where it breaks, and each name in it that is no
fact."""

_NAME = "3 to 61 of `a` to `z`, `0` to `9`, `-` and `_`, a letter first"
_SPAN = "a number and one of `s`, `m`, `h`, `d`, `w`: `90s`, `15m`, `24h`, `7d`, `2w`"

_RULE_KEYS = (
    ("`rule`", "yes", f"its name: {_NAME}"),
    ("`clause`", "yes", "the id of a clause of the [policy](policy.md), in whose name it acts and which bounds it"),
    ("`state`", "", "what its file asks for. Whatever it says, what is written is stored as a draft"),
    ("`explains`", "", f"to whoever looks at what it found; at most {rule_file.MAX_EXPLAINS_CHARACTERS:,} characters"),
    ("`when`", "yes", f"the condition; at most {rule.MAX_CONDITION_CHARACTERS:,} characters"),
    ("`then`", "yes", f"what follows: 1 to {rule_effects.MAX_EFFECTS} of those below"),
    ("`tests`", "to leave draft", f"at most {rule_given.MAX_TESTS}"),
)
_BECAUSE = (
    f"what a reviewer reads; at most {rule_effects.MAX_BECAUSE_CHARACTERS} characters. `{{count}}` is what the first "
    "counter of the condition came to, `{author.age_band}` any fact that is not of the technique `text`"
)
_ELSEWHERE = (
    f"at most {rule_effects.MAX_ELSEWHERE} of `{{when, queue}}`; the first that holds decides; no counters in it"
)
_EFFECT_KEYS = (
    ("`open_case`", "`queue`", "yes", f"the kind under which the case is listed: {_NAME}"),
    ("", "`severity`", "yes", "by when a person looks, see below"),
    ("", "`because`", "yes", _BECAUSE),
    ("", "`on`", "", "`author` (where it is left out) or `recipient`"),
    ("", "`elsewhere`", "", _ELSEWHERE),
    ("`measure`", "`kind`", "yes", "`hold` or `block_messaging`; needs an `open_case` beside it"),
    ("", "`on`", "yes", "`item` of a hold, `author` of a block"),
    ("", "`to`", "of a block", "`minors`"),
    ("", "`for`", "of a block", "how long; a hold ends with its case"),
    ("`label`", "`label`", "yes", f"its name: {_NAME}"),
    ("", "`on`", "yes", "`author` or `recipient`"),
    ("", "`because`", "yes", "as above"),
    ("", "`for`", "", "how long; without it until somebody takes it off"),
    ("`list`", "`name`", "yes", "as `label`; the rest is the same"),
    ("`classify`", "`with`", "yes", "the `id` of [a classifier](../how-to/connect-a-classifier.md) that is asked"),
)  # fmt: skip
_GIVEN = (
    "the facts of the event that is tested, with dots or nested; what is left out is unknown. `is_minor`, "
    "`is_adult` and `is_protected` follow from `age_band`, `text.has_link` from `text.links`, `item.has_media` from "
    "`item.media_ids`"
)
_AFTER = (
    f"what happened before: at most {rule_given.MAX_AFTER} of `{{given, times, ago}}`. `times` repeats it, and `{{n}}` "
    "in a text is then the number, from 1; `ago` is how long before the tested event. At most "
    f"{rule_given.MAX_EVENTS:,} events altogether"
)
_EXPECT = (
    "`fires`; `silent`: it does not fire and all that it asks is known; `unknown`: it does not fire because something "
    "is not known; or `{fires_to_queue: NAME}`"
)
_TEST_KEYS = (
    ("`name`", "yes", "what is shown"),
    ("`given`", "yes", _GIVEN),
    ("`after`", "", _AFTER),
    ("`expect`", "yes", _EXPECT),
)  # fmt: skip

_LITERALS = (
    ("text", "`\"...\"` or `'...'`, with `\\\\`, `\\\"`, `\\'`, `\\n`, `\\t` and `\\uXXXX`"),
    ("number", f"`5`, `0.5`, `1e6`; at most {MAX_DIGITS} digits"),
    ("boolean", "`true`, `false`"),
    ("list of texts", '`["a", "b"]`; after `in` also of numbers'),
    ("duration", f"a text where a duration is expected: {_SPAN}"),
    ("time", 'a text where a time is expected, as ISO 8601 with its zone: `"2026-11-26T12:00:00Z"`'),
)  # fmt: skip

_WINDOWS_US = (check_counters.SHORTEST_US, check_counters.LONGEST_US)
_GROUPS = (
    ("event", "The event"), ("channel", "The place"), ("author", "Who did it"), ("recipient", "Whom it was done to"),
    ("contact", "What was between the two before"), ("text", "What was written"), ("item", "What was posted"),
    ("device", "Device and network"), ("network", ""), ("classifier", "What a classifier said"),
)  # fmt: skip

_STATES = {
    RuleState.DRAFT: "only its tests run",
    RuleState.SHADOW: "looks at every event, and what it would have done is recorded; nothing comes of it",
    RuleState.LIVE: "acts",
    RuleState.RETIRED: "does nothing",
}


_GROUPS_SAID = """\
Which groups of facts an event has: those of the event, the channel and the author always, those of device and network
where they are named, those of an item where it was submitted as one (a `post`, or a `message` that was), those of a
classifier only a `classification`. Where the last column says so, the event is refused unless it says how public its
channel is; elsewhere the channel is public where nothing is said."""

_FACTS_SAID = """\
What is not here, and is no attribute of a kind of event, does not exist. What is not known of an event is *unknown*.
The technique says which basis it takes [beyond public channels](../how-to/tell-events.md)."""

_MOVES_SAID = """\
Of one name at most one version is live and at most one in shadow; the one that comes retires the one that was there. A
version is never edited."""

_SHIPPED_SAID = """\
They are live unless two people decided otherwise. A version of your own under the same name takes the place of the one
that ships once it is live."""

_UNKNOWN_SAID = """\
What has an unknown operand is unknown, but for `and`, `or`, `known` and `default`. What has no answer is unknown as
well: a division by zero, a number beyond 1e300. **A rule fires where its condition is true**, and neither where it is
false nor where it is unknown."""

_PATTERNS_SAID = """\
Patterns are those of [RE2](https://github.com/google/re2/wiki/Syntax): they take time that grows with the text only."""


def rules_page(policy: Policy, ceilings: Ceilings) -> str:
    """Return docs/reference/rules.md."""
    bounds = rule_bounds(policy, ceilings)
    parts = [
        "# Rules",
        "<!-- Written by ./dev docs from core/rules, core/events.py and policy/rules. Change those, not this page. -->",
        _INTRODUCTION,
        "## A file",
        _FILE,
        _table(("key of a rule", "needed", "what it is"), _RULE_KEYS),
        "## What may follow",
        _table(("of `then`", "key", "needed", "what it is"), _EFFECT_KEYS),
        _bounded(bounds),
        _due(),
        "## Tests beside a rule",
        _table(("key of a test", "needed", "what it is"), _TEST_KEYS),
        *_conditions(),
        "## Facts",
        _FACTS_SAID,
        *_facts(),
        "## Kinds of events",
        _kinds_said(),
        _table(("kind", "what happened", "attributes", "what holds of it"), map(_kind, BUILT_IN.values())),
        _GROUPS_SAID,
        _table(("kind", "recipient and contact", "text", "channel"), map(_groups, BUILT_IN.values())),
        "## States and moves",
        _table(("state", "what a version does in it"), ((_code(each), said) for each, said in _STATES.items())),
        _table(("from", "to", "takes"), ((_code(a), _code(b), _takes(takes)) for (a, b), takes in MOVES.items())),
        _MOVES_SAID,
        "## Rules that ship",
        _SHIPPED_SAID,
        *map(_shipped, load_shipped_rules(bounds).values()),
    ]
    return "\n\n".join(parts) + "\n"


def _bounded(bounds: Bounds) -> str:
    hours = bounds.ceiling.account_max_hours
    repeated = f"{REPEATED_WITHIN.seconds / 3600:.0f} h"
    return f"""\
A rule may hold an item that is new and public, and keep its author from writing to minors for at most {hours} h: never
an author who is known to be a minor, and only under a clause that lets a machine do so. Everything else is for the
person before whom it lays the account; because of what a classifier said it does neither. Where a rule fires again for
the same account within {repeated}, that is kept as `repeated`, and nothing is asked for again. What several rules ask
for is done once, at the gravest severity."""


def _due() -> str:
    rows = ((_code(each.name.lower()), _said(DUE_WITHIN[each])) for each in sorted(Severity, reverse=True))
    return _table(("severity", "a person looks within"), rows)


def _conditions() -> list[str]:
    return [
        "## Conditions",
        f"One expression, at most {rule.MAX_DEPTH} deep. A comment begins with `#`. Line breaks are blanks.",
        _table(("type", "how it is written"), _LITERALS),
        "### Operators",
        "From the loosest to the tightest:",
        _table(("operator", "what it does"), _operators()),
        _UNKNOWN_SAID,
        "Arithmetic goes between these:",
        _table(("operator", "between", "is a"), _arithmetic()),
        "### Functions",
        _table(("function", "of", "is a", "what it says"), map(_function, FUNCTIONS.values())),
        _PATTERNS_SAID,
        "### Counters",
        _table(("counter", "counts"), _counters()),
        _counters_said(),
    ]


def _counters_said() -> str:
    shortest, longest = (_said(Duration(seconds=each / MICROSECONDS)) for each in _WINDOWS_US)
    return f"""\
* `by`: a text, a list of up to {check_counters.MAX_KEY_PARTS} texts that are one key together, or a fact that is a list
  of texts: then the event is counted under each, up to {counting.MAX_KEYS}, and the largest count is the value.
* `within`: a literal of {shortest} to {longest}. The window slides, and ends with the newest event of its key.
* `where`: which events are counted. Left out, those of which everything is true that stands beside the counter with
  `and` and counts nothing itself. `where=true` counts every event.
* The present event is counted where `where` is true of it. Where a key is unknown, or the counter is full, the count is
  unknown.
* A condition has at most {check_counters.MAX_COUNTERS} counters, and none stands in another."""


def _operators() -> Iterable[tuple[str, str]]:
    yield "`or`", "true where one side is true, whatever the other; false where both are false"
    yield "`and`", "false where one side is false, whatever the other; true where both are true"
    yield "`not`", "unknown of unknown"
    yield (
        _codes(COMPARISONS),
        "between two of the same type. Booleans and lists have no order, texts that of their code points",
    )
    yield _codes(MEMBERSHIPS), "whether a value is in a list"
    yield _codes(SIGNS[:2]), "and `-x`"
    yield _codes(SIGNS[2:]), ""


def _arithmetic() -> Iterable[tuple[str, str, str]]:
    by_result: dict[tuple[str, str], list[str]] = {}
    for (sign, left, right), (result, _) in ARITHMETIC.items():
        by_result.setdefault((f"{left} and {right}", str(result)), []).append(sign)
    for (between, result), signs in by_result.items():
        yield _codes(signs), between, result


def _function(function: Function) -> tuple[str, ...]:
    of = "; ".join(
        f"{each.name}: {_types(each.types, is_like_first=each.is_like_first)}" for each in function.parameters
    )
    result = "as the first" if function.result is None else str(function.result)
    return _code(function.signature), of, result, function.says


def _types(types: Iterable[object], *, is_like_first: bool) -> str:
    known = [str(each) for each in types]
    if is_like_first:
        return "as the first"
    return "anything" if len(known) > 4 else " or ".join(known)  # noqa: PLR2004  # a list that says no more than that


def _counters() -> Iterable[tuple[str, str]]:
    says = {
        "count": "events",
        "count_distinct": "different values, texts or numbers",
        "sum": "numbers, added up",
    }
    for name, form in COUNTERS.items():
        yield _code(form.form), says[name]


def _facts() -> Iterable[str]:
    for prefix, title in _GROUPS:
        rows = [_fact(each) for each in FACTS.values() if each.name.startswith(f"{prefix}.")]
        if title:
            if prefix == "device":
                rows += [_fact(each) for each in FACTS.values() if each.name.startswith("network.")]
            yield f"### {title}"
            yield _table(("fact", "type", "what it says", "technique"), rows)


def _fact(fact: Fact) -> tuple[str, ...]:
    says = fact.says + (f"; {_codes(fact.choices)}" if fact.choices else "")
    return _code(fact.name), str(fact.type), says, _code(fact.technique)


def _kinds_said() -> str:
    return f"""\
A platform declares others beside these with `PUT /v1/event-kinds`: {MAX_KINDS} kinds with these, {MAX_ATTRIBUTES}
attributes each. A rule asks for an attribute as `event.NAME`. An event is told within {OLDEST.delta.days} days, and at
most {CLOCK_SKEW.seconds / 60:.0f} minutes ahead of our clock. `post` cannot be told: submitting an item makes it, or a
`message` where the item's kind is `message`."""


def _kind(kind: EventKind) -> tuple[str, ...]:
    types = vocabulary_of({kind.name: kind}).facts
    attributes = ", ".join(f"`{name}` ({types[f'event.{name}'].type})" for name in kind.attributes)
    flags = {
        "a recipient is needed": kind.has_recipient,
        "a contact": kind.is_contact,
        "a refusal": kind.is_refusal,
        "heard in every channel": kind.is_notice,
    }
    return _code(kind.name), kind.says, attributes, ", ".join(word for word, holds in flags.items() if holds)


def _groups(kind: EventKind) -> tuple[str, ...]:
    if kind.name in MADE_HERE:
        if kind.name == POST:
            return (
                _code(kind.name),
                "never: an item that names one is a `message`",
                "if something was written",
                "its item's",
            )
        return _code(kind.name), "as the event about which was asked", "never", "that of the event"
    needs = {
        "always": must_say_channel(kind, has_recipient=kind.has_recipient, is_written=False),
        "with a recipient": must_say_channel(kind, has_recipient=True, is_written=False),
        "with a text": must_say_channel(kind, has_recipient=kind.has_recipient, is_written=True),
    }
    when = "always" if needs["always"] else ", or ".join(word for word, holds in needs.items() if holds)
    recipient = "always" if kind.has_recipient else "if one is named"
    return _code(kind.name), recipient, "if something was written", f"needed {when}" if when else "not needed"


def _takes(takes: Takes) -> str:
    words = ["tests that pass"] * takes.tests
    words += ["somebody else who approves"] * takes.second
    if takes.second_where_it_weakens:
        words.append("somebody else who approves, under a clause of the twelve and of a rule that ships")
    return "; ".join(words) or "one person"


def _shipped(shipped: ShippedRule) -> str:
    found = shipped.checked.rule
    case = next(each for each in found.then if isinstance(each, OpenCase))
    queues = [_code(case.queue), *(f"{_code(other.queue)} where `{other.when}`" for other in case.elsewhere)]
    more = [
        f"`{each.kind}` for {_said(each.lasts)}" if each.lasts else f"`{each.kind}`"
        for each in found.then
        if isinstance(each, rule.GrantMeasure)
    ]
    follows = f" Measure, while a person looks: {', '.join(more)}." if more else ""
    return "\n\n".join((
        f"### `{found.name}`",
        " ".join(found.explains.split()),
        f"Clause `{found.clause}`. Severity `{case.severity.name.lower()}`. Queue {', '.join(queues)}.{follows}",
        f"```text\n{found.when}\n```",
    ))  # fmt: skip


def _said(span: Duration) -> str:
    seconds = round(span.seconds)
    for size, word in ((86_400, "days"), (3_600, "h"), (60, "minutes")):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {word}"
    return f"{seconds // 60} minutes" if seconds > 60 else "one minute"  # noqa: PLR2004  # a minute


def _code(word: object) -> str:
    return f"`{word}`"


def _codes(words: Iterable[object]) -> str:
    return ", ".join(map(_code, words))


def _table(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    lines: list[Iterable[str]] = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |").replace("|  |", "| |") for line in lines)
