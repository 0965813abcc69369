"""What a visitor gets at each address."""

import pytest

PAGES = ["/", "/conferences/", "/talks/", "/speakers/", "/organisations/", "/topics/", "/search/", "/about/"]


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_empty_archive_answers(client, prefix, page):
    assert client.get(prefix + page).status_code == 200
