"""Refusals: by the Data Controller alone, on a ground that the law knows, with reasons and remedies (Art. 12(4))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bailee.engine.plans import NotAllowed
from bailee.requests import permissions
from bailee.requests.plan_rows import call_off_plan, find_newest_plan
from bailee.requests.request_end import end_request
from bailee.requests.request_letters import send_letter
from bailee.requests.request_locks import locked_request
from bailee.requests.rights import find_rules
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Outcome, PlanState, Request


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a request may be refused: in words for the person, by which ``article``, in which law."""

    says: str
    article: str
    regimes: frozenset[Literal["uk", "eu"]] = frozenset({"uk", "eu"})


GROUNDS: Mapping[str, Ground] = {
    "unfounded": Ground("The request is manifestly unfounded.", "Art. 12(5)"),
    "excessive": Ground("The request is manifestly excessive, as when it repeats an earlier one.", "Art. 12(5)"),
    "not_identified": Ground("We cannot tell which data are yours.", "Art. 11(2) and 12(2)"),
    "not_controller": Ground(
        "We hold these data for somebody else, who decides about them; we have passed your request on.",
        "Art. 28(3)(e)",
    ),
    "others": Ground(
        "It would adversely affect the rights and freedoms of others.",
        "Art. 15(4) and 20(4)",
    ),
    "privilege": Ground(
        "The data are covered by legal professional privilege.",
        "Data Protection Act 2018, Sch. 2 para. 19",
        regimes=frozenset({"uk"}),
    ),
    "crime": Ground(
        "It would be likely to prejudice the prevention or detection of crime, or the collection of tax.",
        "Data Protection Act 2018, Sch. 2 para. 2",
        regimes=frozenset({"uk"}),
    ),
    "accurate": Ground("We have looked at the data, and hold that they are accurate.", "Art. 16"),
    "still_needed": Ground(
        "The data are still necessary for what they were collected for, and no other ground of erasure applies.",
        "Art. 17(1)",
    ),
    "expression": Ground(
        "The data are needed for the right of freedom of expression and information.",
        "Art. 17(3)(a)",
    ),
    "legal_obligation": Ground("The law obliges us to keep the data.", "Art. 17(3)(b)"),
    "public_health": Ground("The data are needed for public health.", "Art. 17(3)(c)"),
    "archiving": Ground(
        "The data are needed for archiving, research or statistics in the public interest.",
        "Art. 17(3)(d)",
    ),
    "legal_claims": Ground("The data are needed to establish, exercise or defend legal claims.", "Art. 17(3)(e)"),
    "no_ground": Ground("None of the grounds of restriction applies.", "Art. 18(1)"),
    "not_portable": Ground(
        "The data were not provided by you, or are not used by consent, by contract and by automated means.",
        "Art. 20(1)",
    ),
}
"""Code -> ground. What is not among them refuses nothing; which refuse which right, `rights` says."""


def list_grounds(request: Request) -> Mapping[str, Ground]:
    """Return the grounds on which ``request`` could be refused."""
    known = {code: GROUNDS[code] for code in find_rules(request.right).grounds}
    return {code: ground for code, ground in known.items() if request.regime in ground.regimes}


def refuse_request(context: Context, request: Request, grounds: str, reasons: str) -> None:
    """Refuse ``request`` on ``grounds``, a code of `GROUNDS`, for ``reasons`` that the person is told.

    The letter says how to complain, and that the courts are open. A plan that waits is called off. Raises `NotAllowed`
    for all but the Data Controller, without reasons, and for a ground that is none of this right.
    """
    with locked_request(context, request, permissions.REFUSE):
        known = list_grounds(request)
        if grounds not in known:
            raise NotAllowed("this is no ground on which such a request is refused", f"one of: {', '.join(known)}")
        if not reasons.strip():
            raise NotAllowed("a refusal needs reasons", "say why the ground applies here (Art. 12(4))")
        plan = find_newest_plan(request)
        if plan is not None and plan.state == PlanState.PROPOSED:
            call_off_plan(context, plan)
        ground = known[grounds]
        end_request(context, request, Outcome.REFUSED)
        send_letter(context, request, "refuse", reasons=(f"{ground.says} ({_name_law(request, ground)})", reasons))
        note_event(context, request, "refused", grounds=grounds)


def _name_law(request: Request, ground: Ground) -> str:
    if not ground.article.startswith("Art."):
        return ground.article
    return f"{'UK GDPR' if request.regime == 'uk' else 'GDPR'}, {ground.article}"
