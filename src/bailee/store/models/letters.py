"""Letters to persons, and what they can fetch."""

from __future__ import annotations

from django.db import models

from bailee.store.models.ids import new_id


class Message(models.Model):
    """A letter on its way. ``sealed`` (key ``request:ID``): recipient, subject and body; gone once it was kept enough.

    ``state``: queued, sending, sent, failed, or, on paper, to_print; ``told``: it failed, and staff have told what it
    says. ``message_id``: of the mail, the same each time.
    """

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey("books.Request", models.CASCADE, null=True, related_name="messages")
    template = models.CharField(max_length=32)
    channel = models.CharField(max_length=8)  # mail or paper
    state = models.CharField(max_length=16, default="queued")
    message_id = models.CharField(max_length=128, unique=True)
    sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=64, blank=True, default="")


class Parcel(models.Model):
    """A file that a person can fetch, sealed on the disk under the request's key, until it expires."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey("books.Request", models.CASCADE, related_name="parcels")
    kind = models.CharField(max_length=16)  # copy, portability
    path = models.CharField(max_length=200)  # relative to the books folder
    size = models.BigIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    fetched_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
