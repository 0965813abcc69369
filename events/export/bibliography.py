"""A numbered list of records by ГОСТ Р 7.0.100-2018, as DOCX."""

from collections.abc import Sequence

from .record import one_line
from .statistics import new_document, saved


def write_docx(title: str, citations: Sequence[str]) -> bytes:
    document = new_document(title)
    document.add_heading(one_line(title), 0)
    for number, citation in enumerate(citations, 1):
        # Numbers as text: they stay what they are when the list is pasted elsewhere.
        document.add_paragraph(f"{number}. {one_line(citation)}")
    return saved(document)
