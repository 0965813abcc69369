"""Create every table that Django knows; 0002 adds the word index of the search, which each database keeps in its own way.

Django marks both as applied in an archive that has applied all of the migrations that they replace.
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import events.models.fields
import re
import taggit.managers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('events', '0001_initial'),
        ('events', '0002_history'),
        ('events', '0003_staff_groups'),
        ('events', '0005_links_and_reports'),
        ('events', '0006_permissions_of_reports'),
        ('events', '0007_role_plurals_and_rules'),
        ('events', '0008_permissions_of_synonyms'),
        ('events', '0009_person_for_each_organisation'),
        ('events', '0010_facets_of_hits'),
        ('events', '0011_other_names_once'),
        ('events', '0012_counts_of_words'),
        ('events', '0013_uncounted_words'),
        ('events', '0014_long_rows'),
        ('events', '0015_uncounted_words_apart'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=1200, unique=True, verbose_name='address')),
                ('checked', models.DateTimeField(verbose_name='checked')),
                ('answer', models.CharField(max_length=200, verbose_name='answer')),
                ('failing_since', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='fails since')),
            ],
            options={
                'verbose_name': 'checked link',
                'verbose_name_plural': 'checked links',
                'ordering': ['url'],
            },
        ),
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
            name='UncountedWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('documents', models.TextField()),
                ('headings', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='ConferenceKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Latin letters; used in addresses and fixtures.', unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name in Russian')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first.', verbose_name='order')),
            ],
            options={
                'verbose_name': 'kind of event',
                'verbose_name_plural': 'kinds of events',
                'ordering': ['order', 'name'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='conferencekind_has_code_and_name', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.CreateModel(
            name='MaterialKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Latin letters; used in addresses and fixtures.', unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name in Russian')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first.', verbose_name='order')),
            ],
            options={
                'verbose_name': 'kind of material',
                'verbose_name_plural': 'kinds of materials',
                'ordering': ['order', 'name'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='materialkind_has_code_and_name', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.CreateModel(
            name='OldAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='The model’s name: conference, talk, speaker, organisation…', max_length=20)),
                ('slug', models.CharField(max_length=80)),
                ('target', models.CharField(help_text='The address it has now.', max_length=80)),
            ],
            options={
                'verbose_name': 'old address',
                'verbose_name_plural': 'old addresses',
                'constraints': [models.UniqueConstraint(fields=('kind', 'slug'), name='old_address_once')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(blank=True, help_text='The last part of the page’s address. Made from the title when left empty; do not change it later.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='address')),
                ('name', models.CharField(max_length=400, verbose_name='official name')),
                ('name_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=600)),
                ('short_name', models.CharField(blank=True, help_text='As people call it in one line: «Дворец книги».', max_length=200, verbose_name='short name')),
                ('city', models.CharField(blank=True, max_length=120, verbose_name='city')),
                ('region', models.CharField(blank=True, max_length=200, verbose_name='region')),
                ('country', models.CharField(blank=True, max_length=120, verbose_name='country')),
                ('website', models.URLField(blank=True, max_length=500, verbose_name='website')),
                ('website_dead_since', models.DateField(blank=True, help_text='The day on which it was found not to work; empty while it works.', null=True, verbose_name='website is dead since')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('language', models.CharField(default='ru', max_length=12, verbose_name='language of the name')),
                ('parent', models.ForeignKey(blank=True, help_text='For a department or branch: the organisation it belongs to.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='events.organisation', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['name_key', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Conference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(blank=True, help_text='The last part of the page’s address. Made from the title when left empty; do not change it later.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='address')),
                ('title', models.CharField(blank=True, help_text='The event’s own name, if it has one; without outer quotation marks.', max_length=600, verbose_name='title')),
                ('theme', models.CharField(blank=True, help_text='«на тему…», if it is given.', max_length=600, verbose_name='theme')),
                ('heading_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=600)),
                ('title_as_printed', models.CharField(blank=True, help_text='If the source sets it otherwise.', max_length=600, verbose_name='title or theme as printed')),
                ('other_title', models.CharField(blank=True, help_text='A variant in the same or another source.', max_length=600, verbose_name='other title')),
                ('language', models.CharField(default='ru', help_text='Two-letter code: ru, uk, be, kk, en.', max_length=12, verbose_name='language of the record')),
                ('languages', models.CharField(blank=True, help_text='Codes with commas: «ru, kk».', max_length=60, verbose_name='languages of the event')),
                ('kind_as_printed', models.CharField(blank=True, help_text='«межрегиональный круглый стол».', max_length=300, verbose_name='kind as printed')),
                ('format', models.CharField(blank=True, choices=[('online', 'online'), ('mixed', 'mixed'), ('on-site', 'on site')], max_length=10, verbose_name='format')),
                ('format_as_printed', models.CharField(blank=True, help_text='«в очно-дистанционном формате».', max_length=200, verbose_name='format as printed')),
                ('ordinal', models.CharField(blank=True, help_text='«III», «четвёртая».', max_length=60, verbose_name='number in the series')),
                ('framework', models.CharField(blank=True, help_text='«в рамках…»: a larger event, project, year, agreement.', max_length=400, verbose_name='framework')),
                ('occasion', models.CharField(blank=True, help_text='«приурочено к…», «ко Дню…».', max_length=400, verbose_name='occasion')),
                ('place', models.CharField(blank=True, help_text='Room, centre or building: «Русский центр».', max_length=300, verbose_name='place')),
                ('city', models.CharField(blank=True, help_text='Only if the source names or implies it.', max_length=120, verbose_name='city')),
                ('platform', models.CharField(blank=True, help_text='Zoom, Skype, VK Звонки…', max_length=120, verbose_name='platform')),
                ('regions', models.TextField(blank=True, help_text='Cities, regions, countries; one a line.', verbose_name='where participants came from')),
                ('summary', models.TextField(blank=True, help_text='Two or three sentences of your own.', verbose_name='summary')),
                ('background', models.TextField(blank=True, verbose_name='background')),
                ('outcome', models.TextField(blank=True, help_text='Итоги: decisions, conclusions, resolution.', verbose_name='outcome')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('ready', 'ready'), ('published', 'published'), ('withdrawn', 'withdrawn')], db_index=True, default='draft', max_length=10, verbose_name='status')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=300, verbose_name='reason for withdrawal')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('changed', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                ('published', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published on')),
                ('year', models.PositiveSmallIntegerField(db_index=True, editable=False, null=True, verbose_name='year')),
                ('first_day', events.models.fields.PartialDateField(blank=True, db_index=True, editable=False, verbose_name='first day')),
                ('parent', models.ForeignKey(blank=True, help_text='A larger event that has its own record here.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='events.conference', verbose_name='part of the event')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conferences', to='events.conferencekind', verbose_name='kind')),
                ('venue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hosted', to='events.organisation', verbose_name='organisation of the place')),
            ],
            options={
                'verbose_name': 'conference',
                'verbose_name_plural': 'conferences',
                'ordering': [models.OrderBy(models.F('year'), descending=True, nulls_last=True), '-first_day', '-pk'],
                'permissions': [('publish_conference', 'Can publish and withdraw conferences')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=400, verbose_name='name')),
                ('name_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=600)),
                ('kind', models.CharField(choices=[('abbreviation', 'abbreviation'), ('former', 'former name'), ('nickname', 'nickname'), ('variant', 'variant in a source'), ('translation', 'name in another language')], default='variant', max_length=20, verbose_name='kind')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='events.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'other name of an organisation',
                'verbose_name_plural': 'other names of an organisation',
                'ordering': ['kind', 'name_key'],
            },
        ),
        migrations.CreateModel(
            name='OrganisationRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Latin letters; used in addresses and fixtures.', unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name in Russian')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first.', verbose_name='order')),
                ('name_plural', models.CharField(blank=True, help_text='Stands above several names: «участники». Empty if it is the same: «при поддержке».', max_length=100, verbose_name='plural in Russian')),
                ('name_plural_en', models.CharField(blank=True, max_length=100, verbose_name='plural in English')),
            ],
            options={
                'verbose_name': 'role of an organisation',
                'verbose_name_plural': 'roles of organisations',
                'ordering': ['order', 'name'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='organisationrole_has_code_and_name', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(height_field='height', upload_to='photos/', verbose_name='image', width_field='width')),
                ('width', models.PositiveIntegerField(editable=False, null=True)),
                ('height', models.PositiveIntegerField(editable=False, null=True)),
                ('alt', models.CharField(blank=True, help_text='What is to be seen, for those who cannot see it.', max_length=400, verbose_name='alt text')),
                ('caption', models.CharField(blank=True, max_length=400, verbose_name='caption')),
                ('credit', models.CharField(blank=True, max_length=200, verbose_name='credit')),
                ('licence', models.CharField(blank=True, max_length=120, verbose_name='licence')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='events.conference', verbose_name='conference')),
            ],
            options={
                'verbose_name': 'photo',
                'verbose_name_plural': 'photos',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReaderReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=20, verbose_name='kind of record')),
                ('record', models.BigIntegerField(verbose_name='number')),
                ('name', models.CharField(max_length=600, verbose_name='record')),
                ('text', models.TextField(verbose_name='what is wrong')),
                ('contact', models.CharField(blank=True, max_length=200, verbose_name='contact')),
                ('state', models.CharField(choices=[('new', 'new'), ('done', 'corrected'), ('rejected', 'rejected')], db_index=True, default='new', max_length=10, verbose_name='state')),
                ('moment', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='when')),
                ('sender', models.CharField(editable=False, max_length=64)),
                ('note', models.CharField(blank=True, max_length=600, verbose_name='note of the staff')),
                ('closed', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='closed')),
                ('closed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
            ],
            options={
                'verbose_name': 'reader’s report',
                'verbose_name_plural': 'readers’ reports',
                'ordering': ['-moment', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dead_since', models.DateField(blank=True, help_text='The day on which it was found not to work; empty while it works.', null=True, verbose_name='link is dead since')),
                ('kind', models.CharField(choices=[('video', 'video'), ('audio', 'audio')], default='video', max_length=10, verbose_name='kind')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title')),
                ('url', models.URLField(blank=True, max_length=800, verbose_name='link')),
                ('file', models.FileField(blank=True, upload_to='recordings/', verbose_name='file')),
                ('captions', models.FileField(blank=True, upload_to='captions/', verbose_name='captions (WebVTT)')),
                ('duration', models.PositiveIntegerField(blank=True, null=True, verbose_name='duration in seconds')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('licence', models.CharField(blank=True, max_length=120, verbose_name='licence')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recordings', to='events.conference', verbose_name='conference')),
            ],
            options={
                'verbose_name': 'recording',
                'verbose_name_plural': 'recordings',
                'ordering': ['pk'],
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
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(blank=True, help_text='The last part of the page’s address. Made from the title when left empty; do not change it later.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='address')),
                ('name', models.CharField(max_length=400, verbose_name='name')),
                ('name_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=600)),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('language', models.CharField(default='ru', max_length=12, verbose_name='language of the name')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['name_key', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True)), name='series_has_name', violation_error_message='A name or text that is needed is empty.'), models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='series_has_address')],
            },
        ),
        migrations.AddField(
            model_name='conference',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conferences', to='events.series', verbose_name='series'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(blank=True, max_length=80, verbose_name='code')),
                ('title', models.CharField(blank=True, max_length=400, verbose_name='title')),
                ('kind', models.CharField(blank=True, help_text='«секция», «пленарное заседание».', max_length=120, verbose_name='kind')),
                ('day', events.models.fields.PartialDateField(blank=True, verbose_name='date')),
                ('place', models.CharField(blank=True, max_length=300, verbose_name='place')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='events.conference', verbose_name='conference')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dead_since', models.DateField(blank=True, help_text='The day on which it was found not to work; empty while it works.', null=True, verbose_name='link is dead since')),
                ('url', models.URLField(blank=True, max_length=1200, verbose_name='address')),
                ('publisher', models.CharField(blank=True, max_length=300, verbose_name='publisher')),
                ('headline', models.CharField(blank=True, max_length=600, verbose_name='headline')),
                ('author', models.CharField(blank=True, max_length=200, verbose_name='author')),
                ('published', events.models.fields.PartialDateField(blank=True, verbose_name='date of publication')),
                ('consulted', models.DateField(blank=True, null=True, verbose_name='date of consultation')),
                ('quotation', models.TextField(blank=True, help_text='A short one; shown on the page.', verbose_name='quotation')),
                ('text', models.TextField(blank=True, help_text='For staff only: the text the record was made from. Never shown.', verbose_name='full text')),
                ('is_partial', models.BooleanField(default=False, help_text='The archivist saw only a part of it; more may be known there.', verbose_name='seen in part')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='events.conference', verbose_name='conference')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Speaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(blank=True, help_text='The last part of the page’s address. Made from the title when left empty; do not change it later.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='address')),
                ('family_name', models.CharField(max_length=120, verbose_name='family name')),
                ('given_names', models.CharField(blank=True, help_text='Given name and patronymic in full, as far as they are known: «Наталья Викторовна».', max_length=160, verbose_name='given names')),
                ('initials', models.CharField(blank=True, help_text='Only when the given names are not known: «И. Л.».', max_length=30, verbose_name='initials')),
                ('name_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=600)),
                ('name_inferred', models.BooleanField(default=False, help_text='The source has the name in another case; the nominative is the archivist’s conclusion.', verbose_name='form of the name inferred')),
                ('language', models.CharField(default='ru', max_length=12, verbose_name='language of the name')),
                ('biography', models.TextField(blank=True, verbose_name='biography')),
                ('photo', models.ImageField(blank=True, upload_to='speakers/', verbose_name='photo')),
                ('photo_credit', models.CharField(blank=True, max_length=200, verbose_name='photo credit')),
                ('orcid', models.CharField(blank=True, max_length=19, validators=[django.core.validators.RegexValidator('^\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX]$', 'Write the ORCID as 0000-0002-1825-0097.')], verbose_name='ORCID')),
                ('distinguished_from', models.CharField(blank=True, help_text='What tells this person from a namesake: «библиограф из Омска».', max_length=300, verbose_name='not the same as')),
            ],
            options={
                'verbose_name': 'speaker',
                'verbose_name_plural': 'speakers',
                'ordering': ['name_key', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('family_name', ''), _negated=True), name='speaker_has_family_name', violation_error_message='A person needs a family name.'), models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='speaker_has_address'), models.CheckConstraint(condition=models.Q(('given_names', ''), ('initials', ''), _connector='OR'), name='speaker_given_names_or_initials', violation_error_message='Write either the given names in full or the initials, not both.')],
            },
        ),
        migrations.CreateModel(
            name='SpeakerAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Former surname, another spelling, full form.', max_length=200, verbose_name='name')),
                ('name_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=600)),
                ('speaker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='events.speaker', verbose_name='speaker')),
            ],
            options={
                'verbose_name': 'other name of a person',
                'verbose_name_plural': 'other names of a person',
                'ordering': ['name_key'],
            },
        ),
        migrations.CreateModel(
            name='SpeakerRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Latin letters; used in addresses and fixtures.', unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name in Russian')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first.', verbose_name='order')),
                ('name_plural', models.CharField(blank=True, help_text='Stands above several names: «участники». Empty if it is the same: «при поддержке».', max_length=100, verbose_name='plural in Russian')),
                ('name_plural_en', models.CharField(blank=True, max_length=100, verbose_name='plural in English')),
            ],
            options={
                'verbose_name': 'role of a person',
                'verbose_name_plural': 'roles of people',
                'ordering': ['order', 'name'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='speakerrole_has_code_and_name', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.CreateModel(
            name='Talk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(blank=True, help_text='The last part of the page’s address. Made from the title when left empty; do not change it later.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='address')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('title', models.CharField(blank=True, help_text='As given; empty if the source gives none.', max_length=600, verbose_name='title')),
                ('title_as_printed', models.CharField(blank=True, max_length=600, verbose_name='title as printed')),
                ('parallel_title', models.CharField(blank=True, help_text='The same title in another language.', max_length=600, verbose_name='parallel title')),
                ('topic', models.CharField(blank=True, help_text='What it was about, when there is no title.', max_length=600, verbose_name='subject')),
                ('heading_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=600)),
                ('abstract', models.TextField(blank=True, verbose_name='abstract')),
                ('start_time', models.TimeField(blank=True, null=True, verbose_name='start time')),
                ('language', models.CharField(default='ru', max_length=12, verbose_name='language')),
                ('delivery', models.CharField(blank=True, choices=[('remote', 'remotely'), ('recorded', 'recorded beforehand'), ('on-site', 'on site')], max_length=10, verbose_name='how it was given')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='talks', to='events.conference', verbose_name='conference')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='talks', to='events.session', verbose_name='session')),
            ],
            options={
                'verbose_name': 'talk',
                'verbose_name_plural': 'talks',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SpeakerParticipation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('position', models.CharField(blank=True, help_text='As at this event: «заместитель директора».', max_length=400, verbose_name='position')),
                ('affiliation_as_printed', models.CharField(blank=True, max_length=400, verbose_name='affiliation as printed')),
                ('name_as_printed', models.CharField(blank=True, help_text='As in the source: «Алехиной И.Л.».', max_length=200, verbose_name='name as printed')),
                ('distinctions', models.CharField(blank=True, max_length=400, verbose_name='degrees and titles')),
                ('is_remote', models.BooleanField(default=False, verbose_name='took part remotely')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='events.conference', verbose_name='conference')),
                ('organisation', models.ForeignKey(blank=True, help_text='As at this event; only if the source ties the person to it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='events.organisation', verbose_name='organisation or department')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='people', to='events.session', verbose_name='session')),
                ('speaker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='events.speaker', verbose_name='person')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='events.speakerrole', verbose_name='role')),
                ('talk', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='people', to='events.talk', verbose_name='talk')),
            ],
            options={
                'verbose_name': 'participation of a person',
                'verbose_name_plural': 'people at the event',
                'ordering': ['order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RecordingOffset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seconds', models.PositiveIntegerField(verbose_name='starts at second')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offsets', to='events.recording', verbose_name='recording')),
                ('talk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offsets', to='events.talk', verbose_name='talk')),
            ],
            options={
                'verbose_name': 'start of a talk in a recording',
                'verbose_name_plural': 'starts of talks in a recording',
                'ordering': ['seconds'],
            },
        ),
        migrations.AddField(
            model_name='recording',
            name='talk',
            field=models.ForeignKey(blank=True, help_text='If it shows only this talk.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='recordings', to='events.talk', verbose_name='talk'),
        ),
        migrations.CreateModel(
            name='OrganisationParticipation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('group', models.CharField(blank=True, help_text='When the source names no one: «специалисты детских библиотек области».', max_length=400, verbose_name='unnamed group')),
                ('name_as_printed', models.CharField(blank=True, max_length=400, verbose_name='name as printed')),
                ('is_remote', models.BooleanField(default=False, verbose_name='took part remotely')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='organisations', to='events.conference', verbose_name='conference')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='events.organisation', verbose_name='organisation or department')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='events.organisationrole', verbose_name='role')),
                ('talk', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='organisations', to='events.talk', verbose_name='talk')),
            ],
            options={
                'verbose_name': 'participation of an organisation',
                'verbose_name_plural': 'organisations at the event',
                'ordering': ['order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dead_since', models.DateField(blank=True, help_text='The day on which it was found not to work; empty while it works.', null=True, verbose_name='link is dead since')),
                ('title', models.CharField(blank=True, max_length=400, verbose_name='title')),
                ('url', models.URLField(blank=True, max_length=800, verbose_name='link')),
                ('file', models.FileField(blank=True, upload_to='materials/', verbose_name='file')),
                ('is_lost', models.BooleanField(default=False, help_text='The source speaks of it; no link survives.', verbose_name='mentioned, but not found')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('licence', models.CharField(blank=True, max_length=120, verbose_name='licence')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='events.conference', verbose_name='conference')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='events.materialkind', verbose_name='kind')),
                ('talk', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='events.talk', verbose_name='talk')),
            ],
            options={
                'verbose_name': 'material',
                'verbose_name_plural': 'materials',
                'ordering': ['kind__order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TalkKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Latin letters; used in addresses and fixtures.', unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name in Russian')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first.', verbose_name='order')),
                ('is_numbered', models.BooleanField(default=True, help_text='Talks are numbered and counted; a welcome or a discussion is not.', verbose_name='numbered in the programme')),
            ],
            options={
                'verbose_name': 'kind of talk',
                'verbose_name_plural': 'kinds of talks',
                'ordering': ['order', 'name'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='talkkind_has_code_and_name', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.AddField(
            model_name='talk',
            name='kind',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='talks', to='events.talkkind', verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(blank=True, help_text='The last part of the page’s address. Made from the title when left empty; do not change it later.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='address')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_key', models.CharField(blank=True, default='', editable=False, max_length=600, unique=True)),
                ('description', models.TextField(blank=True, verbose_name='description')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['name_key'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True)), name='topic_has_name', violation_error_message='A name or text that is needed is empty.'), models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='topic_has_address')],
            },
        ),
        migrations.CreateModel(
            name='TalkTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_assignments', to='events.talk', verbose_name='talk')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_items', to='events.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'topic of a talk',
                'verbose_name_plural': 'topics of a talk',
            },
        ),
        migrations.AddField(
            model_name='talk',
            name='topics',
            field=taggit.managers.TaggableManager(blank=True, help_text='A comma-separated list of tags.', through='events.TalkTopic', to='events.Topic', verbose_name='topics'),
        ),
        migrations.CreateModel(
            name='ConferenceTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_assignments', to='events.conference', verbose_name='conference')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_items', to='events.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'topic of a conference',
                'verbose_name_plural': 'topics of a conference',
            },
        ),
        migrations.AddField(
            model_name='conference',
            name='topics',
            field=taggit.managers.TaggableManager(blank=True, help_text='A comma-separated list of tags.', through='events.ConferenceTopic', to='events.Topic', verbose_name='topics'),
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=40, verbose_name='kind of record')),
                ('record', models.BigIntegerField(verbose_name='number')),
                ('name', models.CharField(max_length=600, verbose_name='record')),
                ('action', models.CharField(choices=[('found', 'found as it was'), ('added', 'added'), ('changed', 'changed'), ('deleted', 'deleted'), ('restored', 'restored'), ('merged', 'merged')], max_length=10, verbose_name='what happened')),
                ('status', models.CharField(blank=True, max_length=10, verbose_name='status')),
                ('moment', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='when')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('rows', models.JSONField(default=list)),
                ('names', models.JSONField(default=dict)),
                ('undo', models.JSONField(blank=True, null=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'history of changes',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveIntegerField(verbose_name='number')),
                ('counted', models.CharField(help_text='«участников», «регионов», «докладов».', max_length=200, verbose_name='what is counted')),
                ('precision', models.CharField(choices=[('exact', 'exactly'), ('about', 'about'), ('at-least', 'at least'), ('more', 'more than')], default='exact', max_length=10, verbose_name='precision')),
                ('as_printed', models.CharField(blank=True, max_length=200, verbose_name='as printed')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendance', to='events.conference', verbose_name='conference')),
            ],
            options={
                'verbose_name': 'attendance',
                'verbose_name_plural': 'attendance',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('conference', 'counted'), name='attendance_once'), models.CheckConstraint(condition=models.Q(models.Q(('counted', ''), _negated=True)), name='attendance_counts_something', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.CreateModel(
            name='ConferenceDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', events.models.fields.PartialDateField(help_text='09.06.2020, 9 июня 2020, июнь 2020, 2020; 9 июня if the year is not stated.', verbose_name='date')),
                ('end', events.models.fields.PartialDateField(blank=True, help_text='If it lasted more than a day.', verbose_name='last day')),
                ('start_time', models.TimeField(blank=True, null=True, verbose_name='start time')),
                ('time_zone', models.CharField(blank=True, help_text='Only if stated: «по московскому времени».', max_length=60, verbose_name='time zone')),
                ('is_of_larger_event', models.BooleanField(default=False, help_text='The source dates only the event that this one was part of.', verbose_name='date of the larger event')),
                ('year_supplied', models.BooleanField(default=False, help_text='The text itself does not state the year.', verbose_name='year supplied by the archivist')),
                ('year_source', models.CharField(blank=True, help_text='Date of publication, address of the page…', max_length=200, verbose_name='where the year is from')),
                ('as_printed', models.CharField(blank=True, max_length=120, verbose_name='as printed')),
                ('note', models.CharField(blank=True, help_text='«открытие», «секция».', max_length=200, verbose_name='what happened then')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='events.conference', verbose_name='conference')),
            ],
            options={
                'verbose_name': 'date of a conference',
                'verbose_name_plural': 'dates of a conference',
                'ordering': ['is_of_larger_event', 'start', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('start', ''), _negated=True), name='date_has_start'), models.CheckConstraint(condition=models.Q(('end', ''), ('end__gte', models.F('start')), _connector='OR'), name='date_ends_after_start', violation_error_message='The last day is before the first.'), models.CheckConstraint(condition=models.Q(('end', ''), ('start__startswith', 'XXXX'), models.Q(('end__startswith', 'XXXX'), _negated=True), _connector='OR'), name='date_ends_in_a_year_if_it_starts_in_one', violation_error_message='Write both days with the year, or both without it.'), models.CheckConstraint(condition=models.Q(('year_supplied', False), models.Q(('start__startswith', 'XXXX'), _negated=True), _connector='OR'), name='supplied_year_is_there', violation_error_message='The year is marked as supplied by the archivist, but the date has none.'), models.UniqueConstraint(fields=('conference', 'start', 'note'), name='conference_date_once')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=120, verbose_name='label')),
                ('text', models.TextField(verbose_name='text')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='events.conference', verbose_name='conference')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'ordering': ['order', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('conference', 'label', 'order'), name='note_once'), models.CheckConstraint(condition=models.Q(models.Q(('label', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='note_has_label_and_text', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True)), name='organisation_has_name', violation_error_message='A name or text that is needed is empty.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='organisation_has_address'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='organisation_not_its_own_part'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('parent__isnull', False)), fields=('parent', 'name_key'), name='department_once', violation_error_message='This organisation already has a department of that name.'),
        ),
        migrations.AddConstraint(
            model_name='organisationalias',
            constraint=models.UniqueConstraint(fields=('organisation', 'name_key'), name='organisation_alias_once', violation_error_message='This name stands here twice: remove one of the rows.'),
        ),
        migrations.AddConstraint(
            model_name='organisationalias',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True)), name='organisation_alias_has_name', violation_error_message='A name or text that is needed is empty.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('kind', ''), _negated=True), _connector='OR'), name='session_has_title_or_kind', violation_error_message='A session needs a title or a kind.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.UniqueConstraint(fields=('conference', 'slug'), name='session_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('url', ''), _negated=True), models.Q(('headline', ''), _negated=True), models.Q(('publisher', ''), _negated=True), models.Q(('text', ''), _negated=True), _connector='OR'), name='source_names_something', violation_error_message='A source needs an address, a publisher, a headline or a text.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('conference', 'url', 'headline'), name='source_once'),
        ),
        migrations.AddConstraint(
            model_name='speakeralias',
            constraint=models.UniqueConstraint(fields=('speaker', 'name_key'), name='speaker_alias_once', violation_error_message='This name stands here twice: remove one of the rows.'),
        ),
        migrations.AddConstraint(
            model_name='speakeralias',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True)), name='speaker_alias_has_name', violation_error_message='A name or text that is needed is empty.'),
        ),
        migrations.AddConstraint(
            model_name='speakerparticipation',
            constraint=models.CheckConstraint(condition=models.Q(('session__isnull', True), ('talk__isnull', True), _connector='OR'), name='person_in_session_or_talk', violation_error_message='Choose a session or a talk, not both.'),
        ),
        migrations.AddConstraint(
            model_name='speakerparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True), ('talk__isnull', False)), fields=('talk', 'speaker', 'role'), name='person_once_in_role_at_talk', violation_error_message='This person already has this role at this talk.'),
        ),
        migrations.AddConstraint(
            model_name='speakerparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False), ('talk__isnull', False)), fields=('talk', 'speaker', 'role', 'organisation'), name='person_of_organisation_once_in_role_at_talk', violation_error_message='This person already has this role at this talk.'),
        ),
        migrations.AddConstraint(
            model_name='speakerparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True), ('session__isnull', False)), fields=('session', 'speaker', 'role'), name='person_once_in_role_at_session', violation_error_message='This person already has this role at this session.'),
        ),
        migrations.AddConstraint(
            model_name='speakerparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False), ('session__isnull', False)), fields=('session', 'speaker', 'role', 'organisation'), name='person_of_organisation_once_in_role_at_session', violation_error_message='This person already has this role at this session.'),
        ),
        migrations.AddConstraint(
            model_name='speakerparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True), ('session__isnull', True), ('talk__isnull', True)), fields=('conference', 'speaker', 'role'), name='person_once_in_role_at_conference', violation_error_message='This person already has this role at this conference.'),
        ),
        migrations.AddConstraint(
            model_name='speakerparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False), ('session__isnull', True), ('talk__isnull', True)), fields=('conference', 'speaker', 'role', 'organisation'), name='person_of_organisation_once_in_role_at_conference', violation_error_message='This person already has this role at this conference.'),
        ),
        migrations.AddConstraint(
            model_name='recordingoffset',
            constraint=models.UniqueConstraint(fields=('recording', 'talk'), name='offset_once'),
        ),
        migrations.AddConstraint(
            model_name='recording',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('url', ''), _negated=True), models.Q(('file', ''), _negated=True), _connector='OR'), name='recording_has_link_or_file', violation_error_message='A recording needs a link or a file.'),
        ),
        migrations.AddConstraint(
            model_name='recording',
            constraint=models.UniqueConstraint(fields=('conference', 'url', 'file'), name='recording_once', violation_error_message='This recording already stands at this conference.'),
        ),
        migrations.AddConstraint(
            model_name='organisationparticipation',
            constraint=models.CheckConstraint(condition=models.Q(('organisation__isnull', False), models.Q(('group', ''), _negated=True), _connector='OR'), name='organisation_or_group', violation_error_message='Choose an organisation or describe the group.'),
        ),
        migrations.AddConstraint(
            model_name='organisationparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False), ('talk__isnull', False)), fields=('talk', 'organisation', 'group', 'role'), name='organisation_once_in_role_at_talk', violation_error_message='This organisation already has this role at this talk.'),
        ),
        migrations.AddConstraint(
            model_name='organisationparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False), ('talk__isnull', True)), fields=('conference', 'organisation', 'group', 'role'), name='organisation_once_in_role_at_conference', violation_error_message='This organisation already has this role at this conference.'),
        ),
        migrations.AddConstraint(
            model_name='organisationparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True), ('talk__isnull', False)), fields=('talk', 'group', 'role'), name='group_once_in_role_at_talk', violation_error_message='This group already has this role at this talk.'),
        ),
        migrations.AddConstraint(
            model_name='organisationparticipation',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True), ('talk__isnull', True)), fields=('conference', 'group', 'role'), name='group_once_in_role_at_conference', violation_error_message='This group already has this role at this conference.'),
        ),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('url', ''), _negated=True), models.Q(('file', ''), _negated=True), ('is_lost', True), _connector='OR'), name='material_has_link_or_file', violation_error_message='A material needs a link or a file, or the mark that it is lost.'),
        ),
        migrations.AddConstraint(
            model_name='talktopic',
            constraint=models.UniqueConstraint(fields=('content_object', 'tag'), name='talk_topic_once'),
        ),
        migrations.AddConstraint(
            model_name='talk',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='talk_has_address'),
        ),
        migrations.AddConstraint(
            model_name='conferencetopic',
            constraint=models.UniqueConstraint(fields=('content_object', 'tag'), name='conference_topic_once'),
        ),
        migrations.AddIndex(
            model_name='conference',
            index=models.Index(fields=['status', '-year', '-first_day'], name='conference_list'),
        ),
        migrations.AddConstraint(
            model_name='conference',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='conference_not_its_own_part'),
        ),
        migrations.AddConstraint(
            model_name='conference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('published__isnull', False), _connector='OR'), name='published_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='conference',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'ready', 'published', 'withdrawn'])), name='conference_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='conference',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='conference_has_address'),
        ),
        migrations.AddIndex(
            model_name='version',
            index=models.Index(fields=['model', 'record', '-id'], name='versions_of_record'),
        ),
    ]
