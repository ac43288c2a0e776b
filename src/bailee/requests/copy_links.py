"""A copy goes to the address on file as a one-time link, and nobody is asked for a code (UK GDPR and GDPR Art. 12(6)).

Who asks must show who they are on reasonable doubt only. Where everything that was given leads to one person, and the
address to which the link goes is known to have been hers for thirty days, there is none: no matter who asked, the copy
reaches nobody but her. In each doubt `identity` asks for the code, as it does for every other right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from django.db import transaction

from bailee.engine.high_water import LINK, is_over_since_restored, must_be_newest, note_on_commit
from bailee.engine.people import UnknownPerson
from bailee.engine.systems import Systems
from bailee.engine.time_check import APART, must_be_right
from bailee.jobs.due_items import schedule_due
from bailee.requests import codes, limits
from bailee.requests.clocks import renew_due_day
from bailee.requests.contacts import ContactKind, ContactOnFile, list_contacts_on_file
from bailee.requests.identified_people import IdentifiedPerson, LookUp, list_certain_values, look_up_people
from bailee.requests.letters import LetterWay, Template
from bailee.requests.letters.outbox import can_be_addressed
from bailee.requests.parcels import destroy_parcel
from bailee.requests.request_content import Asked, RequestPerson, open_request, seal_asked, tag_identities
from bailee.requests.request_letters import build_request_link, send_letter
from bailee.requests.rights import PARCELS
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.events import LetterFailed, make_subscription
from bailee.store.models import Due, Outcome, Parcel, Proof, Request, RequestTag, Right, Status
from bailee.trace.closure import MatchReason

COPIES_TO_ONE = limits.AttemptLimit("copy.to", 1, timedelta(days=7))
"""Copies sent to one address without a code: who asks for another so soon may be somebody else who asks."""


class LinkResult(StrEnum):
    """What became of a link that somebody used: it opened the request, or why it does not."""

    OPENED = "opened"
    USED = "used"
    OVER = "over"
    UNKNOWN = "unknown"


# --- is there a doubt? ---------------------------------------------------------------------------------------


def find_trusted_contact(
    context: Context,
    request: Request,
    asked: Asked,
    everybody: Sequence[IdentifiedPerson],
    persons: Sequence[IdentifiedPerson],
    contacts: Sequence[ContactOnFile],
) -> ContactOnFile | None:
    """Return the address on file to which a copy can go without a code, ``None`` where there is a reasonable doubt.

    ``everybody``: to whom the identities lead, each or several by themselves; ``persons``: those of them who would be
    asked who they are; ``contacts``: how the first can be reached, the best way first.

    There is a doubt where an identity leads to nobody or to somebody else, or is shared; where no row is certainly the
    person's; where an address of theirs changed in the last thirty days or may have, as far as is known; where nobody
    has verified the address, or it takes no letters; where an agent asks, or an answer is wanted elsewhere; where one
    was sent lately. That the clock and the books are right, by which we know all that, the caller has seen
    (`must_know_clock_and_books`).
    """
    if request.right not in PARCELS or request.by_agent or not build_request_link(context, request):
        return None
    emails = [contact for contact in contacts if contact.kind is ContactKind.EMAIL]
    if not emails or not _is_one(everybody, persons) or not _is_hers(emails):
        return None
    best = emails[0]
    if asked.address or asked.reply_to not in {"", best.value}:
        return None  # a person who wants the answer elsewhere may be somebody else
    was_doubted = request.proofs.filter(method=codes.ON_FILE).exists() or best.value in asked.refused
    if was_doubted or not limits.is_left(context, limits.LETTERS_TO_ONE, best.value):
        return None
    return best


def must_know_clock_and_books(systems: Systems) -> None:
    """Raise `NotAllowed` where the clock is in doubt, or the books are out of a backup: then nothing goes to anybody.

    By a clock that is ahead every address has stood for long; old books forget which ones changed.
    """
    must_be_right(systems.store, lambda: systems.connectors)
    must_be_newest(systems.store, lambda: systems.connectors)


def _is_one(everybody: Sequence[IdentifiedPerson], persons: Sequence[IdentifiedPerson]) -> bool:
    """Whether all that was given leads to one person, with rows that are certainly hers, and to nobody else.

    Two rows of one collection may be two people with one address, though the map takes them for one.
    """
    if len(persons) != 1 or not persons[0].subjects or not all(one.is_found for one in everybody):
        return False
    places = [(subject.ref.system, subject.ref.collection) for subject in persons[0].subjects]
    if len({*places}) < len(places):
        return False
    return not any(candidate.reason is MatchReason.SHARED for one in everybody for candidate in one.likely)


def _is_hers(emails: Sequence[ContactOnFile]) -> bool:
    """Whether the first of a person's addresses is verified and known to have stood, and none of them has changed."""
    best = emails[0]
    is_hers = best.has_stood and (best.is_verified or best.is_asked_by) and can_be_addressed(best.value, LetterWay.MAIL)
    return is_hers and not any(contact.is_fresh for contact in emails)


