"""The exchange format of ИРБИС: a line a field, subfields behind «^» and a letter, a line of asterisks after a record.

    #200: ^AЧтение вслух^FА. Придуманная
    #700: ^AПридуманная^BА.

Fields are those of its own data base of an electronic catalogue (UNIMARC with additions: 463 the source of an article,
331 the annotation, 951 an address). In Windows-1251, as all its versions read it.
"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from .format import Format
from .marc import windows_1251
from .record import Person, Record

END = "*****"
Pairs = list[tuple[str, str]]
_LANGUAGES = {"ru": "rus", "en": "eng", "uk": "ukr", "be": "bel", "kk": "kaz", "de": "ger", "fr": "fre", "tt": "tat"}


def write(records: Sequence[Record]) -> bytes:
    lines = (line for record in records for line in (*_lines(record), END))
    return "".join(f"{windows_1251(line)}\r\n" for line in lines).encode("cp1251")


def _lines(record: Record) -> Iterator[str]:
    event = record.event or record
    yield "#920: ASP" if record.event else "#920: PAZK"
    yield f"#1119: {record.uid}"
    for code in record.languages:
        if code in _LANGUAGES:
            yield f"#101: {_LANGUAGES[code]}"
    others = [("E", other.text) for other in record.other_titles]
    yield from _field(
        "200", [("A", record.printed_title), *others, ("E", record.type.text), ("F", _responsibility(record))]
    )
    yield from _people(record)
    if record.event:
        yield from _field("463", [("C", event.printed_title), ("J", str(event.year or "")), ("D", event.place.city)])
    else:
        publisher = "; ".join(record.organisers)
        yield from _field("210", [("A", record.place.city), ("C", publisher), ("D", str(record.year or ""))])
    for note in (record.state_note, record.metadata_note):
        yield from _field("300", [("", note)])
    yield from _field("331", [("", record.description)])
    for person in record.subjects:
        yield from _field("600", _person(person))
    for topic in record.topics:
        yield from _field("610", [("", topic.name)])
    yield from _field("951", [("I", record.address), ("T", record.title)])
    for recording in record.recordings:
        yield from _field("951", [("I", recording.address), ("T", recording.title)])


def _people(record: Record) -> Iterator[str]:
    for number, author in enumerate(record.authors):
        yield from _field("701" if number else "700", _person(author))
    for part in record.people:
        if part.person not in record.authors:
            yield from _field("702", [*_person(part.person), ("4", part.role_name.text)])
    for name in record.corporate_authors:
        yield from _field("710", [("A", name)])


def _field(tag: str, pairs: Pairs) -> Iterator[str]:
    written = "".join(f"^{code}{_value(value)}" if code else _value(value) for code, value in pairs if _value(value))
    if written:
        yield f"#{tag}: {written}"


def _value(text: str) -> str:
    """On one line, without the sign that begins a subfield."""
    return " ".join(text.replace("^", "’").split())


def _person(person: Person) -> Pairs:
    full = person.given if person.given != person.initials else ""
    return [("A", person.family), ("B", person.initials), ("G", full)]


def _responsibility(record: Record) -> str:
    names = [" ".join(filter(None, (person.initials, person.family))) for person in record.authors]
    return ", ".join([*names, *record.corporate_authors])


FORMAT = Format("irbis", _("IRBIS"), "txt", "text/plain; charset=windows-1251", write)
