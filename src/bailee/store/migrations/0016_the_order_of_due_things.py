from django.db import migrations, models


class Migration(migrations.Migration):
    """What is due at one moment is done in the order in which it was asked for."""

    dependencies = [("books", "0015_a_queue_of_due_things")]

    operations = [
        migrations.AddField(model_name="due", name="place", field=models.BigIntegerField(default=0)),
    ]
