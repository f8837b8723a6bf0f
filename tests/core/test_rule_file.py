"""Rule files: what is read, what is refused and where, and that no bytes at all break the reader."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from rulebook import BOUNDS, greetings, links
from tutela.core.rules.book import check_rules
from tutela.core.rules.rule import Expectation, Rule, RuleState
from tutela.core.rules.rule_file import read_rules
from tutela.core.rules.rule_writing import source_of, write_rules
from tutela.core.rules.rule_yaml import MAX_FILE_BYTES, Node, Series, Table, compose
from tutela.core.units import Duration
from tutela.errors import Positioned, RuleProblem

WHOLE = """\
# Every part that a rule may have.
- rule: every-part
  clause: cse.conversation
  state: shadow
  when: >
    event.kind == "message" and author.is_adult and recipient.is_minor
    and count_distinct(recipient.id, by=author.id, within="24h") > 5
  then:
    - open_case:
        queue: contact
        severity: high
        because: "reached {count} minors in a day ({author.age_band})"
        on: author
        elsewhere: [{when: '"school" in author.labels', queue: school}]
    - measure: {kind: block_messaging, on: author, to: minors, for: 72h}
    - measure: {kind: hold, on: item}
    - label: {label: reaches-many, on: author, for: 7d, because: reached many}
    - list: {name: look-at, on: recipient, because: was reached}
  tests:
    - name: nested and dotted
      given: {event: {kind: message, at: "2026-11-28T18:00:00+01:00"}, author.account_age: 90m, author.labels: [a, "b"]}
      expect: unknown
    - name: to the school
      given: {event.kind: message}
      after: [{given: {recipient.id: "r{n}", contact.sent: 3, contact.received: 1.5}, times: 5, ago: 2h}]
      fires_to_queue: school
  explains: Why it is there.

# The next one.
- rule: another
  clause: cse.links
  when: text.has_link
  then: [{label: {label: links, on: author, because: has a link}}]
"""


def read(source: str | bytes) -> list[Rule]:
    return [each.rule for each in read_rules(source, BOUNDS)]


def mistakes(source: str | bytes) -> Sequence[Positioned]:
    """Return what is wrong; nothing where all is well."""
    try:
        check_rules(read_rules(source, BOUNDS), BOUNDS.vocabulary)
    except RuleProblem as problem:
        return problem.problems
    return ()


def wrong(source: str | bytes) -> list[tuple[int, int, str, str]]:
    """Return line, column, message and hint of every mistake."""
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
    with pytest.raises(RuleProblem) as caught:
        check_rules(read_rules(source, BOUNDS), BOUNDS.vocabulary)
    found = []
    for each in caught.value.problems:
        before = text[: each.start]
        found.append((before.count("\n") + 1, each.start - before.rfind("\n"), each.message, each.hint))
    return found


def test_every_part_is_read_as_what_it_is() -> None:
    """Facts of a test have the types of their facts, however they are nested."""
    rule, other = read(WHOLE)
    first, second = rule.tests

    assert (rule.name, rule.clause, rule.state) == ("every-part", "cse.conversation", RuleState.SHADOW)
    assert len(rule.then) == 5
    assert first.given == {
        "event.kind": "message", "event.at": 1_795_885_200_000_000, "author.account_age": 5_400_000_000,
        "author.labels": ("a", "b"),
    }  # fmt: skip
    assert (first.expect, second.expect, second.queue) == (Expectation.UNKNOWN, Expectation.FIRES, "school")
    assert second.after[0].facts == {"recipient.id": "r{n}", "contact.sent": 3, "contact.received": 1.5}
    assert (second.after[0].times, second.after[0].ago) == (5, Duration(hours=2))
    assert (other.state, other.tests) == (RuleState.DRAFT, ())


def test_what_is_written_is_read_back() -> None:
    """Written anew, and cut out of its file: each says the same rule."""
    for each in read_rules(WHOLE, BOUNDS):
        assert read(write_rules([each.rule], BOUNDS.vocabulary)) == [each.rule]
        assert read(source_of(each, BOUNDS.vocabulary)) == [each.rule]
    assert "The next one" not in source_of(read_rules(WHOLE, BOUNDS)[0], BOUNDS.vocabulary)
    flow = f"[{{rule: abc, clause: cse.links, when: text.has_link, then: {THEN[9:]}}}]"
    [one] = read_rules(flow, BOUNDS)
    assert read(source_of(one, BOUNDS.vocabulary)) == [one.rule]


THEN = "\n  then: [{label: {label: links, on: author, because: has a link}}]"
HEAD = "- rule: abc\n  clause: cse.links\n  when: text.has_link"


def of(then: str) -> str:
    return f"{HEAD}\n  then: [{then}]"


def with_test(test: str) -> str:
    return f"{HEAD}{THEN}\n  tests: [{test}]"


COUNTED = (
    "{open_case: {queue: a-b, severity: low, because: x, "
    "elsewhere: [{when: 'count(by=author.id, within=\"1h\") > 3', queue: other}]}}"
)
CASE = 'open_case: {queue: links, severity: low, because: "x"}'
CLAUSE_MISSING = "`clause: house.spam`, or another id of docs/reference/policy.md"
MISTAKES = [
    ("", (1, 1, "there is no rule in this", "begin with `- rule: name-of-the-rule`")),
    ("[]", (1, 1, "there is no rule in this", "begin with `- rule: name-of-the-rule`")),
    ("- abc", (1, 3, "a rule is a table", "write `key: value`")),
    ("abc", (1, 1, "a file of rules is a list", "begin each with `- `")),
    (
        "- rule: abc\n  when: text.has_link",
        (
            1,
            3,
            "this rule has no `clause` and no `then`",
            f"write {CLAUSE_MISSING}; `then:` and below it `- open_case:` or another of docs/reference/rules.md",
        ),
    ),
    (
        HEAD.replace("abc", "A b") + THEN,
        (1, 9, "`A b` is no name", "a name is 3 to 61 of a-z, 0-9, `-` and `_`, a letter first"),
    ),
    (HEAD.replace("links", "link") + THEN, (2, 11, "there is no clause `cse.link`", "did you mean `cse.links`?")),
    (HEAD + THEN + "\n  expains: x", (5, 3, "there is no key `expains` here", "did you mean `explains`?")),
    (HEAD + THEN + "\n  state: lives", (5, 10, "there is no state `lives`", "did you mean `live`?")),
    (HEAD + THEN + "\n" + HEAD + THEN, (5, 3, "there are two rules of the name `abc`", "")),
    (
        HEAD.replace("has_link", "has_links") + THEN,
        (3, 9, "there is no fact `text.has_links`", "did you mean `text.has_link`?"),
    ),
    (
        HEAD + THEN.replace("has a link", '"{count} links"'),
        (
            3,
            9,
            "a reason names {count}, and this counts nothing",
            "write count(...) in the condition, or leave {count} out of the reason",
        ),
    ),
    (of(""), (4, 9, "nothing follows from this rule", "begin with `- open_case:`")),
    (
        of("{}"),
        (4, 10, "nothing is asked for here", "begin it with `open_case:` or another, or leave it out"),
    ),
    (of("{open_cas: {}}"), (4, 11, "a rule cannot ask for `open_cas`", "did you mean `open_case`?")),
    (
        of(f"{{{CASE[:-1]}, on: item}}}}"),
        (4, 70, "there is no account of an event `item`", "known are `author`, `recipient`"),
    ),
    (of(f"{{{CASE}}}, {{{CASE}}}"), (4, 9, "the same follows twice", "leave one of them out")),
    (
        of("{open_case: {queue: a-b, severity: low, because: 'says {text.body}'}}"),
        (4, 59, "`text.body` is what somebody wrote, and is not repeated in a reason", "leave it out"),
    ),
    (
        of("{open_case: {queue: a-b, severity: low, because: 'says {author.ag}'}}"),
        (4, 59, "nothing is called `author.ag`", "did you mean `author.id`?"),
    ),
    (
        of("{open_case: {queue: a-b, severity: low, because: 'says {'}}"),
        (4, 59, "a brace stands alone in it", "write {count} or {author.age_band}, or no brace"),
    ),
    (of(COUNTED), (4, 82, "a condition of another queue counts nothing", "count in the condition of the rule")),
    (
        with_test("{name: a, given: {author.id: x}}"),
        (5, 11, "the test does not say what it expects", "add `expect: fires`, silent or unknown"),
    ),
    (
        with_test("{name: a, given: {author.id: x}, expect: clubs}"),
        (
            5,
            52,
            "there is no expectation `clubs`",
            "known are `fires`, `silent`, `unknown` and `{fires_to_queue: NAME}`",
        ),
    ),
    (
        with_test("{name: a, given: {author.idd: x}, expect: fires}"),
        (5, 29, "there is no fact `author.idd`", "did you mean `author.id`?"),
    ),
    (
        with_test("{name: a, given: {author.age_band: old}, expect: fires}"),
        (5, 46, "`author.age_band` is never `old`", "it is one of under_13, 13_15, 16_17, adult, unknown"),
    ),
    (
        with_test("{name: a, given: {contact.sent: many}, expect: fires}"),
        (5, 43, "`contact.sent` is a number", "write it in digits, at most 18"),
    ),
    (
        with_test("{name: a, given: {contact.is_first: yes}, expect: fires}"),
        (5, 47, "`contact.is_first` is a boolean", "write true or false"),
    ),
    (
        with_test("{name: a, given: {event.at: 2026-01-01}, expect: fires}"),
        (5, 39, "`event.at` is a time", "write it as 2026-11-28T18:00:00Z"),
    ),
    (
        with_test("{name: a, given: {contact.age: soon}, expect: fires}"),
        (5, 42, "a span of time is expected here", "write it as 90s, 15m, 24h, 7d or 2w"),
    ),
    (
        with_test("{name: a, given: {author.id: }, expect: fires}"),
        (5, 40, "`author.id` has no value", "leave it out where it is unknown"),
    ),
    (
        with_test("{name: a, given: {author.id: x}, expect: fires, after: [{given: {}, times: 10001}]}"),
        (5, 86, "a whole number from 1 to 10000 is expected here", ""),
    ),
]


@pytest.mark.parametrize(("source", "told"), MISTAKES, ids=[told[2][:40] for _, told in MISTAKES])
def test_a_mistake_is_told_with_its_place_and_what_to_write_instead(
    source: str, told: tuple[int, int, str, str]
) -> None:
    """The whole text of each message."""
    assert wrong(source) == [told]


BEYOND = [
    "kind: suspend, on: author",
    "kind: remove, on: item",
    "kind: quarantine, on: item",
    "kind: lock_pending_decision, on: author",
    "kind: hold, on: author",
    "kind: hold, on: item, for: 24h",
    "kind: block_messaging, on: author, to: minors, for: 73h",
    "kind: block_messaging, on: author, to: minors",
    "kind: block_messaging, on: author, for: 24h",
    "kind: block_messaging, on: author, to: everyone, for: 24h",
    "kind: block_messaging, on: recipient, to: minors, for: 24h",
]


@pytest.mark.parametrize("measure", BEYOND)
def test_a_rule_goes_no_further_than_a_machine_may(measure: str) -> None:
    """Nobody is condemned by a machine (P11): refused when it is written, with the reason."""
    told = wrong(of(f"{{{CASE}}}, {{measure: {{{measure}}}}}").replace("cse.links", "cse.conversation"))
    assert len(told) == 1


def test_a_measure_needs_somebody_who_looks_and_a_clause_that_allows_it() -> None:
    """No case, no measure; and a clause may let a machine do less than the table of ceilings."""
    block = "{measure: {kind: block_messaging, on: author, to: minors, for: 24h}}"
    assert "looked at by nobody" in wrong(of(block).replace("cse.links", "cse.conversation"))[0][2]
    weak = next(c for c in BOUNDS.policy.clauses.values() if c.automation.account == 0)
    assert f"under `{weak.id}`" in wrong(of(f"{{{CASE}}}, {block}").replace("cse.links", weak.id))[0][2]


REFUSED = {
    "an alias": "- rule: *x",
    "an anchor": "- &x rule",
    "a tag": "- !!python/object:os.system x",
    "two documents": "- a\n---\n- b",
    "a directive": "%YAML 1.1\n---\n- a",
    "a key that is no word": "- ? [a]\n  : b",
    "a key twice": "- rule: a\n  rule: b",
    "no YAML": "- a: b: c",
    "too deep": "[" * 5000,
    "too deep by tables": "{a: " * 5000,
    "a NUL": "- rule: a\x00",
    "a line end of YAML alone": "- rule: a\u2028",
    "no UTF-8": b"- rule: \xff",
    "UTF-16": "- rule: a".encode("utf-16"),
    "too large": b"#" * (MAX_FILE_BYTES + 1),
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED)
def test_yaml_that_means_more_than_it_shows_is_refused(source: str | bytes) -> None:
    """One positioned mistake, whatever the reader of YAML would make of it."""
    assert len(wrong(source)) == 1


def test_mistakes_in_conditions_are_pointed_at_in_their_file() -> None:
    """Plain over several lines, folded, literal, and in quotes of both kinds."""
    forms = {
        "text.has_link\n    and author.is_minr": (4, 9),
        ">\n    text.has_link\n    and author.is_minr": (5, 9),
        ">-\n\n    text.has_link and author.is_minr": (5, 23),
        "|\n    text.has_link\n      and author.is_minr": (5, 11),
        "'''x'' == event.kind and author.is_minr'": (3, 34),
        '"\\"x\\" == event.kind and author.is_minr"': (3, 34),
    }
    for when, place in forms.items():
        [(line, column, message, _)] = wrong(HEAD.replace("text.has_link", when) + THEN)
        assert (line, column) == place, when
        assert message == "there is no fact `author.is_minr`"


def test_every_mistake_is_told_at_once() -> None:
    """One in each part of two rules."""
    source = (HEAD + THEN).replace("links", "lnks") + "\n" + (HEAD + THEN).replace("abc", "A") + "\n  stat: live"
    assert [line for line, *_ in wrong(source)] == [2, 5, 9]


EVERYTHING = """\
- rule: abc
  clause: house.spam
  when: event.kind = "message" and author.is_minr and text.has_lnk
  then:
    - open_case: {qeue: spam, severity: worst, because: "{c", on: item, elsewhere: [{when: author.ag > 3, queue: A}]}
    - label: {label: "B c", on: nobody, for: long, because: "{x}"}
  tests:
    - name: a
      gven: {author.idd: x}
      after: [{given: {author.idd: x}, times: many, ago: soon}]
      expct: fires
