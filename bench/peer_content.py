"""Fill an empty pretalx, in whose Python this runs: 60 conferences with released programmes."""

import datetime
import sys

import django

django.setup()

from django.db import transaction  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402
from pretalx.event.models import Event, Organiser  # noqa: E402
from pretalx.person.models import SpeakerProfile, User  # noqa: E402
from pretalx.schedule.models import Room  # noqa: E402
from pretalx.submission.models import Submission  # noqa: E402

EVENTS, ROOMS = 60, 3
USUAL = 10  # talks
TEXT = "Libraries read together, and readers write to each other about what they have read. " * 6


@transaction.atomic
def main(*sizes: int) -> None:
    with scopes_disabled():
        organiser = Organiser.objects.create(name="Libraries", slug="libraries")
    for number, talks in enumerate([*sizes, *[USUAL] * (EVENTS - len(sizes))]):
        day = datetime.date(2020, 1, 15) + datetime.timedelta(days=30 * number)
        with scopes_disabled():
            event = Event.objects.create(
                name=f"Readings {number}",
                slug=f"talks{talks}" if number < len(sizes) else f"readings{number}",
                organiser=organiser,
                is_public=True,
                date_from=day,
                date_to=day + datetime.timedelta(days=2),
                timezone="Europe/Moscow",
                email="libraries@archive.example",
                locale_array="en",
                content_locale_array="en",
                locale="en",
            )
        with scope(event=event):
            fill(event, talks)


def fill(event: Event, talks: int) -> None:
    rooms = [Room.objects.create(event=event, name=f"Room {number}") for number in range(ROOMS)]
    kind = event.submission_types.first()
    for number in range(talks):
        user = User.objects.create_user(name=f"Speaker {number}", email=f"{event.slug}-{number}@archive.example")
        speaker = SpeakerProfile.objects.create(user=user, event=event, biography=TEXT)
        talk = Submission.objects.create(
            event=event,
            title=f"{event.name}: talk {number}",
            submission_type=kind,
            abstract=TEXT,
            description=TEXT,
            content_locale="en",
        )
        talk.speakers.add(speaker)
        talk.accept()
        talk.confirm()
        slot = talk.slots.first()
        slot.room = rooms[number % ROOMS]
        slot.start = event.datetime_from + datetime.timedelta(hours=9, minutes=30 * (number // ROOMS))
        slot.end = slot.start + datetime.timedelta(minutes=25)
        slot.save()
    event.wip_schedule.freeze("1")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
