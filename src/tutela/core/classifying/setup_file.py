"""What each kind of classifier needs beside what all need, from its table of the file."""

import re
from collections.abc import Callable, Mapping

from tutela.core.addresses import HTTP, parse_target
from tutela.core.classifying.documents import NotUsableError, read_json
from tutela.core.classifying.fields import Bounds, count, decimal
from tutela.core.classifying.pointers import Pointer, parse_pointer
from tutela.core.classifying.setup import (
    Activation,
    ArachnidSetup,
    ContentSafetySetup,
    Endpoint,
    GenericSetup,
    ModerationSetup,
    NgramSpec,
    OnnxSetup,
    PhotoDnaSetup,
    PixelSpec,
    PolicySetup,
    SaferSetup,
    SecretPlace,
    SecretRef,
    Setup,
)
from tutela.core.classifying.spec import Kind, Label
from tutela.core.classifying.templates import PLACES, places_in
from tutela.core.classifying.verdicts import Input
from tutela.core.file_table import FileTable, words
from tutela.errors import BadInput, Misconfigured

MAX_REQUEST_CHARACTERS = 64 * 1024
MAX_CLAUSE_CHARACTERS = 20_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_TAKEN_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding"}
)

_PLAIN: Mapping[Kind, Callable[[Endpoint], Setup]] = {
    Kind.OPENAI_MODERATION: ModerationSetup,
    Kind.ARACHNID_SHIELD: ArachnidSetup,
    Kind.PHOTODNA_CLOUD: PhotoDnaSetup,
    Kind.CONTENT_SAFETY: ContentSafetySetup,
    Kind.SAFER: SaferSetup,
}


def parse_setup(
    table: FileTable, kind: Kind, labels: tuple[Label, ...], takes: frozenset[Input], clauses: Mapping[str, str]
) -> Setup:
    """Return what a classifier of *kind* needs.

    Raises:
        tutela.errors.Misconfigured: Anything is missing or wrong; no value is repeated.
    """
    if kind is Kind.ONNX_MODEL:
        return _onnx(table, labels, takes)
    endpoint = _endpoint(table)
    if kind is Kind.GENERIC_JSON:
        return _generic(table, endpoint, labels, takes)
    if kind is Kind.POLICY_MODEL:
        return _policy(table, endpoint, labels, clauses)
    return _PLAIN[kind](endpoint)


def _endpoint(table: FileTable) -> Endpoint:
    url = table.text("url")
    is_inside = table.values.get("is_inside") is True
    place = f"{table.place}.url"
    try:
        target = parse_target(url, allows_private=is_inside)
    except BadInput as error:
        raise Misconfigured(
            f"{error.detail[:1].upper()}{error.detail[1:]}.",
            place=place,
            remedy="It looks like https://HOST/PATH. A classifier of your own network needs `is_inside = true`.",
        ) from None
    secret = _secret(table) if table.has("secret") else None
    if "?" in url:
        raise Misconfigured(
            "The address holds a query, in which keys like to stand.",
            place=place,
            remedy="Leave it out. Keys go into a header: name their place as `secret`.",
        )
    if target.scheme == HTTP and not is_inside:  # `parse_target` refuses it; stated, because everything rests on it
        raise Misconfigured("Only https leaves the house.", place=place)
    return Endpoint(url, secret)


def _secret(table: FileTable) -> SecretRef:
    place = f"{table.place}.secret"
    if not isinstance(table.values["secret"], dict):
        table.seen.add("secret")
        raise Misconfigured(
            "A secret is never written into this file.",
            place=place,
            remedy='Name where it is: `secret = { env = "VARIABLE" }` or `secret = { file = "/path" }`. '
            "Take a key that stood here for known, and replace it.",
        )
    part = FileTable(table.raw_table("secret"), place)
    found = [each for each in SecretPlace if part.has(each.value)]
    if len(found) != 1:
        raise Misconfigured(
            "A secret is in one place.", place=place, remedy='Write `{ env = "VARIABLE" }` or `{ file = "/path" }`.'
        )
    name = part.text(found[0].value)
    part.close()
    if found[0] is SecretPlace.ENVIRONMENT and not _VARIABLE.fullmatch(name):
        raise Misconfigured(
            "This is no name of a variable.",
            place=f"{place}.env",
            remedy="Name the variable that holds the secret, not the secret. A key that stood here counts as known.",
        )
    return SecretRef(found[0], name)


def _generic(table: FileTable, endpoint: Endpoint, labels: tuple[Label, ...], takes: frozenset[Input]) -> GenericSetup:
    for label in labels:
        _pointer(label.source, f"{table.place}: label ({label.name}).source")
    header = table.text("header") if table.has("header") else "Authorization"
    if not _HEADER.fullmatch(header) or header.lower() in _TAKEN_HEADERS:
        raise Misconfigured("No secret goes into this header.", place=f"{table.place}.header")
    return GenericSetup(
        endpoint,
        _template(table, takes),
        header,
        _pointer_at(table, "version_at"),
        _pointer_at(table, "cost_at"),
        decimal(table, "scale", Bounds(1e-6, 1e6), 1.0),
    )


