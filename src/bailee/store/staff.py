"""Who works here, in which role, and by which token a program acts for them.

Names and e-mail addresses are sealed; a member of staff is known by an HMAC of the e-mail, a token by its SHA-256. Who
leaves keeps their row, for what they did stays theirs, and loses tag and tokens.

Loaded after `open_context`: it needs the books' models.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from bailee.store.admission import must_be_administrator, note_staff_change, shut_out
from bailee.store.context import Context
from bailee.store.errors import NotYours, StaffError, UnknownStaff
from bailee.store.models import Invitation, Role, Staff, Token

PREFIX = "bailee_"
"""What every token begins with: scanners for leaked secrets know it by this, and by its checksum."""

LONGEST_DAYS = 365
"""A token lasts no longer: ASVS 5.0, 7.3.2 wants an absolute end."""

CHECKED_EVERY = 3
"""Years after which a background check is made again."""

_KEY_BYTES = 32
_KEY_CHARS, _SUM_CHARS = 52, 7  # of base32, without padding
_USED_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may be used for, within what the role of its owner allows."""

    READ = "read"  # states, dates and counts
    WRITE = "write"  # act on requests and plans
    PERSONAL = "personal"  # read what persons said, and look for them
    ADMIN = "admin"  # staff, tokens, webhooks


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as colleagues know them."""

    id: str
    name: str
    email: str
    role: Role
    vetted_on: date | None
    joined_at: datetime
    left_at: datetime | None


# --- staff ---------------------------------------------------------------------------------------------------


def add_staff(context: Context, email: str, name: str, role: Role, vetted_on: date | None = None) -> Staff:
    """Return a new member of staff. The first is an administrator, added by whoever has the vault's key.

    ``vetted_on``: when a background check was passed. Raises `StaffError` where the address is taken or is none,
    `NotYours` where no administrator acts.
    """
    address = _normalise_email(email)
    if not name.strip():
        raise StaffError("a member of staff has a name", "give the name that colleagues know")
    if Staff.objects.exists():
        must_be_administrator(context)
    elif role is not Role.ADMINISTRATOR:
        raise StaffError("nobody works here yet", "add an administrator first, who adds the others")
    staff = Staff(role=role, tag=tag_email(context, address), vetted_on=vetted_on, joined_at=context.now)
    staff.sealed = _seal_staff(context, staff.id, {"email": address, "name": name.strip()})
    try:
        with transaction.atomic():
            staff.save(force_insert=True)
            note_staff_change(context, staff.id, "added", role=str(role))
    except IntegrityError:
        hint = "to give somebody another role let them leave, and add them anew"
        raise StaffError("somebody with this address works here already", hint) from None
    return staff


def let_staff_leave(context: Context, staff_id: str) -> None:
    """Let a member of staff leave: tokens, sessions and second factors end at once, and the address is free again.

    Raises `UnknownStaff`; `StaffError` where nobody would be left to administer; `NotYours`.
    """
    must_be_administrator(context)
    with transaction.atomic():
        working = {one.id: one for one in Staff.objects.select_for_update().filter(left_at=None)}
        staff = working.get(staff_id)
        if staff is None:
            raise UnknownStaff("nobody who works here has this id", "see who does: bailee staff list")
        others = [one for one in working.values() if one.role == Role.ADMINISTRATOR and one.id != staff_id]
        if staff.role == Role.ADMINISTRATOR and not others:
            raise StaffError("the last administrator cannot leave", "add another administrator first")
        staff.left_at = context.now
        staff.tag = context.vault.tag("left staff", staff.id)
        staff.set_unusable_password()
        staff.save(update_fields=["left_at", "tag", "password"])
        Token.objects.filter(staff=staff, revoked_at=None).update(revoked_at=context.now)
        Invitation.objects.filter(staff=staff, used_at=None).delete()
        shut_out(staff)
        note_staff_change(context, staff.id, "left")


def note_vetted(context: Context, staff_id: str, vetted_on: date) -> None:
    """Note when a background check was passed. Raises `UnknownStaff`, `StaffError`, `NotYours`."""
    must_be_administrator(context)
    if vetted_on > context.today:
        raise StaffError("this day is still to come", "give the day on which the check was passed")
    with transaction.atomic():
        if not Staff.objects.filter(id=staff_id, left_at=None).update(vetted_on=vetted_on):
            raise UnknownStaff("nobody who works here has this id", "see who does: bailee staff list")
        note_staff_change(context, staff_id, "vetted", on=vetted_on.isoformat())


def find_by_email(context: Context, email: str) -> Staff | None:
    """Return who works here under an e-mail address."""
    return Staff.objects.filter(tag=tag_email(context, email), left_at=None).first()


def describe_staff(context: Context, staff: Staff) -> Colleague:
    """Return name and address of a member of staff, unsealed; both empty of one who left so long ago that they went."""
    if not bytes(staff.sealed):
        return Colleague(staff.id, "", "", Role(staff.role), staff.vetted_on, staff.joined_at, staff.left_at)
    content = json.loads(context.vault.open(f"staff:{staff.id}", bytes(staff.sealed), about=f"staff:{staff.id}"))
    role = Role(staff.role)
    return Colleague(staff.id, content["name"], content["email"], role, staff.vetted_on, staff.joined_at, staff.left_at)


def list_names(context: Context, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Return the names of the members of staff with ``ids``, in one query; of one whose name is gone, the role."""
    wanted = {one for one in ids if one}
    found = Staff.objects.filter(id__in=wanted) if wanted else ()
    return {one.id: describe_staff(context, one).name or str(one.role) for one in found}


