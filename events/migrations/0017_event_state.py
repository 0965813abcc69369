"""What becomes of an event: expected, held, cancelled, postponed."""

import events.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0016_merged_uids'),
    ]

    operations = [
        migrations.AddField(
            model_name='conference',
            name='postponed_to',
            field=events.models.fields.PartialDateField(blank=True, help_text='The new date of a postponed event, if it is known; as «Date».', verbose_name='postponed to'),
        ),
        migrations.AddField(
            model_name='conference',
            name='state',
            field=models.CharField(blank=True, choices=[('expected', 'expected'), ('held', 'held'), ('cancelled', 'cancelled'), ('postponed', 'postponed')], db_index=True, help_text='Of an announcement expected, of a report held; empty if it is not known. An expected event whose date is over is put before you and stays expected until you answer.', max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='conference',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['', 'expected', 'held', 'cancelled', 'postponed'])), name='conference_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='conference',
            constraint=models.CheckConstraint(condition=models.Q(('postponed_to', ''), ('state', 'postponed'), _connector='OR'), name='only_the_postponed_has_a_new_date'),
        ),
    ]
