"""Django's createsuperuser, whose questions are in the language of the archive; Django's own are English."""

import getpass
from collections.abc import Callable
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, no_translations
from django.utils.translation import gettext as _


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if options["interactive"] and options["stdin"].isatty():
            self.ask(options["database"])
        else:
            self.as_django(*args, **options)

    @no_translations
    def as_django(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)

    def ask(self, database: str) -> None:
        """Ask for name, e-mail and password until they are right, and create the account."""
        accounts = self.UserModel._default_manager.db_manager(database)
        try:
            name = self.answer(input, _("Name of the account"), lambda typed: self.check_name(accounts, typed))
            email = self.answer(input, _("E-mail (may be empty)"), self.check_email)
            account = self.UserModel(**{self.UserModel.USERNAME_FIELD: name, "email": email})
            password, again = "", _("The same password again")
            while not password:
                typed = self.answer(getpass.getpass, _("Password"), lambda typed: self.check_password(typed, account))
                if getpass.getpass(f"{again}: ") == typed:
                    password = typed
                else:
                    self.stderr.write(_("The two passwords differ."))
        except (KeyboardInterrupt, EOFError):
            raise CommandError(_("Nobody was created.")) from None
        accounts.create_superuser(name, email, password)
        self.stdout.write(_("The account “%s” is ready: it may do everything. Log in at /admin/.") % name)

    def answer(self, read: Callable[[str], str], question: str, check: Callable[[str], str]) -> str:
        while True:
            try:
                return check(read(f"{question}: "))
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))

    def check_name(self, accounts: Any, typed: str) -> str:
        name = self.username_field.clean(typed.strip(), None)
        if accounts.filter(**{self.UserModel.USERNAME_FIELD: name}).exists():
            raise ValidationError(_("There is an account “%s” already.") % name)
        return name

    def check_email(self, typed: str) -> str:
        field = self.UserModel._meta.get_field("email")
        return field.clean(typed.strip(), None) if typed.strip() else ""

    def check_password(self, typed: str, account: Any) -> str:
        if not typed.strip():
            raise ValidationError(_("An empty password is none."))
        validate_password(typed, account)
        return typed
