"""Banks of words for tests. Every word in them is invented, every link an example, every name nobody's."""

from datetime import datetime, timedelta

from make import new_id
from tutela.bootstrap import House
from tutela.core.ids import ClauseId, WordBankId, WordEntryId
from tutela.core.links import EntryKind, read
from tutela.core.word_banks import WordBank, WordBankKind, WordEntry
from tutela.core.words import Keyword

SEEKING = ClauseId("cse.seeking")
ADVERT = (
    "lake boats for sale at the old pier, painted green and blue, with oars and a small anchor, "
    "ask the keeper of the pier any evening after seven and bring a friend"
)


def bank(house: House, kind: WordBankKind, name: str = "stand-ins", clause: ClauseId = SEEKING) -> WordBank:
    """Store a bank."""
    made = WordBank(WordBankId(new_id("word_bank")), name, kind, clause, "our own", house.clock.now())
    house.word_banks.create(made, "person:ada")
    return made


def keywords(
    house: House, *terms: str, name: str = "stand-ins", clause: ClauseId = SEEKING, **fields: object
) -> WordBank:
    """Store a bank of phrases."""
    made, secrets = bank(house, WordBankKind.KEYWORDS, name, clause), house.word_secrets
    entries = []
    for term in terms:
        entry_id = WordEntryId(new_id("word_entry"))
        keyword = Keyword(entry_id, (term,), **fields)  # type: ignore[arg-type]  # of the tests
        held = secrets.hold_keyword(entry_id, keyword)
        entries.append(WordEntry(entry_id, made.id, secrets.mark_of_keyword(keyword), held, house.clock.now()))
    return put(house, made, *entries)


def links(house: House, *hosts: str, name: str = "hosts", clause: ClauseId = SEEKING) -> WordBank:
    """Store a bank of domains."""
    made, secrets = bank(house, WordBankKind.LINKS, name, clause), house.word_secrets
    held = [secrets.hash_link(read(host), EntryKind.DOMAIN) for host in hosts]
    return put(house, made, *(entry(house, made, each) for each in held))


def texts(house: House, *known: str, name: str = "adverts", clause: ClauseId = SEEKING) -> WordBank:
    """Store a bank of known texts."""
    made = bank(house, WordBankKind.TEXTS, name, clause)
    return put(house, made, *(entry(house, made, house.word_secrets.hash_text(each)) for each in known))


def people(house: House, *who: str, name: str = "protected") -> WordBank:
    """Store a bank of names, each for a year."""
    made, secrets = bank(house, WordBankKind.NAMES, name, ClauseId("cse.identifying")), house.word_secrets
    entries = []
    for each in who:
        entry_id, variants = WordEntryId(new_id("word_entry")), secrets.hash_name(each, is_distinctive=False)
        held, ends_at = secrets.hold_name(entry_id, variants, "a court asked for it"), in_a_year(house)
        mark = secrets.mark_of_name(variants)
        entries.append(WordEntry(entry_id, made.id, mark, held, house.clock.now(), ends_at))
    return put(house, made, *entries)


def in_a_year(house: House) -> datetime:
    """Return a moment far enough."""
    return house.clock.now() + timedelta(days=365)


def put(house: House, made: WordBank, *entries: WordEntry) -> WordBank:
    """Store entries, and have them be compiled."""
    house.word_banks.add(made, entries, "person:ada")
    house.word_engine.refresh()
    return next(each for each in house.word_banks.all() if each.id == made.id)


def entry(house: House, made: WordBank, held: bytes) -> WordEntry:
    """Return an entry as it is stored, whatever it holds."""
    entry_id = WordEntryId(new_id("word_entry"))
    mark = house.word_secrets.mark(made.kind, held)
    return WordEntry(entry_id, made.id, mark, held, house.clock.now())
