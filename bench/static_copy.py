"""The static copy of an archive: pages, seconds of a core, milliseconds a page; one core takes no longer by the clock.

DATA_DIR=… .venv/bin/python -m bench.static_copy: the archive is that of DATA_DIR (bench.sample_data fills one).
`make bench-export-site RECORDS=60000` makes about 5,000 events of it.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from events.models import Conference

    from .processor_time import spent

    with tempfile.TemporaryDirectory() as folder:
        begun = spent()
        call_command("export_site", folder, verbosity=0)
        seconds = spent() - begun
        pages = list(Path(folder).rglob("*.html"))
        size = sum(page.stat().st_size for page in pages) // 2**20
    events = Conference.objects.published().count()
    print(f"{events} events, {len(pages)} pages, {size} MB: {seconds:.0f} s of a core, ", end="")
    print(f"{seconds / len(pages) * 1000:.1f} ms a page")


if __name__ == "__main__":
    main()
