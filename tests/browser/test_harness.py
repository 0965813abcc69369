"""The judges themselves: each must find what is wrong, or its silence means nothing."""

PAGE = """<!doctype html><html lang="ru"><head><title>Архив</title></head>
<body><main><h1>Архив</h1><p>Все события</p></main></body></html>"""


def test_axe_finds_a_picture_without_text(chromium, axe):
    page = chromium.new_page()
    page.set_content(PAGE)
    assert axe(page) == []
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any("image-alt" in violation for violation in axe(page))
    page.close()


def test_axe_finds_what_cannot_be_read_in_the_dark_alone(chromium, axe):
    page = chromium.new_page()
    page.set_content(
        PAGE.replace("</title>", "</title><style>@media (prefers-color-scheme: dark) { p { color: #eee } }</style>")
    )
    assert any("color-contrast" in violation for violation in axe(page))
    page.close()


def test_vnu_finds_an_unclosed_element(vnu):
    assert vnu({"good": PAGE}) == []
    assert any(error.startswith("bad:") for error in vnu({"good": PAGE, "bad": PAGE.replace("<p>", "<div>")}))
