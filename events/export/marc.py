"""MARC 21 and RUSMARC (UNIMARC): a record as fields, which `pymarc` writes as ISO 2709 or MARCXML.

ISO 2709 has room for 9,999 bytes in a field and 99,999 in a record: long texts are divided, what is still too long cut.
Library systems without Unicode take Windows-1251: letters that it lacks lose their accents, others become «?».
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from pymarc import Field, Indicators, Subfield
from pymarc import Record as Marc

from ..russian.dates import format_span
from .citations import AUTHORS
from .format import Format
from .record import ARCHIVE, Person, Record

MAX_FIELD, MAX_RECORD, MAX_TEXT = 9_900, 99_999, 30_000
_LANGUAGES = {"ru": "rus", "en": "eng", "uk": "ukr", "be": "bel", "kk": "kaz", "de": "ger", "fr": "fre", "tt": "tat"}
_TYPES = {"audio": "i", "video": "g"}  # of a recording, in both leaders
# Of people in UNIMARC, whose list has no code for who leads a meeting: 570, other. All others are contributors.
_RELATORS = {"moderator": "570", "chair": "570", "host": "570", "organiser": "557"}
# Of organisations: they organise or support the meeting, or do something else (570).
_RELATORS_OF_ORGANISATIONS = {"organiser": "557", "co-organiser": "557", "support": "723", "partner": "723"}
Pairs = list[tuple[str, str]]


def marc21(record: Record) -> Marc:
    is_part, event = record.event is not None, record.event or record
    marc = _empty(record, f"     n{_TYPES.get(record.medium, 'a')}{'a' if is_part else 'm'} a22     uu 4500")
    dates = f"s{record.year}    " if record.year else "nuuuuuuuu"
    marc.add_field(Field("008", data=f"{_day(record)[2:]}{dates}xx {'':17}{_language(record)}  "))
    _add(marc, "040", "  ", [("a", "Confarchive"), ("b", "rus")])
    _add(marc, "041", "0 ", [("a", _code(code)) for code in record.languages])
    authors = [*record.authors[:1]]
    for author in authors:
        _add(marc, "100", "1 ", _person(author) + [("e", "автор"), ("u", _affiliation(record, author))])
    if not is_part:
        _add(marc, "111", "2 ", _meeting(event))
    _add(
        marc,
        "245",
        "10" if authors or not is_part else "00",
        [("a", record.printed_title), ("c", _responsibility(record))],
    )
    for title in record.other_titles:
        _add(marc, "246", "13", [("a", title.text)])
    _add(
        marc,
        "264",
        " 1",
        [("a", record.place.city), ("b", "; ".join(record.organisers)), ("c", str(record.year or ""))],
    )
    _add(marc, "337", "  ", [("a", "computer"), ("b", "c"), ("2", "rdamedia")])
    _add(marc, "338", "  ", [("a", "online resource"), ("b", "cr"), ("2", "rdacarrier")])
    _texts_of_marc21(marc, record)
    _access_of_marc21(marc, record, event, authors)
    return marc


def _texts_of_marc21(marc: Marc, record: Record) -> None:
    if record.series:
        _add(marc, "490", "0 ", [("a", record.series.name), ("v", record.ordinal)])
    for note in _notes(record):
        _add(marc, "500", "  ", [("a", note)])
    for text in _divided(record.description):
        _add(marc, "520", "  ", [("a", text)])
    _add(marc, "540", "  ", [("a", record.licence)])
    _add(marc, "546", "  ", [("a", ", ".join(record.languages))])
    for person in record.subjects:
        _add(marc, "600", "14", _person(person))
    for topic in record.topics:
        _add(marc, "653", "  ", [("a", topic.name)])


def _access_of_marc21(marc: Marc, record: Record, event: Record, authors: list[Person]) -> None:
    """People, organisations, the event of a talk, electronic addresses."""
    for part in record.people:
        if part.person not in authors:
            _add(marc, "700", "1 ", _person(part.person) + [("e", part.role_name.text), ("u", part.affiliation)])
    for part in record.organisations:
        known = [("1", one.address) for one in part.identifiers if one.address]
        _add(marc, "710", "2 ", [("a", part.name), ("e", part.role_name.text), *known])
    if record.event:
        _add(marc, "711", "2 ", _meeting(event))
        host = [("t", event.printed_title), ("d", ", ".join(filter(None, (event.place.city, _when(event)))))]
        _add(marc, "773", "0 ", [*host, ("o", event.address), ("w", event.uid.hex)])
    _add(marc, "856", "40", [("u", record.address), ("y", ARCHIVE)])
    for recording in record.recordings:
        _add(marc, "856", "42", [("u", recording.address), ("y", recording.title)])


def rusmarc(record: Record) -> Marc:
    event = record.event or record
    marc = _empty(record, f"     n{_TYPES.get(record.medium, 'l')}{'a' if record.event else 'm'} a22      i 450 ")
    dates = f"d{record.year}    " if record.year else f"u{'':8}"
    _add(marc, "100", "  ", [("a", f"{_day(record)}{dates}k  y0rusy50      ca")])
    _add(marc, "101", "0 ", [("a", _code(code)) for code in record.languages])
    title = [("a", record.printed_title), *(("e", other.text) for other in record.other_titles)]
    _add(marc, "200", "1 ", [*title, ("e", record.type.text), ("f", _responsibility(record))])
    year = str(record.year or "")
    _add(marc, "210", "  ", [("a", record.place.city), ("c", "; ".join(record.organisers)), ("d", year)])
    if record.series:
        _add(marc, "225", "2 ", [("a", record.series.name), ("v", record.ordinal)])
    for note in _notes(record):
        _add(marc, "300", "  ", [("a", note)])
    for text in _divided(record.description):
        _add(marc, "330", "  ", [("a", text)])
    _add(marc, "371", "0 ", [("a", record.licence)])
    if record.event:
        # Whole fields stand in a linking field, each behind $1.
        host = [("1", f"001{event.uid.hex}"), ("1", "2001 "), ("a", event.printed_title)]
        place = [("1", "210  "), ("a", event.place.city), ("d", str(event.year))] if event.year else []
        _add(marc, "463", " 0", [*host, *place])
    for person in record.subjects:
        _add(marc, "600", " 1", _russian_person(person))
    for topic in record.topics:
        _add(marc, "610", "0 ", [("a", topic.name)])
    _access_of_rusmarc(marc, record, event)
    return marc


def _access_of_rusmarc(marc: Marc, record: Record, event: Record) -> None:
    for number, author in enumerate(record.authors):
        _add(marc, "701" if number else "700", " 1", [*_russian_person(author), ("4", "070")])
    for part in record.people:
        if part.person not in record.authors:
            _add(marc, "702", " 1", [*_russian_person(part.person), ("4", _RELATORS.get(part.role, "205"))])
    meeting = [("a", event.printed_title), ("e", event.place.city), ("f", _when(event))]
    _add(marc, "711" if record.event else "710", "12", meeting)
    for part in record.organisations:
        code = "070" if part.role in AUTHORS else _RELATORS_OF_ORGANISATIONS.get(part.role, "570")
        _add(marc, "712", "02", [("a", part.name), ("4", code)])
    _add(marc, "801", " 0", [("a", "RU"), ("b", "Confarchive"), ("c", _day(record))])
    _add(marc, "856", "4 ", [("u", record.address)])
    for recording in record.recordings:
        _add(marc, "856", "42", [("u", recording.address), ("z", recording.title)])


def _empty(record: Record, leader: str) -> Marc:
    marc = Marc(leader=leader)
    marc.add_field(Field("001", data=record.uid.hex))
    moment = record.changed
    marc.add_field(Field("005", data=f"{moment:%Y%m%d%H%M%S}.0" if moment else ""))
    return marc


def _add(marc: Marc, tag: str, indicators: str, pairs: Pairs) -> None:
    """Add a field with the subfields that have a value, cut to what a field has room for."""
    known = [(code, value) for code, value in pairs if value]
    if not known:
        return
    room = MAX_FIELD // len(known)
    subfields = [
        Subfield(code, _cut(" ".join(value.split()) if tag not in ("463", "100") else value, room))
        for code, value in known
    ]
    marc.add_field(Field(tag, indicators=Indicators(*indicators), subfields=subfields))


def _cut(text: str, size: int) -> str:
    encoded = text.encode()
    return text if len(encoded) <= size else encoded[: size - 3].decode(errors="ignore") + "…"


def _divided(text: str) -> Iterator[str]:
    """The text in pieces that fit into a field."""
    rest = _cut(text, MAX_TEXT).encode()
    while rest:
        piece = rest[: MAX_FIELD - 100].decode(errors="ignore")
        yield piece
        rest = rest[len(piece.encode()) :]


def _notes(record: Record) -> Iterator[str]:
    """What has no field of its own, and the licence of this description."""
    if record.state_note:
        yield record.state_note
    if when := _when(record):
        yield f"Дата: {when}"
    if record.type.text:
        yield f"Вид: {record.type.text}"
    if record.place.label != record.place.city:
        yield f"Место: {record.place.label}"
    yield from (f"Источник: {' '.join(filter(None, (one.headline, one.address)))}" for one in record.sources)
    yield from _divided(record.note)
    yield record.metadata_note


def _responsibility(record: Record) -> str:
    names = [" ".join(filter(None, (person.initials, person.family))) for person in record.authors]
    return ", ".join([*names, *record.corporate_authors])


def _person(person: Person) -> Pairs:
    orcid = f"(orcid){person.orcid}" if person.orcid else ""
    return [("a", person.inverted_in_full), ("0", f"urn:uuid:{person.uid}"), ("1", orcid)]


def _russian_person(person: Person) -> Pairs:
    full = person.given if person.given != person.initials else ""
    return [("a", person.family), ("b", person.initials), ("g", full), ("3", f"urn:uuid:{person.uid}")]


def _meeting(event: Record) -> Pairs:
    return [("a", event.printed_title), ("d", _when(event)), ("c", event.place.city)]


def _affiliation(record: Record, person: Person) -> str:
    return next((part.affiliation for part in record.people if part.person == person and part.affiliation), "")


def _when(record: Record) -> str:
    return ", ".join(format_span(span.start, span.end) for span in record.dates)


def _day(record: Record) -> str:
    return f"{record.published or record.changed:%Y%m%d}"


def _language(record: Record) -> str:
    return _code(record.language)


def _code(language: str) -> str:
    return _LANGUAGES.get(language, "und")


_MANY = ("300", "500", "700", "702", "710", "712")


def iso2709(marc: Marc) -> bytes:
    """The record in ISO 2709; of one with too many fields the last repeated ones are left out."""
    while len(written := marc.as_marc()) > MAX_RECORD:
        excess = [field for field in marc.fields if field.tag in _MANY]
        if not excess:
            return b""  # nobody could read it, nor what follows it in the file
        marc.remove_field(*excess[-max(1, len(excess) // 10) :])
    return written


def in_windows_1251(marc: Marc) -> Marc:
    """The record with nothing that Windows-1251 has no sign for."""
    for field in marc.fields:
        if not field.control_field:
            field.subfields = [Subfield(one.code, windows_1251(one.value)) for one in field.subfields]
    # Not Unicode: the first says so in MARC 21, the code page of RUSMARC stands in field 100.
    marc.leader[9] = " "
    for field in marc.get_fields("100"):
        if field.indicators == Indicators(" ", " ") and "y50" in field["a"]:
            field["a"] = field["a"].replace("y50  ", "y0189")
    return marc


def windows_1251(text: str) -> str:
    """The text as far as Windows-1251 has it."""
    try:
        text.encode("cp1251")
        return text
    except UnicodeEncodeError:
        letters = (one if _fits(one) else _plainer(one) for one in unicodedata.normalize("NFC", text))
        return "".join(letters)


def _plainer(letter: str) -> str:
    if letter.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", letter)
    kept = "".join(one for one in plain if _fits(one))
    return kept or ("" if unicodedata.combining(letter) else "?")


def _fits(letter: str) -> bool:
    try:
        letter.encode("cp1251")
    except UnicodeEncodeError:
        return False
    return True


class _Windows1251(Marc):
    """A record whose fields are written in Windows-1251, which pymarc does not offer: one byte a sign."""

    def as_marc(self) -> bytes:
        directory, fields = b"", b""
        for field in self.fields:
            data = field.as_marc("cp1251")
            directory += f"{field.tag:>03}{len(data):04}{len(fields):05}".encode()
            fields += data
        base = 24 + len(directory) + 1
        leader = str(self.leader)
        whole = f"{base + len(fields) + 1:05}{leader[5:12]}{base:05}{leader[17:]}".encode()
        return whole + directory + b"\x1e" + fields + b"\x1d"


def _file(make: Callable[[Record], Marc]) -> Callable[[Sequence[Record]], bytes]:
    return lambda records: b"".join(iso2709(make(record)) for record in records)


def _file_in_windows_1251(make: Callable[[Record], Marc]) -> Callable[[Sequence[Record]], bytes]:
    def converted(record: Record) -> Marc:
        marc = in_windows_1251(make(record))
        written = _Windows1251(leader=str(marc.leader))
        written.add_field(*marc.fields)
        return written

    return _file(converted)


MARC21 = Format("marc21", "MARC 21", "mrc", "application/marc", _file(marc21))
RUSMARC = Format("rusmarc", "RUSMARC", "iso", "application/marc", _file(rusmarc))
MARC21_1251 = Format("marc21-1251", "MARC 21 (Windows-1251)", "mrc", "application/marc", _file_in_windows_1251(marc21))
RUSMARC_1251 = Format(
    "rusmarc-1251", "RUSMARC (Windows-1251)", "iso", "application/marc", _file_in_windows_1251(rusmarc)
)
