"""Words that break what is not made for them: names and texts, drawn with a known seed."""

from __future__ import annotations

from random import Random

NAMES = (
    "Alice O'Hara", "Bob 'Robert' Łuczak", "Carol Ångström", "Zoë d'Arcy", "李小龙", "Ahmed al-Ḥasan", "İpek Şahin",
    'Mary "Mo" Smith', "Null", "x'; DROP TABLE members; --", "Ünal % _", "Renée\\Dupont", " leading and trailing ", "",
)  # fmt: skip

TEXTS = (
    "hello", "it's fine", "100 % _ \\", "ünïcödé ß K", "日本語", "two\nlines", "NULL", "'; --", " ", "", None, "🙂",
)  # fmt: skip


def text(random: Random) -> str | None:
    """Return a text that somebody may have typed, or none."""
    return random.choice(TEXTS)


def day(random: Random, first: int = 2016, last: int = 2025) -> str:
    """Return a day as ISO 8601; the first and the last of a year come often."""
    year = random.randint(first, last)
    return f"{year}-{random.choice(('01-01', '12-31', '03-31', '04-01', '02-28', '07-15'))}"


def moment(random: Random, first: int = 2016, last: int = 2025) -> str:
    """Return a moment, to the second."""
    return f"{day(random, first, last)} {random.choice(('00:00:00', '23:59:59', '12:30:15'))}"
