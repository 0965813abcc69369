"""How staff edit: each module registers the pages of its models."""

from . import conference, history, lists, people, reports, talk

__all__ = ["conference", "history", "lists", "people", "reports", "talk"]
