"""Browsers that run no scripts, and a reader of pages."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from login import PASSWORD, Member
from tutela.bootstrap import House

AGENT = "a browser of the tests"


class Reader(HTMLParser):
    """What a page holds, as a machine that helps people reads it."""

    def __init__(self, text: str) -> None:
        """Read *text*."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._told: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note words."""
        self._told.append(data)

    @property
    def words(self) -> str:
        """Return all that is written, with one blank between any two words."""
        return " ".join(" ".join(self._told).split())

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of these tags."""
        return [attributes for tag, attributes in self.elements if tag in tags]


def fields(text: str, form_id: str) -> dict[str, list[str]]:
    """Return the hidden fields of a form."""
    form = text.partition(f'id="{form_id}"')[2].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for each in Reader(form).all("input"):
        if each.get("type") == "hidden" and each.get("name") != "csrf":
            found.setdefault(str(each["name"]), []).append(str(each["value"]))
    return found


@dataclass
class Browser:
    """A browser that runs no scripts; it keeps cookies itself, because the library knows no host without a dot."""

    house: House
    port: int
    agent: str = AGENT
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Return where it is."""
        return f"http://localhost:{self.port}"

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return self._sent("GET", path, headers)

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Send a form of ours, with the token of this session."""
        token = self.house.staff.secrets.csrf_token(self.cookies.get("tutela_session", ""))
        return self._sent("POST", path, {"Origin": self.origin, **headers}, data={"csrf": token, **(form or {})})

    def as_member(self, member: Member) -> "Browser":
        """Be signed in as *member*."""
        self.cookies.update(tutela_session=member.signed.secret, tutela_browser=member.device)
        return self

    def enter(self, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        """Send login and password."""
        return self.post("/console/sign-in", {"login": login, "password": password, **more})

    def post_raw(self, path: str, content: bytes, kind: str) -> httpx.Response:
        """Send bytes as a form of ours."""
        return self._sent("POST", path, {"Origin": self.origin, "Content-Type": kind}, content=content)

    def _sent(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        headers = {"User-Agent": self.agent, "Cookie": kept, **named}
        answer = httpx.request(method, f"{self.origin}{path}", headers=headers, timeout=30, **more)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer
