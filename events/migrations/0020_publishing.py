"""What an event needs before it is published may be stated as unknown; when it left the site."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0019_total_order")]
    operations = [
        migrations.AddField(
            model_name="conference",
            name="is_untitled",
            field=models.BooleanField(
                default=False, help_text="The event had neither a title nor a theme.", verbose_name="untitled"
            ),
        ),
        migrations.AddField(
            model_name="conference",
            name="is_undated",
            field=models.BooleanField(
                default=False, help_text="No source tells when it was.", verbose_name="date unknown"
            ),
        ),
        migrations.AddField(
            model_name="conference",
            name="is_unsourced",
            field=models.BooleanField(
                default=False,
                help_text="No text tells of it.",
                verbose_name="no source",
            ),
        ),
        migrations.AddField(
            model_name="conference",
            name="unpublished",
            field=models.DateTimeField(editable=False, null=True, verbose_name="unpublished on"),
        ),
    ]
