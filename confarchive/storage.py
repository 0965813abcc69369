"""Static files named by content once they are collected, by their plain names before that."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ArchiveStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """A first `manage.py runserver`, or a test, works before anyone ran collectstatic."""

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
