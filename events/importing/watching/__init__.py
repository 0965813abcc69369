"""Watched pages: what is new there, which of it tells of an event, and the proposal to read it as a draft.

pages.entries (feed, sitemap or list of news) → texts (the page or the feed's own text) → relevance.judge → Proposal
"""

from .watcher import Report, Watcher

__all__ = ["Report", "Watcher"]
