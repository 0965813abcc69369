"""What a visitor typed, as a tree of what must match. Words, «phrases» and -exclusions; all else is text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..russian import dates
from ..russian.date_expressions import month_named, spell_out_dates
from ..russian.folding import fold_word
from ..russian.lemmatization import is_stop_word
from ..russian.names import is_given_name, is_surname
from ..russian.numbers import other_numerals
from ..russian.places import place_relatives
from ..russian.tokenization import Token, tokenize

# Nobody types more; what is longer was pasted by a machine.
MOST_LETTERS, MOST_WORDS = 1000, 32


@dataclass(frozen=True)
class Run:
    """Words that follow each other; each may be any of its lemmas."""

    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class AllOf:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Without:
    wanted: "Node"
    unwanted: "Node"


@dataclass(frozen=True)
class Beginning:
    """Any term that begins so: dear in a large archive, for lists of the admin only."""

    start: str


Node = Run | AllOf | AnyOf | Without | Beginning


def token(text: str) -> Run:
    """One term of the index as it stands there: a facet."""
    return Run(((text,),))


@dataclass(frozen=True)
class Unit:
    """A piece of the query that must be found, and where it stands in the text."""

    start: int
    end: int
    node: Node
    is_phrase: bool = False
    # What must be found at least, where nothing has all of it: the surname without the initials.
    core: Node | None = None


@dataclass(frozen=True)
class Query:
    text: str = ""
    units: tuple[Unit, ...] = ()
    without: tuple[Node, ...] = ()
    any_word: bool = False

    def __bool__(self) -> bool:
        return bool(self.units)

    @property
    def node(self) -> Node:
        if not self.any_word:
            return AllOf(tuple(unit.node for unit in self.units))
        return AnyOf(tuple(unit.core or unit.node for unit in self.units))

    @property
    def ranking(self) -> Node:
        """Matches the same as `node`, but a surname with its initials is more than the surname alone."""
        if not self.any_word:
            return self.node
        return AnyOf(tuple(node for unit in self.units for node in (unit.node, unit.core) if node))

    @property
    def lemmas(self) -> frozenset[str]:
        """Every lemma that may have matched: what is marked in the text."""
        return frozenset(lemma for unit in self.units for lemma in lemmas_of(unit.node))


def lemmas_of(node: Node) -> Iterator[str]:
    if isinstance(node, Run):
        for choices in node.words:
            yield from choices
    elif isinstance(node, AllOf | AnyOf):
        for part in node.parts:
            yield from lemmas_of(part)


def clean(text: str) -> str:
    """The text without what no database takes: lone surrogates, NUL and other control characters."""
    text = text[:MOST_LETTERS].encode("utf-8", "ignore").decode()
    text = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return unicodedata.normalize("NFC", text).strip()


_PIECE = re.compile(
    r"(?P<minus>(?<!\S)-(?=[\w«\"“„]))?"
    r"(?:«(?P<guillemets>[^«»]+)»|\"(?P<straight>[^\"]+)\"|[“„](?P<curly>[^“”„]+)[“”]|(?P<text>[^\s«»\"“”„]+))"
)


def parse(text: str, synonyms: tuple[str, ...] = ()) -> Query:
    """The query of a text. `synonyms` are lines of words and phrases that mean the same, separated by commas."""
    text = clean(text)
    units: list[Unit] = []
    without: list[Node] = []
    start = end = 0  # of the plain text between phrases and exclusions
    for piece in _PIECE.finditer(text):
        if piece["text"] and not piece["minus"]:
            end = piece.end()
            continue
        units += _plain(text, start, end, synonyms)
        start = end = piece.end()
        phrase = piece["guillemets"] or piece["straight"] or piece["curly"] or piece["text"]
        run = Run(tuple(word.lemmas for word in tokenize(spell_out_dates(phrase))))
        if run.words and piece["minus"]:
            without.append(run)
        elif run.words:
            units.append(Unit(piece.start(), piece.end(), run, is_phrase=True))
    units += _plain(text, start, end, synonyms)
    return Query(text, tuple(units[:MOST_WORDS]), tuple(without[:MOST_WORDS]))


def _plain(text: str, start: int, end: int, synonyms: tuple[str, ...]) -> list[Unit]:
    """The units of a stretch of plain text."""
    stretch = text[:start] + text[start:end]
    found = [word for word in tokenize(stretch) if word.start >= start][:MOST_WORDS]
    units, position = [], 0
    while position < len(found):
        length, node, core = _next(stretch, found[position:], synonyms)
        units.append(Unit(found[position].start, found[position + length - 1].end, node, core=core))
        position += length
    telling = [unit for unit in units if not _is_empty(text, unit)]
    return telling or units


def _is_empty(text: str, unit: Unit) -> bool:
    """A word nobody looks for; but «группа А»."""
    piece = text[unit.start : unit.end]
    is_name = len(piece) == 1 and piece.isupper() and not _begins_sentence(text, unit.start)
    return not is_name and is_stop_word(fold_word(piece))


def _begins_sentence(text: str, start: int) -> bool:
    """«О чтении», «И снова книги»: the letter is a capital because the text begins with it."""
    after = text[1:].lstrip()
    return start == 0 and text[1:2].isspace() and after[:1].islower() and is_stop_word(text[0].lower())


def _next(text: str, rest: list[Token], synonyms: tuple[str, ...]) -> tuple[int, Node, Node | None]:
    """How many words the next unit takes, its node and its core."""
    if taken := _synonym(rest, synonyms) or _date(text, rest):
        return *taken, None
    if person := _person(text, rest):
        return person
    length, node = _compound(text, rest, synonyms) or (1, _word(rest[0]))
    return length, node, None


def _word(word: Token) -> Node:
    choices = word.lemmas
    if len(word.text) == 1:
        # «группа А», «Алехина И»: with the full stop or without.
        choices = (*choices, word.text, f"{word.text}.")
    relatives = [one for lemma in choices for one in (*place_relatives(lemma), *other_numerals(lemma))]
    return Run((tuple(dict.fromkeys([*choices, *relatives])),))


def _synonym(rest: list[Token], synonyms: tuple[str, ...]) -> tuple[int, Node] | None:
    best: tuple[int, Node] | None = None
    first = frozenset(rest[0].lemmas)
    for variants in _prepared(synonyms):
        # Few begin with this word at all.
        of_first = (one for one in variants if not first.isdisjoint(one[0]))
        length = max((len(one) for one in of_first if _begins_with(rest, one)), default=0)
        if length and (best is None or length > best[0]):
            own = AllOf(tuple(_word(word) for word in rest[:length])) if length > 1 else _word(rest[0])
            others = (one for one in variants if len(one) != length or not _begins_with(rest, one))
            best = length, AnyOf((own, *(Run(one) for one in others)))
    return best


def _begins_with(rest: list[Token], variant: tuple[tuple[str, ...], ...]) -> bool:
    return len(variant) <= len(rest) and all(
        set(choices) & set(word.lemmas) for choices, word in zip(variant, rest, strict=False)
    )


@lru_cache(maxsize=8)
def _prepared(synonyms: tuple[str, ...]) -> list[list[tuple[tuple[str, ...], ...]]]:
    lines = ([tuple(word.lemmas for word in tokenize(part)) for part in line.split(",")] for line in synonyms)
    return [[variant for variant in line if variant] for line in lines]


_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})$|(\d{4})-(\d{1,2})-(\d{1,2})$")
_MONTH = re.compile(r"(\d{1,2})[./](\d{4})$")
_YEAR = re.compile(r"(\d{4})(г|год\w{0,2})?")


def _date(text: str, rest: list[Token]) -> tuple[int, Node] | None:
    """«9 июня 2020», «09.06.2020», "June 9, 2020": day and month stand together, the year somewhere; «06.2020»."""
    if len(rest) >= 3 and (written := _DAY.match(text[rest[0].start : rest[2].end])):
        day, month, year = written.group(1, 3, 4) if written[1] else written.group(7, 6, 5)
        return _named(day, month, year, 3)
    if len(rest) >= 2 and (written := _MONTH.match(text[rest[0].start : rest[1].end])):
        return _named("", written[1], written[2], 2)
    if len(rest) >= 2:
        first, second = rest[0].text, rest[1].text
        if _is_day(first) and (month := month_named(second)):
            return 2, Run(((first,), (month,)))
        if first.isascii() and _is_day(second) and (month := month_named(first)):
            return 2, Run(((second,), (month,)))
        if _YEAR.fullmatch(second) and (month := month_named(first)):
            return 1, AnyOf((Run((rest[0].lemmas,)), Run(((month,),))))
    return _year(rest)


def _is_day(word: str) -> bool:
    return word.isdecimal() and len(word) < 3 and 0 < int(word) < 32


def _named(day: str, month: str, year: str, length: int) -> tuple[int, Node] | None:
    """The date in the words in which the index has it."""
    if not 0 < int(month) < 13 or (day and not _is_day(day)):
        return None
    words = [(str(int(day)),)] if day else []
    words.append((dates.MONTHS[int(month) - 1],))
    return length, AllOf((Run(tuple(words)), Run(((year if len(year) == 4 else f"20{year}",),))))


def _year(rest: list[Token]) -> tuple[int, Node] | None:
    """«2020 г.», «2020 года», «2020г»: the word adds nothing."""
    if not (year := _YEAR.fullmatch(rest[0].text)):
        return None
    if len(rest) >= 2 and not year[2] and {"г", "год"} & {rest[1].text, *rest[1].lemmas}:
        return 2, Run(((year[1],),))
    return (1, Run(((year[1],),))) if year[2] else None


def _person(text: str, rest: list[Token]) -> tuple[int, Node, Node] | None:
    """«И. Л. Алехина», «Алехина И.Л.»: initials in either order; «Ольга Арутинова» also as «Арутинова О.»."""
    before = _initials(text, rest)
    surname = _surname(text, rest[before:])
    after = 0 if before else _initials(text, rest[surname:])
    if surname and (before or after):
        name = Run(tuple(word.lemmas for word in rest[before : before + surname]))
        letters = rest[:before] if before else rest[surname : surname + after]
        initials = tuple((f"{word.text}.",) for word in letters)
        either = AnyOf((Run(name.words + initials), Run(initials + name.words)))
        return before + surname + after, either, name
    return _full_name(text, rest)


def _initials(text: str, rest: list[Token]) -> int:
    """How many initials stand here. Small letters only by two: «г. Донецк» is a town."""
    count = 0
    while count < min(3, len(rest)) and len(rest[count].text) == 1 and rest[count].text.isalpha():
        if not (text[rest[count].start].isupper() or text[rest[count].end : rest[count].end + 1] == "."):
            break
        if _begins_sentence(text, rest[count].start) and not (len(rest) > 1 and is_surname(rest[1].text)):
            break
        count += 1
    capital = count and text[rest[0].start].isupper()
    return count if count >= 2 or capital else 0


def _surname(text: str, rest: list[Token]) -> int:
    """How many words the surname here has: two with a hyphen."""
    if not rest or len(rest[0].text) < 2 or not rest[0].text.isalpha() or is_stop_word(rest[0].text):
        return 0
    return 2 if len(rest) > 1 and text[rest[0].end : rest[1].start] == "-" else 1


def _full_name(text: str, rest: list[Token]) -> tuple[int, Node, Node] | None:
    """Given names beside a surname are also found where only their initials are known."""
    before = _given_names(rest)
    surname = _surname(text, rest[before:])
    length = before + surname + (0 if before else _given_names(rest[surname:]))
    name, given = rest[before : before + surname], [*rest[:before], *rest[before + surname : length]]
    if not name or not given or len(name[0].text) < 3 or not is_surname(name[0].text):
        return None
    if "-" in (text[given[0].end : name[0].start] if before else text[name[-1].end : given[0].start]):
        return None
    core = Run(tuple(word.lemmas for word in name))
    initials = tuple((f"{word.text[0]}.",) for word in given)
    full = AllOf((core, *(Run((word.lemmas,)) for word in given)))
    return length, AnyOf((full, Run(core.words + initials), Run(initials + core.words))), core


def _given_names(rest: list[Token]) -> int:
    """How many stand here: a name, or a name and a patronymic."""
    count = 0
    while count < min(2, len(rest)) and len(rest[count].text) > 2 and is_given_name(rest[count].text):
        count += 1
    return count


def _compound(text: str, rest: list[Token], synonyms: tuple[str, ...]) -> tuple[int, Node] | None:
    """«видео-конференция»: its parts, or written as one word."""
    length = 1
    while length < len(rest) and text[rest[length - 1].end : rest[length].start] in ("-", "‐", "‑", "–"):
        length += 1
    if length == 1:
        return None
    parts = [_word(word) for word in rest[:length]]
    joined = next(tokenize("".join(word.text for word in rest[:length])))
    _length, as_one = _synonym([joined], synonyms) or (1, Run((joined.lemmas,)))
    return length, AnyOf((AllOf(tuple(parts)), as_one))
