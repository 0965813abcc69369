"""Dates of the event: chosen among the dates of the text, which are also of pages, of history and of other events."""

import re
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from ....russian import morphology
from ....russian.date_expressions import DateExpression, find_dates, find_times
from ....russian.typography import QUOTES
from ...draft import DateDraft, Span
from . import boilerplate
from .document import Document
from .event import EventMention
from .lexicon import alternation
from .programme import Entry

# After one of these words a date is not the event’s: «основан 9 мая», «отмечается 27 мая», «заявки до 24 февраля».
_NOT_EVENT_DATE = alternation(
    r"""
    отмеча\w+|праздн\w+|родил\w+|основан\w*|указом?|приказ\w*|от|№|до|начиная с|заявк\w+|постановлени\w+
    """,
    after=r"\s*$",
    before=r"\b",
)

# «предложила провести следующую встречу 27 января»
_NEXT_TIME = re.compile(r"следующ\w+\s\w+[^.!?]{0,25}$")
# «…, 12:00 (мск)»
_HOUR = re.compile(r"^[\s,]*(?:в\s+)?\d{1,2}[:.]\d\d\s*(?:\(?мск\)?)?", re.IGNORECASE)
_NUMERIC_DAY = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}")


def explicit(document: Document, layout: boilerplate.Layout) -> list[DateExpression]:
    """Find the dates of the news outside quotations and names of institutions."""
    return [
        date for date in find_dates(document.text)
        if layout.is_news(date.start)
        and not document.quote_around(date.start)
        and not re.search(r"\b(?:им\.|имени)\s*$", document.text[: date.start])
    ]  # fmt: skip


