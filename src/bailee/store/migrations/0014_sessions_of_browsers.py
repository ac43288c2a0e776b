from django.db import migrations


class Migration(migrations.Migration):
    """The model has a name that no other class has; its table keeps its own."""

    dependencies = [("books", "0013_workers_that_have_ended")]

    operations = [
        migrations.AlterModelTable(name="session", table="books_session"),
        migrations.RenameModel(old_name="Session", new_name="WebSession"),
    ]
