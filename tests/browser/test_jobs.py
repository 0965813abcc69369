"""A librarian’s jobs take no more keystrokes and clicks than when first counted; `make bench-jobs` does all of them."""

from playwright.sync_api import expect

from bench import jobs

from .pictures import picture
from .test_talks import form, order  # noqa: F401

SHORT = [job for job in jobs.JOBS if job.do in (jobs.news_unchanged, jobs.merge, jobs.undo_merge)]


def test_a_news_saved_unchanged_and_a_merge_undone_take_few_clicks(staff_page, own_site):
    for job in SHORT:
        found = jobs.do(job, own_site, staff_page)
        assert found.clicks <= job.before.clicks and found.keys <= job.before.keys, (job.title, found)


def test_a_talk_takes_at_most_five_clicks(staff_page, form):  # noqa: F811
    page = staff_page
    page.goto(form)
    picture(page, "talks", page.locator("#talks"))
    page.get_by_role("link", name="Добавить доклад").click()
    picture(page, "talk")
    for title, name, answer in (
        ("Доклад А", "Сочинский Пётр Ильич", "Создать"),
        ("Доклад Б", "придуманнова", "Придуманнова Ольга"),
    ):
        hands = jobs.Hands(page)
        hands.type_first(title)
        hands.name("people-0-speaker", name, answer)
        hands.write("[name=people-0-position]", "библиограф")
        if title == "Доклад Б":
            hands.click("[name=people-0-as_above]")
        hands.open("[name=_addanother]")
        expect(page.locator(".messagelist .success")).to_contain_text(title)
        assert hands.clicks <= 5, (title, hands.counted)
    page.goto(form)
    assert order(page) == "123456789АБ"
    expect(page.locator("#talks tbody tr").last).to_contain_text("Придуманнова О.")
