"""Sample data are exact in number, repeatable and as valid as what librarians type."""

import io
from contextlib import contextmanager, redirect_stderr
from unittest import mock

from django.db import transaction
from django.test import TestCase

from bench.sample_data import generator
from bench.sample_data.__main__ import main
from bench.sample_data.generator import MODELS, SampleArchive
from events import revisions
from events.models import Conference, Organisation, Series, Speaker, Talk, Topic
from events.russian.folding import fold


def generate(records, seed=1, drafts=0.0):
    list(SampleArchive(records, seed, drafts).generate())


def findable():
    """All that a visitor can reach."""
    series = Series.objects.filter(conferences__in=Conference.objects.published()).distinct()
    return [*[m.objects.published() for m in (Conference, Talk, Speaker, Organisation, Topic)], series]


def content():
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


@contextmanager
def undone():
    """What is written inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refusal(*arguments):
    """What the command prints before it ends without doing anything."""
    with redirect_stderr(io.StringIO()) as printed:
        try:
            main(list(arguments))
        except SystemExit as stop:
            assert stop.code
    return printed.getvalue()


class SampleDataTest(TestCase):
    """One archive of 2,000 records, read only."""

    @classmethod
    def setUpTestData(cls):
        generate(records=2000)

    def test_exactly_so_many_records_can_be_found(self):
        self.assertEqual(sum(queryset.count() for queryset in findable()), 2000)

    def test_has_every_kind_in_the_usual_proportions(self):
        conferences, talks, speakers, organisations, topics, series = (queryset.count() for queryset in findable())
        self.assertAlmostEqual(talks / conferences, 6, delta=0.5)
        self.assertAlmostEqual(speakers / conferences, 4, delta=0.5)
        self.assertAlmostEqual(organisations / conferences, 0.7, delta=0.2)
        self.assertTrue(topics and series)

    def test_one_word_stands_in_a_third_of_all_records(self):
        texts = [
            *(f"{c.title} {c.theme} {c.summary} {c.background} {c.outcome}" for c in Conference.objects.all()),
            *(f"{talk.title} {talk.topic} {talk.abstract}" for talk in Talk.objects.all()),
            *(speaker.biography for speaker in Speaker.objects.all()),
            *(organisation.name for organisation in Organisation.objects.all()),
        ]
        share = sum("библиотек" in fold(line) for line in texts) / 2000
        self.assertTrue(0.3 < share < 0.45, share)

    def test_many_words_are_rare(self):
        words = [word for title in Talk.objects.values_list("title", flat=True) for word in fold(title).split()]
        self.assertGreater(sum(words.count(word) == 1 for word in set(words)), 500)


class SmallSampleDataTest(TestCase):
    def test_exactly_so_many_records_can_be_found(self):
        for records in (1, 2, 40):
            with self.subTest(records=records), undone():
                generate(records=records)
                self.assertEqual(sum(queryset.count() for queryset in findable()), records)

    def test_the_same_seed_gives_the_same_archive_and_another_seed_another(self):
        archives = []
        for seed in (7, 7, 8):
            with undone():
                generate(records=300, seed=seed)
                archives.append(content())
        self.assertEqual(archives[0], archives[1])
        self.assertNotEqual(archives[0], archives[2])

    def test_drafts_come_on_top_and_nobody_they_introduce_is_public(self):
        generate(records=500, drafts=0.3)
        self.assertEqual(sum(queryset.count() for queryset in findable()), 500)
        hidden = Conference.objects.exclude(status="published")
        self.assertGreater(hidden.count(), 5)
        self.assertEqual(set(hidden.values_list("status", flat=True)), {"draft", "ready", "withdrawn"})
        for model in (Speaker, Organisation):
            self.assertGreater(model.objects.count(), model.objects.published().count())

    def test_every_row_would_pass_the_admin_form(self):
        generate(records=300, drafts=0.1)
        for model in MODELS:
            # Every third of many rows.
            for row in model.objects.order_by("pk")[:: 1 if model.objects.count() < 50 else 3]:
                with self.subTest(row=repr(row)):
                    row.full_clean()

    def test_dates_and_sort_keys_are_what_saving_would_have_made(self):
        generate(records=150)
        for model in (Conference, Talk, Speaker, Organisation):
            before = list(model.objects.order_by("pk").values())
            with revisions.create():
                for row in model.objects.all():
                    row.save()
            self.assertEqual(list(model.objects.order_by("pk").values()), before)

    def test_refuses_an_archive_that_holds_something(self):
        Speaker.objects.create(family_name="Чижикова", given_names="Вера")
        self.assertIn("--add", refusal("--records=10"))
        self.assertEqual([Conference.objects.count(), Speaker.objects.count()], [0, 1])
        main(["--records=10", "--add", "--quiet"])
        self.assertTrue(Conference.objects.exists())
        self.assertTrue(Speaker.objects.filter(family_name="Чижикова").exists())

    def test_refuses_sizes_that_mean_nothing(self):
        for option in ("--records=0", "--records=-5", "--records=many", "--drafts=1", "--drafts=-0.1"):
            with self.subTest(option):
                self.assertIn(option.partition("=")[0], refusal(option))
        self.assertFalse(Conference.objects.exists())

    def test_what_staff_add_afterwards_gets_a_number_of_its_own(self):
        generate(records=50)
        last = Conference.objects.order_by("pk").last().pk
        # Not the next one: SQLite goes on counting from what earlier tests had and deleted.
        self.assertGreater(Conference.objects.create(title="Настоящая конференция").pk, last)

    def test_no_rows_wait_in_memory_after_a_batch(self):
        archive = SampleArchive(records=300, seed=1)
        with mock.patch.object(generator, "BATCH", 10):
            steps = list(map(lambda left: (left, sum(map(len, archive.rows.values()))), archive.generate()))
        self.assertGreater(len(steps), 1)
        self.assertEqual({waiting for _left, waiting in steps}, {0})
