"""Tell whoever appealed that it came and what it came to, by the way that they chose; and say how they are reached."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.appeals.appeal import Appeal
from tutela.core.ids import AppealId, MessageId
from tutela.core.messages import MessageAbout, MessageChannel, MessageKind, NewMessage
from tutela.flows.appeal_secrets import AppealSecrets
from tutela.ports.entropy import Entropy
from tutela.ports.store import Store


def message_of(appeal: Appeal, entropy: Entropy) -> NewMessage:
    """Return what is told about an appeal as it is now: that it came, or that there is an answer."""
    ended = appeal.ended
    return NewMessage(
        MessageId(entropy.new_id("message")),
        MessageAbout.APPEAL,
        appeal.id,
        MessageKind.APPEAL_RECEIVED if ended is None else MessageKind.APPEAL_OUTCOME,
        MessageChannel(appeal.channel),
        appeal.opened_at if ended is None else ended.at,
    )


def withdrawn_message(appeal: Appeal, at: datetime, entropy: Entropy) -> NewMessage:
    """Return that an appeal was withdrawn: whoever appealed hears of it, whoever did it."""
    about, channel = MessageAbout.APPEAL, MessageChannel(appeal.channel)
    return NewMessage(MessageId(entropy.new_id("message")), about, appeal.id, MessageKind.APPEAL_WITHDRAWN, channel, at)


@dataclass(frozen=True, slots=True)
class AppealContacts:
    """Open where somebody wants to hear of their appeal, for as long as one message takes."""

    store: Store
    secrets: AppealSecrets

    def contact_of(self, about: MessageAbout, about_id: str) -> str | None:
        """Return the address that they gave; of an appeal that the platform handed in, its own id of the account."""
        del about  # always an appeal: see where this is wired
        appeal_id = AppealId(about_id)
        with self.store.read() as reader:
            appeal = reader.appeals([appeal_id]).get(appeal_id)
            if appeal is None:
                return None
            if appeal.channel == MessageChannel.PLATFORM.value:
                account = reader.accounts_by_id([appeal.account_id]).get(appeal.account_id)
                return None if account is None else account.platform_id
            sealed = reader.appeal_words(appeal_id)
        return self.secrets.read_words(appeal_id, sealed).contact or None

    def language_of(self, about: MessageAbout, about_id: str) -> str:
        """Return the language in which they appealed."""
        del about  # as above
        appeal_id = AppealId(about_id)
        with self.store.read() as reader:
            appeal = reader.appeals([appeal_id]).get(appeal_id)
        return appeal.language if appeal is not None and appeal.language else "en"
