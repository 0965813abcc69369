"""The search: its documents, words, synonyms, and the word index that each database keeps in its own way.

The SQL is written out here, so that the search may change without changing this step.
"""

from django.db import migrations, models

SQLITE = [
    # "ascii" takes every letter beyond ASCII as part of a word and these signs too: terms stay exactly as we made them.
    """CREATE VIRTUAL TABLE events_searchindex USING fts5
       (facets, heads, title, names, also, context, body, other, tokenize = "ascii tokenchars '-.:=_'")""",
    """CREATE TRIGGER events_searchdocument_gone AFTER DELETE ON events_searchdocument
       BEGIN DELETE FROM events_searchindex WHERE rowid = old.id; END""",
]
SQLITE_BACK = ["DROP TRIGGER events_searchdocument_gone", "DROP TABLE events_searchindex"]

POSTGRESQL = [
    "CREATE TABLE events_searchindex (id bigint PRIMARY KEY, facets text NOT NULL, terms tsvector NOT NULL)",
    # A list of changes waiting to be merged would make every search slower than the last.
    "CREATE INDEX events_searchindex_terms ON events_searchindex USING gin (terms) WITH (fastupdate = off)",
    """CREATE FUNCTION events_searchdocument_gone() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'TRUNCATE' THEN TRUNCATE events_searchindex;
         ELSE DELETE FROM events_searchindex i USING gone WHERE i.id = gone.id; END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER events_searchdocument_gone AFTER DELETE ON events_searchdocument
       REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION events_searchdocument_gone()""",
    """CREATE TRIGGER events_searchdocument_emptied AFTER TRUNCATE ON events_searchdocument
       FOR EACH STATEMENT EXECUTE FUNCTION events_searchdocument_gone()""",
    # Beginnings and ends of words are looked up as ranges of bytes, in any language the database may sort by.
    """ALTER TABLE events_searchword ALTER word TYPE varchar(64) COLLATE "C", ALTER stem TYPE varchar(64) COLLATE "C",
       ALTER mets TYPE varchar(64) COLLATE "C" """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER events_searchdocument_gone ON events_searchdocument",
    "DROP TRIGGER events_searchdocument_emptied ON events_searchdocument",
    "DROP FUNCTION events_searchdocument_gone()",
    "DROP TABLE events_searchindex",
]

SYNONYMS = [
    "соцсети, социальные сети",
    "флешмоб, флэшмоб",
    "веб, web, вэб",
    "веб-сайт, web-сайт, вебсайт, сайт",
    "онлайн, он-лайн, online, on-line",
    "офлайн, оффлайн, офф-лайн, offline",
    "интернет, internet",
    "медиа, media",
    "скайп, skype",
    "зум, zoom",
    "ютуб, youtube",
    "рутуб, rutube",
    "вконтакте, ВК, VK",
    "телеграм, telegram",
    "видеоконференция, видео-конференция, видеоконференцсвязь, видео-конференц-связь, ВКС",
    "телемост, видеомост, интернет-мост",
    "вебинар, webinar, веб-семинар",
    "мастер-класс, мастеркласс",
    "буктрейлер, бук-трейлер",
    "буккроссинг, книговорот",
    "квест, web-квест, веб-квест",
    "пандемия, коронавирус, COVID-19, ковид",
    "конференц-зал, конференцзал",
    "научно-практическая конференция, НПК",
    "Великая Отечественная война, ВОВ",
    "Донецкая Народная Республика, ДНР",
    "Луганская Народная Республика, ЛНР",
    "Российская Федерация, РФ",
    "Санкт-Петербург, Петербург, СПб",
    "министерство культуры, минкультуры, минкульт",
    "централизованная библиотечная система, ЦБС",
    "день библиотек, день библиотекаря",
    "самоизоляция, карантин",
]


def make_index(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def drop_index(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement, params=None)


def add_synonyms(apps, schema_editor):
    Synonym = apps.get_model("events", "Synonym")
    Synonym.objects.bulk_create(Synonym(words=words) for words in SYNONYMS)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_staff_groups'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('stem', models.CharField(db_index=True, max_length=64)),
                ('mets', models.CharField(db_index=True, max_length=64)),
                ('documents', models.IntegerField()),
                ('headings', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(help_text='With commas, in any form: «флешмоб, флэшмоб», «соцсети, социальные сети».', max_length=300, unique=True, verbose_name='words')),
            ],
            options={
                'verbose_name': 'synonyms',
                'verbose_name_plural': 'synonyms',
                'ordering': ['words'],
            },
        ),
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField(choices=[(1, 'conferences'), (2, 'talks'), (3, 'speakers'), (4, 'organisations'), (5, 'topics'), (6, 'series')])),
                ('object_id', models.BigIntegerField()),
                ('facets', models.TextField()),
                ('slug', models.CharField(max_length=80)),
                ('language', models.CharField(max_length=12)),
                ('title', models.TextField()),
                ('about', models.TextField()),
                ('names', models.TextField()),
                ('context', models.TextField()),
                ('body', models.TextField()),
                ('also', models.TextField()),
                ('analyser', models.PositiveSmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='search_document_once')],
            },
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(add_synonyms, migrations.RunPython.noop),
    ]
