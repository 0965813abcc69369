"""People and organisations of a row: chosen among those of the archive, or new by a typed name, without a window.

A name that cannot be told apart into its parts, or is like one of the archive, raises a question with the answers
beside the field: «the one that the archive has», «a new one». A department is typed with its library after a comma.
"""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..importing.candidates import Candidate
from ..importing.readers.news.organisations import DEPARTMENTS, head_lemma
from ..models import Organisation, Speaker
from ..russian import person_names
from ..russian.folding import fold, sort_key
from ..russian.person_names import Doubt, Order
from .duplicates import organisations_like, people_like
from .fields import PrefilledAutocomplete
from .inlines import RowForm, RowInline
from .revisions import CREATED

NAMED = ("speaker", "organisation")


class Typed(str):
    """A name typed instead of chosen, with the answer to the question about it: a key, or «+0» for the first new."""

    answer = ""


class NamedSelect(PrefilledAutocomplete):
    """An autocomplete that offers to create what it does not find; without JavaScript a text field beside it."""

    # Of the question about the typed name: value and label of each.
    answers: tuple[tuple[str, str], ...] = ()
    may_add = True

    @property
    def media(self) -> forms.Media:
        # After Select2, of which it changes the defaults.
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "admin-archive/names.js"])

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        # Select2 lets people choose what they typed.
        return attrs | ({"data-tags": "true", "data-create": _("Create “%s”")} if self.may_add else {})

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list[Any]:
        # Without an empty option the browser would choose a name while it is being typed.
        empty = (None, [self.create_option(name, "", "", False, 0)], 0)
        groups = super().optgroups(name, value, attr)
        return [empty, *groups] if self.is_required else groups

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        typed = value if isinstance(value, Typed) else None
        select = super().render(name, None if typed else value, attrs, renderer)
        if not self.may_add:
            return select
        context = {"select": select, "name": name, "typed": typed, "answers": self.answers if typed else ()}
        return render_to_string("admin/events/_named.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = super().value_from_datadict(data, files, name)
        text = " ".join((data.get(f"{name}_name") or "").split())
        if not text and chosen and not re.fullmatch("[0-9]{1,18}", chosen):
            text = " ".join(str(chosen).split())
        if not text:
            return chosen
        typed = Typed(text)
        if data.get(f"{name}_asked") == text:
            typed.answer = data.get(f"{name}_answer") or ""
        return typed


class NamedField(forms.ModelChoiceField):
    """A record of the archive, or a new one, not yet saved, of a typed name."""

    # Those that this request makes: the same name in two rows is one record.
    created: dict[tuple[type, str], Any]
    may_add = True

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, Typed):
            return super().to_python(value)
        if not self.may_add:
            raise ValidationError(_("You may only choose what the archive has."))
        readings, is_doubtful = self.readings(value)
        found = list({candidate.pk: candidate for one in readings for candidate in self.candidates(one)}.values())
        if not found and not is_doubtful:
            return self._new(readings[0])
        known = [(str(candidate.pk), f"{candidate.name} ({candidate.reason})") for candidate in found]
        answers = (*known, *((f"+{place}", self.label_of(one)) for place, one in enumerate(readings)))
        getattr(self.widget, "widget", self.widget).answers = answers
        if value.answer not in dict(answers):
            raise ValidationError(
                _("Who or what is “%(name)s”? Choose below, then save again."), params={"name": value}
            )
        if value.answer.startswith("+"):
            return self._new(readings[int(value.answer[1:])])
        return super().to_python(value.answer)

    def readings(self, text: str) -> tuple[list[Any], bool]:
        """The new records that the text may mean, likeliest first, and whether staff have to choose."""
        raise NotImplementedError

    def candidates(self, new: Any) -> list[Candidate]:
        raise NotImplementedError

    def label_of(self, new: Any) -> str:
        raise NotImplementedError

    def _new(self, new: Any) -> Any:
        try:
            new.full_clean(exclude={"slug", "name_key"})
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return self.created.setdefault((type(new), fold(self.label_of(new))), new)


