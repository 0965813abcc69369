"""Every form of a word finds what every other form of it finds."""

import pytest

from events.models import SearchWord
from events.russian.folding import fold_word
from events.russian.lemmatization import lemmatize
from events.russian.morphology import is_known, parses
from events.search.backends import backend
from events.search.parser import parse

pytestmark = pytest.mark.usefixtures("archive", "db")

# «другом» is a form of «друг» and of «другой»: a reader cannot tell either. So many of a thousand forms may be such.
AMBIGUOUS = 2


def forms(word):
    """The nominative and all case forms of a noun or adjective that the dictionary knows."""
    parse_of_it = parses(word)[0]
    if not is_known(word) or parse_of_it.tag.POS not in ("NOUN", "ADJF"):
        return "", set()
    used = [form for form in parse_of_it.lexeme if form.tag.POS == parse_of_it.tag.POS and "Infr" not in form.tag]
    return fold_word(parse_of_it.normal_form), {fold_word(form.word) for form in used}


def test_all_case_forms_of_each_word_of_the_archive_find_the_same():
    found, asked, ambiguous, wrong = {}, 0, [], []

    def hits(word):
        if word not in found:
            found[word] = frozenset(backend().newest(parse(word).node, False, 1000))
        return found[word]

    for word in SearchWord.objects.values_list("word", flat=True):
        nominative, others = forms(word)
        for form in others:
            asked += 1
            if hits(form) != hits(nominative):
                (wrong if len(lemmatize(form)) == 1 else ambiguous).append((nominative, form))
    assert asked > 5000
    assert wrong == []
    assert len(ambiguous) <= asked * AMBIGUOUS / 1000, ambiguous
