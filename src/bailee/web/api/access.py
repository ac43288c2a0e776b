"""Who may: every endpoint names the scope that a token must have and the roles whose owner may use it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest

from bailee.requests import permissions
from bailee.requests.act import AnyAct
from bailee.requests.permissions import Permission
from bailee.store.context import Context
from bailee.store.models import Role
from bailee.store.staff import Scope
from bailee.web.api.problems import CallRefused

EVERYBODY = frozenset(Role)
FRONT = frozenset({Role.SUPPORT, Role.OFFICER, Role.CONTROLLER})
"""Who deals with persons, and so may read what they say."""
DECIDERS = frozenset({Role.OFFICER, Role.CONTROLLER})
WATCHERS = frozenset({Role.OFFICER, Role.CONTROLLER, Role.AUDITOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
READERS = EVERYBODY - ADMINISTRATORS
"""Who may know that a request is there: an administrator has no business with it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the ``id`` of a token, its owner and their role, and what the token may be used for."""

    id: str
    staff: str
    role: Role
    scopes: frozenset[Scope]


if TYPE_CHECKING:

    class Call(HttpRequest):
        """A call, as it comes from the middleware. ``context`` is that of the caller."""

        context: Context
        caller: Caller | None

else:
    Call = HttpRequest


@dataclass(frozen=True)
class Bearer:
    """What an endpoint needs. Ninja calls it before it reads anything of the call."""

    scope: Scope
    roles: frozenset[Role]

    openapi_security_schema: ClassVar[dict[str, Any]] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "bailee_...",
        "description": "A token of a member of staff: `bailee staff token EMAIL`.",
    }

    def __call__(self, call: Call) -> Caller | None:
        """Return who calls, ``None`` where nobody is known by the token. Raises `CallRefused` where they may not."""
        caller = call.caller
        if caller is None:
            return None
        if caller.role not in self.roles:
            may = " or ".join(sorted(self.roles))
            raise CallRefused("not-allowed", f"the role {caller.role} may not do this", f"{may} may")
        if self.scope not in caller.scopes:
            hint = "make a token that has it: bailee staff token EMAIL --scope ..."
            raise CallRefused("not-allowed", f"the token does not have the scope {self.scope}", hint)
        return caller


def allow(scope: Scope, roles: Iterable[Role]) -> Bearer:
    """Return what an endpoint needs that only ``roles`` may use."""
    return Bearer(scope, frozenset(roles))


def allow_act(act: Permission | AnyAct) -> Bearer:
    """Return what an endpoint needs that does ``act``: whom it lets do so, and no other."""
    return Bearer(Scope.WRITE, act.roles)


def sees_unverified(call: Call) -> bool:
    """Whether the caller is of the intake, which alone knows of requests that nobody has shown to be theirs."""
    return call.caller is not None and call.caller.role in permissions.TAKE_IN.roles
