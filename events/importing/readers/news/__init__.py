"""A library’s news item in Russian → a draft of the event. Rules and a dictionary; no network, no database.

text → words (words, sentences, quotations) → chrome (what is news) → names, namesakes, organisations, dates
     → kinds (the event) → people, roles, talks, numbers, circumstances → Draft
"""

from ...draft import Draft
from .extract import Extraction

# A longer text is no news item; what follows is kept in the source and not read.
MAX_READ = 40_000
# A longer one is a file chosen by mistake.
MAX_TEXT = 200_000


def read(text: str, url: str = "") -> Draft:
    """Return the draft of the event that a news text reports; never raises."""
    # No database takes a NUL; a space keeps every position where it was.
    text = text.replace("\x00", " ")
    draft = Extraction(text[:MAX_READ], url).draft()
    draft.source.text = text
    return draft
