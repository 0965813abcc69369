"""Reports of figures: pages, files, wrong input, cost."""

import csv
import io
from collections.abc import Iterator

import docx
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from events import revisions
from events.export.statistics import ROWS
from events.models import (
    Conference,
    FormLine,
    Organisation,
    OrganisationParticipation,
    OrganisationRole,
    Speaker,
    Topic,
)

from .admin_form import form_fields
from .rows import event
from .test_statistics import listed, table, totals

pytestmark = pytest.mark.usefixtures("season", "db")


@pytest.fixture(scope="module")
def season(django_db_setup, django_db_blocker) -> Iterator[Organisation]:
    """A library with a department, their events of 2024, and what nobody may see; rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with revisions.create():
            library = Organisation.objects.create(
                name="Вымышленная библиотека", region="Вымышленный край", city="Выдумск"
            )
            Organisation.objects.create(name="Отдел чтения", parent=library)
            hosts = OrganisationRole.objects.get(slug="organiser")
            for number, status in enumerate(["published", "published", "draft", "withdrawn"], 1):
                audience = "colleagues" if number == 1 else ""
                values = {"status": status, "audience": audience, "format": "online" if number == 1 else ""}
                conference = event(f"=Чтения {number}", day=f"2024-0{number}-01", **values)
                OrganisationParticipation.objects.create(conference=conference, organisation=library, role=hosts)
            Speaker.objects.filter(family_name="=Чтения 2ев 1").update(hidden_since=timezone.now())
        yield library
        transaction.set_rollback(True)


SECRETS = ["Чтения 3", "Чтения 4", "Чтения 2ев"]


def test_a_librarian_takes_the_report_of_a_year_as_files(client, season):
    page = client.get(f"/organisations/{season.slug}/")
    assert f'href="/reports/?organisation={season.slug}"' in page.text
    query = f"organisation={season.slug}&from=2024&to=2024"
    page = client.get(f"/reports/?{query}")
    assert totals(page) == [2, 2, 0]
    assert table(page, "По кварталам") == {
        "I\xa0квартал": 2,
        "II\xa0квартал": 0,
        "III\xa0квартал": 0,
        "IV\xa0квартал": 0,
    }
    assert table(page, "Для кого") == {"коллеги": 1, "для кого, не указано": 1}
    assert "<svg" in page.text and not any(secret in page.text for secret in SECRETS)
    assert "Учтены роли: организатор, соорганизатор." in page.text
    for name in ("docx", "xlsx", "csv"):
        assert f"/reports/export/{name}/?organisation={season.slug}" in page.text
    files = {name: client.get(f"/reports/export/{name}/?{query}") for name in ("docx", "xlsx", "csv")}
    document = docx.Document(io.BytesIO(files["docx"].content))
    cells = [cell.text for each in document.tables for row in each.rows for cell in row.cells]
    words = " ".join([paragraph.text for paragraph in document.paragraphs] + cells)
    assert "Отчёт" in words and "Вымышленная библиотека" in words and "Список докладов (2)" in words
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    assert book.sheetnames == ["Показатели", "Список событий", "Список докладов"]
    lines = [[str(cell.value) for cell in row] for row in book["Список событий"].iter_rows()]
    assert [line[1] for line in lines] == ["Событие", "=Чтения 2", "=Чтения 1"]
    assert book["Список событий"]["B2"].data_type == "s"
    # A printed sheet is as wide as its paper, repeats the names of its columns and leaves out the addresses.
    printed = book["Список событий"]
    assert printed.page_setup.fitToWidth == 1 and printed.sheet_properties.pageSetUpPr.fitToPage
    assert printed.print_title_rows == "$1:$1" and printed.print_area.endswith("$A$1:$E$3")
    figures = book["Показатели"]
    assert {type(cell.value) for cell in figures["C"][8:] if cell.value is not None} == {int} and figures.freeze_panes
    # LibreOffice goes by the widths of the columns: the number is the narrowest.
    widths = [column.width for column in document.tables[-1].columns]
    assert min(widths) == widths[0] < max(widths)
    rows = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig")), delimiter=";"))
    assert ["Всего", "События", "2"] in [row[:3] for row in rows]
    assert "'=Чтения 1" in [cell for row in rows for cell in row]
    for text in (words, str(lines), str(rows)):
        assert not any(secret in text for secret in SECRETS)
    english = client.get(f"/en/reports/export/docx/?{query}")
    assert docx.Document(io.BytesIO(english.content)).paragraphs[0].text == "Report"


def test_a_region_has_a_row_for_each_library(client, season):
    other = Organisation.objects.create(name="Другая библиотека", region="Вымышленный край", city="Выдумск")
    conference = Conference.objects.published().first()
    OrganisationParticipation.objects.create(
        conference=conference, organisation=other, role=OrganisationRole.objects.get(slug="co-organiser")
    )
    page = client.get("/reports/", {"region": "Вымышленный край"})
    assert totals(page)[0] == 2
    assert table(page, "По организациям") == {"Вымышленная библиотека": 2, "Другая библиотека": 1}
    assert "/reports/?region=" in client.get("/indexes/places/", {"region": "Вымышленный край"}).text


def line(act, day, number, **values):
    return FormLine.objects.create(
        slug=f"line-{day}-{number}", act=act, valid_from=day, line=number, name="культурно-просветительские", **values
    )


def test_lines_of_the_form_are_those_that_staff_wrote_for_the_period(client, season):
    query = {"organisation": season.slug, "from": "2024", "to": "2024"}
    page = client.get("/reports/", query).text.replace("\xa0", " ")
    assert "Строки формы, действовавшей в этот период, в архив не внесены: считайте по самой форме" in page
    assert "попросите сотрудников архива" in page and "№ 713" in page
    line("Вымышленный приказ 1", "2020-01-01", "01")
    line("Вымышленный приказ 2", "2024-06-01", "02", kinds="webinar", audience="colleagues")
    line("Вымышленный приказ 2", "2024-06-01", "03", roles="participant")
    line("Вымышленный приказ 2", "2024-06-01", "05", format="online")
    line("Вымышленный приказ 3", "2025-01-01", "04")
    page = client.get("/reports/", query)
    form = next(one for one in page.context["report"].tables if "6-НК" in one.title)
    assert [(figure.label[:2], figure.count) for figure in form.figures] == [("02", 1), ("03", 0), ("05", 1)]
    assert all(listed(figure.address) == figure.count for figure in form.figures)
    assert "Вымышленный приказ 2" in page.text and "подсказка" in page.text and "Форма меняется" in page.text
    assert "не внесены" not in page.text
    document = docx.Document(io.BytesIO(client.get("/reports/export/docx/", query).content))
    assert any("Вымышленный приказ 2" in paragraph.text for paragraph in document.paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/reports/export/xlsx/", query).content))
    cells = [str(cell.value) for row in book["Показатели"].iter_rows() for cell in row]
    assert any("Вымышленный приказ 2" in cell for cell in cells)
    assert "Вымышленный приказ 2" in client.get("/reports/export/csv/", query).content.decode("utf-8-sig")
    assert "6-НК" not in client.get("/reports/2024/").text
    with pytest.raises(ValidationError, match="telepathy"):
        FormLine(slug="x", name="x", line="1", act="x", valid_from="2024-01-01", kinds="webinar, telepathy").clean()


def test_staff_enter_a_line_of_the_form_in_the_admin_and_wrong_codes_are_said(client, season, staff_client):
    address = reverse("admin:events_formline_add")
    page = staff_client.get(address)
    assert "Приказ" in page.text
    typed = {"name": "культурно-просветительские", "line": "07", "act": "Вымышленный приказ 7"}
    typed |= {"valid_from": "01.01.2024", "kinds": "telepathy", "slug": "line-7"}
    refused = staff_client.post(address, form_fields(page) | typed)
    assert refused.status_code == 200 and "telepathy" in refused.text and not FormLine.objects.exists()
    saved = staff_client.post(address, form_fields(page) | typed | {"kinds": "webinar"})
    assert saved.status_code == 302 and FormLine.objects.get().line == "07"
    page = client.get("/reports/", {"organisation": season.slug, "from": "2024", "to": "2024"})
    assert "Вымышленный приказ 7" in page.text and "не внесены" not in page.text


def test_a_year_of_the_archive_is_a_page(client, season):
    page = client.get("/reports/2024/")
    # A department counts as its library; who is hidden does not count.
    assert "Итоги 2024\xa0года" in page.text and totals(page) == [2, 2, 3, 1]
    for figure in page.context["report"].totals:
        assert client.get(figure.address).context["paginator"].count == figure.count, figure
    assert table(page, "Что хранит архив")["События, где есть: запись"] == 2
    assert not any(secret in page.text for secret in SECRETS)
    assert "/reports/2024/" in client.get("/reports/").text
    assert "The year 2024" in client.get("/en/reports/2024/").text
    assert client.get("/reports/2024/export/docx/").status_code == 200
    for address in ("/reports/2023/", "/reports/2024/export/exe/", "/reports/0999/"):
        assert client.get(address).status_code == 404


def test_a_wrong_period_is_said_and_kept(client, season):
    page = client.get("/reports/", {"organisation": season.slug, "from": "позавчера", "to": "2024"})
    assert page.status_code == 400
    assert "Это не дата" in page.text and "позавчера" in page.text and 'value="2024"' in page.text
    page = client.get("/reports/", {"from": "2024", "to": "март 2023"})
    assert page.status_code == 400 and "раньше, чем начинается" in page.text
    assert client.get("/reports/", {"from": "март 2024", "to": "март 2024"}).status_code == 200


def test_an_odd_report_or_list_is_not_found(client):
    names = ("organisation", "speaker", "topic", "series", "region", "city", "role")
    odd = [f"{name}=no-such" for name in names] + ["quarter=5", "format=telepathy", "kind=%20", "role=a,,b"]
    for query in odd:
        assert client.get(f"/reports/?{query}").status_code == 404, query
    assert client.get("/reports/export/xlsx/?organisation=x").status_code == 404
    for query in ("from=20240", "from=XXXX-05", "quarter=9", "role=a,,b", "state=x", "to=2024-02-31", "role=no-such"):
        for path in ("/conferences/", "/talks/"):
            assert client.get(f"{path}?{query}").status_code == 404, query
    for query in ("organisation=%00", "counted=%00"):
        assert client.get(f"/reports/?{query}").status_code in (400, 404)


def test_a_report_costs_at_most_ten_queries_at_any_size(client, season, queries_of):
    speaker = Speaker.objects.published().first()
    topic = Topic.objects.published().first()
    addresses = [
        "/reports/",
        "/reports/2024/",
        "/reports/?from=2024",
        f"/reports/?organisation={season.slug}",
        f"/reports/?speaker={speaker.slug}&to=2024",
        f"/reports/?topic={topic.slug}",
        iri_to_uri("/reports/?region=Вымышленный край"),
        f"/talks/?organisation={season.slug}&role=organiser&from=2024",
    ]
    queries_of("/")
    one = {address: queries_of(address) for address in addresses}
    event("Ещё", size=30, day="2024-05-05")
    for conference in Conference.objects.published():
        conference.topics.add(topic)
        OrganisationParticipation.objects.get_or_create(
            conference=conference, organisation=season, role=OrganisationRole.objects.get(slug="participant")
        )
    assert {address: queries_of(address) for address in addresses} == one
    assert max(one.values()) <= 10, one


def test_a_table_of_very_many_rows_is_whole_in_the_files_alone(client, season):
    hosts = OrganisationRole.objects.get(slug="organiser")
    with revisions.create():
        conference = event("Большое собрание", size=0, day="2019-01-01")
        for number in range(ROWS + 3):
            library = Organisation.objects.create(name=f"Сельская {number:03}", region="Сельская область")
            OrganisationParticipation.objects.create(conference=conference, organisation=library, role=hosts)
    query = {"region": "Сельская область"}
    page = client.get("/reports/", query).text.replace("\xa0", " ")
    assert "Сельская 099" in page and "Сельская 100" not in page and "Ещё 3 строки: они есть в файлах отчёта." in page
    assert "3 more rows" in client.get("/en/reports/", query).text
    assert "Сельская 102" in client.get("/reports/export/csv/", query).content.decode("utf-8-sig")


def test_files_of_a_huge_report_are_bounded_and_say_what_they_leave_out(client, season, monkeypatch):
    monkeypatch.setattr("events.export.statistics.LIMIT", 2)
    monkeypatch.setattr("events.views.statistics.pages.LIMIT", 2)
    hosts = OrganisationRole.objects.get(slug="organiser")
    with revisions.create():
        for number in range(3):
            conference = event(f"Сход {number}", day=f"2019-01-0{number + 1}")
            library = Organisation.objects.create(name=f"Дальняя {number}", region="Дальняя область")
            OrganisationParticipation.objects.create(conference=conference, organisation=library, role=hosts)
    query = {"region": "Дальняя область"}
    files = {name: client.get(f"/reports/export/{name}/", query).content for name in ("docx", "xlsx", "csv")}
    document = docx.Document(io.BytesIO(files["docx"]))
    said = [paragraph.text.replace("\xa0", " ") for paragraph in document.paragraphs]
    assert any("Первые 2 из 3; все строки есть в файлах XLSX и CSV" in text for text in said)
    assert sum("Первые 2 из 3; остальные войдут" in text for text in said) == 2
    cells = [cell.text for table in document.tables for cell in table.columns[0].cells]
    assert "Дальняя 1" in cells and "Дальняя 2" not in cells
    # In order of days, the latest first: the first event is left out.
    text = files["csv"].decode("utf-8-sig").replace("\xa0", " ")
    assert "Дальняя 2" in text and "Сход 2" in text and ";Сход 0;" not in text and text.count("Первые 2 из 3") == 2
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert "Первые 2 из 3" in book["Список событий"]["A1"].value.replace("\xa0", " ")
    assert "Дальняя 2" in [row[1].value for row in book["Показатели"].iter_rows()]
