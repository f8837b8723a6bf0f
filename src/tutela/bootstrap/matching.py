"""Wire what takes content in, holds it against what is known, and keeps what is known."""

from functools import cached_property

from tutela.bootstrap.observing import Observing
from tutela.core.ids import MediaId
from tutela.flows.find_copies import FindCopies
from tutela.flows.follow_media import FollowMedia
from tutela.flows.import_members import ImportMembers
from tutela.flows.keep_banks import KeepBanks
from tutela.flows.keep_opinions import KeepOpinions
from tutela.flows.look_up import LookUp
from tutela.flows.match_late import MatchLate
from tutela.flows.oversee_banks import OverseeBanks
from tutela.flows.receive_media import ReceiveMedia
from tutela.flows.reconsider import CHUNK_ITEMS, Reconsider
from tutela.flows.retain import Retain
from tutela.flows.retry_scans import RetryScans
from tutela.flows.submit import Submit
from tutela.flows.switch_banks import SwitchBanks
from tutela.flows.watch_licences import WatchLicences
from tutela.flows.weigh import Weigh


class Matching(Observing):
    """Content and banks."""

    @cached_property
    def look_up(self) -> LookUp:
        """The look-up in all banks."""
        return LookUp(self.known, self.policy, self.ceilings, self.clock)

    @cached_property
    def weigh(self) -> Weigh:
        """What a decision rests on."""
        return Weigh(self.vault, self.entropy, self.quotas.limits)

    @cached_property
    def submit(self) -> Submit:
        """Take items in."""
        return Submit(
            self.store, self.committer, self.look_up, self.weigh, self.policy, self.profile.read, self.clock,
            self.entropy, self.rule_work, self.fresh_accounts,
        )  # fmt: skip

    @cached_property
    def reconsider(self) -> Reconsider:
        """Decide again about stored items."""
        return Reconsider(
            self.store, self.committer, self.look_up, self.weigh, self.policy, self.profile.read, self.clock,
            self.entropy,
        )  # fmt: skip

    @cached_property
    def receive_media(self) -> ReceiveMedia:
        """Take uploads in."""
        return ReceiveMedia(
            self.store, self.committer, self.vault, self.scanner, self.clock, self.entropy,
            self.settings.upload_max_bytes, self._evidence_came,
        )  # fmt: skip

    def _evidence_came(self, media_id: MediaId) -> None:
        # The uploader waits for this; `follow_media` decides about the rest of a popular picture's carriers.
        self.reconsider([media_id], at_most=CHUNK_ITEMS)

    @cached_property
    def match_late(self) -> MatchLate:
        """Find stored items by hashes that were added after them."""
        return MatchLate(self.store, self.committer, self.stored, self.reconsider)

    @cached_property
    def find_copies(self) -> FindCopies:
        """Find what is stored of something, and who carries it."""
        return FindCopies(self.store, self.stored, self.profile.read, self.clock)

    @cached_property
    def follow_media(self) -> FollowMedia:
        """Decide again where more became known of a media."""
        return FollowMedia(self.store, self.committer, self.reconsider)

    @cached_property
    def retry_scans(self) -> RetryScans:
        """Try again what could not be scanned."""
        return RetryScans(self.store, self.committer, self.vault, self.scanner, self.reconsider, self.clock)

    @cached_property
    def retain(self) -> Retain:
        """End the transient period."""
        return Retain(self.store, self.committer, self.vault, self.keys, self.clock)

    @cached_property
    def keep_banks(self) -> KeepBanks:
        """Change what is known."""
        return KeepBanks(self.store, self.committer, self.policy, self.ceilings, self.clock, self.entropy)

    @cached_property
    def keep_opinions(self) -> KeepOpinions:
        """Change what members are worth."""
        return KeepOpinions(self.store, self.committer, self.clock)

    @cached_property
    def import_members(self) -> ImportMembers:
        """Import lists."""
        return ImportMembers(
            self.store, self.keep_banks, self.desk, self.stored, self.profile.read, self.clock, self.entropy
        )

    @cached_property
    def oversee_banks(self) -> OverseeBanks:
        """Oversee banks, for people."""
        return OverseeBanks(
            self.store, self.clock, self.keep_opinions, self.keep_word_banks, self.import_members, self.fill_word_bank
        )  # fmt: skip

    @cached_property
    def switch_banks(self) -> SwitchBanks:
        """Switch banks on and off, for people."""
        return SwitchBanks(self.keep_banks, self.keep_word_banks)

    @cached_property
    def watch_licences(self) -> WatchLicences:
        """Record licences that are over."""
        return WatchLicences(self.store, self.committer, self.clock)
