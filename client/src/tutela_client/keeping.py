"""What a cache keeps: its folder, what it has read into memory, and the two threads that keep both up to date."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable
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

_opened_by: set[int] = set()
"""Processes that have opened a cache, as far as this one remembers: a child remembers its parent."""


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
            InUseError: Another process uses the folder for another server.
            ForkedError: This process was forked from one that had a cache open.
        """
        _opened_by.add(os.getpid())
        self.check_process()
        self._folder, self._server, self._terms = folder, client.address, terms
        self.alarms: dict[str, int] = {}
        self.states, self.table = States(), shipped_table()
        make_private(folder)
        self.leadership = Leadership(folder / "leader.db")
        self._facts = Facts()
        self.file = self._open_states()
        self.outbox = self._open_outbox(client)
        sinks = Sinks(self._take_page, self._take_rows, self._reload, self._take_table, self.alarm)
        self.follower = Follower(client, self.file, self.leadership, terms.pace, sinks, terms.clock)
        # Rows were read behind these: what another process writes meanwhile is read again, and not missed.
        self.follower.facts = self._facts

    def check_process(self) -> None:
        """Refuse a child of a process that had a cache open: its threads are not here, and its locks mean nothing."""
        if _opened_by != {os.getpid()}:
            raise ForkedError("this process was forked from one that had a cache open; open it after the fork only")

    @property
    def is_ready(self) -> bool:
        """Return whether anything may be called clear."""
        return self.follower.facts.is_ready

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
            self._facts = file.facts()
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
        before = file.facts().server
        if not before:
            file.adopt(self._server)
        elif before != self._server:
            if not self.leadership.take():
                raise InUseError("another process uses this folder for another server")
            file.begin_again(self._server, is_ours=False)
            self.alarm(Alarm(AlarmCode.FOREIGN, "what is kept came from another address; all is read anew"))

    def _open_outbox(self, client: Client) -> Outbox:
        path = self._folder / "outbox.db"
        within = Within(self._told, self.alarm)

        def opened() -> Outbox:
            box = Outbox(client, self._folder, self.leadership, self._terms.pace.patience, within, self._terms.clock)
            with box.lock:
                box.look_again()
            return box

        try:
            return opened()
        except sqlite3.OperationalError:
            raise  # as with the other file
        except (WrongFileError, sqlite3.DatabaseError) as error:
            self._set_aside(path, error)
            # What it held back is not known any more: nothing is clear before the server has told of everything.
            self.file.begin_again(self._server, is_ours=False)
            self._facts = self.file.facts()
            return opened()

    def _set_aside(self, path: Path, error: Exception) -> None:
        target = set_aside(path)
        self.alarm(Alarm(AlarmCode.DAMAGED, f"{path.name} is now {target.name}: {type(error).__name__}"))

    def _states_of(self, file: StateFile) -> States:
        fresh, now = States(), self._terms.clock()
        for kind, name, state in file.rows():
            fresh.put(kind, name, state, now)
        return fresh

    def _told(self, items: Iterable[str]) -> set[str]:
        return self.file.told(items)

    def _take_page(self, page: Changes) -> None:
        """Take in what the feed told: in memory before anything can go wrong with the disk."""
        now = self._terms.clock()
        rows = [(each.kind, each.id, State.of(each, now)) for each in page.changes]
        self._put(rows)
        with self.outbox.lock:
            self.file.apply(page, rows, now)
            self._settle(rows)

    def _take_rows(self, step: int) -> None:
        with self.outbox.lock:
            rows = self.file.rows_since(step)
            self._put(rows)
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
            self.states = self._states_of(self.file)
            self.outbox.look_again()

    def reload(self) -> None:
        """Read everything from the file again."""
        self._reload()

    def _take_table(self, table: EffectTable) -> None:
        self.table = table


class ForkedError(Exception):
    """A cache, and SQLite below it, cannot be taken along into a forked process."""


class InUseError(Exception):
    """Another process uses this folder for another server."""
