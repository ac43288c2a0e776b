"""Who mends a promise that is not kept."""

from __future__ import annotations

from django.db import models


class Mending(models.Model):
    """A member of staff has taken it on to mend a promise, by a day. No words: they could name a person."""

    promise = models.CharField(max_length=128, primary_key=True)
    by = models.ForeignKey("books.Staff", models.PROTECT, related_name="+")
    on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("books.Staff", models.PROTECT, related_name="+")