def open_without_code(
    context: Context, request: Request, asked: Asked, person: RequestPerson, contact: ContactOnFile
) -> bool:
    """Open ``request`` for ``person`` without a code, in the transaction of the caller's; whether that was done.

    Its clock runs from receipt: nobody is asked for anything. All that is written about it goes to ``contact``.
    """
    if not limits.is_left(context, COPIES_TO_ONE, contact.value):
        return False
    limits.note_attempt(context, COPIES_TO_ONE, contact.value)
    limits.note_attempt(context, limits.LETTERS_TO_ONE, contact.value)
    rest = tuple(text for text in (*asked.identities, *asked.unproven) if text not in person.identities)
    told = replace(asked, reply_to=contact.value, identities=person.identities, unproven=rest)
    seal_asked(context, request, told, [person])
    RequestTag.objects.filter(request=request).delete()
    RequestTag.objects.bulk_create(RequestTag(request=request, tag=tag) for tag in person.tags)
    request.status, request.identity_asked_on = Status.OPEN, None
    request.save(update_fields=["sealed", "status", "identity_asked_on"])
    renew_due_day(context, request)
    Proof.objects.create(request=request, method=codes.ON_FILE, made_at=context.now)
    note_event(context, request, "identity.on_file")
    schedule_due("plan", request.id, at=context.now)
    return True


def find_waiting_proof(request: Request) -> Proof | None:
    """Return the proof of a request that goes to the address on file, and whose link nobody has used yet."""
    return request.proofs.filter(method=codes.ON_FILE, proven_at=None, failed_at=None).first()


def is_still_trusted(context: Context, systems: Systems, request: Request) -> bool:
    """Whether ``request`` can go on: no address of its person has changed since it was opened without a code.

    Where one has, the link is over, and what had opened the request before opens it no more. The person is asked for a
    code after all; also where the copy is packed, which nobody has had. Raises `NotAllowed` where the clock or the
    books may be wrong, `ConnectorError`, `UnknownPerson`.
    """
    proof = find_waiting_proof(request)
    if proof is None:
        return True
    must_know_clock_and_books(systems)
    asked = open_request(context, request)[0]
    with look_up_people(systems, asked.identities, Right(request.right)) as found:
        if _is_contact_still_trusted(context, found, asked):
            return True
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        if not Proof.objects.filter(id=proof.id, proven_at=None).update(failed_at=context.now):
            return True  # the link was used meanwhile
        _withdraw_trust(context, request, "identity.doubted")
    return False


def is_kept(request: Request) -> bool:
    """Whether a copy that went without a code was fetched, and is there still, in case its download broke off."""
    by_link = request.proofs.filter(method=codes.ON_FILE, proven_at__isnull=False, failed_at=None)
    return by_link.exists() and _was_fetched(request) and request.parcels.filter(gone_at=None).exists()


