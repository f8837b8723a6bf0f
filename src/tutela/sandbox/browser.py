"""A browser that runs no scripts: it opens pages of the console and sends their forms, as a person does."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from tutela.sandbox.serving import DemoError

AGENT = "the browser of the demo"
TIMEOUT_SECONDS = 30.0
MAX_HOPS = 4


class Page(HTMLParser):
    """What a page says, as far as the demo goes on from it."""

    def __init__(self, path: str, text: str) -> None:
        """Read *text*, which was found at *path*."""
        super().__init__()
        self.path, self.text = path, text
        self.title = ""
        self.alarm = ""
        self.long = ""  #: what is to be copied: a link, or the secret of an app
        self.hidden: dict[str, str] = {}
        self.links: list[str] = []
        self._into: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        said = {name: value or "" for name, value in attrs}
        if tag == "input" and said.get("type") == "hidden":
            self.hidden[said["name"]] = said.get("value", "")
        if tag == "a" and said.get("href", "").startswith("/console"):
            self.links.append(said["href"])
        wanted = {"title": "title", "code": "long" if said.get("class") == "long" else None}
        self._into = "alarm" if said.get("id") == "error" else wanted.get(tag, self._into)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of one."""
        if tag in {"title", "code", "div"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        """Note text."""
        if self._into is not None:
            setattr(self, self._into, getattr(self, self._into) + data)


@dataclass(slots=True)
class Browser:
    """A browser with cookies of its own."""

    origin: str
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def open(self, path: str) -> Page:
        """Open a page.

        Raises:
            DemoError: It did not answer, or with an error.
        """
        return self._sent("GET", path)

    def send(self, path: str, form: Mapping[str, str]) -> Page:
        """Send a form with the token of the page that was opened last, and return the page that comes of it.

        Raises:
            DemoError: It was not taken.
        """
        return self._sent("POST", path, urlencode({"csrf": self.csrf, **form}))

    def _sent(self, method: str, path: str, body: str | None = None) -> Page:
        for _ in range(MAX_HOPS):
            status, told, headers = self._asked(method, path, body)
            if status != HTTPStatus.SEE_OTHER:
                return self._read(path, status, told)
            path, method, body = headers.get("location", ""), "GET", None
        raise DemoError(f"the console sends the browser from page to page without end, at last to {path}")

    def _asked(self, method: str, path: str, body: str | None) -> tuple[int, str, http.client.HTTPMessage]:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)
        headers = {"User-Agent": AGENT, "Origin": self.origin, "Cookie": kept}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        parts = urlsplit(self.origin)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            told = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise DemoError(f"{path} did not answer: {error}") from error
        finally:
            connection.close()
        for cookie in answer.headers.get_all("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer.status, told, answer.headers

    def _read(self, path: str, status: int, told: str) -> Page:
        page = Page(path.partition("?")[0], told)
        if status != HTTPStatus.OK:
            raise DemoError(f"{path} answered {status}: {page.alarm.strip() or page.title}")
        self.csrf = page.hidden.get("csrf", self.csrf)
        return page