- rule: other
  clause: house.spam
  when: text.has_lnk
  then: [{label: {label: links, on: author, because: has a link}}]
"""


def test_one_mistake_hides_no_other() -> None:
    """Neither a key that is misspelt, nor a sign that is none, nor another rule: each is told once."""
    told = [(line, message) for line, _, message, _ in wrong(EVERYTHING)]
    assert told == [
        (3, "`=` gives a name to an argument, and compares nothing"),
        (3, "there is no fact `author.is_minr`"),
        (3, "there is no fact `text.has_lnk`"),
        (5, "there is no key `qeue` here"),
        (5, "there is no severity `worst`"),
        (5, "a brace stands alone in it"),
        (5, "there is no account of an event `item`"),
        (5, "there is no fact `author.ag`"),
        (5, "`A` is no name"),
        (6, "`B c` is no name"),
        (6, "there is no account of an event `nobody`"),
        (6, "a span of time is expected here"),
        (6, "nothing is called `x`"),
        (9, "there is no key `gven` here"),
        (10, "there is no fact `author.idd`"),
        (10, "a whole number from 1 to 10000 is expected here"),
        (10, "a span of time is expected here"),
        (11, "there is no key `expct` here"),
        (14, "there is no fact `text.has_lnk`"),
    ]


_LINES = st.sampled_from(WHOLE.splitlines()) | st.text(max_size=20)


@settings(max_examples=examples(100), deadline=None)
@given(st.binary(max_size=300) | st.lists(_LINES, max_size=30).map("\n".join))
def test_any_bytes_end_in_rules_or_in_places(source: bytes | str) -> None:
    """Nothing else is ever raised."""
    assert all(each.start < each.end for each in mistakes(source))


@pytest.mark.parametrize("empty", ["{}", "[]", "[{}]", "[[]]", '""', ""])
def test_a_part_that_is_empty_ends_in_rules_or_in_places(empty: str) -> None:
    """Each part of a whole file in turn, the file itself among them."""
    document = compose(WHOLE)
    assert document is not None
    parts = list(_parts(document))
    assert len(parts) > 100
    for part in parts:
        end = part.start + len(WHOLE[part.start : part.end].rstrip())
        assert all(each.start < each.end for each in mistakes(WHOLE[: part.start] + empty + WHOLE[end:]))


def _parts(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Series):
        for item in node.items:
            yield from _parts(item)
    if isinstance(node, Table):
        for key, said in node.pairs.values():
            yield key
            yield from _parts(said)


@settings(max_examples=examples(100), deadline=None)
@given(
    st.integers(0, len(WHOLE)), st.integers(0, 60), st.sampled_from(["", "[", "}", ":", '"', "\t", "&a ", "- ", "\\"])
)
def test_a_damaged_file_ends_in_rules_or_in_places(start: int, length: int, instead: str) -> None:
    """A whole file with a piece taken out or replaced."""
    assert all(each.start < each.end for each in mistakes(WHOLE[:start] + instead + WHOLE[start + length :]))


@pytest.mark.parametrize(
    "when",
    [
        "text.names > 0",
        'event.kind == "message" and (author.is_adult or count(by=author.id, within="1h", where=text.names > 0) > 1)',
    ],
)
def test_no_measure_rests_on_a_name(when: str) -> None:
    """P11: namesakes exist, and people speak of what happened to them. A case for a person may."""
    head = f"- rule: abc\n  clause: cse.identifying\n  when: {when}\n  then:\n"
    case = '    - open_case: {queue: names, severity: high, because: "seen"}\n'
    tests = "  tests: [{name: b, expect: silent, given: {text.names: 0, event.kind: post, author.id: a}}]\n"
    measure = "    - measure: {kind: hold, on: item}\n"
    assert mistakes(head + case + tests) == ()
    [(line, _, message, hint)] = wrong(head + case + measure + tests)
    assert (line, message) == (3, "no measure may rest on `text.names`")
    assert hint == "open a case, and let a person decide"


_SOUND = """\
- rule: abc
  clause: cse.links
  when: text.has_link
  then:
    - open_case:
        queue: spam
        severity: medium
        because: "a link"
