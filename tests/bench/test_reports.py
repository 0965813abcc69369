"""Reports on the real events of the archive show what plain SQL counts."""

import pytest

from bench import reports

pytestmark = pytest.mark.usefixtures("archive", "db")


def test_figures_of_the_real_events_are_those_of_plain_sql():
    compared = 0
    for asked in reports.reports():
        counted, differing = reports.compare(asked)
        assert not differing, (asked.address, differing)
        compared += counted
    assert compared > 100
