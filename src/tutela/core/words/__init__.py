"""Words of a text as they are compared, banks of keywords, and languages. Pure: texts in, values out.

`words_of` gives the folded words of a text with their places in the original. A `KeywordBank` finds its entries in a
text, disguised or not, and tells of each where it stands and which steps were needed. `language_of` says what a text is
written in. Rows of keyword lists are read by `keyword_rows`.
"""

from tutela.core.words.folding import Folded, Word, fold, words_of
from tutela.core.words.keyword_bank import Found, KeywordBank
from tutela.core.words.keyword_verdict import Hit
from tutela.core.words.keywords import Context, EntryId, Keyword, KeywordKind
from tutela.core.words.language import Language, language_of
from tutela.core.words.steps import Step, Used

__all__ = [
    "Context", "EntryId", "Folded", "Found", "Hit", "Keyword", "KeywordBank", "KeywordKind", "Language", "Step", "Used",
    "Word", "fold", "language_of", "words_of",
]  # fmt: skip
