"""The one door of the search: a text and filters in, ranked hits out, whichever database stands behind."""

from .highlight import marked, passage
from .query import clean
from .results import PAGE, Filters, Results, search, staff_keys
from .suggestions import suggest

__all__ = ["PAGE", "Filters", "Results", "clean", "marked", "passage", "search", "staff_keys", "suggest"]
