"""Letters are written: one template a letter, said in two ways, as text and as HTML.

A template speaks in blocks (``say.p``, ``say.items``, ``say.code``); ``blocks.txt`` and ``blocks.html`` know how each
looks, so that the two can never say different things. English is the source; another language is a gettext catalogue
in ``bailee/locale``, the same that the pages have.
"""

from __future__ import annotations

import gettext
import re
import textwrap
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from bailee.clock.requests import COMPLAINTS_FROM
from bailee.engine.invisible_characters import show_invisible, show_invisible_in_page
from bailee.requests.letters.facts import NEEDS, REGULATOR, Facts, Letter, LetterError, LetterWay, Template
from bailee.requests.letters.mail import is_loopback
from bailee.store.web_packages import LOCALE

DOMAIN = "django"
"""The catalogue's name, which Django has fixed for pages."""

WIDTH = 72
"""Characters in a line of text (RFC 5322 s. 2.1.1 wants less than 78)."""

_Way: TypeAlias = Literal["txt", "html"]


def write_letter(template: Template | str, facts: Facts, channel: LetterWay, language: str = "en") -> Letter:
    """Return the letter ``template`` as ``channel`` wants it, in ``language`` (BCP 47) as far as that is translated.

    Raises `LetterError` W901 where a fact that the letter needs is missing: reasons of a refusal (UK GDPR Art. 12(4))
    or of an extension (Art. 12(3)), how to reach the Data Controller, to whom to complain.
    """
    name = Template(template)
    _check_facts(name, facts)
    title = " ".join(_render_letter(name, facts, channel, language, "txt", "title").split())
    text = re.sub(r"\n{3,}", "\n\n", _render_letter(name, facts, channel, language, "txt", "")).strip() + "\n"
    html = _tie_numbers(_render_letter(name, facts, channel, language, "html", ""))
    return Letter(show_invisible(f"{title} ({facts.reference})"), show_invisible(text), show_invisible_in_page(html))


def _check_facts(name: Template, facts: Facts) -> None:
    """Raise `LetterError` where something is missing that the letter cannot do without."""
    for fact in NEEDS[name]:
        if not getattr(facts, fact):
            raise LetterError("W901", f"the letter {name.value!r} lacks {fact!r}", "give it with the facts")
    if name is Template.IDENTITY and not (facts.code or facts.link):
        raise LetterError("W901", "the letter 'identity' has neither a code nor a link", "give one with the facts")
    if name is Template.PARTLY and not (facts.reasons or facts.kept):
        raise LetterError("W901", "the letter 'partly' does not say why", "give reasons, or what is kept (Art. 12(4))")
    controller, regulator = facts.firm.controller, facts.firm.regulator
    if not (controller.email or controller.phone or controller.address):
        raise LetterError(
            "W901", "bailee.yaml does not say how to reach the Data Controller", "write controller: {email: ...}"
        )
    is_no = name in REGULATOR or (name in {Template.DOWNLOAD_READY, Template.COPY_LINK} and facts.reasons)
    if is_no and not (regulator.name and (regulator.address or regulator.email or regulator.phone)):
        hint = "write regulator: {name: ..., address: ...}"
        raise LetterError("W901", "bailee.yaml does not say to whom a person may complain", hint)
    if not all(_may_be_followed(link) for link in (facts.link, facts.door) if link):
        raise LetterError("W901", "a link in a letter is not an https address", "set mail: {site: https://...}")
    if any(moment is not None and moment.tzinfo is None for moment in (facts.expires, facts.waits_until)):
        raise LetterError("W901", "the time at which a link expires has no time zone", "give it in the firm's")


def _may_be_followed(link: str) -> bool:
    """Whether ``link`` is an https address, or one of this machine, where a firm tries Bailee out."""
    parts = urlsplit(link)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    return safe and bool(parts.hostname) and not re.search(r"[\s<>]", link)


def _render_letter(name: Template, facts: Facts, channel: LetterWay, language: str, way: _Way, block: str) -> str:
    """Return the whole letter, or one block of it."""
    environment = _make_environment(way, language)
    made = environment.get_template(f"{name}.j2")
    context: dict[str, Any] = {
        "facts": facts,
        "firm": facts.firm,
        "uk": facts.firm.regime == "uk",
        "has_164a": facts.firm.regime == "uk" and facts.received >= COMPLAINTS_FROM,  # DPA 2018 s. 164A
        "paper": channel is LetterWay.PAPER,
        "lang": language,
        "layout": "letter.txt" if way == "txt" else f"{channel}.html",
        "say": environment.get_template(f"blocks.{way}").module,
        "words": environment.get_template("words.j2").module,
    }
    if block:
        return "".join(made.blocks[block](made.new_context(context)))
    return made.render(context)


@cache
def _make_environment(way: _Way, language: str) -> jinja2.Environment:
    """Return what renders in ``language``; HTML is escaped, text is not."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bailee.requests.letters"),
        autoescape=way == "html",  # noqa: S701 - text has nothing to escape
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    catalogue = _load_catalogue(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # the extension has it
    made.filters |= _make_filters(way, catalogue)
    return made


def _make_filters(way: _Way, catalogue: gettext.NullTranslations) -> dict[str, Callable[..., Any]]:
    return {
        "day": lambda day: spell_day(day, catalogue),
        "moment": lambda moment: spell_moment(moment, catalogue),
        "whole": lambda word: Markup('<span class="whole">{}</span>').format(word) if way == "html" else word,
        "flow": wrap_text,
        "paragraphs": split_paragraphs,
    }


@cache
def _load_catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue of ``language``; where there is none, English as it stands in the templates."""
    return gettext.translation(DOMAIN, LOCALE, languages=[language.replace("-", "_")], fallback=True)


# --- words that are made --------------------------------------------------------------------------------------


def _(text: str) -> str:
    """Mark ``text`` for translation, which happens when it is used."""
    return text


WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
DAY = _("{weekday} {day} {month} {year}")
MOMENT = _("{time} ({zone}) on {day}")
"""What the templates do not hold, and a catalogue must."""


def spell_day(day: date, catalogue: gettext.NullTranslations) -> str:
    """Return ``Wednesday 25 November 2026``, whatever the locale of the process."""
    return catalogue.gettext(DAY).format(
        weekday=catalogue.gettext(WEEKDAYS[day.weekday()]),
        day=day.day,
        month=catalogue.gettext(MONTHS[day.month - 1]),
        year=day.year,
    )


def spell_moment(moment: datetime, catalogue: gettext.NullTranslations) -> str:
    """Return ``14:30 (GMT) on Wednesday 25 November 2026``, in the time zone of ``moment``."""
    return catalogue.gettext(MOMENT).format(
        time=f"{moment:%H:%M}", zone=moment.tzname(), day=spell_day(moment.date(), catalogue)
    )


def wrap_text(text: str, first: str = "", then: str = "") -> str:
    """Return ``text`` in lines of `WIDTH` characters at most, but for a word that is longer: an address is not cut."""
    return textwrap.fill(
        _tie_numbers(" ".join(re.split(r"[ \t\r\n]+", text.strip()))),
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _tie_numbers(text: str) -> str:
    """Return ``text`` with numbers tied to what they are numbers of: no line ends with *Art.* alone."""
    return re.sub(r"\b(s\.|ss\.|Art\.) (?=\d)", "\\1\N{NO-BREAK SPACE}", text)


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of what somebody typed."""
    return [" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip()]
