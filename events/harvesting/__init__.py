"""Other archives as sources: the dump that one puts on the web, its records matched, compared, proposed or taken.

dump.fetch (what dump_archive wrote) → matching.Matching (which record here is meant) → harvester.harvest
"""

from .harvester import harvest

__all__ = ["harvest"]
