"""The talks of a conference as a list on its page: each opens on a page of its own and is moved in the list."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import rights
from ..models import Conference, Material, Recording, SpeakerParticipation, Talk
from .revisions import writing_block

MOVE = "_move"  # the buttons of the list: «up 12», «down 12»


def urls(model_admin: Any) -> list[URLPattern]:
    @require_POST
    def view(request: HttpRequest, pk: int) -> JsonResponse:
        return move_view(model_admin, request, pk)

    address = "<int:pk>/talks/move/"
    return [path(address, model_admin.admin_site.admin_view(view), name="events_conference_move_talk")]


def listed(conference: Conference) -> list[Talk]:
    """The talks with what their list shows, in two queries, which read no other columns."""
    names = ("family_name", "given_names", "initials")
    people = SpeakerParticipation.objects.select_related("speaker").only(
        "talk", *(f"speaker__{name}" for name in names)
    )
    dead = [
        Exists(model.objects.filter(talk=OuterRef("pk"), dead_since__isnull=False)) for model in (Material, Recording)
    ]
    shown = ("order", "start_time", "title", "topic", "conference", "kind__name", "kind__name_en", "session__title")
    return list(
        conference.talks.select_related("kind", "session")
        .only(*shown, "session__kind")
        .annotate(has_dead_link=dead[0] | dead[1])
        .prefetch_related(Prefetch("people", people))
    )


def neighbours(talk: Talk) -> tuple[Talk | None, Talk | None]:
    """The talks above and below this one; a new one, without a key, comes last or where its number puts it."""
    others = list(talk.conference.talks.exclude(pk=talk.pk).select_related("kind", "session"))
    place = len(others)
    if talk.order:
        # Of equal numbers the older key comes first, as in the list.
        here = (talk.order, talk.pk or 0)
        place = sum((other.order, other.pk) < here for other in others)
    above, below = others[:place][-1:], others[place:][:1]
    return (above[0] if above else None), (below[0] if below else None)


# ── Moving ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def move(talk: Talk, place: int) -> int:
    """Put a talk at this place, counted from 1, of its conference; the place. The numbers stay where they are."""
    talks = list(talk.conference.talks.all())
    numbers = [each.order for each in talks]
    if len(set(numbers)) < len(numbers) or 0 in numbers:
        numbers = list(range(1, len(talks) + 1))
    place = min(max(place, 1), len(talks))
    talks = [each for each in talks if each.pk != talk.pk]
    talks.insert(place - 1, talk)
    _number(zip(talks, numbers, strict=True))
    return place


def make_room(talk: Talk, former: int | None = None) -> None:
    """Give every talk a number of its own after this one, whose number was `former`, took that of another."""
    others = list(talk.conference.talks.exclude(pk=talk.pk))
    taken = [other.order for other in others]
    if talk.order not in taken:
        return
    place = bisect_left(taken, talk.order)
    if former is not None and former < talk.order:
        # Moved down: it stands behind the talk that had this number.
        place += 1
    ordered = [*others[:place], talk, *others[place:]]
    numbers = sorted([*taken, former]) if former is not None else []
    if not numbers or len(set(numbers)) < len(numbers):
        numbers, last = [], -1
        for each in ordered:
            last = max(last + 1, each.order)
            numbers.append(last)
    _number(zip(ordered, numbers, strict=True))


def _number(numbered: Iterable[tuple[Talk, int]]) -> None:
    moved = []
    for talk, number in numbered:
        if talk.order != number:
            talk.order = number
            moved.append(talk)
    Talk.objects.bulk_update(moved, ["order"])


def press(conference: Conference, button: str) -> tuple[Talk, int] | None:
    """Move the talk whose button was pressed: «up 12». The talk and its place, or None if it is gone."""
    direction, _space, key = button.partition(" ")
    keys = list(conference.talks.values_list("pk", flat=True))
    if direction not in ("up", "down") or key not in map(str, keys):
        return None
    talk = conference.talks.get(pk=int(key))
    return talk, move(talk, keys.index(talk.pk) + (0 if direction == "up" else 2))


def message(talk: Talk, place: int) -> str:
    count = talk.conference.talks.count()
    return _("“%(talk)s” is now number %(place)s of %(count)s.") % {"talk": talk, "place": place, "count": count}


def may_move(model_admin: Any, request: HttpRequest, conference: Conference) -> bool:
    """Whether this user moves talks at once; what would be a proposal is made on the page of the talk."""
    return model_admin.has_change_permission(request, conference) and rights.may_change(request.user, conference)


def move_view(model_admin: Any, request: HttpRequest, pk: int) -> JsonResponse:
    """Put the talk `talk` behind the talk `after`, or first; the order of all talks with their numbers."""
    conference = model_admin.get_object(request, str(pk))
    if conference is None:
        raise Http404
    if not may_move(model_admin, request, conference):
        raise PermissionDenied
    with writing_block(request):
        keys = list(conference.talks.values_list("pk", flat=True))
        talk = get_object_or_404(conference.talks, pk=_key(request, "talk"))
        keys.remove(talk.pk)
        after = _key(request, "after")
        place = move(talk, keys.index(after) + 2 if after in keys else 1)
    order = [list(row) for row in conference.talks.values_list("pk", "order")]
    return JsonResponse({"message": message(talk, place), "talks": order})


def _key(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= 18 else 0
