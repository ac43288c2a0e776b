"""Invented people: names of no one, numbers that are kept for stories, addresses in `.example`."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum import iban
from stdnum.de import vat as german_vat
from stdnum.ie import vat as irish_vat


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = {
    "GB": _words("Aisling Bo Chidi Dermot Esi Fiona Gwen Harjit Ines Jonah Keziah Lorcan Mairead Nadia Owain Priya"),
    "DE": _words("Anke Björn Cem Dörte Elif Friedrich Grete Holger Ilse Jörg Katrin Lutz Maike Nils Ömer Petra"),
}
_LAST = {
    "GB": _words("Abara Brannigan Cadwallader Doyle Eze Farrow Gilhooly Hartigan Iyer Jebb Kinsella Lockhart"),
    "DE": _words("Ackermann Böttcher Çelik Dreßler Engel Fröhlich Großmann Hübner Janßen Kühn Lindemann Möller"),
}
_STREETS = {
    "GB": ("Mill Lane", "Harbour Road", "St Brigid's Terrace", "The Green", "Canal Walk"),
    "DE": ("Mühlenweg", "Am Hafen", "Lindenstraße", "Kirchplatz", "Bahnhofstraße"),
}
_TOWNS = {
    "GB": (("Newry", "BT35 6AA"), ("Leeds", "LS1 4DY"), ("Cardiff", "CF10 1EP"), ("Truro", "TR1 2HQ")),
    "DE": (("Lübeck", "23552"), ("Kassel", "34117"), ("Passau", "94032"), ("Jena", "07743")),
}
_FIRMS = ("Larkfield", "Otterburn", "Pennywhistle", "Quillfeather", "Redthorn", "Saltmarsh", "Thimble", "Umberline")
_KINDS = {"GB": ("Ltd", "Partners", "Joinery", "Dental"), "DE": ("GmbH", "OHG", "Bau", "Gartenbau")}
_WORDS = _words(
    "the line order late again please ring before noon parcel blue van meeting moved printer toner broken cable "
    "replaced router rebooted twice quote sent waiting for part stock returned half price winter new office door key"
)


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist, with all that a firm might write down about them."""

    first: str
    last: str
    email: str
    username: str
    street: str
    town: str
    postcode: str
    country: str
    company: str
    vat: str
    iban: str
    born: date
    ip: str
    landline: str  # E.164
    cell: str

    def phone(self, form: str | random.Random) -> str:
        """The landline, spelled ``form``: e164, plain (digits alone), national, or by chance."""
        return _spelled(self.landline, form)

    def mobile(self, form: str | random.Random) -> str:
        """The mobile number, likewise."""
        return _spelled(self.cell, form)


def phrase(chance: random.Random, count: int) -> str:
    """Return some words of the kind that contexts write."""
    return " ".join(chance.choices(_WORDS, k=count))


def invent(chance: random.Random, number: int, country: str) -> Person:
    """Return the ``number``-th person; e-mail, user name and numbers are theirs alone."""
    first, last = chance.choice(_FIRST[country]), chance.choice(_LAST[country])
    plain = _ascii(f"{first}.{last}".lower())
    firm = f"{chance.choice(_FIRMS)} {chance.choice(_KINDS[country])}"
    town, postcode = chance.choice(_TOWNS[country])
    domain = chance.choice(("post.example", "mail.example", f"{firm.partition(' ')[0].lower()}.example"))
    british = country == "GB"
    systems = chance.randrange(1, 120)
    street = chance.choice(_STREETS[country])
    return Person(
        first=first,
        last=last,
        email=f"{plain}{number or ''}@{domain}",
        username=f"{plain.replace('.', '')[:9]}{number}",
        street=f"{systems} {street}" if british else f"{street} {systems}",
        town=town,
        postcode=postcode,
        country=country,
        company=firm,
        vat=_irish_vat(chance) if british else _german_vat(chance),
        iban=_iban(chance, country),
        born=date(1940, 1, 1) + timedelta(days=chance.randrange(24_000)),
        ip=f"203.0.113.{chance.randrange(1, 255)}" if number % 5 else f"2001:db8::{number:x}",
        landline=f"+4420794600{number % 100:02d}" if british and number < 100 else _landline(number, british),
        cell=f"+4477009{number:05d}" if british else f"+49172992{number:04d}",
    )


def _landline(number: int, british: bool) -> str:
    return f"+44161496{number:04d}" if british else f"+493023125{number:03d}"


def _spelled(number: str, form: str | random.Random) -> str:
    code, rest = number[:3], number[3:]
    spellings = {
        "e164": number,
        "plain": number[1:],
        "national": f"0{rest}",
        "spaced": f"{code} {rest[:3]} {rest[3:]}",
        "dashed": f"0{rest[:3]}-{rest[3:]}",
    }
    return spellings[form] if isinstance(form, str) else form.choice(list(spellings.values()))


def _ascii(text: str) -> str:
    for odd, plain in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ç": "c"}.items():
        text = text.replace(odd, plain)
    return text


def _irish_vat(chance: random.Random) -> str:
    digits = f"{chance.randrange(10_000_000):07d}"
    return f"IE{digits}{irish_vat.calc_check_digit(digits)}"


def _german_vat(chance: random.Random) -> str:
    while True:
        number = f"{chance.randrange(100_000_000, 999_999_999)}"
        if german_vat.is_valid(number):
            return f"DE{number}"


def _iban(chance: random.Random, country: str) -> str:
    body = f"NWBK601613{chance.randrange(10**8):08d}" if country == "GB" else f"{chance.randrange(10**17, 10**18)}"
    return f"{country}{iban.calc_check_digits(f'{country}00{body}')}{body}"
