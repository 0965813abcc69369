"""The `citation_*` tags of a page: what Zotero and Google Scholar read."""

from collections.abc import Iterator

from ..russian.dates import PartialDate
from .record import ARCHIVE, Record


def tags(record: Record) -> Iterator[tuple[str, str]]:
    """Name and content of each tag; nothing for what is no event or talk."""
    if record.kind not in ("conference", "talk"):
        return
    yield "citation_title", record.printed_title
    for person in record.authors:
        yield "citation_author", person.inverted_in_full
        yield from (
            ("citation_author_institution", part.affiliation)
            for part in record.people
            if part.person == person and part.affiliation
        )
        if person.orcid:
            yield "citation_author_orcid", f"https://orcid.org/{person.orcid}"
    yield from (("citation_author", name) for name in record.corporate_authors)
    # This one decides the type of the item.
    yield "citation_conference_title", (record.event or record).printed_title
    if date := _date(record.start):
        yield "citation_publication_date", date
    yield "citation_publisher", "; ".join((record.event or record).organisers) or ARCHIVE
    yield "citation_language", record.language
    yield "citation_public_url", record.address
    if record.description_with_state:
        yield "citation_abstract", record.description_with_state
    yield from (("citation_keywords", topic.name) for topic in record.topics)


def _date(date: PartialDate | None) -> str:
    """YYYY/MM/DD as far as it is known; nothing without a year."""
    if date is None or not date.year:
        return ""
    return str(date).replace("-", "/")
