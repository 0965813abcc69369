"""Talks of other events that are related to a talk: by its topics, its people and its words."""

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet, Value

from .. import search
from ..batches import batched
from ..models import SpeakerParticipation, Talk, TalkTopic
from ..russian.lemmatization import is_stop_word
from ..russian.tokenization import tokenize

CANDIDATES, SHOWN = 60, 6
# Words of the title that a talk must share to be related by them alone: one of them is «проект» or «библиотека».
SHARED_WORDS = 2
TOPIC, PERSON = 3, 3


def related_talks(talks: Collection[Talk]) -> dict[int, list[Talk]]:
    """Of each talk, by its key, the most related: points for each shared topic and person and each word of the title.

    The candidates of many talks are read in as few queries as those of one.
    """
    candidates = {talk.pk: _candidates(talk) for talk in talks}
    rows: dict[int, Any] = {}
    topics, speakers = defaultdict(set), defaultdict(set)
    for keys in batched(set().union(*candidates.values()), 500):
        published = Talk.objects.published().filter(pk__in=keys).order_by()
        # Of very many candidates a few columns; of those that are shown the rows.
        rows |= {row.pk: row for row in published.values_list("pk", "conference", "title", "topic", named=True)}
        tags = TalkTopic.objects.filter(content_object__in=keys).order_by()
        parts = SpeakerParticipation.objects.named().filter(talk__in=keys).order_by()
        known = tags.values_list("content_object", "tag", Value(0)).union(
            parts.values_list("talk", "speaker", Value(1))
        )
        for key, other, is_speaker in known:
            (speakers if is_speaker else topics)[key].add(other)
    best = {}
    for talk in talks:
        words, own_topics, own_speakers = _words(_title(talk)), _topics(talk), _speakers(talk)
        points = {
            key: TOPIC * (not own_topics.isdisjoint(topics[key]))
            + PERSON * (not own_speakers.isdisjoint(speakers[key]))
            + _shared(words, _title(rows[key]))
            for key in candidates[talk.pk]
            if key in rows and rows[key].conference != talk.conference_id
        }
        best[talk.pk] = sorted((key for key in points if points[key]), key=lambda key: (-points[key], -key))[:SHOWN]
    wanted = set().union(*best.values())
    shown = Talk.objects.select_related("kind", "conference__kind").in_bulk(wanted) if wanted else {}
    return {pk: [shown[key] for key in keys if key in shown] for pk, keys in best.items()}


def _candidates(talk: Talk) -> set[int]:
    """Keys of the newest talks with a topic or a person of the talk, and of those whose words are most alike."""
    title = _title(talk)
    alike = search.similar(title, ["talk"], CANDIDATES) if len(_words(title)) >= SHARED_WORDS else []
    found = {key for _kind, key in alike}
    topics = TalkTopic.objects.filter(tag__in=_topics(talk))
    parts = SpeakerParticipation.objects.named().filter(speaker__in=_speakers(talk), talk__isnull=False)
    return found.union(_newest(topics, "content_object").union(_newest(parts, "talk")))


def _newest(rows: QuerySet, talk: str) -> QuerySet:
    """The talks of the newest rows; these by key, since SQLite allows no limit within a union."""
    newest = rows.order_by("-pk").values("pk")[:CANDIDATES]
    return rows.model.objects.filter(pk__in=newest).order_by().values_list(talk, flat=True)


def _topics(talk: Talk) -> set[int]:
    return {topic.pk for topic in talk.own_topics}


def _speakers(talk: Talk) -> set[int]:
    return {part.speaker_id for part in talk.own_people}


def _shared(words: frozenset[str], title: str) -> int:
    shared = len(words & _words(title))
    return shared if shared >= SHARED_WORDS else 0


def programme_around(talks: list[Talk], position: int, most: int = 40) -> list[Talk]:
    """The talks of a programme around one of them, so that a programme of hundreds costs no more than one of forty."""
    first = max(0, min(position - most // 2, len(talks) - most))
    return talks[first : first + most]


def _title(talk: Any) -> str:
    """What the talk says of itself; its kind alone relates it to nothing."""
    return talk.title or talk.topic


# The same titles are candidates again and again.
@lru_cache(maxsize=4096)
def _words(title: str) -> frozenset[str]:
    words = ((token.text, token.lemmas) for token in tokenize(title))
    return frozenset(lemmas[0] for word, lemmas in words if len(word) > 2 and not is_stop_word(word))
