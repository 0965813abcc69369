"""Cost of large files that come in, beside small ones: `make bench-imports`.

    python -m bench.imports      # on SQLite and, under tests/postgres, on PostgreSQL

A schedule of pretalx with as many talks and a few more people becomes a review; a table with one event in each row is
checked and written. Milliseconds of a core, of this process and of the PostgreSQL server, which must run on
the same machine. A figure above its limit is marked; nine times as much may cost eleven times as much.
"""

import json
from typing import Any

from .limits import Figure, librarian, main
from .processor_time import spent

SIZES = (100, 300, 900)
PEOPLE = 950 / 900  # a talk
TIMES_DEARER = 11


def figures() -> list[Figure]:
    client = librarian()
    from events.russian.morphology import analyzer

    analyzer()
    return [*of_schedules(client), *of_tables(client)]


def of_schedules(client: Any) -> list[Figure]:
    """The review of a schedule: milliseconds and megabytes."""
    address = "/admin/events/conference/intake/"
    of_schedule(client, address, 10)  # reads what is read once in the life of a process
    costs = {size: of_schedule(client, address, size) for size in SIZES}
    found = []
    for size, (milliseconds, megabytes) in costs.items():
        is_largest = size == SIZES[-1]
        found.append(Figure(f"review of {size} talks: ms", milliseconds, 4000 if is_largest else None))
        found.append(Figure(f"review of {size} talks: MB", megabytes, 3 if is_largest else None))
    return [*found, ratio("review", {size: cost for size, (cost, _megabytes) in costs.items()})]


def of_schedule(client: Any, address: str, size: int) -> tuple[float, float]:
    started = spent()
    response = client.post(address, {"file": upload("schedule.json", schedule(size))})
    milliseconds = (spent() - started) * 1000
    if b"review-facts" not in response.content:
        raise SystemExit(f"A schedule of {size} talks was not read.")
    return milliseconds, len(response.content) / 1e6


def of_tables(client: Any) -> list[Figure]:
    """A table checked and written, row by row an event of its own."""
    address = "/admin/events/conference/table/"
    of_table(client, address, 10)
    checked, written = {}, {}
    for size in SIZES:
        checked[size], written[size] = of_table(client, address, size)
    found = []
    for label, costs in (("checking a table", checked), ("writing a table", written)):
        found += [Figure(f"{label} of {size} rows: ms", cost) for size, cost in costs.items()]
        found.append(ratio(label, costs))
    return found


def of_table(client: Any, address: str, size: int) -> tuple[float, float]:
    from events import table
    from events.models import Conference

    file = upload("table.xlsx", table.xlsx_bytes(rows(size)))
    started, before = spent(), Conference.objects.count()
    client.post(address, {"file": file})
    checked = spent()
    client.post(address, {"confirm": "1"})
    written = spent()
    if Conference.objects.count() - before != size:
        raise SystemExit(f"A table of {size} rows was not written.")
    return (checked - started) * 1000, (written - checked) * 1000


def ratio(label: str, costs: dict[int, float]) -> Figure:
    few, *_others, many = SIZES
    return Figure(f"{label}, {many} : {few}", costs[many] / costs[few], TIMES_DEARER)


def schedule(size: int) -> bytes:
    """A programme of pretalx with that many talks in three rooms and eight days; every name is made up."""
    people = [
        {"id": number, "public_name": f"{GIVEN[number % len(GIVEN)]} Вымыслов{syllables(number)}"}
        for number in range(round(size * PEOPLE))
    ]
    days: list[dict[str, Any]] = []
    for day in range(8):
        numbers = range(day, size, 8)
        rooms = {f"Зал {room}": [talk(number, people) for number in numbers[room::3]] for room in range(3)}
        days.append({"date": f"2024-05-{20 + day}", "rooms": rooms})
    conference = {"title": f"Придуманный съезд {size}", "start": "2024-05-20", "end": "2024-05-27", "days": days}
    return json.dumps({"schedule": {"conference": conference}}, ensure_ascii=False).encode()


def talk(number: int, people: list[dict[str, Any]]) -> dict[str, Any]:
    speakers = [people[number], *people[number + (len(people) - 1) // 2 : number + (len(people) - 1) // 2 + number % 2]]
    return {
        "title": f"О придуманных книгах, часть {number}",
        "start": f"{9 + number % 9:02}:{number % 4 * 15:02}",
        "duration": "00:15",
        "language": "ru",
        "track": f"Секция {number % 12 + 1}",
        "abstract": "Как вымышленная библиотека описывает книги, которых нет.",
        "persons": speakers,
    }


GIVEN = ("Анна", "Пётр", "Ольга", "Иван", "Мария", "Семён", "Вера")


def syllables(number: int) -> str:
    """An ending that no other number has, in letters, so that every family name is another one."""
    letters = "абвгдежзик"
    return "".join(letters[int(digit)] for digit in str(number)) + "ский"


def rows(size: int) -> list[dict[str, str]]:
    return [
        {
            "title": f"Вымышленные чтения на {size} встреч, встреча {number}",
            "kind": "вебинар",
            "start": "09.06.2020",
            "organisers": "Вымышленная областная библиотека",
            "talk_number": "1",
            "talk_title": f"Доклад о придуманных книгах {number}",
            "speakers": "Придуманная А. Б.",
        }
        for number in range(size)
    ]


def upload(name: str, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


if __name__ == "__main__":
    main("imports", __doc__, figures)
