"""A firm with books and staff, whose systems hold Alice and Bob, and requests of theirs as the intake leaves them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bailee.engine.systems import open_systems_of_context
from bailee.requests.startup import open_context
from bailee.store.context import Context
from tests.harm.firm import ALICE, NOW, Firm

POLICY = """
controller: {name: Noor, email: privacy@harm.example, address: 1 Quay}
regulator: {name: Information Commissioner, address: https://ico.org.uk}
mail: {host: localhost, port: 25, security: none, site: "https://privacy.harm.example"}
"""

PHONE = "+442079460101"  # Alice's
REPLY_TO = "reply.marker4711@post.example"


@dataclass
class World:
    """The ``context`` at `NOW`, its ``firm``, and staff by role: their ids."""

    context: Context
    firm: Firm
    staff: dict[str, str] = field(default_factory=dict)

    def by(self, role: str, *, days: float = 0, hours: float = 0) -> Context:
        """Return the context as a member of staff with ``role`` enters it, so much later; ``worker`` is nobody."""
        context = self.context.at(NOW + timedelta(days=days, hours=hours))
        return context if role == "worker" else context.by(self.staff[role])

    @contextmanager
    def systems(self, context: Context) -> Iterator[Any]:
        """Open the systems as ``context`` sees it."""
        with open_systems_of_context(context) as systems:
            yield systems

    @contextmanager
    def reopened(self) -> Iterator[Context]:
        """Open the context anew, as its policy is now."""
        with open_context(self.firm.folder, now=NOW) as context:
            yield context

    def request(self, right: str, *, by: str = "", **asked: Any) -> Any:
        """Return a request of Alice's whose identity is shown; ``by``: the role of who logged it."""
        from bailee.requests.clocks import renew_due_day
        from bailee.requests.request_content import Asked, seal_asked, tag_identities
        from bailee.store.models import Request, RequestTag, Status

        request = Request(
            right=right, channel="telephone" if by else "portal", status=Status.OPEN, received_at=NOW,
            received_on=self.context.today, regime="uk", division="england-and-wales",
            logged_by_id=self.staff[by] if by else None,
        )  # fmt: skip
        seal_asked(self.context, request, Asked(**{"identities": (ALICE,), "reply_to": REPLY_TO, **asked}))
        request.save()
        for tag in tag_identities(self.context, [("email", ALICE), ("phone", PHONE)]):
            RequestTag.objects.create(request=request, tag=tag)
        renew_due_day(self.context, request)
        return request

    def planned(self, right: str = "erase", *, by: str = "", **asked: Any) -> tuple[Any, Any]:
        """Return a request that a worker has planned, and its plan."""
        from bailee.requests.request_plans import plan_request

        request = self.request(right, by=by, **asked)
        with self.systems(self.context) as systems:
            return request, plan_request(self.context, systems, request)


def hire(context: Context) -> dict[str, str]:
    """Let one member of staff of each role begin."""
    from bailee.store.models import Role, Staff

    return {
        role: Staff.objects.create(
            role=role, tag=context.vault.tag("staff", role), sealed=b"", joined_at=NOW - timedelta(days=9)
        ).id
        for role in Role
    }


def letters(request: Any) -> list[str]:
    """Return the names of the letters about ``request``, sorted."""
    return sorted(request.messages.values_list("template", flat=True))


def arrives(context: Context, request: Any, template: str) -> None:
    """Let the newest letter of that name leave, as a mail server's answer does."""
    from django.db import transaction

    from bailee.requests.letters.delivery import report_letter_left
    from bailee.requests.letters.outbox import QUEUED, SENT

    message = request.messages.filter(template=template, state=QUEUED).latest("made_at")
    message.state, message.sent_at = SENT, context.now
    message.save(update_fields=["state", "sent_at"])
    with transaction.atomic():
        report_letter_left(context, message)


def text_of(context: Context, request: Any, template: str) -> str:
    """Return what the newest letter of that name says."""
    from bailee.requests.letters.outbox import open_letter

    return " ".join(open_letter(context, request.messages.filter(template=template).last()).letter.text.split())
