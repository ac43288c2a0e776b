"""Words of the machine, as a page has them."""

from __future__ import annotations

from bailee.web.pages.letter_text import blocks_of
from bailee.web.pages.template_tags import coded, dated

LETTER = """What stays, and why
-------------------

- invoice
  until 31 March 2029
  Finance Act 1998 Sch. 18 para. 21 and VAT Act 1994 Sch. 11 para. 6
  (records for HMRC, six years)
- contact
"""


def test_what_stays_keeps_its_lines_apart_from_those_that_mail_has_broken() -> None:
    law = "Finance Act 1998 Sch. 18 para. 21 and VAT Act 1994 Sch. 11 para. 6 (records for HMRC, six years)"
    assert list(blocks_of(LETTER)) == [
        ("heading", ("What stays, and why",)),
        ("items", (f"invoice\nuntil 31 March 2029\n{law}", "contact")),
    ]


def test_days_are_read_as_people_write_them_and_code_is_left_alone() -> None:
    assert dated("said on 2025-10-01, version 2025-99-01") == "said on 1 October 2025, version 2025-99-01"
    assert coded("until 2025-10-01: `bailee plan 2025-10-01`") == (
        "until 1 October 2025: <code>bailee plan 2025-10-01</code>"
    )
