"""The record of processing (Art. 30) as a table to hand to the regulator, in the columns of the ICO's templates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from bailee.engine.invisible_characters import show_invisible
from bailee.engine.recipients import list_recipients, list_transfers
from bailee.policy import FirmRole, Policy
from bailee.store.context import Context
from bailee.views.policy import current
from bailee.views.register import register

_SAFEGUARDS = (
    "Safeguards for exceptional transfers of personal data to third countries or international organisations "
    "(if applicable)"
)

CONTROLLER = (
    "Business function",
    "Purpose of processing",
    "Name and contact details of joint controller (if applicable)",
    "Categories of individuals",
    "Categories of personal data",
    "Categories of recipients",
    "Link to contract with processor",
    "Names of third countries or international organisations that personal data are transferred to (if applicable)",
    _SAFEGUARDS,
    "Retention schedule (if possible)",
    "General description of technical and organisational security measures (if possible)",
    "Source of the personal data (if applicable)",
    "Location of personal data",
)
"""Columns of the record of a controller (Art. 30(1)); the last two are of its part on notices."""

PROCESSOR = (
    "Name and contact details of controller",
    "Name and contact details of controller's representative (if applicable)",
    "Categories of processing",
    "Names of third countries or international organisations that personal data are transferred to (if applicable)",
    _SAFEGUARDS,
    "General description of technical and organisational security measures (if possible)",
)
"""Columns of the record of a processor (Art. 30(2))."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""

_WIDTH = 32


def as_csv(context: Context, role: FirmRole) -> str:
    """Return the record as CSV (RFC 4180)."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows([harmless(cell) for cell in row] for row in _table(context, role))
    return stream.getvalue()


def as_xlsx(context: Context, role: FirmRole) -> bytes:
    """Return the record as an Excel workbook, with what the template says above its columns."""
    from openpyxl import Workbook  # start-up: 93 ms
    from openpyxl.styles import Alignment, Font  # start-up: 99 ms
    from openpyxl.utils import get_column_letter  # start-up: 94 ms

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = str(role).capitalize()
    heading = Font(bold=True)
    rows = [*_head(current(context.folder)), (), *_table(context, role)]
    begins = len(rows) - len(list(_table(context, role))) + 1
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column, harmless(text))
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=number >= begins, vertical="top")
            if number == begins or (number < begins and column == 1):
                cell.font = heading
    for column in range(1, max(map(len, rows)) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
    sheet.freeze_panes = f"A{begins + 1}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, and in which nothing stands unseen."""
    return show_invisible(f"'{text}" if text.startswith(_FORMULA) else text)


def _head(policy: Policy) -> Iterator[Sequence[str]]:
    firm = policy.firm
    yield "Name of organisation", firm.name
    controller, deputy = firm.controller, firm.deputy
    yield "Data protection lead", controller.name, controller.email, controller.phone, controller.address
    if deputy.name:
        yield "Deputy", deputy.name, deputy.email, deputy.phone, deputy.address


def _table(context: Context, role: FirmRole) -> Iterator[Sequence[str]]:
    yield CONTROLLER if role is FirmRole.CONTROLLER else PROCESSOR
    found = register(context)
    parties = [one for one in found.parties if not one.left_on]
    named = [f"{one.title} ({one.purpose})" if one.purpose else one.title for one in parties]
    contracts = "; ".join(f"{one.title}: {one.contract}" for one in parties if one.contract)
    abroad = [one for one in parties if not one.why.endswith("nothing leaves")]
    policy, titles = current(context.folder), {one.title for one in parties}
    listed = {(one.country, one.title) for one in parties}
    for system in found.systems:
        if system.role is not role:
            continue
        hosts = [one for one in list_recipients(policy, [system.name], context.today) if one.name not in titles]
        hosted = [
            one
            for one in list_transfers(policy, [system.name], context.today)
            if (one.country, one.recipient) not in listed
        ]
        to = "; ".join([*named, *(f"{one.name} ({one.purpose})" for one in hosts)])
        countries = "; ".join(
            [
                *(f"{p.title}: {p.country}" for p in abroad if p.country),
                *(f"{h.recipient}: {h.country}" for h in hosted),
            ]
        )
        safeguards = "; ".join([*(p.why for p in abroad), *(f"{h.recipient}: {h.safeguard}" for h in hosted)])
        security = "; ".join(
            filter(
                None,
                (
                    f"at rest: {system.at_rest}" if system.at_rest else "",
                    f"backups: {system.backups}" if system.backups else "",
                    f"operated by {system.operator}" if system.operator else "",
                ),
            )
        )
        if role is FirmRole.CONTROLLER:
            yield (
                system.title, "; ".join(system.purposes), "", "; ".join(system.people), "; ".join(system.categories),
                to, contracts, countries, safeguards, "; ".join(system.retention), security, system.source,
                system.country,
            )  # fmt: skip
        else:
            yield "", "", system.title, countries, safeguards, security
