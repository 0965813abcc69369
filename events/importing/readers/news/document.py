"""A tokenized text: words, sentences, lines and quotations with their positions."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ....russian.folding import fold_case
from ....russian.typography import DASHES, QUOTES
from ...draft import Span
from .lexicon import word_set

# «Третьяковой-зав. отделом» is a dash without its spaces.
_TOKEN = re.compile(r"[^\W\d_]+(?:[-‐‑’'ʼ](?!(?:зав|зам|канд?|гл|вед|нач)\.)[^\W\d_]+)*|\d+|[^\w\s]|_")
_OPENING, _CLOSING, _STRAIGHT = "«„“‹", "»”“›", '"'
_SENTENCE_END = set(".!?…")
# Abbreviations, after which a full stop ends no sentence.
_ABBREVIATIONS = word_set(
    """
    им г гг ул пр просп пер обл р д т п с зав зам проф акад доц чл корр тыс млн руб см стр др в вв н э ст мл св
    и о кв оф пл дир гл науч сотр канд докт пед филол ист техн филос экон гос респ ред ч мин час сек долл напр
    тел б-ка б-ки пос дер м бул наб мкр
    """
)
# Maximum words of a sentence and characters of a quotation: bounds the time for malformed text.
_MAX_SENTENCE = 400
_MAX_QUOTE = 700


@dataclass(frozen=True)
class Word:
    """A word, number or mark of the text."""

    text: str
    start: int
    end: int

    @cached_property
    def lower(self) -> str:
        """Return the word’s case-folded text, "" outside the text."""
        return fold_case(self.text)

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()

    @property
    def is_number(self) -> bool:
        return self.text.isdecimal()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_initial(self) -> bool:
        return self.text.isupper() and (len(self.text) == 1 or self.text in ("ДЖ", "Дж")) or self.text == "Дж"


@dataclass(frozen=True)
class Quote:
    """A quotation with its marks; `depth` counts the quotations around it."""

    start: int
    end: int
    depth: int

    @property
    def span(self) -> Span:
        """Return the characters that the words [first, last) take up."""
        return Span(self.start, self.end)

    @property
    def inner(self) -> Span:
        return Span(self.start + 1, self.end - 1)


class UnquotedTitle(Quote):
    """A title without quotation marks, treated like a quotation."""

    @property
    def inner(self) -> Span:
        return self.span


@dataclass(frozen=True)
class Sentence:
    """A sentence: words [first, last) of the document, characters [start, end) of its text."""

    first: int
    last: int
    start: int
    end: int
    number: int = 0


@dataclass
class Document:
    """A text tokenized once into words, sentences, lines and quotations, by word number or character position."""

    text: str
    words: list[Word] = field(init=False)

    def __post_init__(self) -> None:
        self.words = [Word(m[0], m.start(), m.end()) for m in _TOKEN.finditer(self.text)]
        self._starts = [word.start for word in self.words]

    def __getitem__(self, span: Span | Quote | Sentence) -> str:
        start, end = (span.start, span.end) if not isinstance(span, tuple) else span
        return self.text[start:end]

    def at(self, position: int) -> int:
        """Return the number of the first word that starts at the position or after it."""
        return bisect_left(self._starts, position)

    def inside(self, start: int, end: int) -> range:
        """Return the numbers of the words that start in [start, end)."""
        return range(self.at(start), self.at(end))

    def word(self, number: int) -> Word | None:
        """Return the word of this number, None outside the text."""
        return self.words[number] if 0 <= number < len(self.words) else None

    def lower(self, number: int) -> str:
        """Return the word’s case-folded text, "" outside the text."""
        word = self.word(number)
        return word.lower if word else ""

    def gap(self, number: int) -> str:
        """Return the characters between this word and the next: spaces, a line end, or nothing."""
        if not 0 <= number < len(self.words) - 1:
            return ""
        return self.text[self.words[number].end : self.words[number + 1].start]

    def span(self, first: int, last: int) -> Span:
        """Return the characters that the words [first, last) take up."""
        return Span(self.words[first].start, self.words[last - 1].end)

    @cached_property
    def quotes(self) -> list[Quote]:
        found = [quote for start, end in self._blocks for quote in _find_quotes(self.text, start, end)]
        return sorted(found, key=lambda quote: (quote.start, -quote.end))

    @cached_property
    def top_quotes(self) -> list[Quote]:
        return [quote for quote in self.quotes if quote.depth == 0]

    @cached_property
    def _top_starts(self) -> list[int]:
        return [quote.start for quote in self.top_quotes]

    def quote_around(self, position: int) -> Quote | None:
        """Return the outermost quotation around the position."""
        index = bisect_right(self._top_starts, position) - 1
        return self.top_quotes[index] if index >= 0 and position < self.top_quotes[index].end else None

    def quote_from(self, number: int) -> Quote | None:
        """Return the outermost quotation that begins with this word (an opening mark)."""
        word = self.word(number)
        quote = self.quote_around(word.start) if word and word.text in QUOTES else None
        return quote if quote and quote.start == word.start else None

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        """Paragraphs from line end to line end; lines that were wrapped in mid-sentence are joined."""
        blocks: list[tuple[int, int]] = []
        for line in re.finditer(r"[^\n\r]+", self.text):
            if blocks and self._runs_on(blocks[-1], line):
                blocks[-1] = (blocks[-1][0], line.end())
            elif line[0].strip():
                blocks.append((line.start(), line.end()))
        return blocks

    def _runs_on(self, block: tuple[int, int], line: re.Match[str]) -> bool:
        before, between = self.text[block[0] : block[1]].rstrip(), self.text[block[1] : line.start()]
        after = line[0].lstrip()
        if between.count("\n") > 1 or not before or before[-1] in ".!?…;:" or not after:
            return False
        if before[-1] == ")" and after[0].isupper():
            # An item of a list: «Книга по почте (Полозова А. Б.)».
            return False
        return after[0].islower() or (self._is_wrapped and len(before.rsplit("\n", 1)[-1]) > 55 and after[0].isalpha())

    @cached_property
    def _is_wrapped(self) -> bool:
        """Whether the lines were cut at a width: most are long and none longer than a typewriter’s line."""
        lengths = [len(line) for line in self.text.splitlines() if line.strip()]
        return len(lengths) > 4 and max(lengths) <= 100 and sum(length > 55 for length in lengths) * 2 > len(lengths)

    @cached_property
    def lines(self) -> list[Span]:
        return [Span(start, end) for start, end in self._blocks]

    def line_at(self, position: int) -> int:
        """Return the number of the line that contains the position."""
        return max(0, bisect_right(self._blocks, (position, len(self.text) + 1)) - 1)

    @cached_property
    def sentences(self) -> list[Sentence]:
        found: list[Sentence] = []
        for start, end in self._blocks:
            for first, last in self._sentences_of(start, end):
                span = self.span(first, last)
                found.append(Sentence(first, last, span.start, span.end, len(found)))
        return found

    @cached_property
    def _sentence_firsts(self) -> list[int]:
        return [sentence.first for sentence in self.sentences]

    def sentence_of(self, number: int) -> Sentence:
        """Return the sentence that contains the word."""
        return self.sentences[max(0, bisect_right(self._sentence_firsts, number) - 1)]

    def _sentences_of(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        words = self.inside(start, end)
        first = words.start
        for number in words:
            if first <= number and (number - first > _MAX_SENTENCE or self._ends_sentence(number)):
                yield first, number + 1
                first = number + 1
        if first < words.stop:
            yield first, words.stop

    def _ends_sentence(self, number: int) -> bool:
        word, following = self.words[number], self.word(number + 1)
        if word.text not in _SENTENCE_END or following is None:
            return False
        if not self.gap(number).isspace() or self.quote_around(word.start):
            return False
        if not (following.text[0].isupper() or following.is_number or following.text in QUOTES | DASHES | {"#"}):
            return False
        return word.text != "." or not self._is_abbreviation(number - 1)

    def _is_abbreviation(self, number: int) -> bool:
        word = self.word(number)
        if word is None or not word.is_word or word.end != self.words[number + 1].start:
            return False
        if word.is_initial:
            return True
        if word.lower in ("г", "гг", "р", "т", "д", "др", "п"):
            # «в 2020 г. Участники», «и др. Встреча» end; «г. Томск» goes on.
            before = self.word(number - 1)
            year = before is not None and (
                before.is_number and len(before.text) == 4 or before.lower in ("и", "т", ".", "др")
            )
            return not (year and word.lower != "п")
        return word.lower in _ABBREVIATIONS


def _find_quotes(text: str, start: int, end: int) -> list[Quote]:
    """Find the quotations of a paragraph. Two openings may share one closing: «Библиотека «Дружба»."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    last_close = -1
    for position in range(start, end):
        mark = text[position]
        if mark not in QUOTES:
            continue
        if _opens(text, position, bool(opened), start):
            opened.append(position)
        elif opened:
            pairs.append((opened.pop(), position + 1))
            last_close = position + 1
        elif pairs and mark == "»" and text[pairs[-1][1] : pairs[-1][1] + 1] == ":" and position - last_close < 200:
            # «Школа чтения»: о программах для семьи»: the first closing was too early.
            pairs[-1] = (pairs[-1][0], position + 1)
            last_close = position + 1
    pairs += [
        (opening, last_close) for opening in opened[:1] if last_close > opening and last_close - opening < _MAX_QUOTE
    ]
    pairs = [(opening, closing) for opening, closing in pairs if closing - opening > 2]
    return [
        Quote(opening, closing, sum(a <= opening and closing <= b and (a, b) != (opening, closing) for a, b in pairs))
        for opening, closing in pairs
    ]


def _opens(text: str, position: int, inside: bool, block_start: int) -> bool:
    mark = text[position]
    if mark in "«„‹":
        return True
    if mark in "»›":
        return False
    before = text[position - 1] if position > block_start else " "
    after = text[position + 1] if position + 1 < len(text) else " "
    if before.isspace() or before in "([{«„—–-/":
        # «" Название"»: a space on both sides, opens when nothing is open.
        return not after.isspace() or mark == '"' and not inside and before.isspace()
    if mark == "“" or mark in '"”‟':
        # A straight mark glued between letters and no space, «проект"Книга"»: opens when nothing is open.
        return not inside and (after.isalnum() or after in "«„")
    return False
