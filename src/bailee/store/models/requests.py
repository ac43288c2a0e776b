"""Requests of data subjects, and all that belongs to one: proofs of identity, pauses of the clock, the timeline."""

from __future__ import annotations

from django.db import models

from bailee.store.enums import Channel, Outcome, Right, Status, list_choices
from bailee.store.models.ids import new_id, new_reference


class Request(models.Model):
    """A request. ``sealed`` (key ``request:ID``): who asks, how to reach them, in their words, what to correct.

    Dates are those of the firm's calendar. ``due_on`` is what the clock says today; ``None`` while it is paused, or
    where the law sets no date. ``forget_on``: when the request itself is erased.
    """

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=16, unique=True, default=new_reference, editable=False)
    right = models.CharField(max_length=16, choices=list_choices(Right))
    status = models.CharField(max_length=16, choices=list_choices(Status), default=Status.UNVERIFIED)
    outcome = models.CharField(max_length=16, choices=list_choices(Outcome), blank=True, default="")
    channel = models.CharField(max_length=16, choices=list_choices(Channel))
    language = models.CharField(max_length=8, default="en")
    received_at = models.DateTimeField()
    received_on = models.DateField()
    regime = models.CharField(max_length=4)
    division = models.CharField(max_length=24, blank=True, default="")
    identified_on = models.DateField(null=True)
    identity_asked_on = models.DateField(null=True)  # the clock waits for identity only if it was asked for
    fee_paid_on = models.DateField(null=True)
    extended_on = models.DateField(null=True)
    extension_reason = models.TextField(blank=True, default="")
    due_on = models.DateField(null=True)
    acknowledged_on = models.DateField(null=True)
    by_agent = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)
    logged_by = models.ForeignKey("books.Staff", models.PROTECT, null=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True)
    held_until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    forget_on = models.DateField(null=True, db_index=True)

    class Meta:
        """Lists are by status and day."""

        indexes = (
            models.Index(fields=["status", "due_on", "id"], name="request_by_days_left"),
            models.Index(fields=["received_at", "id"], name="request_by_receipt"),
            models.Index(fields=["status", "received_at", "id"], name="request_by_state_and_receipt"),
        )


class RequestTag(models.Model):
    """HMAC of one identity that a request was made with: tells that two are from one person, and nothing else."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=64, db_index=True)


class Confirmation(models.Model):
    """A member of staff has confirmed rows to be the person's. ``sealed`` (key ``request:ID``): which rows.

    Whoever confirmed them is a first person: another must approve what is planned on their word.
    """

    request = models.ForeignKey(Request, models.CASCADE, related_name="confirmations")
    by = models.ForeignKey("books.Staff", models.PROTECT)
    at = models.DateTimeField()
    sealed = models.BinaryField()


class Pause(models.Model):
    """The person was asked what the request is about, and answered (DPA 2018 s. 54(3C)).

    ``message``: the id of the letter that asks; empty where staff have asked in another way.
    """

    request = models.ForeignKey(Request, models.CASCADE, related_name="pauses")
    asked_on = models.DateField()
    answered_on = models.DateField(null=True)
    message = models.CharField(max_length=16, blank=True, default="", db_index=True)


class Event(models.Model):
    """One line of a request's timeline. ``facts``: states, counts, names of templates and systems; nobody's data."""

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(Request, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    by = models.ForeignKey("books.Staff", models.PROTECT, null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        """What staff must see to is found by its kind."""

        indexes = (models.Index(fields=["kind", "request"], name="event_by_kind"),)


class Proof(models.Model):
    """One way in which a person was asked to show who they are, and whether they did.

    ``method``: code, link, letter, call back, on file, in person, authority (of an agent). ``digest``: HMAC of the code
    or link. ``sealed`` (key ``request:ID``): the contact that it went to, which was on file.
    """

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(Request, models.CASCADE, related_name="proofs")
    method = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    sealed = models.BinaryField(null=True)
    tries = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    by = models.ForeignKey("books.Staff", models.PROTECT, null=True)


class Attempt(models.Model):
    """Something that is limited in number was tried. ``tag``: HMAC of by whom or from where."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16)
    tag = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Counted by tag and time."""

        indexes = (models.Index(fields=["kind", "tag", "at"], name="attempts_of_one"),)


class SeenContact(models.Model):
    """How to reach a person, as a request last saw it on a row of theirs: HMACs of the cell's place and of its value.

    ``since``: when it was first seen other than before; ``None``: it never was. ``first_at``: when any value was first
    seen there; ``None``: before that was written down.
    """

    place = models.CharField(max_length=64, unique=True)
    value = models.CharField(max_length=64)
    since = models.DateTimeField(null=True)
    first_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(db_index=True)
