"""Promises -> findings. A check asks questions (pure), the engine fetches, the check judges (pure).

`every_check` returns the checks by id, `PROMISES` what notices promise and which checks that needs. `problems` says
what is wrong with how a policy binds them; `judged` frames a check so that what could not be looked at is never kept.
"""

from bailee.checks.catalogue import every_check
from bailee.checks.model import (
    TOO_OLD,
    WORST_FIRST,
    AccountPowers,
    Basis,
    Check,
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    EarlierLook,
    Failure,
    Listing,
    Parameter,
    Plant,
    PromiseResult,
    Staying,
    Verdict,
    World,
    is_too_old,
    judge_promise,
    looked_at,
)
from bailee.checks.problems import problems
from bailee.checks.promises import PROMISES, Standard, bound_in, checks_of
from bailee.checks.verdicts import judged

__all__ = [
    "PROMISES",
    "TOO_OLD",
    "WORST_FIRST",
    "AccountPowers",
    "Basis",
    "Check",
    "CheckAnswer",
    "CheckFinding",
    "CheckQuestion",
    "EarlierLook",
    "Failure",
    "Listing",
    "Parameter",
    "Plant",
    "PromiseResult",
    "Standard",
    "Staying",
    "Verdict",
    "World",
    "bound_in",
    "checks_of",
    "every_check",
    "is_too_old",
    "judge_promise",
    "judged",
    "looked_at",
    "problems",
]  # fmt: skip
