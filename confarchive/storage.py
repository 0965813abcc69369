"""The storage of static files: hashed names once collectstatic has run, plain names before."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ArchiveStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """A manifest storage that works before collectstatic: for `manage.py runserver` and tests."""

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
