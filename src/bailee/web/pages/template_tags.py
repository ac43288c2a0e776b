"""What every template knows: the firm, who is signed in, links; and tags for marks, outcomes, dates, numbers, masks.

{% mark "kept" %}  {% outcome "erased" %}  {% asset "bailee/web.css" %}  {% personal value %}
{{ day|long_day }}  {{ day|short_day }}  {{ moment|long_moment }}  {{ moment|short_moment }}  {{ 1212|number }}
{{ "attested on 2025-10-01"|dated }}  {{ "`bailee check` tells"|coded }}
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from bailee.web.pages import assets
from bailee.web.pages.navigation import list_links
from bailee.web.pages.page_request import PageRequest

register = template.Library()

VERDICTS = ("kept", "broken", "unknown")
OUTCOMES = {"erased": "erased", "suppressed": "erased", "anonymised": "anon", "kept": "held", "residual": "left"}
"""Outcome -> its texture. Suppressed counts as erased, with its reason."""


def make_context(request: PageRequest) -> dict[str, Any]:
    """Return the firm, who is signed in, and the links in the bar."""
    context = getattr(request, "context", None)
    if context is None:
        return {}
    in_bar, folded = list_links(request)
    return {
        "firm": context.policy.firm,
        "today": context.today,
        "member": request.member,
        "reason": request.reason,
        "links": in_bar,
        "more_links": folded,
    }


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a style or script."""
    return assets.asset_url(name)


@register.simple_tag
def mark(verdict: str, words: str | None = None) -> SafeString:
    """Return the mark of a verdict with its word, or with others; empty ``words``: the shape alone, named."""
    name = str(verdict)
    if name not in VERDICTS:
        raise ValueError("no such verdict")
    if words == "":
        return format_html(
            '<svg class="mark {0}" role="img" aria-label="{1}"><use href="#m-{0}"/></svg>', name, _name_verdict(name)
        )
    shape = format_html('<svg aria-hidden="true"><use href="#m-{}"/></svg>', name)
    return format_html('<span class="mark {}">{}{}</span>', name, shape, words or _name_verdict(name))


@register.simple_tag
def outcome(kind: str, words: str | None = None) -> SafeString:
    """Return what happens to rows: its texture with its word, or with others. Raises `KeyError`."""
    return format_html(
        '<span class="out"><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="t-{}" x=".75" y=".75"'
        ' width="12.5" height="12.5" stroke-width="1.25"/></svg>{}</span>',
        OUTCOMES[str(kind)],
        words or _name_outcome(str(kind)),
    )


@register.simple_tag(takes_context=True)
def personal(context: template.Context, value: object) -> SafeString:
    """Return a personal value: in full where a reason was given (`require_reason`), else masked.

    Whatever direction it is read in, it orders nothing but itself.
    """
    text = str(value or "")
    return format_html("<bdi>{}</bdi>", text if context.get("reason") else masked(text)) if text else SafeString("")


@register.filter
def masked(value: object) -> str:
    """Return the beginning of a personal value, and as many dots whatever its length."""
    text = str(value or "")
    if not text:
        return ""
    local, at, domain = text.rpartition("@")
    if at and local and domain:
        return f"{local[0]}•••@{domain[0]}•••"
    return f"{text[0]}•••"


@register.filter
def number(value: float | None) -> str:
    """Return a number as people read it, ``1,212``."""
    return "" if value is None else formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter(expects_localtime=True)
def long_day(value: date | None) -> str:
    """Return a day as ``21 December 2026``."""
    return "" if value is None else formats.date_format(value, "j F Y")


@register.filter(expects_localtime=True)
def short_day(value: date | None) -> str:
    """Return a day in a row, ``21 Dec``; with its year where that is not this year is the caller's to say."""
    return "" if value is None else formats.date_format(value, "j M")


@register.filter(expects_localtime=True)
def long_moment(value: datetime | None) -> str:
    """Return a moment as ``21 December 2026, 14:05``, in the firm's time."""
    return "" if value is None else formats.date_format(value, "j F Y, H:i")


@register.filter(expects_localtime=True)
def short_moment(value: datetime | None) -> str:
    """Return a moment in a row, ``21 Dec, 14:05``, in the firm's time."""
    return "" if value is None else formats.date_format(value, "j M, H:i")


@register.filter
def at(value: Any, key: Any) -> Any:
    """Return what ``value`` holds under ``key``, ``None`` where nothing."""
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        return None


_ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@register.filter
def dated(value: object) -> str:
    """Return words with days as people read them, ``1 October 2025`` for ``2025-10-01``."""
    return _ISO.sub(_write_day, str(value or ""))


def _write_day(found: re.Match[str]) -> str:
    try:
        return long_day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


@register.filter
def coded(value: object) -> SafeString:
    """Return words with what is between backticks as code, and days as people read them."""
    parts = str(value or "").split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", p) if n % 2 else dated(p),) for n, p in enumerate(parts))
    )


@register.filter
def as_json(value: Any) -> str:
    """Return a value as JSON, for an attribute that a script of ours reads."""
    return json.dumps(value)


def _name_verdict(name: str) -> str:
    words = {
        "kept": pgettext("verdict", "kept"),
        "broken": pgettext("verdict", "broken"),
        "unknown": pgettext("verdict", "unknown"),
    }
    return words[name]


def _name_outcome(name: str) -> str:
    words = {
        "erased": pgettext("outcome", "erased"),
        "suppressed": pgettext("outcome", "kept out for good"),
        "anonymised": pgettext("outcome", "anonymised"),
        "kept": pgettext("outcome", "kept by law"),
        "residual": pgettext("outcome", "left over"),
    }
    return words[name]
