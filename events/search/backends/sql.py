"""SQL that both backends use: counting words, boosting kinds of records, pinning hits."""

from ...models import SearchDocument, SearchWord

Kind = SearchDocument.Kind

WORD_COLUMNS = ("word", "stem", "reversed_stem", "documents", "headings")
# Upsert: adds the counts to those of a word that is there already.
ADD_COUNTS = "ON CONFLICT (word) DO UPDATE SET " + ", ".join(
    f"{count} = {SearchWord._meta.db_table}.{count} + excluded.{count}" for count in WORD_COLUMNS[3:]
)
# Of equally relevant hits a library ranks before the events that name it.
# What is about a subject ranks before what only mentions it.
BOOSTS = {Kind.ORGANISATION: 1.4, Kind.SPEAKER: 1.2, Kind.TOPIC: 1.2, Kind.SERIES: 1.1, Kind.PASSAGE: 0.5}
UNTITLED_BOOST = 0.75


def boost(id_column: str, conferences: float, named: float = 1) -> str:
    """The factor of the kind in a document's id, as SQL.

    `conferences` is the factor of events, `named` multiplies those of the other kinds: backends rank long texts
    differently.
    """
    of_kind = {Kind.CONFERENCE: conferences} | {kind: factor * named for kind, factor in BOOSTS.items()}
    factors = {
        int(kind) | untitled: of_kind.get(kind, 1) * (UNTITLED_BOOST if untitled else 1)
        for kind in Kind
        for untitled in (0, SearchDocument.UNTITLED_BIT)
    }
    cases = " ".join(f"WHEN {kind} THEN {factor:.3f}" for kind, factor in factors.items())
    return f"CASE ({id_column} >> 32) & 15 {cases} END"


def pinned(id_column: str, ids: str) -> str:
    """The beginning of an ORDER BY that puts the documents of a subquery before all others; "" without any."""
    return f"{id_column} NOT IN ({ids}), " if ids else ""
