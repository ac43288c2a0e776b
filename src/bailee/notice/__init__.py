"""The published notice: counted, linted, and written as a page. All pure: it takes values and returns values.

`assess_coverage` says which sentences are bound, plain and loose, and what the words are blamed for; `page.build_page`
returns the page. What somebody else's notice promises is read in `proposals`.
"""

from bailee.notice.coverage import Coverage, assess_coverage
from bailee.notice.lints import CODES, Lint
from bailee.notice.promises import Evidence

__all__ = ["CODES", "Coverage", "Evidence", "Lint", "assess_coverage"]
