from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("books", "0011_digests_of_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="pause",
            name="message",
            field=models.CharField(blank=True, db_index=True, default="", max_length=16),
        ),
    ]
