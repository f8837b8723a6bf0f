"""A mail server on this machine that behaves as it is told, over real SMTP with TLS, in a thread of its own."""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from receiving import HOST, Trusted
from tutela.adapters.mail.line import MailServer


@dataclass
class Post:
    """A mail server that behaves as it is told, and what came to it."""

    trust: Trusted
    is_tls_at_once: bool = True
    offers_tls: bool = True
    password: str = "right"  # noqa: S105 - of nobody
    refuses: str = ""  #: the verb that it answers with a refusal
    refusal: str = "550 no"
    takes_every_script: bool = False
    says: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    drips: bool = False  #: a byte of its greeting now and then, and never the end of it
    is_spoken_to: threading.Event = field(default_factory=threading.Event)
    is_broken_off: threading.Event = field(default_factory=threading.Event)  #: the client would wait no longer

    def serve(self, opened: socket.socket) -> None:
        """Speak with one client."""
        if self.is_tls_at_once:
            self._go_on(self.trust.server.wrap_socket(opened, server_side=True), "220 here")
        else:
            self._go_on(opened, "220 here")

    def _drip(self, opened: socket.socket) -> None:
        self.is_spoken_to.set()
        try:
            while True:
                opened.sendall(b"2")
                time.sleep(0.05)
        except OSError:
            self.is_broken_off.set()
            raise

    def _go_on(self, opened: socket.socket, *greeting: str) -> None:
        with opened, opened.makefile("rwb") as stream:
            if self.drips:
                self._drip(opened)
            self._say(stream, *greeting)
            while line := stream.readline():
                verb = line.decode().strip()
                self.says.append(verb)
                if verb == "STARTTLS" and self.offers_tls:
                    self._say(stream, "220 go")
                    self._go_on(self.trust.server.wrap_socket(opened, server_side=True))
                    return
                if not self._answer(stream, verb):
                    return

    def _answer(self, stream: Any, verb: str) -> bool:
        word = verb.split(maxsplit=1)[0].upper()
        if word == self.refuses:
            self._say(stream, self.refusal)
        elif word == "EHLO":
            tls = ["250-STARTTLS"] if self.offers_tls and not self.is_tls_at_once else []
            scripts = ["250-SMTPUTF8", "250-8BITMIME"] if self.takes_every_script else []
            self._say(stream, "250-here", *tls, *scripts, "250 AUTH PLAIN")
        elif word == "AUTH":
            given = base64.b64decode(verb.split()[2]).decode()
            self._say(stream, "235 yes" if given.endswith(self.password) else "535 no")
        elif word == "DATA":
            self._say(stream, "354 go")
            lines = []
            while (line := stream.readline()) not in {b".\r\n", b""}:
                lines.append(line)
            if not line:  # whoever sent it is gone: what was not ended was not handed over
                return False
            self.mails.append(b"".join(lines))
            self._say(stream, "250 taken")
        else:
            self._say(stream, "221 bye" if word == "QUIT" else "250 yes")
        return word != "QUIT"

    def _say(self, stream: Any, *lines: str) -> None:
        stream.write("".join(f"{line}\r\n" for line in lines).encode())
        stream.flush()


@contextmanager
def posting(post: Post) -> Iterator[MailServer]:
    """Yield how to reach a mail server that listens."""
    with socket.create_server((HOST, 0)) as listening:
        listening.settimeout(0.1)
        is_over = threading.Event()

        def run() -> None:
            while not is_over.is_set():
                with suppress(OSError):
                    opened, _ = listening.accept()
                    opened.settimeout(10)
                    with suppress(OSError, ssl.SSLError), opened:
                        post.serve(opened)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield MailServer(
            "localhost", listening.getsockname()[1], "duty@tutela.example", is_tls_at_once=post.is_tls_at_once,
            user="duty", password="right", site="https://tutela.example", timeout_seconds=10,  # noqa: S106 - of nobody
        )  # fmt: skip
        is_over.set()
        thread.join()
