"""What was made known of a person to whom, and by whose leave: whoever got it is told when it is erased (Art. 19).

About whom that is stands in the books as an HMAC of what the person is known by; the evidence of a leave is sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from bailee.engine.plans import NotAllowed
from bailee.requests import permissions
from bailee.requests.identified_people import parse_identities
from bailee.requests.request_content import tag_identities
from bailee.requests.request_locks import must_be_permitted
from bailee.store.context import Context
from bailee.store.models import Authorisation, Disclosure
from bailee.store.models.ids import new_id

_LONGEST_NAME, _LONGEST_PURPOSE = 64, 200


def record_authorisation(
    context: Context,
    person: str,
    recipient: str,
    purpose: str,
    categories: Sequence[str],
    evidence: str,
    *,
    given_on: date | None = None,
    expires_on: date | None = None,
) -> Authorisation:
    """Record that a person gave leave to make ``categories`` of their data known to ``recipient``.

    ``person``: one thing that they are known by. ``evidence``: what shows it, and where it is kept; sealed.
    ``given_on``: if not today; ``expires_on``: the last day. Raises `NotAllowed`, `UnknownPerson`.
    """
    must_be_permitted(context, permissions.DISCLOSE)
    given, id = given_on or context.today, new_id()
    if not evidence.strip():
        raise NotAllowed("nothing shows the leave", "say what does, and where it is kept")
    if given > context.today or (expires_on is not None and expires_on < given):
        raise NotAllowed("these days cannot be", "a leave was given by today, and ends after that")
    about = {"tag": _tag_person(context, person), **_describe_disclosure(context, recipient, purpose, categories)}
    sealed = context.vault.seal(f"authorisation:{id}", evidence.encode(), about=f"authorisation:{id}")
    return Authorisation.objects.create(
        id=id, sealed=sealed, given_on=given, expires_on=expires_on, recorded_by_id=context.staff, **about
    )


def record_disclosure(
    context: Context,
    person: str,
    recipient: str,
    purpose: str,
    categories: Sequence[str],
    *,
    on: date | None = None,
    authorisation: str = "",
) -> Disclosure:
    """Record that ``categories`` of a person's data were made known to ``recipient``, ``on`` a day if not now.

    ``purpose``: what for, and on which ground of the law. ``authorisation``: the id of a leave that the same person
    gave for this recipient. Raises `NotAllowed`, `UnknownPerson`.
    """
    must_be_permitted(context, permissions.DISCLOSE)
    if on is not None and on > context.today:
        raise NotAllowed("it cannot have been made known later than now", "give the day on which it was")
    about = {"tag": _tag_person(context, person), **_describe_disclosure(context, recipient, purpose, categories)}
    leave = Authorisation.objects.filter(id=authorisation, withdrawn_at=None).first() if authorisation else None
    is_theirs = leave is not None and (leave.tag, leave.recipient) == (about["tag"], about["recipient"])
    if authorisation and not is_theirs:
        raise NotAllowed("this is no leave of this person's for this recipient", "name its id as it was recorded")
    at = context.now if on is None or on == context.today else datetime.combine(on, time(12), UTC)
    return Disclosure.objects.create(authorisation=leave, disclosed_at=at, recorded_by_id=context.staff, **about)


def _tag_person(context: Context, person: str) -> str:
    values = parse_identities(context.policy, [person])
    if len(values) > 1:
        raise NotAllowed("this may mean several things", "write attribute:value in full")
    return tag_identities(context, values)[0]


def _describe_disclosure(
    context: Context, recipient: str, purpose: str, categories: Sequence[str]
) -> dict[str, object]:
    """Return what is recorded in clear; a recipient that the register has goes by its name there."""
    known = context.policy.processors.values()
    recipient, purpose = recipient.strip(), purpose.strip()
    name = next((one.name for one in known if recipient.casefold() in {one.name, one.title.casefold()}), recipient)
    what = [" ".join(one.split()) for one in categories if one.strip()]
    if not (name and purpose and what):
        raise NotAllowed("a recipient, a purpose and what was made known are needed", "say all three; name nobody")
    if max(map(len, (name, *what))) > _LONGEST_NAME or len(purpose) > _LONGEST_PURPOSE:
        raise NotAllowed("this is too long", f"at most {_LONGEST_NAME} characters; a purpose {_LONGEST_PURPOSE}")
    return {"recipient": name, "purpose": purpose, "categories": what}