def end_unless_hers(context: Context, systems: Systems, request: Request) -> None:
    """Destroy a copy that `is_kept`, unless the address to which its link went is still certain to be its person's.

    So who has that address later fetches nothing by a code. Raises `NotAllowed` where the clock or the books may be
    wrong, `ConnectorError`.
    """
    must_know_clock_and_books(systems)
    asked = open_request(context, request)[0]
    try:
        with look_up_people(systems, asked.identities, Right(request.right)) as found:
            if _is_contact_still_trusted(context, found, asked):
                return
    except UnknownPerson:
        pass  # erased since
    for parcel in request.parcels.filter(gone_at=None):
        destroy_parcel(context, parcel)
    note_event(context, request, "identity.link_over")


def _was_fetched(request: Request) -> bool:
    """Whether the person has fetched a copy: what staff fetched for them does not count."""
    return request.events.filter(kind="fetched", by=None).exists()


def reopen_undelivered(context: Context, request: Request) -> None:
    """Open ``request`` again, in the transaction of the caller's: the letter with its link was refused, or came back.

    The link is over, and the packed copy is destroyed. The person is asked who they are, by another contact on file
    where there is one, unless the copy was downloaded, or they have taken the request back.
    """
    request.refresh_from_db(from_queryset=Request.objects.select_for_update())
    proof = find_waiting_proof(request)
    if proof is None or not request.sealed:
        return
    Proof.objects.filter(id=proof.id).update(failed_at=context.now)
    request.messages.filter(template=Template.COPY_LINK).update(sealed=None)  # to send it once more would help nobody
    _withdraw_trust(context, request, "identity.refused", is_refused=True)


def note_link_failed(context: Context, failed: LetterFailed) -> None:
    """Open the request again of which the letter with the link was given up, or came back."""
    if failed.template == Template.COPY_LINK:
        reopen_undelivered(context, Request.objects.get(id=failed.request_id))


def _withdraw_trust(context: Context, request: Request, why: str, *, is_refused: bool = False) -> None:
    """Let nothing open ``request`` any more that would have, and have the person asked who they are, for ``why``."""
    request.proofs.filter(method=codes.VISIT, proven_at=None, failed_at=None).update(failed_at=context.now, digest="")
    asked, persons = open_request(context, request)
    refused = (*asked.refused, asked.reply_to) if is_refused else asked.refused
    seal_asked(context, request, replace(asked, reply_to="", refused=refused), persons)
    request.save(update_fields=["sealed"])
    for parcel in request.parcels.filter(gone_at=None):  # when the books have it
        transaction.on_commit(partial(destroy_parcel, context, parcel))
    if request.status == Status.OPEN or _reopen_request(context, request):
        _ask_after_all(context, request, why)
    else:
        note_event(context, request, "identity.link_over")


def _reopen_request(context: Context, request: Request) -> bool:
    """Whether a request that was closed, since its copy was packed, is open again: nobody has had the copy.

    A copy is packed again for the person who shows who they are. What staff have fetched for them counts for nothing.
    """
    is_done = request.status == Status.CLOSED and request.outcome in {Outcome.DONE, Outcome.PARTLY}
    if not is_done or _was_fetched(request):
        return False
    request.outcome, request.closed_at, request.forget_on = "", None, None
    request.save(update_fields=["outcome", "closed_at", "forget_on"])
    Due.objects.filter(kind="forget", about=request.id, done_at=None).update(done_at=context.now)
    return True


def _ask_after_all(context: Context, request: Request, why: str) -> None:
    """Let the person be asked who they are, with as much time for it as anybody has."""
    RequestTag.objects.filter(request=request).delete()
    request.status = Status.UNVERIFIED
    request.save(update_fields=["status"])
    renew_due_day(context, request)
    note_event(context, request, why)
    expires = context.now + timedelta(days=context.policy.firm.requests.unverified_days)
    schedule_due("identify", request.id, at=context.now)
    schedule_due("expire", request.id, at=expires)
    Due.objects.filter(kind="expire", about=request.id, done_at=None).update(at=expires)  # not when it would have


