"""``/api/v1``: everything that the command line can do, for programs.

One module a subject, each with a router. `access` says who may, `problems` what goes wrong, `once` that a call made
twice acts once, `limits` how often, `description` puts it all into OpenAPI.
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja.parser import Parser

from bailee import __version__
from bailee.web.api import (
    acts,
    cases,
    disclosures,
    evidence,
    firm,
    hooks,
    letters,
    members,
    notice,
    people,
    problems,
    public_requests,
    systems,
    vault,
    work,
)
from bailee.web.api.description import Api

_ABOUT = """\
Requests of data subjects, from the question to the receipt, and what a firm must know to answer them.

Without a token: ask, prove who you are, see the progress of your request; the clock; receipts; the head of the ledger.
All else needs `Authorization: Bearer bailee_...`, a scope of the token, and a role of its owner. What goes wrong is
said as `application/problem+json` (RFC 9457), and repeats nothing of what was sent.
"""


class _Strict(Parser):
    def parse_body(self, request: HttpRequest) -> dict[str, object]:
        """Return the body, one JSON object. NaN and Infinity are none of JSON's."""
        body: dict[str, object] = json.loads(request.body, parse_constant=_refuse)
        return body


def _refuse(constant: str) -> None:
    raise ValueError("not JSON")


api = Api(
    title="Bailee",
    version="1",
    description=_ABOUT,
    docs_url=None,  # its page loads scripts from elsewhere
    parser=_Strict(),
    openapi_extra={"info": {"x-bailee-version": __version__, "license": {"name": "Apache-2.0"}}},
)
problems.install(api)
for _part in (
    public_requests, cases, acts, disclosures, people, letters, firm, notice, systems, evidence, work, hooks, members,
    vault,
):  # fmt: skip
    api.add_router("", _part.router)


@csrf_exempt
def answer_nothing_here(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing under a path."""
    return problems.answer_refusal(problems.NotFound())
