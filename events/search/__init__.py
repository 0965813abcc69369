"""Search: a text and filters in, ranked hits with facets out, on SQLite and PostgreSQL."""

from .facets import Filters
from .parser import clean
from .ranking import PAGE_SIZE
from .searching import Results, search, staff_keys
from .snippets import highlight, snippet
from .suggestions import suggest

__all__ = ["PAGE_SIZE", "Filters", "Results", "clean", "highlight", "search", "snippet", "staff_keys", "suggest"]
