"""What a librarian typed and did not save is still there: warned of on leaving, kept in the browser, offered back."""

import json

from playwright.sync_api import expect

from ..site import PASSWORD, STAFF

ADD = "/admin/events/conference/add/"
TITLE = "Вымышленные чтения о потерянных черновиках"
TEXT = """15 апреля 2021 года состоялся вебинар «Вымышленные каталоги». С докладом «О придуманных книгах» выступила
Анна Петровна Придуманная, главный библиограф Вымысловской областной библиотеки."""


def kept(page) -> list[dict]:
    """The copies in the browser."""
    stored = page.evaluate("Object.entries({...localStorage}).filter(([name]) => name.startsWith('unsaved:'))")
    return [json.loads(text) for _name, text in stored]


def expect_kept(page, number: int) -> list[dict]:
    """The script works when the page has loaded, which may be after the text is there."""
    for _tenth in range(300):
        if len(kept(page)) == number:
            break
        page.wait_for_timeout(100)
    assert len(kept(page)) == number
    return kept(page)


def leave(page, url) -> list[str]:
    """Go to another page; the kinds of questions that the browser asks."""
    asked = []

    def accept(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.goto(url)
    page.remove_listener("dialog", accept)
    return asked


def test_what_was_typed_survives_leaving_and_the_end_of_a_session_and_goes_on_saving(staff_page, own_site):
    page, url = staff_page, own_site.url
    page.goto(f"{url}{ADD}")
    assert leave(page, f"{url}/admin/") == [], "nothing was typed yet"
    page.goto(f"{url}{ADD}")
    page.locator("[name=title]").press_sequentially(TITLE)
    page.locator("[name=summary]").fill("Первая строка.\nВторая.")
    assert leave(page, f"{url}/admin/") == ["beforeunload"]

    page.goto(f"{url}{ADD}")
    expect(page.locator("[name=title]")).to_have_value("")
    assert leave(page, f"{url}{ADD}") == [], "an offer is no typed text"
    assert "csrfmiddlewaretoken" not in dict(kept(page)[0]["fields"])
    page.get_by_role("button", name="Восстановить введённое от").click()
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    expect(page.locator("[name=summary]")).to_have_value("Первая строка.\nВторая.")
    expect(page.get_by_text("Это введено раньше")).to_be_visible()
    expect(page.get_by_role("button", name="Восстановить")).to_have_count(0)
    expect_kept(page, 1)

    # The session ends while the form is open.
    page.context.clear_cookies(name="sessionid")
    page.click("[name=_continue]")
    log_in_here(page)
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    page.click("[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect_kept(page, 0)
    assert "saved_form" not in page.evaluate("document.cookie")
    assert leave(page, f"{url}/admin/") == []

    # A proposal of a pasted text is not saved though nothing was typed since.
    page.goto(f"{url}/admin/events/conference/intake/")
    page.fill("[name=text]", TEXT)
    page.click("#content-main [type=submit]")
    page.fill("[name='own-summary']", "Своими словами.")
    assert leave(page, f"{url}/admin/events/conference/intake/") == ["beforeunload"]
    expect_kept(page, 1)  # the pasted text itself stands in its proposal
    page.get_by_role("button", name="Восстановить введённое от").click()
    expect(page.locator("[name='own-summary']")).to_have_value("Своими словами.")

    # Whoever logs out leaves nothing behind, in no tab.
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#logout-form button")
    expect(page.locator("#logout-form")).to_have_count(0)
    expect_kept(page, 0)


def test_another_account_is_offered_nothing_old_copies_go_and_one_can_be_discarded(staff_page, own_site, open_page):
    page, url = staff_page, own_site.url
    page.goto(f"{url}{ADD}")
    page.evaluate(
        """() => {
            const fields = [['title', 'Вымысел']], path = '/admin/events/conference/add/', url = location.href;
            const account = document.querySelector('script[data-account]').dataset.account;
            const copy = (age) => JSON.stringify({path, url, fields, time: Date.now() - age * 86400000});
            const keep = (whose, age) => localStorage.setItem(`unsaved:${whose}:${path}:${age}`, copy(age));
            keep(account, 8), keep(account, 6), keep('0', 1);
        }"""
    )
    page.reload()
    offer = page.get_by_role("button", name="Восстановить введённое от")
    expect(offer).to_have_count(1)
    expect_kept(page, 2)
    page.get_by_role("button", name="Отбросить").click()
    expect(offer).to_have_count(0)
    expect_kept(page, 1)


def log_in_here(page) -> None:
    page.fill("#id_password", PASSWORD)
    page.fill("#id_username", STAFF)
    page.click("#login-form [type=submit]")
