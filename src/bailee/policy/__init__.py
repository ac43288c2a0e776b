"""The firm's folder, read into frozen values. This room alone knows how a policy is written.

`load` reads a folder and either returns a `Policy` or raises `PolicyError` with every mistake at once, each with
a permanent code and its file, line and column. `json_schema` is what editors complete and check with. The values are
those of `model` and `predicate`; `dates` is the calendar arithmetic of retention and holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bailee.policy.cells import OnCopy, OnErase, OnLeave, OnObject, Value, ValueKind
from bailee.policy.collections import KEY_NONE, Collection, FileLink
from bailee.policy.dates import Period, RoundTo, Until
from bailee.policy.firm import Contact, Firm, Mail, Mode, Requests
from bailee.policy.holds import Hold
from bailee.policy.identities import Form, Identity, Joins, Party, Spelling
from bailee.policy.notices import Notice, NoticeSentence
from bailee.policy.places import NOWHERE, Place
from bailee.policy.policies import Policy
from bailee.policy.problems import PolicyError, Problem
from bailee.policy.processors import Contract, Mechanism, Processor, Transfer
from bailee.policy.promises import Bound, Promise
from bailee.policy.references import Edge, EdgeKind, Gone, Mention, OnParentGone
from bailee.policy.retention import RetentionRule, StandingApproval
from bailee.policy.systems import Attested, Backups, FirmRole, Location, System

# Imports stand in functions: a command that loads no policy does not wait for what reads one.

# Reading needs Pydantic and a YAML parser; whoever only wants the values should not wait for them.


def load(folder: Path, *, public: bool = True, connectors: Iterable[str] = ()) -> Policy:
    """Return the policy in ``folder``; raise PolicyError with every mistake of every file at once.

    Without ``public`` the promises and the notice are left unread: what a firm tells the public stops nobody's request.
    ``connectors``: the kinds that are installed; without them any name will do.
    """
    from bailee.policy import folder as reading

    return reading.load(folder, public=public, connectors=connectors)


def promises(folder: Path) -> Mapping[str, Promise]:
    """Return what the firm promises, less what cannot be read: what it tells the public stops nobody's request."""
    from bailee.policy import folder as reading

    return reading.promises(folder)


def notice(folder: Path, policy: Policy) -> Notice | None:
    """Return the notice that stands in ``folder``, its figures those of ``policy``.

    ``None``: there is none, or it cannot be read without a mistake, which stops nobody's request; then nobody may say
    what it leaves out.
    """
    from bailee.policy import folder as reading

    return reading.notice(folder, policy)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the policy's files: one for all, with one for each kind of file in ``$defs``."""
    from bailee.policy import schema

    return schema.json_schema()


__all__ = [
    "KEY_NONE",
    "NOWHERE",
    "Attested",
    "Backups",
    "Bound",
    "Collection",
    "Contact",
    "Contract",
    "Edge",
    "EdgeKind",
    "FileLink",
    "Firm",
    "FirmRole",
    "Form",
    "Gone",
    "Hold",
    "Identity",
    "Joins",
    "Location",
    "Mail",
    "Mechanism",
    "Mention",
    "Mode",
    "Notice",
    "NoticeSentence",
    "OnCopy",
    "OnErase",
    "OnLeave",
    "OnObject",
    "OnParentGone",
    "Party",
    "Period",
    "Place",
    "Policy",
    "PolicyError",
    "Problem",
    "Processor",
    "Promise",
    "Requests",
    "RetentionRule",
    "RoundTo",
    "Spelling",
    "StandingApproval",
    "System",
    "Transfer",
    "Until",
    "Value",
    "ValueKind",
    "json_schema",
    "load",
    "notice",
    "promises",
]
