"""Words that headings of notices are made of, and whether a phrase is one, misspelt or not: it names no firm."""

from __future__ import annotations

import re
from functools import cache

_WORDS = frozenset(
    word
    for line in (
        "about access accessing accessible accountants accounts accuracy activities adequacy advertising affiliates",
        "agencies agents alter amendments analytics approach authorities automated automatically backup backups",
        "bankers based basis billing breach breaches browsers business calls categories changes children choices",
        "collect collected collecting collection communicate communications companies company complain complaint",
        "complaints concerns confidentiality connection consent contact contacting content contents contract",
        "contractors controller cookie cookies copies correct correcting correction countries country credentials",
        "credit customer customers data decision decisions definitions delete deleting deletion destruction details",
        "direct disclose disclosing disclosure disclosures does duration effective email emails employees encryption",
        "engineers erasure ethics exercise exercising external files further general given glossary handle handling",
        "held holding hosting identity information internal international internet introduction invoices keep keeping",
        "kept law lawful legal legitimate links location logging logs long mailing mailings maintenance making",
        "managed marketing measures members messages monitoring network networks newsletter newsletters notice object",
        "objection obligations offers office officer online organisation organisations organization other overview",
        "owners ownership partners parties party passwords payment payments period periods personal personnel",
        "phone policies policy portability postal prevention principles privacy procedures process processed",
        "processing processor processors profiling promise promises promotional protect protected protection",
        "provided provider providers providing purpose purposes questions quality reasons received recipients record",
        "recording recordings records rectification region regulator relationship removal reporting requests",
        "required responsibilities responsibility responsible restriction retain retained retaining retention review",
        "right rights safeguards safety scope secure security sensitive server servers service services share shared",
        "sharing similar social software sources special staff standard statement storage store stored storing",
        "subcontractors subject subjects subprocessors suppliers support systems technical technologies technology",
        "telephone terms their these third tracking training transfer transferred transferring transfers under",
        "unsubscribe unsubscribing updates updating usage used users uses using vetting video visit visitors visits",
        "websites website welcome what when where which with withdraw withdrawal withdrawing work your",
    )
    for word in line.split()
)
_SHORT = 3
_LEAST, _LONG = 5, 8
"""Letters: shorter words are near to many others; long ones may have two letters wrong."""


@cache
def is_usual(word: str) -> bool:
    """Whether a heading is usually made with ``word``."""
    return word.lower() in _WORDS


@cache
def is_misspelt(word: str) -> bool:
    """Whether ``word`` is none of these, and nearly one: a letter missing, too many or wrong, or two swapped."""
    low = word.lower()
    if low in _WORDS or len(low) < _LEAST or not low.isalpha():
        return False
    most = 2 if len(low) >= _LONG else 1
    near = (other for other in _WORDS if len(other) >= _LEAST and abs(len(other) - len(low)) <= most)
    return any(_measure_distance(low, other) <= most for other in near)


def _measure_distance(one: str, other: str) -> int:
    """Return how many letters have to be put in, taken out, changed or swapped with the next (Damerau 1964)."""
    before, above = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            best = min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, above = above, row
    return above[-1]


def is_misspelt_heading(phrase: str) -> bool:
    """Whether all words of ``phrase`` that are not short are those of headings, and one of them is misspelt."""
    words = [word for word in re.findall(r"[^\W\d_]+", phrase) if len(word) > _SHORT]
    return any(map(is_misspelt, words)) and all(is_usual(word) or is_misspelt(word) for word in words)


def is_heading(line: str) -> bool:
    """Whether a line reads like a heading: a few words with capitals, no stop, most of them those of headings."""
    text = line.strip().rstrip(":").strip()
    words = re.findall(r"[^\W\d_]+", text)
    long = [word for word in words if len(word) > _SHORT]
    if not long or not 1 < len(words) <= _LONG or text[-1] in ".!?;,\"'" or "," in text:
        return False
    usual = sum(is_usual(word) or is_misspelt(word) for word in long)
    return all(word[0].isupper() for word in long) and usual > len(long) / 2
