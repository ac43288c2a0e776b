"""What the engine keeps between commands, where the books are a database that several machines share."""

from __future__ import annotations

from django.db import models


class Sealed(models.Model):
    """A sealed thing on a shelf: a case, an opening of the ledger, a secret.

    ``indexed_as``: of a case, SHA-256 of the content that its digests were written with. Where it is another, or none,
    somebody has written the case without them: an earlier version knows of no digests.
    """

    shelf = models.CharField(max_length=32)
    name = models.CharField(max_length=128)
    content = models.BinaryField()
    changed_at = models.DateTimeField(auto_now=True)
    indexed_as = models.BinaryField(null=True)

    class Meta:
        """By shelf and name."""

        constraints = (models.UniqueConstraint(fields=["shelf", "name"], name="one_place_on_a_shelf"),)


class CaseDigest(models.Model):
    """A keyed digest of something that a kept case is about, by which a plan finds the case ``name``."""

    pk = models.CompositePrimaryKey("digest", "name")
    digest = models.BinaryField()
    name = models.CharField(max_length=128)

    class Meta:
        """By the name, besides, for a case that is written again or over."""

        indexes = (models.Index(fields=["name"], name="digests_of_a_case"),)


class Page(models.Model):
    """A page in which nothing is personal."""

    name = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField(default=dict)


class WrappedKey(models.Model):
    """A data key, wrapped by the master key, which is not here."""

    name = models.CharField(max_length=128, primary_key=True)
    content = models.BinaryField()
