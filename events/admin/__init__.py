"""How staff edit: each module registers the pages of its models."""

from . import accounts, conference, lists, people, reports, revisions, talk

__all__ = ["accounts", "conference", "revisions", "lists", "people", "reports", "talk"]
