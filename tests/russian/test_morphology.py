"""One dictionary of word forms serves the whole archive: a second one would take its memory once more."""

import gc
from random import Random

from pymorphy3 import MorphAnalyzer

from bench.sample_data.vocabulary import Vocabulary
from events.importing.readers import news
from events.russian.morphology import is_known, parses
from events.search.parser import parse


def test_search_news_and_sample_data_share_one_dictionary(db):
    assert parse("видеоконференции").node
    assert news.read("5 мая состоялся вебинар «Книга».").kind
    assert Vocabulary().noun(Random(1))
    assert sum(type(thing) is MorphAnalyzer for thing in gc.get_objects()) == 1


def test_letters_that_have_no_name_are_no_words():
    assert parses("\U000e0fff") and not is_known("\U000e0fff")
