"""Atom (RFC 4287): the newest records first, with pages (RFC 5005)."""

from collections.abc import Sequence
from html import escape

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from .record import ARCHIVE, Record

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
PAGE_SIZE = 50


class _Feed(Atom1Feed):
    """A feed with links to the pages before and after."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"].items():
            handler.addQuickElement("link", "", {"rel": relation, "href": address})


def write(records: Sequence[Record], title: str, page: str, feed: str, pages: dict[str, str]) -> str:
    """The feed at the address `feed` of what the page at `page` lists; `pages` are its neighbours by relation."""
    written = _Feed(
        title=title,
        link=page,
        description="",
        feed_url=feed,
        feed_guid=feed,
        language="ru",
        author_name=ARCHIVE,
        feed_copyright=records[0].metadata_licence if records else None,
        pages=pages,
    )
    for record in records:
        written.add_item(
            title=record.printed_title,
            link=record.address,
            # A summary is HTML, ours is plain text.
            description=escape(record.description_with_state or record.place.label),
            unique_id=record.tag,
            pubdate=record.published,
            updateddate=record.changed,
            categories=[topic.name for topic in record.topics],
        )
    return written.writeString("utf-8")
