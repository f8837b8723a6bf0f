"""A real server with the desk open, and people without an account."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from browser.chromium import Tab, chromium
from console.conftest import serving_pages
from tutela.bootstrap import House

DESK_FILE = """
[[link]]
hosts = ["photos.example"]
path = "/p/{item}"

[[link]]
hosts = ["photos.example"]
path = "/u/{account}"
"""
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)"(?: id="\w+")? value="([^"]*)"')
CODE_SHAPE = r"(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}"
CODE = re.compile(rf'id="code">({CODE_SHAPE})<')


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk as somebody without scripts uses it."""

    house: House
    port: int

    @property
    def origin(self) -> str:
        """Return where it is."""
        return f"http://localhost:{self.port}"

    def get(self, path: str = "", **headers: str) -> httpx.Response:
        """Open a page of the English desk, or of the address that begins with a slash of its own."""
        return self.sent("GET", path, headers=headers)

    def sent(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send something."""
        address = path if path.startswith("/desk") else f"/desk/en{path}"
        return httpx.request(method, f"{self.origin}{address}", timeout=30, **more)

    def post(self, path: str, **form: str) -> httpx.Response:
        """Send a form."""
        return self.sent("POST", path, data=form)

    def begin(self, branch: str, country: str = "DE", **more: str) -> httpx.Response:
        """Press start on the page of a way in."""
        return self.post("/tell", branch=branch, country=country, **more)

    def go(self, page: httpx.Response, go: str = "next", **answers: str) -> httpx.Response:
        """Answer the question of a page, and go on."""
        return self.post("/tell", **{**hidden(page), "go": go, **answers})

    def through(self, branch: str, **answers: str) -> httpx.Response:
        """Answer every question of a way in that is answered here, leave the others empty, and return the last page."""
        page = self.begin(branch)
        while 'value="send"' not in page.text:
            fields = set(re.findall(r'(?:input|textarea)[^>]* name="(\w+)"', page.text)) - {"carried"}
            page = self.go(page, **{name: answers[name] for name in fields & answers.keys()})
            assert page.status_code == 200, page.text
        return page

    def told(self, branch: str, **answers: str) -> str:
        """Tell something to the end, and return the code."""
        page = self.go(self.through(branch, **answers), "send")
        assert page.status_code == 200, page.text
        return code_of(page)


def hidden(page: httpx.Response) -> dict[str, str]:
    """Return what a page's form carries."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page.text)}


def code_of(page: httpx.Response) -> str:
    """Return the code on a receipt."""
    found = CODE.search(page.text)
    assert found is not None, page.text
    return found[1]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve with the desk open."""
    folder: Path = tmp_path_factory.mktemp("desk")
    (folder / "desk.toml").write_text(DESK_FILE, encoding="utf-8")
    with serving_pages(folder / "var", desk_is_open=True, desk_file=folder / "desk.toml", proxy_hops=1) as browser:
        yield Desk(browser.house, browser.port)


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    """Open one tab for all pages of a module."""
    with chromium() as open_tab:
        yield open_tab()
