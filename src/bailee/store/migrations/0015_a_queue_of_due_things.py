from django.db import migrations, models


class Migration(migrations.Migration):
    """What is due is taken from its own table; the one that carried ids to workers goes."""

    dependencies = [("books", "0014_sessions_of_browsers")]

    operations = [
        migrations.AddField(model_name="due", name="asked_again", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="due", name="not_before", field=models.DateTimeField(null=True)),
        migrations.RunSQL(
            "UPDATE books_due SET asked_again = TRUE WHERE done_at IS NULL AND lease_until IS NOT NULL"
            " AND queued_at IS NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(model_name="due", name="queued_at"),
        migrations.RunSQL("DROP TABLE IF EXISTS django_tasks_database_dbtaskresult", migrations.RunSQL.noop),
    ]
