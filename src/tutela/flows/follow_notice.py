"""What whoever told us sees by the code of their receipt, and how they tell more: no account, no name, no cookie.

Whoever types a code gets the same answer in the same time for every one that opens nothing. Tries are counted where
somebody sits: guessing is slowed for all codes from one place, and never for whoever holds a code elsewhere.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from tutela.core.ids import NoticeId
from tutela.core.lockout import LaneKind
from tutela.core.notices.draft import ContactChannel, NoticeDraft, checked
from tutela.core.notices.notice import Notice, NoticeOutcome, NoticeState
from tutela.core.notices.outcomes import ItemOutcome
from tutela.errors import BadInput, TooManyCodes, UnknownNotice
from tutela.flows.door_secrets import DoorSecrets
from tutela.flows.look_at_notice import Look, LookAtNotice
from tutela.flows.notice_items import item_outcomes
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.ports.clock import Clock
from tutela.ports.people import Doorkeeper
from tutela.ports.store import Reader, Store

NO_CODE = b"\0" * 32
"""Looked up where what was typed is no code, so that it takes as long as one."""


@dataclass(frozen=True, slots=True)
class NoticeStatus:
    """How a notice stands, for whoever told it: of items alone, and never of an account."""

    received_at: datetime
    state: NoticeState
    outcome: NoticeOutcome | None
    answered_at: datetime | None
    items: tuple[ItemOutcome, ...]  #: in no order that would say which is which
    copies: int | None
    missing: tuple[str, ...]
    is_about_child: bool
    is_urgent: bool
    country: str
    language: str
    channel: ContactChannel


@dataclass(frozen=True, slots=True)
class FollowNotice:
    """Show how a notice stands, and take what is added."""

    store: Store
    secrets: NoticeSecrets
    look: LookAtNotice
    doorkeeper: Doorkeeper
    door: DoorSecrets
    clock: Clock

    def status(self, code: str, place: str | None) -> NoticeStatus:
        """Return how the notice of a code stands.

        Args:
            code: As it was typed.
            place: Where somebody sits: an address; none where a platform asks, and does not say for whom.

        Raises:
            tutela.errors.UnknownNotice: The code opens nothing.
            tutela.errors.TooManyCodes: Too many codes from there opened nothing; it says how long to wait.
        """
        notice = self._open(code, place)
        with self.store.read() as reader:
            return self._status(reader, notice)

    def add(self, code: str, more: NoticeDraft, place: str | None) -> NoticeStatus:
        """Take what somebody adds to what they told: it is looked for at once, and an answered notice is open again.

        Raises:
            tutela.errors.UnknownNotice: The code opens nothing.
            tutela.errors.TooManyCodes: As above.
            tutela.errors.BadInput: It could not be written down; the place names which part.
        """
        checked(more)
        notice = self._open(code, place)
        if more.contact.address and "contact" not in notice.missing:
            raise BadInput("who is written to is not changed by a code", place="contact", remedy="Leave it out.")
        self.look(notice.id, Look(adds=more))
        return self.status(code, place)

    def id_of(self, code: str, place: str | None) -> NoticeId:
        """Return which notice a code opens; it raises what `status` raises."""
        return self._open(code, place).id

    def _open(self, code: str, place: str | None) -> Notice:
        # A code of a hundred bits behind a key needs no lane: one user of a platform would close it for all others.
        lanes = () if place is None else (self.door.lane(LaneKind.NETWORK, "receipt codes", place),)
        wait = self.doorkeeper.take_try(lanes, self.clock.now()) if lanes else 0
        if wait:
            raise TooManyCodes(math.ceil(wait))
        mac = self.secrets.mac_of_code(code) or NO_CODE
        with self.store.read() as reader:
            notice = reader.notice_by_code(mac)
        if notice is None:
            raise UnknownNotice(place="code", remedy="Look at the receipt: 20 letters and digits in four groups.")
        if lanes:
            self.doorkeeper.give_back(lanes)
        return notice

    def _status(self, reader: Reader, notice: Notice) -> NoticeStatus:
        items = tuple(sorted(item_outcomes(reader, notice, self.clock.now()).values()))
        return NoticeStatus(
            received_at=notice.received_at, state=notice.state, outcome=notice.outcome,
            answered_at=notice.answered_at, items=items, copies=notice.copies,
            missing=notice.missing, is_about_child=notice.says_minor or notice.clause_id.startswith("cse."),
            is_urgent=notice.is_urgent, country=notice.country, language=notice.language, channel=notice.channel,
        )  # fmt: skip
