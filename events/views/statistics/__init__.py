"""Reports of figures: of an organisation, region, person, topic or series in a period, and of a year of the archive.

Every figure is counted from the filters of the lists (`filters.py`) and links to the list that they give.
"""

from .pages import export, reports, year

__all__ = ["export", "reports", "year"]
