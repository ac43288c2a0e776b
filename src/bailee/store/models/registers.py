"""What must be remembered of persons, as tags; and what was told to whom."""

from __future__ import annotations

from django.db import models

from bailee.store.models.ids import new_id


class HandHold(models.Model):
    """A hold placed by hand, as for litigation. ``sealed`` (key ``hold:ID``): whom it is about. ``until``: last day."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=64)
    law = models.CharField(max_length=200)
    sealed = models.BinaryField()
    until = models.DateField(null=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey("books.Staff", models.PROTECT, null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("books.Staff", models.PROTECT, null=True, related_name="+")


class HoldTag(models.Model):
    """HMAC of one identity of the person whom a hold is about."""

    hold = models.ForeignKey(HandHold, models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=64, db_index=True)


class Suppression(models.Model):
    """Who must not be mailed again, whatever list comes back: an HMAC that outlives the person's data (Art. 21(3))."""

    tag = models.CharField(max_length=64)
    purpose = models.CharField(max_length=32, default="marketing")
    since = models.DateTimeField()

    class Meta:
        """Once each."""

        constraints = (models.UniqueConstraint(fields=["tag", "purpose"], name="suppressed_once"),)


class Restriction(models.Model):
    """Whose data is stored and no more (Art. 18)."""

    request = models.ForeignKey("books.Request", models.PROTECT, related_name="restrictions")
    tag = models.CharField(max_length=64, db_index=True)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)


class Authorisation(models.Model):
    """A person's leave to make data known to a recipient. ``sealed`` (key ``authorisation:ID``): the evidence."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    tag = models.CharField(max_length=64, db_index=True)
    recipient = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200)
    categories = models.JSONField(default=list)
    sealed = models.BinaryField(null=True)
    given_on = models.DateField()
    expires_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey("books.Staff", models.PROTECT, null=True)


class Disclosure(models.Model):
    """Something was made known to a recipient."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    tag = models.CharField(max_length=64, db_index=True)
    recipient = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200)
    categories = models.JSONField(default=list)
    authorisation = models.ForeignKey(Authorisation, models.PROTECT, null=True)
    disclosed_at = models.DateTimeField()
    recorded_by = models.ForeignKey("books.Staff", models.PROTECT, null=True)


class Notification(models.Model):
    """A recipient is to be told that data was corrected, erased or restricted (Art. 19)."""

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey("books.Request", models.CASCADE, related_name="notifications")
    recipient = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey("books.Staff", models.PROTECT, null=True)
    why_not = models.CharField(max_length=200, blank=True, default="")  # impossible, or disproportionate effort
