"""A librarian's jobs with the mouse: the news published, last year's event copied, a report added, a long programme."""

from playwright.sync_api import Page, expect

from .test_intake import paste, unite

LIBRARY = "Вымысловская областная библиотека"
ANNOUNCED = f"15 апреля 2021 года состоится вебинар «Вымышленные каталоги». Организатор — {LIBRARY}. Приглашаем всех."
HELD = f"""15 апреля 2021 года прошёл вебинар «Вымышленные каталоги». Организатор — {LIBRARY}.
С докладом «О придуманных книгах» выступила Анна Петровна Придуманная, главный библиограф Вымысловской областной
библиотеки. Участвовали 40 библиотекарей."""
EMPTY = """
from events import revisions
from events.models import Conference, Organisation, Speaker
with revisions.create():
    departments = Organisation.objects.exclude(parent=None)
    for records in (Conference.objects.all(), Speaker.objects.all(), departments, Organisation.objects.all()):
        records.delete()
"""
LONG = """
from events import revisions
from events.models import Conference, Talk
with revisions.create():
    event = Conference.objects.create(title="Вымышленный съезд")
    Talk.objects.bulk_create(Talk(conference=event, order=n, title=f"Доклад {n}", slug=f"t{n}") for n in range(1, 151))
print(event.pk)
"""


def answer_with_the_mouse(page: Page) -> None:
    """The first answer of each question, clicked; then nothing is asked any more."""
    expect(page.get_by_role("heading", name="Предложение")).to_be_visible()
    for question in page.locator("#questions li a").evaluate_all("links => links.map(link => link.hash)"):
        page.locator(f"#questions a[href='{question}']").click()
        page.locator(question).locator(":is(.fact-take, .fact-use) label").first.click()


def done(page: Page, words: str) -> None:
    expect(page.locator(".messagelist .success").filter(has_text=words)).to_be_visible()


def from_text(page: Page, url: str, text: str) -> None:
    page.goto(f"{url}/admin/events/conference/intake/")
    page.get_by_label("Текст новости").fill(text)
    page.get_by_role("button", name="Предложить черновик").click()


def test_the_news_is_published_by_mouse_alone_and_becomes_next_years_draft(staff_page, own_site):
    page = staff_page
    own_site.manage("shell", "--verbosity=0", "-c", EMPTY)
    paste(page, own_site)
    answer_with_the_mouse(page)
    unite(page, "ДРУНБ", "библиотека им. Н. К. Крупской")
    page.get_by_role("button", name="Сохранить черновик").click()
    done(page, "Черновик сохранён")
    form = page.url
    page.get_by_role("button", name="Сохранить и опубликовать").first.click()
    done(page, "Теперь видно всем")
    page.locator(".messagelist .success a").first.click()
    page.wait_for_url("**/conferences/**")
    assert "Арутинова" in page.inner_text("main")

    page.goto(form)
    page.get_by_role("link", name="Сделать такое же").click()
    page.get_by_role("button", name="Создать черновик").click()
    expect(page.locator("[name=title]")).to_be_visible()
    assert page.url != form
    expect(page.locator("#talks tbody tr")).to_have_count(0)
    expect(page.locator("[name$='-organisation']").first).not_to_have_value("")


def test_a_report_joins_its_announcement_and_what_it_tells_besides_is_taken(staff_page, own_site):
    page = staff_page
    from_text(page, own_site.url, ANNOUNCED)
    answer_with_the_mouse(page)
    page.get_by_role("button", name="Сохранить черновик").click()
    done(page, "Черновик сохранён")
    expect(page.get_by_label("Состояние")).to_have_value("expected")
    form = page.url

    from_text(page, own_site.url, HELD)
    answer_with_the_mouse(page)
    page.get_by_role("button", name="Добавить к этому событию").click()
    done(page, "Состояние: состоялось.")
    page.get_by_role("button", name="Принять отмеченное").click()
    done(page, "Принято")
    page.goto(form)
    expect(page.get_by_label("Состояние")).to_have_value("held")
    expect(page.locator("#talks tbody tr")).to_have_count(1)
    expect(page.locator("#talks tbody tr")).to_contain_text("Придуманная")
    expect(page.locator("[name='sources-TOTAL_FORMS']")).to_have_value("2")


def test_a_talk_of_an_event_of_150_is_corrected_and_moved(staff_page, own_site):
    page = staff_page
    pk = own_site.manage("shell", "--verbosity=0", "-c", LONG).split()[-1]
    form = f"{own_site.url}/admin/events/conference/{pk}/change/"
    page.goto(form)
    expect(page.locator("#talks tbody tr")).to_have_count(150)
    page.get_by_role("link", name="Доклад 140", exact=True).click()
    page.locator("[name=title]").fill("Исправленный доклад")
    page.locator("[name=_save]").first.click()
    done(page, "Исправленный доклад")
    row = page.get_by_role("row", name="Исправленный доклад")
    row.get_by_role("button", name="Выше").click()
    expect(page.locator("#talks [role=status]")).to_have_text("«Исправленный доклад»: теперь 139-й из 150.")
    page.locator("[name=city]").fill("Вымыслов")
    page.locator("[name=_continue]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#talks tbody tr").nth(138)).to_contain_text("Исправленный доклад")
