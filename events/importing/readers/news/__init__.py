"""News reader: a library's news text in Russian → a draft event. Rules and a dictionary; no network, no database.

text → document (words, sentences, quotations) → boilerplate (what is news) → names, eponyms, organisations, dates
     → event → people, roles, talks, attendance, details → extract (the draft)

docs/contributors.md walks through it, «How the news reader works».
"""

from ....russian.folding import without_invisible
from ...draft import Draft
from .extract import Extraction

# Characters that are read; the source keeps the whole text.
MAX_READ = 40_000
# Longest text accepted: anything longer is a file chosen by mistake.
MAX_TEXT = 200_000


def read(text: str, url: str = "") -> Draft:
    """Return the draft of the event that a news text reports; never raises."""
    # Databases refuse NUL; replacing it by a space keeps every position.
    text = without_invisible(text.replace("\x00", " "))
    draft = Extraction(text[:MAX_READ], url).draft()
    draft.source.text = text
    return draft
