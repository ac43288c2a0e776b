from typing import Any

from django.db import migrations, models

COLUMN = """ALTER TABLE books_sealed ADD COLUMN not_indexed boolean GENERATED ALWAYS AS
(shelf = 'cases' AND (indexed_as IS NULL OR indexed_as <> sha256(content))) STORED"""
"""The server says it of each row, no matter who writes it; and it counts how many there are, so that it uses the index."""


def make(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":  # in a SQLite nothing stands here
        editor.execute(COLUMN)
        editor.execute("CREATE INDEX books_sealed_not_indexed ON books_sealed (name) WHERE not_indexed")


def unmake(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE books_sealed DROP COLUMN not_indexed")


class Migration(migrations.Migration):
    dependencies = [
        ("books", "0010_contacts_first_seen"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseDigest",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField()),
                ("name", models.CharField(max_length=128)),
            ],
            options={
                "indexes": [models.Index(fields=["name"], name="digests_of_a_case")],
            },
        ),
        migrations.AddField(
            model_name="sealed",
            name="indexed_as",
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(make, unmake),
    ]
