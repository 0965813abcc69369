"""Consents on the page of a person."""

from ..models import Consent
from .inlines import TableInline


class ConsentInline(TableInline):
    model = Consent
    fields = ["subject", "given", "withdrawn", "note"]
