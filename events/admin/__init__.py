"""The admin: each module registers the pages of its models."""

from . import accounts, conference, people, proposals, reference, reports, revisions, staff, talk, watching

__all__ = [
    "accounts",
    "conference",
    "people",
    "proposals",
    "reference",
    "reports",
    "revisions",
    "staff",
    "talk",
    "watching",
]
