"""A news item becomes a draft under the reviewer's eyes: nothing uncertain, no match and no year is taken silently."""

import json
import random
import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.admin.intake_review import Review
from events.importing.draft import Draft, OrganisationDraft, PersonDraft, SourceDraft, Span
from events.models import Conference, Organisation, Proposal, Speaker, SpeakerRole

pytestmark = pytest.mark.django_db

PASTE, REVIEW = "admin:events_conference_intake", "admin:events_conference_review"
TEXT = """\
15 апреля 2021 года состоялся вебинар «Вымышленные каталоги». Организатор — Вымысловская областная библиотека.
С докладом «О придуманных книгах» выступила Анна Петровна Придуманная, главный библиограф
Вымысловской областной библиотеки."""


class Fields(HTMLParser):
    """What a browser would send: the fields of the form as they stand on the page."""

    def __init__(self, page):
        super().__init__()
        self.values, self.radios, self.inside, self.select, self.area = {}, {}, False, "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.inside = "review-facts" in at.get("class", "")
        elif self.inside and tag == "input":
            self.input(at)
        elif self.inside and tag == "select":
            self.select = at["name"]
        elif self.inside and tag == "option" and "selected" in at:
            self.values[self.select] = at["value"]
        elif self.inside and tag == "textarea":
            self.area = at["name"]
            self.values[self.area] = ""

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.values[self.area] = self.values[self.area].removeprefix("\n")
            self.area = ""
        elif tag == "form":
            self.inside = False

    def handle_data(self, data):
        if self.area:
            self.values[self.area] += data

    def input(self, at):
        if at.get("type") in ("radio", "checkbox"):
            self.radios.setdefault(at["name"], []).append(at["value"])
            if "checked" not in at:
                return
        if at.get("type") == "checkbox":
            self.values.setdefault(at["name"], []).append(at["value"])
        elif "name" in at:
            self.values[at["name"]] = at.get("value", "")

    @property
    def unanswered(self):
        return [name for name in self.radios if name not in self.values and name.endswith(("-take", "-use"))]

    def answer_all(self, questions=""):
        """Take whatever is asked, as new."""
        asked = [name for name in self.unanswered if name.endswith(questions)]
        return self.values | {name: self.radios[name][0] for name in asked}


