"""Uploads in a bucket of an S3-compatible server: read and written with a signature, by nobody without one."""

from typing import Any

from botocore.config import Config
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

SIGNED = 300  # seconds in which a signed address opens a file


class BucketStorage(S3Storage):
    """django-storages’ storage, but for addresses: pages link to the archive, which decides who may have a file."""

    def get_default_settings(self) -> dict[str, Any]:
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            # Servers other than Amazon's do not know the checksums that boto3 adds otherwise.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 2},
        )
        own = {"file_overwrite": False, "default_acl": None, "max_memory_size": 5_000_000, "client_config": config}
        return {**super().get_default_settings(), **own}

    def url(self, name: str, *arguments: Any, **named: Any) -> str:
        return settings.MEDIA_URL + filepath_to_uri(name)

    def signed_url(self, name: str, content_type: str, disposition: str) -> str:
        """An address that opens this file for some minutes, sent with these headers."""
        headers = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
        return super().url(name, headers, expire=SIGNED)
