"""Programmes in DOCX and PDF are read like a pasted text; what a file cannot give is said."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from events.importing.readers import documents, news
from events.models import Conference

from ..test_admin_intake import Fields

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/numbering.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>"""
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="{target}"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>"""
NUMBERING = f"""<?xml version="1.0"?><w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">
<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def paragraph(text, properties="", run=""):
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"
    )


def numbered(text):
    return paragraph(text, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')


def table(*rows):
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def box(text):
    return (
        "<w:p><w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent>"
        f"{paragraph(text)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )


def docx(*parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS.format(target="word/document.xml", kind="officeDocument"))
        archive.writestr("word/_rels/document.xml.rels", RELATIONS.format(target="numbering.xml", kind="numbering"))
        archive.writestr("word/numbering.xml", NUMBERING)
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{''.join(parts)}</w:body></w:document>")
    return file.getvalue()


def pdf(*lines):
    """A PDF of one page with a text layer whose letters are numbered as in Unicode."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -16 Td " for line in lines)
    stream = f"BT /F 12 Tf 40 800 Td {shown}ET"
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R] "
        "/ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (A) /Ordering (I) "
        "/Supplement 0 >> /DW 500 >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    body, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 8\n0000000000 65535 f \n{table}trailer << /Size 8 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return (body + end).encode("latin-1")


def talks(draft):
    return [(talk.title, [draft.person(key).family_name for key in talk.speakers]) for talk in draft.talks]


HEAD = paragraph("Программа вебинара «Край», 5 мая 2024 г.")
ROWS = [
    ("10.00", "Рогова Анна Ильинична, главный библиограф Заречной библиотеки", "Карты губернии"),
    ("10.20", "Сомов Пётр Ильич, архивист Лугового архива", "Письма с фронта"),
]
TALKS = [("Карты губернии", ["Рогова"]), ("Письма с фронта", ["Сомов"])]


def test_a_programme_in_a_table_of_a_docx_is_read_row_by_row():
    text, questions = documents.read("Программа.DOCX", docx(HEAD, table(*ROWS)))
    draft = news.read(text)
    assert talks(draft) == TALKS and questions == []
    assert [date.start for date in draft.dates] == ["2024-05-05"]


def test_numbered_lists_text_boxes_and_accepted_changes_are_read_and_what_is_hidden_is_not():
    tracked = (
        "<w:p><w:r><w:t xml:space='preserve'>Начало в </w:t></w:r><w:del><w:r><w:delText>10</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>11</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> часов.</w:t></w:r></w:p>"
    )
    listed = [numbered("Сомов П.И. Письма с фронта."), numbered("Кротова Л.Д. Карты губернии.")]
    parts = [HEAD, *listed, box("Модератор: Дымова С.С."), tracked, paragraph("секретная пометка", run="<w:vanish/>")]
    text, questions = documents.read("программа.docx", docx(*parts))
    assert "1. Сомов П.И. Письма с фронта.\n2. Кротова Л.Д." in text
    assert text.count("Модератор: Дымова С.С.") == 1 and "Начало в 11 часов." in text
    assert "пометка" not in text and len(questions) == 1


def test_a_pdf_with_a_text_layer_is_read_and_its_hyphenated_ends_are_joined():
    lines = [
        "Программа вебинара «Край», 5 мая 2024 г.",
        "1. Сомов П.И. Письма с фрон-",
        "та.",
        "2. Кротова Л.Д. Карты губернии.",
    ]
    text, questions = documents.read("a.pdf", pdf(*lines))
    assert talks(news.read(text)) == [("Письма с фронта", ["Сомов"]), ("Карты губернии", ["Кротова"])]
    assert questions == []


def test_a_pdf_whose_lines_are_halves_of_lines_says_that_it_may_have_columns():
    text, questions = documents.read("a.pdf", pdf(*(f"Сообщение о каталогах номер {number}" for number in range(30))))
    assert "номер 29" in text and "колонки" in questions[0]


def scan():
    file = BytesIO()
    Image.new("L", (60, 80), 255).save(file, "PDF")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", scan(), "скан"),
        ("a.pdf", b"%PDF-1.4 broken", "не читается"),
        ("a.pdf", b"", "не читается"),
        ("a.docx", b"PK broken", "не DOCX"),
        ("a.docx", docx(), "нет текста"),
        ("a.docx", docx("<w:p><w:r>"), "не DOCX"),
        ("a.docx", b"\0" * (documents.MAX_BYTES + 1), "20"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(name, data, said):
    with pytest.raises(documents.DocumentError, match=said):
        documents.read(name, data)


def test_a_librarian_uploads_a_programme_and_reviews_the_draft(staff_client):
    def upload(name, data):
        file = SimpleUploadedFile(name, data)
        return staff_client.post(reverse("admin:events_conference_intake"), {"text": "", "url": "", "file": file}).text

    page = upload("Программа.docx", docx(HEAD, table(*ROWS)))
    assert "Карты губернии" in page and "review-facts" in page
    assert "скан" in upload("Программа.pdf", scan())


def test_a_programme_of_a_docx_becomes_a_page_that_visitors_read(staff_client, client):
    file = SimpleUploadedFile("Программа.docx", docx(HEAD, table(*ROWS)))
    page = staff_client.post(reverse("admin:events_conference_intake"), {"text": "", "url": "", "file": file}).text
    staff_client.post(reverse("admin:events_conference_review"), Fields(page).answer_all())
    event = Conference.objects.get()
    address = event.get_absolute_url()
    assert client.get(address).status_code == 404
    event.status = Conference.Status.PUBLISHED
    event.save()
    shown = client.get(address).text.replace("\u00a0", " ")
    for said in ("Край", "5 мая 2024", "Карты губернии", "Рогова", "главный библиограф", "Письма с фронта", "Сомов"):
        assert said in shown
    assert shown.index("Карты губернии") < shown.index("Письма с фронта")
