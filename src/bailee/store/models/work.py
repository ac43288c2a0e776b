"""Plans, their steps (the journal), approvals, receipts, and what is due."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bailee.store.enums import PlanState, list_choices
from bailee.store.models.ids import new_id


class Plan(models.Model):
    """A plan as it was approved. ``document``: its JSON, in which nothing is anybody's. ``case``: its sealed case.

    ``request`` is ``None`` for a retention rule. ``difference``: what is other than in the plan that it supersedes.
    """

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey("books.Request", models.PROTECT, null=True, related_name="plans")
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=list_choices(PlanState), default=PlanState.PROPOSED)
    digest = models.CharField(max_length=64)
    case = models.CharField(max_length=32, db_index=True)
    document = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("books.Staff", models.PROTECT, null=True)  # null: a worker
    supersedes = models.ForeignKey("self", models.SET_NULL, null=True)
    difference = models.JSONField(default=list)
    residual = models.IntegerField(null=True)  # rows still found when it was last looked at


class Approval(models.Model):
    """The one approval of a plan: single use, by somebody else than whoever made the plan, for a time.

    ``by`` is ``None`` for a standing approval, which ``standing`` names. ``acts_at``: the end of the waiting time.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="approval")
    by = models.ForeignKey("books.Staff", models.PROTECT, null=True)
    standing = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    acts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey("books.Staff", models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)


class Step(models.Model):
    """One arrow of a plan's journal. ``counts``: change -> rows. ``token``: the fencing token of who wrote it last."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=16)
    system = models.CharField(max_length=64, blank=True, default="")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    token = models.BigIntegerField()
    runs = models.IntegerField(default=1)  # how often it was begun: more than once after a crash

    class Meta:
        """Each arrow once."""

        constraints = (models.UniqueConstraint(fields=["plan", "step", "system"], name="each_arrow_once"),)


class Receipt(models.Model):
    """The receipt of a plan, one each. ``sealed`` (key ``request:ID``): the file, until the person has it."""

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="receipt")
    request = models.ForeignKey("books.Request", models.CASCADE, null=True, related_name="receipts")
    entry = models.BigIntegerField()  # the index in the ledger
    issued_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    fetched_at = models.DateTimeField(null=True)


class Due(models.Model):
    """Something to be done at a time, by any worker, once. ``about``: the id of what it concerns, or a name.

    Whoever has the lease may do it; a ``token`` that has grown tells the one before that it was taken over.
    """

    id = models.CharField(max_length=16, primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24)
    about = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    place = models.BigIntegerField(default=0)  # among what is due at one moment: nanoseconds, as it was asked for
    asked_again = models.BooleanField(default=False)  # while a worker does it, which may have looked already
    not_before = models.DateTimeField(null=True)  # it waits, and is due when it was
    holder = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    token = models.BigIntegerField(default=0)
    tries = models.IntegerField(default=0)
    problem = models.CharField(max_length=64, blank=True, default="")  # a code, never a message
    done_at = models.DateTimeField(null=True)

    class Meta:
        """One thing is due once, what is next is found by its time, and what fails by its problem."""

        constraints = (models.UniqueConstraint(fields=["kind", "about"], condition=Q(done_at=None), name="due_once"),)
        indexes = (
            models.Index(fields=["at"], condition=Q(done_at=None), name="due_next"),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="due_in_hand"),
            models.Index(fields=["kind", "problem"], condition=Q(done_at=None, problem__gt=""), name="due_failing"),
        )


class Worker(models.Model):
    """A process that does what is due, and when it was last seen.

    ``ended_at``: when it has ended as it should; of those that have, the last is kept.
    """

    id = models.CharField(max_length=32, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
