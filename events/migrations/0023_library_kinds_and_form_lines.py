"""Kinds of libraries, and lines of a statistical form in which events may count."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0022_contacts'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(help_text='Latin letters; used in addresses and fixtures.', unique=True, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first.', verbose_name='order')),
                ('name', models.CharField(help_text='As the form has it.', max_length=300, verbose_name='what the line counts')),
                ('name_en', models.CharField(blank=True, max_length=300, verbose_name='name in English')),
                ('line', models.CharField(help_text='As the form has them.', max_length=40, verbose_name='line and column')),
                ('act', models.CharField(help_text='The order that brought this form in, with its number.', max_length=200, verbose_name='order it follows')),
                ('valid_from', models.DateField(help_text='A report takes the lines of the newest order that was valid in its period.', verbose_name='valid from')),
                ('kinds', models.CharField(blank=True, help_text='Codes of the kinds that count, with commas; empty if all do.', max_length=400, verbose_name='kinds of events')),
                ('roles', models.CharField(blank=True, help_text='Codes of the roles that count, with commas; empty: those chosen in the report.', max_length=400, verbose_name='roles of the organisation')),
                ('audience', models.CharField(blank=True, choices=[('colleagues', 'colleagues'), ('readers', 'readers'), ('both', 'colleagues and readers')], default='', max_length=10, verbose_name='for whom')),
            ],
            options={
                'verbose_name': 'line of form № 6-НК',
                'verbose_name_plural': 'lines of form № 6-НК',
                'ordering': ['order', 'name', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='formline_has_code_and_name', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.CreateModel(
            name='LibraryKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(help_text='Latin letters; used in addresses and fixtures.', unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name in Russian')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first.', verbose_name='order')),
            ],
            options={
                'verbose_name': 'kind of library',
                'verbose_name_plural': 'kinds of libraries',
                'ordering': ['order', 'name'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='librarykind_has_code_and_name', violation_error_message='A name or text that is needed is empty.')],
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='kind',
            field=models.ForeignKey(blank=True, help_text='Of a library only; empty if it is not known.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='events.librarykind', verbose_name='kind of library'),
        ),
    ]
