"""Several people care for one archive: who may publish, two records that become one, the deleted that comes back."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from ..site import PASSWORD, Site
from .conftest import log_in
from .pictures import picture

# An archivist, an editor, and an event ready to be published at which one person stands under two names.
BEGINNING = """
from django.contrib.auth.models import Group, User
from events.models import Conference, ConferenceKind, Speaker, SpeakerRole
for name, group in (("archivist", "Архивисты"), ("editor", "Редакторы")):
    user = User.objects.create_user(name, password="{password}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
known = {{"kind": ConferenceKind.objects.get(slug="readings"), "is_undated": True, "is_unsourced": True}}
event = Conference.objects.create(title="Вымышленные чтения", status="ready", **known)
for order, initials in enumerate(("О. И.", "О."), 1):
    speaker = Speaker.objects.create(family_name="Придуманнова", initials=initials)
    talk = event.talks.create(order=order, title=f"Вымышленный доклад {{order}}")
    talk.people.create(conference=event, speaker=speaker, role=SpeakerRole.objects.get(slug="speaker"))
print(event.pk, event.slug, *Speaker.objects.filter(family_name="Придуманнова").values_list("slug", flat=True))
"""


@pytest.fixture
def event(own_site) -> dict[str, str]:
    printed = own_site.manage("shell", "--verbosity=0", "-c", BEGINNING.format(password=PASSWORD)).split()
    return dict(zip(("pk", "slug", "kept", "gone"), printed, strict=True))


@pytest.fixture
def desk(own_site, open_page):
    """The admin as it is for one of the staff."""

    def opened(name: str) -> Page:
        page = open_page(f"{own_site.url}/admin/")
        log_in(page, own_site, name)
        return page

    return opened


def test_an_archivist_prepares_and_an_editor_publishes(desk, own_site, event):
    form, public = f"/admin/events/conference/{event['pk']}/change/", f"/conferences/{event['slug']}/"
    archivist = desk("archivist")
    archivist.goto(own_site.url + form)
    offered = archivist.get_by_label("Статус").locator("option").all_inner_texts()
    assert offered == ["черновик", "готово"]
    picture(archivist, "archivist")
    archivist.goto(own_site.url + "/admin/events/conference/")
    assert "Опубликовать" not in archivist.locator("[name=action]").first.inner_text()
    assert status(own_site, public) == 404

    editor = desk("editor")
    editor.goto(own_site.url + "/admin/events/conference/?status__exact=ready")
    picture(editor, "editor")
    editor.locator("[name=_selected_action]").first.check()
    editor.locator("[name=action]").first.select_option(label="Опубликовать")
    editor.get_by_role("button", name="Выполнить").first.click()
    expect(editor.locator("h2").first).to_have_text("Станет видно всем: 1")
    assert status(own_site, public) == 404
    editor.get_by_role("button", name="Опубликовать").click()
    expect(editor.locator(".messagelist .success").first).to_be_visible()
    assert status(own_site, public) == 200

    # What the archivist changes now waits for the editor.
    archivist.goto(own_site.url + form)
    archivist.locator("[name=title]").fill("Подменённые чтения")
    archivist.locator("[name=_save]").first.click()
    expect(archivist.locator(".messagelist li").first).to_be_visible()
    editor.goto(own_site.url + "/admin/events/proposal/")
    expect(editor.locator("#result_list tbody tr")).to_have_count(1)
    assert "Подменённые" not in editor.request.get(own_site.url + public).text()


def test_two_people_become_one_the_old_address_leads_on_and_back_again(desk, open_page, own_site, event):
    publish(own_site, event)
    page = desk("editor")
    page.goto(f"{own_site.url}/admin/events/speaker/?duplicates=possible&q=Придуманнова")
    picture(page, "duplicates")
    for box in page.locator("[name=_selected_action]").all():
        box.check()
    page.locator("[name=action]").first.select_option(label="Объединить две записи в одну…")
    page.get_by_role("button", name="Выполнить").first.click()
    picture(page, "merge")
    page.get_by_role("button", name="Объединить").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Объединено")

    old, new = (f"{own_site.url}/speakers/{slug}/" for slug in gone_and_kept(own_site, event))
    visitor = open_page(old)
    expect(visitor).to_have_url(new)
    for talk in ("Вымышленный доклад 1", "Вымышленный доклад 2"):
        expect(visitor.get_by_role("main")).to_contain_text(talk.replace(" 1", "\xa01").replace(" 2", "\xa02"))

    page.get_by_role("link", name="История", exact=True).click()
    picture(page, "unmerge")
    page.get_by_role("button", name="Отменить это объединение").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    # A visitor who was not here: a browser that was keeps the redirect.
    newcomer = open_page(old)
    expect(newcomer).to_have_url(old)


def test_a_deleted_event_comes_back(desk, own_site, event):
    page = desk("editor")
    page.goto(f"{own_site.url}/admin/events/conference/{event['pk']}/change/")
    picture(page, "history-button")
    page.get_by_role("link", name="Удалить").first.click()
    page.get_by_role("button", name="Да").click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    page.goto(f"{own_site.url}/admin/events/version/")
    page.get_by_role("row", name="Вымышленные чтения").filter(has_text="удал").first.get_by_role("link").first.click()
    picture(page, "history")
    page.get_by_role("button", name="Восстановить в этом виде").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Вымышленные чтения")
    assert page.locator("#talks th a").all_inner_texts() == ["Вымышленный доклад 1", "Вымышленный доклад 2"]


def status(site: Site, path: str) -> int:
    try:
        return urllib.request.urlopen(site.url + path, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def publish(site: Site, event: dict[str, str]) -> None:
    code = (
        f"from events.models import *; c = Conference.objects.get(pk={event['pk']}); c.status = 'published'; c.save()"
    )
    site.manage("shell", "--verbosity=0", "-c", code)


def gone_and_kept(site: Site, event: dict[str, str]) -> tuple[str, str]:
    code = "from events.models import *; print(Speaker.objects.get(family_name='Придуманнова').slug)"
    kept = site.manage("shell", "--verbosity=0", "-c", code).strip()
    return next(slug for slug in (event["kept"], event["gone"]) if slug != kept), kept
