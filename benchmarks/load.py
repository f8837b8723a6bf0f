"""A load that is bounded in count, from prepared bytes, so that the client costs next to nothing."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What a load saw."""

    seconds: float
    latencies_ms: tuple[float, ...]  #: sorted

    def percentile_ms(self, share: float) -> float:
        """Return the latency that *share* of all requests stayed under."""
        return self.latencies_ms[min(int(len(self.latencies_ms) * share), len(self.latencies_ms) - 1)]


def request(path: str, key: str, body: bytes, content_type: str = "application/json") -> bytes:
    """Return a POST request as bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send_all(port: int, requests: Sequence[bytes], *, connections: int) -> Load:
    """Send every request once over *connections* kept open; a refused one ends the benchmark."""
    latencies: list[float] = []
    problems: list[str] = []
    shares = [requests[start::connections] for start in range(connections)]
    threads = [threading.Thread(target=_send, args=(port, share, latencies.append, problems)) for share in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise SystemExit(f"the server answered {problems[0]}")
    return Load(time.perf_counter() - begun, tuple(sorted(latencies)))


def _send(port: int, share: Sequence[bytes], done: Callable[[float], None], problems: list[str]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for each in share:
            begun = time.perf_counter()
            connection.sendall(each)
            status = _read_answer(connection)
            done((time.perf_counter() - begun) * 1000)
            if not status.startswith(("200", "201")):
                problems.append(status)
                return


def _read_answer(connection: socket.socket) -> str:
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        buffer += connection.recv(65536) or _closed()
    head, _, rest = buffer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length"))
    missing = length - len(rest)
    while missing > 0:
        missing -= len(connection.recv(65536) or _closed())
    return lines[0].partition(" ")[2]


def _closed() -> bytes:
    raise SystemExit("the server closed the connection")