def _template(table: FileTable, takes: frozenset[Input]) -> object:
    text, place = table.text("request"), f"{table.place}.request"
    if len(text) > MAX_REQUEST_CHARACTERS:
        raise Misconfigured("The request is too long.", place=place)
    try:
        template = read_json(text)
        found = places_in(template)
    except NotUsableError:
        raise Misconfigured(
            "This is no JSON.", place=place, remedy='Write, for one, \'{"input": "$text"}\', each name once.'
        ) from None
    except ValueError as error:
        raise Misconfigured(f"{str(error)[:1].upper()}{str(error)[1:]}.", place=place) from None
    for each in takes - {PLACES[name] for name in found}:
        able = ", ".join(name for name, taken in PLACES.items() if taken == each.value)
        raise Misconfigured(
            f"The request has no place for the {each.value} that it takes.", place=place, remedy=f"Put in {able}."
        )
    return template


def _pointer_at(table: FileTable, key: str) -> Pointer | None:
    return _pointer(table.text(key), f"{table.place}.{key}") if table.has(key) else None


def _pointer(text: str, place: str) -> Pointer:
    try:
        return parse_pointer(text)
    except ValueError as error:
        raise Misconfigured(f"{str(error)[:1].upper()}{str(error)[1:]}.", place=place) from None


def _policy(table: FileTable, endpoint: Endpoint, labels: tuple[Label, ...], clauses: Mapping[str, str]) -> PolicySetup:
    policies = {label.name: clauses[label.clause] for label in labels}
    for label in labels:
        if not policies[label.name].strip() or len(policies[label.name]) > MAX_CLAUSE_CHARACTERS:
            raise Misconfigured(
                f"The clause `{label.clause}` has no text that a model could be given, or too much.",
                place=f"{table.place}: label ({label.name}).clause",
            )
    return PolicySetup(
        endpoint,
        policies,
        count(table, "most_tokens", Bounds(16, 16_384), 400),
        count(table, "micro_per_1000_tokens", Bounds(0, 10**9), 0),
    )


def _onnx(table: FileTable, labels: tuple[Label, ...], takes: frozenset[Input]) -> OnnxSetup:
    for label in labels:
        if not re.fullmatch(r"0|[1-9][0-9]{0,5}", label.source):
            raise Misconfigured(
                "The source of a label is its place in the model's output, counted from 0.",
                place=f"{table.place}: label ({label.name}).source",
            )
    path, digest = table.text("path"), table.text("sha256").lower()
    if not _SHA256.fullmatch(digest):
        raise Misconfigured(
            "`sha256` must be 64 hex digits.", place=f"{table.place}.sha256", remedy="`sha256sum FILE` prints them."
        )
    if len(takes) != 1:
        raise Misconfigured("A model takes either text or pictures.", place=f"{table.place}.takes")
    activation = table.choice("activation", words(Activation)) if table.has("activation") else Activation.NONE
    features = _ngrams(table) if Input.TEXT in takes else _pixels(table)
    return OnnxSetup(path, digest, features, activation)


def _ngrams(table: FileTable) -> NgramSpec:
    part, usual = FileTable(table.raw_table("ngrams"), f"{table.place}.ngrams"), NgramSpec()
    spec = NgramSpec(
        count(part, "shortest", Bounds(1, 8), usual.shortest),
        count(part, "longest", Bounds(1, 8), usual.longest),
        count(part, "buckets", Bounds(2, 1 << 20), usual.buckets),
    )
    part.close()
    if spec.longest < spec.shortest or spec.buckets & (spec.buckets - 1):
        raise Misconfigured(
            "The longest is no shorter than the shortest, and `buckets` is a power of two.", place=part.place
        )
    return spec


def _pixels(table: FileTable) -> PixelSpec:
    part, usual = FileTable(table.raw_table("pixels"), f"{table.place}.pixels"), PixelSpec()
    spec = PixelSpec(
        count(part, "width", Bounds(8, 2048), usual.width),
        count(part, "height", Bounds(8, 2048), usual.height),
        part.flag("is_channels_first") if part.has("is_channels_first") else True,
        _three(part, "mean", usual.mean),
        _three(part, "deviation", usual.deviation),
    )
    part.close()
    if not all(spec.deviation):
        raise Misconfigured("A deviation is not 0.", place=f"{part.place}.deviation")
    return spec


def _three(table: FileTable, key: str, usual: tuple[float, float, float]) -> tuple[float, float, float]:
    if not table.has(key):
        return usual
    table.seen.add(key)
    value = table.values[key]
    if isinstance(value, list) and len(value) == len(usual):
        first, second, third = (decimal(FileTable({key: each}, table.place), key, Bounds(-1e6, 1e6)) for each in value)
        return first, second, third
    raise Misconfigured(f"`{key}` must be three numbers: red, green, blue.", place=f"{table.place}.{key}")