"""


@pytest.mark.parametrize(
    ("was", "written", "line", "hint"),
    [
        ("        severity", "       sevrity", 7, "line it up"),
        ("  then", " than", 4, "line it up"),
        ('"a link"', "@link", 8, "must be quoted"),
        ('"a link"', '"a \\link"', 8, "must be quoted"),
    ],
)
def test_a_mistake_in_yaml_says_what_to_mend_and_where(was: str, written: str, line: int, hint: str) -> None:
    """Also where no line of it stands in a wrong column: see `test_rule_layout`."""
    [(found, _, message, told)] = wrong(_SOUND.replace(was, written))
    assert found == line
    assert message.startswith("this is no YAML")
    assert hint in told


def test_the_rules_of_other_tests_may_be_used() -> None:
    """They are checked here, where a mistake in them is told best."""
    assert len(check_rules(read_rules(links() + greetings(), BOUNDS), BOUNDS.vocabulary)) == 2


def test_the_mistakes_that_are_told_are_bounded() -> None:
    """Whoever sends thousands waits for no search for thousands of names."""
    given = ", ".join(f"author.ag{number}: x" for number in range(9000))
    assert len(wrong(f"{HEAD}{THEN}\n  tests: [{{name: a, expect: fires, given: {{{given}}}}}]")) == 20
    after = "[{given: {}, times: 6000}, {given: {}, times: 6000}]"
    [(line, _, message, _)] = wrong(f"{HEAD}{THEN}\n  tests: [{{name: a, expect: fires, given: {{}}, after: {after}}}]")
    assert (line, message) == (5, "these are more than 10000 events")
