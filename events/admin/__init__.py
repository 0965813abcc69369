"""How staff edit: each module registers the pages of its models."""

from . import conference, lists, people, reports, revisions, talk

__all__ = ["conference", "revisions", "lists", "people", "reports", "talk"]
