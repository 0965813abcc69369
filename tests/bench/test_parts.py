"""The pages by which colleagues are found take at most ten queries, as many with one part as with more than a page."""

import pytest

from bench import parts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("grow", [parts.add_events, parts.add_parts])
def test_a_page_costs_at_most_ten_queries_and_does_not_grow(grow):
    records = parts.small_archive()
    one = parts.measured(records)
    grow(records, 220)
    many = parts.measured(records)
    assert {page: queries for page, (queries, _size) in many.items()} == {page: one[page][0] for page in one}
    assert max(queries for queries, _size in many.values()) <= parts.QUERIES
    assert max(size for _queries, size in many.values()) < parts.KILOBYTES * 1000
