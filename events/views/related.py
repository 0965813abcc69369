"""Talks of other events that are related to a talk: by its topics, its people and its words."""

from collections import Counter

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
    points: Counter[int] = Counter()
    if topics := [topic.pk for topic in talk.topics.all()]:
        shared = TalkTopic.objects.filter(tag__in=topics).order_by("-pk")
        points.update({key: TOPIC for key in shared.values_list("content_object", flat=True)[:CANDIDATES]})
    if speakers := {part.speaker_id for part in talk.people.all()}:
        parts = SpeakerParticipation.objects.named().filter(speaker__in=speakers, talk__isnull=False).order_by("-pk")
        points.update({key: PERSON for key in parts.values_list("talk", flat=True)[:CANDIDATES]})
    words = _words(talk)
    alike = search.similar_keys(_title(talk), "talk", CANDIDATES) if len(words) >= SHARED_WORDS else []
    found = Talk.objects.published().filter(pk__in={*points, *alike}).exclude(conference=talk.conference_id)
    rows = list(found.select_related("kind", "conference__kind"))
    for row in rows:
        shared_words = len(words & _words(row))
        points[row.pk] += shared_words if shared_words >= SHARED_WORDS else 0
    rows.sort(key=lambda row: (-points[row.pk], -row.pk))
    return [row for row in rows if points[row.pk]][:SHOWN]


def programme_around(talks: list[Talk], position: int, most: int = 40) -> list[Talk]:
    """The talks of a programme around one of them, so that a programme of hundreds costs no more than one of forty."""
    first = max(0, min(position - most // 2, len(talks) - most))
    return talks[first : first + most]


def _title(talk: Talk) -> str:
    """What the talk says of itself; its kind alone relates it to nothing."""
    return talk.title or talk.topic


def _words(talk: Talk) -> set[str]:
    words = ((token.text, token.lemmas) for token in tokenize(_title(talk)))
    return {lemmas[0] for word, lemmas in words if len(word) > 2 and not is_stop_word(word)}
