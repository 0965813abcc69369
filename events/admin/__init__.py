"""The admin: each module registers the pages of its models."""

from . import accounts, conference, people, reference, reports, revisions, talk

__all__ = ["accounts", "conference", "people", "reference", "reports", "revisions", "talk"]
