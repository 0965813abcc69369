"""The full-text indexes of the databases: one module for each, with the same functions."""

from types import ModuleType

from django.db import connection

from . import postgres, sqlite


def backend() -> ModuleType:
    """The backend of the database in use."""
    return sqlite if connection.vendor == "sqlite" else postgres
