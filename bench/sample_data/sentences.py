"""Titles and sentences from templates: each slot is filled with words from the vocabulary in the case it names."""

import re
from collections.abc import Callable, Sequence
from random import Random

from .names import Town
from .vocabulary import CASES, Vocabulary

# {N.gent}: a noun phrase in that case; {L.…}: the library, so that one word stands in a third of all records;
# {T.…}: a town; {G.…}: readers, students…; {Y}: a year; {U}: a number.
TALK_TITLES = (
    "{N.nomn} и {N.nomn}",
    "{N.nomn} как {N.nomn} {N.gent}",
    "{N.nomn} в {L.loct}",
    "{N.nomn} {N.gent} для {G.gent}",
    "{L.nomn} и {N.nomn}: {N.nomn} {N.gent}",
    "Роль {L.gent} в {N.loct} {N.gent}",
    "«{N.nomn}»: {N.nomn} для {G.gent}",
    "О {N.loct} и {N.loct} {T.gent}",
    "Опыт {N.gent} в {T.loct}",
    "{N.nomn} {T.gent}: от {N.gent} к {N.datv}",
    "{N.nomn} — {Y}: {N.nomn} {N.gent}",
    "Как {L.nomn} меняет {N.accs}",
    "{N.nomn} глазами {G.gent}",
    "{U} шагов к {N.datv}",
    "{N.nomn}: {N.nomn}, {N.nomn}, {N.nomn}",
)
TALK_SUBJECTS = ("о {N.loct} {N.gent}", "об опыте {N.gent} и {N.gent}", "о работе {L.gent} с {N.ablt}")
CONFERENCE_TITLES = (
    "{L.nomn} и {N.nomn}: {N.nomn} {N.gent}",
    "{N.nomn} в {T.loct}: {N.nomn} и {N.nomn}",
    "{N.nomn} {L.gent} для {G.gent}",
    "{N.nomn}, {N.nomn}, {N.nomn} — {Y}",
    "От {N.gent} — к {N.datv}",
    "{N.nomn} {N.gent} в условиях {N.gent}",
    "{T.nomn} и {T.nomn}: {N.nomn} {N.gent}",
)
SENTENCES = (
    "Участники обсудили {N.accs} и {N.accs} {N.gent}.",
    "Речь шла о {N.loct}, {N.loct} и {N.loct} {N.gent}.",
    "Особое внимание уделено {N.datv} для {G.gent}.",
    "Коллеги из {T.gent} поделились {N.ablt} {N.gent}.",
    "Показано, как {N.nomn} помогает {G.datv} в {N.loct}.",
    "Намечены {U} совместных мероприятий в {Y} году.",
    "Прозвучали предложения по {N.datv} и {N.datv} {L.gent}.",
    "С {N.ablt} и {N.ablt} познакомили {G.accs} {T.gent}.",
    "В основе — {N.nomn} {N.gent} и {N.nomn} {G.gent}.",
)
SERIES_NAMES = ("{T.adj} чтения", "{N.nomn} и {N.nomn}", "{N.nomn} {N.gent}", "Дни {N.gent} в {T.loct}")
TOPIC_NAMES = ("{N.nomn}", "{N.nomn} {N.gent}", "{N.nomn} и {N.nomn}")
TOPIC_TAILS = ("{T.gent}", "для {G.gent}", "{N.gent}")
HEADLINES = (
    "В {T.loct} прошла конференция о {N.loct}",
    "{L.nomn} {T.gent} говорит о {N.loct}",
    "{N.nomn} и {N.nomn}: итоги встречи",
    "Коллеги из {T.gent} обсудили {N.accs}",
)
BIOGRAPHIES = (
    "Занимается {N.ablt} и {N.ablt}; автор статей о {N.loct}.",
    "Работает в {L.loct} с {Y} года, ведёт {N.accs} для {G.gent}.",
)
POSITIONS = (
    "директор",
    "заместитель директора",
    "заведующая отделом {N.gent}",
    "главный библиотекарь",
    "ведущий методист",
    "библиограф",
    "профессор кафедры {N.gent}",
    "специалист по {N.datv}",
)

_SLOT = re.compile(r"\{(\w)(?:\.(\w+))?\}")
_O_BEFORE_VOWEL = re.compile(r"\b([Оо]) (?=[аиоуэАИОУЭ])")
Filler = Callable[[Random, str], str]


class SentenceGenerator:
    def __init__(self, vocabulary: Vocabulary, towns: Sequence[Town]) -> None:
        self.towns = towns
        self.fillers: dict[str, Filler] = {
            "N": vocabulary.phrase,
            "L": lambda random, case: vocabulary.common.forms[case],
            "T": lambda random, case: (
                self.town(random).form(case) if case in CASES else self.town(random).adjective("ие")
            ),
            "G": vocabulary.group,
            "Y": lambda random, case: str(random.randint(2005, 2026)),
            "U": lambda random, case: str(random.randint(5, 20)),
        }

    def town(self, random: Random) -> Town:
        return self.towns[int(len(self.towns) * random.random() ** 2)]

    def line(self, random: Random, grammar: Sequence[str]) -> str:
        """Return a random template of the grammar, filled in."""
        template = random.choice(grammar)
        line = _SLOT.sub(lambda slot: self.fillers[slot[1]](random, slot[2] or ""), template)
        return _O_BEFORE_VOWEL.sub(r"\1б ", line)

    def title(self, random: Random, grammar: Sequence[str]) -> str:
        """Return a line that begins with a capital."""
        line = self.line(random, grammar)
        first = 1 if line[0] == "«" else 0
        return line[:first] + line[first].upper() + line[first + 1 :]

    def paragraph(self, random: Random, shortest: int, longest: int) -> str:
        return " ".join(self.title(random, SENTENCES) for _ in range(random.randint(shortest, longest)))
