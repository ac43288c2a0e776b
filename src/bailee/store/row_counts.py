"""What earlier looks saw: rows by day. Numbers and names, nobody's data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bailee.checks import EarlierLook
from bailee.store.sealed_store import Store

PAGE = "checks"


def read_looks(store: Store) -> Mapping[str, EarlierLook]:
    """Return what the last look saw list_sessions rows, and how many plans have deleted there since."""
    page = store.page(PAGE)
    return {
        name: EarlierLook(_parse_time(one["at"]), one["days"], int(one.get("deleted", 0)))
        for name, one in page.get("looks", {}).items()
    }


def record_looks(store: Store, seen: Mapping[str, EarlierLook]) -> None:
    """Write down what was ``seen``. Raises `StateError`."""
    page = store.page(PAGE)
    looks = {name: {"at": look.at.isoformat(), "days": dict(look.days), "deleted": 0} for name, look in seen.items()}
    page["looks"] = {**page.get("looks", {}), **looks}
    store.keep_page(PAGE, page)


def record_deletions(store: Store, gone: Mapping[str, int], *, were_due: bool) -> None:
    """Note how many rows a plan has deleted of each collection, so that the next look does not miss them.

    ``were_due``: their retention had passed. Such rows are in no look that goes by the day.
    """
    page = store.page(PAGE) if any(gone.values()) else {}
    concerned = False
    for name, look in page.get("looks", {}).items():
        count = gone.get(name.rpartition(" ")[0], 0)
        if count and not (were_due and "" not in look["days"]):
            look["deleted"] = int(look.get("deleted", 0)) + count
            concerned = True
    if concerned:
        store.keep_page(PAGE, page)


def _parse_time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
