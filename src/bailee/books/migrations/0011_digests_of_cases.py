from typing import Any

from django.db import migrations, models

INDEX = "books_sealed_not_indexed"
NOT_INDEXED = "shelf = 'cases' AND (indexed_as IS NULL OR indexed_as <> sha256(content))"
"""As `bailee.runner.keeping.tables` asks for them."""


def make_index(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":  # in a SQLite nothing stands here
        editor.execute(f"CREATE INDEX {INDEX} ON books_sealed (name) WHERE {NOT_INDEXED}")


def drop_index(_apps: Any, editor: Any) -> None:
    editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


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
        migrations.RunPython(make_index, drop_index),
    ]
