"""How long a recording is and when a talk begins in it, as people write it."""

import pytest

from events.russian.durations import clock
from events.russian.values import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:30:00", 5400),
        ("01:30:00", 5400),
        ("16:00", 960),
        ("90:00", 5400),
        ("0:05", 5),
        ("1:02:03.5", 3723),
        ("1 ч 30 мин", 5400),
        ("1ч30м", 5400),
        ("1 час 5 минут 10 секунд", 3910),
        ("90 мин.", 5400),
        ("2 часа", 7200),
        ("1 h 30 min", 5400),
        ("45 s", 45),
        (" 1:00\u00a0", 60),
    ],
)
def test_durations_as_people_write_them(text, seconds):
    assert duration(text, short="minutes") == seconds


@pytest.mark.parametrize("text", ["", "90", "1:75", "1:75:00", "час", "1:30:00:00", "-5 мин", "полтора часа", "1 ч 30"])
def test_what_could_mean_two_things_is_refused(text):
    with pytest.raises(ValueError):
        duration(text, short="minutes")


def test_moments_are_written_as_players_write_them():
    assert [clock(5), clock(960), clock(5400), clock(12.9)] == ["0:05", "16:00", "1:30:00", "0:12"]
