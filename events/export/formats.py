"""The register of formats: a new one is a file of this package and a line here (docs/contributors.md)."""

from . import bibtex, csl_json, icalendar, irbis, json_record, marc, ris
from .format import Format

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        bibtex.FORMAT,
        ris.FORMAT,
        csl_json.FORMAT,
        icalendar.FORMAT,
        marc.MARC21,
        marc.RUSMARC,
        marc.MARC21_1251,
        marc.RUSMARC_1251,
        irbis.FORMAT,
        json_record.FORMAT,
    )
}
# Those that the page of a record shows to be copied.
CITED = (bibtex.FORMAT, ris.FORMAT, csl_json.FORMAT)
# No file has more records.
LIMIT = 1000
