"""Hypothesis strategies for the rule language: shapes, conditions that fit the facts, and facts to run them on."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tutela.core.rules import syntax as s
from tutela.core.rules.facts import Fact, Technique, Vocabulary
from tutela.core.rules.functions import FUNCTIONS
from tutela.core.rules.functions.function import Form
from tutela.core.rules.literals import duration_text
from tutela.core.rules.types import MICROSECONDS, Type

HOUR_US = 3_600 * MICROSECONDS

DECLARED = (
    Fact("event.amount", Type.NUMBER, "an amount"),
    Fact("event.note", Type.TEXT, "a note", Technique.TEXT),
    Fact("event.urgent", Type.BOOLEAN, "whether it is urgent"),
)
VOCABULARY = Vocabulary.of(DECLARED)

USED: Mapping[Type, tuple[str, ...]] = {
    Type.BOOLEAN: ("event.urgent", "author.is_minor", "contact.is_first"),
    Type.NUMBER: ("event.amount", "contact.sent", "author.findings"),
    Type.TEXT: ("event.note", "author.id", "text.body"),
    Type.TIME: ("event.at",),
    Type.DURATION: ("contact.age", "author.account_age"),
    Type.TEXTS: ("author.labels", "text.links", "item.tags"),
}
"""Few facts of each type, so that the same are met often; none with choices."""

WORDS = (
    "",
    "a",
    "ab",
    "sun",
    "Sun rain",
    "river stone",
    'quo"te',
    "back\\slash",
    "é",
    "漢字",
    "\n",
    "https://example.org/a",
)
words = st.sampled_from(WORDS)
numbers = st.integers(0, 12) | st.sampled_from([0, 0.5, 2.5, 10**17, 1e300, 1e-300])
durations = st.integers(0, 40).map(lambda hours: hours * HOUR_US)
times = st.integers(-3, 40).map(lambda hours: 1_790_000_000 * MICROSECONDS + hours * HOUR_US)
lists = st.lists(st.sampled_from(("a", "ab", "sun", "rain", "é")), max_size=3).map(tuple)

values: Mapping[Type, st.SearchStrategy[Any]] = {
    Type.BOOLEAN: st.booleans(),
    Type.NUMBER: numbers | st.integers(-9, -1) | st.just(-1e300),
    Type.TEXT: words,
    Type.TIME: times,
    Type.DURATION: durations,
    Type.TEXTS: lists,
}

_all_facts = st.fixed_dictionaries(
    {name: st.one_of([values[kind]] * 4 + [st.none()]) for kind, names in USED.items() for name in names}
)


def _some_left_out(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None or name.startswith("a")}


facts = _all_facts.map(_some_left_out)
"""What is known of an event: each fact there, unknown, or not there at all."""

few_facts = st.fixed_dictionaries(
    {
        **{name: st.sampled_from((True, False, None)) for name in USED[Type.BOOLEAN]},
        "author.id": st.sampled_from(("a", "b", None)),
        "text.links": st.sampled_from((("a", "b"), ("a",), (), None)),
        "event.amount": st.sampled_from((1, 5, None)),
    }
)
"""What `counting` asks for."""

# ------------------------------------------------------------------------------------------------------------- shapes

names = st.sampled_from(("a", "b.c", "author.id", "x_1", "known", "notable", "inside"))
literals = (
    st.builds(s.Truth, st.booleans())
    | st.builds(s.Number, st.integers(0, 10**18 - 1) | st.floats(0, 1e307, allow_nan=False))
    | st.builds(s.Text, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
    | st.builds(s.Name, names)
)


def _compound(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[s.Node]:
    several = st.lists(inner, max_size=3).map(tuple)
    operators = st.sampled_from((*s.COMPARISONS, *s.MEMBERSHIPS, *s.ARITHMETIC))
    keywords = st.lists(inner, max_size=2).map(lambda given: tuple(map(s.Keyword, ("by", "where"), given)))
    return (
        st.builds(s.Items, several)
        | st.builds(s.Unary, st.sampled_from((s.NOT, s.NEGATIVE)), inner)
        | st.builds(s.Binary, operators, inner, inner)
        | st.builds(s.chain, st.sampled_from((s.AND, s.OR)), st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(s.Call, names, several, keywords)
    )


shapes = st.recursive(literals, _compound, max_leaves=12)
"""Any expression at all, whether it makes sense or not."""

# --------------------------------------------------------------------------------------------------------- conditions

_PATTERNS = ("s.n", r"\bsun\b", "^a", "(?i)RAIN", "é", "[^a]", "")


def _literal(kind: Type) -> st.SearchStrategy[s.Node]:
    match kind:
        case Type.BOOLEAN:
            return st.builds(s.Truth, st.booleans())
        case Type.NUMBER:
            return st.builds(s.Number, numbers)
        case Type.TEXT:
            return st.builds(s.Text, words)
        case Type.DURATION:  # where any duration could stand, a text would be read as one
            return st.builds(s.Call, st.just("default"), st.tuples(st.just(s.Name("contact.age")), _duration_text))
        case Type.TIME:
            return st.just(s.Name("event.at"))
        case _:
            return st.builds(s.Items, st.lists(st.builds(s.Text, words), max_size=3).map(tuple))


_duration_text = durations.map(duration_text).map(s.Text)


@cache
def expressions(kind: Type, depth: int = 3, *, counts: bool = False) -> st.SearchStrategy[s.Node]:
    """Return well-typed expressions."""
    leaves = st.builds(s.Name, st.sampled_from(USED[kind])) | _literal(kind)
    if depth == 0:
        return leaves
    made = [leaves, _defaults(kind, depth - 1, counts=counts), *_MADE[kind](depth - 1, counts)]
    return st.one_of(made)


def _of(kind: Type, depth: int, counts: bool) -> st.SearchStrategy[s.Node]:  # noqa: FBT001  # passed on many times
    return st.deferred(lambda: expressions(kind, depth, counts=counts))


def _call(name: str, *given: st.SearchStrategy[s.Node]) -> st.SearchStrategy[s.Node]:
    return st.builds(s.Call, st.just(name), st.tuples(*given))


def _defaults(kind: Type, depth: int, *, counts: bool) -> st.SearchStrategy[s.Node]:
    if kind in (Type.DURATION, Type.TIME):  # their literals are texts, and only where something else says so
        return st.builds(s.Name, st.sampled_from(USED[kind]))
    return _call("default", _of(kind, depth, counts), _of(kind, depth, counts))


def _binary(operators: tuple[str, ...], left: Any, right: Any) -> st.SearchStrategy[s.Node]:
    return st.builds(s.Binary, st.sampled_from(operators), left, right)


def _booleans(depth: int, counts: bool) -> list[st.SearchStrategy[s.Node]]:  # noqa: FBT001  # as above
    def of(kind: Type) -> st.SearchStrategy[s.Node]:
        return _of(kind, depth, counts)

    joined = st.lists(of(Type.BOOLEAN), min_size=2, max_size=3).map(tuple)
    chains = st.builds(s.chain, st.sampled_from((s.AND, s.OR)), joined)
    text, texts = of(Type.TEXT), of(Type.TEXTS)
    patterns = st.sampled_from(_PATTERNS).map(s.Text)
    return [
        chains,
        chains,
        st.builds(s.Unary, st.just(s.NOT), of(Type.BOOLEAN)),
        *(_binary(s.COMPARISONS, of(kind), of(kind)) for kind in (Type.NUMBER, Type.TEXT, Type.DURATION, Type.TIME)),
        _binary(("==", "!="), of(Type.BOOLEAN), of(Type.BOOLEAN)),
        _binary(s.MEMBERSHIPS, text, texts | st.builds(s.Items, st.lists(text, min_size=1, max_size=3).map(tuple))),
        _binary(s.MEMBERSHIPS, of(Type.NUMBER), st.builds(s.Items, st.tuples(of(Type.NUMBER), of(Type.NUMBER)))),
        *(_call("known", of(kind)) for kind in Type),
        _call("contains", text, text),
        _call("matches", text, patterns),
        _call("any_of", texts, texts),
        _call("labelled", text),
    ]


def _numbers(depth: int, counts: bool) -> list[st.SearchStrategy[s.Node]]:  # noqa: FBT001  # as above
    number = _of(Type.NUMBER, depth, counts)
    duration = _of(Type.DURATION, depth, counts)
    return [
        _binary(("+", "-", "*"), number, number),
        _binary(("/", "%"), number, st.builds(s.Name, st.sampled_from(USED[Type.NUMBER]))),
        st.builds(s.Binary, st.just("/"), duration, duration),
        st.builds(s.Unary, st.just(s.NEGATIVE), number),
        _call("min", number, number, number),
        _call("abs", number),
        _call("words", _of(Type.TEXT, depth, counts)),
        _call("length", _of(Type.TEXTS, depth, counts)),
        _call("overlap", _of(Type.TEXTS, depth, counts), _of(Type.TEXTS, depth, counts)),
        _call("hour", _of(Type.TIME, depth, counts)),
        *([_counters()] * 6 if counts else []),
    ]


def _texts(depth: int, counts: bool) -> list[st.SearchStrategy[s.Node]]:  # noqa: FBT001  # as above
    return [_call("lower", _of(Type.TEXT, depth, counts)), _call("host", _of(Type.TEXT, depth, counts))]


def _durations(depth: int, counts: bool) -> list[st.SearchStrategy[s.Node]]:  # noqa: FBT001  # as above
    duration = _of(Type.DURATION, depth, counts)
    return [
        _binary(("+", "-"), duration, duration),
        st.builds(s.Binary, st.just("*"), duration, _of(Type.NUMBER, depth, counts)),
        st.builds(s.Binary, st.just("-"), _of(Type.TIME, depth, counts), _of(Type.TIME, depth, counts)),
    ]


def _times(depth: int, counts: bool) -> list[st.SearchStrategy[s.Node]]:  # noqa: FBT001  # as above
    return [_binary(("+", "-"), _of(Type.TIME, depth, counts), _of(Type.DURATION, depth, counts))]


_MADE: Mapping[Type, Any] = {
    Type.BOOLEAN: _booleans,
    Type.NUMBER: _numbers,
    Type.TEXT: _texts,
    Type.DURATION: _durations,
    Type.TIME: _times,
    Type.TEXTS: lambda _, __: [],
}


@st.composite
def _counters(draw: st.DrawFn) -> s.Node:
    """Draw a counter over a few keys, so that rules often share one."""
    kind = draw(st.sampled_from(("count", "count_distinct", "sum")))
    value = {"count": (), "count_distinct": (s.Name("author.id"),), "sum": (s.Name("event.amount"),)}[kind]
    by = draw(st.sampled_from((s.Name("author.id"), s.Name("text.links"), s.Items((s.Name("author.id"), s.Text("x"))))))
    large = s.Binary(">", s.Name("event.amount"), s.Number(3))
    where = draw(st.sampled_from((None, None, s.Truth(value=True), s.Name("event.urgent"), large)))
    keywords = [s.Keyword("by", by), s.Keyword("within", s.Text("24h"))]
    return s.Call(kind, value, (*keywords, *([] if where is None else [s.Keyword("where", where)])))


def _joined(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[s.Node]:
    return (
        st.builds(s.chain, st.sampled_from((s.AND, s.AND, s.OR)), st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(s.Unary, st.just(s.NOT), inner)
        | _binary(("==", "!="), inner, inner)
        | _call("known", inner)
    )


counting = st.recursive(
    st.builds(s.Name, st.sampled_from(USED[Type.BOOLEAN]))
    | _binary((">", "<="), _counters(), st.builds(s.Number, st.integers(0, 4))),
    _joined,
    max_leaves=8,
)
"""Conditions that are little else but counters, and what stands beside them."""

assert {form.form for form in FUNCTIONS.values()} == set(Form)
