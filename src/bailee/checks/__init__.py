"""Promises -> findings. A check asks questions (pure), the engine fetches, the check judges (pure).

`load_checks` returns the checks by id, `PROMISES` what notices promise and which checks that needs. `find_problems`
says what is wrong with how a policy binds them; `judge_check` runs one so that what could not be looked at is never
kept.
"""

from bailee.checks.ages import TOO_OLD, is_too_old
from bailee.checks.catalogue import load_checks
from bailee.checks.model import (
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
    StayingRows,
    Verdict,
    World,
    describe_looks,
    judge_promise,
)
from bailee.checks.problems import find_problems
from bailee.checks.promises import PROMISES, StandardPromise, list_bound_checks, list_checks
from bailee.checks.verdicts import judge_check

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
    "StandardPromise",
    "StayingRows",
    "Verdict",
    "World",
    "describe_looks",
    "find_problems",
    "is_too_old",
    "judge_check",
    "judge_promise",
    "list_bound_checks",
    "list_checks",
    "load_checks",
]  # fmt: skip
