"""Submit through a box that forgets nothing: what the server does not answer waits on disk, and is absent meanwhile."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tutela_client.alarms import Alarm, AlarmCode, OnAlarm
from tutela_client.answers import Answer
from tutela_client.bodies import Content
from tutela_client.client import Client
from tutela_client.leadership import Leadership
from tutela_client.outbox_file import WAITING, ChangedError, Kept, OutboxFile
from tutela_client.pace import Patience, Stopping
from tutela_client.transport import TRY_AGAIN, TutelaClientError

NOT_THE_ITEM = frozenset({0, 401, 403, 404, 405, 408, 500, *TRY_AGAIN})
"""Statuses that say nothing of the item itself: it waits. Any other refusal is for good."""

UNREACHABLE = frozenset({0, 401, 403, 404, 405, 408, *TRY_AGAIN})
"""After these there is no use in sending the next one at once."""

UNSENDABLE = "what is kept of it cannot be sent: its media are gone, or it holds what JSON does not know"


@dataclass(frozen=True, slots=True)
class Sent:
    """What has become of one submission."""

    id: str
    state: str  #: `waiting`, `publish`, `hold`, `refuse`, or `rejected`: it cannot be used as it is
    answer: Answer | None = None
    detail: str | None = None  #: why it was rejected

    @property
    def may_publish(self) -> bool:
        """Return whether the item may be shown to anybody."""
        return self.answer is not None and self.answer.may_publish


OnAnswer = Callable[[Sent], None]


@dataclass(frozen=True, slots=True)
class Within:
    """What an outbox needs of the cache that it belongs to."""

    told: Callable[[Iterable[str]], set[str]]  #: of which items the feed has told, and memory here knows it
    mirror: Callable[[Iterable[str], Iterable[str]], None]  #: note beside the feed what is hidden, and what no more
    mirrored: Callable[[], Iterable[str]]  #: what was noted so, told of by nobody since
    forgotten: Callable[[Iterable[str]], None]  #: these are not kept any more
    alarm: OnAlarm


class Outbox:
    """Submissions of one folder. `submit` may be called from any thread of any process."""

    def __init__(
        self, client: Client, folder: Path, leadership: Leadership, patience: Patience, within: "Within",
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        """Open the box; nothing is sent before `start`, and nothing is withheld before `look`.

        Raises:
            tutela_client.private_file.WrongFileError: The file in *folder* is not one that was made here.
        """
        self._client, self._leadership, self._patience = client, leadership, patience
        self._within, self._clock = within, clock
        self._file = OutboxFile(folder)
        self._on_answer: OnAnswer | None = None
        self._failures = 0  #: of the connection, in a row
        self._not_before = 0.0  #: on the clock that nobody sets
        self._forget_at = time.monotonic() + patience.forget_seconds
        self._returned: list[tuple[float, str]] = []  #: what `submit` has returned, and when
        self._put_off_seconds = (
            2 * patience.longest_seconds
        )  #: at most, with room for a clock that is put right a little
        self._step = -1
        self._is_mirrored = True
        self.withheld: dict[str, str] = {}  #: not answered with `publish`, and not told of by the feed since
        self.lock = threading.Lock()  #: of what is withheld, and of what is told
        self._stopping = Stopping()
        self._thread = threading.Thread(target=self._run, name="tutela-outbox", daemon=True)

    def start(self, on_answer: OnAnswer | None) -> None:
        """Send what waits, from a thread; *on_answer* is called there, at least once for each answer that came late."""
        self._on_answer = on_answer
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """End, waiting at most so long."""
        self._stopping.set()
        self._thread.join(seconds)
        with suppress(sqlite3.Error):  # what is not noted is told once more
            self._note_taken(0.0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def submit(self, item: Mapping[str, Any], media: Sequence[Content] = ()) -> Sent:
        """Ask what to do with *item*; on disk first, so that nothing is lost whoever is killed when.

        The answer is in what is returned when the server gave it at once. Else the state is `waiting`, and the answer
        comes to `on_answer`; so does an answer of the last seconds before this process was killed. The same item again
        is the same submission.

        Raises:
            ValueError: The item has no id, or holds what JSON does not know.
            OSError: The media cannot be read.
            tutela_client.outbox_file.ChangedError: The id was submitted before with other content.
        """
        if not isinstance(item.get("id"), str) or not item["id"]:
            raise ValueError("an item needs an id of the platform's own")
        kept = self._keep(dict(item), media)
        if kept.state == WAITING:
            left = self._not_before - time.monotonic()
            if left > 0:
                self._file.put_off(kept.id, self._now() + left, is_tried=False)
            else:
                kept = self._try(kept, self._patience.longest_seconds)
        with self.lock:
            self._note({kept.id: kept.state}, self.withheld)
            if kept.state != WAITING:
                self._returned.append((time.monotonic(), kept.id))
        return _sent(kept)

    def _keep(self, item: dict[str, Any], media: Sequence[Content]) -> Kept:
        """Keep a submission. One that cannot be kept is hidden, unless its id was submitted before."""
        now, name = self._now(), item["id"]
        self.withheld[name] = WAITING
        try:
            return self._file.add(item, media, now, now + self._patience.lease_seconds)
        except (ValueError, OSError, ChangedError):
            before = self._file.get(name)
            with self.lock:
                self._note({name: WAITING if before is None else before.state}, self.withheld)
            raise

    def state(self, item_id: str) -> Sent | None:
        """Return what has become of a submission; none when it was never submitted here, or long ago."""
        kept = self._file.get(item_id)
        return None if kept is None else _sent(kept)

    def waiting(self) -> int:
        """Return how many submissions have no answer yet."""
        return self._file.waiting()

    def author_of(self, item_id: str) -> str | None:
        """Return whose submission it was, where it is still kept."""
        kept = self._file.get(item_id)
        author = kept.item.get("author") if kept is not None else None
        found = author.get("id") if isinstance(author, dict) else None
        return found if isinstance(found, str) else None

    def look(self) -> None:
        """Take in what other processes have written."""
        with self.lock:
            self._step, changed = self._file.states_since(self._step if self._is_mirrored else -1)
            self._note(dict(changed), self.withheld)

    def look_again(self) -> None:
        """Take in everything from the beginning: what the feed had told is not told any more. Call it with the lock."""
        fresh: dict[str, str] = {}
        self._step, changed = self._file.states_since(-1)
        states = dict(changed)
        self._note(states, fresh)
        # What an outbox that is lost held back stays so: nobody has told otherwise.
        fresh.update((name, WAITING) for name in self._within.mirrored() if name not in states)
        self.withheld = fresh

    def _note(self, states: Mapping[str, str], withheld: dict[str, str]) -> None:
        """Withhold what was not published. Where the feed told of an item, its word is the newer one."""
        kept_back = {item_id for item_id, state in states.items() if state != "publish"}
        hidden = kept_back - self._within.told(kept_back)
        for item_id, state in states.items():
            if item_id in hidden:
                withheld[item_id] = state
            else:
                withheld.pop(item_id, None)
        self._mirror(hidden, states.keys() - kept_back)

    def _mirror(self, hidden: Iterable[str], published: Iterable[str]) -> None:
        """Note in the other file what is hidden: if this one is lost, nothing reappears."""
        try:
            self._within.mirror(hidden, published)
            self._is_mirrored = True
        except sqlite3.Error as error:
            self._is_mirrored = False
            self._within.alarm(Alarm(AlarmCode.DISK, type(error).__name__))

    def _try(self, kept: Kept, hand_over_after: float = 0.0) -> Kept:
        """Send a submission once, and return how it is kept afterwards."""
        try:
            answer = self._client.submit(kept.item, kept.media, idempotency_key=kept.key)
        except TutelaClientError as error:
            self._not_answered(kept, error, hand_over_after)
        except (FileNotFoundError, ValueError) as error:
            if self._file.rejected(kept, UNSENDABLE, self._now(), self._now() + hand_over_after):
                self._within.alarm(Alarm(AlarmCode.UNUSABLE, type(error).__name__))
        else:
            now = self._now()
            self._file.answered(kept, asdict(answer), now, now + hand_over_after)
            if self._failures:
                self._failures, self._not_before = 0, 0.0
                self._file.hurry()
        return self._file.get(kept.id) or kept

    def _not_answered(self, kept: Kept, error: TutelaClientError, hand_over_after: float) -> None:
        now = self._now()
        if error.status not in NOT_THE_ITEM:
            self._file.rejected(kept, error.detail, now, now + hand_over_after)
            return
        pause = self._patience.pauses.after(kept.tries + 1)
        if error.status in UNREACHABLE:
            self._failures += 1
            pause = self._patience.pauses.after(self._failures)
            self._not_before = time.monotonic() + pause
        self._file.put_off(kept.id, now + pause, is_tried=True)

    def _run(self) -> None:
        was_leading = False
        while not self._stopping:
            try:
                self.look()
                self._note_taken(self._patience.taken_seconds)
                if self._leadership.is_mine and not was_leading:
                    self._file.hurry()  # what a process that is no more was sending
                was_leading = self._leadership.is_mine
                is_busy = was_leading and self._work()
            except sqlite3.Error as error:
                self._within.alarm(Alarm(AlarmCode.DISK, type(error).__name__))
                is_busy = False
            except Exception as error:  # noqa: BLE001  # edge of the thread: if it ended, everything would wait for ever
                self._within.alarm(Alarm(AlarmCode.INTERNAL, type(error).__name__))
                is_busy = False
            if not is_busy:
                self._stopping.sleep(self._patience.look_seconds)

    def _work(self) -> bool:
        """Do one thing, and return whether there may be more."""
        if time.monotonic() >= self._forget_at:
            self._forget_at = time.monotonic() + self._patience.forget_seconds
            self.forget()
        is_sent = self._send_next()
        return self._hand_over_next() or is_sent

    def _send_next(self) -> bool:
        now = self._now()
        if time.monotonic() < self._not_before or not (due := self._file.due(now, self._put_off_seconds, 1)):
            return False
        self._file.put_off(due[0].id, now + self._patience.lease_seconds, is_tried=False)
        kept = self._try(due[0])
        self.look()
        return kept.state != WAITING

    def _hand_over_next(self) -> bool:
        if self._on_answer is None or not (found := self._file.undelivered(self._now(), self._put_off_seconds, 1)):
            return False
        try:
            self._on_answer(_sent(found[0]))
        except Exception as error:  # noqa: BLE001  # the platform's own function: whatever it is, it is called again
            self._file.put_off(
                found[0].id, self._now() + self._patience.pauses.after(found[0].tries + 1), is_tried=True
            )
            self._within.alarm(Alarm(AlarmCode.CALLBACK, type(error).__name__))
            return False
        self._file.delivered([found[0].id])
        return True

    def _note_taken(self, after_seconds: float) -> None:
        """Note as handed over what `submit` returned a while ago: whoever is killed before gets it again."""
        until = time.monotonic() - after_seconds
        with self.lock:
            taken = [name for returned_at, name in self._returned if returned_at <= until]
            self._returned = self._returned[len(taken) :]
        if taken:
            self._file.delivered(taken)

    def forget(self) -> None:
        """Forget what was answered and handed over long ago."""
        self._within.forgotten(self._file.forget_answered(self._now() - self._patience.keep_days * 86400))

    def _now(self) -> float:
        return self._clock().timestamp()


def _sent(kept: Kept) -> Sent:
    answer = Answer(**kept.answer) if kept.answer is not None else None
    return Sent(kept.id, kept.state, answer, kept.detail)
