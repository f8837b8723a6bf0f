"""Wire what is done about appeals."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tutela.adapters.db.appeals import DatabasePolicyTexts
from tutela.adapters.db.clocks import DatabaseClocks
from tutela.adapters.keys.seal import KeySeal
from tutela.bootstrap.loading import load_appeal_rules
from tutela.core.remedies import Crew
from tutela.flows.appeal_bench import ReadAppealBench
from tutela.flows.appeal_links import AppealLinks
from tutela.flows.appeal_messages import AppealContacts
from tutela.flows.appeal_secrets import AppealSecrets
from tutela.flows.decide_appeal import DecideAppeal
from tutela.flows.follow_appeals import FollowAppeals
from tutela.flows.forget_appeals import ForgetAppeals
from tutela.flows.keep_appeal_conduct import KeepAppealConduct
from tutela.flows.move_appeal import MoveAppeal
from tutela.flows.read_appeals import ReadAppeals, policy_texts
from tutela.flows.show_appealed import ShowAppealed
from tutela.flows.take_appeal import TakeAppeal
from tutela.flows.verbs_of_appeals import AppealVerbs
from tutela.worker import Job

if TYPE_CHECKING:
    from tutela.bootstrap.deciding import Deciding


def open_appeals(house: "Deciding") -> AppealVerbs:
    """Return what is done about appeals in *house*."""
    store, committer, clock, entropy = house.store, house.committer, house.clock, house.entropy
    loaded = load_appeal_rules(house.settings.appeals_file)
    secrets = AppealSecrets(house.keys, KeySeal, entropy)
    site = house.settings.desk_url or house.settings.public_url or f"http://localhost:{house.settings.port}"
    links = AppealLinks(store, committer, secrets, lambda: loaded.months, site)
    texts = DatabasePolicyTexts(house.engine)

    def is_alone() -> bool:
        # Whoever has a colleague who may decide is not alone, whatever the profile says.
        is_solo = house.profile.read().people == Crew.SOLO.value
        return is_solo and len(house.who_may_second.seconds()) < 2  # noqa: PLR2004  # two people

    bench = ReadAppealBench(clock, is_alone)
    clocks = DatabaseClocks(house.engine, house.chain, clock)
    read = ReadAppeals(store, bench, secrets, texts, clocks, lambda: loaded, house.policy, clock)
    return AppealVerbs(
        links=links,
        take=TakeAppeal(store, committer, links, secrets, lambda: loaded, house.profile.read, clock, entropy),
        move=MoveAppeal(store, committer, bench, links, house.profile.read, clock, entropy),
        decide=DecideAppeal(store, committer, bench, house.policy, clock, entropy),
        read=read,
        conduct=KeepAppealConduct(store, committer, lambda: loaded, clock),
        follow=FollowAppeals(store, committer, clock, entropy),
        forget=ForgetAppeals(store, house.keys, clock, timedelta(days=house.settings.desk_keep_days)),
        by_link=ShowAppealed(links, read, house.policy, clock),
        contacts=AppealContacts(store, secrets),
        rules=lambda: loaded,
        keep_texts=lambda: texts.keep(policy_texts(house.policy), clock.now()),
    )


def appeal_jobs(house: "Deciding") -> list[Job]:
    """Return what is done in the background; wired when it first runs."""

    def follow_appeals() -> int:
        return house.appeals.follow()

    def forget_appeals() -> int:
        return house.appeals.forget()

    def keep_policy_texts() -> int:
        return house.appeals.keep_texts()

    return [
        Job("follow_appeals", follow_appeals, pause_seconds=5.0, follows_commits=True),
        Job("forget_appeals", forget_appeals, pause_seconds=3600.0),
        Job("keep_policy_texts", keep_policy_texts, pause_seconds=3600.0),
    ]
