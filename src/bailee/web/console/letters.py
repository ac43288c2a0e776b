"""Letters: what waits to be printed, what did not arrive, and one letter as it was written."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bailee.engine.errors import NotAllowed
from bailee.policy import Mail
from bailee.requests.letters import CODES, LetterError
from bailee.requests.letters.outbox import open_letter
from bailee.requests.letters.outbox import resend_letter as send_again
from bailee.requests.letters.print_jobs import mark_posted, print_one_letter
from bailee.requests.letters.waiting_letters import count_without_server
from bailee.store import access_log
from bailee.store.models import Message
from bailee.views import letters as desk
from bailee.web.console import request_words
from bailee.web.console.headlines import join_sentence, spell_number
from bailee.web.console.letter_words import describe_problems
from bailee.web.pages.authorisation import FRONT, READERS, require_reason, require_staff
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.letter_text import body_of
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry


@require_safe
@require_staff(*READERS)
def list_letters(request: PageRequest) -> HttpResponse:
    """Letters that wait for somebody."""
    return _render_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(*FRONT)
@require_reason
def show_letter(request: PageRequest, message_id: str) -> HttpResponse:
    """A letter as it was written, for a reason that is written down first. A code is read by its person alone."""
    if _find_letter(request, message_id).template in CODES:
        raise NotAllowed(_("a code is read by its person alone"), _("have another one sent, where it did not arrive"))
    message = _open_letter(request, message_id)
    content = open_letter(request.context, message)
    told = {"message": message, "content": content, "blocks": body_of(content.letter.text), "names": request_words}
    return render(request, "console/letter.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(*FRONT)
@require_reason
def print_letter(request: PageRequest, message_id: str) -> HttpResponseBase:
    """A letter that waits for paper, as a PDF."""
    message = _open_letter(request, message_id)
    try:
        content = print_one_letter(request.context, message.id)
    except LetterError as error:
        return _render_page(request, error)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{message.id}.pdf"'
    return response


@require_POST
@require_staff(*FRONT)
def note_posted(request: PageRequest, message_id: str) -> HttpResponseBase:
    """Say that a letter was printed and is in the post."""
    _find_letter(request, message_id)
    try:
        given = request.POST.get("on", "")
        mark_posted(request.context, [message_id], _read_day(given) if given else None)
    except LetterError as error:
        return _render_page(request, error)
    messages.success(request, _("Noted: it is in the post."))
    return redirect("letters")


@require_POST
@require_staff(*FRONT)
def resend_letter(request: PageRequest, message_id: str) -> HttpResponseBase:
    """Try once more to deliver a letter that failed."""
    _find_letter(request, message_id)
    try:
        send_again(request.context, message_id)
    except LetterError as error:
        return _render_page(request, error)
    messages.success(request, _("A worker tries again."))
    return redirect("letters")


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LetterError("W906", "this is no day", "give the day on which it was posted") from None


def _find_letter(request: PageRequest, message_id: str) -> Message:
    """Return a letter. Raises `Http404` where there is none, or none that is theirs to see."""
    assert request.member is not None
    found = desk.by_id(message_id, request.member.role)
    if found is None:
        raise Http404
    return found


def _open_letter(request: PageRequest, message_id: str) -> Message:
    """Return a letter that is about to be read, which is written down."""
    message = _find_letter(request, message_id)
    assert request.reason is not None
    assert message.request is not None
    access_log.log_access(request.context, "letter", request.reason, message.request)
    return message


def _render_page(request: PageRequest, refusal: LetterError | None = None) -> HttpResponse:
    assert request.member is not None
    to_print, failed = desk.counts()
    waiting = count_without_server(request.context)
    page = desk.waiting(request.GET.get("after", ""))
    told = {
        "page": page,
        "not_sent": describe_problems(page.rows),
        "headline": _write_headline(to_print, failed, waiting),
        "how": _describe_mail(request.context.policy.firm.mail),
        "may": request.member.role in FRONT,
        "names": request_words,
        "today": request.context.today.isoformat(),
        "refusal": (make_sentence(refusal.message), make_sentence(refusal.hint)) if refusal else None,
    }
    return render(request, "console/letters.html", told, status=409 if refusal else 200)


def _describe_mail(mail: Mail | None) -> str:
    if mail is None:
        return _("No mail server is named in the policy: mail waits until one is.")
    if mail.folder:
        return _("Mail is written into the folder %(folder)s, and goes to nobody.") % {"folder": mail.folder}
    return _("Mail goes by itself.")


def _write_headline(to_print: int, failed: int, waiting: int) -> str:
    if not to_print and not failed and not waiting:
        return _("No letter waits for you")
    parts = []
    if to_print:
        one = ngettext("%(count)s letter is to be printed", "%(count)s letters are to be printed", to_print)
        parts.append(one % {"count": spell_number(to_print)})
    if failed:
        one = ngettext("%(count)s did not arrive", "%(count)s did not arrive", failed)
        parts.append(one % {"count": spell_number(failed)})
    if waiting:
        one = ngettext("%(count)s letter waits for a mail server", "%(count)s letters wait for a mail server", waiting)
        parts.append(one % {"count": spell_number(waiting)})
    return join_sentence(parts)


URLS = (
    path("letters/", list_letters, name="letters"),
    path("letters/<str:message_id>/", show_letter, name="letter"),
    path("letters/<str:message_id>/paper/", print_letter, name="letter-paper"),
    path("letters/<str:message_id>/posted/", note_posted, name="letter-posted"),
    path("letters/<str:message_id>/again/", resend_letter, name="letter-again"),
)

MENU = MenuEntry("letters", gettext_lazy("Letters"), order=30, is_daily=True)
