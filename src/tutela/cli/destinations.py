"""Where a backfill sends to: the house in this process, or a server over HTTP."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

from tutela.bootstrap import House
from tutela.core.content import (
    Age,
    AgeBand,
    AgeProvenance,
    Channel,
    ChannelKind,
    Digests,
    Media,
    PdqHash,
)
from tutela.core.ids import MediaId
from tutela.core.signals.pdq import parse_hex
from tutela.errors import BadInput, Forbidden, Misconfigured, TutelaError, Unavailable
from tutela.flows.back_fill import Outcome, Piece
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission, Submitted

CHUNK_BYTES = 256 * 1024
TRIES = 6
LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "::1", "localhost"})
TIMEOUT_SECONDS = 120.0
_TRY_AGAIN: Final = {429, 502, 503, 504}
_NOT_ALLOWED: Final = {401, 403}
Uploaded = tuple[list[str], str | None]
"""Ids of the media of a piece, or why one of its files could not be taken."""


def _uploaded(pieces: Sequence[Piece], upload: Callable[[Path], str]) -> list[Uploaded]:
    """Upload the files of all pieces, as many at once as there are cores to decode them."""

    def one(piece: Piece) -> Uploaded:
        try:
            return [upload(path) for path in piece.files], None
        except OSError as error:
            return [], f"file: {os.strerror(error.errno).lower() if error.errno else 'cannot be read'}"
        except BadInput as error:
            return [], f"file: {error}"

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(one, pieces))


def _merged(taken: Sequence[Uploaded], sent: Sequence[Outcome]) -> list[Outcome]:
    answers = iter(sent)
    return [Outcome(None, error=error) if error else next(answers) for _, error in taken]


@dataclass(frozen=True, slots=True)
class InHouse:
    """Send to the house in this process; a server may run on the same database meanwhile."""

    house: House

    def send(self, pieces: Sequence[Piece]) -> list[Outcome]:
        """Receive the files, submit the items; see `flows.back_fill.Destination`."""
        taken = _uploaded(pieces, self._upload)
        good = [_submission(p, ids) for p, (ids, error) in zip(pieces, taken, strict=True) if error is None]
        outcomes = self.house.submit(good)[0] if good else []
        sent = [
            Outcome(each.answer.value, is_new=each.is_new)
            if isinstance(each, Submitted)
            else Outcome(None, error=str(each.error))
            for each in outcomes
        ]
        return _merged(taken, sent)

    def _upload(self, path: Path) -> str:
        with path.open("rb") as file, self.house.receive_media.open() as reception:
            while chunk := file.read(CHUNK_BYTES):
                reception.write(chunk)
            media: Media = reception.finish()
        return media.id


def _submission(piece: Piece, media_ids: Sequence[str]) -> Submission:
    item = piece.item
    author, channel = item["author"], item.get("channel", {})
    age = author.get("age", {})
    referred = [_reference(each) for each in item.get("media", ())]
    return Submission(
        platform_id=item["id"],
        author=Author(
            author["id"],
            Age(AgeBand(age.get("band", "unknown")), AgeProvenance(age.get("provenance", "unknown"))),
            tuple(author.get("regions", ())),
        ),
        kind=item["kind"],
        text=item.get("text"),
        media=(*referred, *(MediaReference(MediaId(media_id)) for media_id in media_ids)),
        contains=tuple(item.get("contains", ())),
        channel=Channel(
            ChannelKind(channel.get("kind", "public")), bool(channel.get("encrypted")), channel.get("conversation")
        ),
        regions=tuple(item.get("regions", ())),
        tags=tuple(item.get("tags", ())),
    )


def _reference(media: dict[str, Any]) -> MediaReference:
    pdq = PdqHash(parse_hex(media["pdq"]), media["pdq_quality"]) if "pdq" in media else None
    digests = Digests(media.get("md5"), media.get("sha1"), media.get("sha256"))
    return MediaReference(None, digests, pdq, is_held_by_platform=bool(media.get("held_by_platform")))


@dataclass(frozen=True, slots=True)
class OverHttp:
    """Send to a server; needs a key with the scope `submit`."""

    url: str
    key: str
    wait: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        """Refuse a way on which key and pictures would travel in the clear.

        Raises:
            tutela.errors.Misconfigured: The address is neither https nor on this machine.
        """
        parts = urllib.parse.urlsplit(self.url)
        is_local = parts.scheme == "http" and parts.hostname in LOCAL_HOSTS
        if not parts.hostname or (parts.scheme != "https" and not is_local):
            raise Misconfigured(
                "key and pictures would travel in the clear, or this is no address",
                place=self.url,
                remedy="Use https://..., or http:// on this machine only.",
            )

    def send(self, pieces: Sequence[Piece]) -> list[Outcome]:
        """Upload the files, submit the items; see `flows.back_fill.Destination`."""
        taken = _uploaded(pieces, self._upload)
        items = [
            {**piece.item, "media": [*piece.item.get("media", ()), *({"id": media_id} for media_id in ids)]}
            for piece, (ids, error) in zip(pieces, taken, strict=True)
            if error is None
        ]
        answered = self._json("/v1/items/batch", {"items": items})["results"] if items else []
        return _merged(taken, [_outcome(each) for each in answered])

    def _upload(self, path: Path) -> str:
        def opened() -> urllib.request.Request:
            headers = {"Content-Type": "application/octet-stream", "Content-Length": str(path.stat().st_size)}
            return self._request("/v1/media", path.open("rb"), headers)

        media_id: str = self._answer(opened)["id"]
        return media_id

    def _json(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        raw = json.dumps(body).encode()
        return self._answer(lambda: self._request(path, raw, {"Content-Type": "application/json"}))

    def _request(self, path: str, body: Any, headers: dict[str, str]) -> urllib.request.Request:
        headers = {**headers, "Authorization": f"Bearer {self.key}"}
        return urllib.request.Request(self.url.rstrip("/") + path, data=body, headers=headers, method="POST")  # noqa: S310  # the operator's own server

    def _answer(self, make: Callable[[], urllib.request.Request]) -> dict[str, Any]:
        pause_seconds = 0.5
        for attempt in range(TRIES):
            request = make()
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  # see above
                    read: dict[str, Any] = json.load(answer)
                    return read
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in _TRY_AGAIN:
                        raise _refusal(error) from None
                    pause_seconds = _asked_for(error, pause_seconds)
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                pass
            finally:
                if isinstance(request.data, BufferedReader):
                    request.data.close()
            if attempt < TRIES - 1:
                self.wait(pause_seconds)
                pause_seconds = min(pause_seconds * 2, 30.0)
        raise Unavailable("the server does not answer", place=self.url, remedy="Run the command again to go on.")


def _outcome(result: dict[str, Any]) -> Outcome:
    if "error" in result:
        problem = result["error"]
        said = problem.get("problem", problem) if isinstance(problem, dict) else {}
        words = said if isinstance(said, str) else str(said.get("detail") or said.get("title") or "was refused")
        return Outcome(None, error=words)
    return Outcome(result["answer"], is_new=bool(result.get("new")))


def _asked_for(error: urllib.error.HTTPError, otherwise: float) -> float:
    asked = error.headers.get("Retry-After", "")
    return min(float(asked), 60.0) if asked.isascii() and asked.isdigit() else otherwise


def _refusal(error: urllib.error.HTTPError) -> TutelaError:
    try:
        said = json.load(error)
        detail = str(said.get("detail") or said.get("title"))
    except (ValueError, AttributeError):
        detail = f"the server answered {error.code}"
    return Forbidden(detail) if error.code in _NOT_ALLOWED else BadInput(detail)
