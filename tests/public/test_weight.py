"""How much a phone loads: every page, the scripts and the styles together stay under 100 KB on the wire."""

import re
from collections.abc import Callable

import httpx

from public.conftest import CODE, Desk, hidden
from tutela.core.notices.branches import Branch
from tutela.public.app import STATIC
from tutela.public.front import address_of
from tutela.public.table import PAGES

MOST_BYTES = 100_000


class Wire:
    """A browser that counts what comes over the wire, heads and all."""

    def __init__(self, desk: Desk) -> None:
        """Open no page yet."""
        self.desk, self.bytes = desk, dict[str, int]()

    def take(
        self, path: str, form: dict[str, str] | None = None, name: Callable[[httpx.Response], str] | None = None
    ) -> httpx.Response:
        """Load a page, and count it under its name, once: the heaviest of those that have the same."""
        method = "GET" if form is None else "POST"
        headers = {"Accept-Encoding": "gzip"}
        with httpx.stream(method, f"{self.desk.origin}/desk{path}", data=form, headers=headers, timeout=30) as answer:
            answer.read()
        heads = sum(len(key) + len(value) + 4 for key, value in answer.headers.raw)
        called = name(answer) if name else path
        self.bytes[called] = max(self.bytes.get(called, 0), answer.num_bytes_downloaded + heads)
        return answer


def kind(page: httpx.Response) -> str:
    """Return which question a page asks, by its fields: the same page in other words, whichever way leads there."""
    fields = re.findall(r'(?:textarea|input|button)[^>]* name="(\w+)"', page.text)
    return " ".join(dict.fromkeys([*fields, *re.findall(r'value="send"', page.text)])) or "receipt"


def test_everything_together_is_light(desk: Desk) -> None:
    """Each page that there is, in one language."""
    wire = Wire(desk)
    for name in STATIC:
        wire.take(f"/static/{name}")
    for each in PAGES:
        if each.method == "GET" and "{" not in each.path and each.path != "/tell":
            wire.take(f"/en{each.path}")
    for branch in Branch:
        wire.take(f"/en/tell/{address_of(branch)}")
        page = wire.take("/en/tell", {"branch": branch.value, "country": "DE"}, kind)
        while (code := CODE.search(page.text)) is None:
            form = {**hidden(page), "go": "next", "danger": "yes"}
            page = wire.take("/en/tell", form, kind)
        wire.take("/en/status", {"code": code[1]}, lambda _: "status")
    wire.take("/en/nowhere")
    assert len(wire.bytes) > 25
    assert sum(wire.bytes.values()) < MOST_BYTES, sorted(wire.bytes.items(), key=lambda each: -each[1])
