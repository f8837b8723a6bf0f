"""Where it happened, from the channels of the items: a page for what was public, a chat for each conversation."""

from collections import defaultdict
from collections.abc import Iterator

from tutela.core.content import ChannelKind
from tutela.core.events import MESSAGE
from tutela.core.filing.incident import Chat, Details, WebPage
from tutela.core.filing.known_case import KnownCase, KnownItem, Letterhead
from tutela.core.filing.moments import written
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.ids import ClauseId

LINKS = ClauseId("cse.links")

MOST_URLS = 500
"""In one part: whoever posted more has the rest told in the files."""


def details(known: KnownCase, head: Letterhead, told: Provenance) -> tuple[tuple[Details, ...], dict[str, Provenance]]:
    """Return the kinds of service on which it happened, and where each comes from."""
    made: list[Details] = []
    sources: dict[str, Provenance] = {}
    for part, client in _parts(known, head):
        place = f"details.{len(made)}"
        sources[place] = told
        if client:
            sources[f"{place}.client"] = Provenance(Origin.SETTINGS, head.at)
        made.append(part)
    return tuple(made), sources


def said_in(known: KnownCase, items: list[KnownItem]) -> str | None:
    """Return what was written in *items*, each line with its time where it is known, whole."""
    lines = []
    for each in items:
        if each.item.text:
            at = known.facts_of(each.item).posted_at
            lines.append(f"[{written(at) if at else 'time not told'}] {each.item.platform_id}: {each.item.text}")
    return "\n".join(lines) or None


def _parts(known: KnownCase, head: Letterhead) -> Iterator[tuple[Details, bool]]:
    public = [each for each in known.items if not _is_chat(each)]
    if public:
        facts = [known.facts_of(each.item) for each in public]
        urls = [url for each in facts for url in (each.url, *(file.url for file in each.files)) if url]
        yield WebPage(urls=tuple(dict.fromkeys(urls))[:MOST_URLS], note=said_in(known, public)), False
    chats: dict[str | None, list[KnownItem]] = defaultdict(list)
    for each in known.items:
        if _is_chat(each):
            chats[each.item.channel.conversation].append(each)
    for conversation, items in chats.items():
        room = next((f.room for f in (known.facts_of(i.item) for i in items) if f.room), conversation)
        client = head.platform
        yield Chat(client=client, room=room, content=said_in(known, items)), client is not None
    if any(each.clause_id == LINKS for each in known.findings):
        links = dict.fromkeys(link for each in known.items for link in each.links)
        if links:
            told = "Links that were posted in what is reported; they lead to other places."
            yield WebPage(urls=tuple(links)[:MOST_URLS], is_hosted_elsewhere=True, note=told), False
    if not known.items and head.platform:
        told = "It is about what the account did; no single item of it is reported."
        yield Chat(client=head.platform, note=told), True


def _is_chat(each: KnownItem) -> bool:
    return each.item.kind == MESSAGE or each.item.channel.kind is not ChannelKind.PUBLIC
