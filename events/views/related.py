"""Talks of other events that are related to a talk: by its topics, its people and its words."""

from functools import lru_cache

from django.db.models import Exists, OuterRef, QuerySet

from .. import search
from ..models import SpeakerParticipation, Talk, TalkTopic
from ..russian.lemmatization import is_stop_word
from ..russian.tokenization import tokenize

CANDIDATES, SHOWN = 60, 6
# Words of the title that a talk must share to be related by them alone: one of them is «проект» or «библиотека».
SHARED_WORDS = 2
TOPIC, PERSON = 3, 3


def related_talks(talk: Talk) -> list[Talk]:
    """The most related first: points for each shared topic and person, and one for each word of the title."""
    topics = TalkTopic.objects.filter(tag__in=[topic.pk for topic in talk.own_topics])
    speakers = {part.speaker_id for part in talk.own_people}
    parts = SpeakerParticipation.objects.named().filter(speaker__in=speakers, talk__isnull=False)
    words = _words(_title(talk))
    alike = search.similar(_title(talk), ["talk"], CANDIDATES) if len(words) >= SHARED_WORDS else []
    keys = [
        _newest(topics, "content_object"),
        _newest(parts, "talk"),
        Talk.objects.filter(pk__in=[key for _kind, key in alike]).order_by().values("pk"),
    ]
    # Of very many candidates a few columns; of the six that are shown the rows.
    candidates = (
        Talk.objects.published()
        # A union, so that the database reads each part by its index.
        .filter(pk__in=keys[0].union(*keys[1:]))
        .exclude(conference=talk.conference_id)
        .order_by()
        .values_list(
            "pk",
            "title",
            "topic",
            Exists(topics.filter(content_object=OuterRef("pk"))),
            Exists(parts.filter(talk=OuterRef("pk"))),
        )
    )
    points = {
        pk: TOPIC * shares_topic + PERSON * shares_person + _shared(words, title or topic)
        for pk, title, topic, shares_topic, shares_person in candidates
    }
    best = sorted((pk for pk in points if points[pk]), key=lambda pk: (-points[pk], -pk))[:SHOWN]
    rows = Talk.objects.select_related("kind", "conference__kind").in_bulk(best) if best else {}
    return [rows[pk] for pk in best if pk in rows]


def _newest(rows: QuerySet, talk: str) -> QuerySet:
    """The talks of the newest rows; these by key, since SQLite allows no limit within a union."""
    newest = rows.order_by("-pk").values("pk")[:CANDIDATES]
    return rows.model.objects.filter(pk__in=newest).order_by().values(talk)


def _shared(words: frozenset[str], title: str) -> int:
    shared = len(words & _words(title))
    return shared if shared >= SHARED_WORDS else 0


def programme_around(talks: list[Talk], position: int, most: int = 40) -> list[Talk]:
    """The talks of a programme around one of them, so that a programme of hundreds costs no more than one of forty."""
    first = max(0, min(position - most // 2, len(talks) - most))
    return talks[first : first + most]


def _title(talk: Talk) -> str:
    """What the talk says of itself; its kind alone relates it to nothing."""
    return talk.title or talk.topic


# The same titles are candidates again and again.
@lru_cache(maxsize=4096)
def _words(title: str) -> frozenset[str]:
    words = ((token.text, token.lemmas) for token in tokenize(title))
    return frozenset(lemmas[0] for word, lemmas in words if len(word) > 2 and not is_stop_word(word))
