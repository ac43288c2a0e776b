"""How staff get in: one-time links, and a record of every change to who may.

A link is a secret of 256 bits of which a digest is kept; it lasts a day, and is used up when a second factor stands.

Loaded after `open_context`: it needs the books' models.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from bailee.store import sessions
from bailee.store.context import Context
from bailee.store.errors import NotYours, UnknownStaff
from bailee.store.models import Invitation, Role, Staff, StaffChange

LASTS = timedelta(hours=24)
"""How long a link can be used (OWASP ASVS 5.0, 6.4.1)."""


def invite_staff(context: Context, staff_id: str) -> str:
    """Return the secret of a new link for a member of staff; earlier ones end.

    An administrator may, and whoever has the vault's key on this machine. Raises `UnknownStaff`, `NotYours`.
    """
    if context.staff:
        must_be_administrator(context)
    if not Staff.objects.filter(id=staff_id, left_at=None).exists():
        raise UnknownStaff("nobody who works here has this id", "see who does: bailee staff list")
    text = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(staff_id=staff_id, used_at=None).delete()
        Invitation.objects.create(
            staff_id=staff_id,
            digest=_digest_link(text),
            made_by_id=context.staff or None,
            made_at=context.now,
            expires_at=context.now + LASTS,
        )
        note_staff_change(context, staff_id, "link made")
    return text


def build_link(context: Context, text: str) -> str:
    """Return the address of a link. Where the policy names no site, that of this machine."""
    mail = context.policy.firm.mail
    site = mail.site if mail is not None and mail.site else "http://localhost:8080"
    return f"{site.rstrip('/')}/sign-in/begin/{text}/"


def find_invitation(context: Context, text: str = "", *, id: str = "") -> Invitation | None:
    """Return the link with the secret ``text``, or of that ``id``; ``None`` where it is used, ended, or never was."""
    open_ones = Invitation.objects.select_related("staff").filter(
        used_at=None, expires_at__gt=context.now, made_at__lte=context.now + sessions.AHEAD, staff__left_at=None
    )
    return open_ones.filter(id=id).first() if id else open_ones.filter(digest=_digest_link(text)).first()


def set_password(context: Context, link: Invitation, password: str) -> Staff:
    """Let whoever has a link begin anew: the password is set, second factors and sessions of before end."""
    with transaction.atomic():
        staff = Staff.objects.select_for_update().get(id=link.staff_id)
        staff.set_password(password)
        staff.save(update_fields=["password"])
        shut_out(staff)
        note_staff_change(context, staff.id, "password set", link=link.id)
    return staff


def change_password(context: Context, staff_id: str, password: str, session_id: str) -> Staff:
    """Set the password of a member of staff, who has shown the one until now; all sessions but one end."""
    with transaction.atomic():
        staff = Staff.objects.select_for_update().get(id=staff_id)
        staff.set_password(password)
        staff.save(update_fields=["password"])
        sessions.end_staff_sessions(staff_id, but=session_id)
        note_staff_change(context, staff_id, "password changed")
    return staff


def end_sessions(context: Context, staff_id: str) -> None:
    """End all sessions of a member of staff, as an administrator. Raises `NotYours`, `UnknownStaff`."""
    must_be_administrator(context)
    if not Staff.objects.filter(id=staff_id).exists():
        raise UnknownStaff("nobody has this id", "see who works here: bailee staff list")
    sessions.end_staff_sessions(staff_id)
    note_staff_change(context, staff_id, "all sessions ended")


def use_up_link(context: Context, link_id: str) -> None:
    """Note that a link has done what it is for."""
    Invitation.objects.filter(id=link_id, used_at=None).update(used_at=context.now)


def shut_out(staff: Staff) -> None:
    """End the sessions of a member of staff, and delete their second factors."""
    sessions.end_staff_sessions(staff.id)
    staff.authenticator_set.all().delete()  # type: ignore[attr-defined] # of allauth.mfa, which ships no types


def note_staff_change(context: Context, staff_id: str, kind: str, **facts: str) -> None:
    """Write down that something was changed about a member of staff, by whoever acts. ``facts``: nobody's data."""
    StaffChange.objects.create(staff_id=staff_id, by_id=context.staff or None, kind=kind, facts=facts, at=context.now)


def must_be_administrator(context: Context) -> None:
    """Raise `NotYours` where no administrator acts."""
    acts = Staff.objects.filter(id=context.staff, left_at=None).first()
    if acts is None or acts.role != Role.ADMINISTRATOR:
        raise NotYours("staff is an administrator's to add and to let go", "ask an administrator")


def _digest_link(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
