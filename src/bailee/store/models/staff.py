"""Staff: tokens and sessions, what they read of persons, promises that they fix, programs that they have told."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from bailee.store.enums import Role, list_choices
from bailee.store.models.ids import new_id


class Staff(AbstractBaseUser):
    """A member of staff. ``sealed``: name and e-mail (key ``staff:ID``); ``tag``: HMAC of the e-mail, to sign in."""

    USERNAME_FIELD = "tag"

    password = models.CharField(max_length=128, default="!")  # none fits, until they set theirs by a one-time link
    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=16, choices=list_choices(Role))
    tag = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    vetted_on = models.DateField(null=True)  # background-checked, as the notice promises
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    objects: ClassVar[BaseUserManager[Staff]] = BaseUserManager()  # type: ignore[assignment] # the stubs want Self

    @property
    def is_active(self) -> bool:  # type: ignore[override] # nobody sets it
        """Whether they still work here."""
        return self.left_at is None


class Invitation(models.Model):
    """A link, to be used once, by which a member of staff sets password and second factor. Its digest stands here."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of 256 random bits
    made_by = models.ForeignKey(
        Staff, models.SET_NULL, null=True, related_name="+"
    )  # null: whoever has the vault's key
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class StaffChange(models.Model):
    """Something was changed about a member of staff, or how they sign in. ``facts`` hold no names and no secrets."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="changes")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")  # null: whoever has the vault's key
    kind = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)


class Token(models.Model):
    """A token for the API, of which only a digest stands here."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of a token of 256 random bits
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Idempotency(models.Model):
    """An answer kept for a day, so that a call of the API, or a form, that comes twice acts once."""

    token = models.CharField(max_length=16)  # the token's id, empty for the public, or: form
    key = models.CharField(max_length=64)  # SHA-256 of the Idempotency-Key, HMAC of a form's mark
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body; of a form empty
    status = models.IntegerField(null=True)  # null: being worked on
    sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        """One answer a key."""

        constraints = (models.UniqueConstraint(fields=["token", "key"], name="one_answer_a_key"),)


class Reading(models.Model):
    """Somebody looked at a person's data, and why: "who looked at me" can be answered (`tag`: as `RequestTag`)."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True)
    request = models.ForeignKey("books.Request", models.SET_NULL, null=True)
    tag = models.CharField(max_length=64, db_index=True)
    what = models.CharField(max_length=32)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(db_index=True)


class Webhook(models.Model):
    """A program that is told of events. ``sealed``: its address and signing secret (key ``webhook:ID``)."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    events = models.JSONField(default=list)
    sealed = models.BinaryField()
    made_by = models.ForeignKey(Staff, models.PROTECT)
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)


class WebhookDelivery(models.Model):
    """One event on its way to one program; the body names references and states, never persons."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=64)
    body = models.JSONField()
    made_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)


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


class Mending(models.Model):
    """A member of staff has taken it on to fix what breaks a promise, by a day. No words: they could name a person."""

    promise = models.CharField(max_length=128, primary_key=True)
    by = models.ForeignKey("books.Staff", models.PROTECT, related_name="+")
    on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("books.Staff", models.PROTECT, related_name="+")
