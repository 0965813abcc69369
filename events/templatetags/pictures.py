"""Render uploaded pictures in the widths that screens ask for."""

from typing import Any

from django import template
from django.db.models.fields.files import ImageFieldFile
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import renditions
from ..models import Conference, Photo

register = template.Library()


@register.inclusion_tag("events/_picture.html")
def picture(file: ImageFieldFile, alt: str, sizes: str, is_first: bool = False) -> dict[str, Any]:
    """Render a picture; `sizes` says how wide it is shown, as in HTML. One that `is_first` in sight is not put off."""
    size = renditions.size(file)
    widths = [width for width in renditions.WIDTHS if size and width <= size[0]]
    sets = {
        kind: ", ".join(f"{file.url}?as={width}.{kind} {width}w" for width in widths)
        for kind in renditions.FORMATS
        if widths
    }
    return {
        "src": f"{file.url}?as={widths[-1]}.jpg" if widths else file.url,
        "srcset": sets.pop("jpg", ""),
        "sources": [(f"image/{kind}", srcset) for kind, srcset in sets.items()],
        "sizes": sizes,
        "size": size,
        "alt": alt,
        "is_first": is_first,
    }


@register.simple_tag
def photo_name(photo: Photo, number: int, total: int, conference: Conference) -> str:
    """Return what is to be seen on a photo; if nobody wrote it, «Фотография 3 из 15: Название события»."""
    numbered = _("Picture %(number)s of %(total)s") % {"number": number, "total": total}
    return photo.alt or photo.caption or f"{numbered}: {capfirst(conference.label)}"


@register.simple_tag
def social_picture(file: ImageFieldFile) -> dict[str, Any]:
    """Return `url`, `width` and `height` of a picture as other sites show it beside a link."""
    size = renditions.size(file)
    width = max((width for width in renditions.WIDTHS if size and width <= size[0]), default=None)
    if width is None:
        return {"url": file.url, "width": size and size[0], "height": size and size[1]}
    return {"url": f"{file.url}?as={width}.jpg", "width": width, "height": round(size[1] * width / size[0])}
