"""The evidence: the ledger, entry by entry, with proofs; and the receipts that were issued."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from bailee.engine import ledger_entries
from bailee.ledger import NOT_A_NOTE, LedgerError
from bailee.views import evidence as desk
from bailee.web.console.headlines import spell_number
from bailee.web.console.request_words import RIGHTS
from bailee.web.pages.authorisation import READERS, require_staff
from bailee.web.pages.errors import make_sentence, show_not_found
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

_LONGEST = 10_000  # letters of a checkpoint


@require_safe
@require_staff(*READERS)
def show_ledger(request: PageRequest) -> HttpResponse:
    """The ledger and its entries, the newest first."""
    below = request.GET.get("below", "")
    return _render_page(request, int(below) if below.isdecimal() else None)


def _render_page(
    request: PageRequest, below: int | None = None, verified: tuple[bool, str, list[str]] | None = None, wrong: str = ""
) -> HttpResponse:
    try:
        found = desk.ledger(request.context, below)
    except LedgerError as error:
        return render(request, "console/evidence.html", {"headline": make_sentence(error.message), "problem": error})
    if found is None:
        return render(request, "console/evidence.html", {"headline": _("Nothing has been recorded yet")})
    told = ngettext("%(count)s entry is in the ledger", "%(count)s entries are in the ledger", found.size)
    words = told % {"count": spell_number(found.size)}
    shown = {
        "found": found,
        "rights": RIGHTS,
        "headline": words[:1].upper() + words[1:],
        "verified": verified,
        "wrong": wrong,
        "is_later": below is not None,
    }
    return render(request, "console/evidence.html", shown, status=422 if wrong else 200)


@require_safe
@require_staff(*READERS)
def show_entry(request: PageRequest, index: int) -> HttpResponse:
    """One entry: what it says, and the hashes that prove that the ledger has it."""
    try:
        whole = desk.entry(request.context, index)
    except LedgerError:
        whole = None
    if whole is None:
        return show_not_found(request)
    says = json.dumps(whole.says, indent=2, ensure_ascii=False) if whole.says else ""
    return render(request, "console/entry.html", {"whole": whole, "line": whole.line, "says": says, "rights": RIGHTS})


@require_safe
@require_staff(*READERS)
def download_proof(request: PageRequest, index: int) -> HttpResponse:
    """One entry as a file that anybody verifies without us."""
    try:
        text = ledger_entries.write_proof(request.context.store, index)
    except LedgerError:
        text = None
    if text is None:
        return show_not_found(request)
    return _make_file(text, f"entry-{index}.tlog-proof")


@require_safe
@require_staff(*READERS)
def download_checkpoint(request: PageRequest) -> HttpResponse:
    """The signed head of the ledger, to be kept elsewhere."""
    try:
        note, head, _key = ledger_entries.read_head(request.context.store)
    except LedgerError:
        return show_not_found(request)
    return _make_file(note, f"checkpoint-{head.size}.txt")


def _make_file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@require_staff(*READERS)
def verify_ledger(request: PageRequest) -> HttpResponse:
    """Compute the ledger again, and hold it against a checkpoint that was kept elsewhere."""
    older = request.POST.get("older", "")[:_LONGEST].replace("\r\n", "\n")
    try:
        size, findings = desk.verified(request.context, f"{older.strip()}\n" if older.strip() else None)
    except LedgerError as error:
        if error.code == NOT_A_NOTE:
            return _render_page(request, wrong=_("This is no checkpoint: paste the whole file, as it was downloaded."))
        return _render_page(request, None, (False, make_sentence(error.message), [make_sentence(error.hint)]))
    told = ngettext("%(count)s entry computed again.", "%(count)s entries computed again.", size)
    return _render_page(
        request,
        None,
        (not findings, told % {"count": spell_number(size)}, [f"{one.where}: {one.says}" for one in findings]),
    )


@require_safe
@require_staff(*READERS)
def list_receipts(request: PageRequest) -> HttpResponse:
    """The receipts that were issued."""
    rows, after = desk.receipts(request.GET.get("after", ""))
    told = {"rows": rows, "after": after, "is_later": "after" in request.GET, "rights": RIGHTS}
    return render(request, "console/receipts.html", told)


URLS = (
    path("evidence/", show_ledger, name="evidence"),
    path("evidence/checkpoint", download_checkpoint, name="evidence-checkpoint"),
    path("evidence/verify/", verify_ledger, name="evidence-verify"),
    path("evidence/receipts/", list_receipts, name="receipts"),
    path("evidence/<int:index>/", show_entry, name="evidence-entry"),
    path("evidence/<int:index>.tlog-proof", download_proof, name="evidence-proof"),
)

MENU = MenuEntry("evidence", gettext_lazy("Evidence"), order=100)
