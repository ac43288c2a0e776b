"""What the tests put into packages, and how they look into one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bailee.engine.package import (
    About,
    Duration,
    FileEntry,
    PackageRecipient,
    PackageSummary,
    PackingProgress,
    Record,
    Section,
    SystemAbout,
    ThirdCountryTransfer,
    write_package,
)
from bailee.policy import Contact, FirmRole, Location

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(200)

ABOUT = About(
    firm="Corrib Exchange Ltd",
    regime="uk",
    controller=Contact("Maeve Lynch", "maeve@corrib.example", "+44 28 9555 0100", "4 Weir Lane, Belfast"),
    deputy=Contact("Dara Quinn", "dara@corrib.example"),
    regulator=Contact("Information Commissioner's Office"),
    made_at=datetime(2026, 11, 24, 14, 3, tzinfo=UTC),
    reference="R-2026-0117",
    systems=(
        SystemAbout(
            "phones", "Rosetta Telecom", ("run your line",), Location("IE", "own server", "luks"), obtained="you"
        ),
        SystemAbout("saldo", "Saldo", role=FirmRole.PROCESSOR),
    ),
    categories=("call records",),
    recipients=(PackageRecipient("Northbank", "card payments", "Ireland"),),
    retention=(Duration("Call records", "twelve months"),),
    holds=(Duration("Invoices", "31 December 2032", "Companies Act 2006, s. 388"),),
    automated_decisions="None.",
    not_looked_at=("Phones: 3 tables that our map of personal data does not have",),
    interests=("We rest it on our legitimate interest in telling you of like services.",),
    transfers=(ThirdCountryTransfer("United States", "Kestrel", "IDTA of 3 March 2026"),),
)


def section(
    rows: Iterable[Record],
    columns: tuple[str, ...] = ("id", "note"),
    *,
    system: str = "phones",
    collection: str = "call_record",
    files: bool = False,
) -> Section:
    return Section(system, f"{system} title", collection, columns, iter(rows), files)


def notes(*values: object) -> Section:
    """A section whose rows have these values in ``note``."""
    return section(Record({"id": number, "note": value}) for number, value in enumerate(values, 1))


def recording(name: str, content: bytes = WAV) -> Record:
    return Record({"id": 1, "note": None}, file=FileEntry(name, lambda: io.BytesIO(content)))


def silent(_progress: PackingProgress) -> None:
    pass


def write(folder: Path, *sections: Section, about: About = ABOUT) -> PackageSummary:
    return write_package(folder / "copy.zip", about, sections, silent)


def contents(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "copy.zip") as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
