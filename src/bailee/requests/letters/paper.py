"""Letters on paper: PDF, A4, the address where the window of a DL envelope is."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bailee.engine.invisible_characters import show_invisible
from bailee.requests.letters.facts import Letter, LetterError

MOST_LINES = 6
"""Lines of an address that the window shows."""

PLACE = "<!-- address -->"
"""Where the address goes; from facts a "<" comes out as "&lt;"."""


def to_pdf(letter: Letter, address: Sequence[str]) -> bytes:
    """Return ``letter``, written for paper, as PDF/UA-1 (ISO 14289-1) to the person at the lines of ``address``.

    The lines stand 24 to 106 mm from the left and 52 to 80 mm from the top: in the window (35 by 90 mm, 20 mm from the
    left, 18 mm from the bottom) of a DL envelope however the sheet slips in it, and in that of DIN 680. Raises
    `LetterError`: W903 without WeasyPrint, W907 where the address has no line or too many, or the letter no place.
    """
    if letter.html.count(PLACE) != 1:
        raise LetterError("W907", "the letter was not written for paper", "write it for the channel paper")
    inside = Markup().join(Markup("<span>{}</span>").format(line) for line in check_address_lines(address))
    return _render_pdf(letter.html.replace(PLACE, str(inside)))


def check_address_lines(address: Sequence[str]) -> list[str]:
    """Return the lines of ``address`` that say something; raises `LetterError` W907 where no window shows them."""
    lines = [show_invisible(" ".join(line.split())) for line in address if line.strip()]
    if not 0 < len(lines) <= MOST_LINES:
        raise LetterError("W907", f"an address on paper has 1 to {MOST_LINES} lines, not {len(lines)}", "shorten it")
    return lines


def _render_pdf(html: str) -> bytes:
    try:
        import weasyprint  # start-up: 587 ms
    except (ImportError, OSError):  # OSError: Pango is missing
        raise LetterError("W903", "letters on paper need WeasyPrint", "pip install bailee[letters]") from None
    from weasyprint.urls import URLFetcher  # start-up: 518 ms

    nothing = URLFetcher(allowed_protocols=())  # a letter is whole: anyone who wrote into it cannot make us ask anybody
    made: bytes = weasyprint.HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant="pdf/ua-1")
    return made
