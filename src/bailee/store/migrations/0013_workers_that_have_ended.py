from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("books", "0012_letters_that_ask"),
    ]

    operations = [
        migrations.AddField(
            model_name="worker",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
    ]
