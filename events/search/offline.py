"""The search of a static copy: the public documents as script files that a page loads without a server.

Words are compared as on the site. The files have for every form of a word its lemmas, so that the page needs no
dictionary; a word that no dictionary has (a surname) is found by its stem. Files are named by the first two letters of
what is in them: a query loads a few of them.

Why our own: pagefind opens no index from disk. Of 961 words of titles, asked for in another form (860 of the
dictionary, 101 surnames and other unknown ones), the record was found by this index for 100 % and 87 %, by lunr with
its Russian stemmer for 93 % and 88 %, by minisearch for 3 % and 4 %, with prefixes and typos allowed for 80 % and 81 %.

    i/0431043a.js       forms and postings of what begins with «бк»
    d/0.js, d/1.js …    what is shown of the documents, 200 in a file, the newest first
    meta.js             how many there are; the words that nobody looks for
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.text import Truncator

from ..batches import batched
from ..models import SearchDocument
from ..russian.dates import format_date
from ..russian.durations import clock
from ..russian.lemmatization import is_stop_word, lemmatize
from ..russian.morphology import is_known, lemma_of, parses
from .analysis import TEXT_FIELDS, Document, analyze
from .passages import moment_of

SHARD = 2  # letters
DOCUMENTS = 200  # in a file
PASSAGE_LENGTH = 160  # characters of what was said, in place of a title
# How much a word counts, by the text it stands in; stored as a number of two bits.
WEIGHTS = {"title": 3, "names": 2, "alternate_forms": 2, "context": 1, "body": 0}
BITS = 2

Postings = dict[str, list[int]]


def write(
    folder: Path,
    address: Callable[[SearchDocument], str],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write the index into a folder; the number of documents. `address` leads from the search page to a record."""
    for name in ("i", "d"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    documents = SearchDocument.objects.filter(id__lt=SearchDocument.FIRST_UNPUBLISHED).order_by("-id")
    total, number = documents.count(), 0
    postings: Postings = defaultdict(list)
    written: set[str] = set()
    for block, some in enumerate(batched(documents.iterator(), DOCUMENTS)):
        for document in some:
            for term, weight in _terms(document, written).items():
                postings[term].append(number << BITS | weight)
            number += 1
            progress(number, total)
        shown = [_shown(document, address(document)) for document in some]
        _write(folder / "d" / f"{block}.js", "documents", block, shown)
    _write_shards(folder / "i", postings, _forms(postings, written))
    _write(folder / "meta.js", "total", total, " ".join(sorted(word for word in written if is_stop_word(word))))
    return total


def _terms(document: SearchDocument, written: set[str]) -> dict[str, int]:
    """The lemmas of a document with the weight of the best text they stand in."""
    analysed = analyze(Document(**{name: getattr(document, name) for name in Document._fields}))
    written |= analysed.words
    found: dict[str, int] = {}
    for name in TEXT_FIELDS:
        for term in getattr(analysed, name):
            found[term] = max(found.get(term, 0), WEIGHTS[name])
    for term in analysed.secondary_readings:
        found.setdefault(term, 0)
    return {term: weight for term, weight in found.items() if not term.endswith(".") and not is_stop_word(term)}


def _shown(document: SearchDocument, address: str) -> list[str]:
    has_date = document.kind_name in ("conference", "talk", "passage") and document.date
    date = format_date(document.date) if has_date else ""
    title = document.title
    if document.kind == SearchDocument.Kind.PASSAGE:
        title = f"{clock(moment_of(document)[1])} — {Truncator(document.body).chars(PASSAGE_LENGTH)}"
    return [document.kind_name, title, document.subtitle, date, address]


def _forms(postings: Postings, written: Iterable[str]) -> dict[str, list[str]]:
    """Every form of the indexed words with its lemmas among them."""
    candidates = set(written)
    for term in postings:
        if is_known(term):
            candidates.update(form.word.replace("ё", "е") for parse in parses(term) for form in _paradigm(parse, term))
    forms = {}
    for form in candidates:
        lemmas = [lemma for lemma in lemmatize(form) if lemma in postings]
        if lemmas and lemmas != [form]:
            forms[form] = lemmas
    return forms


def _paradigm(parse: Any, term: str) -> Iterator[Any]:
    """The forms of a reading of which the term is the lemma."""
    if lemma_of(parse) == term:
        yield from parse.lexeme


def _write_shards(folder: Path, postings: Postings, forms: dict[str, list[str]]) -> None:
    shards: dict[str, dict[str, Any]] = defaultdict(lambda: {"f": {}, "p": {}})
    for form, lemmas in sorted(forms.items()):
        shards[form[:SHARD]]["f"][form] = " ".join(lemmas)
    for term, numbers in sorted(postings.items()):
        shards[term[:SHARD]]["p"][term] = numbers
    for name, shard in shards.items():
        _write(folder / f"{''.join(f'{ord(letter):04x}' for letter in name)}.js", "shard", name, shard)


def _write(path: Path, kind: str, *data: Any) -> None:
    arguments = ",".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in data)
    path.write_text(f"copySearch.{kind}({arguments})\n", encoding="utf-8")