def is_owed(request: Request) -> bool:
    """Whether ``request`` was taken up without a question, and nobody has been asked since: its time is not over.

    No letter with a code has left. What the person does not know of, they cannot have left unanswered.
    """
    return request.identity_asked_on is None and request.proofs.filter(method=codes.ON_FILE).exists()


def is_doubted_since(request: Request, at: datetime) -> bool:
    """Whether ``request`` was opened without a code, and doubted after ``at``: who was let in before is nobody now."""
    return request.proofs.filter(method=codes.ON_FILE, failed_at__gte=at).exists()


def _is_contact_still_trusted(context: Context, found: LookUp, asked: Asked) -> bool:
    """Whether the address to which the link goes could be trusted if the request were opened now."""
    if not _is_one(found.persons, found.persons):
        return False
    emails = [c for c in list_contacts_on_file(context, found, found.persons[0]) if c.kind is ContactKind.EMAIL]
    return bool(emails) and _is_hers(emails) and emails[0].value == asked.reply_to


def make_request_person(context: Context, systems: Systems, person: IdentifiedPerson) -> RequestPerson:
    """Return ``person`` as a request keeps them."""
    return RequestPerson(person.identities, tag_identities(context, list_certain_values(systems, person)))


# --- the link ------------------------------------------------------------------------------------------------


def send_link(context: Context, request: Request, parcel: Parcel, **facts: object) -> bool:
    """Post the one-time link to the address on file, in the turn of the caller's; whether there was one to post.

    ``facts``: what the letter says besides. In the books stands an HMAC of the link.
    """
    proof, site = find_waiting_proof(request), build_request_link(context, request)
    if proof is None or not site:
        return False
    token = codes.make_token()
    proof.expires_at = min(context.now + codes.LASTS[codes.ON_FILE], parcel.expires_at)
    proof.digest = codes.calculate_digest(context, proof, token)
    proof.save(update_fields=["expires_at", "digest"])
    told = {"link": codes.build_copy_link(context, request, token), "expires": proof.expires_at, "door": site}
    send_letter(context, request, Template.COPY_LINK, **told, waits_until=parcel.expires_at, **facts)
    note_event(context, request, "identity.link_sent")
    return True


def use_link(context: Context, request: Request, text: str) -> LinkResult:
    """Use the link whose token is ``text``: it opens ``request`` once. Of two who use it at once, one is let in."""
    links = request.proofs.filter(method=codes.ON_FILE).exclude(digest="")
    link = next((proof for proof in links if codes.is_matching(context, proof, text)), None)
    if link is None:
        return LinkResult.UNKNOWN
    if link.proven_at is not None:
        return LinkResult.USED
    if link.failed_at is not None or link.expires_at is None or link.expires_at <= context.now:
        return LinkResult.OVER
    sent_at = link.expires_at - codes.LASTS[codes.ON_FILE]  # or before: it ends with the parcel at the latest
    if sent_at > context.now + APART or is_over_since_restored(context.store, sent_at):
        return LinkResult.OVER  # a clock that was ahead sent it, and it would live for longer than it may; or see there
    with transaction.atomic():
        unused = Proof.objects.filter(id=link.id, proven_at=None, failed_at=None, expires_at__gt=context.now)
        if not unused.update(proven_at=context.now):
            return LinkResult.USED
        note_on_commit(context.store, LINK, link.id, context.now)
        Request.objects.filter(id=request.id, identified_on=None).update(identified_on=context.today)
        note_event(context, request, "identity.link_used")
    return LinkResult.OPENED


HEARS = (make_subscription(LetterFailed, note_link_failed),)
