"""A real Chromium, driven over its own protocol (Chrome DevTools), with a passkey device that it pretends to have."""

import base64
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

WAIT_SECONDS = 60.0
CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless=new", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-port=0",
)  # fmt: skip


def installed() -> str | None:
    """Return where a Chromium is, or none."""
    return next((found for name in CANDIDATES if (found := shutil.which(name))), None)


NAMED_KEYS = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), "ArrowDown": (40, "")}
"""Keys without a letter: what they are to the browser, and the text that they write."""

MOST_STEPS = 60
"""Of the Tab key on one page: no page of ours has as many places to stop at."""


class Tab:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        """Speak through *socket*."""
        self._socket, self._numbers, self._said = socket, itertools.count(1), list[str]()
        self.requests: list[dict[str, Any]] = []  # all that went out, as the browser tells of it
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Return what the browser answers."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=WAIT_SECONDS))
            if told.get("method") == "Log.entryAdded":
                self._said.append(told["params"]["entry"]["text"])
            if told.get("method") == "Network.requestWillBeSent":
                self.requests.append(told["params"]["request"])
            if told.get("id") == number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                return told["result"]

    def complaints(self) -> list[str]:
        """Return what the browser complained about: what its policy kept out, what was not there."""
        return [text for text in self._said if "Content Security Policy" in text or "404" in text]

    def add_passkey_device(self) -> None:
        """Plug in a device whose holder touches it at once."""
        self.call("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.call("WebAuthn.addVirtualAuthenticator", options=options)

    def run(self, script: str) -> Any:
        """Return what a script gives."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"])
        return told["result"].get("value")

    def go(self, address: str) -> None:
        """Open a page and wait until it is there."""
        self.call("Page.navigate", url=address)
        self.until(lambda: self.run("document.readyState") == "complete" and self.run("location.href") != "about:blank")

    def until(self, is_so: Callable[[], Any], what: str = "") -> None:
        """Wait until something is so."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):  # the page is being replaced at this moment
                if is_so():
                    return
            time.sleep(0.05)
        raise AssertionError(f"{what or 'this'} never came; the page says: {self.run('document.body.innerText')}")

    def title(self, words: str) -> None:
        """Wait for the page with this heading."""
        said = "document.readyState === 'complete' && document.querySelector('h1')?.innerText"
        self.until(lambda: self.run(said) == words, f"the page {words!r}")

    def write(self, field: str, text: str) -> None:
        """Write into the field of that id, key by key as a person does."""
        self.run(f"document.getElementById({json.dumps(field)}).focus()")
        self.call("Input.insertText", text=text)

    def press(self, words: str) -> None:
        """Press the button or follow the link that says so, by the keyboard: everything can be done by it."""
        find = (
            "[...document.querySelectorAll('button, a, summary')]"
            f".find(each => each.innerText.trim() === {json.dumps(words)} || each.ariaLabel === {json.dumps(words)})"
        )
        self.until(lambda: self.run(f"!!{find}"), f"a button {words!r}")
        self.run(f"{find}.focus()")
        self.key("Enter")

    def walk_to(self, words: str) -> None:
        """Go on with the Tab key until what says so has the focus, and can be seen to have it."""
        for _ in range(MOST_STEPS):
            self.key("Tab")
            if self.run("document.activeElement.innerText?.trim()") == words:
                assert self.run("getComputedStyle(document.activeElement).outlineStyle") != "none", words
                return
        raise AssertionError(f"the Tab key never comes to {words!r}")

    def key(self, key: str) -> None:
        """Press a key and let it go: a letter, a digit, or one of those that have a name."""
        self.key_down(key)
        self.key_up(key)

    def key_down(self, key: str) -> None:
        """Press a key, and hold it."""
        code, text = NAMED_KEYS.get(key, (ord(key[0].upper()), key))
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def key_up(self, key: str) -> None:
        """Let go of a key."""
        code, _ = NAMED_KEYS.get(key, (ord(key[0].upper()), key))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def text(self) -> str:
        """Return what the page says."""
        return str(self.run("document.body.innerText"))

    def says(self, words: str) -> None:
        """Wait until the page says this, and its scripts have run: before that no key of it does anything."""
        self.until(lambda: words in self.text() and self.run("document.readyState") == "complete", repr(words))

    def is_signed_in(self, origin: str, secret: str) -> None:
        """Have the cookie of a session: signing in by hand is a journey of its own."""
        self.call("Network.setCookie", name="tutela_session", value=secret, url=origin)

    def choose(self, field: str) -> None:
        """Tick the box of that id."""
        self.run(f"document.getElementById({json.dumps(field)}).click()")

    def picture(self, path: Path, *, is_dark: bool = False, width: int = 1000) -> None:
        """Keep a picture of the whole page."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=700, deviceScaleFactor=1, mobile=False
        )  # fmt: skip
        told = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(told["data"]))


def kept(tab: Tab, name: str, *, narrow: int = 768) -> None:
    """Keep pictures of a page, light and dark and narrow, when somebody wants to look at them."""
    if folder := os.environ.get("TUTELA_TEST_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        tab.picture(Path(folder) / f"{name}.png", width=1280)
        tab.picture(Path(folder) / f"{name}-dark.png", is_dark=True, width=1280)
        tab.picture(Path(folder) / f"{name}-narrow.png", width=narrow)


@contextmanager
def chromium() -> Iterator[Callable[[], Tab]]:
    """Start a browser of its own, and yield what opens tabs in profiles that share nothing."""
    folder = tempfile.mkdtemp(prefix="tutela-chromium-")
    # As root there is no sandbox to be had; nothing but our own server is visited.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [str(installed()), *FLAGS, *as_root, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    sockets = contextlib.ExitStack()
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "DevTools listening on" in line)
        address = line.split()[-1]
        browser = sockets.enter_context(connect(address, max_size=None))
        control = itertools.count(1)

        def ask(method: str, **parameters: Any) -> Any:
            number = next(control)
            browser.send(json.dumps({"id": number, "method": method, "params": parameters}))
            while (told := json.loads(browser.recv(timeout=WAIT_SECONDS))).get("id") != number:
                pass
            return told["result"]

        def open_tab() -> Tab:
            context = ask("Target.createBrowserContext")["browserContextId"]
            target = ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
            page = f"{address.partition('/devtools')[0]}/devtools/page/{target}"
            return Tab(sockets.enter_context(connect(page, max_size=None)))

        yield open_tab
    finally:
        sockets.close()
        process.terminate()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
        shutil.rmtree(folder, ignore_errors=True)