def proposal(client, text=TEXT, **more):
    answer = client.post(reverse(PASTE), {"text": text, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_pasted_text_is_proposed_and_nothing_is_saved(staff_client):
    page = proposal(staff_client)
    assert "Вымышленные каталоги" in page and "Придуманная" in page
    assert not Conference.objects.exists()
    assert not Speaker.objects.exists()


def test_every_fact_leads_to_its_words_in_the_text(staff_client):
    page = proposal(staff_client)
    anchors = [part.split('"')[0] for part in page.split('<a href="#t')[1:]]
    assert len(anchors) > 4
    for anchor in anchors:
        assert f'<mark id="t{anchor}"' in page


def test_what_is_confirmed_becomes_a_draft_with_its_source_for_staff(staff_client):
    fields = Fields(proposal(staff_client, url="https://library.example/news/1"))
    answer = staff_client.post(reverse(REVIEW), fields.answer_all())
    event = Conference.objects.get()
    assert answer.status_code == 302
    assert (event.status, event.title, event.year) == ("draft", "Вымышленные каталоги", 2021)
    assert [talk.title for talk in event.talks.all()] == ["О придуманных книгах"]
    source = event.sources.get()
    assert source.url == "https://library.example/news/1"
    assert source.text == TEXT


def test_the_text_itself_is_nowhere_for_visitors_even_when_the_event_is_published(staff_client, client):
    fields = Fields(proposal(staff_client, text=f"{TEXT}\nСотрудники долго обсуждали кукурузоводство.\n"))
    staff_client.post(reverse(REVIEW), fields.answer_all())
    event = Conference.objects.get()
    assert "кукурузоводство" in event.sources.get().text
    event.status = "published"
    event.save()
    records = [event, *event.talks.all(), *Speaker.objects.all(), *Organisation.objects.all()]
    addresses = [record.get_absolute_url() for record in records]
    for address in ["/", "/conferences/", "/talks/", *addresses, "/search/?q=каталоги", "/search/suggest/?q=каталоги"]:
        assert "кукурузовод" not in client.get(address).text, address
    found = client.get("/search/?q=кукурузоводство").text
    assert event.get_absolute_url() not in found


def test_a_corrected_and_a_dropped_fact(staff_client):
    values = Fields(proposal(staff_client)).answer_all()
    title = next(name for name in values if name.endswith("title-value"))
    person = next(name for name in values if name.startswith("person-") and name.endswith("-use"))
    values |= {title: "Исправленное название", person: "skip", "own-summary": "Своими словами."}
    staff_client.post(reverse(REVIEW), values)
    event = Conference.objects.get()
    assert (event.title, event.summary) == ("Исправленное название", "Своими словами.")
    assert not Speaker.objects.exists()


def test_someone_who_may_be_in_the_archive_is_asked_about_and_never_linked_silently(staff_client):
    known = Speaker.objects.create(family_name="Придуманная", initials="А. П.")
    fields = Fields(proposal(staff_client))
    (question,) = [name for name in fields.unanswered if name.startswith("person-")]
    assert fields.radios[question] == ["create", str(known.pk), "skip"]
    refused = staff_client.post(reverse(REVIEW), fields.values)
    assert refused.status_code == 422
    assert not Conference.objects.exists()
    staff_client.post(reverse(REVIEW), fields.answer_all() | {question: str(known.pk)})
    assert Speaker.objects.get() == known
    assert known.participations.exists()


def test_each_question_leads_to_the_next_and_the_last_to_saving(staff_client):
    Speaker.objects.create(family_name="Придуманная", initials="А. П.")
    Organisation.objects.create(name="Вымысловская областная библиотека имени Сочинителя")
    fields = Fields(page := proposal(staff_client))
    first, second = (name.rpartition("-")[0] for name in fields.unanswered)
    assert f'<a href="#{first}" autofocus>' in page
    assert f'<a class="fact-next" href="#{second}">Следующий вопрос</a>' in page
    assert '<a class="fact-next" href="#save">К сохранению</a>' in page and 'id="save"' in page


def test_a_refused_review_keeps_what_was_typed(staff_client):
    Speaker.objects.create(family_name="Придуманная", initials="А. П.")
    fields = Fields(proposal(staff_client))
    typed = fields.values | {"own-outcome": "Набранные итоги", "event-title-value": "Набранное название"}
    page = staff_client.post(reverse(REVIEW), typed).content.decode()
    assert "Набранные итоги" in page and "Набранное название" in page
    assert "Пока ничего не сохранено" in page


def test_a_review_goes_on_in_the_other_language_with_all_that_is_typed(staff_client):
    """The link of the header led to an empty form."""
    Speaker.objects.create(family_name="Придуманная", initials="А. П.")
    page = proposal(staff_client)
    there = re.search(r'name="in_other_language" formaction="([^"]+)"', page)[1]
    typed = Fields(page).values | {"own-outcome": "Набранные итоги", "event-title-value": "", "in_other_language": ""}
    answer = staff_client.post(there, typed)
    page = answer.content.decode()
    assert answer.status_code == 200 and "Набранные итоги" in page and "Save as a draft" in page
    assert "errorlist" not in page and "Nothing is saved yet" not in page
    assert f'formaction="{reverse(REVIEW)}"' in page
    assert not Conference.objects.exists()
    fields = Fields(page)
    assert fields.values["event-title-value"] == "" and fields.unanswered
    answers = fields.answer_all() | {"event-title-value": "Набранное название"}
    staff_client.post(there, answers)
    assert Conference.objects.get().title == "Набранное название"


def test_a_year_the_text_does_not_state_is_asked_for_and_may_stay_unknown(staff_client):
    text = TEXT.replace("15 апреля 2021 года", "15 апреля")
    fields = Fields(proposal(staff_client, text))
    assert "date-0-year" in fields.values
    staff_client.post(reverse(REVIEW), fields.answer_all())
    assert Conference.objects.get().year is None
    Conference.objects.all().delete()
    answers = Fields(proposal(staff_client, text)).answer_all()
    staff_client.post(reverse(REVIEW), answers | {"date-0-year": "2021", "date-0-year_source": "адрес страницы"})
    date = Conference.objects.get().dates.get()
    assert (date.start, date.year_supplied, date.year_source) == ("2021-04-15", True, "адрес страницы")


def test_two_names_of_one_organisation_become_one_record(staff_client):
    text = TEXT + "\nУчастниками стали сотрудники ВОУНБ."
    fields = Fields(proposal(staff_client, text))
    names = {name: value for name, value in fields.values.items() if re.fullmatch(r"organisation-o\d+-name", name)}
    short = next(name for name, value in names.items() if value == "ВОУНБ")
    library = next(name for name, value in names.items() if "областная библиотека" in value)
    same = {short.replace("-name", "-same_as"): library.split("-")[1]}
    staff_client.post(reverse(REVIEW), fields.answer_all() | same)
    (found,) = Organisation.objects.filter(name_key__contains="областная библиотека")
    assert [str(alias) for alias in found.aliases.all()] == ["ВОУНБ"]
    assert found.participations.count() == 2


def test_another_name_of_an_organisation_is_proposed_too_and_may_be_dropped(staff_client):
    text = TEXT + "\nУчастниками стали специалисты «Дворца книги» - Ульяновской областной научной библиотеки."
    fields = Fields(proposal(staff_client, text))
    (name,) = [name for name, value in fields.values.items() if value == "Дворец книги"]
    kept = fields.answer_all() | {name: "Дворец\r\n книги и чтения"}
    staff_client.post(reverse(REVIEW), kept)
    library = Organisation.objects.get(name_key__contains="ульяновская")
    assert [str(alias) for alias in library.aliases.all()] == ["Дворец книги и чтения"]
    Conference.objects.all().delete()
    Organisation.objects.all().delete()
    staff_client.post(reverse(REVIEW), fields.answer_all() | {name.replace("-value", "-take"): "skip"})
    assert not Organisation.objects.get(name_key__contains="ульяновская").aliases.exists()


def test_the_same_text_is_not_taken_twice_by_accident(staff_client):
    staff_client.post(reverse(REVIEW), Fields(proposal(staff_client)).answer_all())
    page = proposal(staff_client)
    assert "уже есть событие" in page
    assert Conference.objects.count() == 1
    assert "Предложение" in proposal(staff_client, again="on")


def test_markup_in_a_text_stays_text(staff_client):
    page = proposal(staff_client, TEXT + "\n<script>alert(1)</script> & <b>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_schedule_comes_in_by_the_same_door(staff_client):
    content = {
        "schedule": {
            "conference": {
                "title": "Вымышленные чтения",
                "start": "2024-05-24",
                "days": [
                    {
                        "date": "2024-05-24",
                        "rooms": {"Зал": [{"title": "О книгах", "persons": [{"public_name": "Анна Придуманная"}]}]},
                    }
                ],
            }
        }
    }
    file = SimpleUploadedFile("schedule.json", json.dumps(content).encode())
    fields = Fields(staff_client.post(reverse(PASTE), {"file": file}).content.decode())
    staff_client.post(reverse(REVIEW), fields.answer_all())
    assert Conference.objects.get().talks.get().people.get().speaker.family_name == "Придуманная"


def published_schedule(talks, day="2024-05-24", url="https://conf.example/2024/"):
    """A schedule.json whose talks, (title, hour, speaker, …), may have been changed since."""
    listed = [
        {"title": title, "start": hour, "track": "Каталоги", "persons": [{"public_name": name} for name in speakers]}
        for title, hour, *speakers in talks
    ]
    days = [{"date": day, "rooms": {"Зал": listed}}]
    conference = {"title": "Вымышленные чтения", "city": "Вымыслов", "days": days}
    content = {"schedule": {"url": url, "conference": conference}}
    return SimpleUploadedFile("schedule.json", json.dumps(content).encode())


@pytest.mark.parametrize("url", ["https://conf.example/2024/", ""])
def test_a_schedule_that_comes_in_again_updates_its_event_and_makes_no_second_one(staff_client, url):
    first = [
        ("О каталогах", "10:00", "Придуманная А. Б."),
        ("Чтение вслух", "11:00", "Вымыслов П. И."),
        ("Лишний доклад", "12:00", "Небывалов С. С."),
    ]
    page = reviewed(staff_client, published_schedule(first, url=url))
    assert staff_client.post(reverse(REVIEW), Fields(page).answer_all()).status_code == 302
    event = Conference.objects.get()
    event.city = "Придумск"
    event.save()
    changed = [
        ("Как собирают карточки", "10:00", "Придуманная А. Б."),
        ("Чтение вслух", "11:30", "Вымыслов П. И."),
        ("Новый доклад", "14:00", "Сочинский И. И."),
    ]
    day = "2024-05-25" if url else "2024-05-24"
    if url:
        assert "уже есть событие" in reviewed(staff_client, published_schedule(changed, day, url))
    page = staff_client.post(reverse(PASTE), {"file": published_schedule(changed, day, url), "again": "on"}).text
    assert f'name="join" value="{event.pk}"' in page
    sent = Fields(page).answer_all("-take") | {"join": str(event.pk)}
    answer = staff_client.post(reverse(REVIEW), sent, follow=True)
    assert "Лишний доклад" in answer.text and "Этих докладов" in answer.text
    assert [talk.title for talk in event.talks.all()] == [title for title, _hour, _speaker in first]
    lines = re.findall(r'name="take" value="([^"]+)"[^>]*checked', answer.text)
    staff_client.post(answer.redirect_chain[-1][0], {"take": lines, "_take": "1"})
    event = Conference.objects.get()
    assert [(talk.title, f"{talk.start_time:%H:%M}") for talk in event.talks.all()] == [
        ("Как собирают карточки", "10:00"),
        ("Чтение вслух", "11:30"),
        ("Лишний доклад", "12:00"),
        ("Новый доклад", "14:00"),
    ]
    # What is of the event as a whole stays as staff wrote it.
    assert event.city == "Придумск" and event.dates.get().start == day
    assert event.sources.count() == 1 and Speaker.objects.count() == 4
    page = staff_client.post(reverse(PASTE), {"file": published_schedule(changed, day, url), "again": "on"}).text
    answer = staff_client.post(reverse(REVIEW), Fields(page).values | {"join": str(event.pk)}, follow=True)
    assert "не рассказывает ничего, чего нет в\u00a0архиве" in answer.text


def test_the_zone_of_a_schedule_stands_on_the_page_of_the_event_and_in_calendars(staff_client, client):
    conference = {
        "title": "Вымышленные чтения",
        "time_zone_name": "Europe/Samara",
        "days": [{"date": "2024-05-24", "rooms": {"Зал": [{"title": "О каталогах", "start": "10:00"}]}}],
    }
    content = json.dumps({"schedule": {"url": "https://conf.example/", "conference": conference}}).encode()
    page = reviewed(staff_client, SimpleUploadedFile("schedule.json", content))
    staff_client.post(reverse(REVIEW), Fields(page).answer_all())
    event = Conference.objects.get()
    event.status = "published"
    event.save()
    for record in (event, event.talks.get()):
        assert "Europe/Samara" in client.get(record.get_absolute_url()).text
    calendar = client.get(f"{event.get_absolute_url()}export/ics/").text
    assert "Часовой пояс: Europe/Samara" in calendar.replace("\r\n ", "")


def test_another_order_and_a_removed_speaker_of_a_newer_schedule_are_asked_about(staff_client):
    people = ["Придуманная А. Б.", "Вымыслов П. И.", "Небывалов С. С."]
    first = [("О каталогах", "10:00", *people), ("Чтение вслух", "11:00", "Вымыслов П. И.")]
    page = reviewed(staff_client, published_schedule([*first, ("Лишний доклад", "12:00", people[0])]))
    assert staff_client.post(reverse(REVIEW), Fields(page).answer_all()).status_code == 302
    event = Conference.objects.get()
    changed = [("Чтение вслух", "10:00", people[1]), ("О каталогах", "11:00", people[2], people[0])]
    page = staff_client.post(reverse(PASTE), {"file": published_schedule(changed), "again": "on"}).text
    sent = Fields(page).answer_all("-take") | {"join": str(event.pk)}
    answer = staff_client.post(reverse(REVIEW), sent, follow=True)

    def programme():
        return [(talk.title, [part.speaker.family_name for part in talk.own_people]) for talk in event.talks.all()]

    assert programme() == [
        ("О каталогах", ["Придуманная", "Вымыслов", "Небывалов"]),
        ("Чтение вслух", ["Вымыслов"]),
        ("Лишний доклад", ["Придуманная"]),
    ]
    assert "удалено" in answer.text
    lines = re.findall(r'name="take" value="([^"]+)"[^>]*checked', answer.text)
    staff_client.post(answer.redirect_chain[-1][0], {"take": lines, "_take": "1"})
    assert programme() == [
        ("Чтение вслух", ["Вымыслов"]),
        ("Лишний доклад", ["Придуманная"]),
        ("О каталогах", ["Небывалов", "Придуманная"]),
    ]


def programme(size, **talk):
    """A schedule of that many talks, each with a speaker of its own whose name does not say which word is what."""
    letters = "абвгдежзик"
    names = ["Вымыслов" + "".join(letters[int(digit)] for digit in str(number)) for number in range(size)]
    talks = [
        {
            "title": f"О книгах, часть {number}",
            "start": f"{9 + number % 9:02}:00",
            "persons": [{"id": number, "public_name": f"Анна {name}"}],
        }
        | talk
        for number, name in enumerate(names)
    ]
    days = [{"date": "2024-05-24", "rooms": {"Зал": talks}}]
    content = {"schedule": {"conference": {"title": "Вымышленный съезд", "start": "2024-05-24", "days": days}}}
    return SimpleUploadedFile("schedule.json", json.dumps(content).encode())


def reviewed(client, file):
    return client.post(reverse(PASTE), {"file": file}).content.decode()


def test_a_long_programme_is_lines_and_grows_no_faster_than_its_talks(staff_client):
    page, longer = reviewed(staff_client, programme(100)), reviewed(staff_client, programme(400))
    assert "talks-0-title" not in page
    assert "О книгах, часть 99" in page
    # Not four times four: no talk lists all speakers.
    assert len(longer) < 5 * len(page)


def test_the_order_of_names_is_answered_once_for_all_and_exceptions_singly(staff_client):
    page = reviewed(staff_client, programme(70))
    assert "Какое слово — фамилия?" in page and "Пока ничего не сохранено" not in page
    fields = Fields(page).values
    refused = staff_client.post(reverse(REVIEW), fields)
    assert refused.status_code == 422
    assert "1 ответ не дан" in refused.content.decode().replace("\xa0", " ") and not Conference.objects.exists()

    page = staff_client.post(reverse(REVIEW), fields | {"name_order": "given"}).content.decode()
    assert "Какое слово — фамилия?" not in page
    assert "Вымысловба, Анна" in page
    page = staff_client.post(reverse(REVIEW), Fields(page).values | {"open": "person-p2"}).content.decode()
    fields = Fields(page).values
    family = fields["person-p2-family_name"]
    fields |= {"person-p2-family_name": "Анна", "person-p2-given_names": family}
    # What is typed stays when another line is opened.
    page = staff_client.post(reverse(REVIEW), fields | {"open": "talks-0"}).content.decode()
    fields = Fields(page).values
    assert fields["talks-0-title"] == "О книгах, часть 0"
    fields |= {"talks-0-title": "О других книгах"}
    assert staff_client.post(reverse(REVIEW), fields).status_code == 302
    conference = Conference.objects.get()
    assert conference.talks.count() == 70
    assert conference.talks.filter(title="О других книгах").exists()
    assert Speaker.objects.filter(given_names="Анна").count() == 69
    assert Speaker.objects.get(family_name="Анна").given_names == family


def test_an_answer_for_all_names_leaves_what_was_typed_and_what_it_cannot_mean(staff_client):
    fields = Fields(reviewed(staff_client, programme(3))).values
    fields |= {"person-p1-family_name": "Исправленная", "name_order": "family"}
    fields = Fields(staff_client.post(reverse(REVIEW), fields).content.decode()).values
    assert fields["person-p1-family_name"] == "Исправленная"
    # «Анна» is no family name: asked of this person alone.
    assert fields["person-p2-given_names"] == "Анна"
    assert "person-p2-use" not in fields


def test_among_many_speakers_names_are_written_and_a_wrong_one_is_refused_in_words(staff_client):
    fields = Fields(reviewed(staff_client, programme(70)))
    page = staff_client.post(reverse(REVIEW), fields.values | {"name_order": "given"}).content.decode()
    page = staff_client.post(reverse(REVIEW), Fields(page).values | {"open": "talks-1"}).content.decode()
    fields = Fields(page).values
    shown = fields["talks-1-speakers"]
    fields |= {"talks-1-speakers": f"{shown}; Никто Такой"}
    refused = staff_client.post(reverse(REVIEW), fields).content.decode()
    assert "«Никто Такой» нет в списке" in refused
    assert Fields(refused).values["talks-1-speakers"] == f"{shown}; Никто Такой"
    fields |= {"talks-1-speakers": f"{shown}; Вымысловжг Анна"}
    assert staff_client.post(reverse(REVIEW), fields).status_code == 302
    talk = Conference.objects.get().talks.get(title=Fields(page).values["talks-1-title"])
    assert {one.speaker.family_name for one in talk.people.all()} == {shown.split()[0], "Вымысловжг"}


def test_namesakes_of_a_long_programme_are_told_apart_by_a_number(staff_client):
    file = programme(
        70, persons=[{"id": 1, "public_name": "Сочинский Пётр Ильич"}, {"id": 2, "public_name": "Сочинский Пётр Ильич"}]
    )
    page = reviewed(staff_client, file)
    assert "Сочинский, Пётр Ильич (2)" in page
    page = staff_client.post(reverse(REVIEW), Fields(page).values | {"open": "talks-0"}).content.decode()
    fields = Fields(page).answer_all()
    assert staff_client.post(reverse(REVIEW), fields).status_code == 302
    assert Speaker.objects.count() == 2
    assert Conference.objects.get().talks.first().people.count() == 2


def test_among_many_organisations_a_part_is_written_and_never_its_own_whole():
    draft = Draft(organisations=[OrganisationDraft(key=f"o{n}", name=f"Библиотека {n}") for n in range(40)])
    review = Review(draft)
    (form,) = (one.form for one in review.organisations if one.form.fact.key == "o7")
    field = form.fields["department_of"]
    assert field.clean("библиотека 8") == "o8"
    assert field.clean("") == ""
    assert field.prepare_value("o8") == "Библиотека 8"
    for wrong in ("Библиотека 7", "Никакая"):
        with pytest.raises(ValidationError):
            field.clean(wrong)


def test_a_programme_of_a_thousand_speakers_is_compared_with_the_archive(staff_client):
    Speaker.objects.create(family_name="Вымысловжгв", given_names="Анна")
    page = reviewed(staff_client, programme(1100, language="ru"))
    assert "person-p" in page
    assert page.count("то же имя") == 1


@pytest.mark.parametrize("draft", ["", "{}]", '{"title": 1}', '{"people": [{"key": 5}]}', "[" * 5000])
def test_a_damaged_proposal_is_answered_in_words(staff_client, draft):
    answer = staff_client.post(reverse(REVIEW), {"draft": draft}, follow=True)
    assert answer.status_code == 200
    assert "Вставьте текст ещё раз" in answer.content.decode()


def test_nothing_to_read_is_said(staff_client):
    assert "Вставьте текст или выберите" in proposal(staff_client, " ")


def test_a_stranger_cannot_paste(client):
    assert client.post(reverse(PASTE), {"text": TEXT}).status_code == 302
    assert client.post(reverse(REVIEW), {"draft": "{}"}).status_code == 302
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("title", "day", "reason"),
    [
        ("Вымышленные электронные каталоги", "2021-04-15", "тот же день и похожее название"),
        ("Совсем другое", "2021-04-15", "тот же день"),
        ("Вымышленные электронные каталоги", "XXXX-04-15", "похожее название, тот же день, год не указан"),
        ("Совсем другое", "XXXX-04-15", ""),
        ("Вымышленные электронные каталоги", "2022-04-15", ""),
    ],
)
def test_an_event_that_another_source_reported_already_is_shown_before_a_second_one_is_saved(
    staff_client, title, day, reason
):
    known = Conference.objects.create(title=title)
    known.dates.create(start=day)
    page = proposal(staff_client)
    asked = "Возможно, это событие уже есть в архиве" in page
    assert asked == bool(reason)
    assert not reason or re.search(f">{title}</a>: {reason}\\s+<button", page)


# ── An announcement becomes a report ────────────────────────────────────────────────────────────────────────────────

ANNOUNCEMENT = """\
15 апреля 2021 года состоится вебинар «Вымышленные каталоги». Организатор — Вымысловская областная библиотека.
Приглашаем библиотекарей."""


def test_an_announcement_becomes_an_expected_event_and_its_report_joins_it(staff_client):
    staff_client.post(reverse(REVIEW), Fields(proposal(staff_client, text=ANNOUNCEMENT)).answer_all())
    event = Conference.objects.get()
    assert event.state == "expected"
    page = proposal(staff_client, url="https://library.example/news/2")
    assert "тот же день и похожее название; оно было объявлено" in page
    sent = Fields(page).values | {"join": str(event.pk)}
    answer = staff_client.post(reverse(REVIEW), sent, follow=True)
    assert "Текст добавлен как источник. Состояние: состоялось." in answer.text
    event = Conference.objects.get()
    assert event.state == "held"
    assert [source.text for source in event.sources.all()] == [ANNOUNCEMENT, TEXT]
    assert event.sources.last().url == "https://library.example/news/2"


SECOND = """\
15 апреля 2021 года прошёл вебинар «Вымышленные каталоги». Организатор — Вымысловская областная библиотека.
С докладом «О придуманных книгах» выступила Анна Петровна Придуманная, главный библиограф
Вымысловской областной библиотеки. С докладом «Каталоги без карточек» выступил Пётр Ильич Небывалов, директор
Небывальской городской библиотеки. Участвовали 40 библиотекарей."""


def test_what_a_second_source_tells_besides_is_compared_and_taken_and_nothing_is_doubled(staff_client):
    staff_client.post(reverse(REVIEW), Fields(proposal(staff_client)).answer_all())
    event = Conference.objects.get()
    page = proposal(staff_client, text=SECOND, url="https://library.example/news/2")
    assert "Добавить к\u00a0этому событию" in page
    # What was found in the archive needs no answer: the event has it.
    sent = Fields(page).answer_all("-take") | {"join": str(event.pk)}
    answer = staff_client.post(reverse(REVIEW), sent, follow=True)
    found = Proposal.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("admin:events_proposal_change", args=[found.pk])
    assert (found.record, found.origin) == (event.uid, "source")
    assert [source.text for source in event.sources.all()] == [TEXT, SECOND]
    assert event.talks.count() == 1 and not Speaker.objects.filter(family_name="Небывалов").exists()
    assert "Каталоги без карточек" in answer.text and "О придуманных книгах" not in answer.text

    lines = re.findall(r'name="take" value="([^"]+)"[^>]*checked', answer.text)
    staff_client.post(answer.redirect_chain[-1][0], {"take": lines, "_take": "1"})
    assert [talk.title for talk in event.talks.all()] == ["О придуманных книгах", "Каталоги без карточек"]
    assert [number.value for number in event.attendance.all()] == [40]
    assert event.organisations.filter(role__slug="organiser").count() == 1
    assert sorted(person.family_name for person in Speaker.objects.all()) == ["Небывалов", "Придуманная"]
    assert Organisation.objects.count() == 2

    again = Fields(proposal(staff_client, text=SECOND, again="on")).values | {"join": str(event.pk)}
    answer = staff_client.post(reverse(REVIEW), again, follow=True)
    assert "не рассказывает ничего, чего нет в\u00a0архиве" in answer.text
    assert event.sources.count() == 2 and Proposal.objects.count() == 1


def test_two_texts_without_an_address_are_two_sources(staff_client):
    event = Conference.objects.create(title="Вымышленные каталоги")
    event.dates.create(start="2021-04-15")
    event.sources.create(text=TEXT)
    sent = Fields(proposal(staff_client, text=SECOND)).values | {"join": str(event.pk)}
    assert staff_client.post(reverse(REVIEW), sent).status_code == 302
    assert [source.text for source in event.sources.all()] == [TEXT, SECOND]
    assert event.sources.last().headline.startswith("15 апреля 2021 года прошёл вебинар")


def test_a_second_source_fills_what_is_unknown_and_leaves_what_is_known(staff_client):
    event = Conference.objects.create(title="Вымышленные каталоги", city="Тамбов", is_unsourced=True)
    event.dates.create(start="XXXX-04-15")
    talk = event.talks.create(topic="придуманные книги", order=1)
    person = Speaker.objects.create(family_name="Придуманная", given_names="Анна Петровна")
    event.people.create(talk=talk, speaker=person, role=SpeakerRole.objects.get(slug="speaker"))
    page = proposal(staff_client, text=SECOND.replace("прошёл", "в городе Рязань прошёл"))
    sent = Fields(page).answer_all("-take") | {"join": str(event.pk)}
    answer = staff_client.post(reverse(REVIEW), sent, follow=True)
    lines = re.findall(r'name="take" value="([^"]+)"[^>]*checked', answer.text)
    staff_client.post(answer.redirect_chain[-1][0], {"take": lines, "_take": "1"})
    event.refresh_from_db()
    assert (event.city, event.kind.slug, event.is_unsourced) == ("Тамбов", "webinar", False)
    assert [date.start for date in event.dates.all()] == ["2021-04-15"]
    assert event.talks.first().title == "О придуманных книгах" and event.talks.count() == 2


NO_EVENT = "Рецепт: взять 3 яйца, муку и молоко. Жарить на масле."


def test_a_text_that_is_no_event_is_said_to_be_none_and_may_become_one_all_the_same(staff_client):
    page = proposal(staff_client, text=NO_EVENT)
    assert "Это не похоже на событие" in page
    assert "дата, название, вид, доклады, участники" in page
    assert "Это не похоже на событие" not in proposal(staff_client)
    typed = {"event-title-value": "Кулинарный вебинар", "event-kind-value": "webinar", "date-0-start": "9 июня 2020"}
    answer = staff_client.post(reverse(REVIEW), Fields(page).values | typed)
    assert answer.status_code == 302
    event = Conference.objects.get()
    assert (event.title, event.kind.slug, event.first_day) == ("Кулинарный вебинар", "webinar", "2020-06-09")
    wrong = Fields(page).values | {"date-0-start": "позавчера"}
    assert "Напишите дату" in staff_client.post(reverse(REVIEW), wrong).text
    # Nothing of it has to be filled in.
    assert staff_client.post(reverse(REVIEW), Fields(page).values).status_code == 302


def test_a_text_joins_only_an_event_that_the_review_offers(staff_client):
    other = Conference.objects.create(title="Совсем другое", state="expected")
    answer = staff_client.post(reverse(REVIEW), Fields(proposal(staff_client)).values | {"join": str(other.pk)})
    assert "Этого события в\u00a0архиве уже нет." in answer.text
    assert not other.sources.exists()


def test_the_report_of_an_archivist_waits_beside_a_published_announcement(client, django_user_model):
    event = Conference.objects.create(title="Вымышленные каталоги", state="expected", status="published")
    event.dates.create(start="2021-04-15")
    person = django_user_model.objects.create_user("arch", is_staff=True)
    person.groups.add(Group.objects.get(name="Архивисты"))
    client.force_login(person)
    sent = Fields(proposal(client)).values | {"join": str(event.pk)}
    client.post(reverse(REVIEW), sent)
    event.refresh_from_db()
    assert event.state == "expected"
    assert not event.sources.exists()
    assert Proposal.objects.get().record == event.uid


def test_the_marks_of_a_text_are_those_of_the_facts_that_cover_each_piece():
    """Overlapping, nested, touching, empty and overlong spans, as a sent draft may have them."""
    text = "Вымышленные чтения прошли весной в придуманном городе."
    chance = random.Random(7)
    spans = [Span(*(chance.randrange(len(text) + 9) for _edge in "ab")) for _number in range(16)]
    people = [
        PersonDraft(key=f"p{number}", spans=spans[number : number + 2], uncertainty="?" * (number % 3 == 0))
        for number in range(0, len(spans), 2)
    ]
    pieces = list(Review(Draft(people=people, source=SourceDraft(text=text))).segments())
    assert "".join(piece.text for piece in pieces) == text
    start = 0
    for piece in pieces:
        end = start + len(piece.text)
        facts = [one for one in people if any(span.start <= start and end <= span.end for span in one.spans)]
        assert piece.anchor == (f"t{start}" if facts else "")
        assert piece.is_doubtful == any(one.uncertainty for one in facts)
        start = end
    assert len({piece.anchor != "" for piece in pieces}) == len({piece.is_doubtful for piece in pieces}) == 2
