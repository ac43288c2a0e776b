"""A page on which anybody verifies a receipt in their own browser: nothing of it is sent to us, or to anybody.

The same page can be saved as one file, which works on a machine that has no network.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bailee.engine.ledger_entries import read_public_key
from bailee.ledger.receipt import PROVES, PROVES_NOT
from bailee.web.pages import assets
from bailee.web.pages.page_request import PageRequest

_STYLES = ("bailee/bailee.css", "bailee/web.css", "bailee/public.css")
_SCRIPT = "bailee/verify.js"


@require_safe
def show_verifier(request: PageRequest) -> HttpResponseBase:
    """The page."""
    return render(request, "public/verify.html", _list_words(request))


@require_safe
def download_verifier(request: PageRequest) -> HttpResponseBase:
    """The page as one file, to keep: with styles and script in it."""
    styles = "\n".join(_read_asset(name) for name in _STYLES)
    inside = {"styles": mark_safe(styles), "script": mark_safe(_read_asset(_SCRIPT))}  # noqa: S308 - our own files
    body = render_to_string("public/verify_saved.html", {**_list_words(request), **inside}, request)
    response = HttpResponse(body)
    response["Content-Disposition"] = 'attachment; filename="verify-receipt.html"'
    return response


def _list_words(request: PageRequest) -> dict[str, object]:
    return {
        "key": read_public_key(request.context.store),
        "proves": PROVES,
        "proves_not": PROVES_NOT,
        "words": {
            "proves": PROVES,
            "proves_not": PROVES_NOT,
            "erased": _("erased"),
            "anonymised": _("anonymised"),
            "kept": _("kept, cut down to what the law asks for"),
            "left": _("shared with others: kept, without their details"),
            "unlinked": _("references emptied"),
            "corrected": _("corrected"),
            "objected": _("marked: they hear no more from us"),
            "until": _("until"),
            "right": {
                "erase": _("erasure of what is held about a person"),
                "release": _("erasure of what a hold had kept"),
                "correct": _("a correction"),
                "object": _("an objection to marketing"),
                "retain": _("data whose time is over, by a rule of retention"),
            },
            "clean": _("Looked at again: nothing was left in the records on the firm's map but what a law keeps."),
            "missed": _("Not looked at, so that nothing is known of it:"),
            "tables": _("tables on no map"),
            "columns": _("columns undecided"),
            "copies": _("known copies of these records"),
            "partial": _("tables out of sight, if there are any"),
            "unclean": _("Looked at again: something was still to be done."),
            "done": _("Looked at again: all that was to be done was done."),
            "unseen": _("Not looked at once more, since the map has changed:"),
            "nothing": _("Nothing was done."),
            "receipt": _("This is no receipt. Take the file as it was handed out, without a change."),
            "note": _("The part that is signed is not whole."),
            "signer": _("It is not signed by this key."),
            "signature": _("The signature does not hold: what was signed was changed afterwards."),
            "entry": _("The ledger has no such entry: something in the receipt was changed, or it was never in there."),
            "key": _("This is no key of a ledger. Take it whole: name+id+key."),
            "other_key": _("It names another key than the one that it is held against."),
            "seal": _("Something in it was changed, added or removed: its seal does not fit, or is gone."),
            "about": _("It is about this person."),
            "not_about": _("It is not about this person."),
            "not_about_or_changed": _("It is not about this person, or the key that shows it was changed."),
            "not_asked": _("About whom it is was not looked at: say above whom it should be about."),
            "no_key": _("It does not show about whom it is: it was made again."),
            "no_key_or_taken": _(
                "It does not show about whom it is: it was made again, or the key that shows it was taken out of it."
            ),
            "own_key": _("It was verified by the key in the receipt itself: compare that with ours."),
            "given_key": _("It was verified by the key that you gave."),
        },
    }


def _read_asset(name: str) -> str:
    return assets.list_assets()[name].read_text(encoding="utf-8")


URLS = (
    path("verify", show_verifier, name="verify"),
    path("verify.html", download_verifier, name="verify-saved"),
)
