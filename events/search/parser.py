"""Parsing what a visitor typed: words, «phrases» and -exclusions become clauses; all other signs are text."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ..russian import dates
from ..russian.date_expressions import month_named, spell_out_dates
from ..russian.folding import fold_word
from ..russian.lemmatization import is_stop_word, lemmatize
from ..russian.names import is_given_name, is_surname
from ..russian.numbers import other_numerals
from ..russian.places import place_relatives
from ..russian.tokenization import Token, camel_case_parts, tokenize
from .nodes import And, Node, Or, Phrase, lemmas_of

# Longer input is cut off.
MAX_LENGTH, MAX_WORDS = 1000, 32


@dataclass(frozen=True)
class Clause:
    """A piece of the text that must be found, with its position."""

    start: int
    end: int
    node: Node
    is_phrase: bool = False
    # What to look for where no record has all of it: the surname without the initials.
    fallback: Node | None = None


@dataclass(frozen=True)
class Query:
    text: str = ""
    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Node, ...] = ()
    any_word: bool = False

    def __bool__(self) -> bool:
        return bool(self.clauses)

    @property
    def node(self) -> Node:
        if not self.any_word:
            return And(tuple(clause.node for clause in self.clauses))
        return Or(tuple(clause.fallback or clause.node for clause in self.clauses))

    @property
    def ranking(self) -> Node:
        """The node to rank by: matches the same, but a surname with its initials counts more than the surname alone."""
        if not self.any_word:
            return self.node
        return Or(tuple(node for clause in self.clauses for node in (clause.node, clause.fallback) if node))

    @property
    def lemmas(self) -> frozenset[str]:
        """Every lemma that may have matched, to highlight."""
        return frozenset(lemma for clause in self.clauses for lemma in lemmas_of(clause.node))


def clean(text: str) -> str:
    """Remove what no database accepts: lone surrogates, NUL and other control characters."""
    text = text[:MAX_LENGTH].encode("utf-8", "ignore").decode()
    text = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return unicodedata.normalize("NFC", text).strip()


_PIECE = re.compile(
    r"(?P<minus>(?<!\S)-(?=[\w«\"“„]))?"
    r"(?:«(?P<guillemets>[^«»]+)»|\"(?P<straight>[^\"]+)\"|[“„](?P<curly>[^“”„]+)[“”]|(?P<text>[^\s«»\"“”„]+))"
)


def parse(text: str, synonyms: tuple[str, ...] = ()) -> Query:
    """Parse a text. `synonyms` are lines of words and phrases that mean the same, separated by commas."""
    text = clean(text)
    clauses: list[Clause] = []
    excluded: list[Node] = []
    start = end = 0  # of the plain text between phrases and exclusions
    for piece in _PIECE.finditer(text):
        if piece["text"] and not piece["minus"]:
            end = piece.end()
            continue
        clauses += _plain_clauses(text, start, end, synonyms)
        start = end = piece.end()
        phrase = piece["guillemets"] or piece["straight"] or piece["curly"] or piece["text"]
        phrase = Phrase(tuple(word.lemmas for word in tokenize(spell_out_dates(phrase))))
        if phrase.words and piece["minus"]:
            excluded.append(phrase)
        elif phrase.words:
            clauses.append(Clause(piece.start(), piece.end(), phrase, is_phrase=True))
    clauses += _plain_clauses(text, start, end, synonyms)
    return Query(text, tuple(clauses[:MAX_WORDS]), tuple(excluded[:MAX_WORDS]))


def _plain_clauses(text: str, start: int, end: int, synonyms: tuple[str, ...]) -> list[Clause]:
    """The clauses of a stretch of plain text, without stop words unless it has nothing else."""
    stretch = text[:start] + text[start:end]
    found = [word for word in tokenize(stretch) if word.start >= start][:MAX_WORDS]
    clauses, position = [], 0
    while position < len(found):
        length, node, fallback = _next_clause(stretch, found[position:], synonyms)
        clauses.append(Clause(found[position].start, found[position + length - 1].end, node, fallback=fallback))
        position += length
    significant = [clause for clause in clauses if not _is_stop_clause(text, clause)]
    return significant or clauses


def _is_stop_clause(text: str, clause: Clause) -> bool:
    """Whether the clause is a stop word. A capital letter is a name, as in «группа А»."""
    piece = text[clause.start : clause.end]
    is_name = len(piece) == 1 and piece.isupper() and not _begins_sentence(text, clause.start)
    return not is_name and is_stop_word(fold_word(piece))


def _begins_sentence(text: str, start: int) -> bool:
    """Whether a letter is a capital only because the text begins with it: «О чтении», «И снова книги»."""
    after = text[1:].lstrip()
    return start == 0 and text[1:2].isspace() and after[:1].islower() and is_stop_word(text[0].lower())


def _next_clause(text: str, rest: list[Token], synonyms: tuple[str, ...]) -> tuple[int, Node, Node | None]:
    """The number of words in the next clause, its node and its fallback."""
    if taken := _synonym_node(rest, synonyms) or _date_node(text, rest):
        return *taken, None
    if person := _person_node(text, rest):
        return person
    length, node = _compound_node(text, rest, synonyms) or (1, _word_node(rest[0]))
    if length == 1 and (parts := camel_case_parts(text[rest[0].start : rest[0].end])):
        # A hashtag: «ЧитаемВместе» also where the words stand apart.
        node = Or((node, Phrase(tuple(lemmatize(part) for part in parts))))
    return length, node, None


def _word_node(word: Token) -> Node:
    choices = word.lemmas
    if len(word.text) == 1:
        # An initial with or without the full stop: «группа А», «Алехина И».
        choices = (*choices, word.text, f"{word.text}.")
    relatives = [one for lemma in choices for one in (*place_relatives(lemma), *other_numerals(lemma))]
    return Phrase((tuple(dict.fromkeys([*choices, *relatives])),))


def _synonym_node(rest: list[Token], synonyms: tuple[str, ...]) -> tuple[int, Node] | None:
    best: tuple[int, Node] | None = None
    first = frozenset(rest[0].lemmas)
    for variants in _tokenize_synonyms(synonyms):
        # Few begin with this word at all.
        of_first = (one for one in variants if not first.isdisjoint(one[0]))
        length = max((len(one) for one in of_first if _begins_with(rest, one)), default=0)
        if length and (best is None or length > best[0]):
            own = And(tuple(_word_node(word) for word in rest[:length])) if length > 1 else _word_node(rest[0])
            others = (one for one in variants if len(one) != length or not _begins_with(rest, one))
            best = length, Or((own, *(Phrase(one) for one in others)))
    return best


def _begins_with(rest: list[Token], variant: tuple[tuple[str, ...], ...]) -> bool:
    return len(variant) <= len(rest) and all(
        set(choices) & set(word.lemmas) for choices, word in zip(variant, rest, strict=False)
    )


@lru_cache(maxsize=8)
def _tokenize_synonyms(synonyms: tuple[str, ...]) -> list[list[tuple[tuple[str, ...], ...]]]:
    lines = ([tuple(word.lemmas for word in tokenize(part)) for part in line.split(",")] for line in synonyms)
    return [[variant for variant in line if variant] for line in lines]


_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})$|(\d{4})-(\d{1,2})-(\d{1,2})$")
_MONTH = re.compile(r"(\d{1,2})[./](\d{4})$")
_YEAR = re.compile(r"(\d{4})(г|год\w{0,2})?")


def _date_node(text: str, rest: list[Token]) -> tuple[int, Node] | None:
    """A date: day and month adjacent, the year anywhere. «9 июня 2020», «09.06.2020», "June 9, 2020", «06.2020»."""
    if len(rest) >= 3 and (written := _DAY.match(text[rest[0].start : rest[2].end])):
        day, month, year = written.group(1, 3, 4) if written[1] else written.group(7, 6, 5)
        return _date_of_numbers(day, month, year, 3)
    if len(rest) >= 2 and (written := _MONTH.match(text[rest[0].start : rest[1].end])):
        return _date_of_numbers("", written[1], written[2], 2)
    if len(rest) >= 2:
        first, second = rest[0].text, rest[1].text
        if _is_day(first) and (month := month_named(second)):
            return 2, Phrase(((first,), (month,)))
        if first.isascii() and _is_day(second) and (month := month_named(first)):
            return 2, Phrase(((second,), (month,)))
        if _YEAR.fullmatch(second) and (month := month_named(first)):
            return 1, Or((Phrase((rest[0].lemmas,)), Phrase(((month,),))))
    return _year_node(rest)


def _is_day(word: str) -> bool:
    return word.isdecimal() and len(word) < 3 and 0 < int(word) < 32


def _date_of_numbers(day: str, month: str, year: str, length: int) -> tuple[int, Node] | None:
    """The node of a date in the words in which it is indexed."""
    if not 0 < int(month) < 13 or (day and not _is_day(day)):
        return None
    words = [(str(int(day)),)] if day else []
    words.append((dates.MONTHS[int(month) - 1],))
    return length, And((Phrase(tuple(words)), Phrase(((year if len(year) == 4 else f"20{year}",),))))


def _year_node(rest: list[Token]) -> tuple[int, Node] | None:
    """A year without the word for it: «2020 г.», «2020 года», «2020г»."""
    if not (year := _YEAR.fullmatch(rest[0].text)):
        return None
    if len(rest) >= 2 and not year[2] and {"г", "год"} & {rest[1].text, *rest[1].lemmas}:
        return 2, Phrase(((year[1],),))
    return (1, Phrase(((year[1],),))) if year[2] else None


def _person_node(text: str, rest: list[Token]) -> tuple[int, Node, Node] | None:
    """A person with initials before or after the surname, or with given names.

    «И. Л. Алехина», «Алехина И.Л.»; «Ольга Арутинова» also as «Арутинова О.».
    """
    before = _count_initials(text, rest)
    surname = _surname_length(text, rest[before:])
    after = 0 if before else _count_initials(text, rest[surname:])
    if surname and (before or after):
        name = Phrase(tuple(word.lemmas for word in rest[before : before + surname]))
        letters = rest[:before] if before else rest[surname : surname + after]
        initials = tuple((f"{word.text}.",) for word in letters)
        either = Or((Phrase(name.words + initials), Phrase(initials + name.words)))
        return before + surname + after, either, name
    return _full_name_node(text, rest)


def _count_initials(text: str, rest: list[Token]) -> int:
    """Count the initials at the beginning. Small letters only if there are two: «г. Донецк» is a town."""
    count = 0
    while count < min(3, len(rest)) and len(rest[count].text) == 1 and rest[count].text.isalpha():
        if not (text[rest[count].start].isupper() or text[rest[count].end : rest[count].end + 1] == "."):
            break
        if _begins_sentence(text, rest[count].start) and not (len(rest) > 1 and is_surname(rest[1].text)):
            break
        count += 1
    capital = count and text[rest[0].start].isupper()
    return count if count >= 2 or capital else 0


def _surname_length(text: str, rest: list[Token]) -> int:
    """Number of words in the surname at the beginning: two with a hyphen, 0 if there is none."""
    if not rest or len(rest[0].text) < 2 or not rest[0].text.isalpha() or is_stop_word(rest[0].text):
        return 0
    return 2 if len(rest) > 1 and text[rest[0].end : rest[1].start] == "-" else 1


def _full_name_node(text: str, rest: list[Token]) -> tuple[int, Node, Node] | None:
    """Given names next to a surname, which match their initials as well."""
    before = _count_given_names(rest)
    surname = _surname_length(text, rest[before:])
    length = before + surname + (0 if before else _count_given_names(rest[surname:]))
    name, given = rest[before : before + surname], [*rest[:before], *rest[before + surname : length]]
    if not name or not given or len(name[0].text) < 3 or not is_surname(name[0].text):
        return None
    if "-" in (text[given[0].end : name[0].start] if before else text[name[-1].end : given[0].start]):
        return None
    fallback = Phrase(tuple(word.lemmas for word in name))
    initials = tuple((f"{word.text[0]}.",) for word in given)
    full = And((fallback, *(Phrase((word.lemmas,)) for word in given)))
    return length, Or((full, Phrase(fallback.words + initials), Phrase(initials + fallback.words))), fallback


def _count_given_names(rest: list[Token]) -> int:
    """Count the given names at the beginning: a name, or a name and a patronymic."""
    count = 0
    while count < min(2, len(rest)) and len(rest[count].text) > 2 and is_given_name(rest[count].text):
        count += 1
    return count


def _compound_node(text: str, rest: list[Token], synonyms: tuple[str, ...]) -> tuple[int, Node] | None:
    """A hyphenated compound: its parts, or written as one word. «видео-конференция»."""
    length = 1
    while length < len(rest) and text[rest[length - 1].end : rest[length].start] in ("-", "‐", "‑", "–"):
        length += 1
    if length == 1:
        return None
    parts = [_word_node(word) for word in rest[:length]]
    joined = next(tokenize("".join(word.text for word in rest[:length])))
    _length, as_one = _synonym_node([joined], synonyms) or (1, Phrase((joined.lemmas,)))
    return length, Or((And(tuple(parts)), as_one))
