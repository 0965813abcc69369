"""How staff edit: each module registers the pages of its models."""

from . import conference, lists, people, talk

__all__ = ["conference", "lists", "people", "talk"]
