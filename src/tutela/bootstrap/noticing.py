"""Wire what people from outside tell us: how it is taken, found, acted on and answered."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tutela.adapters.db.clocks import DatabaseClocks
from tutela.adapters.db.messages import DatabaseOutbox
from tutela.adapters.db.notifiers import DatabaseNotifiers
from tutela.adapters.keys.seal import KeySeal
from tutela.config import read_toml
from tutela.core.notices.links import LinkPatterns, patterns_of
from tutela.errors import Misconfigured
from tutela.flows.answer_notices import AnswerNotices
from tutela.flows.enrol_notifiers import EnrolNotifiers
from tutela.flows.follow_notice import FollowNotice
from tutela.flows.forget_notices import ForgetNotices
from tutela.flows.locate_notice import LocateNotice
from tutela.flows.look_at_notice import LookAtNotice, LookAtWaiting, LookForUnlocated
from tutela.flows.notice_contacts import NoticeContacts
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.flows.read_notices import ReadNotices
from tutela.flows.take_notice import TakeNotice
from tutela.flows.verbs_of_notices import NoticeVerbs
from tutela.flows.work_on_notice import WorkOnNotice
from tutela.worker import Job

if TYPE_CHECKING:
    from pathlib import Path

    from tutela.bootstrap.house import House


def open_notices(house: "House") -> NoticeVerbs:
    """Return the verbs of notices for *house*."""
    store, committer, clock, entropy = house.store, house.committer, house.clock, house.entropy
    secrets = NoticeSecrets(house.keys, KeySeal, entropy)
    locate = LocateNotice(load_links(house.settings.desk_file), house.find_copies)
    take = TakeNotice(
        store, committer, locate, house.policy, house.ceilings, secrets, clock, entropy, house.profile.read
    )
    look = LookAtNotice(
        store, committer, locate, house.policy, house.ceilings, secrets, clock, entropy, house.profile.read
    )
    door = house.staff.secrets
    return NoticeVerbs(
        take=take,
        follow=FollowNotice(store, secrets, look, house.staff.keep_sessions.doorkeeper, door, clock),
        look=look,
        reading=ReadNotices(
            store,
            DatabaseClocks(house.engine, house.chain, clock),
            DatabaseOutbox(house.engine, house.chain, entropy),
            clock,
            lambda: _has_second(house),
        ),
        work=WorkOnNotice(store, committer, look, secrets, clock, entropy, lambda: _has_second(house)),
        enrol=EnrolNotifiers(DatabaseNotifiers(house.engine, house.chain), house.keep_keys, house.desk, clock, entropy),
        answer=AnswerNotices(store, committer, house.find_copies, clock, entropy, house.profile.read),
        contacts=NoticeContacts(store, secrets),
        look_at_waiting=LookAtWaiting(store, look),
        look_for_unlocated=LookForUnlocated(store, look),
        forget=ForgetNotices(store, committer, house.keys, clock, timedelta(days=house.settings.desk_keep_days)),
        store=store,
    )


def _has_second(house: "House") -> bool:
    """Return whether more than one person here works with notices."""
    return sum(each.may("desk") for each in house.who_may_second.people()) > 1


def notice_jobs(house: "House") -> list[Job]:
    """Return what is done about notices in the background; each is wired when it is first run."""

    def answer() -> int:
        return house.notices.answer(house.worker.must_end)

    def look_at_waiting() -> int:
        return house.notices.look_at_waiting()

    def forget() -> int:
        return house.notices.forget()

    def look_for_unlocated() -> int:
        return house.notices.look_for_unlocated()

    return [
        Job("answer_notices", answer, pause_seconds=2.0),
        Job("look_at_waiting_notices", look_at_waiting, pause_seconds=1.0),
        Job("look_for_unlocated_notices", look_for_unlocated, pause_seconds=60.0),
        Job("forget_notices", forget, pause_seconds=3600.0),
    ]


def load_links(file: "Path | None") -> LinkPatterns:
    """Return what links of the platform look like, as the operator wrote it down.

    Raises:
        tutela.errors.Misconfigured: The file is not there, no TOML, or has a row that is no pattern.
    """
    if file is None:
        return LinkPatterns()
    rows = read_toml(file, "the file of the desk").get("link", [])
    if not isinstance(rows, list):
        raise Misconfigured("links are written as [[link]]", place=f"{file}: link")
    return patterns_of(rows)
