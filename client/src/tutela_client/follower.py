"""Follow the change feed from a thread of its own: read pages, write them down, and know how old the knowledge is."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tutela_client.alarms import Alarm, AlarmCode
from tutela_client.answers import Changes
from tutela_client.client import Client
from tutela_client.leadership import Leadership
from tutela_client.pace import Pace, Stopping
from tutela_client.state_file import Facts, StateFile
from tutela_client.table import EffectTable
from tutela_client.transport import TutelaClientError

_FORBIDDEN = frozenset({401, 403})
_BAD_CURSOR = 422


@dataclass(frozen=True, slots=True)
class Sinks:
    """Where a follower puts what it learns."""

    page: Callable[[Changes], None]  #: take a page of the feed in, in memory and on disk
    rows: Callable[[int, int], None]  #: take in what the process that leads has written behind one step, up to another
    reload: Callable[[], None]  #: read everything from the file: rows of it are gone
    table: Callable[[EffectTable], None]
    alarm: Callable[[Alarm], None]


class Follower:
    """One thread that keeps a state file and the memory of this process up to date."""

    def __init__(
        self, client: Client, file: StateFile, leadership: Leadership, pace: Pace, sinks: Sinks,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        """Follow nothing yet; see `start`."""
        self._client, self._file, self._leadership, self._pace = client, file, leadership, pace
        self._sinks, self._clock = sinks, clock
        self.facts: Facts = file.facts()  #: of before what is in memory was read, so that nothing between is missed
        self.failures = 0  #: in a row
        self.failures_total = 0
        self.changes_total = 0
        self._is_caught_up = False
        self._is_stale = False
        self._bad_table = ""
        self._contact = 0.0  #: the last one that was looked at
        self._age_seconds = 0.0  #: how old it was then
        self._looked_at = time.monotonic()
        self._stopping = Stopping()
        self._thread = threading.Thread(target=self._run, name="tutela-follower", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """End, waiting at most so long; what a question that is still open answers is thrown away."""
        self._stopping.set()
        self._thread.join(seconds)

    @property
    def seconds_since_contact(self) -> float:
        """Return how long the server has not answered, whichever process asked it.

        A clock that was set makes it look older, and never younger: between two answers the time passes on one that
        nobody sets, and an answer from the future is as old as it is far away.
        """
        contact, now = self.facts.contact, time.monotonic()
        since_contact = self._clock().timestamp() - contact if contact else 0.0
        if contact != self._contact:
            self._contact, self._age_seconds, self._looked_at = contact, abs(since_contact), now
        return max(since_contact, self._age_seconds + now - self._looked_at)

    @property
    def is_stale(self) -> bool:
        """Return whether the server has not answered for too long."""
        return self.seconds_since_contact > self._pace.stale_after_seconds

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._once()
            except TutelaClientError as error:
                self._refused(error)
            except sqlite3.Error as error:
                self._failed(AlarmCode.DISK, type(error).__name__)
            except Exception as error:  # noqa: BLE001  # edge of the thread: if it ended, nobody would hear of anything
                self._failed(AlarmCode.INTERNAL, type(error).__name__)
            self._check_age()

    def _once(self) -> None:
        if not self._leadership.is_mine:
            is_leading = self._leadership.take()
            self._tail()
            if not is_leading:
                self._stopping.sleep(self._pace.tail_seconds)
                return
        self._lead()

    def _lead(self) -> None:
        wait_seconds = self._pace.poll_seconds if self._is_caught_up else 0.0
        page = self._client.changes(self.facts.cursor, limit=self._pace.page_rows, wait_seconds=wait_seconds)
        if self._stopping:
            return
        if self.facts.feed and page.feed != self.facts.feed:
            self._begin_again()
            return
        if self.facts.server != self._client.address:
            self._file.move(self._client.address)  # the same feed at another address
        self._take(page)

    def _take(self, page: Changes) -> None:
        failure = self._follow_table(page.table_version)
        self._sinks.page(page)
        before, self.facts = self.facts, self._file.facts()
        self.changes_total += len(page.changes)
        self.failures = 0
        self._is_caught_up = not page.has_more
        if self.facts.complete != before.complete:
            self._sinks.reload()
            self._file.forget_clear()
            if former := self._file.former():
                self._sinks.alarm(Alarm(AlarmCode.FORMER, f"{former} subjects"))
        if failure is not None:
            raise failure

    def _follow_table(self, version: str) -> TutelaClientError | None:
        """Read the table in force; return why it could not be read, for nothing keeps a page from being taken."""
        if version not in {self.facts.table_version, self._bad_table}:
            try:
                self._read_table(version)
            except TutelaClientError as error:
                return error
        return None

    def _read_table(self, version: str) -> None:
        source = self._client.call("GET", "/v1/effects")
        try:
            table = EffectTable(source)
        except (ValueError, TypeError, AttributeError) as error:
            self._bad_table = version
            self._sinks.alarm(Alarm(AlarmCode.TABLE, str(error)))
            return
        self._file.keep_table(version, json.dumps(source))
        self._sinks.table(table)

    def _tail(self) -> None:
        """Take in what the process that leads has written."""
        before, facts = self.facts, self._file.facts()
        if facts.table_version != before.table_version and facts.table:
            self._take_table(facts)
        if facts.complete != before.complete or facts.forgotten > before.step:
            self._sinks.reload()
        elif facts.step != before.step:
            self._sinks.rows(before.step, facts.step)
        self.facts = facts

    def _take_table(self, facts: Facts) -> None:
        """Take the table that another process read; a newer client may know words that this one does not."""
        try:
            self._sinks.table(EffectTable(json.loads(facts.table)))
        except (ValueError, TypeError, AttributeError) as error:
            self._sinks.alarm(Alarm(AlarmCode.TABLE, str(error)))

    def _begin_again(self) -> None:
        is_ours = self.facts.server == self._client.address
        self._file.begin_again(self._client.address, is_ours=is_ours)
        self.facts, self._is_caught_up = self._file.facts(), False
        if is_ours:
            self._sinks.alarm(Alarm(AlarmCode.REBUILDING, "the server tells another history"))
        else:
            self._sinks.alarm(Alarm(AlarmCode.FOREIGN, "another server answers at the new address; all is read anew"))

    def _refused(self, error: TutelaClientError) -> None:
        if error.status == _BAD_CURSOR and self.facts.cursor != "0":
            self._begin_again()
        elif error.status in _FORBIDDEN:
            self._failed(AlarmCode.REFUSED, error.detail)
        else:
            self._failed(None, "")

    def _failed(self, code: AlarmCode | None, detail: str) -> None:
        self.failures += 1
        self.failures_total += 1
        self._is_caught_up = False
        if code is not None and self.failures == 1:
            self._sinks.alarm(Alarm(code, detail))
        self._stopping.sleep(self._pace.pauses.after(self.failures))

    def _check_age(self) -> None:
        if self.is_stale and not self._is_stale:
            self._is_stale = True
            self._sinks.alarm(Alarm(AlarmCode.STALE, f"no answer for {self.seconds_since_contact:.0f} seconds"))
        elif self._is_stale and not self.is_stale and (self._is_caught_up or not self._leadership.is_mine):
            self._is_stale = False
            self._sinks.alarm(Alarm(AlarmCode.RECOVERED))
