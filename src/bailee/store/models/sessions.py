"""Sessions of browsers: of staff, and of the public between two questions."""

from __future__ import annotations

from django.db import models

from bailee.store.models.ids import new_id
from bailee.store.models.staff import Staff


class WebSession(models.Model):
    """A session. ``digest``: HMAC of what the cookie holds; ``sealed``: all that is in it (key ``sessions``)."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    staff = models.ForeignKey(Staff, models.CASCADE, null=True, related_name="sessions")
    begun_at = models.DateTimeField()
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        """Its table has the name that it has had since the beginning."""

        db_table = "books_session"
