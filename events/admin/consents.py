"""Consents on the page of a person."""

from django.utils.translation import gettext_lazy as _

from ..models import Consent
from .inlines import RowFormSet, TableInline


class ConsentFormSet(RowFormSet):
    identity = ("subject", "given")
    duplicate_message = _("This consent stands here twice: remove one of the rows.")


class ConsentInline(TableInline):
    model = Consent
    formset = ConsentFormSet
    fields = ["subject", "given", "withdrawn", "note"]
