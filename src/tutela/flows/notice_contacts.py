"""Say how whoever told us something is reached: opened at the moment at which they are written to."""

from dataclasses import dataclass

from tutela.core.ids import NoticeId
from tutela.core.message_texts import ENGLISH
from tutela.core.messages import MessageAbout
from tutela.core.notices.draft import NoticeDraft
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class NoticeContacts:
    """Open the contact of a notice; see `ports.messages.Contacts`."""

    store: Store
    secrets: NoticeSecrets

    def contact_of(self, about: MessageAbout, about_id: str) -> str | None:
        """Return the address that they gave last; none where they gave none, or it was forgotten."""
        given = [each.contact.address for each in self._told(about, about_id) if each.contact.address]
        return given[-1] if given else None

    def language_of(self, about: MessageAbout, about_id: str) -> str:
        """Return the language in which they wrote."""
        told = self._told(about, about_id)
        return told[-1].language if told else ENGLISH

    def _told(self, about: MessageAbout, about_id: str) -> tuple[NoticeDraft, ...]:
        if about is not MessageAbout.NOTICE:
            return ()
        notice_id = NoticeId(about_id)
        with self.store.read() as reader:
            sealed = reader.sealed_notice(notice_id)
        return self.secrets.read_told(notice_id, sealed)
