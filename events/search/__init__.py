"""Search: a text and filters in, ranked hits with facets out, on SQLite and PostgreSQL."""

from .facets import Filters
from .parser import clean
from .ranking import PAGE_SIZE
from .searching import Results, first_hits, search, similar, similar_keys, staff_keys
from .snippets import highlight, snippet
from .suggestions import suggest

__all__ = [
    "PAGE_SIZE",
    "Filters",
    "Results",
    "clean",
    "first_hits",
    "highlight",
    "search",
    "similar",
    "similar_keys",
    "snippet",
    "staff_keys",
    "suggest",
]
