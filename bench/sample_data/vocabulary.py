"""Words of the sample texts and their forms: drawn by Zipf’s law, inflected by pymorphy3."""

from random import Random

from pymorphy3.analyzer import Parse

from events.russian.morphology import CASES, form_of, parses

# Ordered by frequency: a word further down is drawn less often. All are inanimate, for the accusative.
NOUNS = """
    библиотека чтение книга работа опыт проект культура развитие услуга деятельность пространство информация технология
    фонд конференция история выставка акция литература образование наследие ресурс среда каталог общение практика
    обслуживание центр год память война победа сотрудничество программа мероприятие формат творчество язык музей край
    дистанция сайт сеть платформа формирование продвижение сохранение организация создание использование поддержка
    форма метод направление перспектива проблема задача роль возможность модель система качество управление стандарт
    регион город село школа университет архив документ коллекция рукопись газета журнал издание периодика краеведение
    экспедиция исследование анализ статистика мониторинг опрос анкета оцифровка хранение реставрация комплектование
    библиография указатель справочник энциклопедия словарь перевод поэзия проза роман сказка повесть рассказ легенда
    театр музыка кино живопись фотография ремесло промысел вышивка флористика рукоделие игра квест викторина конкурс
    фестиваль праздник юбилей неделя декада месячник марафон эстафета флешмоб урок лекция семинар тренинг мастерская
    лаборатория студия клуб кружок гостиная встреча беседа диалог дискуссия диспут обзор презентация портфолио
    грамотность компетенция квалификация аттестация профессия наставничество волонтёрство инклюзия доступность
    долголетие здоровье экология природа река озеро степь лес заповедник туризм маршрут путешествие экскурсия
    право закон договор документооборот безопасность конфиденциальность этика лицензия доступ сервер приложение
    алгоритм интерфейс метаданные классификация предмет рубрика термин понятие теория методика эксперимент гипотеза
    самоизоляция пандемия карантин трансляция вебинар телемост видеомост подкаст видеоролик буктрейлер блог канал
    читаемость книговыдача посещаемость штат бюджет грант отчёт план стратегия концепция прогноз показатель рейтинг
    мода костюм кухня обычай обряд песня частушка пословица былина эпос летопись грамота печать гравюра переплёт
    экслибрис автограф письмо дневник мемуары биография родословная герб монета карта чертёж макет памятник усадьба
    крепость мост вокзал фабрика рудник шахта завод пароход самолёт телескоп звезда комета вулкан остров полюс
""".split()

ADJECTIVES = """
    библиотечный детский современный информационный культурный электронный дистанционный цифровой сельский научный
    областной городской региональный национальный краеведческий исторический литературный виртуальный социальный
    образовательный профессиональный методический творческий семейный молодёжный школьный читательский книжный
    правовой экологический патриотический духовный художественный музейный архивный сетевой открытый новый совместный
    международный межрегиональный муниципальный центральный публичный универсальный специальный инклюзивный
    интерактивный мультимедийный инновационный традиционный народный редкий старинный рукописный печатный местный
    летний зимний ежегодный юбилейный вечерний первый успешный актуальный эффективный комплексный системный
    библиографический справочный статистический аналитический технический автоматизированный корпоративный сводный
    устный письменный звуковой зрительный тактильный доступный удалённый мобильный игровой театральный музыкальный
    кинематографический поэтический сказочный фольклорный этнографический археологический географический полярный
    степной речной морской горный лесной садовый звёздный подводный межпланетный алгоритмический нейронный
""".split()

# Compounds such as «библиоурок», «киновстреча» give thousands of rare words.
_SHARE_OF_COMPOUNDS = 0.12
COMPOUND_PREFIXES = """
    библио медиа видео фото кино аудио кибер эко арт этно мульти интер теле радио гео авто био метео аэро гидро агро
    микро макро мини мега супер нео ретро поли пан транс ультра психо социо лингво фоно гало палео архео хроно топо
    крипто нано энерго термо фито зоо эндо экзо прото квази псевдо мета пара суб экстра электро магнито хорео
""".split()

PEOPLE = """
    читатель библиотекарь специалист ребёнок подросток студент школьник учитель краевед писатель поэт художник
    ветеран волонтёр родитель пенсионер библиограф методист историк журналист музейщик архивист издатель переводчик
""".split()


def _parse(word: str, part_of_speech: str) -> Parse:
    """Return the parse in which the word is a dictionary form: «село» is a village, not «sat down»."""
    readings = [parse for parse in parses(word) if part_of_speech in parse.tag]
    return min(readings, key=lambda parse: (parse.normal_form != word, "nomn" not in parse.tag, "anim" in parse.tag))


class Noun:
    """A noun with its singular and plural forms by case."""

    def __init__(self, word: str) -> None:
        reading = _parse(word, "NOUN")
        number = str(reading.tag.number)
        self.gender = "plur" if number == "plur" else str(reading.tag.gender)
        self.forms = {case: form_of(reading, number, case) or reading.word for case in CASES}
        self.plural = {case: form_of(reading, "plur", case) or reading.word for case in CASES}


class Adjective:
    def __init__(self, word: str) -> None:
        reading = _parse(word, "ADJF")
        self.forms = {
            (gender, case): form_of(reading, gender, case, *animacy) or reading.word
            for gender in ("masc", "femn", "neut", "plur")
            for case in CASES
            for animacy in [("inan",) if case == "accs" and gender in ("masc", "plur") else ()]
        }


class Vocabulary:
    """All words with their forms, to be drawn from."""

    def __init__(self) -> None:
        self.nouns = [Noun(word) for word in NOUNS]
        self.adjectives = [Adjective(word) for word in ADJECTIVES]
        self.people = [Noun(word).plural for word in PEOPLE]
        self.common = self.nouns[0]

    def noun(self, random: Random) -> tuple[str, Noun]:
        """Draw a prefix, mostly empty, and a noun."""
        is_compound = random.random() < _SHARE_OF_COMPOUNDS
        prefix = COMPOUND_PREFIXES[_zipf(random, len(COMPOUND_PREFIXES))] if is_compound else ""
        return prefix, self.nouns[_zipf(random, len(self.nouns))]

    def phrase(self, random: Random, case: str, adjective_share: float = 0.45) -> str:
        """Draw a noun phrase in a case: «книга», «сельская библиотека»."""
        prefix, noun = self.noun(random)
        form = prefix + noun.forms[case]
        if random.random() >= adjective_share:
            return form
        adjective = self.adjectives[_zipf(random, len(self.adjectives))]
        return f"{adjective.forms[noun.gender, case]} {form}"

    def group(self, random: Random, case: str) -> str:
        """Draw a group of people in a case: «читателей», «школьникам»."""
        return self.people[_zipf(random, len(self.people))][case]


def _zipf(random: Random, size: int) -> int:
    """Draw a rank from 0 to size - 1 with a probability that falls as 1 / (rank + 3), as in running text."""
    return int(3 * ((size + 3) / 3) ** random.random()) - 3
