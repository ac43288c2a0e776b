"""Countries (ISO 3166) and the areas that a firm may keep data in."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from bailee.policy.kinds import AREA, COUNTRY
from bailee.policy.words import WordError
from bailee.policy.written import Parsed

AREAS = ("EEA", "EU", "UK")


def parse_country(text: str) -> str:
    """Return ``text``, two capital letters, if ISO 3166 has such a country."""
    import pycountry  # start-up: 43 ms

    if pycountry.countries.get(alpha_2=text):
        return text
    raise WordError(
        f'names no country: "{text}"', "write GB" if text == "UK" else "write a code of ISO 3166, such as IE"
    )


def parse_area(text: str) -> str:
    """Return ``text`` if it is a country, or one of the `AREAS`."""
    return text if text in AREAS else parse_country(text)


Country: TypeAlias = Annotated[str, Parsed(parse_country, "P123", "", COUNTRY)]
Area: TypeAlias = Annotated[str, Parsed(parse_area, "P123", "", AREA)]


def country_name(code: str) -> str:
    """Return what people call the country (ISO 3166 alpha-2) or area ``code``; an unknown code names itself."""
    import pycountry  # start-up: 43 ms

    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)).partition(",")[0] if found else code
