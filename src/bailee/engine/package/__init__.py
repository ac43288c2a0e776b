"""The answer to a request for a copy (GDPR Art. 15): one ZIP file that anybody can open.

Inside: ``index.html`` first, which reads without scripts and carries the information of Art. 15(1)(a) to (h) and 15(2);
under ``data/`` every collection as pages to read, as CSV for a spreadsheet and as JSON for a program, and the files;
around them the checksums of a BagIt bag (RFC 8493), so that anybody can tell that nothing was lost on the way.

Rows are read once, and memory does not grow with their number. Either the whole package stands at its place, or
nothing does.
"""

from __future__ import annotations

from bailee.engine.package.model import (
    RIGHTS,
    About,
    Duration,
    FileEntry,
    OtherRight,
    PackageError,
    PackageRecipient,
    PackageSummary,
    PackingProgress,
    Record,
    Section,
    SectionSummary,
    SystemAbout,
    ThirdCountryTransfer,
)
from bailee.engine.package.spool import refuse_existing
from bailee.engine.package.write import write_package

__all__ = [
    "RIGHTS",
    "About",
    "Duration",
    "FileEntry",
    "OtherRight",
    "PackageError",
    "PackageRecipient",
    "PackageSummary",
    "PackingProgress",
    "Record",
    "Section",
    "SectionSummary",
    "SystemAbout",
    "ThirdCountryTransfer",
    "refuse_existing",
    "write_package",
]
