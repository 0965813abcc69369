"""BibTeX that biblatex reads, too: UTF-8, keys in ASCII, only old entry types, dates never invented."""

import re
from collections.abc import Sequence

from ..russian.dates import PartialDate
from .format import Format, known_span
from .record import ARCHIVE, Person, Record

_TYPES = {"conference": "misc", "talk": "inproceedings", "recording": "misc"}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# A brace of its own would end the field too early for old readers, even behind a backslash.
_SPECIAL = {
    "\\": r"{\textbackslash}",
    "{": "(",
    "}": ")",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{sign: f"\\{sign}" for sign in "&%#_$"},
}
_ESCAPES = str.maketrans(_SPECIAL)


def write(records: Sequence[Record]) -> str:
    return "\n".join(_entry(record) for record in records)


def _entry(record: Record) -> str:
    fields = {
        "author": " and ".join(
            [*map(_name, record.authors), *(f"{{{_escaped(name)}}}" for name in record.corporate_authors)]
        ),
        "title": f"{{{_escaped(record.printed_title)}}}",
        # Of @misc some readers put it behind the title.
        "booktitle": f"{{{_escaped(record.event.printed_title)}}}" if record.kind == "talk" else "",
        "eventtitle": f"{{{_escaped((record.event or record).printed_title)}}}",
        "venue": _escaped(record.place.city),
        "address": _escaped(record.place.city),
        "date": _date(record),
        "year": str(record.year or ""),
        "organization": f"{{{_escaped('; '.join(record.organisers))}}}" if record.organisers else "",
        "howpublished": _escaped(ARCHIVE),
        "type": _escaped(record.type.text or ("видеозапись" if record.medium == "video" else "")),
        "series": _escaped(record.series.name) if record.series else "",
        "keywords": ", ".join(_escaped(topic.name.replace(",", " ")) for topic in record.topics),
        "langid": {"ru": "russian", "en": "english", "uk": "ukrainian", "be": "belarusian"}.get(record.language, ""),
        "note": _escaped(". ".join(note.rstrip(".") for note in record.notes)),
        "abstract": _escaped(record.description),
        "rights": _escaped(record.licence),
        "url": _address(record.address),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if record.year and record.start and record.start.month:
        lines.append(f"  month = {_MONTHS[record.start.month - 1]},")
    return f"@{_TYPES[record.kind]}{{{record.key},\n" + "\n".join(lines) + "\n}\n"


def _name(person: Person) -> str:
    """«Фамилия, И. О.»; a name of several words in braces, so that none is taken for a particle or a given name."""
    if not person.given:
        return f"{{{_escaped(person.family)}}}"
    family = _escaped(person.family)
    return f"{{{family}}}, {_escaped(person.initials)}" if " " in family else _escaped(person.inverted)


def _date(record: Record) -> str:
    """An interval of ISO dates; nothing for a year that nobody stated."""
    start, end = known_span(record)
    return "/".join(str(date) for date in dict.fromkeys((start, end)) if isinstance(date, PartialDate))


def _escaped(text: str) -> str:
    return re.sub(r"\s+", " ", text).translate(_ESCAPES)


def _address(address: str) -> str:
    return re.sub(r"[{}\\\s]", lambda match: f"%{ord(match[0]):02X}", address)


FORMAT = Format("bibtex", "BibTeX", "bib", "application/x-bibtex; charset=utf-8", write)
