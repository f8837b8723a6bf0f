"""The routes of banks of words."""

from tutela.api import bodies, word_answers, word_banks, word_bodies
from tutela.api.route import Route

_SCOPE = "words"
_RULES = "rules"
LISTS = tuple(word_banks.FORMATS)

ROUTES = (
    Route(
        "GET",
        "/v1/word-banks",
        _SCOPE,
        "List banks of words",
        work=word_banks.list_banks,
        answer=word_answers.WordBanks,
        other_scope=_RULES,
        detail="With how much each holds.",
    ),
    Route(
        "POST",
        "/v1/word-banks",
        _SCOPE,
        "Create a bank of words",
        work=word_banks.create_bank,
        body=word_bodies.NewWordBank,
        answer=word_answers.WordBank,
        statuses=(201,),
        detail="Of keywords, links, names of known victims, or known texts. At most 200.",
    ),
    Route(
        "GET",
        "/v1/word-banks/{name}",
        _SCOPE,
        "Read a bank of words",
        work=word_banks.read_bank,
        answer=word_answers.WordBank,
        other_scope=_RULES,
    ),
    Route(
        "PATCH",
        "/v1/word-banks/{name}",
        _SCOPE,
        "Change a bank of words",
        work=word_banks.change_bank,
        body=word_bodies.WordBankChange,
        answer=word_answers.WordBank,
        detail="Switched off, it is not asked. Where a list may not be kept, everything in it is deleted when its "
        "licence is over.",
    ),
    Route(
        "GET",
        "/v1/word-banks/{name}/entries",
        _SCOPE,
        "List entries of a bank of words",
        work=word_banks.list_entries,
        query=bodies.PageQuery,
        answer=word_answers.WordEntries,
        detail="Ids, categories and days. Nobody reads what an entry holds: no route answers it.",
    ),
    Route(
        "POST",
        "/v1/word-banks/{name}/entries",
        _SCOPE,
        "Add an entry",
        work=word_banks.add_entry,
        body=word_bodies.NewWordEntry,
        answer=word_answers.AddedWord,
        detail="One that finds the same as an entry that is there renews it, under its id. A name needs a basis, and "
        "an end at most two years away.",
    ),
    Route(
        "DELETE",
        "/v1/word-banks/{name}/entries/{id}",
        _SCOPE,
        "Remove an entry",
        work=word_banks.remove_entry,
        statuses=(204,),
        detail="For good. What was found by it stays until a person decides otherwise.",
    ),
    Route(
        "POST",
        "/v1/word-banks/{name}/removals",
        _SCOPE,
        "Remove many entries",
        work=word_banks.remove_entries,
        body=word_bodies.WordRemovals,
        answer=word_answers.RemovedWords,
        detail="All of them at once, up to ten thousand.",
    ),
    Route(
        "POST",
        "/v1/word-banks/{name}/import",
        _SCOPE,
        "Import a list of words",
        serve=word_banks.import_list,
        raw=LISTS,
        query=word_bodies.WordsQuery,
        answer=word_answers.WordsReport,
        detail="The body is the list: text (a keyword or link a line, a known text a paragraph), CSV or JSON lines, at "
        "most 64 MiB. A bad row is named by its line and column, never repeated, and the rest goes in; five thousand "
        "rows at a time are durable. With `preview` nothing is written.",
    ),
)
