"""Position words: offices that people hold, callings, and words for staff."""

from ....russian import morphology
from .document import Document
from .lexicon import word_set

# Offices: whoever is named with one took part, while a poet may only have been spoken of.
_OFFICES = word_set(
    """
    директор замдиректора завотделом заместитель зам зав заведующий заведующая начальник руководитель специалист
    библиотекарь библиограф библиотекарь-библиограф методист хранитель председатель вице-президент секретарь
    министр советник консультант координатор преподаватель аспирант магистрант сотрудник губернатор
    вице-губернатор менеджер администратор программист инженер психолог ректор проректор декан куратор депутат
    атташе консул помощник экскурсовод музеевед волонтер главбух бухгалтер технолог аналитик маркетолог логопед
    дефектолог воспитатель лидер директор-координатор зампред вице-премьер спикер гендиректор работник ведущий
    управляющий исполняющий библиотерапевт сказкотерапевт тифлокомментатор профессор доцент
    """
)
_POSITIONS = _OFFICES | word_set(
    """
    редактор президент кандидат доктор эксперт автор писатель писательница поэт поэтесса прозаик
    художник скульптор краевед историк журналист глава член представитель педагог учитель лектор основатель
    основательница издатель переводчик филолог академик архивист посол исполнитель библиотековед книговед
    культуролог социолог философ иллюстратор блогер актер актриса режиссер музыкант композитор певец юрист экономист
    архитектор дизайнер краевед-исследователь исследователь лауреат магистр стипендиат общественник ветеран учащийся
    учащаяся ученик ученица школьник школьница настоятель протоиерей иерей священник епископ сказочник сценарист
    литературовед критик искусствовед реставратор фотограф корреспондент фольклорист этнограф археолог
    юрисконсульт медиапедагог концертмейстер нейропсихолог разработчик тифлосурдопереводчик сурдопереводчик смотритель
    инструктор куратор тренер бизнес-тренер типограф палеограф эколог ботаник биолог географ геолог химик физик
    математик врач фельдшер агроном адвокат нотариус киновед театровед музыковед лингвист диалектолог востоковед
    тифлопедагог логопед учительница преподавательница звукорежиссер веб-дизайнер астроном инженер-программист
    премьер-министр деятель бакалавр ученый детский-писатель продюсер студент студентка выпускник выпускница
    """
)
ABBREVIATED = word_set(
    """
    зав зам гл вед нач канд докт проф акад и о врио ст науч дир
    """
)
# Plural words for people without names.
GROUP_WORDS = word_set(
    """
    читателями специалистами коллегами сотрудниками представителями библиотекарями работниками участниками
    сотрудники сотрудникам специалисты специалистов специалистам представители представителей библиотекари
    библиотекарей библиотекарям коллеги коллег работники работников руководители руководителей директора
    директоров методисты методистов сотрудников библиографы библиографов читатели читателей студенты студентов
    преподаватели педагоги учащиеся учащихся участники ученые
    """
)


def is_position(document: Document, number: int) -> bool:
    """Whether the word, abbreviated or not, is a position: «директор», «зав.»."""
    word = document.word(number)
    if word is None or not word.is_word:
        return False
    if word.lower in ABBREVIATED and document.lower(number + 1) == "." and not word.is_initial:
        return word.lower not in ("и", "о") or (word.lower == "и" and document.lower(number + 2) == "о")
    return is_position_word(word.lower)


def is_position_word(low: str) -> bool:
    """Whether the case-folded word is a position in the singular."""
    last = low.rsplit("-", 1)[-1]
    return (
        any(lemma in _POSITIONS or lemma.rsplit("-", 1)[-1] in _POSITIONS for lemma in morphology.lemmas(low))
        and morphology.can_be(last, "sing")
        or low.startswith(("заведующ", "исполняющ"))
    )


def is_attribute_of_post(document: Document, number: int) -> bool:
    """Whether a post follows, perhaps after other attributes: «ведущий научный сотрудник»."""
    for step in range(1, 4):
        word = document.word(number + step)
        if word is None or not word.is_word or word.is_capital:
            return False
        if morphology.can_be(word.lower, "NOUN", "anim"):
            return True
        if not morphology.is_adjective(word.lower):
            return False
    return False


def is_office(document: Document, number: int) -> bool:
    """Whether the position is one that is held, «директор», and not a calling, «поэт»."""
    low = document.lower(number)
    if low in ABBREVIATED or low.startswith(("заведующ", "исполняющ")):
        return True
    return bool({part for lemma in morphology.lemmas(low) for part in (lemma, lemma.rsplit("-", 1)[-1])} & _OFFICES)
