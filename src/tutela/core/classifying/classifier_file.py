"""An operator's classifiers, from a parsed `classifiers.toml`. Reading the file is done elsewhere.

Every error names its place and what to do about it, and none repeats a value: somebody will paste a key where only
its whereabouts belong.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from tutela.core.classifying.budget import Budget
from tutela.core.classifying.circuit import CircuitPolicy
from tutela.core.classifying.fields import Bounds, count, decimal
from tutela.core.classifying.retrying import RetryPolicy
from tutela.core.classifying.setup_file import parse_setup
from tutela.core.classifying.sources import SOURCES, TAKES
from tutela.core.classifying.spec import CLASSIFIER_ID, USE_OF, ClassifierSpec, Kind, Label, Limits, Sending, Terms, Use
from tutela.core.classifying.verdicts import Input
from tutela.core.content import ChannelKind
from tutela.core.file_table import FileTable, words
from tutela.errors import Misconfigured

MAX_CLASSIFIERS = 64
MAX_LABELS = 64


def parse_classifiers(
    source: Mapping[str, object], *, clauses: Mapping[str, str], place: str
) -> tuple[ClassifierSpec, ...]:
    """Return the classifiers of a file, in its order.

    Args:
        source: As a TOML reader returns it.
        clauses: The text of each clause that the policy knows, which a policy model is given.
        place: The name of the file, for messages.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown, unsafe or out of bounds.
    """
    file = FileTable(source, place)
    if not source:
        return ()
    found: dict[str, ClassifierSpec] = {}
    tables = file.tables("classifier")
    file.close()
    if len(tables) > MAX_CLASSIFIERS:
        raise Misconfigured(f"There are at most {MAX_CLASSIFIERS} classifiers.", place=f"{place}: classifier")
    for number, values in enumerate(tables, start=1):
        spec = _spec(FileTable(values, f"{place}: classifier {number}"), clauses)
        if spec.id in found:
            raise Misconfigured(f"The id `{spec.id}` is used twice.", place=f"{place}: classifier {number} ({spec.id})")
        found[spec.id] = spec
    return tuple(found.values())


def _spec(table: FileTable, clauses: Mapping[str, str]) -> ClassifierSpec:
    name = _name(table, "id")
    table.place += f" ({name})"
    kind, version = table.choice("kind", words(Kind)), table.text("version")
    labels = _labels(table, kind, clauses)
    takes = frozenset(table.choices("takes", words(Input)))
    _check_takes(table, kind, takes)
    spec = ClassifierSpec(
        name, kind, version, labels, takes,
        setup=parse_setup(table, kind, labels, takes, clauses),
        sending=_sending(table, kind),
        channels=frozenset(table.choices("channels", words(ChannelKind), is_needed=False)) or _PUBLIC,
        budget=_budget(table),
        limits=_limits(table),
        retry=_retry(table),
        circuit=_circuit(table),
        terms=_terms(table),
    )  # fmt: skip
    table.close()
    return spec


_PUBLIC = frozenset({ChannelKind.PUBLIC})


def _name(table: FileTable, key: str) -> str:
    name = table.text(key)
    if not CLASSIFIER_ID.fullmatch(name):
        raise Misconfigured(
            f"`{key}` must be a short name.",
            place=f"{table.place}.{key}",
            remedy="Small letters, digits and hyphens, at most 63, beginning with a letter.",
        )
    return name


def _labels(table: FileTable, kind: Kind, clauses: Collection[str]) -> tuple[Label, ...]:
    tables = table.tables("label")
    if len(tables) > MAX_LABELS:
        raise Misconfigured(f"A classifier has at most {MAX_LABELS} labels.", place=f"{table.place}.label")
    labels: dict[str, Label] = {}
    for number, values in enumerate(tables, start=1):
        label = _label(FileTable(values, f"{table.place}: label {number}"), kind, clauses)
        if label.name in labels:
            raise Misconfigured(f"The label `{label.name}` is there twice.", place=f"{table.place}: label {number}")
        labels[label.name] = label
    return tuple(labels.values())


def _label(table: FileTable, kind: Kind, clauses: Collection[str]) -> Label:
    name = _name(table, "name")
    table.place += f" ({name})"
    clause = table.choice("clause", {each: each for each in clauses})
    known = SOURCES[kind]
    if known is None:
        source = table.text("source")
    elif known:
        source = table.choice("source", {each: each for each in known})
    else:
        source = name
    threshold = decimal(table, "threshold", Bounds(0, 1)) if table.has("threshold") else None
    if threshold is not None and USE_OF[kind] is Use.ORDERING:
        raise Misconfigured(
            "This source only orders what people look at: it takes no threshold.",
            place=f"{table.place}.threshold",
            remedy="Leave it out. That a person reviews is a condition of its use.",
        )
    table.close()
    return Label(name, source, clause, threshold)


def _check_takes(table: FileTable, kind: Kind, takes: frozenset[Input]) -> None:
    for each in takes - TAKES[kind]:
        able = ", ".join(sorted(one.value for one in TAKES[kind]))
        raise Misconfigured(
            f"A classifier of the kind `{kind}` takes no {each.value}.",
            place=f"{table.place}.takes",
            remedy=f"It takes {able}.",
        )


def _sending(table: FileTable, kind: Kind) -> Sending:
    is_inside = table.flag("is_inside") if table.has("is_inside") else kind is Kind.ONNX_MODEL
    if kind is Kind.ONNX_MODEL:
        if table.has("may_send_out") or not is_inside:
            raise Misconfigured("A model in this process sends nothing out.", place=f"{table.place}.may_send_out")
        return Sending(is_inside=True)
    may_send_out = table.flag("may_send_out") if table.has("may_send_out") else False
    basis = table.text("basis") if table.has("basis") else ""
    if may_send_out and is_inside:
        raise Misconfigured(
            "It is either inside, or content is sent out to it.",
            place=f"{table.place}.may_send_out",
            remedy="Leave out `is_inside` when it is reached beyond your own network.",
        )
    if may_send_out and not basis:
        raise Misconfigured(
            "Content is sent out on a recorded basis only.",
            place=f"{table.place}.basis",
            remedy='Name the assessment by its reference: `basis = "..."`.',
        )
    return Sending(is_inside, may_send_out, basis)


def _budget(table: FileTable) -> Budget:
    part = FileTable(table.raw_table("budget", is_needed=True), f"{table.place}.budget")
    calls = count(part, "calls_per_day", Bounds(0, 1_000_000_000))
    most = count(part, "cost_per_day_micro", Bounds(0, 10**15)) if part.has("cost_per_day_micro") else 0
    each = count(part, "cost_per_call_micro", Bounds(0, 10**12)) if part.has("cost_per_call_micro") else 0
    part.close()
    if each > most:
        raise Misconfigured(
            "One call may cost more than the day: it would never be asked.",
            place=f"{part.place}.cost_per_day_micro",
            remedy="Raise it; both are in millionths of one unit of your money.",
        )
    return Budget(calls, most, each)


def _limits(table: FileTable) -> Limits:
    part, usual = FileTable(table.raw_table("limits"), f"{table.place}.limits"), Limits()
    made = Limits(
        decimal(part, "timeout_seconds", Bounds(0.05, 120), usual.timeout_seconds),
        count(part, "content_bytes", Bounds(1, 64 * 1024 * 1024), usual.content_bytes),
        count(part, "answer_bytes", Bounds(64, 16 * 1024 * 1024), usual.answer_bytes),
    )
    part.close()
    return made


def _retry(table: FileTable) -> RetryPolicy:
    part, usual = FileTable(table.raw_table("retry"), f"{table.place}.retry"), RetryPolicy()
    made = RetryPolicy(
        count(part, "tries_at_once", Bounds(1, 5), usual.tries_at_once),
        decimal(part, "pause_seconds", Bounds(0.01, 60), usual.pause_seconds),
        count(part, "later_tries", Bounds(0, 100), usual.later_tries),
        decimal(part, "later_seconds", Bounds(1, 86_400), usual.later_seconds),
        decimal(part, "longest_seconds", Bounds(1, 86_400), usual.longest_seconds),
    )
    part.close()
    return made


def _circuit(table: FileTable) -> CircuitPolicy:
    part, usual = FileTable(table.raw_table("circuit"), f"{table.place}.circuit"), CircuitPolicy()
    made = CircuitPolicy(
        count(part, "failures_to_open", Bounds(1, 1000), usual.failures_to_open),
        decimal(part, "open_seconds", Bounds(0.1, 86_400), usual.open_seconds),
        decimal(part, "longest_seconds", Bounds(0.1, 86_400), usual.longest_seconds),
        count(part, "probes_to_close", Bounds(1, 100), usual.probes_to_close),
    )
    part.close()
    if made.longest_seconds < made.open_seconds:
        raise Misconfigured("The longest pause is shorter than the first one.", place=f"{part.place}.longest_seconds")
    return made


def _terms(table: FileTable) -> Terms:
    part = FileTable(table.raw_table("terms"), f"{table.place}.terms")
    may_retain = part.flag("may_retain") if part.has("may_retain") else True
    may_share_on = part.flag("may_share_on") if part.has("may_share_on") else False
    ends_at = _moment(part, "ends_at") if part.has("ends_at") else None
    said = part.text("words") if part.has("words") else ""
    part.close()
    return Terms(may_retain, may_share_on, ends_at, said)


def _moment(table: FileTable, key: str) -> datetime:
    table.seen.add(key)
    value = table.values[key]
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Misconfigured(
            f"`{key}` must be a moment with its zone.",
            place=f"{table.place}.{key}",
            remedy="Write it without quotes, as in 2027-01-31T00:00:00Z.",
        )
    return value.astimezone(UTC)
