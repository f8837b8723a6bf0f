"""The client of `/v1`: ask before publishing, ask before showing, follow the changes."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote, urlencode

from tutela_client.answers import (
    Answer,
    Changes,
    Known,
    Rejected,
    Statement,
    Strikes,
    Uploaded,
    Visibility,
    answer_of,
    changes_of,
    choices_of,
    known_of,
    outcome_of,
    permission_of,
    statement_of,
    strikes_of,
    uploaded_of,
    visibility_of,
)
from tutela_client.bodies import Body, Content, choice_body, file_body, form_body, json_body, text_body, viewer_body
from tutela_client.may import YES, Permission
from tutela_client.observed import NotObserved, Observed, observation_of, observed_of
from tutela_client.standing import Standing, standing_of
from tutela_client.table import EffectTable, shipped_table
from tutela_client.transport import Reply, Transport
from tutela_client.viewer import Choice, Viewer

JSON = Mapping[str, Any]


class Client:
    """One Tutela server, as a platform sees it. Safe to share between threads; leaving it as a context closes it.

    Every method raises `TutelaClientError` when the server refuses or cannot be reached. It never answers on the
    server's behalf: **an item without an answer must not be published**, so hold it and submit it again.
    """

    def __init__(
        self, url: str, key: str, timeout_seconds: float = 10.0, *, retries: int = 2, is_plain_http_safe: bool = False
    ) -> None:
        """Connect lazily to *url* with an API key.

        Args:
            url: Where the server is, such as `https://tutela.example`.
            key: From `tutela keys create`; it is never printed or logged here.
            timeout_seconds: For connecting, and for each wait for bytes.
            retries: Further attempts when the connection breaks or the server is busy. A write carries the same
                idempotency key each time, so that it happens once.
            is_plain_http_safe: Allow http to another machine, where something else encrypts the way there.

        Raises:
            ValueError: The address cannot be used, or the key would travel in the clear.
        """
        self._transport = Transport(
            url, key, timeout_seconds=timeout_seconds, retries=retries, is_plain_http_safe=is_plain_http_safe
        )
        self._timeout_seconds = timeout_seconds

    @property
    def address(self) -> str:
        """Return where the server is, in one form."""
        return self._transport.address

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()

    def submit(self, item: JSON, media: Sequence[Content] = (), *, idempotency_key: str | None = None) -> Answer:
        """Ask what to do with *item* before anybody sees it.

        Args:
            item: `{"id": ..., "author": {"id": ...}, "kind": "post", "text": ...}`.
            media: Its files as bytes, paths or open binary files; they are streamed, in order.
            idempotency_key: Your own name for this submission; made up when absent.
        """
        body = form_body(item, media) if media else json_body(item)
        return self._write("/v1/items", body, idempotency_key).read(answer_of)

    def submit_batch(self, items: Iterable[JSON], *, idempotency_key: str | None = None) -> list[Answer | Rejected]:
        """Ask about up to 500 items at once; the outcomes come in their order."""
        body = json_body({"items": list(items)})
        reply = self._write("/v1/items/batch", body, idempotency_key)
        return reply.read(lambda answered: [outcome_of(each) for each in answered["results"]])

    def observe(self, event: JSON, *, idempotency_key: str | None = None) -> Observed:
        """Tell what somebody did: a message, a follow, a payment. The same event again is answered as before.

        Nobody waits for the answer. An event that could not be told may be told later under the same id, up to 30
        days after it happened; say with `at` when that was.

        Args:
            event: `{"id": ..., "kind": "follow", "author": {"id": ...}, "recipient": {"id": ...}}`. A message names
                its `channel` as well; ages and regions, where you know them, are beside the ids.
            idempotency_key: Your own name for this request; made up when absent.
        """
        return self._write("/v1/events", json_body(event), idempotency_key).read(observed_of)

    def observe_batch(
        self, events: Iterable[JSON], *, idempotency_key: str | None = None
    ) -> list[Observed | NotObserved]:
        """Tell up to 500 events at once, in the order in which they happened; the outcomes come in their order."""
        reply = self._write("/v1/events/batch", json_body({"events": list(events)}), idempotency_key)
        return reply.read(lambda answered: [observation_of(each) for each in answered["results"]])

    def upload(self, content: Content) -> Uploaded:
        """Send a file ahead of the item that will name it by id or digest."""
        return self._transport.send("POST", "/v1/media", file_body(content)).read(uploaded_of)

    def visibility(
        self, viewer: str | Viewer | None, surface: str, items: Iterable[str | JSON] = (), *,
        accounts: Iterable[str | JSON] = (), explain: bool = False,
    ) -> Visibility:  # fmt: skip
        """Ask what *viewer* may see of up to 500 *items* and 500 *accounts* on *surface*.

        Args:
            viewer: An account, none for somebody without one, or a `Viewer` to say age and countries as well. What
                the account itself chose not to see is known to the server.
            surface: A name that the server's table knows; it answers the strictest of all for any other.
            items: Ids, or `{"id": ..., "relation": "follower", "sensitive": true}` with what only you know.
            accounts: Ids, or `{"id": ..., "relation": "blocked"}`: their page, name and picture.
            explain: Name what acted; needs the scope `detections`.
        """
        asked: dict[str, Any] = {"viewer": viewer_body(viewer), "surface": surface, "items": list(items)}
        asked |= {"accounts": named} if (named := list(accounts)) else {}
        asked |= {"explain": True} if explain else {}
        return self._transport.send("POST", "/v1/visibility", json_body(asked)).read(visibility_of)

    def may(self, actor: str | Viewer | None, verb: str, *, explain: bool = False, **about: Any) -> Permission:
        """Ask whether *actor* may do *verb*, before anything is accepted.

        To report, to appeal, to get help and to reach one's own is answered without asking: it is always allowed.

        Args:
            actor: As the viewer of `visibility`.
            verb: Such as `post`, `reply`, `message`, `upload` or `sign_up`.
            explain: Name what refused; needs the scope `detections`.
            about: To what and with what: `item`, `account` (`{"id": ..., "relation": ..., "age": ...}`), `surface`,
                `conversation`, `links`, `media`, `device`, `network`.
        """
        if verb in shipped_table().always:
            return YES
        asked = {"actor": viewer_body(actor), "verb": verb, **about} | ({"explain": True} if explain else {})
        return self._transport.send("POST", "/v1/may", json_body(asked)).read(permission_of)

    def standing(self, account: str) -> Standing:
        """Ask whether *account* may post, and what its holder may be told by now."""
        path = f"/v1/accounts/{quote(account, safe='')}/standing"
        return self._transport.send("GET", path).read(standing_of)

    def strikes(self, account: str) -> Strikes:
        """Ask what counts against *account*, until when, and what it would meet next."""
        path = f"/v1/accounts/{quote(account, safe='')}/strikes"
        return self._transport.send("GET", path).read(strikes_of)

    def verified(self, account: str, kind: str, at: datetime, *, age: str | None = None) -> tuple[str, ...]:
        """Record that *account* passed a verification (`phone`, `email`, `identity`, `age`) at a moment.

        Returns:
            The verifications that still keep it locked; none when it is open again.
        """
        path = f"/v1/accounts/{quote(account, safe='')}/verifications"
        asked = {"kind": kind, "at": at.isoformat()} | ({} if age is None else {"age": age})
        reply = self._transport.send("POST", path, json_body(asked))
        return reply.read(lambda answered: tuple(answered["still_demanded"]))

    def facts(self, account: str, facts: JSON) -> tuple[str, ...]:
        """Tell what only you know of *account*, in the place of what was told before: see `account.facts_wanted`.

        Args:
            account: Whose.
            facts: Such as `{"screen_name": ..., "ip_events": [{"ip": ..., "port": ..., "event": "login", "at": ...}]}`.
                Send what you know and leave out the rest; times carry their zone.

        Returns:
            The names of what was taken.
        """
        path = f"/v1/accounts/{quote(account, safe='')}/facts"
        return self._transport.send("PUT", path, json_body(facts)).read(lambda answered: tuple(answered["parts"]))

    def statement(self, statement: str, *, language: str = "en", audience: str | None = None) -> Statement:
        """Return a statement of reasons in words; for `adult` or `teen` by the age of the account unless you say."""
        asked = {"language": language} | ({} if audience is None else {"audience": audience})
        path = f"/v1/statements/{quote(statement, safe='')}?{urlencode(asked)}"
        return self._transport.send("GET", path).read(statement_of)

    def delivered(self, statement: str, how: str) -> None:
        """Say that you told it, in a word such as `email`. The first word about it stays."""
        path = f"/v1/statements/{quote(statement, safe='')}/delivered"
        self._transport.send("POST", path, json_body({"how": how})).read(dict)

    def choices(self, account: str) -> tuple[Choice, ...]:
        """Return what *account* chose not to see; pass it on in a `Viewer` where you evaluate yourself."""
        found: list[Choice] = []
        asked = {"limit": "1000"}
        while True:
            path = f"/v1/accounts/{quote(account, safe='')}/choices?{urlencode(asked)}"
            page, following = self._transport.send("GET", path).read(choices_of)
            found += page
            if following is None:
                return tuple(found)
            asked["cursor"] = following

    def choose(self, account: str, choices: Iterable[Choice]) -> None:
        """Record what *account* does not want to see, up to 500 choices at once, beside what it chose before."""
        path = f"/v1/accounts/{quote(account, safe='')}/choices"
        self._transport.send("PUT", path, json_body({"choices": [choice_body(each) for each in choices]}))

    def drop_choices(self, account: str, kind: str | None = None, value: str | None = None) -> None:
        """Delete what *account* chose: all, all of a kind, or one."""
        named = {name: said for name, said in (("kind", kind), ("value", value)) if said is not None}
        self._transport.send("DELETE", f"/v1/accounts/{quote(account, safe='')}/choices?{urlencode(named)}")

    def changes(self, after: str = "0", *, limit: int = 1000, wait_seconds: float = 0) -> Changes:
        """Return what changed after *after*, `next` of the page before; with *wait_seconds* (to 30) wait for it."""
        asked = urlencode({"after": after, "limit": limit, "wait_seconds": wait_seconds})
        # The server holds the request open on purpose, so that time does not count as silence.
        timeout_seconds = self._timeout_seconds + wait_seconds
        return self._transport.send("GET", f"/v1/changes?{asked}", timeout_seconds=timeout_seconds).read(changes_of)

    def effects(self) -> EffectTable:
        """Return the table that the server answers from."""
        return self._transport.send("GET", "/v1/effects").read(EffectTable)

    def lookup(
        self, hashes: Iterable[tuple[str, str]], *, banks: Sequence[str] | None = None
    ) -> list[tuple[Known, ...]]:
        """Look up to 1000 hashes (type and hex) up in the banks; nothing is recorded."""
        asked: dict[str, Any] = {"hashes": [{"type": kind, "value": value} for kind, value in hashes]}
        if banks is not None:
            asked["banks"] = list(banks)
        reply = self._transport.send("POST", "/v1/lookup", json_body(asked))
        return reply.read(lambda answered: [known_of(each) for each in answered["results"]])

    def call(self, method: str, path: str, body: JSON | None = None) -> Any:
        """Call any other route with JSON and return the answer, parsed; see `/docs` of the server."""
        sent = None if body is None else json_body(body)
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        reply = self._transport.send(method, path, sent, headers=headers)
        return reply.json() if reply.body else None

    def send_text(self, path: str, text: str, content_type: str) -> Any:
        """Post *text*, such as a list in CSV for an import, and return the answer, parsed."""
        return self._transport.send("POST", path, text_body(text.encode(), content_type)).json()

    def send_file(self, path: str, content: Content) -> Any:
        """Post one file and return the answer, parsed."""
        return self._transport.send("POST", path, file_body(content)).json()

    def close(self) -> None:
        """Close all connections; call it when no thread is asking. A later request opens another."""
        self._transport.close_all()

    def _write(self, path: str, body: Body, idempotency_key: str | None) -> Reply:
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return self._transport.send("POST", path, body, headers=headers)
