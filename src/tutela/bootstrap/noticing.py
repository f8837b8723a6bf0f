"""Wire what people from outside tell us: how it is taken, found, acted on and answered."""

from typing import TYPE_CHECKING

from tutela.adapters.keys.seal import KeySeal
from tutela.config import read_toml
from tutela.core.notices.links import LinkPatterns, patterns_of
from tutela.errors import Misconfigured
from tutela.flows.locate_notice import LocateNotice
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.flows.take_notice import TakeNotice
from tutela.flows.verbs_of_notices import NoticeVerbs

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
    return NoticeVerbs(take=take, store=store)


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