class PersonField(NamedField):
    def readings(self, text: str) -> tuple[list[Speaker], bool]:
        name = person_names.person(text)
        if name.doubt == Doubt.SEVERAL:
            raise ValidationError(_("“%(name)s”: one person in a row, please."), params={"name": text})
        if name.doubt == Doubt.EXTRA:
            raise ValidationError(
                _("“%(name)s” is more than a name. Write the name alone: family name, given name, patronymic."),
                params={"name": text},
            )
        names = [name]
        if name.doubt == Doubt.ORDER:
            names = [*(person_names.person(text, order) for order in (Order.FAMILY_FIRST, Order.GIVEN_FIRST)), name]
        parts = dict.fromkeys((one.family_name, one.given_names, one.initials) for one in names)
        return [
            Speaker(family_name=family, given_names=given, initials=initials) for family, given, initials in parts
        ], name.doubt is not None

    def candidates(self, new: Speaker) -> list[Candidate]:
        return people_like(new.family_name, new.given_names, new.initials)

    def label_of(self, new: Speaker) -> str:
        rest = new.given_names or new.initials
        if not rest:
            return _("a new person: family name “%s”") % new.family_name
        return _("a new person: family name “%(family)s”, then “%(rest)s”") % {"family": new.family_name, "rest": rest}


class OrganisationField(NamedField):
    def readings(self, text: str) -> tuple[list[Organisation], bool]:
        """The organisation; of «отдел X, Библиотека Y» the department of a library, of one that is known if any is."""
        whole = Organisation(name=text)
        department, house = (part.strip() for part in text.partition(",")[::2])
        if not house or not any(head_lemma(word.lower()) in DEPARTMENTS for word in department.split()):
            return [whole], False
        like = organisations_like(house)
        known = Organisation.objects.filter(parent=None).in_bulk([candidate.pk for candidate in like])
        exact = [known[one.pk] for one in like if one.is_exact and one.pk in known]
        houses = exact if len(exact) == 1 else [*known.values(), Organisation(name=house)]
        departments = [Organisation(name=department, parent=one) for one in houses]
        # «Отдел культуры, спорта и туризма» has a comma in its name.
        return (departments, False) if len(exact) == 1 else ([*departments, whole], True)

    def candidates(self, new: Organisation) -> list[Candidate]:
        if new.parent is None:
            return organisations_like(new.name)
        if new.parent.pk is None:
            return []
        keys = dict(new.parent.departments.values_list("pk", "name_key"))
        if sort_key(new.name) in keys.values():
            return []  # it is this one
        return [candidate for candidate in organisations_like(new.name) if candidate.pk in keys]

    def label_of(self, new: Organisation) -> str:
        if new.parent:
            return _("a new department: “%(name)s” of “%(whole)s”") % {"name": new.name, "whole": new.parent.name}
        return _("a new organisation: “%s”") % new.name

    def _new(self, new: Organisation) -> Organisation:
        if new.parent and new.parent.pk is None:
            new.parent = self._new(new.parent)
        elif new.parent and (known := new.parent.departments.filter(name_key=sort_key(new.name)).first()):
            return known
        return super()._new(new)


class NamedRowForm(RowForm):
    """A row whose person and organisation may be new: they are saved with it."""

    class Meta:
        # Not among the model’s own fields: a record that is not saved yet has no key that Django could check.
        exclude = NAMED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._named():
            if key := getattr(self.instance, f"{name}_id"):
                self.initial[name] = key

    def _named(self) -> Iterable[str]:
        return [name for name in NAMED if name in self.fields]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in self._named():
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
        return self.cleaned_data

    def save(self, commit: bool = True) -> Any:
        for name in self._named():
            record = getattr(self.instance, name)
            if record is not None and record.pk is None:
                whole = getattr(record, "parent", None)
                if whole is not None:
                    if whole.pk is None:
                        whole.save()
                    record.parent = whole
                record.save()
            # Takes the key that it has now.
            setattr(self.instance, name, record)
        return super().save(commit)


class NamedRowInline(RowInline):
    """Rows of people or organisations, each chosen or typed."""

    form = NamedRowForm
    # The slug of the role that a new row has; a row with nothing else filled in counts as empty.
    default_role = ""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        for name in NAMED:
            if any(field.name == name for field in self.model._meta.concrete_fields):
                formset.form.base_fields[name] = self._named_field(name, request)
        return formset

    def _named_field(self, name: str, request: HttpRequest) -> NamedField:
        db_field = self.model._meta.get_field(name)
        form_class = PersonField if db_field.related_model is Speaker else OrganisationField
        field = self.formfield_for_dbfield(db_field, request, form_class=form_class)
        field.created = request.__dict__.setdefault(CREATED, {})
        opts = db_field.related_model._meta
        field.may_add = request.user.has_perm(f"{opts.app_label}.add_{opts.model_name}")
        getattr(field.widget, "widget", field.widget).may_add = field.may_add
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in NAMED:
            kwargs["widget"] = NamedSelect(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "role" and self.default_role:
            field.initial = db_field.related_model.objects.filter(slug=self.default_role).first()
        return field
