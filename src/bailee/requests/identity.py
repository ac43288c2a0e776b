"""Who asks is the person, or nothing is done: a code to a contact on file, a call back, a look at who is there.

A worker looks for the person and writes to a contact that was on file before (`identify_person`). Who then has the code
is that person (`prove_identity`); where there is nothing to write to, or it changed lately, staff call a number on file
(`note_call_back`), or see who it is (`note_person_seen`). An agent besides shows that they may ask (`note_authority`).
Of several identities that a request names, those of the person who was proven count, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from bailee.connectors.base import ConnectorError
from bailee.engine.people import UnknownPerson
from bailee.engine.plans import NotAllowed
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.jobs.due_items import schedule_due
from bailee.requests import codes, copy_links, limits, permissions, wrong_days
from bailee.requests.clocks import renew_due_day
from bailee.requests.contacts import ContactKind, ContactOnFile, list_contacts_on_file
from bailee.requests.duplicates import merge_duplicates
from bailee.requests.identified_people import IdentifiedPerson, look_up_people, parse_identities
from bailee.requests.letters import LetterError, LetterWay
from bailee.requests.letters import Template as Letter
from bailee.requests.letters.outbox import can_be_addressed
from bailee.requests.plan_rows import call_off_plan, find_newest_plan
from bailee.requests.request_content import (
    RequestPerson,
    name_proof_note,
    open_asked,
    open_note,
    open_request,
    seal_asked,
    seal_note,
    split_address,
    tag_identities,
)
from bailee.requests.request_letters import send_letter
from bailee.requests.request_locks import must_be_permitted
from bailee.requests.timeline import note_event
from bailee.store.access_log import Reason, log_access_by_tags
from bailee.store.context import Context
from bailee.store.errors import TooMany
from bailee.store.events import LetterWanted
from bailee.store.models import Due, PlanState, Proof, Request, RequestTag, Right, Status

_STILL = frozenset({Status.UNVERIFIED, Status.OPEN, Status.PLANNED})
"""While nothing was approved, another of several people whom a request names can still show who they are."""

SEEN = frozenset({"in person", "document", "known"})
"""How staff see who somebody is: they stand there, show a document, or are known to whoever answers."""


# --- a worker looks for the person ---------------------------------------------------------------------------


def identify_person(context: Context, systems: Systems, request: Request) -> None:
    """Find out how the person of ``request`` can be reached by what is on file, and write to them there.

    Nothing is sent to an address that came with the request, unless it is on file too. Where a contact on file changed
    in the last thirty days, or there is none to write to, staff are asked to call. Once a code is on its way nothing
    happens. Where a copy can go to an address on file without a code, it goes on at once (`without_code`). Raises
    `ConnectorError`, `LetterError`; `NotAllowed`, no matter who it is about, where this machine's clock or the books
    may be wrong, by which we know what changed.
    """
    request.refresh_from_db()
    wrong_days.correct_days(context, request)
    if request.status != Status.UNVERIFIED or _list_open_proofs(context, request).exists():
        return
    asked, before = open_request(context, request)
    if any(person.is_proven for person in before):
        return  # what is missing is an agent's authority
    copy_links.must_know_clock_and_books(systems)
    with look_up_people(systems, asked.identities, Right(request.right)) as found:
        persons = _choose_persons(found.persons)
        contacts = [list_contacts_on_file(context, found, person) for person in persons]
        ways = [_choose_method(some, asked.refused) for some in contacts]
        whose = [copy_links.make_request_person(context, systems, person) for person in persons]
        known = next(iter(contacts), ())
        trusted = copy_links.find_trusted_contact(context, request, asked, found.persons, persons, known)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        if request.status != Status.UNVERIFIED or _list_open_proofs(context, request).exists():
            return  # another worker was here
        asked, before = open_request(context, request)
        if any(person.is_proven for person in before):
            return  # or somebody of the staff
        limits.note_attempt(context, limits.SENDS_OF_ONE, request.id)
        if trusted is not None and copy_links.open_without_code(context, request, asked, whose[0], trusted):
            return
        seal_asked(context, request, asked, whose)
        request.save(update_fields=["sealed"])
        for number, (method, contact) in enumerate(ways):
            _challenge_person(context, request, number, method, contact)
        if not persons:
            note_event(context, request, "identity.nobody_found")
            if copy_links.is_owed(request):  # they were found before: who they are can be seen still
                note_event(context, request, "identity.staff_must_see")


def _choose_persons(persons: Sequence[IdentifiedPerson]) -> list[IdentifiedPerson]:
    """Return the persons that were found; not those who are a likely match with rows of another of them alone."""
    own = {s.ref for person in persons for s in person.subjects}
    return [p for p in persons if p.is_found and not (p.likely and {c.ref for c in p.likely} <= own)]


def _choose_method(contacts: Iterable[ContactOnFile], refused: Sequence[str]) -> tuple[str, ContactOnFile | None]:
    """Return how a person is asked to show who they are, and by which contact; not by one in ``refused``."""
    by_kind: dict[ContactKind, list[ContactOnFile]] = {}
    for contact in contacts:
        by_kind.setdefault(contact.kind, []).append(contact)
    stood = {kind: [c for c in some if not c.is_fresh and c.value not in refused] for kind, some in by_kind.items()}
    order = [(ContactKind.EMAIL, codes.CODE), (ContactKind.POSTAL, codes.LETTER), (ContactKind.PHONE, codes.CALL_BACK)]
    if (
        ContactKind.EMAIL in by_kind
    ):  # there is one, and it changed, or is dead: a voice is surer than another letter box
        order = [order[0], order[2], order[1]]
    return next(((method, stood[kind][0]) for kind, method in order if stood.get(kind)), ("", None))


def _challenge_person(
    context: Context, request: Request, number: int, method: str, contact: ContactOnFile | None
) -> None:
    """Ask the person ``number`` of ``request`` to show who they are; what is sent and noted goes together."""
    until = _calculate_expiry(context, request, method)
    if contact is None:
        note_event(context, request, "identity.staff_must_see", person=number)
        return
    if method == codes.CALL_BACK:
        _add_proof(context, request, method, number, contact, "", until)
        note_event(context, request, "identity.staff_must_call", person=number)
        return
    if not limits.is_left(context, limits.LETTERS_TO_ONE, contact.value):
        schedule_due("identify", request.id, at=context.now + limits.LETTERS_TO_ONE.within)
        note_event(context, request, "identity.put_off", why="too many letters to one address")
        return
    code, token = codes.make_code(), codes.make_token()
    link = codes.build_link(context, request, token) if method == codes.CODE else ""
    by_mail = contact.kind is ContactKind.EMAIL
    to = contact.value if by_mail else "\n".join(split_address(contact.value))
    facts = {"code": code, "link": link, "expires": until}
    before = _list_posted_codes(request)
    try:
        context.emit(LetterWanted(request, Letter.IDENTITY, facts, to, LetterWay.MAIL if by_mail else LetterWay.PAPER))
    except LetterError as error:
        if error.code not in {"W902", "W907"}:
            raise
        note_event(context, request, "identity.staff_must_see", person=number, why=error.code)
        return  # what is on file is no address: no later try will find it to be one
    limits.note_attempt(context, limits.LETTERS_TO_ONE, contact.value)
    (letter,) = _list_posted_codes(request) - before
    _add_proof(context, request, method, number, contact, code, until, letter)
    if link:
        _add_proof(context, request, codes.LINK, number, contact, token, until, letter)
    note_event(context, request, "identity.sent", method=method, person=number)


def _list_posted_codes(request: Request) -> set[str]:
    return set(request.messages.filter(template=Letter.IDENTITY).values_list("id", flat=True))


def _calculate_expiry(context: Context, request: Request, method: str) -> datetime:
    """Return until when a proof can be given: no longer than the request waits, which is as long for everybody.

    A request that waited longer because a letter is on its way would tell that there is somebody to write to.
    """
    lasts = context.now + codes.LASTS.get(method, timedelta())
    ends = Due.objects.filter(kind="expire", about=request.id, done_at=None).values_list("at", flat=True).first()
    return lasts if ends is None else min(lasts, ends)


def _add_proof(
    context: Context,
    request: Request,
    method: str,
    number: int,
    contact: ContactOnFile,
    secret: str,
    until: datetime,
    letter: str = "",
) -> Proof:
    """Write down a way to show who the person ``number`` is. ``letter``: the id of the one that has the ``secret``."""
    proof = Proof(request=request, method=method, made_at=context.now, expires_at=until)
    content = {"kind": contact.kind, "contact": contact.value, "person": number, "message": letter}
    proof.sealed = seal_note(context, request, _name_note(proof), content)
    proof.digest = codes.calculate_digest(context, proof, secret) if secret else ""
    proof.save(force_insert=True)
    return proof


def _name_note(proof: Proof) -> str:
    return name_proof_note(proof.id)


def _list_open_proofs(context: Context, request: Request) -> QuerySet[Proof]:
    """Return the proofs that can still be given."""
    mine = request.proofs.exclude(method__in=(codes.VISIT, codes.ON_FILE))
    return mine.filter(proven_at=None, failed_at=None, expires_at__gt=context.now)


def resend_code(context: Context, request: Request) -> None:
    """Have a new code sent, in place of those before; the same whether there was one. Raises `TooMany`."""
    if context.staff:
        must_be_permitted(context, permissions.IDENTIFY)
    if not limits.is_left(context, limits.SENDS_OF_ONE, request.id):
        hint = "look where the letters of the firm usually come, or call"
        raise TooMany("enough codes were sent today", hint, context.now + limits.SENDS_OF_ONE.within)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        if request.status == Status.UNVERIFIED:
            _list_open_proofs(context, request).update(failed_at=context.now, sealed=None)
            schedule_due("identify", request.id, at=context.now)
            note_event(context, request, "asked_again")


# --- the person answers --------------------------------------------------------------------------------------


def prove_identity(context: Context, request: Request, text: str, *, source: str = "") -> bool:
    """Whether ``text`` is a code or a link's token that was sent for ``request``; it counts as shown then.

    ``source``: the network address that it came from. Five tries a code, then another one must be sent. What is done
    for a request of somebody who is not known is the same. Raises `TooMany`.
    """
    if context.staff:
        must_be_permitted(context, permissions.IDENTIFY)
    if source:
        limits.count_attempt(context, limits.TRIES_BY_SOURCE, source)
    wrong_days.correct_days(context, request)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        _count_try(context, request)
        waiting = list(_list_open_proofs(context, request).exclude(digest="")) if request.status in _STILL else []
        found = [proof for proof in waiting if codes.is_matching(context, proof, text)]
        if not found:
            tried = _list_open_proofs(context, request).exclude(digest="")
            tried.update(tries=F("tries") + 1)
            tried.filter(tries__gte=limits.TRIES_OF_ONE.most).exclude(method=codes.LINK).update(
                failed_at=context.now, sealed=None
            )
            return False
        _prove_by(context, request, found[0])
    _merge_verified(context, request)
    return True


def _count_try(context: Context, request: Request) -> None:
    """Count a try since the last code was sent. Raises `TooMany`."""
    sent = limits.find_last_attempt(context, limits.SENDS_OF_ONE, request.id)
    if limits.count_since(context, limits.TRIES_OF_ONE, request.id, sent) >= limits.TRIES_OF_ONE.most:
        raise TooMany("the code was mistaken too often", "have a new one sent", context.now)
    limits.note_attempt(context, limits.TRIES_OF_ONE, request.id)


def _prove_by(context: Context, request: Request, proof: Proof) -> None:
    content = open_note(context, request, _name_note(proof), bytes(proof.sealed or b""))
    proof.proven_at, proof.sealed, proof.by_id = context.now, None, context.staff or None
    proof.save(update_fields=["proven_at", "sealed", "by"])
    if proof.method in {codes.CODE, codes.LINK}:  # the other half of one letter
        twin = codes.LINK if proof.method == codes.CODE else codes.CODE
        _list_open_proofs(context, request).filter(method=twin, made_at=proof.made_at).update(
            failed_at=context.now, sealed=None
        )
    note_event(context, request, "identity.proven", method=proof.method)
    _note_proven(context, request, {content["person"]}, ContactKind(content["kind"]), content["contact"])


# --- staff say who it is -------------------------------------------------------------------------------------


def reveal_call_number(context: Context, request: Request, reason: str) -> str:
    """Return the telephone number on file by which the person is to be called; that it is read, and why, is noted.

    ``reason``: one of `readings.Reason`. Raises `NotAllowed` where no call back is waited for.
    """
    must_be_permitted(context, permissions.IDENTIFY)
    proof = _find_call_proof(context, request)
    number = str(open_note(context, request, _name_note(proof), bytes(proof.sealed or b""))["contact"])
    log_access_by_tags(context, "number", Reason(reason), tag_identities(context, [("phone", number)]), request)
    return number


def note_call_back(context: Context, request: Request, note: str) -> None:
    """Note that whoever acts has called the number on file, and the person there made the request. ``note``: how known.

    Raises `NotAllowed` where no call back is waited for.
    """
    must_be_permitted(context, permissions.IDENTIFY)
    _must_say(note)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        proof = _find_call_proof(context, request)
        _prove_by(context, request, proof)
        proof.sealed = seal_note(context, request, _name_note(proof), {"note": note})
        proof.save(update_fields=["sealed"])
    _merge_verified(context, request)


def note_person_seen(context: Context, request: Request, method: str, note: str, proves: Sequence[str] = ()) -> None:
    """Note that whoever acts has seen who the person is: ``in person``, by a ``document``, or ``known`` to them.

    ``note``: the reason why no code to a contact on file would do. ``proves``: the identities that are the person's;
    empty: all, where they lead to one person at most. Who has given no address is answered at one that is on file.
    Raises `NotAllowed`.
    """
    must_be_permitted(context, permissions.IDENTIFY)
    _must_say(note)
    if method not in SEEN:
        raise NotAllowed("this is no way to see who somebody is", f"one of: {', '.join(sorted(SEEN))}")
    _must_wait(request)
    contact = _choose_contact(context, request, proves)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        _must_wait(request)
        asked, persons = open_request(context, request)
        if len(persons) > 1 and not proves:
            raise NotAllowed("the identities are of several people", "name those of the person whom you have seen")
        named = tuple(proves) or asked.identities
        if unknown := set(named) - {*asked.identities}:
            raise NotAllowed(f"{len(unknown)} of these identities are not in the request", "name some that it has")
        if not_found := tuple(text for text in named if not any(text in p.identities for p in persons)):
            persons = (
                *persons,
                RequestPerson(not_found, tag_identities(context, parse_identities(context.policy, not_found))),
            )
            seal_asked(context, request, asked, persons)
        shown = {n for n, p in enumerate(persons) if {*p.identities} & {*named}}
        proof = Proof(request=request, method=method, made_at=context.now, proven_at=context.now, by_id=context.staff)
        proof.sealed = seal_note(context, request, _name_note(proof), {"note": note})
        proof.save(force_insert=True)
        note_event(context, request, "identity.seen", method=method)
        _note_proven(context, request, shown, contact.kind if contact else None, contact.value if contact else "")
    _merge_verified(context, request)


def _choose_contact(context: Context, request: Request, proves: Sequence[str]) -> ContactOnFile | None:
    """Return by which contact on file to write to the person, who gave none of their own, where there is one to trust.

    A system that cannot be looked into keeps nobody from being identified: staff then tell the person themselves.
    """
    asked = open_asked(context, request)
    if (asked.reply_to or asked.address) and not request.by_agent:
        return None
    try:
        with (
            open_systems_of_context(context) as systems,
            look_up_people(systems, proves or asked.identities, Right(request.right)) as found,
        ):
            ways = [
                _choose_method(list_contacts_on_file(context, found, person), asked.refused)
                for person in _choose_persons(found.persons)
            ]
    except (ConnectorError, UnknownPerson):
        return None
    if len(ways) != 1 or ways[0][0] not in {codes.CODE, codes.LETTER}:
        return None
    contact = ways[0][1]
    assert contact is not None
    to = contact.value if contact.kind is ContactKind.EMAIL else "\n".join(split_address(contact.value))
    return (
        contact
        if can_be_addressed(to, LetterWay.MAIL if contact.kind is ContactKind.EMAIL else LetterWay.PAPER)
        else None
    )


def note_authority(context: Context, request: Request, evidence: str, *, answers_to_agent: bool = False) -> None:
    """Note that the agent who made ``request`` may do so. ``evidence``: what was shown, and where it is kept; sealed.

    ``answers_to_agent``: it says that answers go to the agent too; else they go to the person. The person is identified
    besides. Raises `NotAllowed`.
    """
    must_be_permitted(context, permissions.IDENTIFY)
    _must_say(evidence)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        _must_wait(request)
        if not request.by_agent:
            raise NotAllowed("the person asks for themselves", "nobody's authority is needed")
        proof = Proof(
            request=request, method=codes.AUTHORITY, made_at=context.now, proven_at=context.now, by_id=context.staff
        )
        proof.sealed = seal_note(context, request, _name_note(proof), {"evidence": evidence})
        proof.save(force_insert=True)
        asked, persons = open_request(context, request)
        if answers_to_agent:
            asked = replace(asked, to_agent=True, reply_to=asked.agent_reply_to)
        seal_asked(context, request, asked, persons)
        request.save(update_fields=["sealed"])
        note_event(context, request, "identity.authority", answers_to_agent=answers_to_agent)
        _verify_request(context, request)
    _merge_verified(context, request)


def _find_call_proof(context: Context, request: Request) -> Proof:
    proof = _list_open_proofs(context, request).filter(method=codes.CALL_BACK).order_by("made_at", "id").first()
    if proof is None:
        hint = "a code was sent, or nobody is found; see who it is, or have a code sent again"
        raise NotAllowed("no call back is waited for", hint)
    return proof


def _must_say(note: str) -> None:
    if not note.strip():
        raise NotAllowed("nothing is said", "say in a few words how it is known")


def _must_wait(request: Request) -> None:
    if request.status != Status.UNVERIFIED:
        raise NotAllowed(f"the request is {request.status}: the person is identified", "nothing need be done")


# --- what is shown counts ------------------------------------------------------------------------------------


def _note_proven(context: Context, request: Request, numbers: set[int], kind: ContactKind | None, contact: str) -> None:
    """Note that the persons ``numbers`` of the request are who asks; answers go to the contact that has shown it."""
    asked, persons = open_request(context, request)
    was_shown = any(person.is_proven for person in persons)
    persons = tuple(replace(p, is_proven=p.is_proven or n in numbers) for n, p in enumerate(persons))
    if not was_shown and not asked.to_agent:
        if kind is ContactKind.EMAIL:
            asked = replace(asked, reply_to=contact, address=())
        elif kind is ContactKind.POSTAL:
            asked = replace(asked, reply_to="", address=split_address(contact))
        elif request.by_agent:  # what the agent gave is not the person's
            asked = replace(asked, reply_to="", address=())
    seal_asked(context, request, asked, persons)
    if not _verify_request(context, request):
        request.save(update_fields=["sealed"])


def _verify_request(context: Context, request: Request) -> bool:
    """Open the request if the person is identified, and an agent has authority: from now on it is acted upon.

    Returns whether it is, and saved.
    """
    asked, persons = open_request(context, request)
    proven = [person for person in persons if person.is_proven]
    if not proven:
        return False
    if request.by_agent and not request.proofs.filter(method=codes.AUTHORITY).exists():
        note_event(context, request, "identity.authority_missing")
        return False
    mine = tuple(dict.fromkeys(text for person in proven for text in person.identities))
    rest = tuple(text for text in (*asked.identities, *asked.unproven) if text not in mine)
    seal_asked(context, request, replace(asked, identities=mine, unproven=rest), persons)
    tags = dict.fromkeys(tag for person in proven for tag in person.tags)
    RequestTag.objects.filter(request=request).delete()
    RequestTag.objects.bulk_create(RequestTag(request=request, tag=tag) for tag in tags)
    was_unverified, plan = request.status == Status.UNVERIFIED, find_newest_plan(request)
    if was_unverified:
        request.identified_on = wrong_days.find_safe_today(context, request)
    elif plan is not None:
        call_off_plan(context, plan, PlanState.STALE)
    request.status = Status.OPEN
    request.save(update_fields=["sealed", "status", "identified_on"])
    renew_due_day(context, request)
    schedule_due("plan", request.id, at=context.now)
    note_event(context, request, "verified")
    if was_unverified:
        _say_verified(context, request)
    return True


def _say_verified(context: Context, request: Request) -> None:
    """Tell the person the day; a letter that cannot be written makes nobody a stranger again."""
    try:
        send_letter(context, request, Letter.VERIFIED)
    except LetterError as error:
        note_event(context, request, "not_told", letter=str(Letter.VERIFIED), why=error.code)


def _merge_verified(context: Context, request: Request) -> None:
    """Merge what is identified with what the person had asked for before.

    In a transaction of its own: of two requests that are verified at once, each then sees the other. A worker that
    plans merges first, lest one that died here has left that undone.
    """
    if request.status in _STILL - {Status.UNVERIFIED}:
        merge_duplicates(context, request)
