"""Requests by template: JSON in which whole values are places. Filled as values: no content can end a string."""

import base64
from collections.abc import Mapping
from typing import Any

from tutela.core.classifying.verdicts import Content, Digest, Image, Text

MAX_TEMPLATE_DEPTH = 16

PLACES: Mapping[str, str] = {
    "$text": "text",
    "$image_base64": "image",
    "$image_data_url": "image",
    "$media_type": "image",
    "$digest": "digest",
    "$digest_kind": "digest",
    "$version": "",
}
"""Each place, and the input that fills it; the version is always there. `$$` at the beginning stands for one `$`."""


def places_in(template: Any, depth: int = 0) -> frozenset[str]:
    """Return the places in *template*.

    Raises:
        ValueError: It is too deep, or holds a place that is not known; the message names it.
    """
    if depth > MAX_TEMPLATE_DEPTH:
        raise ValueError(f"a request is at most {MAX_TEMPLATE_DEPTH} levels deep")
    if isinstance(template, dict):
        return frozenset().union(*(places_in(each, depth + 1) for each in template.values()))
    if isinstance(template, list):
        return frozenset().union(*(places_in(each, depth + 1) for each in template))
    if not isinstance(template, str) or not template.startswith("$") or template.startswith("$$"):
        return frozenset()
    if template not in PLACES:
        raise ValueError(f"`{template[:40]}` is no place; there are {', '.join(PLACES)}")
    return frozenset({template})


def filled(template: Any, content: Content, version: str) -> Any:
    """Return *template* with every place filled; places of another kind of input become null."""
    return _filled(template, {**dict.fromkeys(PLACES), "$version": version, **_values(content)})


def _values(content: Content) -> Mapping[str, str]:
    match content:
        case Text():
            return {"$text": content.words}
        case Image():
            encoded = base64.b64encode(content.content).decode("ascii")
            url = f"data:{content.media_type};base64,{encoded}"
            return {"$image_base64": encoded, "$image_data_url": url, "$media_type": content.media_type}
        case Digest():
            return {"$digest": content.value, "$digest_kind": content.kind.value}


def _filled(template: Any, values: Mapping[str, str | None]) -> Any:
    if isinstance(template, dict):
        return {name: _filled(each, values) for name, each in template.items()}
    if isinstance(template, list):
        return [_filled(each, values) for each in template]
    if not isinstance(template, str) or not template.startswith("$"):
        return template
    return template[1:] if template.startswith("$$") else values[template]
