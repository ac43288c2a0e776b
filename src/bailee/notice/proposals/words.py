"""Words and stems of a sentence, and the patterns that concepts are found by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import snowballstemmer

_TOKEN = re.compile(r"[A-Za-z0-9À-ÿ]+(?:[.@][A-Za-z0-9]+)*|[;:,()—–]|…")  # noqa: RUF001
_SPELLING = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (r"[\u2019\u02bc`]", "'"),
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"\bshan't\b", "shall not"),
        (r"n't\b", " not"),
        (r"'ll\b", " will"),
        (r"'re\b", " are"),
        (r"'ve\b", " have"),
        (r"'d\b", " would"),
        (r"\b(that|it|here|there|what|who|where|everything|nothing|nobody|all)'s\b", r"\1 is"),
        (r"'s?\b", ""),
        (r"\be-?mail", "email"),
        (r"\bback-? ?up", "backup"),
        (r"\bbacked-? ?up\b", "backup"),
        (r"\blog-? ?(in|on)s?\b(?= (?:details?|names?|data|credentials?|information)\b)", "login"),
        (r"\blog-?ins?\b", "login"),
        (r"\bsign-in\b", "login"),
        (r"\buser ?names?\b", "username"),
        (r"\bpass ?codes?\b", "passcode"),
        (r"\bdata ?(?:centre|center)s?\b", "datacentre"),
        (r"\b(?:no-one|no one)\b", "nobody"),
        (r"\banybody\b", "anyone"),
        (r"\beverybody\b", "everyone"),
        (r"\s[-–]\s", " — "),  # noqa: RUF001
        (r"\bsome ?body\b", "someone"),
        (r"\ball right\b", "alright"),
    )
)
_IRREGULAR = {
    form: base
    for base, forms in {
        "be": "is are was were been being am",
        "keep": "kept",
        "hold": "held",
        "sell": "sold sale",
        "give": "gave given",
        "tell": "told",
        "send": "sent",
        "leave": "left leaves leaving",
        "take": "took taken",
        "go": "went gone goes",
        "know": "knew known",
        "see": "saw seen",
        "lend": "lent loan loaned",
        "make": "made",
        "buy": "bought",
        "get": "got gotten",
        "write": "wrote written",
        "forget": "forgot forgotten",
        "choose": "chose chosen choice",
        "say": "said says",
        "lose": "lost losing loses",
        "steal": "stole stolen",
        "ring": "rang rung",
        "think": "thought",
        "put": "putting",
        "deal": "dealt",
        "meet": "met",
        "seek": "sought",
        "spell": "spelt",
        "hear": "heard",
        "stand": "stood",
        "run": "ran",
        "show": "shown",
        "begin": "began begun",
        "do": "did does done doing",
        "have": "has had having",
        "bring": "brought",
        "lease": "leased leasing leases",
        "speak": "spoke spoken",
        "company": "companies",
        "authorise": "authorisation authority authorised authorises authorising authorization",
        "erase": "erasure erased erases erasing",
        "delete": "deletion deleted deletes deleting",
        "rectify": "rectification rectified rectifies",
        "correct": "corrections correction corrected",
        "encrypt": "encryption encrypted encrypts encrypting",
        "decrypt": "decryption",
        "retain": "retention retained retaining retains",
        "permission": "permit permitted permissions",
        "destroy": "destruction destroyed destroys destroying",
        "require": "requirement requirements required requires",
        "oblige": "obligation obligations obliged obliges obligated",
        "complain": "complaint complaints complained complains complaining",
        "transfer": "transferred transferring transfers",
        "year": "yr yrs years",
        "activate": "activation activated activates active",
        "removal": "removal",
    }.items()
    for form in forms.split()
}
_stemmer = snowballstemmer.stemmer("english")
_STEMS = {
    "removal": "remov",
    "disposal": "dispos",
    "approval": "approv",
    "storage": "store",
    "stored": "store",
    "information": "information",
}


@dataclass(frozen=True, slots=True)
class WordToken:
    """A word as it is written, or a mark of punctuation; and its stem."""

    word: str
    stem: str


@cache
def stem_word(word: str) -> str:
    """Return what forms of one word have in common, in British and in American spelling."""
    low = word.lower()
    if low in _STEMS:
        return _STEMS[low]
    low = re.sub(r"iz(?=e|ing|ation|ed)", "is", low)
    return str(_stemmer.stemWord(_IRREGULAR.get(low, low)))


def normalise_spelling(text: str) -> str:
    """Return ``text`` with contractions written out and spellings that differ made one."""
    for pattern, put in _SPELLING:
        text = pattern.sub(put, text)
    return text


def split_tokens(text: str) -> tuple[WordToken, ...]:
    """Return the words and the marks of ``text``."""
    return tuple(WordToken(word, stem_word(word)) for word in _TOKEN.findall(normalise_spelling(text)))


def join_tokens(words: tuple[WordToken, ...]) -> str:
    """Return tokens as one text that patterns are found in: ``keep/kept for/for 6/6 ``."""
    return "".join(f"{token.stem}/{token.word.lower()} " for token in words)


@cache
def compile_pattern(phrases: str) -> re.Pattern[str]:
    """Return a pattern for any of the ``phrases``, a comma between them.

    A word stands for all its forms, ``=word`` for itself alone, ``…`` for up to four words between. What is found is
    the pattern's first group: phrases may begin inside one another.
    """
    made = [_compile_phrase(phrase) for phrase in phrases.split(",") if phrase.strip()]
    return re.compile(r"(?<!\S)(?=(" + "|".join(made) + "))")


def _compile_phrase(phrase: str) -> str:
    parts = []
    for word in phrase.split():
        if word == "…":
            parts.append(r"(?:[^\s;:—]+ ){0,4}?")
        elif word.startswith("="):
            parts.append(r"[^\s/]+/" + re.escape(word[1:]) + " ")
        else:
            parts.append(re.escape(stem_word(normalise_spelling(word))) + r"/\S+ ")
    return "".join(parts)
