"""What the engine keeps between commands, where the books are a database that several machines share."""

from __future__ import annotations

from django.db import models


class Sealed(models.Model):
    """A sealed thing on a shelf: a case, an opening of the ledger, a secret."""

    shelf = models.CharField(max_length=32)
    name = models.CharField(max_length=128)
    content = models.BinaryField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        """By shelf and name."""

        constraints = (models.UniqueConstraint(fields=["shelf", "name"], name="one_place_on_a_shelf"),)


class Page(models.Model):
    """A page in which nothing is personal."""

    name = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField(default=dict)


class WrappedKey(models.Model):
    """A data key, wrapped by the master key, which is not here."""

    name = models.CharField(max_length=128, primary_key=True)
    content = models.BinaryField()
