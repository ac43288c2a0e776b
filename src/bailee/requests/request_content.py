"""What somebody asked for, and what was confirmed of it, sealed under a key of the request's own.

Nothing of it stands in the books to be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from bailee.requests import permissions
from bailee.requests.request_locks import must_be_permitted
from bailee.store.access_log import Reason, log_access
from bailee.store.context import Context
from bailee.store.models import Confirmation, Request


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in the words of whoever made it.

    ``identities``: what the person is known by, as `bailee find` takes it; once they are identified, what was proven
    alone, and ``unproven`` has the rest. ``reply_to``: the e-mail for letters, ``address``: the lines of the postal
    one; of an identified person both are the contact that proved it. ``target`` and ``value``: what to correct, and to
    what. ``agent``: who asks on the person's behalf, ``agent_reply_to``: their e-mail, to which answers go if
    ``to_agent``: the authority says so. ``refused``: addresses on file at which a letter about it reached nobody.
    """

    identities: tuple[str, ...] = ()
    name: str = ""
    reply_to: str = ""
    address: tuple[str, ...] = ()
    words: str = ""
    target: str = ""
    value: str = ""
    agent: str = ""
    agent_reply_to: str = ""
    to_agent: bool = False
    unproven: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPerson:
    """A person to whom some of the identities lead, as the search saw it.

    ``tags``: of all that is certainly that person's, after closure. ``is_proven``: the requester has shown to be them.
    """

    identities: tuple[str, ...]
    tags: tuple[str, ...]
    is_proven: bool = False


def seal_asked(context: Context, request: Request, asked: Asked, persons: Iterable[RequestPerson] = ()) -> None:
    """Seal ``asked``, and to whom it led, in ``request``, which is left to be saved."""
    content = {"asked": asdict(asked), "persons": [asdict(person) for person in persons]}
    request.sealed = context.vault.seal(_name_key(request.id), json.dumps(content).encode(), _name_content(request.id))


def open_asked(context: Context, request: Request) -> Asked:
    """Return what was asked for. Raises `InvalidSealError` of one that is forgotten."""
    return open_request(context, request)[0]


def open_request(context: Context, request: Request) -> tuple[Asked, tuple[RequestPerson, ...]]:
    """Return what was asked for, and the persons to whom its identities led; raises as `open_asked` does."""
    content = json.loads(
        context.vault.open(_name_key(request.id), bytes(request.sealed or b""), _name_content(request.id))
    )
    return _restore_value(Asked, content["asked"]), tuple(
        _restore_value(RequestPerson, one) for one in content["persons"]
    )


def read_asked(context: Context, request: Request, reason: Reason) -> Asked:
    """Return what was asked for to a member of staff; who looks, and why, is written down first.

    Raises `NotAllowed`.
    """
    must_be_permitted(context, permissions.READ)
    log_access(context, "asked", reason, request)
    return open_asked(context, request)


def _restore_value(kind: type[Any], content: Mapping[str, Any]) -> Any:
    """Return a value of ``kind`` out of JSON, which knows lists alone."""
    names = {field.name for field in fields(kind)}
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in content.items() if k in names})


def tag_identities(context: Context, identities: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the tags by which persons are told to be the same: of each attribute and normal value."""
    return tuple(dict.fromkeys(context.vault.tag("persons", attribute, value) for attribute, value in identities))


def seal_note(context: Context, request: Request, about: str, content: Mapping[str, Any]) -> bytes:
    """Return ``content`` sealed under the key of ``request``; it opens about ``about`` alone."""
    return context.vault.seal(_name_key(request.id), json.dumps(content).encode(), about)


def open_note(context: Context, request: Request, about: str, sealed: bytes) -> dict[str, Any]:
    """Return what `seal_note` sealed."""
    content = json.loads(context.vault.open(_name_key(request.id), sealed, about))
    assert isinstance(content, dict)
    return content


def name_proof_note(proof_id: str) -> str:
    """Return what the note of a proof is sealed about."""
    return f"proof:{proof_id}"


def split_address(text: str) -> tuple[str, ...]:
    """Return the lines of a postal address that stands in one cell: by its lines, or else by its commas."""
    parts: Sequence[str] = text.splitlines() if "\n" in text.strip() else text.split(",")
    return tuple(" ".join(part.split()) for part in parts if part.strip())


# --- rows that matched, and waited for a person's word ---------------------------------------------------------


def note_confirmed(context: Context, request: Request, rows: Sequence[str]) -> None:
    """Write down that the actor has confirmed ``rows`` (``system.collection:key``), in the caller's transaction."""
    sealed = seal_note(context, request, _name_confirmed(request.id), {"rows": list(rows)})
    Confirmation.objects.create(request=request, by_id=context.staff, at=context.now, sealed=sealed)


def list_confirmed_rows(context: Context, request: Request) -> tuple[str, ...]:
    """Return the rows that were confirmed for ``request``, each once."""
    found: dict[str, None] = {}
    for one in request.confirmations.order_by("id"):
        found |= dict.fromkeys(open_note(context, request, _name_confirmed(request.id), bytes(one.sealed))["rows"])
    return tuple(found)


def _name_key(request_id: str) -> str:
    return f"request:{request_id}"


def _name_content(request_id: str) -> str:
    return f"request:{request_id}:asked"


def _name_confirmed(request_id: str) -> str:
    return f"request:{request_id}:confirmed"