class EventDates:
    """Chooses the dates of the event; `programme` has the dated and timed entries of a programme."""

    def __init__(
        self,
        document: Document,
        layout: boilerplate.Layout,
        event: EventMention | None,
        explicit_dates: list[DateExpression],
        programme: Sequence[Entry],
    ) -> None:
        self.document, self.layout, self.event = document, layout, event
        self.explicit_dates, self.programme = explicit_dates, programme

    def of_page(self) -> DateExpression | None:
        """Return the day of publication on the headline’s line, if there is one."""
        return next(filter(self._is_of_page, self.explicit_dates), None)

    def drafts(self) -> list[DateDraft]:
        """Return the days of the event, the first with its hour; a doubt where the text does not say it plainly."""
        chosen = self._chosen_dates()
        found = [draft for date in chosen for draft in self._date_drafts(date)]
        for draft in found:
            self._complete_year(draft)
            if not self.layout.is_news(draft.spans[0].start):
                draft.uncertainty = _(
                    "The date stands on a line of its own above the text: it may be the day of publication."
                )
        found = _without_repeats(found)
        self._set_time(found)
        return found

    def _date_drafts(self, date: DateExpression) -> list[DateDraft]:
        return [
            DateDraft(
                start=str(start),
                end=str(end) if end and end != start else "",
                printed=self._printed(date),
                spans=[Span(date.start, date.end)],
                uncertainty="" if start.year else _("The text does not state the year."),
            )
            for start, end in date.days
        ]

    def _printed(self, date: DateExpression) -> str:
        return self.document.text[date.start : date.end]

    def _chosen_dates(self) -> list[DateExpression]:
        """Choose the dates of the sentence about the event, else the first date of the news."""
        same_sentence = [date for date in self.explicit_dates if self._is_near_event(date) and self._is_of_event(date)]
        if same_sentence:
            return self._days_of_sentence(same_sentence)
        found = [date for date in self.explicit_dates if self._is_of_event(date) and not self._is_in_brackets(date)]
        # «Доклады первого дня (5 октября 2022 г.):»
        found = found or [date for date in self.explicit_dates if self._is_of_event(date) and self._heads_list(date)]
        body = [date for date in found if date.has_day]
        listed = {entry.item.day for entry in self.programme if entry.item.day}
        if len(listed) > 1:
            # «5 марта — «Как хранить газеты»», «7 марта — «…»»: each is a day of the event.
            return [date for date in body if str(date.days[0][0]) in listed]
        if not self.explicit_dates:
            return self._dates_above()
        return self._last_before_event(body) or body[:1] or found[:1]

    def _last_before_event(self, body: list[DateExpression]) -> list[DateExpression]:
        """Return the last day named before the event in its paragraph: «21 марта работала секция. Она …»."""
        if self.event is None:
            return []
        start = self.document.words[self.event.head].start
        line = self.document.lines[self.document.line_at(start)]
        return [date for date in body if line.start <= date.start < start][-1:]

    def _heads_list(self, date: DateExpression) -> bool:
        return self.document[self.document.lines[self.document.line_at(date.start)]].rstrip().endswith(":")

    def _is_in_brackets(self, date: DateExpression) -> bool:
        """Whether the date is in brackets and so another event’s.

        «конгресса ИФЛА (26–29 июля, Дублин)»: the date of the congress.
        """
        before = self.document.text[max(0, date.start - 30) : date.start].rpartition("\n")[2]
        if not before.partition("(")[0].strip():
            # «(16 сентября 2021, онлайн)» on a line of its own
            return False
        return "(" in before and ")" not in before.rpartition("(")[2]

    def _dates_above(self) -> list[DateExpression]:
        """Find a date on a line of its own above a text without dates; a day of publication has another form."""
        above = [
            (line, replace(date, start=line.start + date.start, end=line.start + date.end))
            for line in self.layout.boilerplate
            for date in find_dates(self.document[line])
            if date.has_day
        ]
        found = [date for line, date in above if self._is_alone(line, date)]
        if not found and any(entry.item.is_timed for entry in self.programme):
            # A programme has no day of publication above it.
            found = [date for line, date in above if self.document[line].strip(" .") == self._printed(date).strip(" .")]
        return found[:1]

    def _is_alone(self, line: Span, date: DateExpression) -> bool:
        before, after = self.document.text[line.start : date.start], self.document.text[date.end : line.end]
        around = f"{before}{_HOUR.sub('', after)}".strip().lower()
        in_words = re.search(r"[а-я.]$", self._printed(date).rstrip()) is not None
        return not around and in_words or around in ("дата:", "дата проведения:", "когда:")

    def _is_near_event(self, date: DateExpression) -> bool:
        near = self._near_event()
        return near is not None and near[0] <= date.start < near[1]

    def _near_event(self) -> tuple[int, int] | None:
        if self.event is None:
            return None
        sentence = self.document.sentence_of(self.event.head)
        return sentence.start, sentence.end

    def _days_of_sentence(self, found: list[DateExpression]) -> list[DateExpression]:
        """Choose separate days before months, which may be those of a longer project."""
        days = [date for date in found if date.has_day]
        return days or self._days_of_month(found[0]) or found[:1]

    def _days_of_month(self, month: DateExpression) -> list[DateExpression]:
        """Find the days of the month that the sentence names.

        «В октябре 2023 года… Занятия прошли 4, 11 и 18 октября»: the days say more than the month.
        """
        start, end = month.days[0]
        if end or not start.month:
            return []
        found = [
            date
            for date in self.explicit_dates
            if date.has_day and date.days[0][0].month == start.month and self._is_of_event(date)
        ]
        return [date.with_year(start.year) for date in found]

    def _is_of_page(self, date: DateExpression) -> bool:
        """Whether the date begins the headline’s line, «02.11.2023 Семинар библиотекарей»: the day of publication."""
        place = self.document.line_at(date.start)
        line = self.document.lines[place]
        rest = self.document.text[date.end : line.end].strip(" .,")
        if (
            len(rest.split()) < 2
            or not rest[0].isalpha()
            and rest[0] not in QUOTES
            or place + 1 == len(self.document.lines)
            or place > 3
            or len(rest) > 160
        ):
            return False
        if any(morphology.is_finite_verb(word) for word in re.findall(r"[а-яё]+", rest.lower())):
            return False
        return (
            self.document.text[line.start : date.start].strip() == ""
            and _NUMERIC_DAY.match(self._printed(date)) is not None
        )

    def _is_of_event(self, date: DateExpression) -> bool:
        """Whether the date is the event’s, and not one of history, of a holiday or of the page."""
        if self._is_of_page(date):
            return False
        before = self.document.text[max(0, date.start - 40) : date.start].lower()
        after = self.document.text[date.end : date.end + 25].lower()
        if date.year and date.year < 1990:
            return False
        if _NOT_EVENT_DATE.search(before) or _NEXT_TIME.search(before):
            return False
        return not re.match(r"\s*(?:отмеча|праздну)", after)

    def _complete_year(self, draft: DateDraft) -> None:
        """Supply the year from the same day elsewhere in the news: «8 декабря» under «08 декабря 2022 года»."""
        if not draft.lacks_year:
            return
        for other in self.explicit_dates:
            start = other.days[0][0]
            if not self._may_tell_year(other):
                continue
            if start.year and draft.start.startswith(f"XXXX{str(start)[4:]}"):
                draft.start, draft.end = f"{start.year}{draft.start[4:]}", draft.end and f"{start.year}{draft.end[4:]}"
                draft.spans, draft.uncertainty = [*draft.spans, Span(other.start, other.end)], ""
                return

    def _may_tell_year(self, date: DateExpression) -> bool:
        """Whether the date is in the headline, near the event, or a sentence of its own, and so tells the year."""
        if self.layout.is_headline(date.start) or self._is_near_event(date):
            return True
        sentence = self.document.sentence_of(self.document.at(date.start))
        return self.document[sentence].strip(" .") == self._printed(date).strip(" .")

    def _set_time(self, found: list[DateDraft]) -> None:
        near = self._near_event()
        for time in find_times(self.document.text):
            close = near and near[0] <= time.start < near[1]
            after_date = any(0 <= time.start - span.end < 40 for draft in found for span in draft.spans)
            if found and (close or after_date) and self.layout.is_news(time.start):
                found[0].start_time, found[0].time_zone = time.time, time.zone
                found[0].spans.append(Span(time.start, time.end))
                return


def _without_repeats(found: list[DateDraft]) -> list[DateDraft]:
    """Drop dates with the same start, and days inside a range already found."""
    kept: list[DateDraft] = []
    for draft in found:
        longer = next((other for other in kept if other.start == draft.start and draft.end and not other.end), None)
        if longer:
            # «15 мая ученица приняла участие в конференции, которая проходит с 15 по 19 мая»
            longer.end, longer.spans = draft.end, [*longer.spans, *draft.spans]
        elif not any(
            other.start == draft.start or (other.end and other.start <= draft.start <= other.end) for other in kept
        ):
            kept.append(draft)
    return kept