def list_colleagues(context: Context, *, left: bool = False) -> Iterator[Colleague]:
    """Yield who works here, the longest first; with ``left`` also who did."""
    found = Staff.objects.order_by("joined_at", "id")
    members = list(found if left else found.filter(left_at=None))
    context.vault.warm(f"staff:{one.id}" for one in members if bytes(one.sealed))
    yield from (describe_staff(context, one) for one in members)


def check_is_due(one: Colleague, today: date) -> bool:
    """Whether the background check of somebody who works here is missing, or older than `CHECKED_EVERY` years."""
    if one.left_at is not None:
        return False
    leap_day = (today.month, today.day) == (2, 29)
    since = today.replace(year=today.year - CHECKED_EVERY, day=28 if leap_day else today.day)
    return one.vetted_on is None or one.vetted_on < since


def enter_by_token(context: Context, *, token: str = "", email: str = "") -> Context:
    """Return the context as a member of staff enters it on the command line: by token, else by e-mail address.

    Whoever can use the vault's key on this machine is trusted to say who they are. Raises `UnknownStaff`.
    """
    if token:
        found = find_token(context, token)
        if found is None:
            raise UnknownStaff("the token is not valid, or not any more", "make another: bailee staff token EMAIL")
        return context.by(found.staff_id)
    staff = find_by_email(context, email)
    if staff is None:
        raise UnknownStaff("nobody works here under this address", "see who does: bailee staff list")
    return context.by(staff.id)


def _normalise_email(email: str) -> str:
    address = email.strip().lower()
    local, at, domain = address.rpartition("@")
    if not (local and at and "." in domain) or any(char.isspace() for char in address):
        raise StaffError("this is no e-mail address", "write NAME@DOMAIN")
    return address


def tag_email(context: Context, email: str) -> str:
    """Return the tag by which somebody signs in, whether they work here or not."""
    return context.vault.tag("staff", email.strip().lower())


def _seal_staff(context: Context, staff_id: str, content: dict[str, str]) -> bytes:
    return context.vault.seal(f"staff:{staff_id}", json.dumps(content).encode(), about=f"staff:{staff_id}")


# --- tokens --------------------------------------------------------------------------------------------------


def issue_token(context: Context, staff_id: str, scopes: Iterable[Scope], days: int) -> tuple[Token, str]:
    """Return a new token of a member of staff, and its text, which is shown this once.

    ``days``: how long it lasts, at most `LONGEST_DAYS`. Everybody makes their own; on the machine, whoever has the
    vault's key. Raises `UnknownStaff`, `StaffError`, `NotYours`.
    """
    wanted = sorted(set(scopes))
    if not wanted:
        raise StaffError("a token without a scope can do nothing", f"one or more of: {', '.join(Scope)}")
    if not 1 <= days <= LONGEST_DAYS:
        raise StaffError(f"a token lasts 1 to {LONGEST_DAYS} days", "give another number of days")
    if context.staff not in {"", staff_id}:
        raise NotYours("this would be somebody else's token", "make one for yourself")
    if not Staff.objects.filter(id=staff_id, left_at=None).exists():
        raise UnknownStaff("nobody who works here has this id", "see who does: bailee staff list")
    text = make_token()
    made = Token.objects.create(
        staff_id=staff_id,
        digest=_digest_token(text),
        scopes=[str(scope) for scope in wanted],
        made_at=context.now,
        expires_at=context.now + timedelta(days=days),
    )
    note_staff_change(context, staff_id, "token made", token=made.id)
    return made, text


def make_token() -> str:
    """Return a new token: the prefix, 256 random bits and their CRC-32 in base32, so that a slip is seen at once."""
    key = secrets.token_bytes(_KEY_BYTES)
    return PREFIX + _encode_base32(key) + _encode_base32(zlib.crc32(key).to_bytes(4))


def is_token(text: str) -> bool:
    """Whether ``text`` may be a token: no books are asked about what has no right checksum."""
    body = text.removeprefix(PREFIX)
    if body == text or len(body) != _KEY_CHARS + _SUM_CHARS or not body.isascii():
        return False
    try:
        key = base64.b32decode(body[:_KEY_CHARS].upper() + "====")
    except ValueError:
        return False
    return body == _encode_base32(key) + _encode_base32(zlib.crc32(key).to_bytes(4))


def find_token(context: Context, text: str) -> Token | None:
    """Return the token ``text`` with its owner, ``None`` where it is none, has ended, was revoked, or they left."""
    if not is_token(text):
        return None
    found = (
        Token.objects.select_related("staff")
        .filter(digest=_digest_token(text), revoked_at=None, expires_at__gt=context.now, staff__left_at=None)
        .first()
    )
    if found is not None and (found.used_at is None or found.used_at <= context.now - _USED_EVERY):
        stale = Q(used_at=None) | Q(used_at__lte=context.now - _USED_EVERY)
        Token.objects.filter(stale, id=found.id).update(used_at=context.now)
    return found


def list_tokens(staff_id: str) -> Iterator[Token]:
    """Yield the tokens of a member of staff, the newest first."""
    yield from Token.objects.filter(staff_id=staff_id).order_by(F("made_at").desc(), "id")


def revoke_token(context: Context, token_id: str) -> None:
    """End a token: one's own, or anybody's by an administrator. A second time nothing happens.

    Raises `UnknownStaff` where there is no such token that is theirs to end.
    """
    mine = (
        Q() if Staff.objects.filter(id=context.staff, role=Role.ADMINISTRATOR).exists() else Q(staff_id=context.staff)
    )
    found = Token.objects.filter(mine, id=token_id)
    if not found.exists():
        raise UnknownStaff("there is no such token", "see which there are: GET /api/v1/me/tokens")
    if found.filter(revoked_at=None).update(revoked_at=context.now):
        note_staff_change(context, found.get().staff_id, "token ended", token=token_id)


def _digest_token(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _encode_base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()
