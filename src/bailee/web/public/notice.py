"""The notice: its words, beside each promise whether it is kept, and what was said before.

No system is looked at when somebody opens the page: what was last found is read. A page that has not changed is made
once a process, and a browser that has it is told so.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TypeAlias

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bailee.engine.checking import public_pages
from bailee.engine.checking.public_pages import Version
from bailee.notice.page import PageContents, build_contents
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry
from bailee.web.public.questions import RIGHTS

_FEW = 32
_made: OrderedDict[str, bytes] = OrderedDict()
"""Pages by what they were made of, those of the last few states of the lights."""


@require_safe
def show_notice(request: PageRequest) -> HttpResponseBase:
    """The notice of today."""
    context = request.context
    policy = public_pages.read_policy(context.folder)
    if policy.notice is None:
        return _answer_cached(request, render_to_string("public/no_notice.html", {"rights": RIGHTS}, request).encode())
    public_pages.record_version(context, policy.notice)
    evidence = public_pages.read_evidence(context.store, policy.promises, context.now)
    known = public_pages.list_versions(context.store)
    told = (context.folder, id(policy), evidence, known[:1], get_language(), context.policy.firm)
    key = hashlib.sha256(repr(told).encode()).hexdigest()
    if key not in _made:
        page = build_contents(policy, policy.notice, evidence)
        what = {
            "page": page,
            "counts": _count_verdicts(page),
            "version": known[0],
            "number": len(known),
            "rights": RIGHTS,
        }
        _made[key] = render_to_string("public/notice.html", what, request).encode()
        while len(_made) > _FEW:
            _made.popitem(last=False)
    return _answer_cached(request, _made[key])


def _count_verdicts(page: PageContents) -> list[tuple[str, str]]:
    """Return how many promises are kept, broken and unknown, in words."""
    words = {
        "kept": gettext_noop("%(count)d kept"),
        "broken": gettext_noop("%(count)d broken"),
        "unknown": gettext_noop("%(count)d unknown"),
    }
    return [(verdict, _(words[verdict]) % {"count": count}) for verdict, count in page.counts]


def _answer_cached(request: PageRequest, body: bytes) -> HttpResponseBase:
    """Return a page that a browser may keep, and asks after."""
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body)
    response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response


# --- versions -------------------------------------------------------------------------------------------------


Run: TypeAlias = tuple[str, str]
"""Words of a sentence, and what became of them: ``same``, ``gone`` or ``new``."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A version: its ``number``, and what is other than in the one before; ``is_first``: there is none."""

    number: int
    version: Version
    is_first: bool
    changes: tuple[tuple[str, tuple[Run, ...]], ...]


@require_safe
def list_versions(request: PageRequest) -> HttpResponseBase:
    """Every version of the notice, and what changed between them."""
    known = public_pages.list_versions(request.context.store)
    if not known:
        raise Http404
    changed = [
        Changed(len(known) - at, new, False, tuple(compare_sentences(old.words, new.words)))
        for at, (new, old) in enumerate(pairwise(known))
    ]
    changed.append(Changed(1, known[-1], True, ()))
    return render(request, "public/versions.html", {"versions": changed, "newest": known[0]})


def compare_sentences(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, tuple[Run, ...]]]:
    """Yield what changed from ``old`` to ``new``: the heading, and the words of each sentence that is other."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        before, after = old[i:j], new[k:m]
        for at in range(max(len(before), len(after))):
            gone, come = before[at : at + 1], after[at : at + 1]
            yield from (
                (heading, runs) for heading, runs in _compare_pair(gone[0] if gone else None, come[0] if come else None)
            )


def _compare_pair(gone: tuple[str, str] | None, come: tuple[str, str] | None) -> Iterator[tuple[str, tuple[Run, ...]]]:
    """Yield one sentence as it was and is; two that have little in common are told as two."""
    if gone and come:
        words = partial(re.findall, r"\S+\s*")
        before, after = words(gone[1]), words(come[1])
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        if matcher.ratio() > _ALIKE:
            yield come[0], tuple(_compare_words(matcher, before, after))
            return
    if gone:
        yield gone[0], ((gone[1], "gone"),)
    if come:
        yield come[0], ((come[1], "new"),)


_ALIKE = 0.4


def _compare_words(matcher: difflib.SequenceMatcher[str], before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            yield "".join(after[k:m]), "same"
            continue
        if i < j:
            yield "".join(before[i:j]), "gone"
        if k < m:
            yield "".join(after[k:m]), "new"


# --- security.txt ---------------------------------------------------------------------------------------------

_EXPIRES = timedelta(days=90)


@require_safe
def show_security_txt(request: PageRequest) -> HttpResponse:
    """How to tell us of a hole (RFC 9116). It expires: an address that nobody renews is of no use."""
    context = request.context
    firm = context.policy.firm
    contact = f"mailto:{firm.controller.email}" if firm.controller.email else ""
    if not contact:
        raise Http404
    expires = (context.now.replace(hour=0, minute=0, second=0) + _EXPIRES).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: en"]
    if firm.mail is not None and firm.mail.site:
        site = firm.mail.site.rstrip("/")
        lines += [f"Canonical: {site}/.well-known/security.txt", f"Policy: {site}/"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


URLS = (
    path("", show_notice, name="notice"),
    path("notice/versions", list_versions, name="versions"),
    path(".well-known/security.txt", show_security_txt, name="security"),
)

MENU = MenuEntry("notice", gettext_lazy("Privacy notice"), order=10, is_daily=True)
