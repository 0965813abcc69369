"""Search: a text and filters in, ranked hits with facets out, on SQLite and PostgreSQL."""

from .builders import OTHER
from .facets import PASSAGES, Filters
from .parser import clean, parse
from .passages import moment_of
from .ranking import PAGE_SIZE
from .searching import Results, first_hits, first_keys, load_synonyms, search, similar, staff_keys
from .snippets import highlight, snippet
from .suggestions import matching_spans, suggest

__all__ = [
    "OTHER",
    "PAGE_SIZE",
    "PASSAGES",
    "Filters",
    "Results",
    "clean",
    "first_hits",
    "first_keys",
    "highlight",
    "load_synonyms",
    "matching_spans",
    "moment_of",
    "parse",
    "search",
    "similar",
    "snippet",
    "staff_keys",
    "suggest",
]
