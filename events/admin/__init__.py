"""The admin: each module registers the pages of its models."""

from . import conference, people, proposals, reference, reports, revisions, staff, talk

__all__ = ["conference", "people", "proposals", "reference", "reports", "revisions", "staff", "talk"]
