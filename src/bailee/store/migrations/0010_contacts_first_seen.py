from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("books", "0009_due_things_that_fail"),
    ]

    operations = [
        migrations.AddField(
            model_name="seencontact",
            name="first_at",
            field=models.DateTimeField(null=True),
        ),
    ]
