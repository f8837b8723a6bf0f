"""Banks of words for tests. Every word in them is invented, every link an example, every name nobody's."""

from datetime import datetime, timedelta

from make import Home, new_id
from tutela.core.ids import ClauseId, WordBankId, WordEntryId
from tutela.core.links import EntryKind, read
from tutela.core.word_banks import WordBank, WordBankKind, WordEntry
from tutela.core.words import Keyword

SEEKING = ClauseId("cse.seeking")
ADVERT = (
    "lake boats for sale at the old pier, painted green and blue, with oars and a small anchor, "
    "ask the keeper of the pier any evening after seven and bring a friend"
)


def bank(home: Home, kind: WordBankKind, name: str = "stand-ins", clause: ClauseId = SEEKING) -> WordBank:
    """Store a bank."""
    made = WordBank(WordBankId(new_id("word_bank")), name, kind, clause, "our own", home.clock.now())
    home.house.word_banks.create(made, "person:ada")
    return made


def keywords(
    home: Home, *terms: str, name: str = "stand-ins", clause: ClauseId = SEEKING, **fields: object
) -> WordBank:
    """Store a bank of phrases."""
    made, secrets = bank(home, WordBankKind.KEYWORDS, name, clause), home.house.word_secrets
    entries = []
    for term in terms:
        entry_id = WordEntryId(new_id("word_entry"))
        keyword = Keyword(entry_id, (term,), **fields)  # type: ignore[arg-type]  # of the tests
        held = secrets.hold_keyword(entry_id, keyword)
        entries.append(WordEntry(entry_id, made.id, secrets.mark_of_keyword(keyword), held, home.clock.now()))
    return put(home, made, *entries)


def links(home: Home, *hosts: str, name: str = "hosts", clause: ClauseId = SEEKING) -> WordBank:
    """Store a bank of domains."""
    made, secrets = bank(home, WordBankKind.LINKS, name, clause), home.house.word_secrets
    held = [secrets.hash_link(read(host), EntryKind.DOMAIN) for host in hosts]
    return put(home, made, *(entry(home, made, each) for each in held))


def texts(home: Home, *known: str, name: str = "adverts", clause: ClauseId = SEEKING) -> WordBank:
    """Store a bank of known texts."""
    made = bank(home, WordBankKind.TEXTS, name, clause)
    return put(home, made, *(entry(home, made, home.house.word_secrets.hash_text(each)) for each in known))


def people(home: Home, *who: str, name: str = "protected") -> WordBank:
    """Store a bank of names, each for a year."""
    made, secrets = bank(home, WordBankKind.NAMES, name, ClauseId("cse.identifying")), home.house.word_secrets
    entries = []
    for each in who:
        entry_id, variants = WordEntryId(new_id("word_entry")), secrets.hash_name(each, is_distinctive=False)
        held, ends_at = secrets.hold_name(entry_id, variants, "a court asked for it"), in_a_year(home)
        mark = secrets.mark_of_name(variants)
        entries.append(WordEntry(entry_id, made.id, mark, held, home.clock.now(), ends_at))
    return put(home, made, *entries)


def in_a_year(home: Home) -> datetime:
    """Return a moment far enough."""
    return home.clock.now() + timedelta(days=365)


def put(home: Home, made: WordBank, *entries: WordEntry) -> WordBank:
    """Store entries, and have them be compiled."""
    home.house.word_banks.add(made, entries, "person:ada")
    home.house.word_engine.refresh()
    return next(each for each in home.house.word_banks.all() if each.id == made.id)


def entry(home: Home, made: WordBank, held: bytes) -> WordEntry:
    """Return an entry as it is stored, whatever it holds."""
    entry_id = WordEntryId(new_id("word_entry"))
    mark = home.house.word_secrets.mark(made.kind, held)
    return WordEntry(entry_id, made.id, mark, held, home.clock.now())
