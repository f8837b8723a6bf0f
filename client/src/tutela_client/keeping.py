"""What a cache keeps: its folder, what it has read into memory, and the two threads that keep both up to date."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tutela_client.alarms import Alarm, AlarmCode, OnAlarm
from tutela_client.answers import Changes
from tutela_client.client import Client
from tutela_client.follower import Follower, Sinks
from tutela_client.leadership import Leadership
from tutela_client.outbox import OnAnswer, Outbox, Within
from tutela_client.pace import Pace
from tutela_client.private_file import WrongFileError, make_private, set_aside
from tutela_client.state_file import Facts, Row, StateFile
from tutela_client.states import State, States
from tutela_client.table import EffectTable, shipped_table

_open_in: Counter[int] = Counter()
"""How many caches are open in which process, as far as this one remembers: a child remembers its parent's."""

FIRST_FEED = "first"
"""What servers called their feed that were set up before each had a name of its own: it tells none from another."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a cache works, and whom it tells."""

    pace: Pace
    on_alarm: OnAlarm | None
    on_answer: OnAnswer | None
    clock: Callable[[], datetime]


class Keeping:
    """Everything that is open in one process."""

    def __init__(self, client: Client, folder: Path, terms: Terms) -> None:
        """Open the folder and read it; nothing is asked before `start`.

        Raises:
            InUseError: Another process uses the folder for another server, or while a file in it is damaged.
            ForkedError: This process was forked from one that has a cache open.
        """
        self._folder, self._server, self._terms = folder, client.address, terms
        self.check_process()
        self.alarms: dict[str, int] = {}
        self.states, self.table = States(), shipped_table()
        self._withheld: list[str] = []
        make_private(folder)
        self.leadership = Leadership(folder / "leader.db")
        self._facts = Facts()
        with ExitStack() as if_not_all:
            if_not_all.callback(self.leadership.release)
            self.file = self._open_states()
            if_not_all.callback(self.file.close)
            self._step = self._facts.step  #: up to which memory here knows what the file tells
            self.outbox = self._open_outbox(client)
            if_not_all.pop_all()
        _open_in[os.getpid()] += 1
        sinks = Sinks(self._take_page, self._take_rows, self._reload, self._take_table, self.alarm)
        self.follower = Follower(client, self.file, self.leadership, terms.pace, sinks, terms.clock)
        # Rows were read behind these: what another process writes meanwhile is read again, and not missed.
        self.follower.facts = self._facts

    def check_process(self) -> None:
        """Refuse a child of a process that had a cache open: its threads are not here, and its locks mean nothing."""
        if _open_in.keys() - {os.getpid()}:
            raise ForkedError("this process was forked from one that had a cache open; open it after the fork only")

    @property
    def is_ready(self) -> bool:
        """Return whether anything may be called clear: all was read once, and from the server that is asked now."""
        facts = self.follower.facts
        return facts.is_ready and facts.server == self._server

    def start(self) -> None:
        """Begin to follow and to send."""
        self.outbox.forget()
        self.follower.start()
        self.outbox.start(self._terms.on_answer)

    def close(self, seconds: float) -> None:
        """End both threads, waiting at most so long for each, and let another process lead."""
        self.follower.stop(seconds)
        self.outbox.stop(seconds)
        self.leadership.release()
        self.outbox.close()
        self.file.close()
        _open_in[os.getpid()] -= 1
        if not _open_in[os.getpid()]:
            del _open_in[os.getpid()]  # from now on this process may be forked

    def alarm(self, alarm: Alarm) -> None:
        """Tell the platform; what it does with it must not end a thread."""
        self.alarms[alarm.code] = self.alarms.get(alarm.code, 0) + 1
        if self._terms.on_alarm is not None:
            try:
                self._terms.on_alarm(alarm)
            except Exception:  # noqa: BLE001  # the platform's own function; that it fails is counted
                self.alarms[AlarmCode.CALLBACK] = self.alarms.get(AlarmCode.CALLBACK, 0) + 1

    def _open_states(self) -> StateFile:
        """Open the file and read it; one that cannot be used is set aside, and then nothing is ready."""
        path = self._folder / "states.db"
        try:
            return self._read(path)
        except sqlite3.OperationalError:
            raise  # busy, or a disk that fails: that says nothing of what the file holds
        except (WrongFileError, sqlite3.DatabaseError, KeyError) as error:
            self._set_aside(path, error)
            return self._read(path)

    def _read(self, path: Path) -> StateFile:
        file = StateFile(path)
        try:
            self._belongs_here(file)
            self._facts, self._withheld = file.facts(), file.withheld()
            self.states = self._states_of(file)
            self._keep_table(self._facts.table)
        except ValueError as error:
            file.close()
            raise WrongFileError(str(error)) from error
        except BaseException:
            file.close()
            raise
        return file

    def _keep_table(self, text: str) -> None:
        """Take the table that is kept; one of a newer client that this one cannot read loses nothing else."""
        try:
            self.table = EffectTable(json.loads(text)) if text else self.table
        except (ValueError, TypeError, AttributeError) as error:
            self.alarm(Alarm(AlarmCode.TABLE, str(error)))

    def _belongs_here(self, file: StateFile) -> None:
        before = file.facts()
        if not before.server:
            file.adopt(self._server)
        elif self._server not in {before.server, before.moved_to}:
            self._must_lead("another process uses this folder for another server")
            if before.feed in {"", FIRST_FEED}:
                file.begin_again(self._server, is_ours=False)
                self.alarm(Alarm(AlarmCode.FOREIGN, "what is kept came from another address; all is read anew"))
            else:
                file.move(before.server, moved_to=self._server)
                self.alarm(Alarm(AlarmCode.MOVED, "what is kept came from another address"))
        elif before.moved_to and self._server == before.server and self.leadership.take():
            file.move(before.server)  # it was looked for elsewhere, and not found

    def _must_lead(self, otherwise: str) -> None:
        """Lead, so that nothing is taken from under a process that works with it."""
        if not self.leadership.take():
            raise InUseError(otherwise)

    def _open_outbox(self, client: Client) -> Outbox:
        path = self._folder / "outbox.db"
        within = Within(self._told, self.file.withhold, lambda: self._withheld, self.file.forget_told, self.alarm)
        is_lost = bool(self._withheld) and not path.exists()

        def opened() -> Outbox:
            box = Outbox(client, self._folder, self.leadership, self._terms.pace.patience, within, self._terms.clock)
            try:
                with box.lock:
                    box.look_again()
            except BaseException:
                box.close()  # before the file is moved: what closes later would take the next one's journal away
                raise
            return box

        try:
            if not is_lost:
                return opened()
            self._must_lead("the outbox is gone while another process works with it; stop that one first")
            self.alarm(Alarm(AlarmCode.DAMAGED, f"{path.name} is gone"))
        except sqlite3.OperationalError:
            raise  # as with the other file
        except (WrongFileError, sqlite3.DatabaseError) as error:
            self._set_aside(path, error)
        # What it held back last is not known any more: nothing is clear before the server has told of everything, and
        # what the other file remembers of it stays hidden even then.
        self.file.begin_again(self._server, is_ours=False)
        self._facts = self.file.facts()
        return opened()

    def _set_aside(self, path: Path, error: Exception) -> None:
        self._must_lead(f"{path.name} cannot be used while another process works with it; stop that one first")
        target = set_aside(path)
        self.alarm(Alarm(AlarmCode.DAMAGED, f"{path.name} is now {target.name}: {type(error).__name__}"))

    def _states_of(self, file: StateFile) -> States:
        fresh, now = States(), self._terms.clock()
        for kind, name, state in file.rows():
            fresh.put(kind, name, state, now)
        return fresh

    def _told(self, items: Iterable[str]) -> set[str]:
        return self.file.told(items, self._step)

    def authors(self, items: Iterable[str]) -> dict[str, str]:
        """Return whose items these are, as far as the feed or a submission here has named it."""
        asked = list(items)
        found = self.file.authors(asked)
        submitted = {name: self.outbox.author_of(name) for name in asked if name not in found}
        return found | {name: author for name, author in submitted.items() if author is not None}

    def _take_page(self, page: Changes) -> None:
        """Take in what the feed told: in memory before anything can go wrong with the disk."""
        now = self._terms.clock()
        rows = [(each.kind, each.id, State.of(each, now)) for each in page.changes]
        self._put(rows)
        with self.outbox.lock:
            self._step = self.file.apply(page, rows, now)
            self._settle(rows)

    def _take_rows(self, since: int, until: int) -> None:
        """Take in what was written behind one step, up to another at least."""
        with self.outbox.lock:
            rows = self.file.rows_since(since)
            self._put(rows)
            self._step = until
            self._settle(rows)

    def _put(self, rows: Iterable[Row]) -> None:
        now = self._terms.clock()
        for kind, name, state in rows:
            self.states.put(kind, name, state, now)

    def _settle(self, rows: Iterable[Row]) -> None:
        for kind, name, _ in rows:
            if kind == "item":
                self.outbox.withheld.pop(name, None)

    def _reload(self) -> None:
        with self.outbox.lock:
            # In this order: what is written meanwhile is told behind this step, and read then.
            self._step, self._withheld = self.file.facts().step, self.file.withheld()
            self.states = self._states_of(self.file)
            self.outbox.look_again()

    def reload(self) -> None:
        """Read everything from the file again."""
        self._reload()

    def _take_table(self, table: EffectTable) -> None:
        self.table = table


class ForkedError(Exception):
    """An open cache, and SQLite below it, cannot be taken along into a forked process."""


class InUseError(Exception):
    """Another process works with this folder, and what has to be done first would take it from under it."""
