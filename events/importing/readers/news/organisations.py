"""Organisations in running text: a head noun with what agrees with it and what depends on it, an abbreviation, or a
legal form before a quoted name."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.utils.translation import gettext as _

from ....russian import morphology, typography
from ....russian.typography import DASHES
from ...draft import Span
from . import eponyms
from .document import Document
from .lexicon import word_set
from .names import Name, is_given_name
from .position_words import is_position

# Head nouns; those of departments depend on another organisation.
HEADS = word_set(
    """
    сеть
    библиотека библиотека-филиал библиотека-архив библиотека-музей филиал министерство комитет департамент
    управление центр дом дворец университет институт академия семинария колледж техникум школа гимназия лицей училище
    музей музей-заповедник дом-музей музей-усадьба архив галерея фонд ассоциация союз общество объединение
    агентство администрация правительство система учреждение палата издательство клуб радиоклуб театр филармония
    парламент совет представительство посольство консульство партнерство федерация корпорация компания
    предприятие организация заповедник медиацентр книгохранилище книжница дума собрание епархия митрополия
    конференц-центр конгресс-центр
    академгородок консерватория медиатека информцентр россотрудничество техноцентр кванториум детсад сад
    интернат пансионат госпиталь больница общественность движение лига гильдия ассамблея отделение
    редакция газета журнал телеканал радио студия суд прокуратура секция служба комплекс правление
    """
)
DEPARTMENTS = word_set(
    """
    отдел сектор кафедра факультет лаборатория подотдел абонемент бюро зал
    """
)
# Heads that also end longer words: «тифлоиздательство», «пединститут».
_LONG_HEADS = word_set(
    """
    библиотека издательство университет институт филармония министерство медиацентр училище
    """
)
# Heads that name nothing by themselves: a quoted name, a place or a person must follow.
_VAGUE = word_set(
    """
    сеть комплекс правление
    центр дом система учреждение организация общество совет союз клуб школа сад зал служба фонд отделение
    сообщество объединение движение компания предприятие собрание редакция студия радио газета журнал суд
    федерация палата представительство лига общественность партнерство сектор дума правительство
    администрация
    """
)
_LEGAL_FORMS = word_set(
    """
    гбук мбук мук гук мку мбу гбу гау мау маук гаук фгбук фгбу фгбоу мбоу маоу гбоу мкук мкоу бук буко букоо рук
    ммбук гкук огбук огук огкук кгбук кгкук окук окбук гу гуо ку гкц чук анук ано оо роо фгуп ооо обук тогбук
    му моу гоу ноу чоу мдоу мбдоу мадоу мкдоу гбдоу доу мбудо гбудо
    кфх спк гпоу гбпоу рмбук кгау рбук спбгбук гуп нпо оао зао пао ао бу
    """
)
_COLLECTION_NOUNS = word_set(
    """
    коллекция проект программа издание портал сайт ресурс выставка журнал газета сборник книга электронный
    виртуальный конкурс фильм рубрика серия фестиваль акция
    """
)
# Abbreviations that are places, degrees, means and periods, not organisations.
_NOT_ABBREVIATED = word_set(
    """
    рф днр лнр снг ссср рсфсср сша оаэ кнр рк рм рб рт ри рд ро рх рс юнеско вов вкс сми ес мо го обж зож жкх пк
    ит zoom qr vk вконтакте асср иа
    pdf it pr url http https www ру кбр крым хмао янао хмао-югра еао оон нко тв dvd cd ar vr ai ии пдф мск
    онлайн ббк удк гост мба эдд вич спид егэ ок умк цур ян чс тж ао ук сво овз нацпроект пушкинская фио smm хх
    нэб нэдб эбс vip diy bookcrossing рфсср изо ки цк кпсс влксм втб cбер мцф кцсо спо впо всо втор дк нп ит-специалист
    """
)
_EVENTS = word_set(
    "вебинар семинар конференция видеоконференция форум телемост видеомост лекция онлайн-встреча лекторий"
)
# Endings of abbreviated libraries and schools: «Узкинская СБ», «Горская СШ».
_LIBRARY_ABBREVIATION = ("б", "бс", "бр", "бк", "сш", "ош", "дши")
# Heads whose field follows «по», «Комитет по культуре»; after a library «по» belongs to a position.
_BY_FIELD = word_set(
    """
    отдел сектор секция комитет управление департамент совет служба агентство лаборатория кафедра министерство
    фонд отделение центр
    """
)
_BEFORE_PLACES = {"республики", "республика", "города", "поселка", "села", "деревни", "станицы", "хутора", "зато"}
_SHORT_PLACES = word_set("г п с д пос пгт ст рп")
_MUNICIPALITIES = word_set("мо мр го сп мого")
# Houses that bear a person’s name: «Фонд Михаила Прохорова».
_BEARING_NAMES = word_set("фонд музей дом дом-музей театр галерея")
# Parts of the organisation that follows: «администрация Омской библиотеки».
_PARTS = {"комплекс", "администрация", "служба"}
_SEVERAL = {
    "городов",
    "районов",
    "областей",
    "вузов",
    "республик",
    "краев",
    "округов",
    "стран",
    "сел",
    "двух",
    "трех",
    "четырех",
    "пяти",
    "нескольких",
    "разных",
    "всех",
}
# «Школа молодого библиографа», «студия «Аккорд»»: often no organisations.
_OFTEN_EVENTS = {"школа", "студия", "театр", "клуб", "лига", "движение"}
_WHAT_WAS_DONE = {"организовать", "провести", "проводить", "подготовить", "представить", "прочитать", "создать"}
_MAX_WORDS = 34


@dataclass(frozen=True)
class Organisation:
    """A mention of an organisation: words [first, last); `head` is its head noun’s number, −1 for an abbreviation."""

    first: int
    last: int
    span: Span
    head: int = -1
    name: str = ""
    is_department: bool = False
    is_named: bool = True
    is_plural: bool = False
    case: str = ""
    nickname: Span | None = None
    aliases: tuple[Span, ...] = field(default=())
    city: Span | None = None
    uncertainty: str = ""


def find(document: Document, names: list[Name]) -> list[Organisation]:
    """Find all mentions in the order of the text, departments separately from their organisations."""
    people = {number: name for name in names for number in range(name.first, name.last)}
    found: list[Organisation] = []
    number = 0
    while number < len(document.words):
        organisation = _Scanner(document, people, number).read()
        found += [organisation] if organisation else []
        number = max(number + 1, organisation.last if organisation else 0)
    found = [part for organisation in found for part in _two_departments(document, organisation)]
    return _with_nicknames(document, _with_abbreviations(document, found))


class _Scanner:
    """Recognises the organisation that begins at a word, if one does."""

    def __init__(self, document: Document, people: dict[int, Name], number: int) -> None:
        self.document, self.people, self.start = document, people, number
        self.is_plural = False

    def read(self) -> Organisation | None:
        word = self.document.words[self.start]
        if not word.is_word or self.start in self.people:
            return None
        if self._in_title(self.start):
            return self._quoted()
        return self._legal_form() or self._by_head() or self._abbreviation()

    def _quoted(self) -> Organisation | None:
        """Recognise an organisation that is the whole quotation.

        «председатель «Рязанского библиотечного общества»»: nothing but the name, in another case than titles.
        """
        quote = self.document.quote_around(self.document.words[self.start].start)
        if (
            quote is None
            or self.document.at(quote.start) + 1 != self.start
            or not self.document.words[self.start].is_capital
        ):
            return None
        organisation = self._by_head() if morphology.is_adjective(self.document.words[self.start].text) else None
        whole = organisation is not None and organisation.last == self.document.at(quote.end) - 1
        return (
            organisation
            if organisation and whole and organisation.is_named and organisation.case not in ("nomn", "accs")
            else None
        )

    def _in_title(self, number: int) -> bool:
        """Whether the word is in quotation marks, where organisations are recognised from the first word only."""
        return self.document.quote_around(self.document.words[number].start) is not None

    # «МБУК «Централизованная библиотечная система» города Ульяновска»

    def _legal_form(self) -> Organisation | None:
        word = self.document.words[self.start]
        if word.lower not in _LEGAL_FORMS or not word.text.isupper():
            return None
        last = self.start + 1
        while (following := self.document.word(last)) and following.text.isupper() and len(following.text) > 1:
            if following.lower.endswith(_LIBRARY_ABBREVIATION) and following.lower not in _LEGAL_FORMS:
                # «МБУК ЦБС для взрослых»
                break
            last += 1
        quote = self.document.quote_from(self._past_place(last))
        if quote is None:
            inner = _Scanner(self.document, self.people, last).read() if last < len(self.document.words) else None
            if inner is None and last == self.start + 1:
                return None
            if inner is None:
                # «ФГБОУ ВО МПГУ»
                return self._organisation(last, name=self.document[self.document.span(self.start, last)])
            span = Span(word.start, inner.span.end)
            name = f"{self.document.text[word.start : inner.span.start]}{inner.name}" if inner.name else ""
            return replace(inner, first=self.start, span=span, name=name, is_named=True)
        last = self._dependents(self.document.at(quote.end), "")
        return self._organisation(last, name=self.document[self.document.span(self.start, last)])

    def _past_place(self, number: int) -> int:
        """Return the first word after the place between legal form and name.

        «ГБУК города Севастополя «…»», «МБУ Омской области «…»»
        """
        for step in range(4):
            word = self.document.word(number + step)
            if word is None or not word.is_word:
                return number + step
            if word.lower == "г" and self.document.lower(number + step + 1) == ".":
                return self._past_place(number + step + 2)
            place = word.lower in _BEFORE_PLACES | {"области", "края", "района", "округа", "культуры"}
            if not place and not word.is_capital:
                break
        return number

    # «Донецкой республиканской универсальной научной библиотеки имени Н.К. Крупской»

    def _by_head(self) -> Organisation | None:
        head = self._head()
        if head is None:
            return None
        word = self.document.words[head]
        lemma = head_lemma(word.lower)
        if self._is_no_institution(head) or lemma == "секция" and self.document.quote_from(head + 1):
            return None
        case, self.is_plural = self._case_of_head(head)
        last = self._dependents(head + 1, lemma)
        counted = any(self.document.lower(n) in _SEVERAL for n in range(head, min(last + 1, head + 12)))
        # «подключились библиотеки Армении, Беларуси»
        counted = counted or self._follows_plural_verb() and morphology.can_be(word.lower, "plur", "nomn")
        # «библиотеки имени Пушкина трёх областей» are several.
        self.is_plural = self.is_plural or counted
        department = (
            lemma in DEPARTMENTS or lemma in _PARTS and self._leads_to_head(min(last, len(self.document.words) - 1))
        )
        organisation = self._organisation(
            last, head=head, is_department=department, is_plural=self.is_plural, case=case
        )
        named = self._is_named(head, last, lemma) and not self.is_plural and not self._is_room(head)
        inside = _BRACKETED.search(self.document.text, organisation.span.start, organisation.span.end)
        abbreviation = self.document.inside(*inside.span()) if inside else range(0)
        aliases = tuple(
            self.document.span(number, number + 1) for number in abbreviation if self.document.words[number].is_word
        )
        uncertainty = ""
        if lemma in _OFTEN_EVENTS and not any(self.document.words[n].text == "№" for n in range(head, last)):
            uncertainty = _("It may be an event or a circle and no organisation: check it.")
        name = in_nominative(self.document, organisation)
        return replace(organisation, name=name, is_named=named, aliases=aliases, uncertainty=uncertainty)

    def _follows_plural_verb(self) -> bool:
        number = self.start - 1
        number -= self.document.lower(number) in ("также", "и")
        low = self.document.lower(number)
        return morphology.is_past_verb(low) and morphology.verb_gender(low) == "plur"

    def _is_room(self, head: int) -> bool:
        """Whether the head is a room of a library: «в Русском центре библиотеки …» is a place in the library."""
        before = self.document.lower(head - 1)
        return before.startswith("русск") and len(before) < 9 and head_lemma(self.document.lower(head)) == "центр"

    def _is_no_institution(self, head: int) -> bool:
        """Whether the head noun has another sense.

        «электронная библиотека», «Российская Федерация»: the noun of an institution in another sense.
        """
        before = {morphology.lemma(self.document.lower(number)) for number in range(max(0, self.start - 1), head)}
        if head_lemma(self.document.lower(head)) == "федерация" and "российский" in before:
            return True
        if head_lemma(self.document.lower(head)) == "общественность" and self.document.lower(head - 1) in ("с", "со"):
            # «специалист по связям с общественностью»
            return True
        following = min(head + 1, len(self.document.words) - 1)
        leads_on = head_lemma(self.document.lower(following)) or self._leads_to_head(following)
        if head_lemma(self.document.lower(head)) == "фонд" and leads_on:
            # «отдел основного фонда Омской библиотеки»: what it holds
            return True
        return bool(before & {"электронный", "виртуальный", "персональный", "домашний", "личный"})

    def _head(self) -> int | None:
        """Return the number of the head noun: this word, or the noun with which the adjectives from this word agree."""
        number = self.start
        while number < len(self.document.words) and number - self.start < 12:
            word = self.document.words[number]
            if word.lower == "ордена" and number > self.start and (quote := self.document.quote_from(number + 1)):
                number = self.document.at(quote.end)
                continue
            if not word.is_word or number in self.people or (number > self.start and self._far(number)):
                return None
            if self._is_half(number):
                number += 2
                continue
            if head_lemma(word.lower) and not self._is_ordinary(number):
                return number if self._agrees(number) else None
            if not _may_be_attribute(word.text) or is_position(self.document, number):
                return None
            number += 1
        return None

    def _is_half(self, number: int) -> bool:
        """Whether a hyphen and a stray space follow: «научно- технической»."""
        return (
            self.document.lower(number).endswith("о")
            and self.document.lower(number + 1) == "-"
            and not self.document.gap(number)
            and _may_be_attribute(self.document.words[number + 2].text if self.document.word(number + 2) else "-")
        )

    def _far(self, number: int) -> bool:
        if self.document.quote_around(self.document.words[number - 1].start):
            return False
        return self.document.gap(number - 1).strip(" \u00a0\n\r") != ""

    def _is_ordinary(self, number: int) -> bool:
        """Whether the noun has its ordinary sense here: «в школе», «радио»."""
        return self.document.words[number].lower in ("школе", "радио") and number == self.start

    def _agrees(self, head: int) -> bool:
        cases = _cases_of(self.document.words[head].text, ("NOUN",))
        for number in range(self.start, head):
            word = self.document.words[number].text
            if (
                self._is_award(number)
                or word in DASHES
                or self._is_half(number)
                or word.lower() in ("и", "о")
                or "-" in word
                and not morphology.is_adjective(word)
            ):
                continue
            cases = cases & _cases_of(word, ("ADJF", "PRTF"))
        return bool(cases)

    def _is_award(self, number: int) -> bool:
        """Whether the word belongs to an award in the name: «научная ордена «Знак Почёта» библиотека»"""
        return (
            self.document.lower(number) == "ордена"
            or self.document.quote_around(self.document.words[number].start) is not None
        )

    def _case_of_head(self, head: int) -> tuple[str, bool]:
        ways = _cases_of(self.document.words[head].text, ("NOUN",))
        for number in range(self.start, head):
            if not self._is_half(number):
                ways = ways & _cases_of(self.document.words[number].text, ("ADJF", "PRTF")) or ways
        singular = sorted(case for case, count, _ in ways if count == "sing")
        if self._starts_sentence() and "nomn" not in singular and any(case == "nomn" for case, _, _ in ways):
            # «Библиотеки Поволжья обсудили…»
            return "nomn", True
        if not singular:
            return (sorted(case for case, _, _ in ways) or [""])[0], True
        before = self.document.lower(self.start - 1)
        if before in ("в", "на", "при", "о") and "loct" in singular:
            return "loct", False
        return ("nomn" if "nomn" in singular else singular[0]), False

    def _is_named(self, head: int, last: int, lemma: str) -> bool:
        """Whether the mention is a proper name.

        «Омская библиотека», «библиотека им. Крупской» are names; «центральная библиотека» is not.
        """
        before = [self.document.words[number] for number in range(self.start, head)]
        after = [self.document.words[number] for number in range(head + 1, last)]
        if any(word.is_capital and len(word.text) > 1 for word in after):
            return True
        if any(word.is_capital for word in before[1:]) or (
            before and before[0].is_capital and self._is_proper(before[0].text)
        ):
            return True
        if before and before[0].is_capital and not self._starts_sentence():
            return True
        if self.document.words[head].is_capital and not (head == self.start and self._starts_sentence()):
            return bool(before or after) and (lemma not in _VAGUE or (bool(after) and after[0].lower != "для"))
        long = len(before) + len(after)
        return (
            (lemma in DEPARTMENTS and bool(after))
            or (long >= 4 and lemma not in _VAGUE)
            or any(word.is_number for word in after)
        )

    def _is_proper(self, adjective: str) -> bool:
        low = adjective.lower()
        return low.endswith(_PROPER_ENDINGS) and not low.startswith(
            ("областн", "городск", "детск", "сельск", "юношеск")
        )

    def _starts_sentence(self) -> bool:
        """Whether a sentence begins here, or its second half after a colon."""
        return self.document.sentence_of(self.start).first == self.start or self.document.lower(self.start - 1) == ":"

    def _dependents(self, number: int, lemma: str) -> int:
        """Return the end of what depends on the head: genitives, «им.», «для», quoted names, places."""
        limit = min(len(self.document.words), self.start + _MAX_WORDS)
        while number < limit and not self._is_in_next_paragraph(number):
            step = self._dependent(number, lemma)
            if step <= number:
                return number
            number = step
        return number

    def _is_in_next_paragraph(self, number: int) -> bool:
        """Whether the word begins another paragraph or another cell than the mention."""
        return (
            "\t" in self.document.gap(number - 1)
            or "\n" in self.document.gap(number - 1)
            and (self.document.sentence_of(number).first != self.document.sentence_of(self.start).first)
        )

    def _dependent(self, number: int, lemma: str) -> int:
        """Return the end of the dependent that begins at the word; the same number when none does."""
        word = self.document.words[number]
        if number in self.people:
            return self.people[number].last if self._is_own_name(number) else number
        if quote := self.document.quote_from(number):
            near = quote.start - self.document.words[number - 1].end <= 1 and not self._has_eponym(number)
            return self.document.at(quote.end) if near and self._is_own_quote(number, lemma) else number
        if not word.is_word:
            return self._after_mark(number, lemma)
        if word.lower in ("им", "имени"):
            return self._named_after(number)
        if after := self._place_after(number):
            return after
        field = word.lower == "по" and lemma in _BY_FIELD and not self.document.words[number - 1].text.isupper()
        if word.lower == "для" and lemma or field:
            return self._phrase(number + 1, {"для": "gent", "по": "datv"}[word.lower], number)
        return self._coordinated(number) if word.lower == "и" else self._genitive(number, lemma)

    def _place_after(self, number: int) -> int:
        """Return the end of the place or of the house that it belongs to, 0 if the word begins neither.

        «ЦБС п. Ясный», «ЦБС мр «Озёрный край»», «ЦБС МОГО Озёрск», «Музей книги при Омском университете».
        """
        low = self.document.lower(number)
        if low in _SHORT_PLACES and self.document.lower(number + 1) == ".":
            is_longer = self._is_capital(number + 3) and number + 3 not in self.people
            longer = is_longer and morphology.is_adjective(self.document.words[number + 2].text)
            return number + 3 + longer if self._is_capital(number + 2) else number
        if low in _MUNICIPALITIES:
            if self._is_capital(number + 1) and number + 1 not in self.people and not self._leads_to_head(number + 1):
                return number + 2
            return number + 1 if self.document.quote_from(number + 1) else 0
        return self._house_of(number) if low == "при" else 0

    def _house_of(self, number: int) -> int:
        if not self._is_capital(number + 1) or number + 1 in self.people:
            return number
        other = _Scanner(self.document, self.people, number + 1).read()
        if other:
            return other.last if other.case in ("loct", "") else number
        return number + 2 if "loct" in _any_cases(self.document.words[number + 1].text) else number

    def _after_mark(self, number: int, lemma: str) -> int:
        """Return the end of a dependent that begins with a mark.

        «№ 4», «– Югры», «(ЛРУНБ) имени Горького», «культуры, спорта и молодёжи».
        """
        mark, following = self.document.words[number].text, self.document.lower(number + 1)
        if mark == "№" and following.isdecimal() or mark in DASHES and following == "югры":
            return number + 2
        if (
            mark == "("
            and self.document.lower(number + 2) == ")"
            and self.document.lower(number + 3) in ("им", "имени")
        ):
            return self._named_after(number + 3)
        return self._list_of_fields(number, lemma) if mark == "," else number

    def _has_eponym(self, number: int) -> bool:
        return any(self.document.words[place].lower in ("им", "имени") for place in range(self.start, number))

    def _is_own_quote(self, number: int, lemma: str) -> bool:
        """Whether the quotation is the organisation’s name: short, or naming what it is, unlike a talk’s title."""
        quote = self.document.quote_from(number)
        if quote is None:
            return False
        words = [word for word in self.document.words[number + 1 : self.document.at(quote.end) - 1] if word.is_word]
        if words and words[0].text.islower() or self.is_plural or ":" in self.document[quote]:
            # «библиотека «вышла» из музея», «библиотеки «Чтение детям: с чего начать»»
            return False
        if self.document.lower(number - 1) in ("мо", "мр", "го", "сп", "образования"):
            return True
        if lemma == "abbreviation" and self.document.lower(number - 1).endswith(("ц", "дк")) and len(words) < 4:
            # «НИЦ «Северный край»»
            return True
        if not self.is_plural and lemma not in _VAGUE and self._is_holder():
            # «вебинар Ассоциации библиотек «Читающая перемена»»
            return False
        if lemma == "abbreviation" or self._is_collection() or lemma in DEPARTMENTS and len(words) > 2:
            return False
        if len(words) <= 2 or (not lemma and len(words) < 9):
            return True
        sentence = self.document.sentence_of(number)
        after_person = any(place in self.people for place in range(sentence.first, self.start))
        if any(head_lemma(word.lower) in HEADS and morphology.can_be(word.lower, "sing", "nomn") for word in words[:4]):
            return len(words) < (5 if after_person else 9) and not any(
                morphology.is_finite_verb(w.lower) for w in words
            )
        return len(words) <= 5 and number - self.start <= 2 and not after_person and lemma not in DEPARTMENTS

    def _is_holder(self) -> bool:
        """Whether an event of this organisation is named right before: the quotation is the title of the event."""
        return bool(morphology.lemmas(self.document.lower(self.start - 1)) & _EVENTS)

    def _is_collection(self) -> bool:
        """Whether the quotation names the organisation’s collection.

        «коллекцию Президентской библиотеки «Мурманская область»»: the quotation names the collection.
        """
        return bool(morphology.lemmas(self.document.lower(self.start - 1)) & _COLLECTION_NOUNS)

    def _is_own_name(self, number: int) -> bool:
        """Whether the person’s name is part of the organisation’s.

        «Фонда Михаила Прохорова»: the person is part of the institution.
        """
        return eponyms.is_commemorated(self.document, self.people[number])

    def _is_capital(self, number: int) -> bool:
        word = self.document.word(number)
        return word is not None and word.is_word and word.is_capital

    def _named_after(self, number: int) -> int:
        number += 1
        number += self.document.lower(number) == "."
        if (word := self.document.word(number)) and word.is_number:
            # «им. 1 Мая», «имени 50-летия Октября»
            following = number + 1 + 2 * (self.document.lower(number + 1) in DASHES)
            return following + self._is_capital(following)
        span = eponyms.named_after(self.document, number)
        return self.document.at(span.end) if span else number

    def _list_of_fields(self, number: int, lemma: str) -> int:
        """Return the end of the fields of a ministry or department.

        «Министерство культуры, спорта и молодёжи ЛНР», «… культуры, по делам национальностей и архивного дела».
        """
        if lemma not in _BY_FIELD or not self.document.words[number - 1].is_word or number - self.start < 2:
            return number
        following = self.document.words[number + 1 : number + 8]
        if len(following) < 3 or following[0].is_capital or any(not word.is_word for word in following[:3]):
            return number
        if following[0].lower == "по" and following[1].lower == "делам":
            return number + 3
        later = [word.lower for word in following[1:4]]
        fits = "gent" in _any_cases(following[0].text) and "gent" in _any_cases(self.document.words[number - 1].text)
        return number + 2 if fits and "и" in later and not head_lemma(following[0].lower) else number

    def _coordinated(self, number: int) -> int:
        """Return the end of a word joined by «и» in the same case.

        «культуры и туризма», «детей и юношества»: the word after «и» has the case of the word before.
        """
        before, after = self.document.words[number - 1], self.document.word(number + 1)
        if after is None or not after.is_word or number + 1 in self.people or head_lemma(after.lower):
            return number
        if _is_abbreviation(after.text) or after.lower in _LEGAL_FORMS:
            return number
        tag = morphology.parses(after.lower)[0].tag
        if tag.POS not in ("NOUN", "ADJF", "PRTF") or "Apro" in tag or self._has_eponym(number):
            # «библиотеки имени Крупской и других учреждений»
            return number
        if not before.is_word or (after.is_capital and not before.is_capital):
            return number
        if self._leads_to_head(number + 1):
            return number
        shared = _any_cases(before.text) & _any_cases(after.text) - {"nomn"}
        return number + 2 if shared & {"gent", "datv"} else number

    def _leads_to_head(self, number: int) -> bool:
        """Whether another organisation begins here: «… и Омской областной библиотеки», «… Алтынской ОНБ»."""
        other = _Scanner(self.document, self.people, number)
        head = other._head()
        if head is not None and self.document.lower(head) == "службы" and not self._is_capital(number):
            # «народного хозяйства и государственной службы»
            return False
        return head is not None and head > number or self._is_abbreviated_library(number)

    def _is_abbreviated_library(self, number: int) -> bool:
        """Whether an adjective precedes the abbreviation of a library: «Узкинская СБ»"""
        word, following = self.document.words[number], self.document.word(number + 1)
        proper = word.is_capital and (word.lower.endswith(_PROPER_ENDINGS) or _may_be_attribute(word.text))
        if not proper or _is_abbreviation(word.text) or following is None or number + 1 in self.people:
            return False
        return (
            _is_abbreviation(following.text)
            and following.lower.endswith(_LIBRARY_ABBREVIATION)
            and self.document.gap(number).strip(" \u00a0\n\r") == ""
        )

    def _phrase(self, number: int, case: str, stay: int) -> int:
        """Return the end of a prepositional phrase inside the name; `stay` if the words do not fit."""
        last = number
        while (word := self.document.word(last)) and word.is_word and last not in self.people and last - number < 10:
            if (
                word.lower in _MUNICIPALITIES | {"им", "имени", "г", "города"}
                or self._leads_to_head(last)
                or self._is_parent(last)
            ):
                break
            if word.lower == "и" and case == "ablt" and case in _any_cases(self.document.lower(last + 1)):
                last += 1
                continue
            if word.lower == "и":
                if last == number or self._coordinated(last) == last:
                    break
                last += 2
                continue
            if word.lower == "с" and self.document.lower(last - 1) == "работе":
                # «по работе с редкими изданиями»
                last, case = last + 1, "ablt"
                continue
            if case in _any_cases(word.text) and morphology.parses(word.text)[0].tag.POS not in (
                "PREP",
                "NPRO",
                "VERB",
            ):
                last += 1
            else:
                break
        if self.document.lower(last) == "," and self._list_goes_on(last + 1, case):
            last = self._phrase(last + 1, case, last)
        return last if last > number else stay

    def _list_goes_on(self, number: int, case: str) -> bool:
        """Whether the phrase continues with adjectives in the same case.

        «по экономическим, техническим и сельскохозяйственным наукам».
        """
        word, before = self.document.word(number), self.document.words[number - 2]
        return bool(
            word
            and word.is_word
            and not word.is_capital
            and not head_lemma(word.lower)
            and morphology.is_adjective(before.text)
            and morphology.is_adjective(word.text)
            and case in _any_cases(word.text)
        )

    def _genitive(self, number: int, lemma: str) -> int:
        word = self.document.words[number]
        if word.text.isupper() and (len(word.text) > 1 and word.lower in _REGIONS or word.lower in _LEGAL_FORMS):
            bracketed = [self.document.lower(number + step) for step in (1, 2, 3)] == ["(", "я", ")"]
            # «Национальная библиотека РС(Я)»
            return number + (word.lower in _REGIONS) + 3 * bracketed
        if _is_abbreviation(word.text):
            return number if lemma in DEPARTMENTS else number + 1
        if word.is_capital and self.document.lower(number - 1) in _BEFORE_PLACES:
            # «города Озёрск», «Республики Татарстан», «Республики Горная Алания»: the name may be nominative.
            is_longer = self._is_capital(number + 1) and number + 1 not in self.people
            return number + 1 + (is_longer and morphology.is_adjective(word.text))
        named = word.is_capital and number not in self.people and not morphology.is_adjective(word.text)
        if named and head_lemma(self.document.lower(number + 1)):
            # «библиотека Назарбаев университета»
            return number + 2 if "gent" in _any_cases(self.document.words[number + 1].text) else number
        if self._begins_person(number, lemma):
            return number
        if lemma == "abbreviation" and word.is_capital and head_lemma(word.lower):
            # «советник РАН Института геохимии»
            return number
        below = self._leads_to_head(number) or self._is_parent(number)
        if below and self.document.quote_around(self.document.words[number - 1].start):
            # «ГБУК «Степная библиотека» министерства культуры»
            return number
        if self._goes_on_otherwise(number) or below and not self._is_nested(number):
            return number
        if "gent" in _any_cases(word.text) and not _is_nominative_name(word.text):
            return number + 1
        helps = self.document.lower(number - 1) in ("помощи", "содействия", "поддержки")
        # «Центр помощи семье»
        return number + 1 if helps and "datv" in _any_cases(word.text) and not word.is_capital else number

    def _begins_person(self, number: int, lemma: str) -> bool:
        """Whether somebody’s name follows a name that is complete: «ОУНБ Софии Мещанской», «им. Навруза Шахло …»."""
        first, second = self.document.words[number], self.document.word(number + 1)
        if not first.is_capital or not self._is_capital(number + 1) or second is None:
            return False
        if self._has_eponym(number):
            is_place = first.lower in _BEFORE_PLACES or morphology.can_be(first.lower, "Geox")
            return not is_place and not morphology.is_adjective(first.text)
        adjectives = (self.document.words[n].text for n in range(self.start, number))
        complete = lemma == "abbreviation" or any(one[0].isupper() and self._is_proper(one) for one in adjectives)
        held = any(is_position(self.document, n) for n in range(max(0, self.start - 8), self.start))
        complete = complete or held and lemma not in _BEARING_NAMES
        return complete and is_given_name(first.text) and (held or not morphology.can_be(first.lower, "Geox"))

    def _is_parent(self, number: int) -> bool:
        """Whether the word begins the organisation of a department.

        «… по делам архивов министерства культуры», «… литературы библиотеки имени Пушкина»: a department’s house.
        """
        word, following = self.document.words[number], self.document.word(number + 1)
        return (
            head_lemma(word.lower) in ("библиотека", "министерство", "департамент", "администрация", "университет")
            and following is not None
            and following.is_word
            and morphology.can_be(word.lower, "sing", "gent")
        )

    def _goes_on_otherwise(self, number: int) -> bool:
        """Whether the sentence goes on: «Библиотека начала работу», unlike «библиотека села Озёрное»."""
        word = self.document.words[number]
        if word.is_capital:
            return False
        tag = morphology.parses(word.text)[0].tag
        if tag.POS in ("VERB", "PREP", "CONJ", "NPRO", "ADVB", "PRCL", "INFN", "GRND", "PRTS", "PRED"):
            return True
        return morphology.may_be_verb(word.text) and not self._is_capital(number + 1)

    def _is_nested(self, number: int) -> bool:
        """Whether an organisation inside the name belongs to it.

        «отдел Омской библиотеки» holds two organisations; «библиотека Омского университета» is one.
        """
        own_head = next((n for n in range(self.start, number) if head_lemma(self.document.words[n].lower)), self.start)
        if self._is_room(own_head):
            return False
        return head_lemma(self.document.words[own_head].lower) not in DEPARTMENTS | _PARTS

    # «ДРУНБ», «НБ РБ», «ГПНТБ СО РАН»

    def _abbreviation(self) -> Organisation | None:
        number = self.start + self._is_abbreviated_library(self.start)
        word = self.document.words[number]
        if not _is_abbreviation(word.text) or self._in_capitals(number):
            return None
        last = number + 1
        while (
            (following := self.document.word(last))
            and following.text.isupper()
            and following.is_word
            and len(following.text) > 1
            and following.lower not in _LEGAL_FORMS
        ):
            last += 1
        last = self._dependents(last, "abbreviation")
        telling = word.lower.endswith(_LIBRARY_ABBREVIATION) and word.lower not in _GENERIC
        known = telling or last > self.start + 1 or word.lower in _KNOWN or self._is_affiliation(word.lower)
        organisation = self._organisation(last, name=self.document[self.document.span(self.start, last)])
        if not known and last == self.start + 1 and len(word.text) > 3 and self._holds(last):
            # «РШБА при поддержке Центра провела вебинар»: it acts, whatever it is called in full.
            return replace(organisation, uncertainty=_("The text does not spell the abbreviation out: check it."))
        if number > self.start:
            adjective = self.document.words[self.start].text
            form = re.sub("(?:ой|ую)$", "ая", adjective) if adjective.endswith(("ой", "ую")) else ""
            form = form or morphology.inflect(adjective, {"nomn", "sing", "femn"}, "ADJF") or adjective
            rest = self.document.text[word.start : organisation.span.end]
            organisation = replace(
                organisation, name=typography.normalize(f"{morphology.copy_capitals(adjective, form)} {rest}")
            )
        organisation = replace(organisation, city=self._city_after(last))
        return replace(organisation, is_named=known)

    def _holds(self, number: int) -> bool:
        """Whether the next finite verb of the sentence is of holding an event."""
        sentence = self.document.sentence_of(self.start)
        for place in range(number, min(sentence.last, number + 8)):
            if self.document.words[place].is_word and morphology.is_finite_verb(self.document.lower(place)):
                return bool(morphology.lemmas(self.document.lower(place)) & _WHAT_WAS_DONE)
        return False

    def _in_capitals(self, number: int) -> bool:
        """Whether the words around are in capitals, so that abbreviations are not recognisable."""
        near = [self.document.word(number + step) for step in (-2, -1, 1, 2)]
        words = [word for word in near if word and word.is_word]
        return any(len(word.text) > 6 and word.text.isupper() and morphology.is_known(word.lower) for word in words)

    def _is_affiliation(self, low: str) -> bool:
        """Whether a position precedes the abbreviation: «библиотекарь ДВФУ»"""
        return low not in _GENERIC and is_position(self.document, self.start - 1)

    def _city_after(self, last: int) -> Span | None:
        """Return the city after an abbreviation.

        «(Баукова Н. И., СОСБС, Саратов)»: two libraries may share an abbreviation.
        """
        place, closing = self.document.word(last + 1), self.document.lower(last + 2)
        if (
            self.document.lower(last) == ","
            and place
            and morphology.can_be(place.lower, "Geox", "nomn")
            and closing in (")", ";", ".", ",")
        ):
            return Span(place.start, place.end)
        return None

    def _organisation(self, last: int, **facts: object) -> Organisation:
        while last - 1 > self.start and not (
            self.document.words[last - 1].is_word
            or self.document.words[last - 1].is_number
            or self.document.words[last - 1].text in '»”"“'
            or self.document.words[last - 1].text == ")"
            and "(" in self.document.text[self.document.words[self.start].start : self.document.words[last - 1].start]
        ):
            last -= 1
        return Organisation(self.start, last, self.document.span(self.start, last), **facts)  # type: ignore[arg-type]


_PROPER_ENDINGS = ("ская", "ской", "скую", "ский", "ского", "скому", "ским", "ском", "ское")
_REGIONS = word_set(
    """
    нко рф днр лнр рб рк рм рт рс рх рд ао хмао янао кбр снг ссср мо го россии
    """
)
# Abbreviations of kinds of libraries that name no particular one: «работники ЦБ и ЦДБ».
_GENERIC = word_set("биц цб сб дб мб рб цдб цгб црб цгдб црдб одб онб оунб одюб кб")
_KNOWN = word_set(
    """
    рба ифла ifla ббс бае ран рао мгик спбгик цбс мцбс рцб црб роскультура
    """
)


# With Latin or Cyrillic letters.
_ROMAN = re.compile("[IVXLCХ]+")


def is_vague(organisation: Organisation, document: Document) -> bool:
    """Whether the head is as general as «кружок», «секция»: named in passing it is not a participant."""
    vague = organisation.head >= 0 and head_lemma(document.words[organisation.head].lower) in _VAGUE | {"секция"}
    named_after = any(
        document.lower(number) in ("им", "имени") for number in range(organisation.first, organisation.last)
    )
    return (
        vague
        and not named_after
        and not (organisation.first < organisation.head and document.words[organisation.first].is_capital)
    )


def is_legal_form(low: str) -> bool:
    """Whether the case-folded word is an abbreviated legal form: «мбук», «фгбоу»."""
    return low in _LEGAL_FORMS


def _is_abbreviation(text: str) -> bool:
    low = text.lower()
    letters = text.replace("-", "")
    # «SMM-специалист» is no name.
    mixed = (
        len(letters) > 3
        and not text.rsplit("-", 1)[-1].islower()
        and sum(letter.isupper() for letter in letters) >= 3
        and letters[0].isupper()
    )
    if not (letters.isupper() and 2 <= len(letters) <= 9 or mixed) or low in _NOT_ABBREVIATED or low in _LEGAL_FORMS:
        return False
    if _ROMAN.fullmatch(letters):
        return False
    return not (letters.isupper() and len(letters) > 3 and morphology.is_known(low) and not low.endswith("б"))


@lru_cache(maxsize=5_000)
def head_lemma(word: str) -> str:
    """Return the head noun of which the word is a form, "" for other words."""
    found = {morphology.lemma_of(parse) for parse in morphology.parses(word) if parse.tag.POS == "NOUN"}
    known = found & (HEADS | DEPARTMENTS) or {head for lemma in found for head in _LONG_HEADS if lemma.endswith(head)}
    # «школа-лицей», «музей-библиотека»: both halves are heads.
    known = known or {one for one in found if set(one.split("-")) <= HEADS and "-" in one}
    return next(iter(sorted(known)), "")


_ADJECTIVE_OF_PLACE = re.compile(r"([А-ЯЁ][\w-]*)([сц]к(?:ая|ой|ую|ий|ого|ому|им|ом|ое))$")


def _stem_of_place(text: str) -> str:
    """Return what stands before «-ская» in an adjective that the dictionary has as a surname only: «Малинов-ской»."""
    match = _ADJECTIVE_OF_PLACE.fullmatch(text)
    return match[1] if match and not morphology.is_adjective(text) else ""


def _adjective(text: str) -> str:
    """Return the word, or one of its form that the dictionary has as an adjective: «Омской» for «Малиновской»."""
    stem = _stem_of_place(text)
    return f"Ом{text.removeprefix(stem)}" if stem else text


def _may_be_attribute(text: str) -> bool:
    """Whether the word is an adjective of a name, or the first half of one: «научно-методический»."""
    text = _adjective(text)
    if morphology.parses(text)[0].tag.POS == "PRTF" and morphology.lemmas(text.lower()) & _WHAT_WAS_DONE:
        # «на встрече, организованной Омской областной библиотекой»
        return False
    return not text.lower().startswith(("заведующ", "управляющ", "исполняющ")) and any(
        parse.tag.POS in ("ADJF", "PRTF") and "Apro" not in parse.tag and "Anum" not in parse.tag
        for parse in morphology.parses(text)
    )


@lru_cache(maxsize=5_000)
def _cases_of(text: str, kinds: tuple[str, ...]) -> set[tuple[str, str, str]]:
    """Return (case, number, gender) of the word’s readings as these parts of speech; gender in the singular only."""
    return {
        (
            morphology.case_of(parse),
            str(parse.tag.number or ""),
            str(parse.tag.gender or "") if parse.tag.number == "sing" else "",
        )
        for parse in morphology.parses(_adjective(text) if "ADJF" in kinds else text)
        if parse.tag.POS in kinds
    }


@lru_cache(maxsize=5_000)
def _any_cases(text: str) -> frozenset[str]:
    return frozenset(morphology.cases(text))


def _is_nominative_name(text: str) -> bool:
    """Whether the word is a given name in the nominative, which begins a person and no dependent genitive."""
    return (
        text[0].isupper() and morphology.cases(text, "Name", "sing") == {"nomn"} and morphology.is_known(text.lower())
    )


def in_nominative(document: Document, organisation: Organisation) -> str:
    """Inflect the head and its adjectives to the nominative singular; the rest stays as printed."""
    head = document.words[organisation.head]
    noun = next(
        (p for p in morphology.parses(head.text)
         if p.tag.POS == "NOUN" and morphology.lemma_of(p) == head_lemma(head.lower)
         and (morphology.case_of(p) == organisation.case or not organisation.case)),
        morphology.parses(head.text)[0],
    )  # fmt: skip
    number = "plur" if organisation.is_plural else "sing"
    gender = noun.tag.gender or "femn"
    words = []
    for place in range(organisation.first, organisation.head):
        text = document.words[place].text
        wanted = {"nomn", number} | ({gender} if number == "sing" else set())
        form = morphology.inflect(_adjective(text), wanted, "ADJF", "PRTF")
        if form and (stem := _stem_of_place(text)):
            form = stem + form.removeprefix("ом")
        agrees = form and document.quote_around(document.words[place].start) == document.quote_around(head.start)
        words.append(morphology.spell_like(text, form) if agrees else text)
    words.append(morphology.spell_like(head.text, morphology.form_of(noun, "nomn", number) or head.text))
    rest = _BRACKETED.sub(" ", document.text[head.end : organisation.span.end])
    return typography.normalize(re.sub(r"(?<=[а-яё]) ?- (?=[а-яё])", "-", " ".join(words)) + rest)


# «библиотека (ЛРУНБ) имени Горького»
_BRACKETED = re.compile(r"\s*\([А-ЯЁ]{2,9}\)\s*")


def _with_abbreviations(document: Document, found: list[Organisation]) -> list[Organisation]:
    """Attach abbreviations in brackets to the full name.

    «Донецкая … библиотека (далее – ДРУНБ)»: the abbreviation in brackets is the same organisation.
    """
    result: list[Organisation] = []
    for organisation in found:
        before = result[-1] if result else None
        if (
            before
            and organisation.head < 0
            and document.text[before.span.end : organisation.span.start].strip()
            in ("(", "(далее –", "(далее -", "(далее —", "(далее")
            and _may_abbreviate(document, organisation, before)
        ):
            result[-1] = replace(before, aliases=(*before.aliases, organisation.span))
        elif before and _is_branch(document, before, organisation):
            # «библиотека имени Хромова (филиал № 2 ЦБС)» is one.
            continue
        else:
            result.append(organisation)
    return result


def _is_branch(document: Document, before: Organisation, organisation: Organisation) -> bool:
    between = document.text[before.span.end : organisation.span.start].strip()
    return between in ("(", ",") and document.lower(organisation.first) == "филиал"


def _may_abbreviate(document: Document, short: Organisation, full: Organisation) -> bool:
    """Whether one of the first words begins like the abbreviation.

    «Научная библиотека Тарского университета (ТУ)» abbreviates the university.
    """
    words = [document.lower(n) for n in range(full.first, min(full.last, full.first + 6)) if document.words[n].is_word]
    return any(word[0] == document.lower(short.first)[0] for word in words[:3])


def _two_departments(document: Document, organisation: Organisation) -> list[Organisation]:
    """Split two departments that share the noun: «отдела маркетинга и документов по экономическим… наукам».

    «отдел краеведения и библиографии» is one.
    """
    conjunction = (
        next((n for n in range(organisation.head + 2, organisation.last) if document.lower(n) == "и"), -1)
        if organisation.is_department
        else -1
    )
    if conjunction < 0 or document.lower(conjunction + 2) != "по" or conjunction != organisation.head + 2:
        return [organisation]
    first = replace(organisation, last=conjunction, span=document.span(organisation.first, conjunction))
    second = replace(
        organisation,
        first=conjunction + 1,
        span=document.span(conjunction + 1, organisation.last),
        uncertainty=_("Perhaps this is one department, not two."),
    )
    head = in_nominative(
        document,
        replace(first, last=organisation.head + 1, span=document.span(organisation.first, organisation.head + 1)),
    )
    return [
        replace(first, name=in_nominative(document, first), uncertainty=second.uncertainty),
        replace(second, name=f"{head} {typography.normalize(document[second.span])}"),
    ]


def _with_nicknames(document: Document, found: list[Organisation]) -> list[Organisation]:
    """Attach a quoted name that precedes the official one.

    «Дворца книги» – Ульяновской областной научной библиотеки…: a quoted name next to the official one.
    """
    return [replace(organisation, nickname=_nickname(document, organisation)) for organisation in found]


def _nickname(document: Document, organisation: Organisation) -> Span | None:
    before = organisation.first - 1
    if document.lower(before) in DASHES:
        before -= 1
    elif document.gap(organisation.first - 1).strip():
        return None
    else:
        return None
    word = document.word(before)
    quote = document.quote_around(word.start) if word else None
    if quote and quote.end == word.end and quote.end - quote.start < 60:
        return quote.span
    return None
