"""The page of a photo: the whole picture, what is known of it, and its neighbours."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse

from ..models import Photo
from .generic import RecordPage


class PhotoPage(RecordPage):
    """Context: `photo`, its `number` among the `total` of its `conference`, and those `before` and `after` it."""

    model = Photo
    template_name = "events/photo_detail.html"
    record_path = "conference__uid"

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        return records.select_related("conference__kind").prefetch_related("conference__dates", "conference__photos")

    def redirect_or_gone(self, uid: uuid.UUID) -> HttpResponse:
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        conference = self.object.conference
        photos = list(conference.photos.all())
        index = photos.index(self.object)
        return super().get_context_data(
            conference=conference,
            number=index + 1,
            total=len(photos),
            before=photos[index - 1] if index else None,
            after=photos[index + 1] if index + 1 < len(photos) else None,
            **kwargs,
        )
