"""Uploaded files of forms that were not saved, in a folder of each account, until the form is saved."""

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.dispatch import receiver

KEPT_FOR = 7 * 24 * 3600  # seconds
LONGEST_NAME = 100  # of a file, in letters; a system takes 255 bytes
_TOKEN = re.compile(r"[0-9a-f]{32}")


def store(account: str, file: UploadedFile) -> str:
    """Keep the file for this account; return the token by which `find` has it again."""
    remove_expired(account)
    token = secrets.token_hex(16)
    storage = FileSystemStorage(_folder(account), file_permissions_mode=0o600, directory_permissions_mode=0o700)
    file.seek(0)
    # A large upload is a file of the system’s already and is moved, not copied.
    storage.save(f"{token}/{Path(file.name).name[-LONGEST_NAME:]}", file)
    return token


def find(account: str, token: str) -> UploadedFile | None:
    path = next((_folder(account) / token).glob("*"), None) if _TOKEN.fullmatch(token) else None
    return UploadedFile(path.open("rb"), path.name, size=path.stat().st_size) if path else None


def remove(account: str, token: str) -> None:
    if _TOKEN.fullmatch(token):
        shutil.rmtree(_folder(account) / token, ignore_errors=True)


def remove_expired(account: str = "*") -> None:
    for folder in Path(settings.PENDING_UPLOADS_ROOT).glob(f"{account}/*"):
        if folder.stat().st_mtime < time.time() - KEPT_FOR:
            shutil.rmtree(folder, ignore_errors=True)


@receiver(user_logged_out)
def remove_all(user: Any, **kwargs: Any) -> None:
    """Delete what an account leaves behind when it logs out."""
    if user is not None:
        shutil.rmtree(_folder(str(user.pk)), ignore_errors=True)


def _folder(account: str) -> Path:
    return Path(settings.PENDING_UPLOADS_ROOT) / account
